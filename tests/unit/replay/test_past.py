"""Past messages out of the files that shops have: encodings, separators, conversations, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from infra.replay.past import read

TEXT = "où est mon colis ? il n’est pas là…"


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, encoding: str, separator: str, *, packed: bool) -> None:
    rows = f"Language{separator}TEXT{separator}agent\r\nfr-FR{separator}{TEXT}{separator}x\r\n\r\n".encode(encoding)
    path = put(tmp_path, "past.csv.gz" if packed else "past.csv", gzip.compress(rows, mtime=0) if packed else rows)
    (found,), *_ = read(path)

    assert (found.text, found.language) == (TEXT, "fr")


def test_lines_and_separators_inside_quotes_belong_to_the_text(tmp_path: Path) -> None:
    path = put(tmp_path, "past.csv", b'text;language\n"one; two\nthree ""four""";en\n')

    assert [each.text for each in read(path)[0]] == ['one; two\nthree "four"']


def test_an_old_spreadsheet_ends_its_lines_by_a_return_alone(tmp_path: Path) -> None:
    assert [each.text for each in read(put(tmp_path, "past.csv", b"text\rone\rtwo\r"))[0]] == ["one", "two"]


def test_the_first_message_of_a_conversation_counts(tmp_path: Path) -> None:
    lines = (
        b'{"text": "later", "conversation": "a", "at": "2026-11-24T10:00:00Z"}\n'
        b'{"text": "first", "conversation": "a", "at": 1795946400}\n'
        b'{"text": "in order", "conversation": 7}\n{"text": "not this", "conversation": 7}\n{"text": "alone"}\n'
    )
    found, *_ = read(put(tmp_path, "past.jsonl", lines.replace(b"1795946400", b"1763974800")))

    assert [each.text for each in found] == ["first", "in order", "alone"]
    assert found[0].at == 1_763_974_800_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"message,language\nsecretword,en\n", "names no column text"),
        ("a.csv", b"text,language\nsecretword, and more,en\n", "line 2: another number of columns"),
        ("a.csv", b'text\n"secretword\n', "a quote left open"),
        ("a.csv", b"text\n" + b"secretword" * 20_000, "a quote left open"),
        ("a.csv", b"secretword" * 20_000, "names no column text"),
        ("a.jsonl", b'{"text": "x"}\nsecretword\n', "line 2: this is no JSON object"),
        ("a.jsonl", b'{"message": "secretword"}\n', 'line 1: "text" is missing'),
        ("a.jsonl", b'{"text": "secretword", "at": "yesterday"}\n', 'line 1: "at" is no time'),
        ("a.jsonl", b'{"text": "secretword", "at": 99999999999999999999}\n', 'line 1: "at" is no time'),
        ("a.jsonl", b'{"text": "secretword", "at": "1955-01-01"}\n', 'line 1: "at" is no time'),
        ("a.jsonl", b"\n", "holds no message"),
        ("a.csv", "text\nsecretword\n".encode("utf-16-le"), "save it as UTF-8"),
        ("a.csv", b"text\nsecretword \x81\n", "save it as UTF-8"),
        ("a.csv.gz", gzip.compress(b"text\nsecretword\n", mtime=0)[:-9], "cannot be unpacked"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_without_the_words(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(UsageError) as raised:
        read(put(tmp_path, name, content))

    assert words in str(raised.value)
    assert "secretword" not in str(raised.value)
