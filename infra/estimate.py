"""
What a month costs: AWS by the bench's measured figures (`bench/units.py --write`), and what the platforms take. Pure.

The platforms' prices are list prices, each with where it was read; they change more often than AWS's, and are mostly
the larger part. Nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.ports import Price

UNMEASURED = "not measured yet: as the dearest"
COSTS = Path(__file__).with_name("costs.json")
REPLY, TICKET = "automatic reply", "ticket, agent's reply"
SAID = {REPLY: 1, TICKET: 2}  # what the customer is sent: an answer; or that it was received, and a person's answer


def prices() -> Mapping[str, Price]:
    """Return what each channel's platform bills, as the channel itself says."""
    said = {name: kind.connecting().price for name, kind in REGISTRY.items()}
    return {name: price or Price(0, 0, 0, "it bills no message") for name, price in said.items()}


@dataclass(frozen=True, slots=True)
class Month:
    """Messages of customers, the share of them that become tickets, and the share of each channel (sums to one)."""

    messages: int
    tickets: float
    mix: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid, in USD a month."""

    who: str
    what: str
    usd: float


def estimate(month: Month, costs: Mapping[str, Any]) -> list[Line]:
    """
    List what the month costs: AWS while nobody writes and for each channel's messages, then each platform.

    A channel that the bench has not measured yet is reckoned as the dearest that it has, and its line says so.
    """
    billed = prices()
    lines = [Line("AWS", "a month in which nobody writes", sum(costs["idle_month_usd"].values()))]
    platforms = []
    for channel, share in month.mix.items():
        counts = {TICKET: month.messages * share * month.tickets, REPLY: month.messages * share * (1 - month.tickets)}
        each = {path: costs["usd_a_million"][path] for path in counts}
        usd = sum(count * each[path].get(channel, max(each[path].values())) for path, count in counts.items()) / 1e6
        guessed = "" if all(channel in usd_of for usd_of in each.values()) else f" ({UNMEASURED})"
        lines.append(Line("AWS", f"{month.messages * share:.0f} messages on {channel}{guessed}", usd))
        price, sent = billed[channel], sum(count * SAID[path] for path, count in counts.items())
        usd = month.messages * share * price.received + max(0.0, sent - price.free) * price.sent
        platforms.append(Line(channel, f"{sent:.0f} messages sent", usd))
    return lines + platforms


def measured() -> dict[str, Any]:
    """Read the bench's figures."""
    found: dict[str, Any] = json.loads(COSTS.read_text(encoding="utf-8"))
    return found
