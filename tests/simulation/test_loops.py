"""Two Guichets set on each other, and machines that answer machines: they fall silent, and one person hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.store import merging
from chalicelib.store.merging import Proof
from chalicelib.workspaces.slack import actions

from .paths import ADDRESS, HOURS, NUMBER, ON_MESSENGER, PARCEL, PERSON, presses
from .ses import DOMAIN, SesMail
from .world import Step, World

MOST = 5  # automatic messages of each
TURNS = 40
MINUTES_20 = 20 * 60_000
Say = Callable[[str], str]


def tickets(world: World) -> list[TicketRecord]:
    found = [world.table.ticket(key[0].rsplit("#", 1)[1]) for key in world.dynamo.items if "#ticket#" in key[0]]
    return [each for each in found if each is not None]


def said(world: World, channel: str) -> list[str]:
    return [each.text for each in world.outside[channel].said]


def write(channel: str, text: str, wait_ms: int) -> Step:
    return Step(lambda world: world.outside[channel].writes(PERSON, text), wait_ms=wait_ms)


def as_it_is(text: str) -> str:
    return text


def in_turn(*texts: str) -> Say:
    """What a machine says whatever it is told: each of these in turn."""
    told: Iterator[str] = cycle(texts)
    return lambda _: next(told)


def set_on_each_other(channel: str, first: str, say: Sequence[Say], wait_ms: int) -> list[World]:
    """Two brands, each of which the other writes to as a customer does, `wait_ms` after it heard something."""
    worlds, heard = [World(), World(brand="atelier-nord")], [first]
    for turn in range(TURNS):
        world, other = worlds[turn % 2], worlds[1 - turn % 2]
        world.clock.now = max(world.clock.now, other.clock.now)
        before = len(said(world, channel))
        world.run(*(write(channel, text, wait_ms) for text in heard))
        heard = [say[turn % 2](text) for text in said(world, channel)[before:]]
        if not heard:
            return worlds
    raise AssertionError("they never stopped")


def talk_to_a_machine(world: World, channels: Sequence[str], texts: Sequence[str], wait_ms: int) -> int:
    """Return how much is said to a machine that goes on whatever it is told, on each of these channels in turn."""
    before = sum(len(said(world, channel)) for channel in set(channels))
    for _, text, channel in zip(range(TURNS), cycle(texts), cycle(channels), strict=False):
        world.run(write(channel, text, wait_ms))
    return sum(len(said(world, channel)) for channel in set(channels)) - before


OTHERS = (HOURS, "Comment faire un retour ?", PARCEL, NUMBER, "Et vos horaires du soir ?", "Bonjour")
TALKS: dict[str, Callable[[], Sequence[Say]]] = {
    "as they are": lambda: (as_it_is, as_it_is),
    "without what tells of a machine": lambda: (in_turn(*OTHERS), in_turn(*OTHERS)),
    "a number": lambda: (in_turn(PARCEL, NUMBER), in_turn(PARCEL, "ML123457")),
    "stop and go": lambda: (in_turn("STOP", "START"), in_turn("STOP", "START")),
    "greetings": lambda: (in_turn("Bonjour", "Coucou"), in_turn("Bonsoir")),
}


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("channel", ["messenger", "email", "x", "whatsapp", "telegram"])
@pytest.mark.parametrize("wait_ms", [1_000, MINUTES_20])
def test_two_guichets_set_on_each_other_stop(talk: str, channel: str, wait_ms: int) -> None:
    for world in set_on_each_other(channel, HOURS, TALKS[talk](), wait_ms):
        assert len(said(world, channel)) <= MOST
        assert len(tickets(world)) <= 1


@pytest.mark.parametrize("channel", ["messenger", "email", "x"])
@pytest.mark.parametrize("texts", [("STOP", "START"), OTHERS, ("STOP", "START", *OTHERS)])
def test_a_machine_that_never_stops_is_answered_so_often_and_then_no_more(channel: str, texts: Sequence[str]) -> None:
    world = World()

    assert talk_to_a_machine(world, [channel], texts, 30_000) <= MOST
    assert len(tickets(world)) == (HOURS in texts)  # who only switches us off and on asks for nothing


def test_the_budget_is_one_over_all_channels_of_a_person() -> None:
    world = World()
    world.run(write("whatsapp", "Bonjour", 0), write("messenger", "Bonjour", 30_000))
    known = [world.table.identity(at) for at in (ADDRESS, ON_MESSENGER)]
    one, other = (each[0] for each in known if each is not None)
    merging.merge(world.table, one, other, Proof(evidence="agent", reason="one person", by="-", at=world.clock()))
    already = len(said(world, "whatsapp")) + len(said(world, "messenger"))

    assert already == 2
    assert talk_to_a_machine(world, ["whatsapp", "messenger"], ("STOP", "STOP", "START", "START"), 20_000) == MOST - 2
    assert len(tickets(world)) == 1


def test_one_ticket_hears_of_it_and_the_bot_stays_silent_while_it_is_open() -> None:
    world = World().run(write("messenger", "Ceci est un message automatique : vos horaires ?", 0))
    world.run(*(write("messenger", text, 3 * 3_600_000) for text in OTHERS))
    (ticket,) = tickets(world)

    assert said(world, "messenger") == []
    assert (ticket.reason, ticket.detail, ticket.grave) == ("loop", "marks", True)
    assert any("machine" in str(post) for post in world.slack.posts)


def test_a_person_may_ask_again_once_it_is_closed() -> None:
    """The ticket was a person's to look at; who asks as people do is answered."""
    world = World().run(write("whatsapp", "Ceci est un message automatique", 0), presses(actions.CLAIM, 60_000))
    world.run(presses(actions.CLOSE, 60_000), write("whatsapp", HOURS, 60_000))

    assert len(said(world, "whatsapp")) == 1


def test_an_answer_that_is_overtaken_takes_nothing_of_the_budget() -> None:
    """Six lines in a row, each of which takes the answer to the ones before back: one answer."""
    lines = [write("whatsapp", f"Et vos horaires {day} ?", 500) for day in ("lundi", "mardi", "jeudi", "vendredi")]
    world = World().run(*lines, write("whatsapp", HOURS, 500), write("whatsapp", "Vos horaires donc ?", 500))
    head = world.table.head(world.table.identity(ADDRESS)[1])  # type: ignore[index]  # they wrote
    assert head is not None

    assert len(head.spoken) == len(said(world, "whatsapp")) == 1


@pytest.mark.parametrize("marked", [True, False])
def test_two_mailboxes_that_get_each_other_s_real_mails_stop(marked: bool) -> None:  # noqa: FBT001 - a case
    """The mails as they left; or as a relay passes them on that drops what marks them as automatic."""
    worlds = [World(), World(brand="atelier-nord")]
    worlds[0].run(Step(lambda world: world.email.writes(PERSON, HOURS)))
    for turn in range(TURNS):
        sender, other = worlds[turn % 2], worlds[1 - turn % 2]
        mail, sender.email.last = sender.email.last, None
        if mail is None:
            break
        for header in ("From", "To", "Reply-To"):
            del mail[header]
        mail["From"], mail["To"] = f"{PERSON}@{DOMAIN}", other.email.account_id
        if not marked:
            for header in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"):
                del mail[header]
        other.clock.now = max(sender.clock.now, other.clock.now)
        raw, where = mail.as_bytes(), other.email
        other.run(Step(lambda _, raw=raw, where=where, turn=turn: arrive(where, turn, raw)))  # type: ignore[misc]  # typed below

    assert [len(each.email.said) for each in worlds] == [1, 0]
    assert [len(tickets(each)) for each in worlds] == [0, 0 if marked else 1]  # what is marked changes nothing


def arrive(mailbox: SesMail, number: int, raw: bytes) -> None:
    mailbox._arrives(f"real{number}", raw, mailbox.account_id, f"{PERSON}@{DOMAIN}")
