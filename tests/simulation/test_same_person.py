"""Agents are asked whether two are the same person: on the ticket, once, answered at once, whatever dies."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.conversation import address_of
from chalicelib.model import Millis
from chalicelib.store import audit, links
from chalicelib.store.people import root_of
from chalicelib.workspaces.slack import actions

from . import agent
from .agent import AGENT, COLLEAGUE
from .invariants import broken
from .paths import ADDRESS, contact_of
from .world import Step, World

ON_MESSENGER = address_of("messenger", "2001", "7700")
ORDER = "ML123456"
FIRST = f"Vous vendez des lamas roses ? {ORDER} kkaa"
SECOND = f"Il manque un lama dans {ORDER}, je veux un conseiller kkbb"


def both_write() -> list[Step]:
    """Two contacts write the same order number, each gets a ticket."""
    return [
        Step(lambda world: world.whatsapp.writes(ADDRESS.person_id, FIRST, name="Elsa Martin"), name="first"),
        Step(lambda world: world.messenger.writes(ON_MESSENGER.person_id, SECOND), wait_ms=60_000, name="second"),
    ]


def presses(name: str, *, by: str = AGENT, on: int | None = None, wait_ms: int = 20_000) -> Step:
    there = agent.sees(name) if on is None else lambda world: agent.on(world, on, name) is not None
    return Step(agent.press(name, by=by, on=on), when=there, wait_ms=wait_ms, name=f"{by} presses {name}")


def in_dialog(name: str, *, by: str = AGENT, wait_ms: int = 20_000) -> Step:
    there = lambda world: any(agent.has_button(view, name) for view in world.slack.views)  # noqa: E731
    return Step(agent.press_in_dialog(name, by=by), when=there, wait_ms=wait_ms, name=f"{by} presses {name}")


def again(name: str) -> Step:
    """The agent presses what is still there: the first press was lost, or their screen was not drawn anew."""

    def do(world: World) -> None:
        if agent.button(world, name) is not None:
            agent.press(name)(world)

    return Step(do, wait_ms=900_000, name=f"{name}, if it is there")


def link(world: World) -> links.Link | None:
    return links.between(world.table, contact_of(world, ADDRESS), contact_of(world, ON_MESSENGER))


def state(world: World) -> str:
    found = link(world)
    return found.state if found else ""


def lines(world: World, words: str) -> int:
    """How many lines in threads have these words."""
    return sum(
        words in str(message.get("text")) for message in world.slack.messages.values() if message.get("thread_ts")
    )


def asks(world: World) -> list[str]:
    """The questions that stand on tickets."""
    found = [agent.shown(message) for message in agent.tickets(world)]
    return [line for text in found for line in text.splitlines() if "Même personne" in line]


def shown(world: World) -> str:
    return json.dumps(world.slack.views[-1], ensure_ascii=False)


def test_both_tickets_ask_with_the_evidence_and_no_name() -> None:
    world = World().run(*both_write())
    first, second = asks(world)

    assert "Même personne que sur Messenger" in first
    assert "Même personne que sur WhatsApp" in second
    assert "même numéro de commande, écrit" in first
    assert "Elsa" not in first + second
    assert ORDER not in first + second
    assert broken(world, [FIRST, SECOND]) == []


def test_yes_links_for_agents_and_the_bot_keeps_them_apart() -> None:
    world = World().run(*both_write(), presses(actions.SAME_YES))

    assert state(world) == "linked"
    assert root_of(world.table, contact_of(world, ADDRESS)) != root_of(world.table, contact_of(world, ON_MESSENGER))
    assert asks(world) == []
    assert lines(world, "c’est la même personne") == 2
    told = [(each.by, each.what, each.before, each.after) for each in audit.lines(world.table, Millis(0))]
    assert told == [(AGENT, "contact.link", "suggested", "linked")]


def test_no_is_not_asked_again_for_the_same_reason_and_is_for_another() -> None:
    world = World().run(*both_write(), presses(actions.SAME_NO))
    assert (state(world), asks(world)) == ("refused", [])
    says_again = Step(
        lambda world: world.messenger.writes(ON_MESSENGER.person_id, f"Alors, {ORDER} ? kkcc"), wait_ms=60_000
    )
    world.run(says_again)
    assert (state(world), asks(world)) == ("refused", [])
    with_number = Step(
        lambda world: world.messenger.writes(ON_MESSENGER.person_id, "Mon numéro : 06 00 00 00 01 kkdd"), wait_ms=60_000
    )
    world.run(with_number)
    assert state(world) == "suggested"
    assert len(asks(world)) == 2
    assert "même numéro de téléphone, écrit" in asks(world)[0]


def test_a_new_ticket_of_who_is_suggested_asks_too() -> None:
    world = World().run(
        both_write()[0], Step(agent.press(actions.CLOSE), when=agent.sees(actions.CLOSE), wait_ms=9_000)
    )
    world.run(both_write()[1])
    assert len(asks(world)) == 1
    anew = Step(
        lambda world: world.whatsapp.writes(ADDRESS.person_id, "Vous vendez des lamas bleus ? kkee"), wait_ms=60_000
    )
    world.run(anew)

    assert len(asks(world)) == 2


@pytest.mark.parametrize(
    ("first", "second"), [(actions.SAME_YES, actions.SAME_NO), (actions.SAME_NO, actions.SAME_YES)]
)
def test_of_two_agents_who_press_at_once_one_decides_and_the_other_is_told(first: str, second: str) -> None:
    world = World().run(*both_write())
    agent.press(first)(world)
    agent.press(second, by=COLLEAGUE)(world)
    world.run()
    found = link(world)

    assert found is not None
    assert (found.state, found.by) == ("linked" if first == actions.SAME_YES else "refused", AGENT)
    assert "Un collègue vient d’en décider autrement" in shown(world)
    assert lines(world, "la même personne") == 2


def test_a_press_on_a_ticket_that_was_drawn_before_the_evidence_grew_decides_nothing() -> None:
    world = World().run(*both_write())
    kept = [(message, dict(message)) for message in agent.tickets(world)]
    world.messenger.writes(ON_MESSENGER.person_id, "Mon numéro : 06 00 00 00 01 kkff")
    world.run(Step(lambda world: None, wait_ms=60_000))
    for message, before in kept:
        message["blocks"] = before["blocks"]
    world.run(presses(actions.SAME_YES))

    assert state(world) == "suggested"
    assert "Il y a du nouveau depuis" in shown(world)


def test_a_press_on_a_ticket_that_ended_still_counts_and_one_of_an_erased_person_says_so() -> None:
    world = World().run(*both_write())
    old = agent.seen_first(world, actions.CLAIM)[0]
    blocks = [dict(each) for each in agent.tickets(world)[0]["blocks"]]
    world.run(Step(agent.press(actions.CLOSE, on=0), wait_ms=9_000), Step(lambda world: None, wait_ms=900_000))
    assert erase(world.table, contact_of(world, ON_MESSENGER), world.clock()).left == ()
    old["blocks"] = blocks
    world.run(presses(actions.SAME_YES, on=0))

    assert link(world) is None
    assert "Il y a du nouveau depuis" in shown(world)
    assert not any(contact_of(world, ON_MESSENGER) in json.dumps(each) for each in world.slack.messages.values())


def test_the_tickets_of_others_are_drawn_without_who_is_erased() -> None:
    world = World().run(*both_write(), Step(lambda world: None, wait_ms=900_000))
    assert len(asks(world)) == 2
    erase(world.table, contact_of(world, ON_MESSENGER), world.clock())
    world.run(Step(lambda world: None, wait_ms=900_000))

    assert asks(world) == []


def test_the_card_shows_five_lines_and_the_rest_behind_more_and_undoes_a_link() -> None:
    world = World().run(*both_write(), presses(actions.SAME_YES), presses(actions.CARD, on=0))
    text = world.slack.views[-1]["blocks"][0]["text"]["text"]

    assert len(text.splitlines()) == 5
    assert "*Elsa Martin* (WhatsApp)" in text
    assert "liée" in text
    assert ORDER in text
    assert "Demandes ouvertes" in text
    world.run(in_dialog(actions.CARD_MORE))
    assert "Délier" in shown(world)
    world.run(in_dialog(actions.UNLINK))
    assert state(world) == "refused"
    assert "Délier" not in shown(world)
    assert lines(world, "a délié deux fiches") == 2


def to_unite(reason: str = "Elle m'a donné le même mot de passe") -> list[Step]:
    """Two are linked, and somebody who is named attests that they are one."""
    steps = [*both_write(), presses(actions.SAME_YES), presses(actions.CARD, on=0), in_dialog(actions.CARD_MORE)]
    submits = Step(agent.submit(reason), when=_asks_how, wait_ms=20_000, name="submits")
    return [*steps, in_dialog(actions.UNITE), submits]


def _asks_how(world: World) -> bool:
    return bool(world.slack.views) and world.slack.views[-1].get("callback_id") == actions.UNITE_MODAL


def are_one(world: World) -> bool:
    one, other = (root_of(world.table, contact_of(world, each)) for each in (ADDRESS, ON_MESSENGER))
    return one.contact_id == other.contact_id


def test_only_named_people_make_two_contacts_one() -> None:
    world = World().run(*to_unite()[:-2], in_dialog(actions.UNITE, by="U0NOBODY"))

    assert "<@U0LEA>" in shown(world)
    assert not are_one(world)


def test_who_attests_it_gives_a_reason_and_two_open_tickets_become_one() -> None:
    world = World().run(*to_unite("  "))
    assert not are_one(world)
    world.run(Step(agent.submit("Vu en boutique avec sa carte"), wait_ms=20_000))
    who = root_of(world.table, contact_of(world, ADDRESS))

    assert are_one(world)
    assert [(each["reason"], each["evidence"], each["by"]) for each in who.merged] == [
        ("Vu en boutique avec sa carte", "agent", AGENT)
    ]
    assert sum("Même personne qu’une autre" in str(each.get("text")) for each in world.slack.messages.values()) == 2
    assert ("contact.merge", AGENT) in {(each.what, each.by) for each in audit.lines(world.table, Millis(0))}
    assert broken(world, [FIRST, SECOND]) == []


def every_call(steps: list[Step]) -> Iterable[tuple[int, World]]:
    """Play these steps once for each call of the calm run, with a worker that dies after it."""
    calls = len(World().run(*steps).injector.kinds)
    for number in range(1, calls + 1, 3):
        yield number, World({number: "die"}).run(*steps)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("press", "wanted", "words"),
    [(actions.SAME_YES, "linked", "c’est la même personne"), (actions.SAME_NO, "refused", "ce n’est pas la même")],
)
def test_a_worker_may_die_after_any_call(press: str, wanted: str, words: str) -> None:
    for number, world in every_call([*both_write(), presses(press), again(press)]):
        told: dict[str, Any] = {"number": number}
        assert broken(world, [FIRST, SECOND]) == [], told
        assert (state(world), asks(world)) == (wanted, []), told
        assert lines(world, words) in (1, 2), told
        assert root_of(world.table, contact_of(world, ADDRESS)).contact_id == contact_of(world, ADDRESS), told


@pytest.mark.slow
def test_a_worker_may_die_after_any_call_of_an_unlink() -> None:
    steps = [*both_write(), presses(actions.SAME_YES), presses(actions.CARD, on=0)]
    steps += [in_dialog(actions.CARD_MORE), in_dialog(actions.UNLINK), Step(lambda world: None, wait_ms=900_000)]
    for number, world in every_call(steps):
        assert broken(world, [FIRST, SECOND]) == [], number
        assert state(world) in ("refused", "linked"), number


@pytest.mark.slow
def test_a_worker_may_die_after_any_call_of_a_merge() -> None:
    steps = [*to_unite(), Step(lambda world: None, wait_ms=900_000)]
    for number, world in every_call(steps):
        assert broken(world, [FIRST, SECOND]) == [], number
