"""What an agent sent teaches only where it says one thing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.conversation import Quoted, TicketRecord, address_of
from chalicelib.model import ConversationId, Millis, TicketId
from chalicelib.playbook.load import load
from chalicelib.playbook.render import render
from infra.learned import lesson

PLAYBOOK = load((Path(__file__).parents[2] / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
HOURS = render(PLAYBOOK, "opening_hours", "en", "whatsapp", {}, greet=True)
COST = render(PLAYBOOK, "delivery_cost", "en", "whatsapp", {}, greet=True)
TICKET = TicketRecord(
    ticket_id=TicketId("t"),
    conversation_id=ConversationId("c"),
    address=address_of("whatsapp", "1", "2"),
    state="answered",
    priority="normal",
    reason="unsure",
    intent="opening_hours",
    language="en",
    created_at=Millis(1_700_000_000_000),
    quotes=(Quoted(text="any chance you are there at seven, my order is ML204518", at=Millis(1), by="customer"),),
    suggestion=HOURS,
    answer=HOURS,
)


def test_a_suggestion_sent_as_it_was_confirms_the_guess_without_the_customers_numbers() -> None:
    found = lesson(TICKET, PLAYBOOK)

    assert found is not None
    assert (found.intent, found.how, found.language) == ("opening_hours", "confirmed", "en")
    assert "204518" not in found.text


def test_another_intents_words_correct_the_guess() -> None:
    found = lesson(replace(TICKET, answer=COST), PLAYBOOK)

    assert found is not None
    assert (found.intent, found.how) == ("delivery_cost", "corrected")


@pytest.mark.parametrize(
    "ticket",
    [
        replace(TICKET, answer="Let me check with the shop and come back to you."),
        replace(TICKET, state="open"),
        replace(TICKET, answer=""),
        replace(TICKET, quotes=(*TICKET.quotes, Quoted(text="and by post?", at=Millis(2), by="customer"))),
        replace(TICKET, quotes=(Quoted(text=" ", at=Millis(1), by="customer"),)),
    ],
)
def test_what_says_nothing_of_one_message_teaches_nothing(ticket: TicketRecord) -> None:
    assert lesson(ticket, PLAYBOOK) is None
