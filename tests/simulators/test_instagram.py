"""Instagram, played: what it refuses, what it sends back, what it lists; read and called by the channel itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.instagram.channel import Instagram as Channel
from chalicelib.channels.instagram.connecting import CONNECTING
from chalicelib.channels.instagram.errors import comment_refused
from chalicelib.errors import Refused, SendError, TokenExpired, WindowClosed
from chalicelib.model import (
    AccountId,
    Address,
    Attachment,
    ChannelName,
    Credentials,
    Echo,
    Event,
    EventId,
    Message,
    Millis,
    OutboundPart,
    PersonId,
    Sent,
    posted,
)
from chalicelib.ports import HttpAnswer
from infra.local.simulators.config import AccountConfig, parse_config
from infra.local.simulators.instagram.api import Instagram
from infra.local.simulators.platforms import Platforms
from infra.local.simulators.router import PlatformCall
from infra.local.simulators.signing import plain_json
from infra.local.simulators.webhook_sender import WebhookDelivery
from infra.local.simulators.world import Bubble, Person

ACCOUNT = "17841466230917061"
EXTRAS = [{"login": "instagram"}, {"login": "facebook", "page_id": "104377"}, {"login": "unified"}]


def config(extra: dict[str, str]) -> dict[str, Any]:
    secrets = {"app_secret": "app-secret", "verify_token": "v", "token": "t0ken", "app_id": "77"}
    where = {"webhook_url": "https://a.example/webhooks/instagram/k", "account_id": ACCOUNT}
    return {"brands": [{"brand": "maison-lune", "accounts": {"instagram": where | secrets | extra}}]}


class Outbox:
    """In place of the sender: what it was to post."""

    def __init__(self) -> None:
        self.posted: list[WebhookDelivery] = []

    def send(self, delivery: WebhookDelivery, **_: object) -> None:
        self.posted.append(delivery)

    def events(self) -> list[Event]:
        """What the last webhook says to us."""
        return list(Channel.parse(posted(self.posted[-1].body)))


class Direct:
    """The channel's HTTP: each request goes to the endpoint of the played platform that has its path."""

    def __init__(self, played: Instagram) -> None:
        self.played = played

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        parts = urlsplit(url)
        for endpoint in self.played.endpoints():
            params = _match(endpoint.path, parts.path)
            if method in endpoint.methods and params is not None:
                fields: Any = json.loads(body) if body else {}
                given = PlatformCall(
                    method, parts.path, parts.query, params, dict(parse_qsl(parts.query)), headers, fields, body
                )
                answer = endpoint.act(given)
                for effect in answer.after:
                    effect()
                raw = answer.body if isinstance(answer.body, bytes) else plain_json(answer.body)
                return HttpAnswer(answer.status, dict(answer.headers), raw)
        raise AssertionError(f"no such path: {parts.path}")


def _match(pattern: str, path: str) -> dict[str, str] | None:
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    pairs = list(zip(wanted, given, strict=True))
    if any(left != right for left, right in pairs if not left.startswith("{")):
        return None
    return {left[1:-1]: right for left, right in pairs if left.startswith("{")}


class Stage:
    """A played account in one of the three ways of connecting, and the channel that is connected to it."""

    def __init__(self, extra: dict[str, str]) -> None:
        self.world = (
            platforms := Platforms(parse_config(config(extra)), httpx.AsyncClient(), "http://127.0.0.1:1")
        ).world
        played = platforms.channels["instagram"]
        assert isinstance(played, Instagram)
        self.played, self.outbox = played, Outbox()
        # `extra` of the played account holds what was invented for it; a page's id is the test's own.
        self.account: AccountConfig = self.world.config.brands[0].accounts["instagram"]
        played.sender = self.outbox  # type: ignore[assignment]  # the one method that is called
        self.credentials = Credentials(app_secrets=("app-secret",), app_id="77", token="t0ken", extra=extra)
        self.channel = Channel(self.credentials, Direct(played))
        self.person: Person = self.world.people["camille"]

    def write(self, text: str, **asked: Any) -> Bubble:
        return self.played.write(self.account, self.person, text, asked)

    @property
    def address(self) -> Address:
        own = self.person.ids[f"instagram:{ACCOUNT}"]
        return Address(ChannelName("instagram"), AccountId(ACCOUNT), PersonId(own))

    def say(self, text: str, **more: Any) -> Sent:
        part: dict[str, Any] = {"row_id": "c.1.a", "index": 0, "attempt": 1, "address": self.address, "kind": "reply"}
        return self.channel.send(OutboundPart(**part | {"text": text} | more))


@pytest.fixture(params=EXTRAS, ids=[each["login"] for each in EXTRAS])
def stage(request: pytest.FixtureRequest) -> Stage:
    return Stage(request.param)


def test_a_direct_message_and_its_answer_go_through_each_way_of_connecting(stage: Stage) -> None:
    stage.write("Vous livrez en Belgique ?")
    (message,) = stage.outbox.events()
    sent = stage.say("Oui, en trois jours.")
    (echo,) = stage.outbox.events()

    assert isinstance(message, Message)
    assert (message.address, message.text) == (stage.address, "Vous livrez en Belgique ?")
    assert isinstance(echo, Echo)
    assert (echo.event_id, echo.address, echo.row_id) == (sent.platform_id, stage.address, "")
    assert stage.channel.called(AccountId(ACCOUNT)) == "@maison_lune"
    assert stage.channel.name_of(stage.address) == "Camille Roux"


def test_a_node_of_another_login_is_refused_for_ever(stage: Stage) -> None:
    login = stage.credentials.extra["login"]
    other = {"login": "unified" if login == "instagram" else "instagram"}
    with pytest.raises(TokenExpired, match="3"):
        Channel(replace(stage.credentials, extra=other), Direct(stage.played)).show_typing(
            OutboundPart(row_id="c.1.a", index=0, attempt=1, address=stage.address, kind="notice", text="")  # type: ignore[arg-type]
        )


def test_a_comment_is_answered_under_the_top_one_and_the_list_has_it(stage: Stage) -> None:
    top = stage.write("Et en 46 ?", surface="public")
    below = stage.write("je veux bien savoir aussi", surface="public", anchor=top.platform_id)
    (message,) = stage.outbox.events()
    assert isinstance(message, Message)
    sent = stage.say("Oui !", public=True, anchor=message.anchor)
    (echo,) = stage.outbox.events()

    assert (message.public, message.target_id, message.event_id) == (True, top.platform_id, below.platform_id)
    assert isinstance(echo, Echo)
    assert (echo.event_id, echo.target_id, echo.public) == (sent.platform_id, top.platform_id, True)


def test_an_answer_under_a_comment_is_deleted_and_asked_again_it_counts_as_deleted(stage: Stage) -> None:
    stage.write("Et en 46 ?", surface="public")
    (message,) = stage.outbox.events()
    assert isinstance(message, Message)
    sent = stage.say("Oui !", public=True, anchor=message.anchor)
    for _ in range(2):
        stage.say("", kind="unsend", public=True, anchor=message.anchor, target=sent.platform_id)

    bubble = stage.world.bubble_of(sent.platform_id)
    assert bubble is not None
    assert (bubble.text, bubble.error) == ("", "deleted")
    with pytest.raises(Refused):
        stage.say("", kind="unsend", target=sent.platform_id)


def test_a_hidden_comment_a_long_one_and_one_that_is_gone_take_no_answer(stage: Stage) -> None:
    comment = stage.write("Et en 46 ?", surface="public")
    (message,) = stage.outbox.events()
    assert isinstance(message, Message)
    with pytest.raises(Refused, match="100/1772179"):
        stage.say("x" * 301, public=True, anchor=message.anchor)
    comment.error = "hidden"
    with pytest.raises(Refused, match="100/2207008"):
        stage.say("Oui", public=True, anchor=message.anchor)
    with pytest.raises(Refused, match="100/33"):
        stage.say("Oui", public=True, anchor="comment:1:1")


@given(
    st.lists(
        st.sampled_from(["#bleu", "https://maison.example/a", "oui", "non.", "#38", "l'été"]), min_size=1, max_size=9
    )
)
@settings(max_examples=60, deadline=None)
def test_what_the_channel_lets_pass_as_a_comment_instagram_takes(words: list[str]) -> None:
    stage, text = Stage(EXTRAS[0]), " ".join(words)
    stage.write("Et en 46 ?", surface="public")
    (message,) = stage.outbox.events()
    assert isinstance(message, Message)
    if comment_refused(text):
        with pytest.raises(Refused):
            stage.say(text, public=True, anchor=message.anchor)
        assert len(stage.world.bubbles) == 1
    else:
        assert stage.say(text, public=True, anchor=message.anchor).platform_id


def test_a_comment_takes_one_private_answer(stage: Stage) -> None:
    stage.write("Ma commande 10482 n'arrive pas", surface="public")
    (message,) = stage.outbox.events()
    assert isinstance(message, Message)
    stage.say("On regarde cela ici.", anchor=message.anchor)
    with pytest.raises(Refused, match="10900"):
        stage.say("On regarde cela ici.", anchor=message.anchor)


def test_a_closed_window_is_told_with_its_code_and_a_person_may_answer_longer(stage: Stage) -> None:
    stage.write("Bonjour")
    stage.world.thread(stage.account, stage.person).window_closed = True
    with pytest.raises(WindowClosed, match="10/2534022"):
        stage.say("Bonjour")
    assert stage.say("Bonjour", by_human=True, beyond_window=True).platform_id


@pytest.mark.parametrize("text", ["é" * 501, ""])
def test_a_thousand_bytes_are_the_limit(text: str, stage: Stage) -> None:
    with pytest.raises(Refused, match="100"):
        stage.say(text)
    stage.say("é" * 500)


def test_the_list_of_conversations_has_what_the_webhook_said(stage: Stage) -> None:
    stage.write("Bonjour")
    (first,) = stage.outbox.events()
    answer = EventId(stage.say("Bonjour Camille").platform_id)
    stage.write("", file="photo")
    (second,) = stage.outbox.events()
    listed = {event.event_id: event for event in stage.channel.fetch_since(AccountId(ACCOUNT), Millis(1)).events}

    assert set(listed) == {first.event_id, answer, second.event_id}
    assert isinstance(listed[answer], Echo)
    photo = listed[second.event_id]
    assert isinstance(photo, Message)
    assert stage.channel.fetch(photo.attachments[0]) == stage.channel.fetch(
        Attachment("image", "https://lookaside.fbsbx.com/ig_messaging_cdn/photo-1")
    )


def test_an_answer_to_a_story_says_so_and_a_native_one_names_no_row(stage: Stage) -> None:
    stage.write("Elle sort quand ?", story=True)
    (message,) = stage.outbox.events()
    stage.played.write_native(stage.account, stage.person, "Demain !", {})
    (echo,) = stage.outbox.events()

    assert isinstance(message, Message)
    assert message.beside == (("story", ""),)
    assert isinstance(echo, Echo)
    assert (echo.text, echo.address) == ("Demain !", stage.address)


def test_doctor_is_told_both_halves(stage: Stage) -> None:
    assert CONNECTING.subscription is not None
    told = CONNECTING.subscription(Direct(stage.played), stage.credentials, AccountId(ACCOUNT))
    assert told.missing == ()
    if stage.credentials.extra["login"] != "instagram":
        assert told.urls == (stage.account.webhook_url,)


def test_a_wrong_token_is_told_nothing(stage: Stage) -> None:
    stage.channel = Channel(replace(stage.credentials, token="guessed"), Direct(stage.played))
    for ask in (lambda: stage.say("x"), lambda: stage.channel.fetch_since(AccountId(ACCOUNT), Millis(1))):
        with pytest.raises(SendError):
            ask()
    assert not stage.world.bubbles
