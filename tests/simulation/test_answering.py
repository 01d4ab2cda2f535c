"""
What becomes of a person's answer and of their ticket: held, taken back, taken over, settled.
"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.store import items, wire
from chalicelib.workspaces.slack import actions

from . import agent
from .invariants import broken
from .paths import HOURS, ODD, PERSON, mute, presses, reconnects, says, takes_over, waits, window_over, writes_reply
from .platforms import answer
from .test_clocks import HOUR, LEA, MINUTE, TOM, calls, lines
from .world import Step, World

ANSWER = "Oui, en rose aussi. zz"
MORE = "Et en bleu peut-être ? kkff"
DAY = 24 * 60


def ticket(world: World, number: int = 0) -> TicketRecord:
    found = [wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk == "ticket"]
    return items.ticket(sorted(found, key=lambda item: item["created_at"])[number])


def mode(world: World) -> str:
    (head,) = (wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk == "head")
    return str(head.get("mode", "bot")) + ("" if not head.get("ticket_id") else " beside a ticket")


def heard(world: World, channel: str = "whatsapp") -> list[str]:
    return [said.text for said in getattr(world, channel).said]


def people_said(world: World) -> int:
    return sum(ANSWER in text for text in heard(world))


def dialog(world: World) -> str:
    """What the newest dialog's field is filled with."""
    view: dict[str, Any] = world.slack.views[-1]
    return str(next(block for block in view["blocks"] if block["type"] == "input")["element"].get("initial_value", ""))


# --- an answer that the channel takes no more ------------------------------------------------------


def refused_as_late(*more: Step) -> World:
    world = World()
    mute("whatsapp")(world)
    return world.run(
        says("whatsapp", ODD), *writes_reply(ANSWER), Step(window_over, wait_ms=20_000, name="too late"), *more
    )


def test_a_status_that_says_the_window_is_over_offers_to_hold_the_answer_and_never_to_try_again() -> None:
    world = refused_as_late()

    assert (ticket(world).state, ticket(world).failure) == ("failed", "WindowClosed 131047")
    assert agent.button(world, actions.RETRY) is None
    assert agent.button(world, actions.HOLD) is not None
    assert any("délai de réponse" in one["text"] and LEA in one["text"] for one in lines(world))


def test_another_failed_status_is_no_closed_window() -> None:
    world = World()
    mute("whatsapp")(world)

    def fails(world: World) -> None:
        said = world.whatsapp.said[-1]
        world.whatsapp.status(PERSON, said.platform_id, said.token, "failed", 0, 131026)

    world.run(says("whatsapp", ODD), *writes_reply(ANSWER), Step(fails, wait_ms=20_000))

    assert ticket(world).failure == "Refused 131026"
    assert agent.button(world, actions.RETRY) is not None


def test_a_held_answer_leaves_by_itself_when_the_customer_only_says_hello() -> None:
    world = refused_as_late(presses(actions.HOLD), says("whatsapp", "Bonjour ?", wait_ms=30 * HOUR))

    assert people_said(world) == 2  # the one that failed, and this one
    assert ticket(world).state == "answered"
    assert any("part maintenant" in one["text"] for one in lines(world))


def test_a_held_answer_is_offered_with_one_press_when_the_customer_asks_more() -> None:
    world = refused_as_late(presses(actions.HOLD), says("whatsapp", MORE, wait_ms=30 * HOUR))

    assert people_said(world) == 1
    assert (ticket(world).state, ticket(world).suggestion) == ("claimed", ANSWER)
    assert any("gardée est proposée" in one["text"] for one in lines(world))
    assert "Réponse gardée" in agent.shown(agent.tickets(world)[-1])

    world.run(presses(actions.SEND_SUGGESTION, 30_000))
    assert people_said(world) == 2


def test_an_answer_after_the_window_is_held_at_once() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), waits(25 * 60), *writes_reply(ANSWER))

    assert people_said(world) == 0
    assert (ticket(world).state, ticket(world).answer) == ("held", ANSWER)


def test_a_held_answer_calls_nobody_while_it_waits() -> None:
    world = refused_as_late(presses(actions.HOLD))
    before = len(calls(world))
    world.run(waits(4 * DAY))

    assert len(calls(world)) == before
    assert ticket(world).state == "held"


# --- taken back ------------------------------------------------------------------------------------


def test_undo_keeps_the_agents_own_words_in_the_dialog() -> None:
    world = World().run(
        says("whatsapp", ODD), *writes_reply(ANSWER), presses(actions.UNDO, 1_500), presses(actions.EDIT_REPLY)
    )

    assert people_said(world) == 0
    assert dialog(world) == ANSWER


def test_words_that_were_sent_are_no_draft_any_more() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply(ANSWER), presses(actions.EDIT_REPLY, 30_000))

    assert dialog(world) != ANSWER


# --- taken over ------------------------------------------------------------------------------------


def test_an_agent_is_ill_and_a_colleague_takes_three_tickets_over() -> None:
    persons = ("33600000011", "33600000012", "33600000013")

    def writes(person: str, text: str) -> Step:
        return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=30_000)

    world = World().run(*(writes(person, f"{ODD} {person[-1]}") for person in persons), waits(1))
    for number in range(3):
        world.run(Step(agent.press(actions.CLAIM, on=number), wait_ms=10_000), waits(1))
    for number in range(3):
        world.run(
            Step(agent.press(actions.TAKE_OVER, by=agent.COLLEAGUE, on=number), wait_ms=10_000),
            Step(agent.submit("Léa est malade", by=agent.COLLEAGUE), wait_ms=5_000),
            waits(1),
        )
    told = len(calls(world))
    world.run(waits(20), *(writes(person, f"{MORE} {person[-1]}") for person in persons), waits(DAY))

    assert [ticket(world, number).assignee for number in range(3)] == [agent.COLLEAGUE] * 3
    after = [who for who, _ in calls(world)[told:]]
    assert set(after) == {TOM}
    assert len(after) == 9  # the new words, soon late, late
    assert sum("Léa est malade" in str(one) and TOM in one["text"] for one in lines(world)) == 3


def test_a_closed_ticket_can_be_taken_over_and_answered() -> None:
    world = World().run(
        says("whatsapp", ODD),
        presses(actions.CLAIM),
        presses(actions.CLOSE, 20_000),
        *takes_over("Je reprends ce dossier"),
        presses(actions.EDIT_REPLY, 10_000, by=agent.COLLEAGUE),
        Step(agent.submit(ANSWER, by=agent.COLLEAGUE), wait_ms=2_000),
    )

    assert (ticket(world).assignee, people_said(world)) == (agent.COLLEAGUE, 1)


def test_who_had_the_ticket_can_no_longer_answer_it() -> None:
    world = World().run(
        says("whatsapp", ODD), presses(actions.CLAIM), *takes_over("Je reprends"), presses(actions.EDIT_REPLY, 10_000)
    )

    assert "déjà prise par" in str(world.slack.views[-1])


# --- the end ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["merci", "Merci beaucoup"])
def test_a_ticket_settles_when_the_customer_thanks_for_an_answer(words: str) -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply(ANSWER), says("whatsapp", words, wait_ms=HOUR))

    assert (ticket(world).state, mode(world)) == ("settled", "bot")


def test_thanks_before_any_answer_settle_nothing() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), says("whatsapp", "merci", wait_ms=HOUR))

    assert ticket(world).state == "claimed"


def test_thanks_while_another_question_waits_settle_nothing() -> None:
    world = World().run(
        says("whatsapp", ODD),
        *writes_reply(ANSWER),
        says("whatsapp", MORE, wait_ms=HOUR),
        says("whatsapp", "merci", wait_ms=MINUTE),
    )

    assert ticket(world).state == "claimed"


def test_a_ticket_settles_when_nobody_writes_for_three_days_after_an_answer() -> None:
    steps = [says("whatsapp", ODD), *writes_reply(ANSWER)]
    before, after = World().run(*steps, waits(3 * DAY - 1)), World().run(*steps, waits(3 * DAY + 2))

    assert (ticket(before).state, ticket(after).state) == ("answered", "settled")
    assert mode(after) == "bot"
    assert after.run(says("whatsapp", HOURS, wait_ms=MINUTE)).whatsapp.said[-1].text != ANSWER
    assert broken(after, [ODD, HOURS]) == []


def test_a_ticket_answered_again_waits_three_days_from_the_last_answer() -> None:
    world = World().run(
        says("whatsapp", ODD),
        *writes_reply(ANSWER),
        says("whatsapp", MORE, wait_ms=20 * HOUR),
        presses(actions.EDIT_REPLY),
        Step(agent.submit("En bleu aussi. zy"), wait_ms=2_000),
        waits(3 * DAY - 60),
    )

    assert ticket(world).state == "answered"
    assert ticket(world.run(waits(62))).state == "settled"


def test_send_and_close_sends_the_suggestion_and_closes_the_ticket() -> None:
    world = World().run(says("whatsapp", "Le retour est une honte kkre"), presses(actions.SEND_AND_CLOSE), waits(2))

    assert (ticket(world).state, mode(world)) == ("closed", "bot")
    assert ticket(world).answer in heard(world)


def test_send_and_close_leaves_a_ticket_open_whose_customer_wrote_meanwhile() -> None:
    world = World().run(
        says("whatsapp", "Le retour est une honte kkre"),
        presses(actions.SEND_AND_CLOSE),
        says("whatsapp", MORE, wait_ms=2_000),
        waits(2),
    )

    assert ticket(world).state == "claimed"


def test_closing_over_words_that_the_screen_did_not_show_is_refused_and_closes_when_pressed_again() -> None:
    world = World().run(
        says("whatsapp", ODD),
        says("whatsapp", MORE, wait_ms=HOUR),
        Step(agent.press_first(actions.CLOSE), wait_ms=30_000, name="an old screen"),
    )
    assert ticket(world).state == "open"
    assert any("laissée ouverte" in one["text"] and LEA in one["text"] for one in lines(world))

    assert ticket(world.run(presses(actions.CLOSE, 30_000))).state == "closed"


def test_what_the_customer_writes_while_an_answer_leaves_waits_on() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply(ANSWER), says("whatsapp", MORE, wait_ms=2_000), waits(DAY))

    assert people_said(world) == 1
    assert (ticket(world).state, ticket(world).told) == ("claimed", 2)


def test_an_account_without_credits_keeps_its_answer_until_it_is_connected_again() -> None:
    world = World()
    world.x.troubles.append(answer(402, {"title": "CreditsDepleted", "detail": "no credits", "status": 402}))
    world.run(says("x", HOURS))
    assert world.x.said == []

    world.run(reconnects("x"))

    assert [said.text.count("samedi") for said in world.x.said] == [1]
    assert broken(world, [HOURS]) == []
