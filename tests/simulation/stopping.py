"""What stopped by itself has exactly one line in the audit log, whatever died meanwhile: an invariant of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.conversation import JUDGES, MONITOR
from chalicelib.model import Millis
from chalicelib.store import audit, wire

if TYPE_CHECKING:
    from .world import World


def stops_in_the_log(world: World) -> list[str]:
    """Return what is wrong, as sentences. Whatever a person stopped is not looked at."""
    wanted = Counter(dict.fromkeys(_stopped(world), 1))
    found = Counter((each.what, each.about) for each in audit.lines(world.table, Millis(0)) if _by_a_rule(each.by))
    wrong = [each for each in sorted({*wanted, *found}) if found[each] != wanted[each]]
    return [f"{found[each]} lines, not {wanted[each]}, about {each}" for each in wrong]


def _by_a_rule(by: str) -> bool:
    return by in (*audit.RULES.values(), audit.GUESSED, audit.TOKEN)


def _stopped(world: World) -> set[tuple[str, str]]:
    """What a rule has stopped in this run, each once: no path stops the same thing twice."""
    at_first: set[tuple[str, str]] = set().union(*(_stopped_in(wire.from_avs(item)) for item in world.set_up))
    ever = set().union(*(_stopped_in(wire.from_avs(item)) for _, item in world.dynamo.written))
    return ever - at_first  # what was so when the run began is no work of this release


def _stopped_in(item: Mapping[str, Any]) -> set[tuple[str, str]]:
    found = {("bot.stop", name) for name, each in item.get("scopes", {}).items() if each.get("by") in (MONITOR, JUDGES)}
    if item.get("paused"):
        found.add(("account.pause", f"{item['channel']} {item['account_id']}"))
    if item.get("guessed_until"):
        found.add(("look_up.block", ""))
    return found
