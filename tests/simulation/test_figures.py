"""A brand's daily figures: what a day of customers and agents adds up to, as the report and Slack show it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.quality.answer_times import kept_lately
from chalicelib.report import Report
from chalicelib.stages.scheduled_reports import report_for
from chalicelib.store import daily_counters, keys
from chalicelib.workspaces.slack import actions

from .exploring import play
from .invariants import broken
from .paths import (
    HOURS,
    ODD,
    PARCEL,
    SHAME,
    UNCLEAR,
    natively,
    order_known,
    presses,
    says,
    sweeps,
    trouble,
    writes_reply,
)
from .platforms import GRAPH_LATER, GRAPH_REFUSED
from .world import Step, World, playbook_of

DAY_MS = 86_400_000
MONTH = ("2026-11-01", "2026-12-31")


def report(world: World, first: str = MONTH[0], last: str = MONTH[1]) -> Report:
    return report_for(world.table, first, last)


def another(channel: str, person: str, text: str, wait_ms: int = 0) -> Step:
    return Step(lambda world: getattr(world, channel).writes(person, text), wait_ms=wait_ms, name=text)


def test_a_day_is_counted_by_channel() -> None:
    world = World()
    world.run(
        says("whatsapp", HOURS, times=3),
        says("messenger", ODD, wait_ms=20_000),
        *writes_reply("Oui, en rose aussi. zz"),
    )
    found = report(world, "2026-11-25", "2026-11-25")

    assert broken(world, [HOURS, ODD]) == []
    assert set(found.channels) == {"whatsapp", "messenger"}
    alone, people = found.channels["whatsapp"], found.channels["messenger"]
    assert (alone.contacts, alone.messages, alone.alone, alone.tickets, alone.alone_share) == (1, 1, 1, 0, 1.0)
    assert (people.contacts, people.alone, people.tickets, people.answered) == (1, 0, 1, 1)
    assert (alone.first_automatic_s, people.first_automatic_s) == (10, None)
    assert (people.first_of_people_s, people.answers_of_people) == (30, 1)
    assert (found.total.questions, found.total.alone_share) == (2, 0.5)
    assert found.subjects[0] == ("opening_hours", 1)


def test_the_days_are_the_brands_own_and_a_contact_is_a_persons_first_message_of_one() -> None:
    late = 13 * 3_600_000 + 59 * 60_000  # from 10:00 in Paris to a minute before midnight
    world = World()
    world.run(
        says("whatsapp", HOURS),
        says("whatsapp", "Vos horaires le lundi ? kkvv", wait_ms=late),
        says("whatsapp", "Vos horaires le mardi ? kkww", wait_ms=120_000),
        another("whatsapp", "33600000002", "Vos horaires ? kkxx", 1_000),
    )

    assert report(world, "2026-11-25", "2026-11-25").total.contacts == 1
    assert report(world, "2026-11-25", "2026-11-25").total.messages == 2
    assert report(world, "2026-11-26", "2026-11-26").total.contacts == 2


def test_an_answer_that_did_not_arrive_is_no_answer_and_its_ticket_is_one() -> None:
    world = World()
    trouble("whatsapp", GRAPH_REFUSED)(world)
    world.run(says("whatsapp", HOURS))
    total = report(world).total

    assert (total.alone, total.tickets, total.first_automatic_s) == (0, 1, None)


def test_an_answer_that_left_late_counts_as_late_as_it_left() -> None:
    world = World()
    trouble("whatsapp", *([GRAPH_LATER] * 3))(world)
    world.run(says("whatsapp", HOURS))
    total = report(world).total

    assert (total.alone, total.first_automatic_s) == (1, 30)


def test_a_question_back_is_no_answer() -> None:
    world = World()
    order_known(world)
    world.run(says("whatsapp", PARCEL), says("whatsapp", "Voici : ML123456", wait_ms=30_000))
    total = report(world).total

    assert (total.alone, total.asked_back, total.tickets) == (1, 1, 0)


@pytest.mark.parametrize(
    ("then", "alone", "tickets", "left"),
    [((), 0, 0, 1), (("1",), 1, 0, 0), (("3",), 0, 1, 0), (("Des lamas ? kkll",), 0, 1, 0), (("merci",), 0, 0, 1)],
)
def test_a_clarifying_question_is_no_answer_and_left_until_somebody_answers_it(
    then: tuple[str, ...], alone: int, tickets: int, left: int
) -> None:
    world = World()
    order_known(world)
    world.run(says("whatsapp", UNCLEAR), *(says("whatsapp", text, wait_ms=60_000) for text in then))
    total = report(world).total

    assert (total.which, total.left, total.alone, total.tickets, total.came_back) == (1, left, alone, tickets, 0)
    assert broken(world, [UNCLEAR]) == []


def test_who_asks_for_a_person_after_an_automatic_answer_is_counted() -> None:
    world = World()
    world.run(says("whatsapp", HOURS), says("whatsapp", "Un conseiller svp kkjj", wait_ms=60_000))
    total = report(world).total

    assert (total.alone, total.asked_after, total.came_back) == (1, 1, 1)


def test_who_only_asks_for_a_person_is_not() -> None:
    world = World()
    world.run(says("whatsapp", "Un conseiller svp kkjj"))

    assert (report(world).total.asked_after, report(world).total.came_back) == (0, 0)


def test_an_opt_out_is_counted_once_and_its_undoing_is_none() -> None:
    def wishes(wish: str) -> Step:
        return Step(lambda world: world.whatsapp.prefers("33600000001", wish), wait_ms=30_000, name=wish)

    world = World()
    world.run(says("whatsapp", HOURS), wishes("stop"), wishes("stop"), wishes("resume"))

    assert report(world).total.opt_outs == 1


def test_a_wait_that_nobody_ended_in_time_is_late_once_and_its_window_missed_once() -> None:
    world = World()
    world.run(says("whatsapp", SHAME), sweeps(3 * DAY_MS))
    total = report(world).total

    assert (total.late, total.windows_missed, total.answered) == (1, 1, 0)


def test_an_answer_in_the_channels_own_app_is_an_answer_of_people() -> None:
    world = World()
    world.run(says("whatsapp", ODD), natively("whatsapp", "Oui ! zz", 20_000))
    total = report(world).total

    assert (total.answered, total.first_of_people_s) == (1, 30)


def test_a_second_answer_to_a_ticket_is_no_first_one() -> None:
    world = World()
    world.run(says("whatsapp", ODD), *writes_reply("Oui. zz"), *writes_reply("Et en bleu. yy"))
    total = report(world).total

    assert (total.answered, total.answers_of_people) == (1, 2)


def test_how_fast_the_team_answers_is_told_from_ten_tickets_on() -> None:
    world = World()
    hours = playbook_of(world.brand).hours

    for number in range(10):
        assert kept_lately(world.table, hours, world.clock()) == {}
        person = f"3360000{number:04d}"
        world.run(another("whatsapp", person, f"Vous vendez des lamas {number} ? kk{number}"), presses(actions.CLAIM))
        world.run(*writes_reply(f"Oui, numéro {number}. zz{number}"))

    assert kept_lately(world.table, hours, world.clock()) == {"normal": 5}


def test_figures_of_a_month_are_one_query_a_shard_and_no_scan() -> None:
    world = World()
    world.run(says("whatsapp", HOURS))
    world.dynamo.journal = []
    daily_counters.read(world.table, *MONTH)

    assert [name for name, _, _ in world.dynamo.journal] == ["query"] * keys.FIGURES_SHARDS


def test_no_figure_knows_a_person_or_an_agent() -> None:
    world = World()
    world.run(says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"))
    kept: list[Any] = [item for (pk, _), item in world.dynamo.items.items() if "#figures#" in pk]

    assert kept
    assert not any(word in str(kept) for word in ("U0LEA", "33600000001", "lamas", "rose"))


def test_on_monday_morning_the_desk_reads_the_week_before() -> None:
    world = World()
    world.run(says("whatsapp", HOURS), sweeps((4 * 24 + 23) * 3_600_000 - 60_000), *(sweeps(60_000) for _ in range(3)))
    (told,) = [message["text"] for message in world.slack.posts if message["text"].startswith("📊")]

    assert "lundi 23 novembre au dimanche 29 novembre" in told
    assert "1 contact" in told
    assert "répondu seul 100" in told


def test_nobody_is_told_on_another_day_or_before_nine() -> None:
    world = World()
    world.run(says("whatsapp", HOURS), sweeps((4 * 24 + 22) * 3_600_000), sweeps(60_000), sweeps(26 * 3_600_000))

    assert not any(message["text"].startswith("📊") for message in world.slack.posts)


def test_a_ticket_that_is_named_later_counts_under_its_subject() -> None:
    """The answer was not proved sent, and its question named the ticket that was open beside it."""
    assert play("a person, a day without a word, the bot again", {192: "stall"})[1].broken == ()
