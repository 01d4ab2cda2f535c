"""
What an answer hangs on, as one text: the answered mail's id, where its sender wants answers, its subject, ids before.

Lines, since none of the four can have one inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_MOST = 1_900  # characters: an event keeps 2 000
_MARK = "mail"
_ID_MOST = 220
_BEFORE_MOST = 6


class Anchor(NamedTuple):
    """`to`: "" for the address in From. `before`: message ids, the newest last."""

    message_id: str = ""
    to: str = ""
    subject: str = ""
    before: tuple[str, ...] = ()


def written(message_id: str, to: str, subject: str, before: Sequence[str]) -> str:
    """Return an anchor as text; ids that are too long, or too many, are left out."""
    own = message_id if len(message_id) <= _ID_MOST else ""
    chain = [each for each in dict.fromkeys(before) if each != own and len(each) <= _ID_MOST][-_BEFORE_MOST:]
    lines = (_MARK, own, to, " ".join(subject.split()))
    while len(text := "\n".join((*lines, " ".join(chain)))) > _MOST and chain:
        chain.pop(0)
    return text


def read(text: str) -> Anchor:
    """Return the anchor of a text; an empty one for any other text."""
    lines = text.split("\n")
    if len(lines) != 5 or lines[0] != _MARK:
        return Anchor()
    return Anchor(lines[1], lines[2], lines[3], tuple(lines[4].split()))
