"""What a head remembers of two people: the more careful of two values while merged, and to each their own after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Conversation, Lookup, PastAnswer, address_of
from chalicelib.model import ContactId, ConversationId, Millis
from chalicelib.store import keys
from chalicelib.store.head_memory import WINDOWS_KEPT, absorb, apart

KEY = keys.recipient(address_of("messenger", "2001", "72"))


def head(number: int, **more: Any) -> Conversation:
    return Conversation(conversation_id=ConversationId(f"c{number}"), contact_id=ContactId(f"p{number}"), **more)


def test_of_two_heads_the_more_careful_value_counts() -> None:
    one = head(1, language="", opted_out=("a", "b"), greeted_at=Millis(5), hold_gen=2, last_order=7, message_count=3)
    other = head(
        2,
        mode="human",
        ticket_id="t2",
        language="fr",
        opted_out=("b", "c"),
        greeted_at=Millis(9),
        hold_gen=4,
        last_order=1,
        message_count=2,
        menu=("returns",),
        clarified=("m",),
    )
    for both in (absorb(one, other), absorb(replace(one, menu=("x",)), other)):
        assert (both.conversation_id, both.mode, both.ticket_id, both.language) == ("c1", "human", "t2", "fr")
        assert (both.opted_out, both.greeted_at, both.last_order) == (("a", "b", "c"), 9, 7)
        assert (both.hold_gen, both.message_count) == (5, 5)
    assert absorb(one, head(2)).mode == "bot"
    assert absorb(head(1, language="en", ticket_id="t1"), other).language == "en"


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (("20100", 3), ("20100", 4), ("20100", 7)),  # the same day: together
        (("20100", 3), ("20101", 4), ("20101", 4)),  # the later day alone
        (("20101", 3), ("20100", 4), ("20101", 3)),
        (("", 0), ("20100", 4), ("20100", 4)),
    ],
)
def test_automatic_answers_of_one_day_are_counted_together(
    one: tuple[str, int], other: tuple[str, int], both: tuple[str, int]
) -> None:
    together = absorb(head(1, auto_day=one[0], auto_count=one[1]), head(2, auto_day=other[0], auto_count=other[1]))

    assert (together.auto_day, together.auto_count) == both


def test_the_newest_windows_are_kept_each_at_its_latest_message() -> None:
    one = head(1, last_customer={"a": 50, "b": 1, "c": 30, "d": 40})
    other = head(2, last_customer={"a": 20, "c": 35, "e": 2, "f": 60, "g": 70})

    assert dict(absorb(one, other).last_customer) == {"e": 2, "c": 35, "d": 40, "a": 50, "f": 60, "g": 70}


def test_what_was_answered_to_either_is_remembered_once_oldest_first() -> None:
    one, other = head(1, said=(PastAnswer("late", 1),)), head(2, said=(PastAnswer("stock", 3), PastAnswer("size", 2)))

    said = absorb(one, other).said
    assert [(each.intent, each.home) for each in said] == [("late", ""), ("size", "c2"), ("stock", "c2")]
    assert [each.home for each in absorb(head(3), absorb(one, other)).said] == ["c1", "c2", "c2"]


def test_a_question_that_is_open_with_one_is_open_for_both_and_of_two_none_is() -> None:
    asked = head(2, asked_intent="order_status", asked_wants="order_number", menu=("a",), clarified=("c2.1.2",))

    assert (absorb(head(1), asked).asked_intent, absorb(head(1), asked).menu) == ("order_status", ("a",))
    assert absorb(replace(asked, conversation_id=ConversationId("c1")), asked).asked_intent == ""


def test_numbers_that_were_looked_up_count_for_both_on_one_day() -> None:
    one, other = head(1, looked_up=("1", "2"), looked_day="d1"), head(2, looked_up=("2", "3"), looked_day="d1")

    assert absorb(one, other).looked_up == ("1", "2", "3")
    assert absorb(one, replace(other, looked_day="d2")).looked_up == ("2", "3")


def test_an_answer_that_waits_for_a_second_message_is_no_longer_taken_back() -> None:
    both = absorb(head(1, held_row="r1", held_note="n1"), head(2, held_row="r2"))

    assert (both.held_row, both.held_before, both.held_note) == ("", None, "")


def after(winner: Conversation, loser: Conversation, **happened: Any) -> tuple[Conversation, Conversation]:
    """The two heads after a merge, what happened then, and a split."""
    stored = replace(loser, merged_into="c1")
    now = replace(absorb(winner, loser), rev=9, **happened)
    return apart(now, stored, winner, {str(loser.conversation_id)}, {KEY})


def test_what_was_heard_said_and_refused_while_merged_goes_with_the_address() -> None:
    mine, theirs = after(
        head(1, last_customer={"mine": 5}, message_count=2, hold_gen=1, said=(PastAnswer("size", 1),)),
        head(2, last_customer={KEY: 10}, message_count=4, hold_gen=1, last_order=3, said=(PastAnswer("stock", 2),)),
        last_customer={"mine": 5, KEY: 90},
        said=(PastAnswer("size", 1), PastAnswer("stock", 2, home="c2"), PastAnswer("returns", 80, home="c2")),
        opted_out=("account",),
        message_count=8,
        hold_gen=6,
        last_order=11,
    )

    assert (dict(mine.last_customer), mine.message_count) == ({"mine": 5}, 4)
    assert dict(theirs.last_customer) == {KEY: 90}
    assert [(said.intent, said.home) for said in theirs.said] == [("stock", ""), ("returns", "")]
    assert [said.intent for said in mine.said] == ["size"]
    assert (theirs.hold_gen, theirs.last_order, mine.last_order) == (7, 11, 11)
    assert (mine.opted_out, theirs.opted_out) == (("account",), ("account",))  # who said STOP is not known: both


def test_nothing_that_rests_on_words_of_both_is_left_with_either() -> None:
    question = {"asked_intent": "order_status", "asked_with": ("1",), "menu": ("a",), "clarified": ("c2.1.2",)}
    for side in after(head(1), head(2), **question, fact=Lookup("order", "1", {"state": "sent"})):
        assert (side.asked_intent, side.asked_with, side.menu, side.clarified, side.fact) == ("", (), (), (), Lookup())


def test_a_name_that_was_learned_while_merged_names_nobody_after_a_split() -> None:
    mine, theirs = after(head(1), head(2), name="Jeanne", name_asked_at=Millis(7))

    assert (mine.name, mine.name_asked_at, theirs.name) == ("", 0, "")
    assert after(head(1, name="Anna"), head(2, name="Jeanne"))[1].name == "Jeanne"


def test_each_side_waits_with_its_own_messages() -> None:
    mine, theirs = after(head(1), head(2), uncovered_from="m#1", uncovered_in=("c1", "c2"), hold_until=Millis(9))
    for side in (mine, theirs):
        assert (side.uncovered_from, side.uncovered_in, side.hold_until) == ("m#1", (), 9)
    mine, theirs = after(head(1), head(2), uncovered_from="m#1", hold_until=Millis(9))
    assert (mine.uncovered_from, theirs.uncovered_from, theirs.hold_until) == ("m#1", "", 0)


def test_rows_of_before_a_split_are_fenced_on_both_sides() -> None:
    mine, theirs = after(head(1, fence=3), head(2, fence=5), fence=4)

    assert (mine.fence, theirs.fence) == (5, 6)


def test_who_wrote_last_is_always_among_the_windows_that_are_kept() -> None:
    windows: dict[str, int] = {}
    for at in range(20):
        windows = dict(
            absorb(head(1, last_customer=windows), head(2, last_customer={f"address {at}": at})).last_customer
        )
        assert f"address {at}" in windows
    assert len(windows) == WINDOWS_KEPT
