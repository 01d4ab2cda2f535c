"""SES, played: mails by SMTP and from the page reach bucket and queue; ours are taken and told of."""

from __future__ import annotations

import asyncio
import json
import smtplib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest

from chalicelib.channels.email import anchors, arrivals, incoming, threads
from chalicelib.channels.email.channel import Email as Channel
from chalicelib.errors import RateLimited, SendError, TokenExpired
from chalicelib.findings import Finding
from chalicelib.model import (
    CAUTION,
    AccountId,
    Address,
    ChannelName,
    Credentials,
    Echo,
    Event,
    Ignored,
    Message,
    OptOut,
    OutboundPart,
    PersonId,
    Receipt,
    RowId,
)
from chalicelib.ports import HttpAnswer
from infra.local.simulators.config import AccountConfig, parse_config
from infra.local.simulators.email.api import KEY_ID, Email
from infra.local.simulators.faults import Fault
from infra.local.simulators.router import PlatformCall
from infra.local.simulators.webhook_sender import WebhookDelivery, WebhookSender
from infra.local.simulators.world import Person, World

ACCOUNT, SECRET = "sav@courrier.maison-lune.example", "signs"
ROW = RowId("c7f3a1.000000000000007.0123456789abcdef0123456789abcdef")
HELD = Credentials(app_secrets=(SECRET,), token="t0ken", extra={"key_id": KEY_ID, "region": "eu-west-3"})


@dataclass
class Aws:
    """In place of the sender and the local AWS: what was stored, and what the queue was told."""

    stored: dict[str, bytes] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def client(self) -> Any:
        return SimpleNamespace(put=self._put)

    async def _put(self, url: str, *, content: bytes, **_: object) -> Any:
        self.stored[url.partition("/bucket/")[2]] = content
        return SimpleNamespace(raise_for_status=lambda: None)

    def send(self, delivery: WebhookDelivery, **_: object) -> None:
        self.told.append(json.loads(json.loads(delivery.body)["MessageBody"]))

    def start(self, work: Awaitable[None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def settled(self) -> None:
        while self.tasks:
            await self.tasks.pop(0)

    def events(self) -> list[Event]:
        """What everything that the queue was told says to us."""
        found: list[Event] = []
        for told in self.told:
            (arrival,) = arrivals.arrivals(json.dumps(told).encode())
            body = arrivals.body_of(arrival, self.stored.get(arrival.stored, b""), ACCOUNT, (SECRET,))
            found += incoming.read(body, "email")
        return found


@dataclass
class Stand:
    aws: Aws
    played: Email
    account: AccountConfig
    person: Person

    def send(self, person_id: str = "", **more: Any) -> HttpAnswer | SendError:
        """One mail of ours, by the channel itself."""
        address = Address(ChannelName("email"), AccountId(ACCOUNT), PersonId(person_id or self.address))
        made: dict[str, Any] = {"row_id": ROW, "index": 0, "attempt": 1, "address": address, "kind": "reply"}
        part = OutboundPart(**{**made, "text": "Bonjour, il arrive demain.", **more})
        try:
            Channel(more.get("held", HELD), cast("Any", self)).send(part)
        except SendError as error:
            return error
        return HttpAnswer(200, {}, b"")

    @property
    def address(self) -> str:
        return self.person.ids[f"email:{ACCOUNT}"]

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        path = url.partition("amazonaws.com")[2]
        (endpoint,) = [one for one in self.played.endpoints() if one.path == path]
        fields = dict(parse_qsl(body.decode())) if path == "/" else json.loads(body or b"{}")
        call = PlatformCall(method, path, "", {}, {}, headers, fields, body)
        answer = endpoint.act(call)
        for each in answer.after:
            each()
        said = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return HttpAnswer(answer.status, dict(answer.headers), said.encode())


def played(act: Callable[[Stand], Awaitable[Any]]) -> Stand:
    """Play with a stand until nothing more happens; return it."""
    accounts = {"email": {"webhook_url": "none", "account_id": ACCOUNT, "signing_secret": SECRET, "token": "t0ken"}}
    accounts["email"]["key_id"] = KEY_ID
    table = {"endpoint": "http://127.0.0.1:1", "bucket": "bucket", "mail_queue": "q", "name": "t"}
    config = parse_config({"brands": [{"brand": "maison-lune", "accounts": accounts}], "table": table})

    async def run() -> Stand:
        aws, world = Aws(), World(config)
        simulator = Email(world, cast("WebhookSender", aws))
        stand = Stand(aws, simulator, config.brands[0].accounts["email"], world.people["camille"])
        await act(stand)
        await aws.settled()
        return stand

    return asyncio.run(run())


def test_a_mail_program_writes_by_smtp_and_its_mail_is_a_customers() -> None:
    async def act(stand: Stand) -> None:
        port = await stand.played.smtp.open(range(1))

        def program() -> None:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as out:
                with pytest.raises(smtplib.SMTPRecipientsRefused):
                    out.sendmail("a@b.example", ["autre@ailleurs.example"], b"x")
                text = "From: Zoé <zoe@clients.example>\r\nSubject: Colis\r\n\r\nOù est-il ?\r\n..point"
                out.sendmail("zoe@clients.example", [ACCOUNT], text.encode())

        await asyncio.to_thread(program)
        await stand.played.smtp.close()

    stand = played(act)
    (event,) = stand.aws.events()
    assert isinstance(event, Message)
    assert event.address.person_id == "zoe@clients.example"
    assert event.text == "Où est-il ?\n..point"
    assert [bubble.text for bubble in stand.played.world.bubbles.values()] == ["Où est-il ?\n..point"]


def test_an_answer_on_the_page_hangs_on_ours_and_quotes_it() -> None:
    async def act(stand: Stand) -> None:
        stand.played.write(stand.account, stand.person, "Où est mon colis ?", {})
        await stand.aws.settled()
        stand.send(anchor=anchors.written("m1@clients.example", "", "Message", []))
        await stand.aws.settled()
        stand.played.write(stand.account, stand.person, "Et à quelle heure ?", {})

    messages = [event for event in played(act).aws.events() if isinstance(event, Message)]
    assert [each.text for each in messages] == ["Où est mon colis ?", "Et à quelle heure ?"]
    assert [each.target_id for each in messages] == ["", f"{ROW}:0"]
    assert not [pair for each in messages for pair in each.beside if pair[0] == CAUTION]


def test_what_we_send_is_taken_once_and_told_of_by_its_row() -> None:
    async def act(stand: Stand) -> None:
        stand.send()

    stand = played(act)
    receipts = [event for event in stand.aws.events() if isinstance(event, Receipt)]
    assert {(each.status, each.row_id) for each in receipts} == {("sent", f"{ROW}:0")}
    assert [bubble.text for bubble in stand.played.world.bubbles.values()] == ["Bonjour, il arrive demain."]


@pytest.mark.parametrize(
    ("local", "kinds"),
    [
        ("bounce", {Receipt, OptOut}),
        ("complaint", {Receipt, OptOut}),
        ("absent", {Receipt, Ignored}),
        ("zoe", {Receipt}),
    ],
)
def test_addresses_are_as_those_of_the_mailbox_simulator(local: str, kinds: set[type]) -> None:
    async def act(stand: Stand) -> None:
        stand.send(f"{local}@clients.example")

    assert {type(event) for event in played(act).aws.events()} == kinds


def test_a_verdict_that_fails_and_a_colleagues_answer_come_as_from_ses() -> None:
    async def act(stand: Stand) -> None:
        stand.played.write(stand.account, stand.person, "Gagnez !", {"verdicts": {"spam": "FAIL", "dmarc": "FAIL"}})
        stand.send()
        await stand.aws.settled()
        stand.played.write_native(stand.account, stand.person, "Je m'en occupe.", {})

    stand = played(act)
    spam = next(event for event in stand.aws.events() if isinstance(event, Message))
    echo = next(event for event in stand.aws.events() if isinstance(event, Echo))
    assert [words for kind, words in spam.beside if kind == CAUTION] == ["spam", "forged", "unproved"]
    assert (echo.address.person_id, echo.text) == (stand.address, "Je m'en occupe.")


@pytest.mark.parametrize(
    "held",
    [
        Credentials(app_secrets=(SECRET,), token="wrong", extra=HELD.extra),
        Credentials(app_secrets=(SECRET,), token="t0ken", extra={**HELD.extra, "key_id": "AKIAANOTHER"}),
    ],
)
def test_a_request_signed_with_another_key_is_refused(held: Credentials) -> None:
    found: list[object] = []

    async def act(stand: Stand) -> None:
        address = Address(ChannelName("email"), AccountId(ACCOUNT), PersonId(stand.address))
        part = OutboundPart(row_id=ROW, index=0, attempt=1, address=address, kind="reply", text="x")
        with pytest.raises(TokenExpired):
            Channel(held, cast("Any", stand)).send(part)
        found.append(stand.played.world.bubbles)

    played(act)
    assert found == [{}]


def test_injected_faults_speak_ses() -> None:
    played_by: list[Email] = []

    async def act(stand: Stand) -> None:
        played_by.append(stand.played)

    played(act)
    limit = played_by[0].fault_answer(Fault("email", "rate_limit"))
    assert limit.status == 429
    assert limit.headers["x-amzn-errortype"].startswith("TooManyRequestsException")
    assert issubclass(RateLimited, SendError)
    assert threads.parted(ACCOUNT) == (ACCOUNT, "")


@pytest.mark.parametrize(
    ("active", "bucket", "well", "said"),
    [
        ("guichet-local", "bucket", True, "our rule in guichet-local"),
        ("", "bucket", False, "no active rule set"),
        ("default", "another", False, "stores no mail to this address with us"),
    ],
)
def test_whether_ses_still_gives_us_its_mails_is_asked_of_its_active_rules(
    *, active: str, bucket: str, well: bool, said: str
) -> None:
    role = {"role_key_id": "ASIAROLE", "role_secret": "x", "role_region": "eu-west-3", "role_bucket": bucket}
    found: list[Finding] = []

    async def act(stand: Stand) -> None:
        stand.played.active_set = active
        held = Credentials(app_secrets=(SECRET,), extra=role)
        found.extend(Channel(held, cast("Any", stand)).way_in(AccountId(ACCOUNT)))

    played(act)
    assert [(each.name, each.well, said in each.seen) for each in found] == [("callback", well, True)]
    assert well or "docs/connect.md#email" in found[0].advice
