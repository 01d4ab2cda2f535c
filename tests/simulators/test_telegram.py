"""Telegram, played: what a phone does is read by the channel, and what the channel says is taken or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from chalicelib.channels.telegram import events
from chalicelib.channels.telegram.calls import result
from chalicelib.channels.telegram.channel import Telegram as Channel
from chalicelib.channels.telegram.connecting import CONNECTING, EVENTS
from chalicelib.errors import RateLimited, Refused, SendError, TokenExpired, WindowClosed
from chalicelib.model import (
    AccountId,
    Address,
    AddressChange,
    BlobRef,
    ChannelName,
    Credentials,
    Echo,
    Event,
    Message,
    Millis,
    OptOut,
    OutboundPart,
    PersonId,
    Postback,
    QuickReply,
    Request,
    RowId,
    Sent,
    posted,
)
from chalicelib.ports import HttpAnswer
from infra.local.simulators.config import AccountConfig, parse_config
from infra.local.simulators.faults import Fault
from infra.local.simulators.platforms import Platforms
from infra.local.simulators.router import PlatformCall, _form_of
from infra.local.simulators.telegram.bot import Telegram
from infra.local.simulators.webhook_sender import WebhookDelivery
from infra.local.simulators.world import Bubble, Person

BOT, TOKEN, SECRET = "7000000011", "7000000011:AA-invented_token", "a-secret-token"
WHERE = {"webhook_url": "https://a.example/webhooks/telegram/k", "account_id": BOT}
CONFIG: dict[str, Any] = {
    "brands": [{"brand": "maison-lune", "accounts": {"telegram": WHERE | {"secret_token": SECRET, "token": TOKEN}}}]
}
HELD = Credentials(app_secrets=(SECRET,), token=TOKEN)


class Outbox:
    """In place of the sender: what it was to post."""

    def __init__(self) -> None:
        self.posted: list[WebhookDelivery] = []

    def send(self, delivery: WebhookDelivery, **_: object) -> None:
        self.posted.append(delivery)


class Stand:
    """The played Telegram, and the channel that speaks with it."""

    def __init__(self) -> None:
        platforms = Platforms(parse_config(CONFIG), httpx.AsyncClient(), "http://127.0.0.1:1")
        played = platforms.channels["telegram"]
        assert isinstance(played, Telegram)
        self.played, self.outbox, self.world = played, Outbox(), platforms.world
        played.sender = self.outbox  # type: ignore[assignment]  # the one method that is called
        self.fault: Fault | None = None
        self.asked: list[str] = []

    @property
    def account(self) -> AccountConfig:
        return self.world.config.brands[0].accounts["telegram"]

    def person(self, key: str = "camille") -> Person:
        return self.world.people[key]

    def channel(self, token: str = TOKEN) -> Channel:
        return Channel(Credentials(app_secrets=(SECRET,), token=token), self)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str] = MappingProxyType({}), body: bytes = b"", **_: Any
    ) -> HttpAnswer:
        """An `Http` of the ports, whose network is the simulator."""
        path = unquote(urlsplit(url).path)
        head, rest = path.removeprefix("/file").removeprefix("/bot").partition("/")[::2]
        content_type = headers.get("content-type", "")
        form = _form_of(content_type, body) if content_type.startswith("multipart/") else None
        fields, files = form or (json.loads(body) if body else {}, {})
        self.asked.append(rest)
        params = {"token": head, "method": rest, "file": rest}
        call = PlatformCall(method, path, "", params, {}, {}, fields, b"", files)
        if path.startswith("/file"):
            answer = self.played.download(call)
        else:
            answer = self.played.fault_answer(self.fault) if self.fault else self.played.call(call)
        for each in answer.after:
            each()
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        return HttpAnswer(answer.status, dict(answer.headers), raw)

    def writes(self, text: str, key: str = "camille", **asked: Any) -> Event:
        """What a customer does, as the channel reads it."""
        self.played.write(self.account, self.person(key), text, asked)
        return self.told()

    def told(self) -> Event:
        """What the newest webhook says, which is the platform's."""
        sent = self.outbox.posted[-1]
        headers = {name: (value,) for name, value in sent.headers.items()}
        Channel.authenticator.verify(Request("POST", "/", {}, headers, sent.body), (SECRET,))
        (event,) = Channel.parse(posted(sent.body))
        return event

    def answers(self, event: Any, text: str = "Oui.", *replies: QuickReply) -> Sent:
        """Answer an event through the channel."""
        return self.channel().send(part(event, text, replies))

    def said(self) -> list[Bubble]:
        return [bubble for bubble in self.world.bubbles.values() if bubble.side == "brand"]


def part(event: Any, text: str = "Oui.", replies: tuple[QuickReply, ...] = ()) -> OutboundPart:
    address = Address(ChannelName("telegram"), AccountId(BOT), PersonId(event.address.person_id))
    return OutboundPart(
        row_id=RowId("c1.1.k"),
        index=0,
        attempt=1,
        address=address,
        kind="reply",
        text=text,
        public=event.public,
        anchor=event.anchor,
        quick_replies=replies,
    )


@pytest.fixture
def stand() -> Stand:
    return Stand()


def test_a_private_message_is_answered_in_its_chat(stand: Stand) -> None:
    event = stand.writes("où est mon colis ?")
    sent = stand.answers(event)

    assert isinstance(event, Message)
    assert (event.text, event.display_name, event.public) == ("où est mon colis ?", "Camille Roux", False)
    (bubble,) = stand.said()
    assert (bubble.text, bubble.person, bubble.platform_id) == ("Oui.", "camille", sent.platform_id)


def test_ids_have_fewer_than_52_bits(stand: Stand) -> None:
    assert int(stand.writes("?").address.person_id) < 2**52


def test_a_groups_message_names_the_bot_and_is_answered_there_to_whoever_wrote(stand: Stand) -> None:
    first = stand.writes("😀 un délai ?", surface="public")
    second = stand.writes("et à Brest ?", "karim", surface="public")
    stand.answers(first)
    stand.answers(second)

    assert all(isinstance(each, Message) and each.public for each in (first, second))
    assert [(bubble.person, bubble.surface) for bubble in stand.said()] == [("camille", "public"), ("karim", "public")]


def test_an_answer_follows_a_group_to_its_new_id_in_one_more_request(stand: Stand) -> None:
    asked = stand.writes("un délai ?", surface="public")
    moved = stand.writes("/migrate", surface="public")
    stand.answers(asked)

    assert isinstance(moved, AddressChange)
    assert moved.alias == f"-100{moved.address.person_id.removeprefix('-')}"
    assert [bubble.text for bubble in stand.said()] == ["Oui."]


def test_a_business_is_answered_for_in_its_owners_name_and_our_own_words_come_back(stand: Stand) -> None:
    event = stand.writes("Ouvert dimanche ?", "oliver")
    stand.channel().show_typing(part(event))
    sent = stand.answers(event)
    echo = stand.told()

    assert isinstance(echo, Echo)
    assert (echo.event_id, echo.own_app, echo.text) == (sent.platform_id, True, "Oui.")
    assert stand.world.thread(stand.account, stand.person("oliver")).typing_until == 0


def test_what_the_owner_types_is_a_persons_answer(stand: Stand) -> None:
    stand.writes("Ouvert dimanche ?", "oliver")
    stand.played.write_native(stand.account, stand.person("oliver"), "Je regarde.", {})
    echo = stand.told()

    assert isinstance(echo, Echo)
    assert (echo.own_app, echo.text) == (False, "Je regarde.")


def test_a_business_cannot_be_answered_for_a_day_later_or_without_its_connection(stand: Stand) -> None:
    event = stand.writes("Ouvert dimanche ?", "oliver")
    stand.world.thread(stand.account, stand.person("oliver")).window_closed = True

    with pytest.raises(WindowClosed):
        stand.answers(event)
    with pytest.raises(Refused) as caught:
        stand.channel().send(OutboundPart(**{**_fields(part(event)), "anchor": ""}))
    assert caught.value.code == "403_bot_can't_initiate_conversation"


def _fields(one: OutboundPart) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("row_id", "index", "attempt", "address", "kind", "text", "anchor")}


def test_who_blocks_the_bot_has_opted_out_until_they_take_it_back(stand: Stand) -> None:
    asked = stand.writes("où est mon colis ?")
    gone = stand.writes("/block")
    with pytest.raises(Refused) as caught:
        stand.answers(asked)
    back = stand.writes("/unblock")
    stand.answers(asked)

    assert caught.value.code == "403_bot_was_blocked_by_the_user"
    assert [(type(each), getattr(each, "undone", None)) for each in (gone, back)] == [(OptOut, False), (OptOut, True)]


@pytest.mark.parametrize(("key", "surface"), [("camille", "private"), ("oliver", "private"), ("karim", "public")])
def test_a_pressed_button_says_its_words_and_stops_turning_by_the_webhooks_answer(
    key: str, surface: str, stand: Stand
) -> None:
    asked = stand.writes("bonjour", key, surface=surface)
    stand.answers(
        asked, "Que voulez-vous ?", QuickReply("Mon colis", "choice:1:17"), QuickReply("Autre", "choice:2:17")
    )
    pressed = stand.writes("Autre", key, surface=surface, payload="choice:2:17")

    assert isinstance(pressed, Postback)
    assert (pressed.title, pressed.payload, pressed.public) == ("Autre", "choice:2:17", surface == "public")
    assert pressed.target_id == stand.said()[-1].platform_id
    assert len(stand.played.turning) == 1
    heard = stand.outbox.posted[-1].heard
    assert heard is not None
    heard(Channel.answered([pressed]).body)
    assert stand.played.turning == set()
    stand.answers(pressed, "Je vous écoute.")
    assert stand.said()[-1].text == "Je vous écoute."


@pytest.mark.parametrize("said", ["ok", "[]", "{", '{"method":"sendMessage"}'])
def test_no_other_answer_to_a_webhook_stops_a_button(said: str, stand: Stand) -> None:
    stand.played.turning.add("7")
    stand.played._heard(said)

    assert stand.played.turning == {"7"}


@pytest.mark.parametrize(("file", "kind"), [("photo", "image"), ("voice", "voice")])
def test_a_file_is_read_in_two_steps(file: str, kind: str, stand: Stand) -> None:
    event = stand.writes("le voici", file=file)

    assert isinstance(event, Message)
    (sent,) = event.attachments
    assert sent.kind == kind
    assert len(stand.channel().fetch(sent)) > 100


def test_a_file_that_nobody_sent_is_refused(stand: Stand) -> None:
    (sent,) = stand.writes("", file="photo").attachments  # type: ignore[union-attr]  # a message
    with pytest.raises(SendError):
        stand.channel().fetch(type(sent)("image", "", "nobodys"))


def test_the_bot_says_whose_its_token_is_and_where_its_updates_go(stand: Stand) -> None:
    assert CONNECTING.subscription is not None
    told = CONNECTING.subscription(stand, HELD, AccountId(BOT))

    assert stand.channel().called(AccountId(BOT)) == "@maison_lune_bot"
    assert (told.urls, told.missing, told.trouble) == ((WHERE["webhook_url"],), (), "")
    with pytest.raises(TokenExpired):
        stand.channel("7000000011:AA-another").called(AccountId(BOT))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": " "}, "400"),
        ({"text": "😀" * 2_049}, "400_message_is_too_long"),
        ({"chat_id": -5}, "400_chat_not_found"),
        ({"business_connection_id": "another"}, "400_business_connection_not_found"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]}},
            "400_button_data_invalid",
        ),
    ],
)
def test_what_telegram_refuses_is_refused_with_its_words(changed: dict[str, Any], code: str, stand: Stand) -> None:
    asked = {"chat_id": int(stand.writes("?").address.person_id), "text": "Oui."}
    answer = stand.request("POST", f"https://h/bot{TOKEN}/sendMessage", body=json.dumps(asked | changed).encode())

    assert answer.status == 400
    with pytest.raises(Refused) as caught:
        result(answer)
    assert caught.value.code == code


def test_a_limit_says_how_long_to_wait(stand: Stand) -> None:
    event = stand.writes("?")
    stand.fault = Fault("telegram", "rate_limit", retry_after=9)
    with pytest.raises(RateLimited) as caught:
        stand.answers(event)

    assert caught.value.after_s == 9


OURS = "https://b.example/webhooks/telegram/k"


def test_a_bot_that_sends_nowhere_is_told_our_address_our_secret_and_all_that_we_read(stand: Stand) -> None:
    assert CONNECTING.subscribe is not None
    assert CONNECTING.leave is not None
    held = replace(HELD, webhook_url=OURS)
    (gone, token) = CONNECTING.leave(stand, held, AccountId(BOT))
    (done,) = CONNECTING.subscribe(stand, replace(held, app_secrets=("our-own_text",)), AccountId(BOT))
    stand.played.write(stand.account, stand.person(), "bonjour", {})

    assert (gone.why, done.why) == ("", "")
    assert "/revoke" in token.why
    sent = stand.outbox.posted[-1]
    assert (sent.url, sent.headers["x-telegram-bot-api-secret-token"]) == (OURS, "our-own_text")


def test_a_stage_with_another_name_takes_its_own_bot_over_and_no_other_stages(stand: Stand) -> None:
    assert CONNECTING.subscribe is not None
    assert CONNECTING.leave is not None
    other = replace(HELD, webhook_url="https://b.example/webhooks/telegram/another")
    for act in (CONNECTING.subscribe, CONNECTING.leave):
        told = act(stand, other, AccountId(BOT))
        assert "elsewhere" in told[0].why or act is CONNECTING.leave
        assert stand.played.webhooks.of(stand.account)[0] == WHERE["webhook_url"]
    assert CONNECTING.subscribe(stand, replace(HELD, webhook_url=OURS), AccountId(BOT))[0].why == ""


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, webhook_url="https://a.example/webhooks/telegram/k", token="7000000011:AA-another"),
        replace(HELD, webhook_url=""),
        replace(HELD, webhook_url=OURS, app_secrets=()),
        replace(HELD, webhook_url=OURS, app_secrets=("no such sign",)),
    ],
)
def test_what_could_not_be_set_is_said_without_the_token(held: Credentials, stand: Stand) -> None:
    assert CONNECTING.subscribe is not None
    (told,) = CONNECTING.subscribe(stand, held, AccountId(BOT))

    assert told.why
    assert held.token not in told.why


def test_a_bot_that_hears_all_of_its_groups_is_told_to_an_administrator(stand: Stand) -> None:
    assert CONNECTING.health is not None
    seen = {each.name: each.well for each in CONNECTING.health(stand, HELD, AccountId(BOT), Millis(0))}

    assert seen == {"expiry": True, "privacy mode": True}


def test_all_that_we_read_is_what_the_bot_is_to_send() -> None:
    assert set(EVENTS) == set(events._READERS)


@pytest.mark.parametrize(
    ("media_type", "size", "method"),
    [
        ("image/png", 9, "sendPhoto"),
        ("image/jpeg", 11 * 1024 * 1024, "sendDocument"),
        ("application/pdf", 9, "sendDocument"),
        ("video/mp4", 9, "sendDocument"),
    ],
)
@pytest.mark.parametrize("key", ["camille", "oliver"])
def test_a_file_of_an_agent_is_shown_where_the_message_came_from(
    key: str, media_type: str, size: int, method: str, stand: Stand
) -> None:
    asked = stand.writes("la facture ?", key)
    file = BlobRef(key="k", media_type=media_type, size=size, name="facture")
    stand.channel().send(replace(part(asked, ""), files=(file,), contents=(b"%PDF-1.4\x00",)))

    assert stand.asked[-1] == method
    assert [(bubble.attached, bubble.text, bubble.person) for bubble in stand.said()] == [("facture", "", key)]


@pytest.mark.parametrize("key", ["camille", "oliver"])
def test_what_was_said_is_deleted_once_and_what_is_gone_already_counts_as_deleted(stand: Stand, key: str) -> None:
    event = stand.writes("Ouvert dimanche ?", key)
    sent = stand.answers(event)
    back = replace(part(event), kind="unsend", text="", target=sent.platform_id)
    stand.channel().send(back)
    stand.channel().send(back)

    (bubble,) = stand.said()
    assert (bubble.text, bubble.error) == ("", "deleted")
    assert [each for each in stand.asked if each.startswith("delete")] == [
        "deleteBusinessMessages" if key == "oliver" else "deleteMessage"
    ] * 2
