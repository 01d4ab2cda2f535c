"""
Strict readers of decoded JSON values: each returns a value of its type, and raises TypeError for any other value.
"""

from __future__ import annotations


def text_of(value: object) -> str:
    """Return text."""
    if type(value) is not str:
        raise TypeError
    return value


def flag_of(value: object) -> bool:
    """Return true or false; no number counts as either."""
    if type(value) is not bool:
        raise TypeError
    return value


def number_of(value: object) -> int:
    """Return a whole number; true and false are none."""
    if type(value) is not int:
        raise TypeError
    return value
