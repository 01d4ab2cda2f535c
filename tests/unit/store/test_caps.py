"""A day's cap is counted with the answer: never passed, whole in the end, and given back with an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from chalicelib.errors import Conflict
from chalicelib.model import Decided, EventId
from chalicelib.store import caps
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.table import Table
from tests.unit.store.fixtures import NEW, NOW, PERSON, first_commit, put, row, table

DAY = "2026-11-25"


def free(
    here: Table, subject: str, day: str, cap: int, seed: str, back: Iterable[caps.CapSlot] = ()
) -> caps.CapSlot | None:
    """The place that the next answer takes."""
    return caps.free(caps.taken(here, subject, day), subject, day, cap, seed, back)


def takes(here: Table, number: int, *places: caps.CapSlot, back: tuple[caps.CapSlot, ...] = ()) -> None:
    head = here.head(NEW.conversation_id) or first_commit(here, f"first{number}")
    marked = Marked(PERSON, EventId(f"e{number}"))
    commit(here, Commit(before=head, after=head, marked=marked, now=NOW, slots=places, slots_back=back))


@pytest.mark.parametrize("cap", [1, 30, 59, 61, 250])
def test_exactly_as_many_answers_find_a_place_as_the_cap_says(cap: int) -> None:
    here = table()
    for number in range(cap):
        place = free(here, "all", DAY, cap, f"c{number}")
        assert place is not None
        takes(here, number, place)

    assert free(here, "all", DAY, cap, "c") is None
    assert free(here, "all", "2026-11-26", cap, "c") is not None
    assert free(here, "intent:return", DAY, cap, "c") is not None


def test_of_two_answers_that_saw_the_last_place_one_is_decided_again() -> None:
    here = table()
    place = free(here, "all", DAY, 1, "c")
    assert place is not None
    takes(here, 1, place)

    with pytest.raises(Conflict):
        takes(here, 2, place)


def test_a_large_cap_is_counted_by_several_items() -> None:
    here = table()
    found = [free(here, "all", DAY, 240, f"c{number}") for number in range(200)]

    assert {place.shard for place in found if place} == set(range(caps.SHARDS_MOST))


def test_an_answer_that_is_taken_back_gives_its_place_to_the_next() -> None:
    here = table()
    place = free(here, "all", DAY, 1, "c")
    assert place is not None
    takes(here, 1, place)
    spoken = row(why=Decided(reason="sure", slot=place.name))
    put(here, spoken)

    back = caps.given_back(
        [spoken, row(2), row(3, kind="acknowledgement", why=Decided(reason="sure", slot=place.name))]
    )
    assert [each.name for each in back] == [place.name]
    again = free(here, "all", DAY, 1, "c", back)
    assert again is not None
    takes(here, 2, again, back=tuple(back))
    assert free(here, "all", DAY, 1, "c") is None
    takes(here, 3, back=tuple(back))
    assert free(here, "all", DAY, 1, "c") == replace(place)


def test_a_cap_that_is_lowered_in_the_day_counts_what_was_said_before() -> None:
    here = table()
    for number in range(40):
        place = free(here, "all", DAY, 60, f"c{number}")
        assert place is not None
        takes(here, number, place)

    assert free(here, "all", DAY, 30, "c") is None
    assert free(here, "all", DAY, 90, "c") is not None
