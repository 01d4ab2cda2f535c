"""
A playbook as one compact JSON text for the table, and back. Standard library only.

`from_json(to_json(p)) == p`. The text carries a version; a version from the future is refused, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from ..errors import Misconfigured
from ..model import FIRST_ONLY, Autonomy, State
from .release import Approval, Degrees, Waiver
from .schema import (
    SUGGEST_FROM,
    Acknowledge,
    AutonomyRules,
    FieldShape,
    Hours,
    Intent,
    Limits,
    NeverAutomatic,
    Playbook,
    Register,
    Routing,
    Targets,
    Texts,
)

VERSION = 1

_Raw = dict[str, Any]  # what json.loads gives; it does not leave this module


def to_json(playbook: Playbook) -> str:
    """Return the playbook as compact JSON with sorted keys: equal playbooks give equal text."""
    raw = {
        "v": VERSION,
        "brand": playbook.brand,
        "name": playbook.name,
        "languages": playbook.languages,
        "register": dict(playbook.register),
        "autonomy": _autonomy_out(playbook.autonomy),
        "hours": _plain(playbook.hours, Hours) | {"holidays": sorted(playbook.hours.holidays)},
        "limits": _plain(playbook.limits, Limits),
        "targets": _plain(playbook.targets, Targets),
        "routing": _plain(playbook.routing, Routing),
        "suggest_from": playbook.suggest_from,
        "acknowledge": _plain(playbook.acknowledge, Acknowledge),
        "country": playbook.country,
        "approval": _plain(playbook.approval, Approval),
        "admins": playbook.admins,
        "never_automatic": _reserved_out(playbook.never_automatic),
        "variables": {name: dict(texts) for name, texts in playbook.variables.items()},
        "phrases": {name: dict(texts) for name, texts in playbook.phrases.items()},
        "fields": {
            name: {
                "shapes": shape.shapes,
                "values": shape.values,
                "title": dict(shape.title),
                "cues": shape.cues,
            }
            for name, shape in playbook.fields.items()
        },
        "intents": {name: _intent_out(intent) for name, intent in playbook.intents.items()},
    }
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_json(text: str) -> Playbook:
    """Return the playbook that `to_json` wrote. Raises Misconfigured when the text is not one."""
    try:
        raw = cast("_Raw", json.loads(text))
        if raw["v"] != VERSION:
            raise Misconfigured(
                f"The stored playbook has version {raw['v']}; push it again with this version's guichet."
            )
        return _playbook_in(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(
            "The stored playbook cannot be read; push it again with `guichet playbook push`."
        ) from error


def _plain(value: object, kind: type) -> _Raw:
    return {name: getattr(value, name) for name in kind.__slots__}  # type: ignore[attr-defined]  # slotted dataclasses only


def _autonomy_out(rules: AutonomyRules) -> _Raw:
    return {
        "default": rules.default,
        "public_max": rules.public_max,
        "channels": dict(rules.channels),
        "languages": dict(rules.languages),
        "degrees": _plain(rules.degrees, Degrees),
        "without_proof": _waived(rules.without_proof),
    }


def _autonomy_in(raw: _Raw) -> AutonomyRules:
    return AutonomyRules(
        default=Autonomy(raw["default"]),
        public_max=Autonomy(raw["public_max"]),
        channels=_levels(raw["channels"]),
        languages=_levels(raw.get("languages", {})),
        degrees=Degrees(**raw.get("degrees", {})),
        without_proof=_waiver_in(raw.get("without_proof")),
    )


def _waived(waiver: Waiver | None) -> _Raw | None:
    return _plain(waiver, Waiver) if waiver else None


def _waiver_in(raw: _Raw | None) -> Waiver | None:
    return Waiver(**raw) if raw else None


def _reserved_out(own: NeverAutomatic) -> _Raw:
    return {"subjects": sorted(own.subjects), "phrases": dict(own.phrases)}


def _intent_out(intent: Intent) -> _Raw:
    """Return the intent without what is empty."""
    raw: _Raw = {
        "title": dict(intent.title),
        "label": dict(intent.label),
        "choice": dict(intent.choice),
        "replies": dict(intent.replies),
        "public": dict(intent.public),
        "channels": {channel: dict(texts) for channel, texts in intent.channels.items()},
        "autonomy": dict(intent.autonomy),
        "language_autonomy": dict(intent.language_autonomy),
        "never_auto": intent.never_auto,
        "target_precision": intent.target_precision,
        "asks": intent.asks,
        "asks_also": intent.asks_also,
        "question_also": dict(intent.question_also),
        "question": dict(intent.question),
        "lookup": intent.lookup,
        "statuses": {status: dict(texts) for status, texts in intent.statuses.items()},
        "serves": sorted(intent.serves),
        "approval": {name: value for name, value in _plain(intent.approval, Approval).items() if value},
        "degrees": _plain(intent.degrees, Degrees) if intent.degrees else {},
        "without_proof": _waived(intent.without_proof),
    }
    return {key: value for key, value in raw.items() if value}


def _playbook_in(raw: _Raw) -> Playbook:
    return Playbook(
        brand=raw["brand"],
        name=raw["name"],
        languages=tuple(raw["languages"]),
        register=MappingProxyType(cast("dict[str, Register]", raw["register"])),
        autonomy=_autonomy_in(raw["autonomy"]),
        hours=_hours_in(raw["hours"]),
        limits=Limits(**raw["limits"]),
        targets=Targets(**raw["targets"]),
        routing=Routing(**raw["routing"] | {"safety_contacts": tuple(raw["routing"].get("safety_contacts", ()))}),
        suggest_from=float(raw.get("suggest_from", SUGGEST_FROM)),
        acknowledge=Acknowledge(**raw.get("acknowledge", {})),
        country=raw.get("country", "FR"),
        approval=Approval(**raw.get("approval", {})),
        admins=tuple(raw.get("admins", ())),
        never_automatic=_reserved(raw.get("never_automatic", {})),
        variables=_by_name(raw["variables"]),
        phrases=_by_name(raw["phrases"]),
        fields=MappingProxyType({name: _field_in(name, shape) for name, shape in raw["fields"].items()}),
        intents=MappingProxyType({name: _intent_in(name, intent) for name, intent in raw["intents"].items()}),
    )


def _hours_in(raw: _Raw) -> Hours:
    return Hours(
        time_zone=raw["time_zone"],
        week=tuple(tuple((int(a), int(b)) for a, b in day) for day in raw["week"]),
        holidays=frozenset(raw["holidays"]),
    )


def _field_in(name: str, raw: _Raw) -> FieldShape:
    return FieldShape(
        name=name,
        shape=raw["shapes"][0] if raw["shapes"] else "",
        title=MappingProxyType(raw["title"]),
        cues=tuple(raw["cues"]),
        others=tuple(raw["shapes"][1:]),
        values=tuple(raw.get("values", ())),
    )


def _intent_in(name: str, raw: _Raw) -> Intent:
    return Intent(
        name=name,
        title=MappingProxyType(raw["title"]),
        label=MappingProxyType(raw.get("label", {})),
        choice=MappingProxyType(raw.get("choice", {})),
        replies=MappingProxyType(raw.get("replies", {})),
        public=MappingProxyType(raw.get("public", {})),
        channels=_by_name(raw.get("channels", {})),
        autonomy=_levels(raw.get("autonomy", {})),
        language_autonomy=_levels(raw.get("language_autonomy", {})),
        never_auto=bool(raw.get("never_auto", False)),
        target_precision=float(raw["target_precision"]),
        asks=raw.get("asks", ""),
        asks_also=raw.get("asks_also", ""),
        question_also=MappingProxyType(raw.get("question_also", {})),
        question=MappingProxyType(raw.get("question", {})),
        lookup=raw.get("lookup", ""),
        statuses=_by_name(raw.get("statuses", {})),
        serves=frozenset(map(State, raw.get("serves", FIRST_ONLY))),
        approval=Approval(**raw.get("approval", {})),
        degrees=Degrees(**raw["degrees"]) if "degrees" in raw else None,
        without_proof=_waiver_in(raw.get("without_proof")),
    )


def _reserved(raw: _Raw) -> NeverAutomatic:
    return NeverAutomatic(
        subjects=frozenset(raw.get("subjects", ())),
        phrases=MappingProxyType({language: tuple(listed) for language, listed in raw.get("phrases", {}).items()}),
    )


def _by_name(raw: Mapping[str, _Raw]) -> Mapping[str, Texts]:
    return MappingProxyType({name: MappingProxyType(texts) for name, texts in raw.items()})


def _levels(raw: Mapping[str, str]) -> Mapping[str, Autonomy]:
    return MappingProxyType({channel: Autonomy(level) for channel, level in raw.items()})
