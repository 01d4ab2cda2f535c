"""
What a conversation remembers of its automatic answers: each intent with its fields. Pure.

The same intent about something else (another order, another shop) is another question; so is any question a day later.
"""

from __future__ import annotations

from ..conversation import PastAnswer
from ..playbook.fields import find_fields
from ..playbook.schema import KINDS
from .input import DecisionInput
from .order_numbers import numbers_of

HOUR_MS = 3_600_000


def about(inputs: DecisionInput, intent: str) -> tuple[str, ...]:
    """Return the fields of a question about this intent, as `PastAnswer.about` stores them."""
    known = inputs.playbook.intents.get(intent)
    if known is not None and known.asks:
        return tuple(f"{known.asks}={value}" for value in sorted(numbers_of(inputs, known)))
    wanted = sorted(name for name, field in inputs.playbook.fields.items() if field.shape not in KINDS)
    return tuple(
        f"{name}={value}" for name in wanted for value in sorted(find_fields(inputs.playbook, name, inputs.full_text))
    )


def earlier_answer(inputs: DecisionInput, intent: str, *, asked: bool | None = None) -> PastAnswer | None:
    """
    Return the newest automatic answer or question that this question got before; None when it is another question.

    A question without an order or shop is about the one named before; one that names another is new. `asked`: only
    questions back (True) or only answers (False).
    """
    wanted = set(about(inputs, intent))
    for said in reversed(inputs.past_answers):
        if said.intent == intent and asked in (None, said.asked) and wanted <= set(said.about):
            return said
    return None


def repeated_soon(inputs: DecisionInput, intent: str) -> bool:
    """Return whether the same question was answered within the hour: then that answer did not help."""
    wanted = about(inputs, intent)
    return any(
        said.intent == intent and not said.asked and said.about == wanted and inputs.now - said.at < HOUR_MS
        for said in inputs.past_answers
    )
