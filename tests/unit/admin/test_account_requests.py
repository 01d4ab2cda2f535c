"""What a page asks about accounts: the same use cases as the commands, each with its permission, and no secret back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.admin.account_requests import ROUTES, Reply, Visit, ask
from chalicelib.admin.permissions import ALLOWS, needed
from chalicelib.channels import REGISTRY
from chalicelib.channels._messenger_connecting import SCOPES
from chalicelib.errors import UsageError
from chalicelib.model import Request
from chalicelib.stages.consents import answer as come_back
from chalicelib.store.audit import Author

from .account_stage import IDS, MARIE, NOW, SECRETS, Platform, Stage, playing

API = "https://guichet.example"
BRAND = "maison-lune"
CONSENTED: Mapping[str, Any] = {
    "/oauth/access_token": {"access_token": "person-s3cret"},
    "/me/accounts": {
        "data": [
            {"id": IDS["messenger"], "name": "Maison Lune", "access_token": "s3cret", "tasks": ["MESSAGING"]},
            {"id": "9", "name": "Only read", "access_token": "s3cret-9", "tasks": ["ANALYZE"]},
        ]
    },
    "/me/permissions": {"data": [{"permission": each, "status": "granted"} for each in SCOPES]},
    "/me": {"id": IDS["messenger"], "name": "Maison Lune"},
    "/subscriptions": {"data": []},
    "/subscribed_apps": {"data": []},
}
KEYS = {"current": "s3cret-of-app", "verify_token": "v", "app_id": "77"}


@pytest.fixture
def platform() -> Iterator[Platform]:
    with playing() as played:
        yield played


@pytest.fixture
def stage(platform: Platform) -> Stage:
    return Stage(platform.base)


def asked(stage: Stage, name: str, nonce: str = "", author: Author = MARIE, api: str = API, **more: Any) -> Reply:
    visit = Visit(author=author, api=api, nonce=nonce)
    return ask(name, stage.services, visit, {"brand": BRAND, "channel": "messenger", **more})


def test_every_route_names_the_permission_of_what_it_does() -> None:
    found = {name: needed(route.use_case) for name, route in ROUTES.items()}

    assert set(found.values()) <= set(ALLOWS)
    assert {found[name] for name in ("begin", "answered", "offered", "finish", "connect")} == {"account.connect"}
    assert found["disconnect"] == "account.disconnect"
    assert {found[name] for name in ("list", "ways", "doctor", "leaving")} == {"account.read"}
    assert {name for name, route in ROUTES.items() if not route.writes} == {"list", "ways", "doctor", "leaving"}


def test_an_account_is_connected_by_its_platforms_page_and_let_go_and_no_secret_comes_back(
    stage: Stage, platform: Platform
) -> None:
    platform.answers = CONSENTED
    begun = asked(stage, "begin", held=KEYS)
    waits = asked(stage, "answered", begun.nonce)
    mark = dict(parse_qsl(urlsplit(begun.document["url"]).query))["state"]
    back = Request("GET", "/connect/messenger", {"state": mark, "code": "c0de"}, {}, b"")
    assert come_back("messenger", back, stage.services.consents).status == 200
    answered = asked(stage, "answered", begun.nonce)
    offered = asked(stage, "offered", begun.nonce)
    with pytest.raises(UsageError, match="task"):
        asked(stage, "finish", begun.nonce, account_id="9")
    done = asked(stage, "finish", begun.nonce, account_id=IDS["messenger"])
    listed = asked(stage, "list")
    leaving = asked(stage, "leaving", account_id=IDS["messenger"])
    left = asked(stage, "disconnect", account_id=IDS["messenger"])

    assert (waits.document, answered.document) == ({"answered": False}, {"answered": True})
    assert [(each["account_id"], bool(each["lacks"])) for each in offered.document["choices"]] == [
        (IDS["messenger"], False),
        ("9", True),
    ]
    assert [each["done"] for each in done.document["set"]] == [True, True]
    assert (done.document["to_do"], bool(done.document["review"])) == ([], True)
    assert [each["account_id"] for each in listed.document["accounts"]] == [IDS["messenger"]]
    assert (leaving.document["waiting"], leaving.document["app_too"]) == (0, BRAND)
    assert [each["done"] for each in left.document["set"]] == [True, False]
    assert stage.services.directory.by_id("messenger", IDS["messenger"]) is None
    everything = json.dumps([each.document for each in (begun, waits, offered, done, listed, leaving, left)])
    assert not [secret for secret in ("s3cret", "person-", "c0de", begun.nonce) if secret in everything]
    assert begun.nonce not in repr(begun)


@pytest.mark.parametrize("name", ["answered", "offered", "finish"])
def test_only_who_began_goes_on_and_only_with_what_their_browser_keeps(
    name: str, stage: Stage, platform: Platform
) -> None:
    platform.answers = CONSENTED
    begun = asked(stage, "begin", held=KEYS)

    for nonce, author in (("", MARIE), ("guessed", MARIE), (begun.nonce, Author("tom", NOW))):
        with pytest.raises(UsageError, match="Nothing waits that you have asked for"):
            asked(stage, name, nonce, author, account_id=IDS["messenger"])
    assert asked(stage, "answered", begun.nonce).document == {"answered": False}


@pytest.mark.parametrize("channel", REGISTRY)
def test_typed_keys_connect_an_account_and_the_doctor_looks_at_it(
    channel: str, stage: Stage, platform: Platform
) -> None:
    key = "s3cret-key-of-forty-characters-or-a-little-more"
    held = {**SECRETS[channel], "app_id": "", "current": key}
    done = asked(stage, "connect", channel=channel, account_id=f" {IDS[channel]} ", held=held)
    seen = asked(stage, "doctor", channel=channel, account_id=IDS[channel])

    account = stage.services.directory.by_id(channel, IDS[channel])
    assert account is not None
    assert (done.document["account_id"], done.document["called"]) == (IDS[channel], seen_name(seen))
    assert {"sends", "token", "app secret"} <= {each["name"] for each in seen.document["findings"]}
    assert seen.document["well"] is all(each["well"] for each in seen.document["findings"])
    assert "s3cret" not in json.dumps([done.document, seen.document])
    assert stage.services.secrets.account(account).app_secrets[0] == key


def seen_name(seen: Reply) -> str:
    """Return whose token the doctor found it to be."""
    (found,) = [each["seen"] for each in seen.document["findings"] if each["name"] == "platform"]
    return str(found).removeprefix("takes the token of ")


@pytest.mark.parametrize("name", ["doctor", "leaving", "disconnect"])
def test_a_brand_asks_for_none_of_another_brands_accounts(name: str, stage: Stage) -> None:
    stage.connect("messenger", SECRETS["messenger"])

    with pytest.raises(UsageError, match="No account is connected that fits"):
        asked(stage, name, brand="atelier-nord", account_id=IDS["messenger"])
    assert stage.services.directory.by_id("messenger", IDS["messenger"]) is not None
    with pytest.raises(UsageError, match="belongs to another brand"):
        asked(stage, "connect", brand="atelier-nord", account_id=IDS["messenger"], held=SECRETS["messenger"])


@pytest.mark.parametrize(
    "body",
    [
        {"brand": ""},
        {"brand": 7},
        {"channel": "carrier-pigeon"},
        {"account_id": None},
        {"account_id": "1", "held": ["s3cret"]},
        {"account_id": "1", "held": {"token": {"s3cret": 1}}},
        {"account_id": "1", "held": {"tokem": "s3cret"}},
        {"account_id": "../../x y", "held": {"token": "s3cret"}},
        {"account_id": "1", "held": {f"n{number}": "s3cret" for number in range(100)}},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_that_shows_no_secret(body: Any, stage: Stage) -> None:
    with pytest.raises(UsageError) as caught:
        asked(stage, "connect", **body)

    assert str(caught.value).endswith(".")
    assert "s3cret" not in str(caught.value)
    assert (stage.ssm.kept, stage.dynamo.items) == ({}, {})


def test_the_ways_say_which_channel_has_a_page_and_what_of_the_app_is_missing_still(stage: Stage) -> None:
    before = ways(stage)
    stage.connect("messenger", {**SECRETS["messenger"], **KEYS})
    after = ways(stage)

    assert {name for name, way in before.items() if way["by_page"]} == {
        *(name for name, kind in REGISTRY.items() if kind.connecting().consent),
        "slack",
    }
    assert [each["name"] for each in before["messenger"]["lacking"]] == ["current", "verify_token", "app_id"]
    assert (after["messenger"]["lacking"], before["telegram"]["lacking"]) == ([], [])
    assert [each["name"] for each in before["telegram"]["keys"]] == ["current", "token"]


def ways(stage: Stage) -> dict[str, Any]:
    return {each["channel"]: each for each in asked(stage, "ways").document["channels"]}
