"""
Which danger a message speaks of, by its words: for the agent who is called. Pure.

The word lists are narrow on purpose: where none matches, the ticket shows a general sentence, which is always true.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from ..conversation import TicketRecord
from ..model import Classification, Signal, Ticket, Urgency
from . import sensitive_words
from .input import DecisionInput
from .suggestion import COMPLAINT

Kind = Literal["", "vulnerable", "fraud", "danger", "law", "press"]

_FRAUD = (
    r"\b(?:fraud\w*|pirat\w+|hack\w+|usurp\w+|hameconnage|phishing|carte volee|stolen card|vole ma carte"
    r"|chargeback|identity theft|unauthori[sz]ed)\b"
)
_DANGER = (
    r"\b(?:bless\w+|brulee?s?|brulures?|incendie|electrocut\w*|pri[st]\w* feu|explos\w+|fumee|etincelles?"
    r"|allergi\w+|danger\w*|injur\w+|burn\w*|caught fire|on fire|electric shock|smoke|sparks|hospital|hopital"
    r"|urgences)\b"
)
_LAW = (
    r"\b(?:avocat\w*|porter? plainte|plainte|tribunal|huissier|mise en demeure|mets en demeure|dgccrf|ufc"
    r"|que choisir|conciliateur|mediateur|justice|juridique|gendarmerie|police|lawyer|solicitor|attorney"
    r"|small claims|court|sue|suing|legal action|trading standards|ombudsman)\b"
)
_PRESS = r"\b(?:presse|journalistes?|television|press|journalists?|newspaper)\b"
PRIORITIES = ("normal", "high", "urgent")
# The signals for which somebody is called at any hour, each with its word on the ticket, the gravest first.
_CALLING: tuple[tuple[Signal, Kind], ...] = ((Signal.FRAUD, "fraud"), (Signal.DANGER, "danger"), (Signal.LAW, "law"))
# In the order of their weight: a message that speaks of several is told by the first.
_SPEAKS: tuple[tuple[Kind, str], ...] = (("fraud", _FRAUD), ("danger", _DANGER), ("law", _LAW), ("press", _PRESS))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


def speaks_of_danger(inputs: DecisionInput) -> bool:
    """Return whether these messages speak of a danger, fraud or law, by the classifier or by their words."""
    return sensitive_words.endangers(inputs.text) or any(_calls(each) for each in (*inputs.singles, inputs.whole))


def _calls(found: Classification) -> bool:
    """Return whether the signal calls somebody: critical, and more than a vulnerable person."""
    only_vulnerable = Signal.VULNERABLE in found.signals and not found.signals & {signal for signal, _ in _CALLING}
    return found.urgency is Urgency.CRITICAL and not only_vulnerable


def is_vulnerable(inputs: DecisionInput) -> bool:
    """Return whether somebody mourns, is ill, frail or in need: a person answers, but nobody is woken."""
    told = any(Signal.VULNERABLE in each.signals for each in (*inputs.singles, inputs.whole))
    return told or sensitive_words.mourns(inputs.text)


def kind_of(inputs: DecisionInput) -> Kind:
    """Return which danger these messages speak of: by their words, else by the classifier."""
    told = danger_of(inputs.text)
    signals = {signal for each in (*inputs.singles, inputs.whole) for signal in each.signals}
    return told or next((kind for signal, kind in _CALLING if signal in signals), "")


def graver(stored: TicketRecord, inputs: DecisionInput, decision: Ticket) -> dict[str, Any]:
    """
    Return the new reason and subject of an open ticket when newer messages are graver; else {}.

    The decision beside an open ticket has no reason of its own.
    """
    if speaks_of_danger(inputs):
        return {} if stored.reason == "critical" else {"reason": "critical", "detail": kind_of(inputs)}
    if is_vulnerable(inputs) and stored.reason != "critical":
        return {} if stored.reason == "vulnerable" else {"reason": "vulnerable", "detail": ""}
    raised = PRIORITIES.index(decision.priority) > PRIORITIES.index(stored.priority)
    if raised and any(each.guess == COMPLAINT and not each.out_of_scope for each in (*inputs.singles, inputs.whole)):
        return {"reason": "complaint", "detail": "", "intent": COMPLAINT, "probability": 0}
    return {}


def danger_of(text: str) -> Kind:
    """Return which danger these words speak of; "" where none matches."""
    if sensitive_words.wishes_to_die(text) or sensitive_words.mourns(text):
        return "vulnerable"
    if sensitive_words.hurt(text):
        return "danger"
    plain = sensitive_words.plain_words(text)
    return next((kind for kind, pattern in _SPEAKS if _compiled(pattern).search(plain)), "")
