"""
Past customers' first messages out of a file: CSV or JSON, in our two shapes or as a helpdesk exports it, packed or not.

In our shapes other columns than `text`, `language`, `conversation`, `person` and `at` are left unread. Of a helpdesk's
export (`helpdesks`) only what a customer wrote first, for everybody in the conversation, is taken. A mistake is named
with its file and line, never with a customer's words.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.admin.replay.past import JOIN_MS, Past
from chalicelib.errors import UsageError
from chalicelib.model import Millis
from classifiers import files

from . import helpdesks
from .helpdesks import Turn

_COUNT = re.compile(r"\d{1,20}(?:\.\d{1,9})?")
_LAST = 4_102_444_800_000  # the year 2100
_FIRST_MILLISECONDS = 100_000_000_000  # larger numbers count milliseconds since 1970, smaller ones seconds


class Reading(NamedTuple):
    """
    What a file holds: the first message of each conversation, in the file's order.

    `helpdesk`: whose export it is, "" for our own shapes. `left_out`: conversations without a first message, by why.
    """

    messages: list[Past]
    encoding: str
    helpdesk: str
    left_out: Mapping[str, int]


def read(path: Path) -> Reading:
    """Read a file of past messages. Raises UsageError."""
    text, encoding = files.decoded(path)
    plain = path.name.lower().removesuffix(".gz")
    rows = list(_csv_rows(path, text) if plain.endswith(".csv") else _json(path, text))
    helpdesk = helpdesks.helpdesk_of(rows[0][1]) if rows else None
    left: Counter[str] = Counter()
    if helpdesk is None:
        found = _first([_past(row, f"{path}, {where}") for where, row in rows])
    else:
        found = _openings(_turns(path, rows, left), left)
    if not found:
        raise UsageError(_nothing(path, helpdesk.name if helpdesk else "", left))
    return Reading(found, encoding, helpdesk.name if helpdesk else "", dict(left))


def _nothing(path: Path, helpdesk: str, left: Mapping[str, int]) -> str:
    if not helpdesk:
        return f"{path} holds no message."
    why = ", ".join(f"{count} {LEFT_WORDS[name]}" for name, count in left.items())
    return f"{path} is an export of {helpdesk} in which no customer wrote first ({why or 'it is empty'})."


def json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the objects of JSON lines with their line numbers. Raises UsageError."""
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise UsageError(f'{path}, line {number}: this is no JSON object; write {{"text": "…"}} (or name it .csv).')
        yield number, row


def _json(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of JSON lines, or of one whole JSON document, each with its place."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    rows = helpdesks.rows_in(document)
    if rows and (isinstance(document, list) or helpdesks.helpdesk_of(rows[0])):
        yield from ((f"entry {number}", row) for number, row in enumerate(rows, 1))
    else:
        yield from ((f"line {number}", row) for number, row in json_rows(path, text))


def _csv_rows(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    separator = files.separator_of(text, lambda names: "text" in names or _exported(names))
    if not separator:
        raise UsageError(_unnamed(path, [files.names_of(text, each) for each in files.SEPARATORS]))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [files.column_name(each) for each in next(reader)]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(names):
                raise UsageError(f"{path}, line {reader.line_num}: another number of columns than in the first line.")
            yield f"line {reader.line_num}", dict(zip(names, row, strict=True))
    except csv.Error:
        raise UsageError(f"{path}, line {reader.line_num}: no row of a CSV file; look for a quote left open.") from None


def _exported(names: Sequence[str]) -> bool:
    return helpdesks.helpdesk_of(dict.fromkeys(names, "x")) is not None


def _unnamed(path: Path, heads: Sequence[Sequence[str]]) -> str:
    if any(helpdesks.lists_only(names) for names in heads):
        return (
            f"{path} is a list of tickets without what was written in them: export the messages too "
            "(Zendesk: the JSON export; others: tickets with their messages, docs/triage.md)."
        )
    return f"{path} names no column text in its first line: name the messages' column text."


LEFT_WORDS = {
    "begun_by_us": "begun by the team",
    "no_customer_words": "without a word of a customer",
    "not_understood": "not understood",
}
_Said = tuple[Turn, Millis]


def _turns(path: Path, rows: Iterable[tuple[str, Mapping[str, Any]]], left: Counter[str]) -> Iterator[_Said]:
    for where, row in rows:
        helpdesk = helpdesks.helpdesk_of(row)
        if helpdesk is None:
            left["not_understood"] += 1
            continue
        for turn in helpdesk.turns(row):
            yield turn, _millis(turn.at, f"{path}, {where}")


def _openings(turns: Iterable[_Said], left: Counter[str]) -> list[Past]:
    """What a customer wrote first in each conversation that they began."""
    by_conversation: dict[str, list[_Said]] = {}
    for turn, at in turns:
        by_conversation.setdefault(turn.conversation, []).append((turn, at))
    found: list[Past] = []
    for said in by_conversation.values():
        seen = [(turn, at) for turn, at in said if turn.public and turn.text]
        seen = sorted(seen, key=lambda each: each[1]) if all(at for _, at in seen) else seen
        if not any(turn.by_customer for turn, _ in seen):
            left["no_customer_words"] += 1
        elif not seen[0][0].by_customer:
            left["begun_by_us"] += 1
        else:
            found.append(_opening(seen))
    return found


def _opening(seen: Sequence[_Said]) -> Past:
    (first, begun), last = seen[0], seen[0][1]
    lines = [first.text]
    for turn, at in seen[1:]:
        if not (turn.by_customer and last and at - last <= JOIN_MS):
            break
        lines.append(turn.text)
        last = at
    text = "\n".join(lines).encode("utf-8", "replace").decode("utf-8")
    return Past(text=text, conversation=first.conversation, at=begun, person=first.person)


def _past(row: Mapping[str, Any], where: str) -> Past:
    text = row.get("text")
    if not isinstance(text, str):
        raise UsageError(f'{where}: "text" is missing, or is no text.')
    return Past(
        text=text.encode("utf-8", "replace").decode("utf-8"),  # JSON can hold half a character
        language=str(row.get("language") or "").strip().casefold().replace("_", "-").partition("-")[0],
        conversation=str(row.get("conversation") or "").strip(),
        person=str(row.get("person") or "").strip(),
        at=_millis(row.get("at"), where),
    )


def _millis(written: object, where: str) -> Millis:
    """Milliseconds since 1970 out of ISO 8601 (UTC where no zone is written), seconds or milliseconds; 0 for none."""
    plain = str(written if written is not None else "").strip()
    try:
        if not plain:
            return Millis(0)
        if _COUNT.fullmatch(plain):
            count = float(plain)
            millis = int(count if count >= _FIRST_MILLISECONDS else count * 1_000)
        else:
            when = datetime.fromisoformat(plain)
            millis = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1_000)
    except (ValueError, OverflowError):
        millis = -1
    if not 0 <= millis <= _LAST:
        raise UsageError(f'{where}: "at" is no time; write it like 2026-11-24T09:30:00Z.')
    return Millis(millis)


def _first(messages: Iterable[Past]) -> list[Past]:
    """One message a conversation: the earliest where times are known, else the one that stands first."""
    kept: dict[object, Past] = {}
    for number, message in enumerate(messages):
        key: object = message.conversation or number
        known = kept.get(key)
        if known is None or 0 < message.at < known.at:
            kept[key] = message
    return list(kept.values())
