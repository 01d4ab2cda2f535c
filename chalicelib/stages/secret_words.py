"""
Words that are made from the stage's secret when they are sent, and are stored nowhere: a link's token, a code.
"""

from __future__ import annotations

import json
from dataclasses import replace

from ..codes import UNSAID as NO_CODE
from ..codes import code_of
from ..model import OutboxRow
from ..move_tokens import UNSAID as NO_TOKEN
from ..move_tokens import token_of
from ..services import Services
from ..store.table import Table


def with_token(table: Table, row: OutboxRow, services: Services) -> OutboxRow:
    """Return a row with the token of the offer that it makes, or the number that it shows; any other as it is."""
    if not row.body:
        return row
    offer = json.loads(row.body)
    if "mark" in offer:
        return with_code(table, row, services)
    token = token_of(services.key_secret(), table.brand, offer["seed"], offer["channel"])
    return _said(row, NO_TOKEN, token)


def with_code(table: Table, row: OutboxRow, services: Services) -> OutboxRow:
    """Return a row with the code that it brings."""
    return _said(row, NO_CODE, code_of(services.key_secret(), table.brand, json.loads(row.body)["mark"]))


def _said(row: OutboxRow, instead_of: str, words: str) -> OutboxRow:
    return replace(
        row,
        parts=tuple(
            replace(part, text=part.text.replace(instead_of, words), subject=part.subject.replace(instead_of, words))
            for part in row.parts
        ),
    )
