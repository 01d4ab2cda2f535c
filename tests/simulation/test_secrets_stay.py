"""
Any sequence of words, proofs, guesses, wrong merges, splits and answers: what reaches somebody is theirs to read.

Four people write at several addresses each, and every message has a word of its own. Agents answer tickets by repeating
each such word that the ticket shows, which is the worst that they can do. A word may then reach an address only if its
writer was proved to be the same person at that moment, or was merged with them by an agent and not yet split.
"""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import Address
from chalicelib.stages import notifying
from chalicelib.store import links, merging, parting, people, person_keys
from chalicelib.store.links import Evidence
from chalicelib.store.merging import Proof
from chalicelib.workspaces.slack import actions

from . import agent
from .move_paths import at
from .paths import contact_of
from .test_identified import mark, prove, services
from .world import Step, World

PEOPLE = ("anna", "bela", "cleo", "dora")
CHANNELS = ("whatsapp", "messenger", "telegram", "sms", "webchat", "email")
WORD = re.compile(r"kk[a-z]{4}")
Identity = tuple[str, str]  # who it is in truth, and on which channel
STEPS = 30


def number_of(identity: Identity) -> str:
    return f"3360000{PEOPLE.index(identity[0])}{CHANNELS.index(identity[1])}99"


@dataclass
class Play:
    """One run: who is proved to be who (`groups`), who was merged wrongly, whose each word is."""

    seed: int
    world: World = field(default_factory=World)
    groups: dict[Identity, frozenset[Identity]] = field(default_factory=dict)
    wrong: tuple[Identity, Identity, str, str] | None = None  # which two, and their contacts
    words: dict[str, Identity] = field(default_factory=dict)
    proved: set[Identity] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)
    shown: int = 0  # words that were repeated to who may read them
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.identities = [(who, channel) for who in PEOPLE for channel in self.random.sample(CHANNELS, 3)]

    def address(self, identity: Identity) -> Address:
        if identity[1] == "webchat":
            return address_of("webchat", "www.brand.example", self.world.webchat.person_id(number_of(identity)))
        return at(identity[1], number_of(identity))

    def known(self) -> list[Identity]:
        return [each for each in self.identities if self.world.table.identity(self.address(each)) is not None]

    def root(self, identity: Identity) -> str:
        return str(people.root_of(self.world.table, contact_of(self.world, self.address(identity))).contact_id)

    # --- what happens ---

    def speaks(self) -> None:
        identity = self.random.choice(self.identities)
        word = "kk" + "".join(self.random.choices("bcdfghjlmnpqrstvwxz", k=4))
        self.words[word] = identity
        what = self.random.choice(("Vous vendez des lamas roses ?", "Vos horaires ?", "Une honte, commande ML123456"))
        channel = getattr(self.world, identity[1])
        self.world.run(Step(lambda _: channel.writes(number_of(identity), f"{what} {word}"), wait_ms=60_000))
        self.done.append(f"{identity} says {word}")

    def proves(self) -> None:
        found = self.known()
        if not found:
            return
        identity = self.random.choice(found)
        prove(self.world, self.address(identity), "mail", f"{identity[0]}@home.example")
        self.proved.add(identity)
        one = frozenset(each for each in self.proved if each[0] == identity[0])
        for each in one:
            self.groups[each] = one
        self.done.append(f"{identity} proves")

    def guessed(self) -> None:
        """Somebody types what another is known by, and an agent links two for agents."""
        found = self.known()
        if len(found) < 2:
            return
        one, other = (contact_of(self.world, self.address(each)) for each in self.random.sample(found, 2))
        now, table = self.world.clock(), self.world.table
        key = person_keys.PersonKey("order", mark(self.world, "order", "ML123456"), "said")
        person_keys.add(table, one, [key], now)
        links.link(table, one, other, Evidence("agent", "", now), "agent:lea")
        self.done.append("guessed")

    def merged_wrongly(self) -> None:
        found = [(a, b) for a, b in product(self.known(), repeat=2) if a[0] != b[0]]
        if self.wrong or not found:
            return
        one, other = self.random.choice(found)
        winner, loser = self.root(one), self.root(other)
        proof = Proof(evidence="agent", reason="a mistake", by="lea", at=self.world.clock())
        with suppress(UsageError, Conflict):
            done = merging.merge(self.world.table, winner, loser, proof)
            self.wrong = one, other, winner, loser
            notifying.merged(self.world.brand, done, services(self.world))
            self.done.append(f"wrongly {one} {other}")
        self.world.run()

    def split(self) -> None:
        if self.wrong is None:
            return
        with suppress(UsageError, Conflict):
            one, other = self.wrong[2:]
            links.keep_apart(self.world.table, one, other, "lea", self.world.clock())
            for done in parting.part(self.world.table, one, other, self.world.clock()):
                notifying.merged(self.world.brand, done, services(self.world))
            self.wrong = None
            self.done.append("split")
        self.world.run()

    def answers(self) -> None:
        found = [number for number in range(len(agent.tickets(self.world))) if agent.on(self.world, number, EDIT)]
        if not found:
            return
        number = self.random.choice(found)
        ticket = agent.tickets(self.world)[number]
        read = {} if self.is_of_two(ticket) else dict.fromkeys(WORD.findall(agent.shown(ticket)))
        before = len(self.world.slack.views)
        self.world.run(Step(agent.press(EDIT, on=number), wait_ms=5_000))
        if len(self.world.slack.views) > before:
            self.world.run(Step(agent.submit("Réponse : " + " ".join(read)), wait_ms=2_000))
            self.done.append(f"answers {list(read)}")

    def is_of_two(self, ticket: dict[str, Any]) -> bool:
        """Whether its thread told the agent that it was two people's, so that they read it with care."""
        under = [each.get("text", "") for each in self.world.slack.posts if each.get("thread_ts") == ticket["ts"]]
        return any("Ce sont deux personnes" in each for each in under)

    # --- what must hold ---

    def may_read(self, reader: Identity, writer: Identity) -> bool:
        if reader == writer or writer in self.groups.get(reader, ()):
            return True
        both = [self.groups.get(each, frozenset({each})) for each in self.wrong[:2]] if self.wrong else []
        return {reader, writer} <= frozenset().union(*both)

    def look(self) -> None:
        self.world.webchat.reads(self.world)
        by_person = {(each[1], number_of(each)): each for each in self.identities}
        for channel in CHANNELS:
            texts = getattr(self.world, channel).said
            for each in texts[self.seen.get(channel, 0) if channel != "webchat" else 0 :]:
                for word in WORD.findall(each.text):
                    reader = by_person[channel, each.person]
                    key = f"{reader} {word}"
                    if key in self.seen:
                        continue
                    self.seen[key] = 1
                    assert self.may_read(reader, self.words[word]), (reader, word, self.words[word], self.done)
                    self.shown += 1
            self.seen[channel] = len(texts)

    def play(self) -> Play:
        acts = [self.speaks] * 5 + [self.proves] * 2 + [self.answers] * 5
        acts += [self.guessed, self.merged_wrongly, self.split, self.split]
        for _ in range(STEPS):
            self.random.choice(acts)()
            self.look()
        return self


EDIT = actions.EDIT_REPLY


@pytest.mark.parametrize("seed", [*range(9), *range(10, 16)])
def test_no_word_reaches_who_is_not_proved_to_be_its_writer(seed: int) -> None:
    assert Play(seed).play().shown


@pytest.mark.long
@pytest.mark.parametrize("seed", range(16, 100))
def test_no_word_of_many_more_plays_reaches_who_is_not_proved_to_be_its_writer(seed: int) -> None:
    assert Play(seed).play().shown


def test_a_play_after_whose_split_a_ticket_was_never_drawn() -> None:
    assert Play(38).play().shown
