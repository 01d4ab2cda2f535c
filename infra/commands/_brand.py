"""What every command about a brand's conversations asks for."""

from __future__ import annotations

import argparse
import dataclasses
import re
from typing import Any

from ..names import LOCAL_STAGE

_PHONE = re.compile(r"(?:\+|00)?\s?\d(?:[\s().\-/]{0,3}\d){5,17}")


def brand_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --brand and --stage."""
    parser.add_argument("--brand", metavar="B", help="default: the only brand (local stack: the demo brand)")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def identity_parts(text: str) -> tuple[str, str, str]:
    """Split what `_arguments.identity` took."""
    channel, account, person = text.split(":", 2)
    return channel, account, person


def ways_to_write(person: str) -> tuple[str, ...]:
    """
    Give the ids that somebody may mean: as typed, and a telephone number as platforms write it.

    "+33 6 15 62 38 00", "0033 6…" and "+33 (0)6…" are all 33615623800.
    """
    plain = person.strip()
    if not _PHONE.fullmatch(plain):
        return (plain,)
    digits = re.sub(r"\D", "", plain.replace("(0)", ""))
    international = digits.removeprefix("00")
    return tuple(dict.fromkeys((plain, international, f"+{international}")))


def document_of(value: Any) -> dict[str, Any]:
    """Give a dataclass as JSON values."""
    return dataclasses.asdict(value)
