"""The values of each kind of row say what the kinds said before."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from chalicelib.model import ROW_TRAITS, RowKind, RowTraits

FOR_AGENTS = {
    "ticket",
    "ticket_update",
    "thread_note",
    "notice",
    "erasure",
    "file",
    "digest",
    "comments",
    "comments_update",
}
UNASKED = {"elsewhere"}  # of whose end nobody hears: it only says where an answer waits
WITHOUT_WORDS = {"hide", "unhide", "unsend", "like"}  # what a platform does with a comment: twice is once


def test_every_kind_of_row_has_its_traits() -> None:
    assert ROW_TRAITS.keys() == set(get_args(RowKind))


@pytest.mark.parametrize("kind", get_args(RowKind))
def test_what_agents_are_shown_is_tried_for_ever_and_its_end_is_no_event(kind: str) -> None:
    traits = ROW_TRAITS[kind]

    assert traits.endless is (kind in FOR_AGENTS)
    assert traits.reported is (kind not in FOR_AGENTS | UNASKED)


def test_only_a_ticket_is_rather_shown_twice_than_never_and_only_what_says_nothing_done_twice() -> None:
    assert {kind for kind, traits in ROW_TRAITS.items() if traits.repeatable} == {"ticket", *WITHOUT_WORDS}


def test_what_leaves_no_message_is_never_what_a_ticket_hangs_on() -> None:
    assert not any(traits.opens and traits.traceless for traits in ROW_TRAITS.values())


def test_what_customers_are_sent_has_the_same_traits_but_where_it_answers_no_intent() -> None:
    said = {
        kind: traits
        for kind, traits in ROW_TRAITS.items()
        if traits.work == "send" and kind not in FOR_AGENTS | WITHOUT_WORDS | UNASKED
    }

    other = {kind: traits for kind, traits in said.items() if replace(traits, later=False) != RowTraits()}
    assert {kind: replace(traits, later=False) for kind, traits in other.items()} == {
        "acknowledgement": RowTraits(of_intent=False),
        "move": RowTraits(of_intent=False, drawn="token"),  # its link is made as it is sent, and kept nowhere
        "code": RowTraits(of_intent=False, drawn="code", traceless=True),
    }


def test_only_what_nobody_asked_for_waits_for_the_morning() -> None:
    assert {kind for kind, traits in ROW_TRAITS.items() if traits.by_day} == UNASKED
