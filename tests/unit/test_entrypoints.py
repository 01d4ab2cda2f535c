"""The entry points: each trigger reaches its stage, and what was counted is written whatever happens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

import app
from bench.rig.http_event import http_event
from chalicelib import entrypoints, observe, wiring
from chalicelib.model import Request, at_desk
from chalicelib.store import keys
from tests.simulation.platforms import SECRET
from tests.simulation.twilio import PUBLIC_URL
from tests.simulation.world import START, SimWiring, World
from tests.unit.store import fixtures
from tests.unit.store.fixtures import PERSON

LONG = 60_000


class Counting(World):
    """A stage in memory that counts as the real one does."""

    def count(self, name: str, value: int = 1, *, channel: str = "") -> None:
        observe.count(name, value, channel=channel)


@pytest.fixture
def world(capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    """A stage whose wiring is the one of this process."""
    played = Counting()
    before, wiring._kept[:] = wiring._kept[:], [SimWiring(played, played.settings)]
    observe.flush("test")
    capsys.readouterr()
    yield played
    wiring._kept[:] = before


def counted(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    """The counts of the one line that an invocation writes."""
    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if '"counts"' in each]
    found: dict[str, int] = line["counts"]
    return found


def request(path: str, body: bytes = b"{}") -> Request:
    return Request(method="POST", path=path, query={}, headers={}, body=body)


def record(queue: str, body: dict[str, Any]) -> dict[str, Any]:
    """An SQS event of one message."""
    return {
        "Records": [
            {
                "messageId": "1",
                "body": json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(START), "MessageGroupId": "g"},
                "messageAttributes": {},
                "receiptHandle": "r",
                "eventSourceARN": f"arn:aws:sqs:eu-west-3:1:{queue}",
            }
        ]
    }


def test_a_webhook_reaches_the_account_of_its_address(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answer = entrypoints.handle_webhook(request("/webhooks/whatsapp/ka-wa"))

    assert answer.status in (401, 403)
    assert counted(capsys) == {"unverified_whatsapp": 1}


def test_a_webhook_to_nobody_is_taken_and_counted_so_that_its_sender_need_not_repeat_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = entrypoints.handle_webhook(request("/webhooks/whatsapp/nobody"))

    assert answer.status == 200
    assert counted(capsys) == {"unknown_key_whatsapp": 1}
    assert world.sqs.queues == {}


def test_a_click_that_slack_did_not_sign_is_refused_and_counted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = entrypoints.handle_desk(request("/slack/actions"))

    assert answer.status in (401, 403)
    assert sum(counted(capsys).values()) == 1


def test_what_was_counted_is_written_also_where_the_stage_breaks(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    observe.count("before")
    answer = entrypoints.handle_webhook(request("/webhooks"))

    assert answer.status == 500
    assert counted(capsys) == {"api_error": 1, "before": 1}


SAID = "Elsa Martin, 0612345678, EAAG-token"  # what a foreign error may hold


class Talks:
    """A client whose every call fails, in words that hold what it was given."""

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            raise ValueError(f"{name}: {SAID} {asked}") from KeyError(SAID)

        return call


class Writes(logging.Handler):
    """Keeps all that a line of the log holds: its fields, and its error as a handler of Lambda's writes one."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.said += f"{record.getMessage()} {record.__dict__}\n"
        if record.exc_info:
            self.said += "".join(traceback.format_exception(*record.exc_info))


@pytest.fixture
def log(world: World) -> Iterator[Writes]:
    """The log of a stage whose table, queues, secrets and bucket fail with words."""
    for service in ("dynamodb", "sqs", "ssm", "s3"):
        wiring._kept[0]._clients[service] = Talks()
    observe.logger()  # made before its handler, which holds an earlier test's stdout, is put aside
    kept, ours, root = Writes(), logging.getLogger("guichet"), logging.getLogger()
    before = [(each, each.handlers, each.level) for each in (ours, root)]
    for each in (ours, root):
        each.handlers = [kept]
        each.setLevel(logging.DEBUG)
    yield kept
    for each, handlers, level in before:
        each.handlers = handlers
        each.setLevel(level)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/whatsapp/ka-wa-hidden"),
        ("GET", "/chat/ka-wc/file/token-of-a-file"),
        ("POST", "/slack/actions"),
        ("PUT", "/v1/contacts/attributes"),
    ],
)
def test_an_error_of_a_request_is_logged_without_its_words(
    log: Writes, method: str, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {
        "content-type": "application/json",
        "x-guichet-brand": "maison-lune",
        "x-guichet-timestamp": str(START // 1000),
        "x-guichet-signature": "v1=00",
        "x-slack-request-timestamp": str(START // 1000),
        "x-slack-signature": "v0=00",
    }
    event = http_event(method, path, "state=s&code=c", headers, b'{"text": "Bonjour Elsa"}')
    answer = app.api(event, SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: LONG))
    written = capsys.readouterr()

    assert answer["statusCode"] == 500
    assert "'outcome': '" in log.said
    assert "'where': '" in log.said
    for word in ("Elsa", "0612345678", "EAAG", "hidden", "token-of"):
        assert word not in log.said + written.out + written.err


@pytest.mark.parametrize("name", ["sweep", "mail"])
def test_an_error_that_ends_an_invocation_says_its_type_and_its_place_alone(
    log: Writes, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = entrypoints.sweep_once if name == "sweep" else partial(entrypoints.mail_batch, left_ms=lambda: LONG)
    with pytest.raises(observe.Failed) as raised:
        call({})

    shown = "".join(traceback.format_exception(raised.value))
    assert "ValueError at " in shown
    assert "Elsa" not in shown + log.said + capsys.readouterr().out


def test_a_minutes_sweep_notifies_again_for_a_row_that_nobody_sent(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    fixtures.first_commit(world.table, rows=(fixtures.row(),))
    world.clock.now += 3_600_000
    entrypoints.sweep_once({})

    assert counted(capsys)["swept"] > 0
    waiting = [json.loads(each.body)["recipient"] for each in world.sqs.queues["outbox.fifo"]]
    assert waiting == [keys.recipient(PERSON)]


def test_a_row_for_slack_whose_wait_is_over_goes_to_slacks_own_queue(world: World) -> None:
    recipient = keys.recipient(at_desk("slack", "T0GUICHET/C0MAISON", "t1"))
    body = {"v": 1, "brand": world.brand, "recipient": recipient}
    answer = entrypoints.timers_batch(record("timers", body), lambda: LONG)

    assert answer == {"batchItemFailures": []}
    assert [json.loads(each.body)["recipient"] for each in world.sqs.queues["desk.fifo"]] == [recipient]


def signed_form(url: str) -> Request:
    """A text message that was signed for this URL, and arrived under the name that its sender chose."""
    fields = {"MessageSid": "SM1", "From": "+33600000001", "To": "+4001", "Body": "Bonjour", "NumMedia": "0"}
    text = url + "".join(name + fields[name] for name in sorted(fields))
    made = base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"x-twilio-signature": (made,), "host": ("evil.example",)}
    return replace(request("/webhooks/sms/ka-sms", urlencode(fields).encode()), headers=headers)


@pytest.mark.parametrize(
    ("url", "status"), [(f"{PUBLIC_URL}/webhooks/sms/ka-sms", 204), ("https://evil.example/webhooks/sms/ka-sms", 403)]
)
def test_a_signature_over_a_url_is_checked_with_the_stages_own_and_not_with_the_host_header(
    url: str, status: int, world: World
) -> None:
    answer = entrypoints.handle_webhook(signed_form(url))

    assert (answer.status, answer.body) == (status, "" if status == 204 else "forbidden")


def test_a_mark_of_ours_behind_the_account_leads_to_the_same_account(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entrypoints.handle_webhook(request("/webhooks/sms/ka-sms/row-0")).status == 403
    assert counted(capsys) == {"unverified_sms": 1}
