"""
Words that are made from the stage's secret when they are sent, and are stored nowhere: a link's token, a code.
"""

from __future__ import annotations

from dataclasses import replace

from ..codes import UNSAID as NO_CODE
from ..codes import code_of
from ..model import BrandId, OutboxRow
from ..move_tokens import UNSAID as NO_TOKEN
from ..move_tokens import made_of, token_of
from ..services import Services
from ..store.table import Table


def with_words(table: Table, row: OutboxRow, services: Services) -> OutboxRow:
    """Return a row with the token of the offer that it makes, the number that it shows or the code that it brings."""
    if not row.body:
        return row
    words = made_of(row.body)
    parts = (
        replace(
            part,
            text=made(part.text, words, table.brand, services),
            subject=made(part.subject, words, table.brand, services),
        )
        for part in row.parts
    )
    return replace(row, parts=tuple(parts))


def made(text: str, words: str, brand: BrandId, services: Services) -> str:
    """Return a text of ours as it is said; `words`: of what its link or its number is made (`made_of`)."""
    secret, (first, _, channel) = services.key_secret(), words.partition(" ")
    if not channel:
        return text.replace(NO_CODE, code_of(secret, brand, first))
    return text.replace(NO_TOKEN, token_of(secret, brand, first, channel))
