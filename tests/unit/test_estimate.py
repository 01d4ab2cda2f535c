"""What `guichet estimate` reckons, and where its figures come from."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from infra import cli, estimate
from infra.commands.estimate import _mix
from infra.names import ROOT

COSTS = {
    "idle_month_usd": {"alarms": 2.0, "free": -1.0},
    "usd_a_million": {
        estimate.REPLY: {"messenger": 20.0, "whatsapp": 30.0, "x": 10.0},
        estimate.TICKET: {"messenger": 100.0, "whatsapp": 110.0, "x": 90.0},
    },
}


def lines(messages: int, tickets: float, **mix: float) -> dict[tuple[str, str], Any]:
    found = estimate.estimate(estimate.Month(messages, tickets, mix), COSTS)
    return {(line.who, line.what): pytest.approx(line.usd) for line in found}


def test_aws_is_paid_by_path_and_the_month_by_itself() -> None:
    assert lines(1_000_000, 0.5, messenger=1.0) == {
        ("AWS", "a month in which nobody writes"): 1.0,
        ("AWS", "1000000 messages on messenger"): 60.0,
        ("messenger", "1500000 messages sent"): 0.0,
    }


def test_whatsapp_bills_what_is_sent_beyond_the_first_thousand() -> None:
    price = estimate.prices()["whatsapp"]

    assert lines(700, 0.0, whatsapp=1.0)["whatsapp", "700 messages sent"] == 0.0
    assert lines(1_000, 0.5, whatsapp=1.0)["whatsapp", "1500 messages sent"] == 500 * price.sent


def test_x_bills_both_ways() -> None:
    price = estimate.prices()["x"]

    assert lines(100, 1.0, x=1.0)["x", "200 messages sent"] == 100 * price.received + 200 * price.sent


@pytest.mark.parametrize("name", REGISTRY)
def test_every_channel_says_what_its_platform_bills_and_is_measured_once_it_can_be(name: str) -> None:
    price, kept = REGISTRY[name].connecting().price, estimate.measured()

    assert price is not None
    assert price.source
    for path in (estimate.REPLY, estimate.TICKET):
        assert kept["usd_a_million"][path].keys() <= REGISTRY.keys()


def test_a_channel_that_is_not_measured_yet_costs_as_the_dearest_and_says_so() -> None:
    assert lines(1_000_000, 0.0, sms=1.0)["AWS", f"1000000 messages on sms ({estimate.UNMEASURED})"] == 30.0


@pytest.mark.parametrize("wrong", ["", "fax=100", "x=50,x=50", "x=50", "x=a", "x=-1,messenger=101"])
def test_a_mix_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        _mix(wrong)


def test_the_page_shows_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["estimate"]) == 0
    said = capsys.readouterr().out

    assert said.partition("\n\n")[0] in (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_json_has_the_lines_and_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["estimate", "--messages", "100", "--tickets", "10", "--mix", "x=100", "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert said["total_usd"] == pytest.approx(sum(line["usd"] for line in said["lines"]), abs=0.01)
    assert said["mix"] == {"x": 1.0}
