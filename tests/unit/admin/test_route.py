"""An HTTP route can call what a command calls: JSON in and out, the permission looked at before, errors as statuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.admin import ceilings, switch
from chalicelib.admin.autonomy import Change
from chalicelib.admin.permissions import Permission, needed
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import Autonomy, Millis
from chalicelib.playbook.codec import from_json
from chalicelib.store import audit, versions
from chalicelib.store.audit import Author
from chalicelib.triage.load_bundle import load
from tests.simulation.world import SimWiring, World

Body = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls, as an authorizer would tell it."""

    name: str
    may: frozenset[Permission]


@dataclass(frozen=True)
class Route:
    """A use case, and how it is called with a request's body; it gives the answer's."""

    use_case: Callable[..., Any]
    call: Callable[[SimWiring, str, Body, Author], Body]


def _ceiling(here: SimWiring, brand: str, body: Body, author: Author) -> Body:
    change = Change(level=Autonomy(body["level"]), intent=body.get("intent", ""))
    done = ceilings.set_ceiling(here, brand, change, load(), author)  # type: ignore[arg-type] # a path's brand is text
    return {"version": done.version, "stopped": done.stopped}


def _stop(here: SimWiring, brand: str, body: Body, author: Author) -> Body:
    done = switch.stop(here, brand, author, intent=body.get("intent", ""))  # type: ignore[arg-type] # as above
    return {"scope": done.scope, "was_stopped": done.was_stopped}


ROUTES: Mapping[tuple[str, str], Route] = {
    ("PUT", "ceiling"): Route(ceilings.set_ceiling, _ceiling),
    ("POST", "stop"): Route(switch.stop, _stop),
}


def handle(here: SimWiring, caller: Caller, method: str, path: str, body: str) -> tuple[int, Body]:
    """Answer a request: all that a route needs beside the use case."""
    _, brand, what = path.split("/")
    route = ROUTES[method, what]
    if needed(route.use_case) not in caller.may:
        return 403, {"needs": needed(route.use_case)}
    try:
        return 200, route.call(here, brand, json.loads(body), Author(caller.name, here.clock()))
    except UsageError as error:
        return 400, {"error": str(error)}
    except Conflict as error:
        return 409, {"error": str(error)}


@pytest.fixture
def world() -> World:
    return World()


LEAD = Caller("lea@example.com", frozenset({"autonomy.change", "bot.stop"}))


def asked(world: World, caller: Caller, method: str, what: str, body: Body) -> tuple[int, Body]:
    return handle(SimWiring(world, world.settings), caller, method, f"/maison-lune/{what}", json.dumps(body))


def test_a_ceiling_is_set_over_http_as_by_the_command_and_told_in_the_audit_log(world: World) -> None:
    status, answer = asked(world, LEAD, "PUT", "ceiling", {"level": "suggest", "intent": "return"})

    assert (status, answer) == (200, {"version": 2, "stopped": []})
    stored = versions.current(world.table)
    assert stored is not None
    assert from_json(stored.json).intents["return"].autonomy[""] is Autonomy.SUGGEST
    (line,) = audit.lines(world.table, Millis(0))
    assert (line.by, line.what, line.about) == ("lea@example.com", "autonomy.change", "suggest intent:return")
    assert (line.before, line.after) == ("version 1", "version 2")


def test_who_lacks_the_permission_changes_nothing(world: World) -> None:
    reader = Caller("tom@example.com", frozenset({"autonomy.read", "bot.stop"}))

    assert asked(world, reader, "PUT", "ceiling", {"level": "off"}) == (403, {"needs": "autonomy.change"})
    assert versions.current_number(world.table) == 1
    assert list(audit.lines(world.table, Millis(0))) == []
    assert asked(world, reader, "POST", "stop", {}) == (200, {"scope": "all", "was_stopped": False})
    assert world.table.control().silences_now("", "")


def test_what_a_command_refuses_with_a_sentence_is_refused_with_it_over_http(world: World) -> None:
    status, answer = asked(world, LEAD, "PUT", "ceiling", {"level": "auto", "intent": "nonsense"})

    assert status == 400
    assert answer["error"].startswith("The playbook has no intent 'nonsense'")
    status, answer = asked(world, LEAD, "PUT", "ceiling", {"level": "auto", "intent": "complaint"})
    assert (status, "never automatic" in answer["error"]) == (400, True)
    assert list(audit.lines(world.table, Millis(0))) == []
