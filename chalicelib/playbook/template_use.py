"""
By which template of a platform an answer may go once its channel takes no text any more: a brand's choice, declared.

Annotations are evaluated here, as in `schema`.
"""

from dataclasses import dataclass
from typing import Annotated

from . import declaration as kinds
from .declaration import Key

ANSWER = "{answer}"  # stands for the agent's words, in one value
VALUE_MOST = 200  # characters of another value


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """
    A template by its `name` at the platform, and what stands in its places, in their order.

    `marketing`: also where the platform counts it as advertising, and bills it so.
    """

    name: Annotated[
        str, Key(kinds.Text(r"[A-Za-z0-9_]{1,512}", "{what} is letters, digits and _, as at the platform"), needed=True)
    ]
    values: Annotated[tuple[str, ...], kinds.Listed(kinds.Text(), "a value", empty="{what} is an empty list")] = (
        ANSWER,
    )
    marketing: Annotated[bool, kinds.Truth()] = False
