"""
The project's own sentences: what `make train` learns from, and what teaches the auxiliary heads of every bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

from chalicelib.triage.stages import AUXILIARY

from . import fit, folds, lint, nearmiss, read, situations
from .read import Line
from .situations import Told

HOME = Path(__file__).parent
SENTENCES = HOME / "sentences"
PLAIN = HOME / "plain"
NEAR = HOME / "near"
FOLD_EPOCHS = 3  # the folds only measure: tuned for half as long, they promise less than what ships
LEAST_BOUND = 0.82  # of the shipped bundle, whose brands bring no messages of their own to prove it on
TARGET = 0.9  # what one intent alone can be proved to on the project's own texts; a brand's judged messages prove more
_CALM = 7  # one in so many of the negative sentences teaches the auxiliary heads: a brand's own lines are calm too


def sentences() -> list[Line]:
    """Every sentence written for the project, without those that two author groups wrote nearly alike."""
    return list(_sentences())


@cache  # comparing all with all takes seconds, and a training asks twice
def _sentences() -> tuple[Line, ...]:
    lines = read.training_lines(sorted(SENTENCES.glob("*.jsonl")), strict=True)
    return tuple(lint.apart(lines, folds.assign_folds(lines)))


def train_only(lines: Sequence[Line]) -> list[Line]:
    """The train-only set, learned from in every fit and never scored: near-misses and the plainest ways to ask."""
    return [*nearmiss.near_misses(lines), *read.plain_lines(PLAIN), *read.plain_lines(NEAR)]


def auxiliary(lines: Sequence[Line]) -> list[Line]:
    """
    Sentences that teach the auxiliary heads (upset, pleased), for a brand whose own lines may hold no example of them.

    All positive sentences and a share of the negative ones. A sentence with the same words as one of the brand's own
    `lines` is left out, so that no text is in two folds.
    """
    known = {line.key for line in lines}
    told = (line for line in sentences() if line.key not in known)
    return [line for line in told if shows_auxiliary(line) or crc32(line.key.encode()) % _CALM == 0]


def told(lines: Sequence[Line], data: Path | None = None) -> list[Told]:
    """
    What teaches the heads of states and signals, less what says the same as a brand's line.

    `data`: the folder with public sets that people wrote, or None.
    """
    known = {line.key for line in lines}
    own = situations.own(sentences())
    human = situations.human(data) if data else []
    plain = situations.plain(read.plain_lines(PLAIN))
    found = [*situations.author_groups(), *situations.contrast(), *plain, *own, *human]
    return [each for each in found if each.kind == situations.OWN or each.line.key not in known]


def shows_auxiliary(line: Line) -> bool:
    """Whether a line is a positive example of one of the auxiliary heads."""
    return any(fit.shows(line, head) for head in AUXILIARY)
