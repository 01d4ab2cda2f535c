"""
Reads labelled sentences: JSON lines or CSV, each mistake named with its file and line.

Columns: `text` and `intent` (or `label`) are needed; `language` (or `lang`), `author` and `batch` help. Unknown columns
are refused, so that a helpdesk's export is looked at before it is learned from.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.language import UNKNOWN, LanguageModel
from chalicelib.triage.stages import OUT_OF_SCOPE

_TEST = "test"
_COLUMN = re.compile(r"\w{1,32}")
_STRANGERS = {"oos", "out-of-scope", "out of scope"}  # other names of the same label in public sets
_NAMES = {
    "text": "text",
    "intent": "intent",
    "label": "intent",
    "language": "language",
    "lang": "language",
    "author": "author",
    "batch": "batch",
    "split": "split",
    "urgency": "urgency",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled sentence. `hand` is who held the pen: lines of one hand never stand on both sides of a split."""

    text: str
    intent: str
    language: str
    author: str
    batch: str
    hand: str
    where: str  # "file:line"
    urgency: str = ""  # "critical", "normal", or "" where nobody judged it
    split: str = ""  # "test" is never learned from

    @property
    def key(self) -> str:
        """What two sentences share when they say the same in other marks and capitals."""
        return " ".join(features.words_of(features.clean(self.text))) or self.text.strip()


def read_lines(paths: Iterable[Path], *, intent: str = "") -> list[Line]:
    """Every line of the files in order (`intent` labels files that carry none). Raises UsageError."""
    lines: list[Line] = []
    for path in paths:
        hands = _hands(path.parent)
        lines.extend(_line(row, f"{path}:{number}", intent, hands) for number, row in rows_of(path))
    return lines


def rows_of(path: Path) -> Iterable[tuple[int, Mapping[str, object]]]:
    """The rows of a JSON-lines or CSV file (packed by gzip or not) with their line numbers. Raises UsageError."""
    return _csv_rows(path) if path.name.lower().endswith((".csv", ".csv.gz")) else _json_rows(path)


def plain_lines(folder: Path) -> list[Line]:
    """The lines of a folder's `<language>-*.csv` and `.jsonl` files: learned from in every fit, never scored."""
    files = sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".jsonl"})
    return [
        replace(line, language=path.name[:2], author="plain", batch="plain", hand="plain")
        for path in files
        for line in read_lines([path])
    ]


def training_lines(
    paths: Iterable[Path], *, out_of_scope: Iterable[Path] = (), tell: Callable[[str], None] = lambda _: None
) -> list[Line]:
    """
    Lines fit to train on, without those of a test split. Raises UsageError.

    Repeats over authors are dropped; one text with two labels and single labels are refused. Two labels for the same
    words in other marks or spelling ("top up", "top-up") are told, and neither is learned from.
    """
    lines = read_lines(paths) + read_lines(out_of_scope, intent=OUT_OF_SCOPE)
    learned = [line for line in lines if line.split != _TEST]
    if len(learned) < len(lines):
        tell(f"{len(lines) - len(learned)} lines of a test split are left out.")
    unique = _undisputed(learned, tell)
    counts = Counter(line.intent for line in unique)
    if len([label for label in counts if label != OUT_OF_SCOPE]) < 2:
        raise UsageError("The training files hold fewer than two intents: give at least two, ten examples each.")
    few = sorted(label for label, count in counts.items() if count < 5)
    if few:
        raise UsageError(f"Too few examples to learn from (five at least, ten are better): {', '.join(few)}.")
    return unique


def _undisputed(lines: Iterable[Line], tell: Callable[[str], None]) -> list[Line]:
    """One line for the same words, none where their labels differ. Raises UsageError where the texts are the same."""
    texts: dict[str, Line] = {}
    unique: dict[str, Line] = {}
    disputed: set[str] = set()
    for line in lines:
        twin = texts.setdefault(" ".join(line.text.casefold().split()), line)
        if twin.intent != line.intent:
            raise UsageError(
                f"{line.where} says {line.intent} and {twin.where} says {twin.intent} for the same text: keep one."
            )
        known = unique.setdefault(line.key, line)
        if known.intent != line.intent:
            disputed.add(line.key)
            tell(
                f"{line.where} says {line.intent} and {known.where} says {known.intent} for the same words in other "
                "marks: neither is learned from."
            )
    return [line for key, line in unique.items() if key not in disputed]


def with_language(lines: Sequence[Line], detector: LanguageModel) -> list[Line]:
    """
    The lines, each without a language given the detector's ("unknown" where it cannot tell).

    Raises UsageError for a language that it does not know: a bundle would never answer in it.
    """
    foreign = next((line for line in lines if line.language not in {"", UNKNOWN, *detector.languages}), None)
    if foreign is not None:
        raise UsageError(
            f"{foreign.where} is in a language that is not known here: use {', '.join(detector.languages)}, or leave "
            "the column out."
        )
    return [
        line if line.language else replace(line, language=detector.detect(features.clean(line.text))[0])
        for line in lines
    ]


def _hands(folder: Path) -> Mapping[str, str]:
    path = folder / "hands.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _text(path: Path) -> str:
    try:
        packed = path.name.lower().endswith(".gz")
        raw = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    except (OSError, EOFError, zlib.error):
        raise UsageError(f"{path} cannot be read: give a JSON-lines or CSV file, or one packed by gzip.") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}:{before} is not UTF-8: save the file as UTF-8 and try again.") from None


def _json_rows(path: Path) -> Iterable[tuple[int, Mapping[str, object]]]:
    for number, raw in enumerate(_text(path).split("\n"), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            raise UsageError(f"{path}:{number} is not JSON: write one object a line.") from None
        if not isinstance(row, dict):
            raise UsageError(f"{path}:{number} is not a JSON object: write one object a line.")
        yield number, row


def _csv_rows(path: Path) -> Iterable[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    number = 1
    try:
        if "text" not in (reader.fieldnames or ()):
            known = ", ".join(sorted(set(_NAMES)))
            raise UsageError(f"{path}:1 names no column text: start with the columns' names ({known}), commas between.")
        number = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                raise UsageError(f"{path}:{reader.line_num} has another number of columns than the first line.")
            number = reader.line_num + 1
            yield reader.line_num, row
    except csv.Error:
        raise UsageError(f"{path}:{number} is no row of a CSV file: look for a quote that is not closed.") from None


def _line(row: Mapping[str, object], where: str, intent: str, hands: Mapping[str, str]) -> Line:
    unknown = sorted(str(name) for name in row if name not in _NAMES)
    if unknown:
        named = f" {unknown[0]}" if "text" in row and _COLUMN.fullmatch(unknown[0]) else ""  # never a customer's words
        raise UsageError(f"{where} has the unknown column{named}: use {', '.join(sorted(set(_NAMES)))}.")
    found = {_NAMES[name]: value for name, value in row.items()}
    if any(not isinstance(value, str) for value in found.values()):
        raise UsageError(f"{where} has a value that is not text: quote it.")
    text = _whole(str(found.get("text", "")))
    label = intent or _whole(str(found.get("intent", ""))).strip()
    if not text.strip() or not label:
        raise UsageError(f"{where} needs both text and intent.")
    author = str(found.get("author", "")) or str(found.get("batch", ""))
    return Line(
        text=text,
        intent=OUT_OF_SCOPE if label in _STRANGERS else label,
        language=re.split("[-_]", str(found.get("language", "")).strip().lower())[0],
        author=author,
        batch=str(found.get("batch", "")) or author,
        hand=hands.get(author, author),
        where=where,
        urgency=str(found.get("urgency", "")).strip().lower(),
        split=str(found.get("split", "")).strip().lower(),
    )


def _whole(text: str) -> str:
    """The text with halves of characters (lone surrogates, which JSON can hold) as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def labels_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """The labels in the order of the bundle: intents by name, out_of_scope last (always there)."""
    return (*sorted({line.intent for line in lines} - {OUT_OF_SCOPE}), OUT_OF_SCOPE)
