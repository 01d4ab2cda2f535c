"""Where an answer goes that the channel last written on cannot carry: where its customer chose to go on, or nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.conversation import Conversation, address_of
from chalicelib.decision import loop_signs
from chalicelib.model import Millis
from chalicelib.playbook.hours import instant, wall
from chalicelib.playbook.quiet import loud_from
from chalicelib.store import merging, splitting
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import (
    ADDRESS,
    HOURS,
    NUMBER,
    ODD,
    ON_MESSENGER,
    ON_TELEGRAM,
    PARCEL,
    PERSON,
    contact_of,
    goes_on_at,
    merges,
    presses,
    window_over,
    writes_reply,
)
from .platforms import answer
from .test_loops import tickets
from .world import START, Step, World

ANSWER = "Oui, en rose aussi. zz"
HOUR = 3_600_000


def write(channel: str, text: str, wait_ms: int = 60_000) -> Step:
    return Step(lambda world: world.outside[channel].writes(PERSON, text), wait_ms=wait_ms, name=text)


def told(world: World) -> list[tuple[str, str]]:
    found = [(each.at, name, each.text) for name in ("whatsapp", "messenger") for each in world.outside[name].said]
    return [(name, text) for _, name, text in sorted(found)]


def head_of(world: World) -> Conversation:
    found = world.table.head(world.table.identity(ADDRESS)[1])  # type: ignore[index]  # they wrote
    assert found is not None
    return found


def answers(text: str = ANSWER, wait_ms: int = 60_000) -> list[Step]:
    return [
        Step(agent.press(actions.EDIT_REPLY), when=agent.sees(actions.EDIT_REPLY), wait_ms=wait_ms),
        Step(agent.submit(text), when=lambda world: bool(world.slack.views)),
    ]


BOTH = [write("whatsapp", "Bonjour", 0), write("messenger", "Coucou"), merges(ADDRESS, ON_MESSENGER, wait_ms=60_000)]
# The ticket is of WhatsApp, whose window of a day is over; Messenger takes answers of people for a week.

LATE_ON_WHATSAPP = [*BOTH, write("whatsapp", ODD), *answers(wait_ms=25 * HOUR)]


def test_an_answer_goes_where_its_customer_chose_to_go_on() -> None:
    world = World().run(*BOTH, goes_on_at(ON_MESSENGER), write("whatsapp", ODD), *answers(wait_ms=25 * HOUR))
    (ticket,) = tickets(world)

    assert ("messenger", ANSWER) in told(world)
    assert ("whatsapp", ANSWER) not in told(world)
    assert (ticket.state, ticket.address) == ("answered", ON_MESSENGER)
    assert "a choisi de continuer" in world.slack.everything("C0MAISON")


def test_without_a_choice_no_word_of_it_goes_elsewhere() -> None:
    world = World().run(*LATE_ON_WHATSAPP)
    (ticket,) = tickets(world)

    assert ticket.state == "held"
    assert all(ANSWER not in text for _, text in told(world))


# The platform knows better: its clock, or its count of the window, is another than ours.
REFUSED = Step(window_over, when=lambda world: bool(world.whatsapp.said), wait_ms=20_000, name="too late")
CLOSED = answer(400, {"error": {"code": 10, "error_subcode": 2018278}})


def test_an_answer_that_its_channel_refuses_as_late_goes_where_its_customer_chose() -> None:
    chose = [*BOTH, goes_on_at(ON_MESSENGER), write("whatsapp", ODD)]
    world = World()
    world.whatsapp.mute = True
    world.run(*chose, *writes_reply(ANSWER), REFUSED, Step(lambda _: None, wait_ms=60_000))
    (ticket,) = tickets(world)

    assert [channel for channel, text in told(world) if text == ANSWER] == ["whatsapp", "messenger"]
    assert (ticket.state, ticket.address, ticket.failure) == ("answered", ON_MESSENGER, "")
    assert "a choisi de continuer" in world.slack.everything("C0MAISON")


def test_an_answer_that_both_refuse_is_tried_once_on_each_and_then_shown_as_failed() -> None:
    world = World()
    world.whatsapp.mute = True
    closed = Step(lambda world: world.messenger.troubles.extend([CLOSED, CLOSED, CLOSED]), name="closed")
    chose = [*BOTH, goes_on_at(ON_MESSENGER), write("whatsapp", ODD), closed]
    world.run(*chose, *writes_reply(ANSWER), REFUSED, Step(lambda _: None, wait_ms=60_000))
    (ticket,) = tickets(world)

    assert len(world.messenger.troubles) == 2
    assert ticket.state == "failed"
    assert ticket.failure.startswith("WindowClosed")
    assert head_of(world).chosen == ()


def test_an_answer_that_is_refused_as_late_and_then_held_is_told_of_elsewhere_without_its_words() -> None:
    world = World()
    world.whatsapp.mute = True
    world.run(*WITH_TELEGRAM, *writes_reply(ANSWER), REFUSED, presses("hold"), Step(lambda _: None, wait_ms=60_000))
    (said,) = waits_for(world)

    assert "WhatsApp" in said
    assert all(ANSWER not in each.text for each in world.telegram.said)


WITH_TELEGRAM = [
    write("whatsapp", "Bonjour", 0),
    write("telegram", "Coucou"),
    merges(ADDRESS, ON_TELEGRAM, wait_ms=60_000),
    write("whatsapp", ODD),
]


def waits_for(world: World) -> list[str]:
    return [each.text for each in world.telegram.said if "Une réponse vous attend" in each.text]


def test_a_channel_that_is_open_hears_that_an_answer_waits_and_no_word_of_it() -> None:
    world = World().run(*WITH_TELEGRAM, *answers(wait_ms=25 * HOUR))
    (said,) = waits_for(world)

    assert "WhatsApp" in said
    assert ANSWER not in said
    assert all(ANSWER not in each.text for each in world.telegram.said)


def test_who_heard_as_much_of_the_bot_as_an_hour_takes_hears_nothing_of_waiting_either() -> None:
    """Five automatic answers on Telegram just before: one more would be beyond the budget of all channels."""

    def spend(world: World) -> None:
        head, now = head_of(world), world.clock()
        said = head
        for number in range(loop_signs.PERSON.hour):
            spoken = loop_signs.spoken(said, now, ON_TELEGRAM, f"Une réponse, la numéro {number}", "", now)
            said = replace(said, spoken=spoken)
        world.table.write(merging.head_write(world.table, head, said))

    spent = Step(spend, wait_ms=25 * HOUR - 60_000)
    world = World().run(*WITH_TELEGRAM, spent, *answers(wait_ms=60_000))

    assert [each.state for each in tickets(world)] == ["held"]
    assert waits_for(world) == []


def test_nobody_hears_of_it_between_nine_and_eight() -> None:
    """The agent answers at half past ten in the evening, by the brand's clock; it is said at eight."""
    world = World().run(*WITH_TELEGRAM, *answers(wait_ms=36 * HOUR + 30 * 60_000))
    hours = world.playbook.hours
    (at,) = [each.at for each in world.telegram.said if "attend" in each.text]

    assert wall(hours, Millis(at)).hour == 8
    assert at - START > 40 * HOUR


def test_who_writes_before_the_morning_reads_the_answer_and_hears_of_no_waiting() -> None:
    night = answers(wait_ms=36 * HOUR + 30 * 60_000)
    world = World().run(*WITH_TELEGRAM, *night, write("whatsapp", "Bonjour", HOUR))

    assert ("whatsapp", ANSWER) in told(world)
    assert waits_for(world) == []


def test_who_wants_no_messages_there_is_told_nothing_there() -> None:
    stop = write("telegram", "STOP", 2 * 60_000)
    world = World().run(*WITH_TELEGRAM[:3], stop, *WITH_TELEGRAM[3:], *answers(wait_ms=25 * HOUR))

    assert waits_for(world) == []


def test_an_answer_does_not_go_where_its_customer_chose_to_go_on_and_then_wrote_stop() -> None:
    stop = write("messenger", "STOP", 2 * 60_000)
    world = World().run(*BOTH, goes_on_at(ON_MESSENGER), stop, write("whatsapp", ODD), *answers(wait_ms=25 * HOUR))

    assert ("messenger", ANSWER) not in told(world)


def test_nothing_is_said_unasked_where_they_only_commented() -> None:
    on_facebook = address_of("facebook", "2001", PERSON)
    comments = Step(lambda world: world.facebook.writes(PERSON, "Une honte, ma commande ML123456 !"), wait_ms=60_000)
    both = [write("whatsapp", "Bonjour", 0), comments, merges(ADDRESS, on_facebook, wait_ms=60_000)]
    world = World().run(*both, write("whatsapp", ODD), *answers(wait_ms=25 * HOUR))

    assert world.table.identity(on_facebook) is not None
    assert not any("vous attend" in each.text for each in world.facebook.said)


def test_a_choice_is_nothing_once_the_two_are_two_again() -> None:
    def part(world: World) -> None:
        ids = contact_of(world, ADDRESS), contact_of(world, ON_MESSENGER)
        splitting.split(world.table, *ids, world.clock())

    split = Step(part, wait_ms=60_000)
    world = World().run(*BOTH, goes_on_at(ON_MESSENGER), write("whatsapp", ODD), split, *answers(wait_ms=25 * HOUR))

    assert head_of(world).chosen == ()
    assert all(ANSWER not in text for _, text in told(world))


def test_what_was_asked_on_one_channel_is_given_on_another() -> None:
    world = World()
    world.shop.orders["ML123456"] = {"number": "ML123456", "status": "preparing", "expected_on": "2026-11-27"}
    world.run(*BOTH, write("whatsapp", PARCEL, 3 * HOUR), write("messenger", NUMBER))

    assert [channel for channel, text in told(world) if "ML123456" in text] == ["messenger"]
    assert tickets(world) == []


def test_what_was_answered_on_one_channel_is_not_said_again_on_another() -> None:
    world = World().run(*BOTH, write("whatsapp", HOURS, 3 * HOUR), write("messenger", "Vos horaires donc ?"))
    (ticket,) = tickets(world)

    assert [channel for channel, text in told(world) if "Lyon" in text] == ["whatsapp"]
    assert ticket.reason == "already_said"


@pytest.mark.parametrize(
    ("at", "loud"), [("07:59", "08:00"), ("08:00", "08:00"), ("20:59", "20:59"), ("21:00", "08:00"), ("23:30", "08:00")]
)
def test_it_is_night_from_nine_to_eight_by_the_brands_clock(at: str, loud: str) -> None:
    hours = World().playbook.hours
    hour, minute = (int(each) for each in at.split(":"))
    moment = instant(hours, wall(hours, Millis(START)).date(), 60 * hour + minute)

    assert f"{wall(hours, loud_from(hours, moment)):%H:%M}" == loud


@given(some.integers(START, START + 400 * 24 * HOUR))
def test_nothing_but_answers_leaves_at_night(at: int) -> None:
    hours = World().playbook.hours
    loud = loud_from(hours, Millis(at))

    assert 8 <= wall(hours, loud).hour < 21
    assert at <= loud <= at + 12 * HOUR
    assert loud in (at, loud_from(hours, Millis(loud - 1)))
