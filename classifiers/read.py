"""
Reads labelled sentences: JSON or CSV as spreadsheets and public sets have them, each mistake named with file and line.

Columns: `text` and `intent` (or `label`, `category`) are needed; `language` (or `lang`), `author` and `batch` help.
Unknown columns are refused, so that a helpdesk's export is looked at before it is learned from.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.language_detector import UNKNOWN, LanguageModel
from chalicelib.triage.stages import OUT_OF_SCOPE

from . import files

Tell = Callable[[str], None]
Row = tuple[str, Mapping[str, object]]  # where it stands in its file ("12", "entry 12"), and its values by column
_TEST = "test"
_TOLD = 5  # of texts with two labels
_COLUMN = re.compile(r"\w{1,32}")
_OUT_OF_SCOPE_NAMES = {"oos", "out-of-scope", "out of scope"}  # other names of the same label in public sets
_NAMES = {
    "text": "text",
    "intent": "intent",
    "label": "intent",
    "category": "intent",
    "language": "language",
    "lang": "language",
    "author": "author",
    "batch": "batch",
    "split": "split",
    "urgency": "urgency",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled sentence. `group` is the author group (who wrote): lines of one group are never in two folds."""

    text: str
    intent: str
    language: str
    author: str
    batch: str
    group: str
    where: str  # "file:line"
    urgency: str = ""  # "critical", "normal", or "" where nobody judged it
    split: str = ""  # "test" is never learned from

    @property
    def key(self) -> str:
        """What two sentences share when they say the same in other marks and capitals."""
        return " ".join(features.words_of(features.clean(self.text))) or self.text.strip()


def read_lines(paths: Iterable[Path], *, intent: str = "", tell: Tell = lambda _: None) -> list[Line]:
    """Every line of the files in order (`intent` labels files that carry none). Raises UsageError."""
    lines: list[Line] = []
    for path in paths:
        groups = _groups(path.parent)
        lines.extend(_line(row, f"{path}:{place}", intent, groups) for place, row in rows_of(path, tell))
    return lines


def rows_of(path: Path, tell: Tell = lambda _: None) -> Iterable[Row]:
    """The rows of a JSON-lines, JSON or CSV file, each with its place. Raises UsageError."""
    text, encoding = files.decoded(path)
    if guessed := files.encoding_words(path, encoding):
        tell(guessed)
    return _csv_rows(path, text) if path.name.lower().endswith((".csv", ".csv.gz")) else _json_rows(path, text)


def plain_lines(folder: Path) -> list[Line]:
    """The lines of a folder's `<language>-*.csv` and `.jsonl` files: learned from in every fit, never scored."""
    found = sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".jsonl"})
    return [
        replace(line, language=path.name[:2], author="plain", batch="plain", group="plain")
        for path in found
        for line in read_lines([path])
    ]


def training_lines(
    paths: Iterable[Path],
    *,
    out_of_scope: Iterable[Path] = (),
    strict: bool = False,
    tell: Tell = lambda _: None,
) -> list[Line]:
    """
    Lines fit to train on, without those of a test split. Raises UsageError.

    Repeats over authors are dropped; single labels are refused. A text with two labels, also where its words are
    written in other marks ("top up", "top-up"), is told and learned from under neither; `strict` refuses it where
    nothing but capitals and blanks differ.
    """
    lines = read_lines(paths, tell=tell) + read_lines(out_of_scope, intent=OUT_OF_SCOPE, tell=tell)
    learned = [line for line in lines if line.split != _TEST]
    if len(learned) < len(lines):
        tell(f"{len(lines) - len(learned)} lines of a test split are left out.")
    unique = _undisputed(learned, tell, strict=strict)
    counts = Counter(line.intent for line in unique)
    if len([label for label in counts if label != OUT_OF_SCOPE]) < 2:
        raise UsageError("The training files hold fewer than two intents: give at least two, ten examples each.")
    few = sorted(label for label, count in counts.items() if count < 5)
    if few:
        raise UsageError(f"Too few examples to learn from (five at least, ten are better): {', '.join(few)}.")
    return unique


def _undisputed(lines: Iterable[Line], tell: Tell, *, strict: bool) -> list[Line]:
    """One line for the same words, none where their labels differ. Raises UsageError where `strict` does."""
    unique: dict[str, Line] = {}
    disputed: dict[str, str] = {}
    for line in lines:
        known = unique.setdefault(line.key, line)
        if known.intent == line.intent or line.key in disputed:
            continue
        same = " ".join(known.text.casefold().split()) == " ".join(line.text.casefold().split())
        said = f"{line.where} says {line.intent} and {known.where} says {known.intent} for the same"
        if strict and same:
            raise UsageError(f"{said} text: keep one.")
        disputed[line.key] = f"{said} {'text' if same else 'words in other marks'}: neither is learned from."
    for sentence in list(disputed.values())[:_TOLD]:
        tell(sentence)
    if len(disputed) > _TOLD:
        tell(f"{len(disputed) - _TOLD} more texts have two labels: `guichet classifier lint` lists all.")
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


def _groups(folder: Path) -> Mapping[str, str]:
    path = folder / "hands.json"
    if not path.is_file():
        return {}
    try:
        return {str(author): str(group) for author, group in dict(json.loads(path.read_text(encoding="utf-8"))).items()}
    except (OSError, ValueError, TypeError, RecursionError):
        raise UsageError(
            f"{path} is no JSON object of authors and their groups: correct it, or take it away."
        ) from None


def _json_rows(path: Path, text: str) -> Iterator[Row]:
    """Objects, one a line or in one list; or, as CLINC150 comes, lists of [text, label] by their split."""
    try:
        document = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, list) and all(isinstance(row, dict) for row in document):
        yield from ((f"entry {number}", row) for number, row in enumerate(document, 1))
    elif isinstance(document, dict) and document and all(map(_pairs, document.values())):
        for split, pairs in document.items():
            named = _TEST if split.endswith(_TEST) else split
            yield from (
                (f"{split} {number}", {"text": words, "label": label, "split": named})
                for number, (words, label) in enumerate(pairs, 1)
            )
    else:
        yield from _json_lines(path, text)


def _pairs(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value)


def _json_lines(path: Path, text: str) -> Iterator[Row]:
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            raise UsageError(f"{path}:{number} is not JSON: write one object a line.") from None
        if not isinstance(row, dict):
            raise UsageError(f"{path}:{number} is not a JSON object: write one object a line.")
        yield str(number), row


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    separator = files.separator_of(text, lambda names: "text" in names)
    if not separator:
        known = ", ".join(sorted(set(_NAMES)))
        raise UsageError(f"{path}:1 names no column text: begin with the columns' names ({known}).")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        names = [files.column_name(cell) for cell in next(reader)]
        number = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):  # spreadsheets end in rows of nothing
                if len(row) != len(names):
                    raise UsageError(f"{path}:{reader.line_num} has another number of columns than the first line.")
                yield str(reader.line_num), dict(zip(names, row, strict=True))
            number = reader.line_num + 1
    except csv.Error:
        raise UsageError(f"{path}:{number} is no row of a CSV file: look for a quote that is not closed.") from None


def _line(row: Mapping[str, object], where: str, intent: str, groups: Mapping[str, str]) -> Line:
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
        intent=OUT_OF_SCOPE if label in _OUT_OF_SCOPE_NAMES else label,
        language=re.split("[-_]", str(found.get("language", "")).strip().lower())[0],
        author=author,
        batch=str(found.get("batch", "")) or author,
        group=groups.get(author, author),
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
