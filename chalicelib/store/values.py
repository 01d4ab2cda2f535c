"""
Values that an item holds as JSON text in one attribute, and back. `WRITE` and `READ` go by the attribute's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from ..conversation import MONITOR, HeadBefore, Looked, Lookup, PastAnswer, address_of
from ..model import BlobRef, Content, Decided, Millis, QuickReply, Spoken, StopNotice, Template, ThreadCopy, Why
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


def _said(value: Sequence[PastAnswer]) -> list[list[object]]:
    """Return the automatic answers as an item holds them; whose they were only where somebody was merged."""
    return [[*each[:4], each.home] if each.home else list(each[:4]) for each in value]


def _said_of(stored: Sequence[Sequence[Any]]) -> tuple[PastAnswer, ...]:
    return tuple(PastAnswer(intent, at, tuple(about), asked, *home) for intent, at, about, asked, *home in stored)


def _held_before(value: HeadBefore) -> str:
    written = value._replace(fact=_fact(value.fact), said=_said(value.said))  # type: ignore[arg-type]  # as written
    return to_json(written)


def _held_before_of(text: str) -> HeadBefore:
    said, day, count, at, to, intent, wants, given, fact, greeted, *rest = json.loads(text)
    menu, beside, asked_at, about, heard = rest
    return HeadBefore(
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
            fields: dict[str, object] = {
                "intent": value.intent,
                "fence": value.fence,
                "place": value.slot,
                "told": value.exception_ids,
            }
            kept = {
                name: each for name, each in (fields | {"agent": value.agent}).items() if each not in ("", None, ())
            }
            return {"reason": value.reason, **kept} | ({"agent": ""} if value.agent == "" else {})
        case ThreadCopy() if not value.note:
            return {"shows": value.shows}
        case ThreadCopy():
            return {"note": value.note, "shows": value.shows, "code": value.code}
        case StopNotice():
            fields = {"stopped": value.intent, "since": value.since, "refused": value.refused, "answers": value.answers}
            return fields | {"by": value.by, "tickets": value.tickets}
        case _:
            assert_never(value)


def _why_of(text: str) -> Why | None:
    fields: dict[str, Any] = json.loads(text or "{}")
    if "stopped" in fields:
        return StopNotice(
            intent=fields["stopped"],
            since=Millis(fields["since"]),
            refused=fields["refused"],
            answers=fields["answers"],
            by=fields.get("by", MONITOR),
            tickets=tuple(fields["tickets"]),
        )
    if "shows" in fields:
        return ThreadCopy(shows=tuple(fields["shows"]), note=fields.get("note", ""), code=fields.get("code", ""))
    if not fields:
        return None
    return Decided(
        reason=fields.get("reason", ""),
        intent=fields.get("intent", ""),
        fence=fields.get("fence"),
        slot=fields.get("place", ""),
        exception_ids=tuple(fields.get("told", ())),
        agent=fields.get("agent"),
    )


def beside(value: Content) -> dict[str, str]:
    """Return what a part's item holds beside its text, as JSON under "beside"; nothing of a plain part."""
    listed = value.quick_replies if not value.shown_text else ()  # else they are the row's (`choices`)
    if value.is_plain:
        return {}
    told = {
        "subject": value.subject,
        "html": value.html,
        "files": [[each.key, each.media_type, each.size, each.name] for each in value.files],
        "choices": [[each.title, each.payload] for each in listed],
        "template": [value.template.name, value.template.language, *value.template.values] if value.template else [],
    }
    held = {name: each for name, each in told.items() if each}
    return {"beside": to_json(held)} if held else {}


def kind_of_file(file: BlobRef) -> str:
    """Return the kind by which a timeline names a file, by its name's ending: its bytes were not seen yet."""
    ending = file.name.rpartition(".")[2].lower()
    return next((kind for kind, endings in _KINDS.items() if ending in endings), "document")


def choices(value: Content) -> str:
    """Return the quick replies of a text that says them too, and the text above them, as JSON."""
    return to_json([value.shown_text, *([each.title, each.payload] for each in value.quick_replies)])


def choices_of(text: str) -> dict[str, Any]:
    """Read what `choices` wrote, as fields of a Content."""
    above, *found = json.loads(text)
    return {"shown_text": above, "quick_replies": tuple(QuickReply(title, payload) for title, payload in found)}


def beside_of(text: str) -> dict[str, Any]:
    """Read what `beside` wrote, as fields of a Content."""
    if not text:
        return {}
    told = json.loads(text)
    name, language, *rest = told.get("template") or ("", "")
    return {
        "subject": told.get("subject", ""),
        "html": told.get("html", ""),
        "files": tuple(
            BlobRef(key=key, media_type=kind, size=size, name=called)
            for key, kind, size, called in told.get("files", ())
        ),
        "quick_replies": tuple(QuickReply(title, payload) for title, payload in told.get("choices", ())),
        "template": Template(name, language, tuple(rest)) if name else None,
    }


_KINDS = {"image": ("jpg", "jpeg", "png"), "video": ("mp4",), "audio": ("mp3",)}
WRITE: Mapping[str, Callable[[Any], object]] = {
    "fact": _fact,
    "held_before": _held_before,
    "said": _said,
    "chosen": lambda value: [[each.channel, each.account_id, each.person_id] for each in value],
    "spoken": lambda value: [list(each) for each in value],
    "classification": to_json,
    "media": to_json,
    "why": lambda value: to_json(why(value)),
}
READ: Mapping[str, Callable[[Any], object]] = {
    "fact": _fact_of,
    "held_before": _held_before_of,
    "said": _said_of,
    "chosen": lambda stored: tuple(address_of(*each) for each in stored),
    "spoken": lambda stored: tuple(Spoken(int(at), *rest) for at, *rest in stored),
    "classification": json.loads,
    "media": json.loads,
    "why": _why_of,
}
