"""
What an answer hangs on, as one text: a comment, a comment under a comment, or a visitor's post.

Facebook has two levels: an answer to a comment's comment hangs under the upper one, beside everybody's else.
"""

from __future__ import annotations

from typing import NamedTuple

_POST = "post:"


class Anchor(NamedTuple):
    """The id that is answered; `nested`: it stands under another comment; `post`: it is a post."""

    own: str
    nested: bool = False
    post: bool = False


def anchor_of(own: str, parent: str = "", *, post: bool = False) -> str:
    """Return the anchor of an answer to this comment, which itself may answer one (`parent`), or to this post."""
    if post:
        return f"{_POST}{own}"
    return f"{own} {parent}" if parent else own


def read_anchor(text: str) -> Anchor:
    """Return what an anchor says; total."""
    own, _, parent = text.removeprefix(_POST).partition(" ")
    return Anchor(own, nested=bool(parent), post=text.startswith(_POST))
