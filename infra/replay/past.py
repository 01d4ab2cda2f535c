"""
Past customers' first messages out of a file: CSV or JSON lines, as shops and helpdesks export them, packed or not.

Other columns than `text`, `language`, `conversation` and `at` are left unread. A mistake is named with its file and
line, never with a customer's words.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.model import Millis

_SEPARATORS = (",", ";", "\t")
_LAST = 4_102_444_800_000  # the year 2100
_FIRST_MILLISECONDS = 100_000_000_000  # larger numbers count milliseconds since 1970, smaller ones seconds


@dataclass(frozen=True, slots=True)
class Past:
    """A customer's message. `language` as the file says it, "" for none; `at` 0 where the file does not say when."""

    text: str
    language: str = ""
    conversation: str = ""
    at: Millis = Millis(0)


def read(path: Path) -> tuple[list[Past], str]:
    """Give the first message of each conversation, in the file's order, and the file's encoding. Raises UsageError."""
    text, encoding = decoded(path)
    plain = path.name.lower().removesuffix(".gz")
    rows = _csv_rows(path, text) if plain.endswith(".csv") else json_rows(path, text)
    found = _first([_past(row, f"{path}, line {number}") for number, row in rows])
    if not found:
        raise UsageError(f"{path} holds no message.")
    return found, encoding


def _content(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UsageError(f"{path} cannot be unpacked: pack it again by gzip, or give it plain.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def decoded(path: Path) -> tuple[str, str]:
    """Give a file's text and its encoding. Raises UsageError."""
    raw = _content(path)
    marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise UsageError(f"{path} is no text in UTF-8, Windows-1252 or marked UTF-16; save it as UTF-8.")


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


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    head = re.split(r"[\r\n]", text, maxsplit=1)[0]
    heads = [([_name(name) for name in head.split(each)], each) for each in _SEPARATORS]
    named = [(len(names), each) for names, each in heads if "text" in names]
    if not named:
        raise UsageError(f"{path} names no column text in its first line: name the messages' column text.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(named)[1], strict=True)
    try:
        names = [_name(each) for each in next(reader)]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(names):
                raise UsageError(f"{path}, line {reader.line_num}: another number of columns than in the first line.")
            yield reader.line_num, dict(zip(names, row, strict=True))
    except csv.Error:
        raise UsageError(f"{path}, line {reader.line_num}: no row of a CSV file; look for a quote left open.") from None


def _name(column: str) -> str:
    return column.strip().strip('"').casefold()


def _past(row: Mapping[str, Any], where: str) -> Past:
    text = row.get("text")
    if not isinstance(text, str):
        raise UsageError(f'{where}: "text" is missing, or is no text.')
    return Past(
        text=text.encode("utf-8", "replace").decode("utf-8"),  # JSON can hold half a character
        language=str(row.get("language") or "").strip().casefold().replace("_", "-").partition("-")[0],
        conversation=str(row.get("conversation") or "").strip(),
        at=_millis(row.get("at"), where),
    )


def _millis(written: object, where: str) -> Millis:
    """Milliseconds since 1970 out of ISO 8601 (UTC where no zone is written), seconds or milliseconds; 0 for none."""
    plain = str(written if written is not None else "").strip()
    try:
        if not plain:
            return Millis(0)
        if plain.isdecimal():
            count = int(plain)
            millis = count if count >= _FIRST_MILLISECONDS else count * 1_000
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
