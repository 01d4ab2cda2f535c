"""
What a brand lets be known of its customers beside what they write: each attribute with its purpose and its end.

Nothing else is kept, and nothing for longer. Annotations are evaluated here, as in `schema`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from . import declaration as kinds
from .declaration import Key

MOST = 20  # attributes of a brand: a card shows them all
KEPT_MOST = 1_095  # days: three years after it was last said, nobody has a use for it any more
PURPOSE_IS = "{what} says in 10 to 300 characters what agents use it for"
NO_PURPOSE = "what is kept of a customer has a use that can be named"
NO_END = "what is kept of a customer has an end"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeUse:
    """One attribute of a contact: its `title` for agents, what it is used for, and for how many days it is kept."""

    title: Annotated[Mapping[str, str], Key(kinds.Words(), needed=True)]
    purpose: Annotated[str, Key(kinds.Text(r"(?s).{10,300}", PURPOSE_IS), needed=True, why=NO_PURPOSE)]
    keep_days: Annotated[int, Key(kinds.Whole(1, KEPT_MOST), needed=True, why=NO_END)]
