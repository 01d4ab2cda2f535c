"""
Files of messages as spreadsheets and helpdesks write them: packed or not, in three encodings, by three separators.

Shared by who learns from labelled messages (`read`) and who replays past ones. Sentences name file and line, never a
customer's words.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from chalicelib.errors import UsageError

CP1252 = "cp1252"
SEPARATORS = (",", ";", "\t")
_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What "é", "«" and "’" are in UTF-8; in Windows-1252 the same bytes would be "Ã©", "Â«", "â€™".
_UTF8_PAIR = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]")


def decoded(path: Path) -> tuple[str, str]:
    """
    Give a file's text and its encoding: UTF-8, UTF-16 with its mark, else Windows-1252; unpacked where it is gzip.

    Raises UsageError, with the line where a file of UTF-8 is damaged: read otherwise, its words would be others.
    """
    raw = _content(path)
    for encoding in ("utf-16",) if raw[:2] in _MARKS else ("utf-8-sig", CP1252):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            if _UTF8_PAIR.search(raw):
                line = raw[: error.start].count(b"\n") + 1
                raise UsageError(f"{path}:{line} is damaged: not all of it is UTF-8; save it as UTF-8 again.") from None
            continue
        if "\0" not in text:
            return text, encoding
    raise UsageError(f"{path} is no text in UTF-8, Windows-1252 or marked UTF-16; save it as UTF-8.")


def encoding_words(path: Path, encoding: str) -> str:
    """Say that the encoding was a guess; "" where it was none."""
    return f"{path} is not UTF-8; it was read as Windows-1252." if encoding == CP1252 else ""


def separator_of(text: str, fits: Callable[[Sequence[str]], bool]) -> str:
    """Give what separates the columns: of those by which the first line's names fit, the one that gives most; or ""."""
    named = [(len(names), each) for each in SEPARATORS if fits(names := names_of(text, each))]
    return max(named)[1] if named else ""


def names_of(text: str, separator: str) -> list[str]:
    """Give the names in the first line of a CSV file, by this separator: small letters, without quotes and blanks."""
    return [column_name(name) for name in re.split(r"[\r\n]", text, maxsplit=1)[0].split(separator)]


def column_name(cell: str) -> str:
    """Give the name of a column as it is looked for."""
    return cell.strip().strip('"').casefold()


def _content(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UsageError(f"{path} cannot be unpacked: pack it again by gzip, or give it plain.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
