"""docs/conversation-states.md, its second table: where a conversation stands, whichever channel each event comes on."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from itertools import chain

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.decision.progress import PROGRESS, progress
from chalicelib.workspaces.slack import actions

from .paths import ADDRESS, ODD, ON_MESSENGER, PARCEL, PERSON, SHAME, merges, presses, writes_reply
from .test_loops import tickets
from .test_states import PAGE
from .world import Step, World

HOUR = 3_600_000
RETURN = "Comment faire un retour ? kkzz"
CHANNELS = ("whatsapp", "messenger")
# Known on both, greeted long ago: a welcome's choices are over.
BEGUN = [
    Step(lambda world: world.whatsapp.writes(PERSON, "Merci beaucoup")),
    Step(lambda world: world.messenger.writes(PERSON, "Merci"), wait_ms=60_000),
    merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
]


def rows() -> list[tuple[str, str, str]]:
    text = PAGE.read_text(encoding="utf-8").partition("## Where a conversation stands")[2].partition("\n## ")[0]
    found = [
        tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        for line in re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ]
    return [(row[0], row[1], row[2]) for row in found if len(row) == 3 and row[0] in PROGRESS]


def says(channel: str, text: str, wait_ms: int = 60_000) -> Step:
    return Step(lambda world: world.outside[channel].writes(PERSON, text), wait_ms=wait_ms, name=text)


def by_customer(channel: str) -> Mapping[str, list[Step]]:
    return {
        "a sure question": [says(channel, RETURN)],
        "a question that lacks a number": [says(channel, PARCEL)],
        "a question for a person": [says(channel, ODD)],
        "grave words": [says(channel, SHAME)],
        "thanks": [says(channel, "merci beaucoup")],
        "a day later, a question for a person": [says(channel, ODD, 25 * HOUR)],
    }


BY_TEAM: Mapping[str, list[Step]] = {
    "somebody takes it": [presses(actions.CLAIM, 60_000)],
    "somebody closes it": [presses(actions.CLOSE, 60_000)],
    "somebody answers": writes_reply("Oui, en rose aussi. zz"),
    "a day later, somebody answers": [
        Step(lambda world: None, wait_ms=25 * HOUR),
        *writes_reply("Oui, en rose aussi. zz"),
    ],
    "nobody answers for hours": [Step(lambda world: None, wait_ms=5 * HOUR)],
    "three days without a word": [Step(lambda world: None, wait_ms=74 * HOUR)],
    "an answer in the channel's own app": [Step(lambda world: world.whatsapp.native(PERSON, "C'est Inès. zz"))],
}
CUSTOMER = by_customer("whatsapp")
STATES: Mapping[str, list[Step]] = {
    "bot": [],
    "waiting for customer": [says("whatsapp", ODD), *BY_TEAM["somebody answers"]],
    "waiting for agent": [says("whatsapp", ODD)],
    "with agent": [says("whatsapp", ODD), *BY_TEAM["somebody takes it"]],
    "held": [says("whatsapp", ODD), *BY_TEAM["a day later, somebody answers"]],
    "reminded": [says("whatsapp", ODD), *BY_TEAM["nobody answers for hours"]],
    "settled": [says("whatsapp", ODD), *BY_TEAM["somebody answers"], says("whatsapp", "merci beaucoup")],
    "re-opened": [says("whatsapp", ODD), *BY_TEAM["somebody answers"], says("whatsapp", "Et en bleu ? kkcd")],
}


def stands(world: World) -> str:
    head = world.table.head(world.table.identity(ADDRESS)[1])  # type: ignore[index]  # they wrote
    assert head is not None
    known = sorted(tickets(world), key=lambda ticket: ticket.created_at)
    last: TicketRecord | None = world.table.ticket(head.ticket_id) if head.ticket_id else next(reversed(known), None)
    return progress(head, last)


def events(channel: str) -> Mapping[str, list[Step]]:
    return {**by_customer(channel), **BY_TEAM}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("before", "event", "then"), rows())
def test_row(before: str, event: str, then: str, channel: str) -> None:
    """The state comes about on WhatsApp; the event on either channel."""
    quiet = Step(lambda world: None, wait_ms=30_000)
    seen: list[str] = []
    look = Step(lambda world: seen.append(stands(world)), wait_ms=30_000)
    world = World().run(*BEGUN, *STATES[before], look, *events(channel)[event], quiet)

    assert [*seen, stands(world)] == [before, then]


def test_every_state_is_in_the_table() -> None:
    assert set(chain.from_iterable((before, then) for before, _, then in rows())) == set(PROGRESS) == set(STATES)


def test_every_event_is_in_the_table() -> None:
    assert {event for _, event, _ in rows()} == set(events("whatsapp"))


def walk(names: Sequence[str], channels: Sequence[str]) -> list[str]:
    """Where a conversation stands after each of these events; what the desk does not show is not pressed."""
    world, stood = World().run(*BEGUN), list[str]()
    for name, channel in zip(names, channels, strict=True):
        world.run(*events(channel)[name], Step(lambda world: None, wait_ms=30_000))
        world.steps.clear()
        stood.append(stands(world))
    return stood


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_over_the_channels_goes_as_on_one(seed: int) -> None:
    """Whatever follows on whatever. Left out: what waits for a day, since each channel has its own window."""
    chance = random.Random(seed)
    short = [name for name, steps in events("whatsapp").items() if sum(step.wait_ms for step in steps) < HOUR]
    names = [*chance.choices(short, k=4), "nobody answers for hours", *chance.choices(short, k=4)]

    assert walk(names, chance.choices(CHANNELS, k=9)) == walk(names, ["whatsapp"] * 9)
