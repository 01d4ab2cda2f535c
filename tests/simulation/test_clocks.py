"""
A ticket speaks up by itself: to the right person, once, in their hours, and never with a customer's words.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.model import EventId, Millis, ReminderDue, ReportedRow
from chalicelib.store import keys
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import HOURS, ODD, PERSON, presses, says, tells, waits, writes_reply
from .world import START, World

MINUTE, HOUR = 60_000, 3_600_000
GROUP, LEA, TOM = "<!subteam^S0CARE>", f"<@{agent.AGENT}>", "<@U0TOM>"
BURNT = "Votre bougie a brûlé ma fille, mon avocat vous écrira kkbu"
DANGERS = (
    BURNT,
    "votre bougie a pris feu et ma fille est brûlée kkbv",
    "Your candle caught fire and my daughter is burned kkbw",
    "Mon avocat prendra contact kkbx",
)
MORE = "Toujours là ? Mon lama rose est perdu kkmo"


def at_night() -> World:
    world = World()
    world.clock.now = START + 12 * HOUR  # 22:00 in Paris
    return world


def calls(world: World) -> list[tuple[str, int]]:
    """Whom lines in threads mention, each with the minute in which."""
    return [
        (who, round((one["at"] - START) / MINUTE))
        for one in world.slack.posts
        for who in re.findall(r"<@\w+>|<!subteam\^\w+>", str(one.get("text", "")))
    ]


def lines(world: World) -> list[dict[str, Any]]:
    return [one for one in world.slack.posts if one.get("thread_ts")]


# --- before it is late, and when it is -------------------------------------------------------------


def test_an_unclaimed_ticket_calls_the_group_once_at_four_fifths_and_once_when_late() -> None:
    world = World().run(says("whatsapp", ODD), waits(24 * 60))

    # 10:00 in Paris and 240 minutes of opening hours, with a break of an hour: 14:12 and 15:00
    assert calls(world) == [(GROUP, 252), (GROUP, 300)]
    assert all(one.get("reply_broadcast") for one in lines(world) if GROUP in one["text"])


def test_a_claimed_ticket_calls_its_agent_and_nobody_else() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), waits(24 * 60))

    assert calls(world) == [(LEA, 252), (LEA, 300)]
    assert not any(one.get("reply_broadcast") for one in lines(world))


def test_an_answer_in_time_leaves_the_clocks_nothing_to_say() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), waits(48 * 60))

    assert calls(world) == []


def test_the_second_question_after_an_answer_has_a_clock_of_its_own() -> None:
    world = World().run(
        says("whatsapp", ODD),
        *writes_reply("Oui, en rose aussi. zz"),
        says("whatsapp", MORE, wait_ms=HOUR),
        waits(8 * 60),
    )

    assert [who for who, _ in calls(world)] == [LEA, LEA, LEA]  # at once, soon late, late
    assert [minute for _, minute in calls(world)][1:] == [60 + 252, 60 + 300]


def test_the_first_words_after_an_answer_call_its_agent_however_soon_they_come() -> None:
    world = World().run(
        says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), says("whatsapp", MORE, wait_ms=MINUTE)
    )

    assert calls(world) == [(LEA, 1)]


def test_what_is_due_at_night_is_said_when_the_brand_opens() -> None:
    world = World()
    world.clock.now = START + 8 * HOUR  # 18:00: half an hour is left of this day
    world.run(says("whatsapp", ODD), waits(24 * 60))

    assert [minute for _, minute in calls(world)] == [8 * 60 + 15 * 60 + 30 + 162, 8 * 60 + 15 * 60 + 30 + 270]


def test_no_line_that_calls_somebody_holds_a_word_or_a_name_of_the_customer() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", MORE, wait_ms=40 * MINUTE), waits(24 * 60))

    called = [one["text"] for one in lines(world) if GROUP in one["text"]]
    assert len(called) == 3
    assert not any(word in text for text in called for word in ("lama", "kkcc", "Léa", PERSON, "<!channel>", "<!here>"))


# --- danger ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", DANGERS)
def test_a_danger_calls_the_first_contact_now_and_the_next_after_five_minutes_at_night_too(words: str) -> None:
    world = at_night().run(says("whatsapp", words), waits(60))

    assert [who for who, _ in calls(world)] == [LEA, TOM, GROUP]
    first, second, third = (minute for _, minute in calls(world))
    assert (first, second - first, third - second) == (720, 5, 5)


def test_a_danger_that_somebody_takes_calls_nobody_else() -> None:
    world = at_night().run(says("whatsapp", BURNT), presses(actions.CLAIM, 60_000), waits(60))

    assert [who for who, _ in calls(world)] == [LEA]


# --- the customer writes again ---------------------------------------------------------------------


def test_the_customers_next_words_call_the_agent_once_a_burst() -> None:
    world = World().run(
        says("whatsapp", ODD),
        presses(actions.CLAIM),
        says("whatsapp", MORE, wait_ms=20 * MINUTE),
        says("whatsapp", "Allô kkal", wait_ms=20_000),
        says("whatsapp", "Il y a quelqu'un kkqu", wait_ms=20_000),
    )

    assert calls(world) == [(LEA, 20)]


def test_at_night_they_call_the_agent_when_the_brand_opens_unless_somebody_answered() -> None:
    steps = [says("whatsapp", ODD), presses(actions.CLAIM), says("whatsapp", MORE, wait_ms=13 * HOUR)]
    silent = World().run(*steps, waits(11 * 60))
    answered = World().run(*steps, *writes_reply("Oui, en rose aussi. zz"), waits(11 * 60))

    assert (LEA, 22 * 60 + 30 + 60) in calls(silent)
    assert (LEA, 22 * 60 + 30 + 60) not in calls(answered)


def test_an_unclaimed_ticket_rises_in_the_channel_at_most_once_in_half_an_hour() -> None:
    again = [
        says("whatsapp", f"Et celui-ci {word} ?", wait_ms=12 * MINUTE) for word in ("kkra", "kkrb", "kkrc", "kkrd")
    ]
    world = World().run(says("whatsapp", ODD), *again)

    rises = [one for one in lines(world) if one.get("reply_broadcast")]
    assert [round((one["at"] - START) / MINUTE) for one in rises] == [12, 48]


def test_thanks_call_nobody() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), says("whatsapp", "merci", wait_ms=HOUR))

    assert calls(world) == []


# --- clocks that something has overtaken -----------------------------------------------------------


def test_no_clock_is_left_when_everything_was_said() -> None:
    world = World().run(says("whatsapp", ODD), waits(26 * 60))

    assert [item for item in world.dynamo.items.values() if item.get("kind") == {"S": "clock"}] == []


def test_a_clock_that_waits_for_days_is_no_old_row() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), waits(3 * 24 * 60))

    assert "oldest_row_s" not in world.counts


def test_the_clocks_of_an_erased_person_go_with_them() -> None:
    world = World().run(says("whatsapp", ODD))
    told = len(world.slack.posts)
    (contact_id,) = (pk.rpartition("#")[2] for pk, sk in world.dynamo.items if sk == "contact")

    done = erase(world.table, contact_id, Millis(world.clock.now + HOUR))
    world.run(waits(26 * 60))

    assert done.left == ()
    assert not any(item.get("kind") == {"S": "clock"} for item in world.dynamo.items.values())
    assert len(world.slack.posts) == told


def test_a_clock_that_rang_just_before_its_person_was_erased_finds_nobody() -> None:
    world = World().run(says("whatsapp", ODD))
    told = len(world.slack.posts)
    tickets = [sk and pk.rpartition("#")[2] for pk, sk in world.dynamo.items if sk == "ticket"]
    (contact_id,) = (pk.rpartition("#")[2] for pk, sk in world.dynamo.items if sk == "contact")
    late = ReminderDue(
        event_id=EventId("clock"),
        address=keys.reminder(tickets[0], "late"),
        sent_at=None,
        target_id=tickets[0],
        row=ReportedRow(row_id="row"),
        reminder="late",
    )

    erase(world.table, contact_id, Millis(world.clock.now + HOUR))
    world.run(tells(late, 5 * HOUR))

    assert len(world.slack.posts) == told
    assert not any(tickets[0] in str(item) for item in world.dynamo.items.values())


def test_hello_after_a_persons_answer_calls_the_agent() -> None:
    world = World().run(
        says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), says("whatsapp", "Bonjour ?", wait_ms=HOUR)
    )

    assert calls(world) == [(LEA, 60)]


def test_a_question_that_the_bot_answers_has_no_clock() -> None:
    world = World().run(says("whatsapp", HOURS))

    assert not any(item.get("kind") == {"S": "clock"} for _, item in world.dynamo.written)


def test_a_second_kind_of_emergency_on_a_ticket_calls_at_once_and_the_same_one_not_again() -> None:
    world = at_night()
    world.run(says("whatsapp", "On m'a volé ma carte, mon compte est piraté kkca"), presses(actions.CLAIM, MINUTE))
    before = len(calls(world))

    world.run(says("whatsapp", "Et votre bougie a pris feu, ma fille est brûlée kkcb", wait_ms=HOUR))
    assert [who for who, _ in calls(world)[before:]][:1] == [LEA]
    told = len(calls(world))
    assert "en urgence" in world.whatsapp.said[-1].text

    world.run(says("whatsapp", "Ma fille est brûlée, répondez kkcc", wait_ms=HOUR))
    assert len(calls(world)) == told
