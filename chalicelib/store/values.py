"""
Values that an item holds as JSON text in one attribute, and back. `WRITE` and `READ` go by the attribute's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from ..conversation import WATCH, HeldBefore, Looked, Lookup, Said
from ..model import Decided, Millis, Shown, StopNotice, Why
from ..text import to_json


def _answer(value: Mapping[str, str] | None) -> str:
    return "" if value is None else to_json(value)


def _answer_of(text: str) -> Mapping[str, str] | None:
    found: dict[str, str] | None = json.loads(text) if text else None
    return found


def order(value: Looked) -> list[object]:
    """Return a ticket's look-up as its item holds it."""
    return [value.subject, value.key, value.at, _answer(value.answer)]


def order_of(subject: str, key: str, at: int, answer: str = "") -> Looked:
    """Read a ticket's look-up."""
    return Looked(subject, key, at, _answer_of(answer))


def _fact(value: Lookup) -> list[str]:
    return [value.subject, value.key, _answer(value.answer)]


def _fact_of(stored: Sequence[str]) -> Lookup:
    subject, key, answer = stored
    return Lookup(subject, key, _answer_of(answer))


def _said_of(stored: Sequence[Sequence[Any]]) -> tuple[Said, ...]:
    return tuple(Said(intent, at, tuple(about), asked) for intent, at, about, asked in stored)


def _held_before(value: HeldBefore) -> str:
    return to_json(value._replace(fact=_fact(value.fact)))  # type: ignore[arg-type]  # as it is written


def _held_before_of(text: str) -> HeldBefore:
    said, day, count, at, to, intent, wants, given, fact, greeted, *rest = json.loads(text)
    menu, beside, asked_at, about, heard = rest
    return HeldBefore(
        said=_said_of(said),
        auto_day=day,
        auto_count=count,
        disclosed_at=Millis(at),
        disclosed_to=to,
        asked_intent=intent,
        asked_wants=wants,
        asked_with=tuple(given),
        fact=_fact_of(fact),
        greeted_at=Millis(greeted),
        menu=tuple(menu),
        beside_count=beside,
        clarified_at=Millis(asked_at),
        clarified=tuple(about),
        heard=tuple(heard),
    )


def why(value: Why) -> dict[str, object]:
    """Return why a row was made, as commands print it and items keep it."""
    match value:
        case Decided():
            told: dict[str, object] = {
                "intent": value.intent,
                "fence": value.fence,
                "place": value.place,
                "told": value.told,
            }
            kept = {name: each for name, each in (told | {"agent": value.agent}).items() if each not in ("", None, ())}
            return {"reason": value.reason, **kept} | ({"agent": ""} if value.agent == "" else {})
        case Shown() if not value.note:
            return {"shows": value.shows}
        case Shown():
            return {"note": value.note, "shows": value.shows, "code": value.code}
        case StopNotice():
            told = {"stopped": value.intent, "since": value.since, "refused": value.refused, "answers": value.answers}
            return told | {"by": value.by, "tickets": value.tickets}
        case _:
            assert_never(value)


def _why_of(text: str) -> Why | None:
    told: dict[str, Any] = json.loads(text or "{}")
    if "stopped" in told:
        return StopNotice(
            intent=told["stopped"],
            since=Millis(told["since"]),
            refused=told["refused"],
            answers=told["answers"],
            by=told.get("by", WATCH),
            tickets=tuple(told["tickets"]),
        )
    if "shows" in told:
        return Shown(shows=tuple(told["shows"]), note=told.get("note", ""), code=told.get("code", ""))
    if not told:
        return None
    return Decided(
        reason=told.get("reason", ""),
        intent=told.get("intent", ""),
        fence=told.get("fence"),
        place=told.get("place", ""),
        told=tuple(told.get("told", ())),
        agent=told.get("agent"),
    )


WRITE: Mapping[str, Callable[[Any], object]] = {
    "fact": _fact,
    "held_before": _held_before,
    "classification": to_json,
    "media": to_json,
    "why": lambda value: to_json(why(value)),
}
READ: Mapping[str, Callable[[Any], object]] = {
    "fact": _fact_of,
    "held_before": _held_before_of,
    "said": _said_of,
    "classification": json.loads,
    "media": json.loads,
    "why": _why_of,
}
