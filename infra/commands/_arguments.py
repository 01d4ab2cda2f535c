"""
What an argument may be, as argparse types: a wrong one is wrong usage (exit 2) before anything is opened.

What depends on a file or on a stage is no matter of usage: that is refused later, with exit 1. Slow imports wait until
an argument needs them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from chalicelib.model import RESERVED_BRANDS

from ..names import BRAND

DAYS_MOST = 100


def number(low: int, high: int) -> Callable[[str], int]:
    """Give the type of a whole number within [low, high]."""

    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"give a whole number from {low} to {high}, not {text!r}")
        return value

    return whole


def cap(text: str) -> int:
    """Take the most automatic answers of a day: a whole number from 1, or "none" (0)."""
    return 0 if text == "none" else number(1, 100_000)(text)


def days_to(most: int) -> Callable[[str], int]:
    """Give the type of how far back to look, in whole days: "7d", at most as long as what is looked for is kept."""

    def back(text: str) -> int:
        try:
            value = int(text.removesuffix("d"))
        except ValueError:
            value = 0
        if not 1 <= value <= most:
            raise argparse.ArgumentTypeError(f"give days from 1d to {most}d, not {text!r}")
        return value

    return back


def days(text: str) -> int:
    """Take how far back to look at figures, as long as they are kept: at most 100 days."""
    return days_to(DAYS_MOST)(text)


def channel(text: str) -> str:
    """Take the name of a channel that customers write on."""
    from chalicelib.channels import REGISTRY

    return _one_of(text, REGISTRY)


def connectable(text: str) -> str:
    """Take the name of anything an account can be connected of: a channel, a workspace, the brand's order service."""
    from chalicelib.admin.connecting import CONNECTABLE

    return _one_of(text, CONNECTABLE)


def _one_of(text: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if text not in names:
        raise argparse.ArgumentTypeError(f"There is no channel '{text}'; known: {', '.join(names)}.")
    return text


def identity(text: str) -> str:
    """Take CHANNEL:ACCOUNT:PERSON; the person's id may itself hold colons."""
    parts = text.split(":", 2)
    if len(parts) != 3 or not all(parts):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no identity; write CHANNEL:ACCOUNT:PERSON, for example whatsapp:1065…:33612…."
        )
    return text


def new_brand(text: str) -> str:
    """Take the name of a brand that may not be there yet: its first account makes it."""
    if not BRAND.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no brand's name; take a-z, 0-9 and '-', for example maison-lune."
        )
    if text in RESERVED_BRANDS:
        raise argparse.ArgumentTypeError(
            f"No brand can be called '{text}': Guichet's own keys begin so; choose another name."
        )
    return text
