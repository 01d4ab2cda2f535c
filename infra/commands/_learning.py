"""What `guichet classifier` learns from a brand's own conversations, and a candidate against the bundle in use."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from . import _brand, _output

if TYPE_CHECKING:
    from chalicelib.admin.ticket_lessons import Lesson
    from chalicelib.triage.scorer import BundleScorer
    from classifiers.read import Line

VERB = "compare"
_HOW = {
    "confirmed": "confirmed",
    "corrected": "corrected",
    "thrown_away": "thrown away",
    "edited": "rewritten",
    "refused": "refused by their customer",
    "judged_wrong": "judged not right",
}


def configure(verbs: Any) -> None:
    """Declare `compare`."""
    compared = verbs.add_parser(VERB, help="hold a candidate against the bundle in use: worse on no proved subject?")
    compared.add_argument("--bundle", required=True, type=Path, metavar="DIR", help="the candidate")
    compared.add_argument("--against", type=Path, metavar="DIR", help="the bundle in use (default: the shipped one)")
    compared.add_argument("--test", nargs="+", required=True, type=Path, metavar="F", help="JSON lines or CSV")
    compared.add_argument("--oos", nargs="+", default=[], type=Path, metavar="F", help="out-of-scope messages")


def run(args: argparse.Namespace) -> int:
    """Compare two bundles on files; 1 where the candidate is worse."""
    from chalicelib.triage.stages import OUT_OF_SCOPE
    from classifiers import languages, read

    lines = read.read_lines(args.test, tell=_output.say)
    lines += read.read_lines(args.oos, intent=OUT_OF_SCOPE, tell=_output.say)
    if not lines:
        raise UsageError("The test files hold no message: give labelled JSON lines or CSV.")
    document, text, worse = against(args.bundle, args.against, read.with_language(lines, languages.kept()))
    _output.answer(args, document, text)
    return 1 if worse else 0


def not_worse(
    found: Iterable[Lesson],
    used: Callable[[], BundleScorer],
    candidate: Callable[[], BundleScorer],
    *,
    although: bool,
) -> dict[str, object] | None:
    """
    Hold a candidate against what a brand uses, on openings of people of whom nothing is learned; None without any.

    Raises UsageError where it is worse on a proved subject, unless somebody said `although`.
    """
    from classifiers import compare, languages

    held = [line_of(each) for each in found if each.held_back and each.language in languages.kept().languages]
    if not held:
        return None
    rows = compare.compare(used(), candidate(), held)
    worse = sorted(f"{each.intent} {each.language}" for each in rows if each.worse)
    _output.say(f"On {len(held)} openings that it did not learn from:\n{compare.drawn(rows)}")
    if worse and not although:
        raise UsageError(f"It is worse than the one in use on {', '.join(worse)}: not pushed (--although-worse does).")
    return compare.document(rows)


def against(candidate: Path, used: Path | None, lines: Sequence[Line]) -> tuple[dict[str, object], str, bool]:
    """The comparison of a candidate with the bundle in use: as JSON values, for people, and whether it is worse."""
    from chalicelib.triage.load_bundle import ARTEFACT, load
    from classifiers import compare

    found = compare.compare(load(used or ARTEFACT), load(candidate), lines)
    return compare.document(found), compare.drawn(found), any(each.worse for each in found)


def lessons(args: argparse.Namespace, known: Sequence[Line]) -> tuple[list[Lesson], dict[str, object]]:
    """
    What a brand's own conversations teach, and what is said of it.

    Words that the training files label otherwise are left out: who wrote the file looked at them.
    """
    from chalicelib.admin import ticket_lessons
    from classifiers import languages

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        table = services.table(brand)
        every = ticket_lessons.lessons(table, services.playbook(brand), _brand.read_whole(table, "Learning"))
    found = [each for each in every if each.language in languages.kept().languages]
    labels = {line.key: line.intent for line in known}
    agreed = [each for each in found if labels.get(line_of(each).key, each.label) == each.label]
    counts = ticket_lessons.counts(agreed)
    held = sum(each.held_back for each in agreed)
    rest = len(found) - len(agreed)
    told = ", ".join(f"{count} {_HOW[name]}" for name, count in counts.items())
    _output.say(
        f"{len(agreed)} openings teach something, each person once for a subject: {told}. "
        f"{held}, of one person in five, are held back to compare with; {rest} said otherwise than a file."
    )
    return agreed, {"openings": len(agreed), **counts, "held_back": held, "other_than_a_file": rest}


def written(taught: Sequence[Lesson], folder: Path) -> list[Path]:
    """A training file of what is not held back; the folder is gone when the command ends."""
    if not taught:
        return []
    path = folder / "conversations.jsonl"
    rows = (
        {"text": each.text, "intent": each.label, "language": each.language, "batch": each.batch}
        for each in taught
        if not each.held_back
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return [path]


def told(args: argparse.Namespace, taught: Sequence[Lesson], document: dict[str, Any], text: str) -> int:
    """Print the card, and how the candidate does on people whom it did not learn from; 1 where it is worse."""
    held = [line_of(each) for each in taught if each.held_back]
    if not held:
        _output.answer(args, document, text)
        return 0
    compared, table, worse = against(args.out, args.against, held)
    _output.answer(args, document | {"compared": compared}, f"{text}\n\n{table}")
    return 1 if worse else 0


def line_of(lesson: Lesson) -> Line:
    """An opening as a labelled line; only its masked words, its label and its month."""
    from classifiers.read import Line

    return Line(lesson.text, lesson.label, lesson.language, "", lesson.batch, lesson.batch, "conversations")
