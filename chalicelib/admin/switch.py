"""Stops and starts a brand's bot: one switch, read by the claim of every bot row."""

from __future__ import annotations

from dataclasses import dataclass

from ..conversation import Control
from ..errors import UsageError
from ..model import BrandId
from ..store import audit
from ..store.audit import Author, What
from .permissions import needs
from .services import AdminServices

COMMAND = "command"  # who stopped it, as the desk is told


@dataclass(frozen=True, slots=True)
class Switched:
    """What was switched, whether it was stopped before, and all that is stopped now."""

    scope: str
    was_stopped: bool
    control: Control


@needs("bot.stop")
def stop(here: AdminServices, brand: BrandId, author: Author, *, channel: str = "", intent: str = "") -> Switched:
    """Silence the bot at once, rows already waiting included. Raises UsageError for an intent that there is not."""
    return _switch(here, brand, author, "bot.stop", COMMAND, (channel, intent))


@needs("bot.start")
def start(
    here: AdminServices, brand: BrandId, author: Author, *, by: str, channel: str = "", intent: str = ""
) -> Switched:
    """Let the bot speak again. `by`: the person whom the playbook names (`named_people`). Raises as `stop`."""
    return _switch(here, brand, author, "bot.start", by, (channel, intent))


def _switch(
    here: AdminServices, brand: BrandId, author: Author, what: What, by: str, where: tuple[str, str]
) -> Switched:
    table, scope = here.table(brand), _scope(here, brand, *where)
    before = table.control().scopes.get(scope)
    noted = audit.beside(brand, author, what, scope)
    control = table.switch(scope, stopped=what == "bot.stop", since=author.at, by=by, beside=noted)
    return Switched(scope, before.stopped if before else False, control)


def _scope(here: AdminServices, brand: BrandId, channel: str, intent: str) -> str:
    intents = set(here.playbook(brand).intents) if intent else set()
    if intent and intent not in intents:
        raise UsageError(f"The playbook has no intent '{intent}'; known: {', '.join(sorted(intents))}.")
    parts = [f"channel:{channel}"] if channel else []
    parts += [f"intent:{intent}"] if intent else []
    return " ".join(parts) or "all"
