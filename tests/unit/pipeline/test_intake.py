"""What intake does with events that are too long, or whose account nobody named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.events import encode
from chalicelib.masking import mask_secrets
from chalicelib.model import Attachment, Credentials, Event, EventId, MalformedBody, Message, Millis, Postback
from chalicelib.pipeline.intake import TEXT_MOST, IntakeDeps, take
from tests.unit.test_forging import ACCOUNT, _Queues


def taken(*events: Event) -> list[tuple[str, Any]]:
    queues = _Queues()
    deps = IntakeDeps(
        registry=REGISTRY,
        by_key=lambda _key: ACCOUNT,
        by_id=lambda _channel, _account_id: None,
        credentials=lambda _channel, _app: Credentials(),
        build=lambda kind, credentials: kind(credentials, None),  # type: ignore[arg-type]  # intake sends nothing
        queues=queues,  # type: ignore[arg-type]  # the three methods that intake calls
        mask=mask_secrets,
        clock=lambda: Millis(1_795_597_200_000),
        counter=lambda *_, **__: None,
    )
    take(events, ACCOUNT, b"body", deps)
    return queues.put


def message(account_id: str, text: str) -> Message:
    return Message(event_id=EventId("m"), address=address_of("x", account_id, "7"), sent_at=Millis(1), text=text)


def test_an_endless_text_is_cut_and_a_human_sees_that_there_was_more() -> None:
    ((_, event),) = taken(message(ACCOUNT.account_id, "é" * (TEXT_MOST + 5)))

    assert len(event.text) == TEXT_MOST
    assert [attachment.kind for attachment in event.attachments] == ["text_cut"]


def test_words_without_an_account_are_parked_whole_and_said_to_nobody() -> None:
    assert taken(message("", "bonjour")) == [("parked x no_account", b"body")]


def test_a_card_number_never_reaches_a_queue() -> None:
    ((_, event),) = taken(message(ACCOUNT.account_id, "ma carte 4111 1111 1111 1111 merci"))

    assert "1111 1111" not in event.text


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize("field", ["title", "payload"])
def test_a_card_number_on_a_button_never_reaches_a_queue(field: str) -> None:
    where = address_of("messenger", ACCOUNT.account_id, "7")
    pressed = Postback(event_id=EventId("m"), address=where, sent_at=Millis(1), **{field: f"oui {CARD}"})
    ((_, event),) = taken(pressed)

    assert "1111 1111" not in getattr(event, field)


def test_a_card_number_as_a_name_never_reaches_a_queue() -> None:
    ((_, event),) = taken(replace(message(ACCOUNT.account_id, "bonjour"), display_name=CARD))

    assert "1111 1111" not in event.display_name


def test_nothing_that_a_platform_gives_is_too_long_for_the_table() -> None:
    files = tuple(Attachment(kind="k" * 1_000) for _ in range(3_000))
    many = replace(message(ACCOUNT.account_id, "bonjour"), display_name="n" * 450_000, attachments=files)
    where = address_of("messenger", ACCOUNT.account_id, "7")
    pressed = Postback(
        event_id=EventId("p"), address=where, sent_at=Millis(1), payload="p" * 500_000, title="t" * 500_000
    )
    found = [encode(event) for _, event in taken(many, pressed)]

    assert max(map(len, found)) < 30_000


@pytest.mark.parametrize(("account", "person"), [("a" * 2_100, "7"), ("", "7"), ("ours", "7" * 100_000)])
def test_ids_that_no_table_takes_are_parked(account: str, person: str) -> None:
    where = address_of("x", ACCOUNT.account_id if account == "ours" else account, person)
    said = replace(message(ACCOUNT.account_id, "bonjour"), address=where)

    assert taken(said) == [("parked x no_account", b"body")]


def test_a_body_that_nobody_can_read_is_kept_once() -> None:
    where = address_of("x", ACCOUNT.account_id, "")
    items = [MalformedBody(event_id=EventId(f"h{n}"), address=where, sent_at=None, reason="odd") for n in range(200)]

    assert taken(*items) == [("parked x odd", b"body")]


@pytest.mark.parametrize("kind", ["file", "ad", "product", "item"])
def test_a_card_number_in_what_comes_along_never_reaches_a_queue(kind: str) -> None:
    beside = ((kind, f"{CARD}.pdf"),)
    where = address_of("messenger", ACCOUNT.account_id, "7")
    pressed = Postback(event_id=EventId("m"), address=where, sent_at=Millis(1), payload="GET_STARTED", beside=beside)
    found = taken(replace(message(ACCOUNT.account_id, "voilà"), beside=beside), pressed)

    assert [each for _, event in found for _, each in event.beside if "1111 1111" in each] == []
    assert len(found) == 2
