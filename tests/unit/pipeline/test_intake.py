"""What intake does with events that are too long, or whose account nobody named."""

from __future__ import annotations

from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.model import Credentials, Event, EventId, Message, Millis
from chalicelib.pipeline.intake import TEXT_MOST, IntakeDeps, take
from chalicelib.text import mask_secrets
from tests.unit.test_forging import ACCOUNT, _Queues


def taken(event: Event) -> list[tuple[str, Any]]:
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
    take([event], ACCOUNT, b"body", deps)
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
