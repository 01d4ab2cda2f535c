"""The bot becomes more careful by itself where customers refuse what the card promised, and never less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from chalicelib.pipeline.watch import DOUBT, promise_broken, stability


@pytest.mark.parametrize(
    ("said", "refused", "broken"),
    [
        (0, 0, False),
        (10, 2, False),  # too few refusals to say anything
        (3, 3, True),
        (100, 3, False),
        (100, 5, True),
        (1000, 22, False),
        (1000, 30, True),
    ],
)
def test_refusals_that_the_promise_makes_unlikely_break_it(said: int, refused: int, *, broken: bool) -> None:
    assert promise_broken(said, refused, 0.98) is broken


@given(said=st.integers(3, 600), refused=st.integers(3, 60))
def test_it_is_the_upper_bound_that_the_card_takes_the_lower_of(said: int, refused: int) -> None:
    if refused >= said:
        return
    upper = float(beta.ppf(1 - DOUBT, said - refused + 1, refused))
    if abs(upper - 0.98) > 1e-6:
        assert promise_broken(said, refused, 0.98) == (upper < 0.98)


@given(st.lists(st.integers(0, 500), min_size=10, max_size=10))
def test_the_index_is_nought_for_the_same_shares_and_never_negative(live: list[int]) -> None:
    expected = [max(count, 1) / max(1, sum(live)) for count in live]

    assert stability(live, [0.1] * 10) >= 0
    if min(live) > 0.01 * sum(live):
        assert stability(live, expected) == pytest.approx(0, abs=1e-9)


def test_a_turned_round_distribution_is_a_shift() -> None:
    assert stability([10, 10, 10, 10, 10, 10, 10, 10, 10, 410], [0.5, *[0.05] * 8, 0.1]) > 0.5
