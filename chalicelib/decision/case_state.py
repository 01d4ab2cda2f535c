"""
In which state a customer's case is, and whether the standard answer is right for it; if not, a person answers.

An answer is right for the states that its playbook entry names (`serves`; by default a first question). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..model import FIRST_ONLY, Classification, Decision, State
from .answer_text import Priority, to_person
from .case_state_words import states_of
from .input import View

NAMED_FROM = 0.5  # how likely a state must be before it is acted on and named

# The gravest first. Each with its least priority; their words are reasons of docs/triage.md.
PRIORITY: Mapping[State, Priority] = MappingProxyType(
    {
        State.BEREAVEMENT: "urgent",
        State.DECLARATION: "high",
        State.ACCOUNT_BLOCKED: "high",
        State.DISPUTED: "high",
        State.OVERDUE: "high",
        State.FOLLOW_UP: "high",
        State.ALREADY_TRIED: "high",
        State.PART: "normal",
        State.STATEMENT: "normal",
        State.ANSWERS_QUESTION: "normal",
        State.THANKS_OR_CLOSING: "normal",
    }
)
# Of one message among several these say nothing of the others; out of scope they say less than that it is.
_SLIGHT = frozenset({State.PART, State.STATEMENT, State.ANSWERS_QUESTION, State.THANKS_OR_CLOSING})


def state_of(view: View) -> State | None:
    """Return the gravest state, by words or model, for which the answer is not right; None where it is right."""
    if view.choice or (view.topic is not None and not view.whole.sure):  # a number that we asked for, or that chooses
        return None
    intent = view.playbook.intents.get(view.topic or view.guess)
    served = intent.serves if intent is not None else FIRST_ONLY
    if view.conversation.asked_intent or view.before:  # it was the bot that asked
        served |= {State.ANSWERS_QUESTION, State.STATEMENT}
    found: set[State | None] = set(states_of(view.text))
    found |= {each.state for each in view.singles if _likely(each) and each.state not in _SLIGHT}
    if _likely(view.whole) and not (view.whole.out_of_scope and view.whole.state in _SLIGHT):
        found.add(view.whole.state)
    return next((state for state in PRIORITY if state in found - served), None)


def another_state(view: View) -> Decision | None:
    """Return a ticket that names the state. A declaration and a bereavement keep the words of other rules."""
    state = state_of(view)
    if state is None:
        return None
    least = PRIORITY[state]
    if state is State.BEREAVEMENT:
        return to_person(view, "vulnerable", at_least=least)
    if state is State.DECLARATION:
        return to_person(view, "declared", at_least=least)
    return to_person(view, state.value, at_least=least)


def _likely(found: Classification) -> bool:
    return found.state is not None and found.state_probability >= NAMED_FROM
