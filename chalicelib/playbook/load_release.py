"""
Who answers for a text and by which degrees its automatic answers open, as a playbook's file says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from .reader import Reader
from .release import NO_CAP, OPENINGS, Approval, Degrees, Opening, Waiver

APPROVAL = ("owner", "approved_on", "valid_until")
_DEGREES = ("share", "cap", "hours")
_WAIVER = ("reason", "by", "on")
_NAMED = re.compile(r"[A-Za-z0-9][\w.@-]{0,39}")
CAP_MOST = 100_000


def read_approval(reader: Reader, parts: Mapping[str, yaml.Node], what: str) -> Approval:
    """Return owner and dates among these keys; what is left out is taken from the brand's (`approval_of`)."""
    owner = reader.text(parts["owner"], f"owner of {what}") if "owner" in parts else ""
    days = {key: _day(reader, parts[key], f"{key} of {what}") for key in APPROVAL[1:] if key in parts}
    found = Approval(owner=owner, **days)
    if found.approved_on and found.valid_until and found.valid_until < found.approved_on:
        reader.fail(parts["valid_until"], f"{what} is valid until a day before the one it was approved on")
    return found


def read_brand_approval(reader: Reader, node: yaml.Node | None) -> Approval:
    """Return the brand's key `approval`, which holds for every intent that says nothing of its own."""
    return read_approval(reader, reader.section(node, "approval", APPROVAL), "approval") if node else Approval()


def read_release(reader: Reader, parts: Mapping[str, yaml.Node], what: str) -> dict[str, Any]:
    """Return `degrees` and `without_proof`, each where these keys say so."""
    found: dict[str, Any] = {}
    if "opens" in parts:
        found["degrees"] = read_degrees(reader, parts["opens"], f"{what}.opens")
    if "without_proof" in parts:
        found["without_proof"] = read_waiver(reader, parts["without_proof"], f"{what}.without_proof")
    return found


def read_degrees(reader: Reader, node: yaml.Node, what: str) -> Degrees:
    """Return the degrees of a key `opens`; what is left out begins small."""
    parts = reader.section(node, what, _DEGREES)
    share, cap, hours = Degrees().share, Degrees().cap, Degrees().hours
    if "share" in parts:
        share = reader.whole(parts["share"], f"{what}.share", 0, 100)
    if "cap" in parts:
        no_cap = reader.text(parts["cap"], f"{what}.cap") == "none"
        cap = NO_CAP if no_cap else reader.whole(parts["cap"], f"{what}.cap", 1, CAP_MOST)
    if "hours" in parts:
        hours = opening(reader.choice(parts["hours"], f"{what}.hours", OPENINGS, hours))
    return Degrees(share=share, cap=cap, hours=hours)


def opening(word: str) -> Opening:
    """Return one of OPENINGS as its own type; raises StopIteration for any other word."""
    return next(each for each in OPENINGS if each == word)


def read_waiver(reader: Reader, node: yaml.Node, what: str) -> Waiver | None:
    """Return a key `without_proof`: reason, by whom and on which day, all three; None where it is not whole."""
    parts = reader.section(node, what, _WAIVER, required=_WAIVER)
    if len(parts) < len(_WAIVER):
        return None
    reason, by = (reader.text(parts[key], f"{what}.{key}") for key in ("reason", "by"))
    return Waiver(reason=reason, by=by, on=_day(reader, parts["on"], f"{what}.on"))


def read_admins(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    """Return the named people: Slack member ids, or names for a command's `--as`."""
    found = []
    for each in reader.items(node, "admins") if node is not None else ():
        name = reader.text(each, "a name in admins")
        if name and not _NAMED.fullmatch(name):
            reader.fail(
                each, "a name in admins is a Slack member's id (U0AB12CD3) or letters, digits, . _ - @, no blank"
            )
        found.append(name)
    return tuple(filter(None, found))


def _day(reader: Reader, node: yaml.Node, what: str) -> str:
    value = reader.text(node, what)
    try:
        if value and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    if value:
        reader.fail(node, f"{what} must be a day, such as 2026-11-29")
    return ""
