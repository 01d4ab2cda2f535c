"""Twilio, played: what it refuses, what it sends by itself, and where its statuses and files go."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from infra.local.simulators.config import parse_config
from infra.local.simulators.platforms import Platforms
from infra.local.simulators.router import Answer, PlatformCall
from infra.local.simulators.twilio import api
from infra.local.simulators.twilio.sms import Sms
from infra.local.simulators.webhook_sender import WebhookDelivery

SID, TOKEN, SECRET = "AC1", "t0ken", "auth-token"
ACCOUNT = {"webhook_url": "https://a.example/webhooks/sms/k#rc=5&rp=all", "account_id": "33757590041"}
CONFIG = {
    "brands": [
        {
            "brand": "maison-lune",
            "accounts": {"sms": ACCOUNT | {"auth_token": SECRET, "account_sid": SID, "token": TOKEN}},
        }
    ]
}
KEY = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
FIELDS = {"To": "+33639980001", "From": "+33757590041", "Body": "Bonjour"}


class Sent:
    """In place of the sender: what it was to post and to start."""

    def __init__(self) -> None:
        self.posted: list[WebhookDelivery] = []
        self.started: list[Any] = []

    def send(self, delivery: WebhookDelivery, **_: object) -> None:
        self.posted.append(delivery)

    def start(self, work: Any) -> None:
        self.started.append(work)


@pytest.fixture
def platforms() -> Platforms:
    return Platforms(parse_config(CONFIG), httpx.AsyncClient(), "http://127.0.0.1:1")


@pytest.fixture
def sms(platforms: Platforms) -> Sms:
    played = platforms.channels["sms"]
    assert isinstance(played, Sms)
    played.sender = Sent()  # type: ignore[assignment]  # the two methods that are called
    return played


def call(path: str = "Messages.json", method: str = "POST", key: str = KEY, **fields: str) -> PlatformCall:
    given = fields if method == "POST" else {}
    query = fields if method == "GET" else {}
    whole = f"/2010-04-01/Accounts/{SID}/{path}"
    return PlatformCall(method, whole, "", {"account": SID}, query, {"authorization": key}, given)


def codes(answer: Answer) -> tuple[int, int]:
    return answer.status, answer.body.get("code", 0)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": ""}, 21604),
        ({"Body": ""}, 21602),
        ({"To": "+336x"}, 21211),
        ({"Body": "a" * 1601}, 21617),
        ({"From": "+33100000000"}, 21606),
        ({"StatusCallback": "https://a_b.example/x"}, 21609),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(changed: dict[str, str], code: int, sms: Sms) -> None:
    assert codes(sms.send(call(**FIELDS | changed))) == (400, code)
    assert codes(sms.send(call(key="Basic eA==", **FIELDS))) == (401, 20003)
    assert sms.send(call(**FIELDS)).status == 201


def test_a_message_is_listed_and_its_row_is_known_by_its_callback(sms: Sms) -> None:
    sms.send(call(**FIELDS, StatusCallback="https://a.example/webhooks/sms/k/row.1-2#rc=5"))
    (listed,) = sms.listed(call(method="GET", To="+33639980001")).body["messages"]
    (bubble,) = sms.world.bubbles.values()
    assert (listed["sid"], listed["body"], listed["direction"]) == (bubble.platform_id, "Bonjour", "outbound-api")
    assert listed["date_created"].endswith("+0000")
    assert bubble.proof == "row.1:2"
    assert sms.listed(call(method="GET", To="+33639980002")).body["messages"] == []


def test_twilio_answers_stop_by_itself_and_takes_nothing_for_this_number_until_start(sms: Sms) -> None:
    account, person = sms.world.config.brands[0].accounts["sms"], sms.world.people["camille"]
    sms.write(account, person, " Stop", {})
    assert codes(sms.send(call(**FIELDS))) == (400, 21610)
    sms.write(account, person, "START", {})
    assert sms.send(call(**FIELDS)).status == 201
    said = [bubble.text for bubble in sms.world.bubbles.values() if bubble.native]
    assert len(said) == 2


def test_a_webhook_is_signed_over_its_url_without_the_fragment_and_repeated_as_that_asks(sms: Sms) -> None:
    account, person = sms.world.config.brands[0].accounts["sms"], sms.world.people["camille"]
    sms.write(account, person, "où est mon colis ?", {})
    (sent,) = sms.sender.posted  # type: ignore[attr-defined]  # the one above
    fields = dict(parse_qsl(sent.body.decode(), keep_blank_values=True))
    text = "https://a.example/webhooks/sms/k" + "".join(name + fields[name] for name in sorted(fields))
    right = base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
    assert (sent.url, sent.headers["x-twilio-signature"]) == ("https://a.example/webhooks/sms/k", right)
    assert (fields["Body"], fields["FromCity"], fields["From"]) == ("où est mon colis ?", "", "+33639980001")
    assert sent.persistence is api.REPEATED


def test_words_in_the_answer_to_a_webhook_reach_the_customer(sms: Sms) -> None:
    account, person = sms.world.config.brands[0].accounts["sms"], sms.world.people["camille"]
    sms.write(account, person, "bonjour", {})
    (sent,) = sms.sender.posted  # type: ignore[attr-defined]  # the one above
    assert sent.heard is not None
    for text in ("", "<Response/>", "ok"):
        sent.heard(text)
    assert [bubble.text for bubble in sms.world.bubbles.values() if bubble.side == "brand"] == ["ok"]


async def _all(started: list[Any]) -> None:
    for work in started:
        await work


@pytest.mark.parametrize(("callback", "told"), [("https://a.example/x/row-0", ["sent", "delivered"]), ("", [])])
def test_statuses_go_to_the_callback_alone(callback: str, told: list[str], sms: Sms) -> None:
    sender: Any = sms.sender
    for effect in sms.send(call(**FIELDS, StatusCallback=callback)).after:
        effect()
    asyncio.run(_all(sender.started))
    assert [dict(parse_qsl(each.body.decode()))["MessageStatus"] for each in sender.posted] == told
    assert [bubble.status for bubble in sms.world.bubbles.values()] == ["delivered"]


def test_the_cdn_refuses_a_request_that_carries_our_key(sms: Sms) -> None:
    media = call("Messages/SM1/Media/photo-1", "GET")
    where = PlatformCall("GET", media.path, "", {"account": SID, "media": "photo-1"}, {}, {"authorization": KEY}, {})
    answer = sms.media(where)
    assert (answer.status, answer.headers["location"]) == (307, f"https://mms.twiliocdn.com/{SID}/photo-1")
    assert sms.download(where).status == 400
    assert sms.download(PlatformCall("GET", "", "", {"media": "photo-1"}, {}, {}, {})).status == 200


def test_a_whatsapp_answer_after_a_day_is_taken_and_fails_by_a_status() -> None:
    account = ACCOUNT | {"auth_token": SECRET, "account_sid": SID, "token": TOKEN}
    brand = {"brand": "maison-lune", "accounts": {"whatsapp_twilio": account}}
    played: Any = Platforms(parse_config({"brands": [brand]}), httpx.AsyncClient(), "http://127.0.0.1:1")
    channel = played.channels["whatsapp_twilio"]
    channel.sender = Sent()
    person, own = played.world.people["camille"], played.world.config.brands[0].accounts["whatsapp_twilio"]
    channel.write(own, person, "bonjour", {})
    played.world.thread(own, person).window_closed = True
    fields = {name: f"whatsapp:{value}" if name != "Body" else value for name, value in FIELDS.items()}
    answer = channel.send(call(**fields, StatusCallback="https://a.example/x/row-0"))
    assert answer.status == 201
    for effect in answer.after:
        effect()
    asyncio.run(_all(channel.sender.started))
    told = dict(parse_qsl(channel.sender.posted[-1].body.decode()))
    assert (told["MessageStatus"], told["ErrorCode"]) == ("undelivered", "63016")
    said = dict(parse_qsl(channel.sender.posted[0].body.decode()))
    assert (said["From"], said["WaId"]) == ("whatsapp:+33639980001", "33639980001")
