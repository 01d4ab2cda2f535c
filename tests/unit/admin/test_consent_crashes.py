"""Connecting by a consent page dies at any call, is begun again, and ends as if nothing had happened."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.admin import consents
from chalicelib.admin.accounts import disconnect, leaving
from chalicelib.channels._messenger_connecting import EVENTS, SCOPES
from chalicelib.channels.facebook.connecting import RIGHTS
from chalicelib.errors import UsageError
from chalicelib.model import AccountId, BrandId, ChannelName, Request
from chalicelib.stages.consents import answer
from chalicelib.wiring import Wiring

from .account_stage import IDS, MARIE, Stage, playing

API = "https://guichet.example"
ID = IDS["messenger"]
PAGE = {"id": ID, "name": "Maison Lune", "access_token": "page", "tasks": ["MESSAGING", "MODERATE"]}
ANSWERS: dict[str, Any] = {
    "/oauth/access_token": {"access_token": "person"},
    "/me/accounts": {
        "data": [{"id": ID, "name": "Maison Lune", "access_token": "page", "tasks": ["MESSAGING", "MODERATE"]}]
    },
    "/me/permissions": {"data": [{"permission": each, "status": "granted"} for each in SCOPES]},
    "/me": {"id": ID, "name": "Maison Lune"},
    "/subscriptions": {"data": []},
    "/subscribed_apps": {"data": []},
}
KEPT = {"app/connect/state", "app/messenger/maison-lune", f"token/messenger/{ID}"}
WANTED = consents.Wanted(
    brand=BrandId("maison-lune"),
    channel=ChannelName("messenger"),
    held={"current": "s", "verify_token": "v", "app_id": "77"},
)


class Dies:
    """A client whose call number `at` is its process's last; what it asked for is done."""

    def __init__(self, inner: Any, left: list[int]) -> None:
        self._inner, self._left = inner, left

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "exceptions":
            return found

        def call(**asked: Any) -> Any:
            told = found(**asked)
            self._left[0] -= 1
            if self._left[0] == 0:
                raise KeyboardInterrupt
            return told

        return call


def connected(stage: Stage, command: Wiring) -> None:
    """The whole of it: the command's part by `command`, the page's answer by the stage's own function."""
    begun = consents.begin(command, WANTED, MARIE, API)
    mark = dict(parse_qsl(urlsplit(begun.url).query))["state"]
    back = Request("GET", "/connect/messenger", {"state": mark, "code": "c"}, {}, b"")
    assert answer("messenger", back, stage.services.consents).status == 200
    assert consents.answered(command, begun.ticket, MARIE)
    consents.offered(command, begun.ticket, MARIE)
    consents.finish(command, begun.ticket, ID, MARIE, API)


def test_a_connect_that_dies_anywhere_is_begun_again_and_leaves_one_token_and_nothing_else() -> None:
    with playing() as platform:
        platform.answers = ANSWERS
        for at in range(1, 120):
            stage, left = Stage(platform.base), [at]
            real = stage.services.client
            command = Wiring(
                stage.services.settings,
                client=lambda name, real=real, left=left: Dies(real(name), left),  # type: ignore[misc] # each its own
                clock=stage.services.clock,
            )
            try:
                connected(stage, command)
            except KeyboardInterrupt:
                connected(stage, stage.services)
            account = stage.account("messenger")
            assert set(stage.ssm.now()) == {
                "app/connect/state",
                "app/messenger/maison-lune",
                "app/people/keys",
                f"token/messenger/{ID}",
            }, at
            assert stage.services.secrets.account(account).token == "page"
            assert [key for key in stage.dynamo.items if "consent" in str(key)] == [], at
            if left[0] > 0:
                assert at > 20
                return
    raise AssertionError("it never ended")


def test_a_command_that_dies_after_the_code_was_used_says_so_and_does_not_use_it_twice() -> None:
    with playing() as platform:
        platform.answers = ANSWERS
        stage = Stage(platform.base)
        begun = consents.begin(stage.services, WANTED, MARIE, API)
        mark = dict(parse_qsl(urlsplit(begun.url).query))["state"]
        back = Request("GET", "/connect/messenger", {"state": mark, "code": "c"}, {}, b"")
        answer("messenger", back, stage.services.consents)
        platform.answers = {}
        outcomes = []
        for _ in range(2):
            try:
                consents.offered(stage.services, begun.ticket, MARIE)
            except UsageError as error:
                outcomes.append(str(error))

    assert "gave nothing" in outcomes[0]
    assert "used already" in outcomes[1]
    assert len([path for path, _ in platform.asked if path.endswith("/oauth/access_token")]) == 1


def test_a_pages_comments_are_connected_beside_its_messages_and_take_nothing_of_theirs_when_they_go() -> None:
    """One page, one app, one list of fields: what each channel sets and takes back is its own alone."""
    fields = {"data": [{"id": "77", "subscribed_fields": [*EVENTS]}]}
    given = {"data": [{"permission": each, "status": "granted"} for each in RIGHTS]}
    with playing() as platform:
        platform.answers = {**ANSWERS, "/me/permissions": given, "/subscribed_apps": fields}
        stage = Stage(platform.base)
        begun = consents.begin(stage.services, replace(WANTED, channel=ChannelName("facebook")), MARIE, API)
        mark = dict(parse_qsl(urlsplit(begun.url).query))["state"]
        answer("facebook", Request("GET", "/", {"state": mark, "code": "c"}, {}, b""), stage.services.consents)
        done = consents.finish(stage.services, begun.ticket, ID, MARIE, API)
        set_fields = [body for path, body in platform.bodies if path.endswith("/subscribed_apps") and body]
        both = {"data": [{"id": "77", "subscribed_fields": [*EVENTS, "feed", "mention"]}]}
        platform.answers = {**platform.answers, "/subscribed_apps": both}
        disconnect(stage.services, leaving(stage.services, ChannelName("facebook"), AccountId(ID)), MARIE)
        left = [body for path, body in platform.bodies if path.endswith("/subscribed_apps") and body][-1]

    assert [each.why for each in done.halves] == ["", ""]
    assert json.loads(set_fields[-1])["subscribed_fields"].split(",") == [*EVENTS, "feed", "mention"]
    assert json.loads(left)["subscribed_fields"].split(",") == [*EVENTS]
