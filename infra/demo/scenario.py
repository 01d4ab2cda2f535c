"""
The scenario of a demo: a seeded day of customers, with its own truth. Pure: the same seed gives the same day.

The sentences (lines.jsonl) were written for this and are used for nothing else, least of all training. `truth` is the
one intent that may be answered automatically, or "human" (no automatic answer is right), "silent" (nothing need be
said) or "any" (a greeting: what follows it decides).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

LINES = Path(__file__).with_name("lines.jsonl")
HUMAN, SILENT, ANY = "human", "silent", "any"
NAMES = {
    "fr": ("Inès", "Hugo", "Maëlle", "Youssef", "Chloé", "Théo", "Fatou", "Lucas", "Zoé", "Mehdi", "Anaïs", "Jules"),
    "en": ("Grace", "Tom", "Priya", "Callum", "Freya", "Noah", "Amara", "Jack", "Isla", "Dev", "Megan", "Leo"),
}
# Kind of a customer's first words -> how often, in a hundred customers.
FIRST = {
    "question": 48,
    "burst": 12,
    "near_miss": 9,
    "angry": 9,
    "out_of_scope": 8,
    "wants_human": 5,
    "nonsense": 5,
    "several": 2,
    "sensitive": 2,
}
# What a customer with a plain question does after the answer, in a hundred: "back" comes back to the subject with
# another order, as many do in a shop; of "doubts" few refuse what they read (REFUSED_SHARE), the others come back, too.
THEN = {"nothing": 45, "thanks": 27, "another": 10, "doubts": 10, "back": 8}
REFUSED_SHARE, OTHER_ORDER_SHARE = 0.1, 0.3
PUBLIC_SHARE, COPIED_SHARE, ANSWERED_SHARE, ENGLISH_SHARE = 0.35, 0.12, 0.75, 0.45


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence a customer may write."""

    id: str
    language: str
    kind: str
    truth: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """One message: the platform delivers it `copies` times more, and late when `shuffled`."""

    line: str
    truth: str
    text: str = field(repr=False)
    copies: int = 0
    shuffled: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer on one channel. Each turn is written when the turn before has been dealt with."""

    number: int
    name: str
    language: str
    channel: str
    public: bool
    answered: bool  # whether an agent finds the time, should there be a ticket
    turns: tuple[tuple[Said, ...], ...]

    @property
    def said(self) -> tuple[Said, ...]:
        return tuple(said for turn in self.turns for said in turn)

    @property
    def needs_answer(self) -> bool:
        """Whether anything they wrote deserves one."""
        return any(said.truth not in (SILENT, ANY) for said in self.said)


def lines() -> tuple[Line, ...]:
    """Read the sentences."""
    return tuple(Line(**json.loads(each)) for each in LINES.read_text(encoding="utf-8").splitlines())


def scenario(channels: Sequence[str], public: frozenset[str], events: int, seed: int) -> tuple[Customer, ...]:
    """Write a day of exactly `events` deliveries (messages and their copies); `public` channels also have posts."""
    author = _Author(lines(), random.Random(seed), random.Random(f"after {seed}"))
    customers: list[Customer] = []
    left = events
    while left > 0:
        customer = author.customer(len(customers), channels[len(customers) % len(channels)], public)
        customer = _cut(customer, left)
        left -= sum(1 + said.copies for said in customer.said)
        customers.append(customer)
    return tuple(customers)


def _cut(customer: Customer, left: int) -> Customer:
    """Shorten the last customer of the day to what is left of it."""
    turns = []
    for turn in customer.turns:
        kept = []
        for said in turn:
            if left > 0:
                kept.append(replace(said, copies=min(said.copies, left - 1)))
                left -= 1 + kept[-1].copies
        if kept:
            turns.append(tuple(kept))
    return replace(customer, turns=tuple(turns))


class _Author:
    """Draws customers from one generator, and from another what some of them come back with."""

    def __init__(self, written: Sequence[Line], dice: random.Random, after: random.Random) -> None:
        self.dice, self.after = dice, after
        self.by: dict[tuple[str, str], list[Line]] = {}
        for line in written:
            self.by.setdefault((line.language, line.kind), []).append(line)

    def customer(self, number: int, channel: str, public: frozenset[str]) -> Customer:
        """Draw one customer."""
        language = "en" if self.dice.random() < ENGLISH_SHARE else "fr"
        is_public = channel in public and self.dice.random() < PUBLIC_SHARE
        turns = self._turns(language)
        if is_public:  # in public a person presses the button, whatever was asked
            turns = [[replace(said, truth=_in_public(said.truth)) for said in turn] for turn in turns[:1]]
        return Customer(
            number=number,
            name=self.dice.choice(NAMES[language]),
            language=language,
            channel=channel,
            public=is_public,
            answered=self.dice.random() < ANSWERED_SHARE,
            turns=tuple(tuple(map(self._delivered, turn)) for turn in turns),
        )

    def _delivered(self, said: Said) -> Said:
        return replace(said, copies=self.dice.randint(1, 3)) if self.dice.random() < COPIED_SHARE else said

    def _turns(self, language: str) -> list[list[Said]]:
        kind = self._one_of(FIRST)
        if kind == "burst":
            return [self._burst(language)]
        first = self._line(language, kind)
        if kind != "question":
            return [[first]]
        return [[first], *self._then(language, first)]

    def _then(self, language: str, first: Said) -> list[list[Said]]:
        """What follows a plain question."""
        if first.truth == "order_status" and not any(sign.isdigit() for sign in first.text):
            number = Said(f"{first.line}+number", "order_status", f"ML{self._number()}")
            thanks = self._line(language, "thanks")
            more = self.after.random() < OTHER_ORDER_SHARE
            return [[number], [self._back(language, first) if more else thanks]]
        kind = self._one_of(THEN)
        if kind == "nothing":
            return []
        if kind == "back":
            return [[self._back(language, first)]]
        if kind == "another":
            return [[self._line(language, "question", but=first.truth)]]
        if kind == "thanks":
            return [[self._line(language, "thanks")]]
        refused = self._line(language, "pushback")
        return [[refused if self.after.random() < REFUSED_SHARE else self._back(language, first)]]

    def _back(self, language: str, first: Said) -> Said:
        """More on the subject: another order; where it is about no order, another question."""
        if first.truth == "order_status":
            return self._line(language, "other_order", dice=self.after)
        return self._line(language, "question", but=first.truth, dice=self.after)

    def _burst(self, language: str) -> list[Said]:
        """Several messages for one question, half of the time out of order."""
        question = self._line(language, "question")
        shuffled = self.dice.random() < 0.5
        said = [self._line(language, "greeting"), question]
        if self.dice.random() < 0.4:
            # Each may be answered for itself (one of them beside the other's ticket), never both with one answer.
            said.append(self._line(language, "question", but=question.truth))
        return [replace(each, shuffled=shuffled) for each in said]

    def _line(self, language: str, kind: str, *, but: str = "", dice: random.Random | None = None) -> Said:
        dice = dice or self.dice
        line = dice.choice([each for each in self.by[language, kind] if each.truth != but])
        return Said(line.id, line.truth, line.text.replace("{n}", self._number(dice)))

    def _number(self, dice: random.Random | None = None) -> str:
        return str((dice or self.dice).randint(10_000, 98_999))

    def _one_of(self, shares: dict[str, int]) -> str:
        return self.dice.choices(list(shares), list(shares.values()))[0]


def _in_public(truth: str) -> str:
    return truth if truth in (SILENT, ANY) else HUMAN
