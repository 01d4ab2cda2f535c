"""
Holds live conversations against what the classifier's card promised; makes the bot more careful by itself, never less.

Two things are counted: how probabilities fall (drift), and how often an automatic answer is refused by its customer.
An intent whose refusals the promised precision makes unlikely (one chance in ten) is stopped as `guichet stop --intent`
stops it: only a person starts it again. Counts are kept after the commit and outside of it: one that a dying worker
loses changes no verdict much. Never sees or keeps a text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from ..model import BrandId, Classification, Decision, Hold, Ignore, Reply, Ticket
from ..store import tallies
from .deps import Deps
from .memory import repeated_soon
from .view import View

SAMPLE = 8  # one message of so many is counted for drift: a write for each would cost more than it tells
DRIFT_EVERY = 20  # counted messages of a language in a day between two looks at how they fall
DRIFT_LEAST = 150  # counted messages that a look needs
DRIFT_LIMIT = 0.5  # population stability index; above 0.25 is commonly called a shift, this is twice that
REFUSED_LEAST = 3
DOUBT = 0.10  # one-sided, as the card's own bound
_LEAST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Noted:
    """What one decision adds: the classification it rests on, and an answer given or refused, by its intent."""

    classification: Classification
    sampled: bool
    intent: str = ""
    what: Literal["", "said", "refused"] = ""


def note(brand: BrandId, noted: Noted, deps: Deps) -> None:
    """Counts a decision, and acts on the counts where they have become telling."""
    found, table, now = noted.classification, deps.table(brand), deps.clock()
    if noted.sampled and found.language in deps.scorer(brand).expected:
        tenth = min(9, int(found.probability * 10))
        if tallies.add(table, f"language:{found.language}", f"p{tenth}", now) % DRIFT_EVERY == 0:
            _look_for_drift(brand, found.language, deps)
    if noted.what:
        tallies.add(table, f"intent:{noted.intent}", noted.what, now)
    if noted.what == "refused":
        _tighten(brand, noted.intent, deps)


def _look_for_drift(brand: BrandId, language: str, deps: Deps) -> None:
    counts = tallies.month(deps.table(brand), f"language:{language}", deps.clock())
    live = [counts.get(f"p{tenth}", 0) for tenth in range(10)]
    if sum(live) >= DRIFT_LEAST and stability(live, deps.scorer(brand).expected[language]) > DRIFT_LIMIT:
        deps.counter("classifier_drift")


def _tighten(brand: BrandId, intent: str, deps: Deps) -> None:
    table, scope = deps.table(brand), f"intent:{intent}"
    known = deps.playbook(brand).intents.get(intent)
    switch = table.control().scopes.get(scope)
    if known is None or (switch is not None and switch.stopped):
        return
    counts = tallies.month(table, scope, deps.clock())
    if promise_broken(counts.get("said", 0), counts.get("refused", 0), known.target_precision):
        table.switch(scope, stopped=True)
        deps.counter("classifier_tightened")


def promise_broken(said: int, refused: int, target: float) -> bool:
    """
    Whether so many refusals of `said` answers have a chance below `DOUBT` if the precision were `target`.

    The one-sided binomial test that the Clopper-Pearson bound inverts. Few refusals say nothing.
    """
    if refused < REFUSED_LEAST:
        return False
    said, wrong = max(said, refused), 1.0 - target
    fewer = sum(math.comb(said, k) * wrong**k * target ** (said - k) for k in range(refused))
    return 1.0 - fewer < DOUBT


def stability(live: Sequence[int], expected: Sequence[float]) -> float:
    """The population stability index of counts against shares; 0 where they are alike."""
    total = max(1, sum(live))
    found = [max(count / total, _LEAST_SHARE) for count in live]
    promised = [max(share, _LEAST_SHARE) for share in expected]
    return sum((now - then) * math.log(now / then) for now, then in zip(found, promised, strict=True))


def noted(view: View, decision: Decision) -> Noted | None:
    """What a decision adds to the counts; a wait adds nothing, its messages are decided again."""
    sampled = crc32(view.last.message_id.encode()) % SAMPLE == 0
    match decision:
        case Hold() | Ignore():
            return None
        case Reply():
            return Noted(view.whole, sampled, decision.intent, "said")
        case Ticket():
            refused = _refused(view, decision)
            return Noted(view.whole, sampled, refused, "refused" if refused else "")
        case _:
            return Noted(view.whole, sampled)


def _refused(view: View, decision: Ticket) -> str:
    """The intent whose automatic answer the customer did not take, "" where none was refused."""
    if decision.reason == "not_helped":
        return next((said.intent for said in reversed(view.said) if not said.asked), "")
    if decision.reason == "already_said" and repeated_soon(view, view.guess):
        return view.guess
    return ""
