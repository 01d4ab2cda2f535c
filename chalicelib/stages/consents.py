"""
Takes what a platform's consent page sends back: the one public address that no signature of a platform protects.

What protects it is our own mark (OAuth's `state`): made for one consent, good once and for ten minutes. Nothing is
exchanged here: whoever asked for the consent does that with their own rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import Unverified
from ..model import BrandId, Millis, Request, Response
from ..ports import Clock, Metrics
from ..store import consents
from ..store.table import Table

LONGEST = 4_096  # characters of one value that a page brings back
DECLINED = ("error", "denied")
# Of a page that shows nothing but our own words: it loads nothing, is in no frame, and is kept by nobody.
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
BACK = "You can close this page and go back to where you began."
WORDS: Mapping[str, tuple[int, str]] = {
    "taken": (200, f"The platform has answered. {BACK}"),
    "declined": (200, f"Nothing was allowed, and nothing is connected. {BACK}"),
    "incomplete": (400, "The platform's answer is not complete. Begin again."),
    "forged": (403, "This is no answer to anything that was asked here."),
    "again": (409, "This was answered already, or somebody began anew. Begin again if the account is not connected."),
    "over": (410, "This took longer than ten minutes. Begin again."),
}


@dataclass(frozen=True, slots=True)
class ConsentServices:
    """`secrets`: those that sign marks, the current one first."""

    table: Callable[[BrandId], Table]
    secrets: Callable[[], tuple[str, ...]]
    clock: Clock
    metrics: Metrics


def answer(channel: str, request: Request, services: ConsentServices) -> Response:
    """Answer the person whom the platform sends back, in words alone: nothing that was given is ever shown."""
    outcome = _outcome(channel, request.query, services)
    if outcome not in ("taken", "declined"):
        services.metrics(f"consent_{outcome}")
    status, words = WORDS[outcome]
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Guichet</title><p>{words}</p></html>'
    return Response(status, page, "text/html; charset=utf-8", HEADERS)


def _outcome(channel: str, query: Mapping[str, str], services: ConsentServices) -> str:
    """Say what became of an answer, a word of WORDS. The table is asked for nothing that a stranger could have made."""
    now = services.clock()
    try:
        mark = consents.read(query.get("state", ""), channel, services.secrets())
    except Unverified:
        return "forged"
    if now >= mark.until:
        return "over"
    table = services.table(mark.brand)
    waiting = consents.waiting(table, channel)
    if waiting is None or waiting.consent != mark.consent or waiting.brought is not None:
        return "again"
    declined = any(name in query for name in DECLINED)
    brought = {} if declined else _brought(waiting.takes, query)
    if brought is None:
        return "incomplete"
    if not consents.answer(table, mark, brought, Millis(now), declined=declined):
        return "again"
    return "declined" if declined else "taken"


def _brought(takes: tuple[str, ...], query: Mapping[str, str]) -> dict[str, str] | None:
    """Return what was asked for of what came back; None where a part is missing or cannot be one."""
    found = {name: query.get(name, "") for name in takes}
    return found if all(value and len(value) <= LONGEST for value in found.values()) else None
