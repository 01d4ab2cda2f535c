"""What is read of a webhook's body, whatever it is."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels._json_values import fingerprint, load

numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans(), st.sampled_from(["", " ", "\r\n"]))
def test_json_is_read_as_it_was_written(value: Any, ascii_only: bool, around: str) -> None:  # noqa: FBT001
    written = around + json.dumps(value, ensure_ascii=ascii_only) + around

    assert load(written.encode()) == value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83d\ude15"', "\N{CONFUSED FACE}"),
        (r'"a\ud83d"', "a?"),
        (r'"\ude15a"', "?a"),
        (r'"\ude15\ud83d"', "??"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d"', "\\?"),
        (r'{"\ud83d": ["\uD83D\uDE15", "\uDE15"]}', {"?": ["\N{CONFUSED FACE}", "?"]}),
    ],
)
def test_half_a_surrogate_pair_is_replaced_and_the_rest_is_kept(written: str, read: object) -> None:
    assert load(written.encode()) == read


def test_what_is_almost_json_is_read_all_the_same() -> None:
    read = load(b'{"a": NaN, "b": 1e400, "c": "kept"}')

    assert isinstance(read, dict)
    assert (math.isnan(read["a"]), read["b"], read["c"]) == (True, math.inf, "kept")


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"{", b'"\xff"', b'"\xed\xa0\x80"', b"\xef\xbb\xbf{}", b'"\x01"', b"{} {}", b"[1,]", b"[" * 100_000],
)
def test_what_is_no_json_is_read_as_nothing(body: bytes) -> None:
    assert load(body) is None


@pytest.mark.parametrize("depth", [900, 1_010, 1_100, 100_000])
def test_however_deep_it_is_nothing_raises(depth: int) -> None:
    assert fingerprint(load(b"[" * depth + b"]" * depth)).startswith("h:")
