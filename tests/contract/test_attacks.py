"""Signed and hostile bodies, through intake: nothing raises, nothing is endless, no card number gets through."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.events import encode
from chalicelib.masking import mask_secrets
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Event, Millis
from chalicelib.stages.bounds import WORDS
from chalicelib.stages.intake import MAX_BODY, IntakeServices, take
from tests.contract.test_receiving import ACTS, CHANNELS, ODD, bend, parse, places, read, readable, written

CARD, FOUR = "4111 1111 1111 1111", "1111 1111"
IBAN = "FR76 3000 6000 0112 3456 7890 189"
HUGE: list[Any] = ["n" * 450_000, "é" * 90_000, [{"type": "k" * 900}] * 3_000, ["x"] * 3_000, {"id": "9" * 3_000}]
SECRETS = [CARD, CARD.replace(" ", "|"), f"{'x' * 190} {CARD}", f"{'x' * 19_990} {CARD}", IBAN, f"{CARD}\u200b{IBAN}"]

# As JSON: each taking is a value of its own. A list that holds one dictionary 3 000 times would change in all places.
VALUES = tuple([json.dumps(value) for value in values] for values in (ODD, HUGE, SECRETS))


def queued(name: str, body: bytes) -> list[Event]:
    """What intake puts on its queues for a body of the account that it names, or of any."""
    put: list[Event] = []
    account = Account(
        channel=ChannelName(name), key=AccountKey("k"), account_id=AccountId("1"), brand=BrandId("b"), app_key="a"
    )
    queues: Any = SimpleNamespace(
        inbox=lambda _brand, events, _at: put.extend(events),
        receipts=lambda _brand, events, _at: put.extend(events),
        park=lambda *_: None,
    )
    services: Any = IntakeServices(
        registry=REGISTRY,
        by_key=lambda _key: account,
        by_id=lambda _channel, _account_id: account,
        credentials=lambda *_: None,  # type: ignore[arg-type]  # nothing is verified here
        build=lambda *_: None,  # type: ignore[arg-type]  # nor sent
        queues=queues,
        mask=mask_secrets,
        clock=lambda: Millis(1_795_597_200_000),
        metrics=lambda *_, **__: None,
        note=lambda *_: None,
        known=lambda *_: False,
    )
    take(parse(name, body), account, body, services)
    return put


def spoken(event: Event) -> str:
    """All that a customer can write into an event."""
    said = [getattr(event, each.name) for each in fields(event) if each.name in WORDS]
    return "\n".join([*said, *(words for _, words in getattr(event, "beside", ()))])


def attacked(name: str, rounds: int) -> int:
    """Attacks each sample of a channel so often; returns how many events were queued."""
    chance, seen = random.Random(20261129), 0
    for body in readable(name):
        for _ in range(rounds):
            root = {"root": read(name, body)}
            for _ in range(chance.randint(1, 3)):
                holder, key = chance.choice(places(root))
                bend(root, holder, key, chance.choice(ACTS), json.loads(chance.choice(chance.choice(VALUES))))
            sent = written(name, root.get("root"))
            for event in queued(name, sent) if len(sent) <= MAX_BODY else ():  # a larger one is parked unread
                seen += 1
                assert len(encode(event)) < 200_000, "longer than a queue's message"
                assert len(event.event_id) <= 300
                assert FOUR not in spoken(event), "a card number"
                assert "3456 7890" not in spoken(event), "an IBAN"
    return seen


@pytest.mark.parametrize("name", CHANNELS)
def test_no_hostile_body_puts_anything_endless_or_secret_on_a_queue(name: str) -> None:
    assert attacked(name, 8) > 50


@pytest.mark.long
@pytest.mark.parametrize("name", CHANNELS)
def test_no_hostile_body_of_thirty_thousand_puts_anything_endless_or_secret_on_a_queue(name: str) -> None:
    assert attacked(name, 30_000 // len(readable(name))) > 10_000
