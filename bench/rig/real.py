"""
What the bot would say to messages that people wrote, and what judges said of it: counts, intervals, who judged nothing.

A file of messages: JSON lines or gzip, {id, text, to?, shop?, verdict?}. Verdicts of judges: JSON lines {id, verdict,
judge, answer?}; with `answer` a verdict counts only for those very words. What would be said and nobody judged is
`unjudged`: never right. No text is printed; `to_judge` holds message and answer, and no probability.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import beta

from chalicelib.admin.replay import deciding
from chalicelib.errors import UsageError
from chalicelib.playbook.schema import Playbook
from chalicelib.ports import Scorer
from classifiers import files
from infra import times
from infra.replay import past

VERDICTS = ("right", "acceptable", "wrong", "dangerous")  # the worst of several judges counts
GOOD = ("right", "acceptable")
SHOPS, OTHERS = "shops", "other firms"
_TENTHS, _LEAST = 10, 10  # groups of the reliability table, and the judged answers that one needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message and what would be said to it; `verdict` "" where nobody judged that answer."""

    id: str
    text: str
    source: str
    intent: str
    language: str
    answer: str  # "" for silence
    probability: float
    verdict: str
    named: bool = True  # the verdict says which answer it was about


def read(path: Path) -> list[dict[str, Any]]:
    """Give the messages of a file. Raises UsageError for a line without id or text, or one id twice."""
    rows = [dict(row) for _, row in past.json_rows(path, files.decoded(path)[0])]
    for number, row in enumerate(rows, 1):
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise UsageError(f"{path}, message {number}: id and text are needed, both as text.")
    twice = [each for each, count in Counter(row["id"] for row in rows).items() if count > 1]
    if twice:
        raise UsageError(f"{path} has {len(twice)} ids twice: a verdict could not say which message it means.")
    return rows


def verdicts(rows: Iterable[Mapping[str, Any]], judged: Sequence[Path]) -> dict[str, list[tuple[str, str]]]:
    """Give (verdict, answer it was about or "") by id: of the messages' own file, then of judges' files."""
    given = [row for row in rows if row.get("verdict")]
    for path in judged:
        given += [row for _, row in past.json_rows(path, files.decoded(path)[0]) if row.get("verdict")]
    found: dict[str, list[tuple[str, str]]] = {}
    for row in given:
        if row["verdict"] not in VERDICTS:
            raise UsageError(f"A verdict of {row.get('id')} is none of {', '.join(VERDICTS)}.")
        found.setdefault(str(row.get("id")), []).append((str(row["verdict"]), str(row.get("answer") or "")))
    return found


def said(
    rows: Sequence[Mapping[str, Any]],
    given: Mapping[str, Sequence[tuple[str, str]]],
    scorer: Scorer,
    playbook: Playbook,
    *,
    tell: Callable[[int], None] = lambda _: None,
) -> list[Said]:
    """Decide on each message as the worker would on a private first message, as the playbook stands."""
    found = []
    for number, row in enumerate(rows, 1):
        made = deciding.outcome(row["text"], scorer, playbook, channel="whatsapp", public=False, now=times.now())
        answer = made.answer if made.today else ""
        found.append(
            Said(
                id=row["id"],
                text=made.text,
                source=str(row.get("source") or (SHOPS if row.get("shop", True) else OTHERS)),
                intent=made.intent,
                language=made.language,
                answer=answer,
                probability=made.probability,
                verdict=_worst(given.get(row["id"], ()), answer),
                named=any(about for _, about in given.get(row["id"], ())),
            )
        )
        tell(number)
    return found


def _worst(given: Sequence[tuple[str, str]], answer: str) -> str:
    counted = [verdict for verdict, about in given if answer and about in ("", answer)]
    return max(counted, key=VERDICTS.index, default="")


def figures(found: Sequence[Said]) -> dict[str, Any]:
    """Give the table's rows: by source, by source, intent and language, and the reliability by source."""
    sources = sorted({each.source for each in found}, key=[SHOPS, OTHERS].__contains__)
    cells = sorted({(each.source, each.intent, each.language) for each in found if each.answer})
    return {
        "sources": [_row(source, [each for each in found if each.source == source]) for source in sources],
        "cells": [
            _row(
                f"{source}: {intent} {language}",
                [each for each in found if (each.source, each.intent, each.language) == (source, intent, language)],
            )
            for source, intent, language in cells
        ],
        "unnamed": sum(bool(each.answer and each.verdict and not each.named) for each in found),
        "reliability": {source: _tenths([each for each in found if each.source == source]) for source in sources},
    }


def _row(name: str, found: Sequence[Said]) -> dict[str, Any]:
    spoken = [each for each in found if each.answer]
    counts = Counter(each.verdict for each in spoken)
    judged, good = len(spoken) - counts[""], sum(counts[each] for each in GOOD)
    return {
        "name": name,
        "messages": len(found),
        "spoken": len(spoken),
        "judged": judged,
        "good": good,
        "interval": clopper_pearson(good, judged),
        "right": counts["right"],
        "dangerous": counts["dangerous"],
        "unjudged": counts[""],
    }


def clopper_pearson(good: int, judged: int, confidence: float = 0.95) -> tuple[float, float]:
    """The two-sided interval of a share; (0, 1) of nothing."""
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, good, judged - good + 1)) if good else 0.0
    high = float(beta.ppf(1 - tail, good + 1, judged - good)) if good < judged else 1.0
    return low, high


def _tenths(found: Sequence[Said]) -> list[dict[str, Any]]:
    """Judged answers in order of their probability, in up to ten groups alike in size: predicted against realised."""
    judged = sorted((each for each in found if each.answer and each.verdict), key=lambda each: each.probability)
    groups = max(1, min(_TENTHS, len(judged) // _LEAST)) if judged else 0
    cuts = [len(judged) * at // groups for at in range(groups + 1)] if groups else []
    parts = [judged[low:high] for low, high in itertools.pairwise(cuts)]
    return [
        {
            "from": part[0].probability,
            "to": part[-1].probability,
            "answers": len(part),
            "predicted": sum(each.probability for each in part) / len(part),
            "realised": sum(each.verdict in GOOD for each in part) / len(part),
        }
        for part in parts
    ]


def to_judge(found: Sequence[Said], seed: int = 0) -> list[dict[str, str]]:
    """The answers that nobody judged, shuffled: message, answer, and two empty fields to fill in."""
    lines = [
        {"id": each.id, "text": each.text, "answer": each.answer, "verdict": "", "judge": ""}
        for each in found
        if each.answer and not each.verdict
    ]
    random.Random(seed).shuffle(lines)
    return lines


def drawn(document: Mapping[str, Any]) -> str:
    """The table as text."""
    head = ("messages", "spoken", "share", "judged", "right or acceptable", "strictly", "dangerous", "unjudged")
    lines = [f"{'':44}" + "".join(f"{each:>{max(10, len(each) + 2)}}" for each in head)]
    rows = [*document["sources"], *document["cells"]]
    lines += [f"{row['name'][:43]:44}" + "".join(_cells(row, head)) for row in rows]
    for source, groups in document["reliability"].items():
        lines += ["", f"{source}, judged answers by probability (predicted -> realised):"]
        lines += [
            f"  {each['from']:.3f}-{each['to']:.3f}  {each['answers']:4d} answers  "
            f"{each['predicted']:.1%} -> {each['realised']:.1%}"
            for each in groups
        ] or ["  none judged"]
    if document["unnamed"]:
        words = "verdicts do not name the answer that they judged: another bundle may say other words there."
        lines += ["", f"{document['unnamed']} {words}"]
    unjudged = sum(row["unjudged"] for row in document["sources"])
    if unjudged:
        lines += [
            "",
            f"{unjudged} answers would go out that nobody judged: they are no evidence (--out FILE to judge).",
        ]
    return "\n".join(lines)


def _cells(row: Mapping[str, Any], head: Sequence[str]) -> Iterable[str]:
    low, high = row["interval"]
    share = f"{row['good'] / row['judged']:.1%} [{low:.0%}-{high:.0%}]" if row["judged"] else "-"
    values = (
        row["messages"],
        row["spoken"],
        f"{row['spoken'] / max(1, row['messages']):.1%}",
        row["judged"],
        share,
        row["right"],
        row["dangerous"],
        row["unjudged"],
    )
    for name, value in zip(head, values, strict=True):
        yield f"{value!s:>{max(10, len(name) + 2)}}"
