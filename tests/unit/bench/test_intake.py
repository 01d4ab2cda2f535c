"""A bar of bench/intake that nothing was held against is not met."""

from __future__ import annotations

from bench.intake import AGAINST, Row, missing

COMPARED = [
    Row("pywa", 628, 20.0),
    Row("slack_bolt", 493, 10.0),
    Row("slack_bolt_app", 493, 38.0),
    Row("whatsapp", 628, 9.0, "pywa", 0.45, passed=True),
    Row("slack", 493, 11.0, "slack_bolt", 1.1, passed=False),
]


def test_rows_that_were_compared_lack_nothing_whether_they_passed_or_not() -> None:
    assert missing(COMPARED) == ""


def test_a_row_without_its_library_is_named_in_one_sentence() -> None:
    said = missing([*COMPARED, Row("x", 836, 11.0), Row("messenger", 361, 9.0)])

    assert said.startswith("guichet: the bar of x, messenger was not checked,")
    assert said.count(". ") == 0
    assert said.endswith(".")


def test_slack_is_held_against_what_an_event_costs_in_the_whole_app() -> None:
    assert AGAINST["slack"] == "slack_bolt_app"
