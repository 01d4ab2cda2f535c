"""
WhatsApp's templates: an invented account's list, what a message by one is refused for, and how it is billed.

Source: Meta's pages on message templates, their errors and pricing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import meta
from .router import Answer

_PLACE = re.compile(r"\{\{(\d+)\}\}")
LIMIT = 1_024  # characters, values included
_ANSWER = {
    "fr": "Bonjour, voici notre réponse : {{1}} L'équipe {{2}}.",
    "en": "Hello, our answer: {{1}} The {{2}} team.",
}
_STATES = {
    "reponse_conseiller": ("UTILITY", "APPROVED"),
    "promo_hiver": ("MARKETING", "APPROVED"),
    "suivi_commande": ("UTILITY", "PAUSED"),
    "relance_avis": ("MARKETING", "REJECTED"),
}
LISTED: list[dict[str, Any]] = [
    {
        "name": name,
        "language": language,
        "category": category,
        "status": status,
        "rejected_reason": "PROMOTIONAL" if status == "REJECTED" else "NONE",
        "components": [{"type": "BODY", "text": text, "example": {"body_text": [["Oui", "Maison Lune"]]}}],
        "id": f"16671920137510{number}{place}",
    }
    for number, (name, (category, status)) in enumerate(_STATES.items(), 10)
    for place, (language, text) in enumerate(_ANSWER.items())
]


def wanted(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the listed template that a message names; None where there is none of this name and language."""
    asked = fields.get("template")
    if not isinstance(asked, Mapping):
        return None
    language = (asked.get("language") or {}).get("code")
    return next((one for one in LISTED if (one["name"], one["language"]) == (asked.get("name"), language)), None)


def values(fields: Mapping[str, Any]) -> list[str]:
    """Return what a message puts into the places of its template's text."""
    parts = [one for one in fields["template"].get("components") or () if one.get("type") == "body"]
    return [str(one.get("text") or "") for part in parts for one in part.get("parameters") or ()]


def reads(fields: Mapping[str, Any]) -> str:
    """Return what a message by a template reads as; "" for any other message."""
    one = wanted(fields)
    if one is None:
        return ""
    given = values(fields)
    return _PLACE.sub(lambda place: given[int(place[1]) - 1], one["components"][0]["text"])


def refusal(fields: Mapping[str, Any]) -> Answer | None:
    """Refuse a message by a template as the platform would; None where it takes it."""
    one = wanted(fields)
    if one is None:
        return _error(132001, "Template name does not exist in the translation")
    if one["status"] == "PAUSED":
        return _error(132015, "Template is Paused")
    if one["status"] != "APPROVED":
        return _error(132001, "Template name does not exist in the translation")
    given, places = values(fields), set(_PLACE.findall(one["components"][0]["text"]))
    if len(given) != len(places):
        return _error(132000, "Number of parameters does not match the expected number of params")
    if any(re.search(r"[\n\t]| {5}", each) for each in given):
        return _error(100, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    return _error(132005, "Translated text too long") if len(reads(fields)) > LIMIT else None


def pricing(category: str) -> dict[str, Any]:
    """Return what a status says of the price: no amount, only what is billed as what."""
    if not category:
        return {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
    return {"billable": True, "pricing_model": "PMP", "category": category.lower(), "type": "regular"}


def _error(code: int, words: str) -> Answer:
    return meta.graph_error(400, code, f"(#{code}) {words}")
