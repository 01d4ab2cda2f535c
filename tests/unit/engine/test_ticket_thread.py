"""Lines of a ticket's thread that repeat a customer's words: all of them, and never more than one commit takes."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from chalicelib.conversation import TicketRecord, TimelineMessage
from chalicelib.engine.change_set import WRITES_MOST, ChangeSet
from chalicelib.engine.loaded import Loaded
from chalicelib.engine.ticket_thread import post_messages
from chalicelib.model import BrandId, EventId, Message, Millis, TicketId
from chalicelib.model.outgoing import ThreadCopy
from tests.simulation import agent
from tests.unit.decision.views import HEAD, NOW, PLAYBOOK, environment, message

ENVIRONMENT = environment()
ADDRESS = message().address
TICKET = TicketRecord(
    ticket_id=TicketId("t1"),
    conversation_id=HEAD.conversation_id,
    address=ADDRESS,
    state="open",
    priority="normal",
    reason="unsure",
    intent="",
    language="fr",
    created_at=NOW,
    desk_account="T0A/C0A",
)


def shown(messages: list[TimelineMessage], *, covered: int = 0, reason: str = "") -> list[tuple[ThreadCopy, str]]:
    """(what the line knows of itself, its text) of each line."""
    loaded = Loaded(brand=BrandId("b"), conversation=HEAD, ticket=None, uncovered=())
    changes = ChangeSet(
        loaded, Message(event_id=EventId("e"), address=ADDRESS, sent_at=Millis(NOW), text=""), ENVIRONMENT
    )
    changes.cover([message(number=number).message_id for number in range(covered)], "unsure")
    kind = "auto_failed" if reason else "customer_wrote"
    post_messages(changes, TICKET, messages, PLAYBOOK, kind, reason=reason)
    assert len(changes.rows) + covered <= WRITES_MOST
    lines = [(row.why, agent.shown(json.loads(row.body)["payload"])) for row in changes.rows]
    found = [(why, text) for why, text in lines if isinstance(why, ThreadCopy)]
    assert len(found) == len(changes.rows)
    return found


def test_messages_that_fit_into_one_line_stand_in_one() -> None:
    ((told, text),) = shown([message(f"Bonjour {number}", number) for number in range(12)])

    assert len(told.shows) == 12
    assert "> Bonjour 0\n" in text
    assert "(1/" not in text


def test_a_message_that_is_too_long_for_a_line_has_lines_of_its_own() -> None:
    long = " ".join(f"mot{number}" for number in range(900))
    first, *rest, last = shown([message("Bonjour", 0), message(long, 1, attachments=("image",)), message("merci", 2)])

    assert [len(told.shows) for told, _ in (first, *rest, last)] == [1] * (len(rest) + 2)
    assert [told.note for told, _ in (first, *rest, last)] == ["customer_wrote", *["goes_on"] * (len(rest) + 1)]
    assert [f"({number}/{len(rest)})" in text for number, (_, text) in enumerate(rest, 1)] == [True] * len(rest)
    assert ["📎" in text for _, text in rest] == [False] * (len(rest) - 1) + [True]


def test_why_an_answer_did_not_arrive_is_said_once() -> None:
    lines = shown([message("mot " * 2_000)], reason="Refused 131026")

    assert [told.code for told, _ in lines] == ["Refused 131026"] + [""] * (len(lines) - 1)
    assert ["131026" in text for _, text in lines] == [True] + [False] * (len(lines) - 1)


@pytest.mark.parametrize("covered", [12, 60])
def test_one_commit_takes_what_dynamodb_takes_and_the_last_line_says_how_many_there_were(covered: int) -> None:
    lines = shown([message("é & " * 5_000, number) for number in range(12)], covered=covered)

    assert len(lines) == WRITES_MOST - covered
    assert ")" in lines[-1][1].splitlines()[0]


@pytest.mark.parametrize("words", ["bonjour mon colis est perdu. ", "où est-il passé ? ", "🙂👍🏽 é & "])
def test_sixty_long_messages_take_a_moment(words: str) -> None:
    """X takes 10,000 characters, a decision sixty messages: 0.08 s here, 7 s when each was cut sixty times."""
    messages = [message((words * 1_000)[:10_000], number) for number in range(60)]
    began = time.process_time()

    lines = shown(messages)

    assert len(lines) == WRITES_MOST
    assert time.process_time() - began < 0.3


def test_a_message_without_words_is_one_line_with_what_came_along() -> None:
    ((_, text),) = shown([replace(message(""), attachments=("image",))])

    assert "📎 1 photo" in text
