"""A platform app that has one webhook for several channels: each reads what is its own, wherever it came."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.masking import mask_secrets
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Credentials, Event, Millis, posted
from chalicelib.stages.intake import IntakeServices, heard, take
from tests.contract.samples import FIXTURES

PAGE = "117038850964413"
BOTH = (FIXTURES / "facebook" / "messages_and_comments_in_one_body.json").read_bytes()


def account(channel: str, app: str = "app") -> Account:
    return Account(
        key=AccountKey(f"k-{channel}"),
        brand=BrandId("maison-lune"),
        channel=ChannelName(channel),
        account_id=AccountId(PAGE),
        app_key=app,
    )


def taken(
    at: Account, *connected: Account, body: bytes = BOTH
) -> tuple[list[tuple[str, str]], Counter[str], list[str]]:
    """What comes to an account's webhook: the channel and id of each event that is queued, counts, what is parked."""
    put: list[Event] = []
    parked: list[str] = []
    counted: Counter[str] = Counter()
    by_id = {(each.channel, each.account_id): each for each in (at, *connected)}

    class Queues:
        def inbox(self, _brand: BrandId, events: list[Event], _at: int) -> None:
            put.extend(events)

        receipts = inbox

        def park(self, *given: Any) -> None:
            parked.append(given[3])

    def count(name: str, value: int = 1, *, channel: str = "") -> None:
        counted[f"{name} {channel}"] += value

    services: Any = IntakeServices(
        registry=REGISTRY,
        by_key=lambda _key: at,
        by_id=lambda channel, account_id: by_id.get((channel, account_id)),  # type: ignore[arg-type]  # as keys
        note=lambda *_: None,
        known=lambda *_: False,
        credentials=lambda *_: Credentials(),
        build=lambda kind, credentials: kind(credentials, None),  # type: ignore[arg-type]  # nothing is sent
        queues=Queues(),  # type: ignore[arg-type]  # the three methods that intake calls
        mask=mask_secrets,
        clock=lambda: Millis(1),
        metrics=count,
    )
    take(heard(REGISTRY[at.channel], posted(body), REGISTRY), at, body, services)
    return [(each.address.channel, each.event_id) for each in put], counted, parked


MESSAGE, COMMENT = ("messenger", "m_beside_a_comment"), ("facebook", "902215588420071_1500000000000001")


@pytest.mark.parametrize("at", ["messenger", "facebook"])
def test_messages_and_comments_of_one_body_go_to_their_own_channels_at_either_address(at: str) -> None:
    other = account("facebook" if at == "messenger" else "messenger")
    queued, _, parked = taken(account(at), other)

    assert sorted(queued) == sorted([MESSAGE, COMMENT])
    assert parked == []


def test_the_half_of_a_page_that_nobody_connected_is_counted_and_not_kept() -> None:
    queued, counted, parked = taken(account("messenger"))

    assert (queued, parked) == ([MESSAGE], [])
    assert counted["not_connected facebook"] == 1


def test_an_account_of_another_app_hears_nothing_by_it() -> None:
    queued, counted, _ = taken(account("messenger"), replace(account("facebook"), app_key="another"))

    assert queued == [MESSAGE]
    assert counted["not_connected facebook"] == 1


def test_a_body_that_is_none_is_parked_once() -> None:
    _, counted, parked = taken(account("messenger"), account("facebook"), body=b'{"object": "page", "entry": 7}')

    assert parked == ["not a page event"]
    assert counted["unparsed messenger"] == 1


def test_a_comment_that_names_none_is_parked_with_the_whole_body_at_messengers_address() -> None:
    value = {"item": "comment", "verb": "add", "from": {"id": "1"}, "message": "x"}
    body = {"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "feed", "value": value}]}]}
    queued, _, parked = taken(account("messenger"), account("facebook"), body=json.dumps(body).encode())

    assert queued == []
    assert parked == ["comment without id"]
