"""
The subjects among which the right one is, as far as that is proved: a conformal set over the labels.

A label belongs to the set where its share of the labels' softmax reaches the language's cut; the cut was fitted so that
the right subject was among the choices often enough, on messages by hands that no stage had seen, and proved on others
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
    From which share on a label is among the choices of a language, and where there are any at all.

    `outside`: at most so much may be out of scope; `first`: the least logit of a state that the answer of the likeliest
    serves. `proof` says on what it rests.
    """

    share: float = NEVER
    outside: float = 0.0
    first: float = 0.0
    proved: bool = False
    proof: str = "not yet: language not trained"


UNCUT = Cut()


def choices_of(likely: FloatArray, gate: float, labels: Sequence[str], cut: Cut) -> tuple[str, ...]:
    """
    The choices, likeliest first, at most `MOST`; () where more are likely, a person's is, or more than the subject is.

    `likely`: a probability for each label (softmax), in their order; `gate`: the logit of a state that is served.
    """
    if gate < cut.first:
        return ()
    if OUT_OF_SCOPE in labels and float(likely[labels.index(OUT_OF_SCOPE)]) > cut.outside:
        return ()
    reached = map(int, np.flatnonzero(likely >= cut.share))
    found = [(float(likely[at]), labels[at]) for at in reached if labels[at] != OUT_OF_SCOPE]
    names = tuple(name for _, name in sorted(found, reverse=True))
    return names if len(names) <= MOST and not A_PERSONS & set(names) else ()
