"""
The report inside a bundle's card, and the card as a page: what was measured, on whom, and what is not proved.

Every figure comes from messages whose writer the scoring model had never seen (see prove.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.triage.scorer import NEVER_AUTOMATIC
from chalicelib.triage.stages import OUT_OF_SCOPE, SIGNALS

from . import choosing
from .folds import BATCH, GROUP, UNITS, WORDS
from .prove import Count, Proof, Scored, lower_bound
from .situations import served
from .train import Trained


def report_of(trained: Trained) -> dict[str, Any]:
    """Accuracy, coverage, realised precision and dangerous answers, per language and per intent."""
    rows = trained.scored
    languages = sorted(trained.proofs)
    return {
        "how": _how(trained.split_by, situations=any(row.state for row in rows)),
        "messages": len(rows),
        "seed": trained.settings.seed,
        "accuracy": {
            language: _accuracy(row for row in rows if row.language == language and not row.state)
            for language in languages
        },
        "answered": {
            language: _answered([row for row in rows if row.language == language], trained.proofs)
            for language in languages
        },
        "intents": {
            language: {
                intent: _answered([row for row in rows if row.language == language], trained.proofs, intent)
                | {"verified": [proof.verified.accepted, proof.verified.wrong], "bound": round(proof.bound, 4)}
                for intent, proof in trained.proofs[language].items()
            }
            for language in languages
        },
        "dangerous_answers": [
            row.language for row in rows if row.intent in NEVER_AUTOMATIC and _taken(row, trained.proofs)
        ],
        "states": {language: _states(rows, trained.proofs, language) for language in languages},
        "sources": {language: _sources(rows, trained.proofs, language) for language in languages},
        "choices": choosing.report_of(trained.choosing),
        "signals": {language: _signals(row for row in rows if row.language == language) for language in languages},
    }


def _states(rows: Sequence[Scored], proofs: Mapping[str, Mapping[str, Proof]], language: str) -> dict[str, Any]:
    """Intent -> state -> how many messages there are, how many would be answered, and rightly."""
    found: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        if row.language == language and row.state:
            count = found.setdefault(row.intent, {}).setdefault(row.state, [0, 0, 0])
            taken = _taken(row, proofs)
            count[0] += 1
            count[1] += taken
            count[2] += taken and row.right
    return found


def _sources(rows: Sequence[Scored], proofs: Mapping[str, Mapping[str, Proof]], language: str) -> dict[str, Any]:
    """Source -> what would be answered of it: how many, the mean of what was predicted, the share that was right."""
    found: dict[str, dict[str, float]] = {}
    for source in sorted({row.source for row in rows}):
        here = [row for row in rows if row.language == language and row.source == source]
        taken = [row for row in here if _taken(row, proofs)]
        if taken:
            found[source] = {
                "messages": len(here),
                "answered": len(taken),
                "predicted": round(sum(row.probability for row in taken) / len(taken), 4),
                "realised": round(sum(row.right for row in taken) / len(taken), 4),
            }
    return found


def _signals(rows: Iterable[Scored]) -> dict[str, Any]:
    """Signal -> how many show it, precision and recall, on messages where it was noted."""
    known = [row for row in rows if row.told is not None]
    out: dict[str, Any] = {}
    for signal in SIGNALS:
        shown = [row for row in known if signal in (row.told or ())]
        heard = [row for row in known if signal in row.signals]
        both = sum(signal in row.signals for row in shown)
        out[signal] = {
            "shown": len(shown),
            "precision": round(both / len(heard), 4) if heard else None,
            "recall": round(both / len(shown), 4) if shown else None,
        }
    return out


def _how(split_by: Mapping[str, str], *, situations: bool) -> str:
    units = sorted(set(split_by.values()), key=UNITS.index)
    said = " and ".join(
        f"{unit} ({', '.join(sorted(name for name in split_by if split_by[name] == unit))})" for unit in units
    )
    seen = {
        GROUP: "its writer or the writer's twin",
        BATCH: "its batch (its writer may have been seen)",
        WORDS: "its words (its writer may have been seen, which flatters)",
    }
    chosen = (
        "each language's bound chosen on situations, each intent verified at it on its own messages"
        if situations
        else "each bound chosen on two folds and verified on the third"
    )
    how = said if len(units) > 1 else "".join(units)
    return (
        f"in three folds by {how}: each message scored by a model that saw no line of "
        f"{', or of '.join(seen[unit] for unit in units)}; {chosen}; "
        "the shipped weights are fitted on all lines"
    )


def page_of(card: Mapping[str, Any]) -> str:
    """The card as Markdown lines, for a terminal or docs/triage-card.md."""
    report = card["report"]
    lines = [
        f"Model {card['name']}@{card['checksum'][:12]}: {report['messages']} messages, {len(card['labels'])} labels.",
        f"Measured {report['how']}.",
        "",
        "| language | accuracy, intents only | answered of what may be answered | realised precision (90 % bound) |",
        "|---|---|---|---|",
    ]
    for language, row in report["answered"].items():
        accuracy = report["accuracy"][language]
        lines.append(
            f"| {language} | {accuracy['all']:.1%}, {accuracy['in_scope']:.1%} | {row['coverage']:.1%} "
            f"({row['right']} of {row['answerable']}) | {row['precision']:.1%} (≥ {row['lower']:.1%}; "
            f"{row['wrong']} wrong of {row['accepted']}) |"
        )
    lines += ["", "| language | intent | proof | bound | answered | wrong |", "|---|---|---|---|---|---|"]
    for language, intents in report["intents"].items():
        for intent, row in intents.items():
            proof = card["decision"]["bounds"][language][intent]["proof"]
            lines.append(
                f"| {language} | {intent.replace('|', '/')} | {proof} | {row['bound']:.3f} "
                f"| {row['right']} of {row['answerable']} | {row['wrong']} |"
            )
    lines += ["", "| language | source | messages | answered | predicted | realised |", "|---|---|---|---|---|---|"]
    for language, sources in report["sources"].items():
        for source, row in sources.items():
            lines.append(
                f"| {language} | {source} | {row['messages']} | {row['answered']} | {row['predicted']:.1%} "
                f"| {row['realised']:.1%} |"
            )
    lines += ["", *_by_signal(report["signals"])]
    lines += ["", *choosing.page_of(report["choices"])]
    lines += ["", *_by_state(report["states"])]
    dangerous = len(report["dangerous_answers"])
    lines += ["", f"Complaints or requests for a human that would have been answered by the bot: {dangerous}."]
    return "\n".join(lines)


def _by_signal(found: Mapping[str, Mapping[str, Mapping[str, float | None]]]) -> Iterator[str]:
    yield "| language | signal | shown | precision | recall |"
    yield "|---|---|---|---|---|"
    for language, signals in found.items():
        for signal, row in signals.items():
            said = ["-" if row[name] is None else f"{row[name]:.0%}" for name in ("precision", "recall")]
            yield f"| {language} | {signal} | {row['shown']} | {' | '.join(said)} |"


def _by_state(states: Mapping[str, Mapping[str, Mapping[str, Sequence[int]]]]) -> Iterator[str]:
    yield "| language | intent | state | messages | answered | right |"
    yield "|---|---|---|---|---|---|"
    for language, intents in states.items():
        for intent, rows in sorted(intents.items()):
            for state, (messages, answered, right) in sorted(rows.items()):
                yield f"| {language} | {intent} | {state} | {messages} | {answered} | {right} |"


def _taken(row: Scored, proofs: Mapping[str, Mapping[str, Proof]]) -> bool:
    proof = proofs.get(row.language, {}).get(row.guess)
    return proof is not None and proof.accepts(row)


def _answered(rows: Sequence[Scored], proofs: Mapping[str, Mapping[str, Proof]], intent: str = "") -> dict[str, Any]:
    taken = [row for row in rows if _taken(row, proofs) and intent in ("", row.guess)]
    count = Count(len(taken), sum(not row.right for row in taken))
    answerable = sum(
        row.intent not in {*NEVER_AUTOMATIC, OUT_OF_SCOPE}
        and intent in ("", row.intent)
        and served(row.state, row.intent)
        for row in rows
    )
    right = count.accepted - count.wrong
    return {
        "answerable": answerable,
        "accepted": count.accepted,
        "right": right,
        "wrong": count.wrong,
        "wrong_out_of_scope": sum(row.intent == OUT_OF_SCOPE for row in taken),
        "coverage": round(right / answerable, 4) if answerable else 0.0,
        "coverage_interval": [
            round(lower_bound(answerable, answerable - right, 0.95), 4),
            round(1 - lower_bound(answerable, right, 0.95), 4),
        ],
        "precision": round(count.precision, 4),
        "lower": round(count.lower, 4),
    }


def _accuracy(rows: Iterable[Scored]) -> dict[str, float]:
    known = list(rows)
    inside = [row for row in known if row.intent != OUT_OF_SCOPE]
    return {
        "all": round(sum(row.right for row in known) / max(1, len(known)), 4),
        "in_scope": round(sum(row.right for row in inside) / max(1, len(inside)), 4),
    }
