"""
The states of a case for which an intent's answer is right: the key `serves` of a playbook.
"""

from __future__ import annotations

import yaml

from ..model import FIRST_ONLY, State
from .reader import Reader

# What an answer by itself may ever be good for; the others need a person, whatever it says.
SERVABLE = tuple(
    state.value for state in (State.FIRST_QUESTION, State.ALREADY_TRIED, State.OVERDUE, State.FOLLOW_UP, State.PART)
)


def read_serves(reader: Reader, node: yaml.Node | None, name: str, *, looks_up: bool) -> frozenset[State]:
    """
    The states of `serves`, first_question always among them.

    Without the key a first question alone; what is looked up is as good for who waits too long already.
    """
    if node is None:
        return FIRST_ONLY | {State.OVERDUE} if looks_up else FIRST_ONLY
    chosen = (
        reader.choice(item, f"serves of {name}", SERVABLE, State.FIRST_QUESTION)
        for item in reader.items(node, f"serves of {name}")
    )
    return FIRST_ONLY | frozenset(map(State, chosen))
