"""
What judged samples prove: by subject, place and language, as far as the same answers would still go out.

Nothing here looks at who judged. What was said about another answer than today's is left out and counted.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...engine.verdicts import DANGEROUS, RIGHT, VERDICTS, verdict_of
from ...model import Millis
from ...playbook.schema import Playbook
from ...quality import confidence
from .deciding import Outcome, minutes
from .samples import ERASED, RANDOM

TARGETS = (0.97, 0.98)
LEFT_OUT = ("open", "after_a_gap", "other_answer", "learn", "erased")

Key = tuple[str, str, bool, str]  # message, channel, public, sample
Cell = tuple[str, bool, str]  # intent, public, language


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line of a sample, as it came back. `verdict` "" is not judged yet."""

    number: int
    id: str
    text: str
    verdict: str
    intent: str
    language: str
    channel: str
    public: bool
    brand: str
    at: Millis
    bundle: str
    words: str
    sample: str
    draw: str
    contact: str
    place: int  # in its draw, from 1
    drawn_at: Millis

    @property
    def erased(self) -> bool:
        """Whether its customer was erased: only its place in the draw is left."""
        return not self.text and self.id.startswith(ERASED)

    @property
    def key(self) -> Key:
        return self.id, self.channel, self.public, self.sample

    @property
    def cell(self) -> Cell:
        return self.intent, self.public, self.language


def proved(
    judges: Sequence[dict[Key, Judged]], playbook: Playbook, again: Callable[[Judged], Outcome], model: str
) -> dict[str, Any]:
    """
    Give what one or two judges' files prove, as JSON values; `again` decides on a line's message once more.

    An answer is right where nobody who judged it says otherwise. Where a line was left out, the later ones of the same
    subject, place and language wait: a judge who passes over the hard ones proves nothing.
    """
    lines = together(judges)
    cells: dict[Cell, Counter[str]] = {}
    left: Counter[str] = Counter()
    gaps: set[Cell] = set()
    whole = _whole(lines.values())
    for key, line in lines.items():
        verdict = verdict_of({str(n): each[key].verdict for n, each in enumerate(judges) if key in each})
        what = _left_out(line, verdict, again)
        if what == "open":
            gaps.add(line.cell)
        elif not what and (line.cell in gaps or line.place > whole[line.draw]):
            what = "after_a_gap"
        if what:
            left[what] += 1
            continue
        cells.setdefault(line.cell, Counter())[verdict] += 1
        left["other_bundle"] += line.bundle != model
    counted = sum(counts.total() for counts in cells.values())
    return {
        "counted": counted,
        "of_another_bundle": left["other_bundle"],
        "left_out": {name: left[name] for name in LEFT_OUT},
        "agreement": _agreement(judges),
        "cells": [_cell(cell, cells[cell], playbook) for cell in sorted(cells)],
    }


def _whole(lines: Iterable[Judged]) -> Mapping[str, int]:
    """Up to which place no line of a draw is missing: what was taken out may have been what nobody liked to judge."""
    places: dict[str, set[int]] = {}
    for line in lines:
        places.setdefault(line.draw, set()).add(line.place)
    return {draw: next(n for n in itertools.count(1) if n not in found) - 1 for draw, found in places.items()}


def together(judges: Sequence[dict[Key, Judged]]) -> dict[Key, Judged]:
    """Each line that some judge's file holds, in the order of the first."""
    lines: dict[Key, Judged] = {}
    for each in judges:
        lines = {**lines, **{key: line for key, line in each.items() if key not in lines}}
    return lines


def _left_out(line: Judged, verdict: str, again: Callable[[Judged], Outcome]) -> str:
    """Why a line does not count; "" where it does."""
    if line.sample != RANDOM:
        return "learn"
    if line.erased:
        return "erased"
    if not would_say(line, again(line)):
        return "other_answer"
    return "" if verdict else "open"


def would_say(line: Judged, now: Outcome) -> bool:
    """Whether the very answer that was drawn would go out today."""
    same = (now.intent, now.language, now.words) == (line.intent, line.language, line.words)
    return same and bool(now.answer)


def _agreement(judges: Sequence[dict[Key, Judged]]) -> dict[str, Any] | None:
    if len(judges) < 2:
        return None
    first, second = judges
    pairs = [(first[key].verdict, second[key].verdict) for key in first if key in second]
    both = [pair for pair in pairs if all(pair)]
    raw, kappa = confidence.agreement(both)
    return {"both": len(both), "raw": round(raw, 3), "kappa": None if kappa is None else round(kappa, 3)}


def _cell(cell: Cell, counts: Counter[str], playbook: Playbook) -> dict[str, Any]:
    intent, public, language = cell
    target = playbook.intents[intent].target_precision
    right, wrong = counts[RIGHT], counts.total() - counts[RIGHT]
    more = confidence.more_right(right, wrong, target)
    return {
        "intent": intent,
        "language": language,
        "public": public,
        "target": target,
        "judged": right + wrong,
        "wrong": wrong,
        "verdicts": {name: counts[name] for name in VERDICTS},
        "lower_bound": int(confidence.lower_bound(right, wrong) * 1_000) / 1_000,
        "proved": not more and not counts[DANGEROUS],
        "more_right": more,
        "minutes": minutes(more),
        "more_right_for": {f"{each:.2f}": confidence.more_right(right, wrong, each) for each in TARGETS},
    }


def drawn(found: dict[str, Any]) -> str:
    """The proof for people."""
    lines = [_drawn_cell(cell) for cell in found["cells"]] or ["Nothing counts yet."]
    words = {
        "open": "not judged yet",
        "after_a_gap": "after one that was left out or is missing: judge in the file's order, and all of them",
        "erased": "of somebody who was erased",
        "other_answer": "another answer would go out now",
        "learn": "drawn to learn from, never for a bound",
    }
    lines += [f"left out: {count} {words[name]}" for name, count in found["left_out"].items() if count]
    if found["of_another_bundle"]:
        lines.append(
            f"{found['of_another_bundle']} were judged under another bundle, which would say the same; what only this "
            "one says stands in no sample yet: draw again"
        )
    if found["agreement"] is not None:
        both = found["agreement"]
        kappa = "none (both always say one word)" if both["kappa"] is None else f"{both['kappa']:.2f}"
        alike = f"{both['raw']:.1%} alike, Cohen's kappa {kappa}" if both["both"] else "nothing to compare"
        lines.append(f"two judges: {both['both']} judged by both, {alike}")
    return "\n".join(lines)


def _drawn_cell(cell: dict[str, Any]) -> str:
    place = "public" if cell["public"] else "private"
    head = f"{cell['intent']} {cell['language']} {place}: "
    known = f"{cell['judged']} judged, {cell['wrong']} wrong"
    bound = f"at least {cell['lower_bound']:.1%} right (one-sided 90 %)"
    if cell["proved"]:
        return f"{head}proved for {cell['target']:.0%}: {known}, {bound}"
    if cell["verdicts"][DANGEROUS]:
        return f"{head}{known}, {cell['verdicts'][DANGEROUS]} of them dangerous: correct the words, then judge anew"
    wanted = f"{cell['judged']} of {cell['judged'] + cell['more_right']} judged, {cell['wrong']} wrong"
    rest = f"{cell['more_right']} more, all right, for {cell['target']:.0%}, about {cell['minutes']} min"
    return f"{head}{wanted}: {rest}; {bound}"
