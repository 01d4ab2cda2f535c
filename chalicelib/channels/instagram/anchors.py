"""
What an answer hangs on, as one text: a comment with the one on top of it, a live video's comment, or a mention.

Instagram has two levels: what answers an answer stands under the top comment, which is therefore what is replied to.
A direct message needs no anchor: its own id is one that says nothing here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Kind = Literal["", "comment", "live", "mention"]
_KINDS = frozenset(get_args(Kind)) - {""}


class Anchor(NamedTuple):
    """A comment's own id and the one to reply to; of a mention the comment (if any) and the post."""

    kind: Kind
    own: str = ""
    upper: str = ""


DIRECT = Anchor("")


def written(kind: Kind, own: str, upper: str) -> str:
    """Return the anchor as the text that comes back with an answer."""
    return f"{kind}:{own}:{upper}"


def read(text: str) -> Anchor:
    """Return what an anchor says; total."""
    kind, own, upper = (*text.split(":"), "", "", "")[:3]
    whole = kind in _KINDS and upper and (own or kind == "mention")
    return Anchor(kind, own, upper) if whole else DIRECT  # type: ignore[arg-type]  # looked up
