"""Forms are read as the standard library reads them, and at the speed of what is in C."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels._forms import FIELDS_MOST, fields_of

PIECES = [b"%", b"%%", b"3", b"D", b"d", b"=", b"&", b"+", b"a", b"C3", b"\n", b"\r", b"_", b" ", b"%C3", b"%a9"]
PIECES += [b"%F0%9F", "é".encode(), b"\xff", b"%0A", b"%0D%0a", b"%3D", b"%3d", b"%26", b"%2B", b"%25", b"%zz", b";"]


def by_the_library(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MOST)
    except ValueError:
        return []


@settings(max_examples=1_000)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join) | st.binary(max_size=40))
def test_any_bytes_are_the_fields_that_the_library_reads(body: bytes) -> None:
    assert fields_of(body) == by_the_library(body)


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=12)), max_size=6))
def test_what_was_written_as_a_form_is_read_back(pairs: list[tuple[str, str]]) -> None:
    written = urlencode(pairs, errors="replace").encode()
    assert fields_of(written) == by_the_library(written)


@pytest.mark.parametrize("count", [1, FIELDS_MOST - 1, FIELDS_MOST, FIELDS_MOST + 1])
def test_a_form_of_more_fields_than_any_platform_sends_has_none(count: int) -> None:
    body = b"&".join([b"a=1"] * count)
    assert fields_of(body) == by_the_library(body)
    assert bool(fields_of(body)) is (count <= FIELDS_MOST)


@pytest.mark.parametrize("text", ["a\n", "é ", "\U0001f468\u200d", "<b>"])
def test_a_megabyte_of_escapes_is_read_in_a_fraction_of_the_librarys_time(text: str) -> None:
    body = urlencode({"Body": text * (1_000_000 // len(text.encode()))}).encode()
    ours, theirs = (min(cpu(read, body) for _ in range(3)) for read in (fields_of, by_the_library))
    assert ours < theirs / 3


def cpu(read: object, body: bytes) -> float:
    assert callable(read)
    began = time.process_time()
    read(body)
    return time.process_time() - began
