"""What an agent sent teaches only where it says one thing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.ticket_lessons import How, Lesson, counts, lesson, refused, undisputed
from chalicelib.conversation import Quoted, TicketRecord, TimelineMessage, address_of
from chalicelib.model import ConversationId, Decided, Millis, TicketId
from chalicelib.playbook.render import render
from chalicelib.playbook.yaml_file import load
from chalicelib.store import keys
from tests.unit.store.fixtures import written

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
    assert (found.label, found.how, found.language) == ("opening_hours", "confirmed", "en")
    assert "204518" not in found.text


def test_another_intents_words_correct_the_guess() -> None:
    found = lesson(replace(TICKET, answer=COST), PLAYBOOK)

    assert found is not None
    assert (found.about, found.label, found.how) == ("delivery_cost", "delivery_cost", "corrected")


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        ("Let me check with the shop and come back to you.", "thrown_away"),
        (f"{HOURS} But this Friday we close early for a fitting, so please call the shop before you come.", "edited"),
    ],
)
def test_a_suggestion_that_was_not_sent_as_it_was_is_a_negative(answer: str, how: str) -> None:
    found = lesson(replace(TICKET, answer=answer), PLAYBOOK)

    assert found is not None
    assert (found.about, found.label, found.how) == ("opening_hours", "out_of_scope", how)


def test_a_name_more_in_a_suggestion_teaches_nothing() -> None:
    assert lesson(replace(TICKET, answer=HOURS.replace("Hello", "Hello Jane")), PLAYBOOK) is None


def test_an_answer_that_a_judge_found_not_right_is_a_negative() -> None:
    found = lesson(replace(TICKET, state="open", answer="", corrects="wrong"), PLAYBOOK)

    assert found is not None
    assert (found.about, found.label, found.how) == ("opening_hours", "out_of_scope", "judged_wrong")


def test_an_opening_of_several_lines_is_taken_whole() -> None:
    lines = tuple(
        Quoted(text=text, at=Millis(at), by="customer") for text, at in (("hi", 1), ("open at seven?", 9_000))
    )
    found = lesson(replace(TICKET, quotes=lines, messages=2, suggested=2), PLAYBOOK)

    assert found is not None
    assert found.text == "hi open at seven?"


@pytest.mark.parametrize(
    "ticket",
    [
        replace(TICKET, state="open"),
        replace(TICKET, answer=""),
        replace(TICKET, suggestion="", answer="Let me check with the shop."),
        replace(TICKET, quotes=(*TICKET.quotes, Quoted(text="and by post?", at=Millis(3_600_000), by="customer"))),
        replace(TICKET, quotes=(Quoted(text=" ", at=Millis(1), by="customer"),)),
        replace(TICKET, quotes=(replace(TICKET.quotes[0], attachments=("image",)),)),
        replace(TICKET, messages=9),
    ],
)
def test_what_says_nothing_of_one_opening_teaches_nothing(ticket: TicketRecord) -> None:
    assert lesson(ticket, PLAYBOOK) is None


def message(number: int, text: str, **more: Any) -> TimelineMessage:
    message_id = keys.message_id(ConversationId("c"), Millis(1_700_000_000_000 + number), str(number))
    return replace(written(), message_id=message_id, text=text, **more)


def test_an_automatic_answer_that_was_refused_is_a_negative() -> None:
    asked = message(1, "when do you open, +33 6 15 62 38 00", classification={"language": "en"})
    why = Decided(reason="sure", intent="opening_hours")
    answer = message(2, HOURS, author="bot", kind="reply", covers=(asked.message_id,), why=why)
    (found,) = refused(
        "c", [asked, answer, message(3, "no", covered="not_helped"), message(4, "useless", covered="not_helped")]
    )

    assert (found.about, found.label, found.how, found.language) == ("opening_hours", "out_of_scope", "refused", "en")
    assert "15 62" not in found.text


def test_a_person_counts_once_for_a_subject_and_disputed_words_not_at_all() -> None:
    one = Lesson("are you open", "opening_hours", "en", "b", "confirmed", "c1")
    again = replace(one, text="are you open on sunday")
    other = replace(one, person="c2", text="shop hours")
    disputed = replace(one, person="c3", text="shop hours", how="refused")

    assert [each.text for each in undisputed([one, again])] == ["are you open on sunday"]
    assert undisputed([other, disputed]) == []


def test_one_person_in_five_is_held_back_with_all_they_said() -> None:
    one = Lesson("a", "opening_hours", "en", "b", "confirmed", "c1")
    held = [replace(one, person=f"c{n}").held_back for n in range(1_000)]

    assert 150 <= sum(held) <= 250
    assert replace(one, text="z", how="refused").held_back is one.held_back


def test_what_was_used_is_counted_by_how_it_teaches_and_by_nobodys_name() -> None:
    hows: tuple[How, ...] = ("confirmed", "edited", "edited")
    found = [Lesson(str(n), "refund", "en", "b", how, str(n)) for n, how in enumerate(hows)]

    assert counts(found) == {
        "confirmed": 1,
        "corrected": 0,
        "thrown_away": 0,
        "edited": 2,
        "refused": 0,
        "judged_wrong": 0,
    }
