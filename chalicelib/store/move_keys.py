"""
Keys of what leads a conversation on: offers and codes (part of the schema in `keys`).
"""

from __future__ import annotations

from ..model import BrandId
from .keys import Key


def move(brand: BrandId, mark: str) -> Key:
    """Key of an offer to go on elsewhere, by the mark of its token."""
    return Key(f"{brand}#move#{mark}", "move")


def code(brand: BrandId, mark: str) -> Key:
    """Key of a code that somebody was asked to type back."""
    return Key(f"{brand}#code#{mark}", "code")
