"""An HTTP route can call what a command calls: JSON in and out, the permission looked at before, errors as statuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.admin import accounts, ceilings, consents, switch
from chalicelib.admin.autonomy import Change
from chalicelib.admin.permissions import Permission, needed
from chalicelib.channels._messenger_connecting import SCOPES
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import AccountId, Autonomy, BrandId, ChannelName, Millis, Request
from chalicelib.playbook.codec import from_json
from chalicelib.stages.consents import answer as come_back
from chalicelib.store import audit, versions
from chalicelib.store.audit import Author
from chalicelib.triage.load_bundle import load
from chalicelib.wiring import Wiring
from tests.simulation.world import SimWiring, World

from .account_stage import IDS, OTHERS, SECRETS, Stage, playing

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
    call: Callable[[Wiring, str, Body, Author], Body]


def _ceiling(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    change = Change(level=Autonomy(body["level"]), intent=body.get("intent", ""))
    done = ceilings.set_ceiling(here, brand, change, load(), author)  # type: ignore[arg-type] # a path's brand is text
    return {"version": done.version, "stopped": done.stopped}


def _stop(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    done = switch.stop(here, brand, author, intent=body.get("intent", ""))  # type: ignore[arg-type] # as above
    return {"scope": done.scope, "was_stopped": done.was_stopped}


def _connect(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    asked = accounts.Asked(
        brand=BrandId(brand),
        channel=ChannelName(body["channel"]),
        account_id=AccountId(body["account_id"]),
        held=body["secrets"],
    )
    done = accounts.connect(here, asked, author)
    return accounts.shown(done.account, "https://guichet.example") | {"called": done.called}


def _ticket(brand: str, body: Body) -> consents.Ticket:
    return consents.Ticket(brand=BrandId(brand), channel=ChannelName(body["channel"]), nonce=body["nonce"])


def _begin(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    wanted = consents.Wanted(brand=BrandId(brand), channel=ChannelName(body["channel"]), held=body["secrets"])
    begun = consents.begin(here, wanted, author, API)
    return {"url": begun.url, "nonce": begun.ticket.nonce}  # the nonce: a cookie that no script reads


def _offered(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    if not consents.answered(here, _ticket(brand, body), author):
        return {"waits": True}
    offer = consents.offered(here, _ticket(brand, body), author)
    return {"accounts": [{"id": each.account_id, "name": each.name} for each in offer.choices]}


def _finish(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    done = consents.finish(here, _ticket(brand, body), body["account_id"], author, API)
    return accounts.shown(done.connected.account, API) | {"set": [[each.what, each.why] for each in done.halves]}


def _disconnect(here: Wiring, brand: str, body: Body, author: Author) -> Body:
    what = accounts.leaving(here, ChannelName(body["channel"]), AccountId(body["account_id"]))
    return {"platform": [[each.what, each.why] for each in accounts.disconnect(here, what, author)]}


API = "https://guichet.example"
ROUTES: Mapping[tuple[str, str], Route] = {
    ("PUT", "ceiling"): Route(ceilings.set_ceiling, _ceiling),
    ("PUT", "account"): Route(accounts.connect, _connect),
    ("POST", "stop"): Route(switch.stop, _stop),
    ("POST", "consent"): Route(consents.begin, _begin),
    ("GET", "consent"): Route(consents.offered, _offered),
    ("PUT", "consent"): Route(consents.finish, _finish),
    ("DELETE", "account"): Route(accounts.disconnect, _disconnect),
}


def handle(here: Wiring, caller: Caller, method: str, path: str, body: str) -> tuple[int, Body]:
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


ADMIN = Caller("lea@example.com", frozenset({"account.connect"}))


@pytest.mark.parametrize("channel", IDS)
def test_an_account_is_connected_over_http_as_by_the_command_and_no_secret_comes_back(channel: str) -> None:
    key = "s3cret-key-of-forty-characters-or-a-little-more"
    body = {"channel": channel, "account_id": IDS[channel], "secrets": SECRETS[channel] | {"current": key}}
    with playing() as platform:
        stage = Stage(platform.base)
        status, answer = handle(stage.services, ADMIN, "PUT", "/maison-lune/account", json.dumps(body))
    account = stage.services.directory.by_id(channel, IDS[channel])
    (line,) = audit.lines(stage.services.table(BrandId("maison-lune")), Millis(0))

    assert account is not None
    assert (status, answer["account_id"], bool(answer["called"])) == (200, IDS[channel], True)
    assert answer["webhook_url"].startswith(f"https://guichet.example/webhooks/{channel}/{account.key}")
    assert stage.services.secrets.account(account).app_secrets == (key,)
    assert (line.by, line.what, line.about) == ("lea@example.com", "account.connect", f"{channel} {IDS[channel]}")
    assert "s3cret" not in str(answer) + str(line)


def test_a_token_of_another_account_and_a_caller_without_the_right_are_refused_over_http() -> None:
    body = json.dumps({"channel": "messenger", "account_id": IDS["messenger"], "secrets": SECRETS["messenger"]})
    with playing() as platform:
        stage = Stage(platform.base)
        refused = handle(stage.services, LEAD, "PUT", "/maison-lune/account", body)
        platform.answers = OTHERS
        status, answer = handle(stage.services, ADMIN, "PUT", "/maison-lune/account", body)

    assert refused == (403, {"needs": "account.connect"})
    assert (status, "another account" in answer["error"]) == (400, True)
    assert (stage.ssm.kept, stage.dynamo.items) == ({}, {})


CONSENTED: Mapping[str, Any] = {
    "/oauth/access_token": {"access_token": "person-s3cret"},
    "/me/accounts": {
        "data": [{"id": IDS["messenger"], "name": "Maison Lune", "access_token": "s3cret", "tasks": ["MESSAGING"]}]
    },
    "/me/permissions": {"data": [{"permission": each, "status": "granted"} for each in SCOPES]},
    "/me": {"id": IDS["messenger"], "name": "Maison Lune"},
    "/subscriptions": {"data": []},
    "/subscribed_apps": {"data": []},
}
KEYS = {"current": "s3cret-of-app", "verify_token": "v", "app_id": "77"}


def test_an_account_is_connected_over_http_by_the_platforms_page_in_four_requests() -> None:
    with playing() as platform:
        platform.answers = CONSENTED
        stage = Stage(platform.base)

        def ask(method: str, body: Body, caller: Caller = ADMIN, what: str = "consent") -> tuple[int, Body]:
            return handle(stage.services, caller, method, f"/maison-lune/{what}", json.dumps(body))

        status, begun = ask("POST", {"channel": "messenger", "secrets": KEYS})
        going_on = {"channel": "messenger", "nonce": begun["nonce"]}
        waits = ask("GET", going_on)
        mark = dict(parse_qsl(urlsplit(begun["url"]).query))["state"]
        back = Request("GET", "/connect/messenger", {"state": mark, "code": "c0de"}, {}, b"")
        page = come_back("messenger", back, stage.services.consents)
        stranger = Caller("tom@example.com", ADMIN.may)
        refused = [
            ask("POST", {"channel": "messenger", "secrets": KEYS}, LEAD),
            ask("PUT", {**going_on, "account_id": IDS["messenger"]}, stranger),
            ask("GET", {**going_on, "nonce": "guessed"}),
        ]
        offer = ask("GET", going_on)
        done = ask("PUT", {**going_on, "account_id": IDS["messenger"]})
        again = ask("PUT", {**going_on, "account_id": IDS["messenger"]})
        left = ask("DELETE", {"channel": "messenger", "account_id": IDS["messenger"]}, LEAVER, "account")

    assert (status, waits, page.status) == (200, (200, {"waits": True}), 200)
    assert [each[0] for each in refused] == [403, 400, 400]
    assert offer == (200, {"accounts": [{"id": IDS["messenger"], "name": "Maison Lune"}]})
    assert (done[0], [why for _, why in done[1]["set"]]) == (200, ["", ""])
    assert (again[0], "begin again" in again[1]["error"]) == (400, True)
    assert (left[0], len(left[1]["platform"])) == (200, 2)
    assert "s3cret" not in json.dumps([begun, waits, offer, done, refused, again, left])
    assert stage.services.directory.by_id("messenger", IDS["messenger"]) is None


LEAVER = Caller("lea@example.com", frozenset({"account.disconnect"}))
