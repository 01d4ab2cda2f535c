"""
What a channel does not vouch for (spam, a forged or unproved sender, a third party), and what answers a mail of ours.

Pure: the channel says so beside the message (`model.CAUTION`). A person gets it, and nobody who is not proved is told
anything, not even that somebody will answer.
"""

from __future__ import annotations

from dataclasses import replace

from ..model import CAUTION, SPAM, Decision
from .answer_text import to_person
from .input import DecisionInput


def spam(inputs: DecisionInput) -> Decision | None:
    """Hand over spam, whatever it says: it shouts of danger and money, and wakes nobody."""
    if not inputs.pending or not all((CAUTION, SPAM) in each.beside for each in inputs.pending):
        return None
    return replace(to_person(inputs, "not_vouched_for", acknowledge=False, detail=SPAM), priority="normal")


def cautious(inputs: DecisionInput) -> Decision | None:
    """Hand over what the channel does not vouch for, and what answers us where people take that."""
    if inputs.unproved:
        return to_person(inputs, "not_vouched_for", acknowledge=False, detail=inputs.cautions[0])
    return to_person(inputs, "answers_us") if inputs.cautions else None
