"""Templates: filled, flattened, priced and chosen by language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.template_port import APPROVED, ListedTemplate, as_value, filled, in_language, places_in, price_of


def one(language: str, status: str = APPROVED) -> ListedTemplate:
    return ListedTemplate(f"{language} {status}", "reponse", language, "utility", status, "{{1}}", 1)


@given(st.text(max_size=300))
def test_a_value_has_no_line_break_no_tab_and_no_run_of_blanks_and_every_word(text: str) -> None:
    value = as_value(text)

    assert value.split() == text.split()
    assert value == value.strip()
    assert not any(sign in value for sign in ("\n", "\r", "\t", "  "))


@given(st.lists(st.text(max_size=40), min_size=2, max_size=4))
def test_what_a_value_says_is_never_read_as_a_place(values: list[str]) -> None:
    assert filled("a {{1}} b {{ 2 }} c", values) == f"a {values[0]} b {values[1]} c"


def test_places_are_counted_by_their_highest_number() -> None:
    assert [places_in(body) for body in ("Bonjour", "{{1}} et {{2}}", "{{2}} et {{1}} et {{1}}")] == [0, 2, 2]
    assert filled("{{3}} {{0}}", ("a",)) == "{{3}} {{0}}"


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([one("en"), one("fr_FR"), one("fr")], "fr approved"),
        ([one("fr_CA"), one("fr_BE")], "fr_BE approved"),
        ([one("fr", "paused"), one("fr_FR")], "fr_FR approved"),
        ([one("fr", "paused")], "fr paused"),
        ([one("fro")], None),
        ([], None),
    ],
)
def test_the_language_itself_comes_before_its_countries_and_what_is_approved_before_both(
    there: list[ListedTemplate], found: str | None
) -> None:
    chosen = in_language(there, "reponse", "fr")

    assert (chosen and chosen.key) == found
    assert in_language(there, "autre", "fr") is None


def test_the_longest_beginning_of_a_number_says_its_price() -> None:
    prices = {"1": {"utility": 0.004}, "1876": {"utility": 0.01}}

    assert price_of(prices, "18765551234", "utility") == 0.01
    assert price_of(prices, "12125551234", "utility") == 0.004
    assert price_of(prices, "12125551234", "marketing") is None
    assert price_of(prices, "33612345678", "utility") is None
