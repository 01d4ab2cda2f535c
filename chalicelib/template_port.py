"""
The port of channels whose platform approves words beforehand (templates): how they are listed, filled and priced. Pure.

A template stands outside a channel's answer window, where no text of our own does. Each is billed by its category and
the customer's country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from .model import AccountId

APPROVED = "approved"
_PLACE = re.compile(r"\{\{\s*([0-9]{1,2})\s*\}\}")


class ListedTemplate(NamedTuple):
    """
    A template as its platform lists it.

    `key`: what it is sent by, `name`: what people call it. `status`: "approved", or the platform's word in small
    letters; `reason`: the platform's own for it. `places`: how many values its text takes; `lacks`: what it needs
    beside a text ("header", "buttons", "names", "text"), "" where a text is enough.
    """

    key: str
    name: str
    language: str
    category: str
    status: str
    body: str
    places: int = 0
    lacks: str = ""
    reason: str = ""


class TemplatePage(NamedTuple):
    """A page of a platform's list of templates. `following`: with what the next page is asked for, or ""."""

    listed: Sequence[ListedTemplate]
    following: str = ""


@runtime_checkable
class ListsTemplates(Protocol):
    """
    A channel whose surface sends templates (`Surface.template_limit`).

    `templates` makes one reading request. `page`: "" for the first, else `following` of the page before. Raises only
    SendError.
    """

    def templates(self, account_id: AccountId, page: str = "") -> TemplatePage: ...


def places_in(body: str) -> int:
    """Return how many values a template's text takes: the highest number of its places."""
    return max((int(found) for found in _PLACE.findall(body)), default=0)


def filled(body: str, values: Sequence[str]) -> str:
    """Return a template's text as it reads with these values in its places."""
    return _PLACE.sub(lambda place: _value(values, int(place[1]), place[0]), body)


def _value(values: Sequence[str], number: int, otherwise: str) -> str:
    return values[number - 1] if 0 < number <= len(values) else otherwise


def as_value(text: str) -> str:
    """Return a text as a place of a template takes it: on one line, one blank between words."""
    return " ".join(text.split())


def price_of(prices: Mapping[str, Mapping[str, float]], person_id: str, category: str) -> float | None:
    """
    Return what the platform bills for a template of this category to this person, in USD; None where that is not known.

    `prices` is by how a person's id begins; the longest that fits counts.
    """
    begins = max((each for each in prices if person_id.startswith(each)), key=len, default="")
    return prices[begins].get(category) if begins else None


def in_language(listed: Iterable[ListedTemplate], name: str, language: str) -> ListedTemplate | None:
    """Return the template of this name in a language ("fr", else "fr_FR"); an approved one before any other."""
    found = [each for each in listed if each.name == name and re.split("[_-]", each.language)[0] == language]
    found.sort(key=lambda each: (each.status != APPROVED, each.language != language, each.language))
    return found[0] if found else None
