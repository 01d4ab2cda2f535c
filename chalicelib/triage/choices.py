"""
The intents that a clarifying question may offer: a conformal set over the labels, which contains the right one.

A label belongs to the set if its softmax share reaches the language's cut. The cut was fitted so that the right intent
is in the set often enough, on messages of author groups that no model had learned from, and proved on others
(classifiers/choosing.py; den Hengst et al., "Conformal Intent Classification and Clarification", arXiv 2403.18973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .stages import COMPLAINT, OUT_OF_SCOPE, FloatArray

HUMAN_REQUEST = "human_request"
MOST = 2  # subjects: who must choose among more had better be answered by a person
NEVER = 1.1  # a cut that no share reaches
A_PERSONS = frozenset({COMPLAINT, HUMAN_REQUEST})


@dataclass(frozen=True, slots=True)
class Cut:
    """
    The share from which a label is among the choices of a language, and whether there are any at all.

    `outside`: the most that out of scope may have; `first`: the least logit of a state for which the likeliest intent's
    answer is right. `proof` says on what data the cut rests.
    """

    share: float = NEVER
    outside: float = 0.0
    first: float = 0.0
    proved: bool = False
    proof: str = "not yet: language not trained"


UNCUT = Cut()


def choices_of(likely: FloatArray, served_logit: float, labels: Sequence[str], cut: Cut) -> tuple[str, ...]:
    """
    Return the choices, likeliest first, at most `MOST`; () where more labels are likely, or a wish for a person is.

    `likely`: a probability for each label (softmax), in their order; `served_logit`: the logit of a state that the
    answer serves.
    """
    if served_logit < cut.first:
        return ()
    if OUT_OF_SCOPE in labels and float(likely[labels.index(OUT_OF_SCOPE)]) > cut.outside:
        return ()
    reached = map(int, np.flatnonzero(likely >= cut.share))
    found = [(float(likely[at]), labels[at]) for at in reached if labels[at] != OUT_OF_SCOPE]
    names = tuple(name for _, name in sorted(found, reverse=True))
    return names if len(names) <= MOST and not A_PERSONS & set(names) else ()
