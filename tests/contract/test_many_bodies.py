"""
Bent bodies by the hundred thousand, signed and through intake's own code: none raises, none is answered with a 5xx.

A body is bent in its structure (`bend`) or in its bytes. Each has a number and is made from the seed and that number
alone; a failure names both: GUICHET_SEED=… makes the same bodies again.
"""

from __future__ import annotations

import json
import os
import random
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.events import decode, encode
from chalicelib.http import HttpClient
from chalicelib.masking import mask_secrets
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Event, Millis, Request
from chalicelib.stages.collect import CollectServices, collect
from chalicelib.stages.intake import IntakeServices, intake
from chalicelib.stored_ports import ComesByQueue
from chalicelib.workspaces.slack.parse import parse as parse_slack
from tests.contract.samples import FIXTURES, SECRET, URL, credentials, fixtures
from tests.contract.test_attacks import HUGE
from tests.contract.test_receiving import ACTS, CHANNELS, ODD, bend, places, read, written

MANY, SAMPLE = 200_000, 250
SLACK = "slack"
ODD_TEXTS, HUGE_TEXTS = ([json.dumps(value) for value in values] for values in (ODD, HUGE))
BYTES = [b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\r\n", b"\r\n\r\n", b"--", b"=?utf-8?Q?", b"&", b"=", b"%", b"[", b"{"]
BYTES += [b'"', b"\\u0000", b"\\ud83d", b"1e999", b"null", b"-0", b"9" * 400, b"<b>" * 50, "é".encode() * 60]


@dataclass(slots=True)
class Intake:
    """Where a channel's bodies come in: intake with queues and a bucket that keep what they are given."""

    name: str
    put: list[Event] = field(default_factory=list)
    bucket: dict[str, bytes] = field(default_factory=dict)

    def services(self) -> IntakeServices:
        account = Account(
            channel=ChannelName(self.name),
            key=AccountKey("k7Qd2m"),
            account_id=AccountId("1"),
            brand=BrandId("b"),
            app_key="a",
        )
        queues: Any = SimpleNamespace(
            inbox=lambda _brand, events, _at: self.put.extend(events),
            receipts=lambda _brand, events, _at: self.put.extend(events),
            park=lambda *_: None,
        )
        return IntakeServices(
            registry=REGISTRY,
            by_key=lambda _key: account,
            by_id=lambda _channel, _account_id: account,
            credentials=lambda *_: credentials(),
            build=lambda kind, given: kind(given, HttpClient()),
            queues=queues,
            mask=mask_secrets,
            clock=lambda: Millis(1_795_597_200_000),
            metrics=lambda *_, **__: None,
            note=lambda *_: None,
            known=lambda *_: False,
        )

    def opened(self) -> Callable[[bytes, bytes], int]:
        """Take a body (of mail: a notification, and the mail that it tells of) and give the status of the answer."""
        services, kind = self.services(), REGISTRY[self.name]
        if issubclass(kind, ComesByQueue):
            blobs: Any = SimpleNamespace(
                read=lambda _key: self.bucket["mail"], keep=lambda *_: None, delete=lambda _key: None
            )
            return lambda body, mail: self._collected(body, mail, CollectServices(intake=services, blobs=blobs))
        url = URL.format(channel=self.name)

        def posted(body: bytes, _mail: bytes) -> int:
            request = Request("POST", urlsplit(url).path, {}, {}, body, urls=(url,))
            signed = kind.authenticator.sign(request, SECRET)
            headers = {header: (value,) for header, value in signed.items()}
            return intake(
                self.name,
                "k7Qd2m",
                Request("POST", urlsplit(url).path, {}, headers, body, urls=(url,)),
                services,
            ).status

        return posted

    def _collected(self, body: bytes, mail: bytes, services: CollectServices) -> int:
        self.bucket["mail"] = mail
        collect(body, services)
        return 200


@dataclass(frozen=True, slots=True)
class Sample:
    """A channel's own body, as text and as the value that is bent; of a mail's notification the mail as well."""

    raw: bytes
    value: str
    mail: bytes = b""


def samples_of(name: str) -> list[Sample]:
    if name == SLACK:
        asked = [path.read_bytes() for path in sorted((FIXTURES / SLACK).iterdir())]
        return [Sample(raw, json.dumps(_object(raw))) for raw in asked]
    if not issubclass(REGISTRY[name], ComesByQueue):
        return [Sample(raw, json.dumps(read(name, raw))) for raw in fixtures(name).values()]
    files = fixtures(name)
    told = [_object(raw) for raw in files.values()]
    received = [each for each in told if "notification" in each and isinstance(each.get("raw"), str)]
    letters = [raw for file, raw in files.items() if file.endswith(".eml")]
    found = [Sample(b"", json.dumps(each["notification"]), _mail(each["raw"])) for each in received]
    found += [Sample(b"", found[0].value, letter) for letter in letters]
    return found + [Sample(raw, json.dumps(_object(raw)), letters[0]) for raw in files.values() if _object(raw)]


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _mail(raw: str) -> bytes:
    try:
        return b64decode(raw, validate=True)
    except ValueError:
        return raw.encode()


def bent(name: str, sample: Sample, chance: random.Random) -> tuple[bytes, bytes]:
    """A body of its own making, and where it tells of a mail, that mail: one of the two is bent, or both."""
    if sample.mail and chance.random() < 0.7:
        return sample.value.encode(), torn(sample.mail, chance)
    if sample.value == "{}" or chance.random() < 0.3:
        return torn(sample.raw or sample.value.encode(), chance), sample.mail
    root = {"root": json.loads(sample.value)}
    for _ in range(chance.randint(1, 4)):
        holder, key = chance.choice(places(root))
        texts = HUGE_TEXTS if chance.random() < 0.01 else ODD_TEXTS
        bend(root, holder, key, chance.choice(ACTS), json.loads(chance.choice(texts)))
    return written(name, root.get("root")), torn(sample.mail, chance) if sample.mail else b""


def torn(raw: bytes, chance: random.Random) -> bytes:
    """These bytes with some of them cut out, written twice, replaced or put in."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(raw) + 1)
        until = min(len(raw), at + int(chance.expovariate(1 / 12)))
        piece = chance.choice((b"", raw[at:until] * 2, chance.choice(BYTES), bytes([chance.randrange(256)])))
        raw = raw[:at] + piece + raw[until:]
    return raw


def bodies(name: str, seed: int, numbers: range) -> Iterator[tuple[bytes, bytes]]:
    samples = samples_of(name)
    for number in numbers:
        chance = random.Random(f"{seed} {name} {number}")
        yield bent(name, chance.choice(samples), chance)


def knocked(name: str, seed: int, numbers: range) -> int:
    """Sends these bodies in; returns how many events were queued."""
    entry, seen = Intake(name), 0
    take = entry.opened()
    for number, (body, mail) in zip(numbers, bodies(name, seed, numbers), strict=True):
        where = f"GUICHET_SEED={seed}, {name}, body {number}"
        try:
            status = take(body, mail)
        except Exception as error:
            raise AssertionError(f"{where} raises {error!r}") from error
        assert status < 500, f"{where} is answered {status}"
        for event in entry.put:
            text = encode(event)
            assert len(text) < 200_000, f"{where}: longer than a queue's message"
            assert decode(text) == event, where
        seen += len(entry.put)
        entry.put.clear()
    return seen


def knocked_at_slack(seed: int, numbers: range) -> int:
    """The same for what Slack sends, which its own parser reads."""
    seen = 0
    for number, (body, _) in zip(numbers, bodies(SLACK, seed, numbers), strict=True):
        where = f"GUICHET_SEED={seed}, slack, body {number}"
        try:
            events = parse_slack(body)
        except Exception as error:
            raise AssertionError(f"{where} raises {error!r}") from error
        assert len(events) == 1, where
        assert decode(encode(events[0])) == events[0], where
        seen += 1
    return seen


def knock(name: str, seed: int, numbers: range) -> int:
    return knocked_at_slack(seed, numbers) if name == SLACK else knocked(name, seed, numbers)


@pytest.mark.parametrize("name", [*CHANNELS, SLACK])
def test_bent_bodies_come_in_without_an_error(name: str) -> None:
    assert knock(name, 20261130, range(SAMPLE)) > SAMPLE / 10


@pytest.mark.long
@pytest.mark.parametrize("name", [*CHANNELS, SLACK])
def test_two_hundred_thousand_bent_bodies_come_in_without_an_error(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("GUICHET_SEED") or random.SystemRandom().randrange(2**32))
    with capsys.disabled():
        print(f"\n{name}: {MANY} bodies, GUICHET_SEED={seed}", flush=True)
        began = time.monotonic()
        seen = knock(name, seed, range(MANY))
        print(f"{name}: {seen} events, {time.monotonic() - began:.0f} s", flush=True)
    assert seen > MANY / 10
