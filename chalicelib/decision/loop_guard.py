"""
Loop guard: what may be a machine's talk with us goes to a person, once, and nothing automatic is said about it.

Pure. `machine` comes early, before a machine's words are taken for a wish for a person; `spent` where an answer would
follow. The ticket is grave, so that nothing is said beside it (docs/conversation-states.md).
"""

from __future__ import annotations

from ..model import Decision
from .answer_text import to_person
from .input import DecisionInput

BUDGETS = ("hour", "day")


def machine(inputs: DecisionInput) -> Decision | None:
    """Hand over what a machine seems to have written."""
    if inputs.loop in ("", *BUDGETS):
        return None
    return to_person(inputs, "loop", acknowledge=False, detail=inputs.loop)


def spent(inputs: DecisionInput) -> Decision | None:
    """Hand over what would be answered beyond the budget of automatic messages."""
    return to_person(inputs, "loop", acknowledge=False, detail=inputs.loop) if inputs.loop else None
