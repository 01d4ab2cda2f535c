"""The bot becomes more careful by itself where customers refuse what the card promised, and not on good customers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.conversation import Control, Lookup, PastAnswer, Scope, address_of
from chalicelib.decision.decide import decide
from chalicelib.decision.input import DecisionInput
from chalicelib.engine.counts import DecisionCount, decision_count, refusal_item
from chalicelib.model import BrandId, Event, Millis
from chalicelib.quality import monitor
from chalicelib.quality.drift import stability
from chalicelib.quality.monitor import Day, promise_broken
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.decision.views import NOW, PLAYBOOK, classified, view

DAY_MS = 86_400_000
TODAY = "2026-11-25"
ORDER = classified("order_status")
HOURS = "opening_hours"
TOLD = PastAnswer("order_status", NOW - 60_000, ("order_number=ML10482",))


def known(number: str) -> dict[str, Any]:
    found = {"status": "preparing", "order_number": number, "expected_on": "2026-11-27"}
    return {"fact": Lookup("order", number, found)}


# --- what counts as a refusal -----------------------------------------------------------------


def counted(seen: DecisionInput) -> DecisionCount:
    found = decision_count(seen, decide(seen))
    assert found is not None
    return found


REFUSALS: dict[str, DecisionInput] = {
    "words of refusal": view(classified(None), "non", head={"said": (TOLD,)}),
    "words of refusal, in English": view(classified(None), "that's not what I asked", head={"said": (TOLD,)}),
    "a question mark": view(classified(None), "??", head={"said": (TOLD,)}),
    "the same order within the hour": view(ORDER, "où est ma commande ML10482 ?", head={"said": (TOLD,)}),
    "the same question in other words": view(
        classified("order_status", sure=False), "alors ML10482 toujours pas là ou quoi enfin", head={"said": (TOLD,)}
    ),
}
TAKEN: dict[str, DecisionInput] = {
    "a second order": view(ORDER, "et la ML10490 ?", head={"said": (TOLD,)} | known("ML10490")),
    "another shop": view(
        classified(HOURS), "et à Nantes ?", head={"said": (PastAnswer(HOURS, NOW - 60_000, ("town=Lyon",)),)}
    ),
    "the same order later in the day": view(
        ORDER, "où est ma commande ML10482 ?", head={"said": (TOLD._replace(at=NOW - 2 * 3_600_000),)}
    ),
    "the order without its number": view(ORDER, "où est ma commande ?", head={"said": (TOLD,)}),
    "a number that was asked for and not given": view(
        ORDER, "où est ma commande ?", head={"said": (PastAnswer("order_status", NOW - 60_000, asked=True),)}
    ),
    "the same a week later": view(
        ORDER,
        "où est ma commande ML10482 ?",
        head={"said": (TOLD._replace(at=NOW - 7 * DAY_MS),)} | known("ML10482"),
    ),
    "a complaint": view(classified("complaint"), "c'est une honte", head={"said": (TOLD,)}),
    "a wish for a person": view(classified(None, wants_human=True), "un conseiller", head={"said": (TOLD,)}),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused(name: str) -> None:
    found = counted(REFUSALS[name])

    assert (found.what, found.intent) == ("refused", "order_status")


@pytest.mark.parametrize("name", TAKEN)
def test_no_refusal(name: str) -> None:
    assert counted(TAKEN[name]).what != "refused"


# --- when it is too many ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "refused", "broken"),
    [
        (1, 1, False),  # one person proves nothing
        (40, 2, True),
        (60, 2, False),
        (60, 3, True),
        (1_000, 10, False),
        (1_000, 100, True),
    ],
)
def test_refusals_that_the_promise_makes_unlikely_break_it(answers: int, refused: int, *, broken: bool) -> None:
    assert promise_broken([Day(TODAY, answers, refused)], 0.98, NOW) is broken


def test_an_intent_that_did_well_for_a_month_is_judged_by_its_last_days() -> None:
    good = [Day(f"2026-10-{day:02d}", 50, 0) for day in range(10, 32)]
    good += [Day(f"2026-11-{day:02d}", 50, 1) for day in range(1, 25)]

    assert not promise_broken([*good, Day(TODAY, 40, 2)], 0.98, NOW)
    assert promise_broken([*good, Day(TODAY, 40, 6)], 0.98, NOW)


@given(answers=st.integers(0, 500), refused=st.integers(2, 60), more=st.integers(1, 60))
def test_more_refusals_never_make_it_better(answers: int, refused: int, more: int) -> None:
    if promise_broken([Day(TODAY, answers, refused)], 0.98, NOW):
        assert promise_broken([Day(TODAY, answers, refused + more)], 0.98, NOW)


# --- simulated: real counts in a real table ---------------------------------------------------


@dataclass
class Shop:
    """One intent of a brand that was just opened to the bot, and its customers."""

    seed: int
    refused: float
    clock: Millis = NOW
    asked: list[Event] = field(default_factory=list)
    answers: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.table = Table(Dynamo(), "t", BrandId("maison-lune"))
        self.services: Any = SimpleNamespace(
            table=lambda brand: self.table,
            playbook=lambda brand: PLAYBOOK,
            scorer=lambda brand: SimpleNamespace(expected={}),
            clock=lambda: self.clock,
            queues=SimpleNamespace(inbox=lambda brand, events, now: self.asked.extend(events)),
        )

    def decided(self, kind: str, person: str) -> None:
        """A decision on a customer's words is committed, and counted."""
        found = decision_on(kind)
        if found.what == "refused":
            key, item = refusal_item(self.table.brand, found, person, f"t{person}", self.clock)
            self.table.put(key, item)
        self.answers += found.what == "said"
        monitor.note(self.table.brand, found, address_of("whatsapp", "1001", person), self.services)

    def customer(self, number: int) -> None:
        person = f"c{number}"
        self.decided("answered", person)
        if self.random.random() < 0.15:  # asks again: half about another order, half about the same later that day
            self.decided(self.random.choice(("another order", "the same later")), person)
        if self.random.random() < self.refused:
            self.decided("refused", person)

    def started_again(self) -> None:
        """A person presses the button."""
        scope = f"intent:{ORDER.intent}"
        self.table.switch(scope, stopped=True)
        self.table.switch(scope, stopped=False, since=self.clock)
        self.asked.clear()


@cache
def decision_on(kind: str) -> DecisionCount:
    return replace(counted(KINDS[kind]), sampled="")


KINDS = {
    "answered": view(ORDER, "où est ma commande ML10482 ?", head=known("ML10482")),
    "another order": TAKEN["a second order"],
    "the same later": TAKEN["the same order later in the day"],
    "refused": REFUSALS["words of refusal"],
    "asked again": REFUSALS["the same order within the hour"],
}


def test_a_good_shop_stops_at_most_once_in_a_hundred_weeks() -> None:
    """15 % ask again and 1 % refuse in words, twenty customers a day."""
    shop, stops = Shop(seed=1, refused=0.01), 0
    for number in range(100 * 7 * 20):
        shop.customer(number)
        if shop.asked:
            stops += 1
            shop.started_again()
        shop.clock = Millis(shop.clock + DAY_MS // 20)
    print(f"false stops in 100 weeks: {stops} ({shop.answers} answers)")

    assert stops <= 1


def test_an_answer_that_one_in_ten_refuses_is_stopped_within_sixty_answers() -> None:
    stopped = 0
    for seed in range(100):
        shop, number = Shop(seed=seed, refused=0.10), 0
        while shop.answers < 60 and not shop.asked:
            shop.customer(number)
            number += 1
            shop.clock = Millis(shop.clock + DAY_MS // 40)
        stopped += bool(shop.asked)
    print(f"stopped within 60 answers: {stopped} of 100")

    assert stopped >= 95


def test_each_person_counts_once_however_often_they_say_no() -> None:
    shop = Shop(seed=1, refused=0.0)
    shop.decided("answered", "c1")
    for _ in range(20):
        shop.decided("refused", "c1")
    assert shop.asked == []

    shop.decided("answered", "c2")
    shop.decided("refused", "c2")

    assert shop.asked != []


def test_who_only_asks_the_same_again_counts_half() -> None:
    """Three accounts that each ask twice silence nothing: impatient customers do that too."""
    shop = Shop(seed=1, refused=0.0)
    for person in ("c1", "c2", "c3"):
        shop.decided("answered", person)
        shop.decided("asked again", person)
    assert shop.asked == []

    shop.decided("answered", "c4")
    shop.decided("asked again", "c4")

    assert shop.asked != []


def test_the_same_stop_is_asked_for_by_one_event_and_the_next_one_by_another() -> None:
    shop = Shop(seed=1, refused=0.0)
    for person in ("c1", "c2", "c3"):
        shop.decided("refused", person)
    first = {event.event_id for event in shop.asked}
    shop.started_again()
    assert len(first) == 1

    epoch = replace(KINDS["refused"], control=Control(1, {"intent:order_status": Scope(stopped=False, epoch=1)}))
    for person in ("c4", "c5"):
        key, item = refusal_item(shop.table.brand, counted(epoch), person, "t", shop.clock)
        shop.table.put(key, item)
        monitor.note(shop.table.brand, counted(epoch), address_of("whatsapp", "1001", person), shop.services)

    assert {event.event_id for event in shop.asked}.isdisjoint(first)
    assert len(shop.asked) == 1  # what was refused before somebody started it again counts no more


# --- drift ------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 500), min_size=10, max_size=10))
def test_the_index_is_nought_for_the_same_shares_and_never_negative(live: list[int]) -> None:
    expected = [max(count, 1) / max(1, sum(live)) for count in live]

    assert stability(live, [0.1] * 10) >= 0
    if min(live) > 0.01 * sum(live):
        assert stability(live, expected) == pytest.approx(0, abs=1e-9)


def test_a_turned_round_distribution_is_a_shift() -> None:
    assert stability([10, 10, 10, 10, 10, 10, 10, 10, 10, 410], [0.5, *[0.05] * 8, 0.1]) > 0.5
