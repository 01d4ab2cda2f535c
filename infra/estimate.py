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

COSTS = Path(__file__).with_name("costs.json")
REPLY, TICKET = "automatic reply", "ticket, agent's reply"
SAID = {REPLY: 1, TICKET: 2}  # what the customer is sent: an answer; or that it was received, and a person's answer


@dataclass(frozen=True, slots=True)
class PlatformPrice:
    """USD for a message taken in and for one sent; `free` sent ones a month; `source` says how sure that is."""

    received: float
    sent: float
    free: int
    source: str


# Prices of November 2026, in USD (1 EUR = 1.16 USD).
PLATFORMS = {
    "messenger": PlatformPrice(0, 0, 0, "Meta bills no message of a page's answer window"),
    "whatsapp": PlatformPrice(
        0,
        0.0288,
        1_000,
        "since October 2026 an answer in the 24 h window costs the country's utility rate, and a thousand a number and "
        "month are free: told by vendors, not read at Meta; 0.0248 EUR is France's rate of 2025",
    ),
    "sms": PlatformPrice(
        0.0075,
        2 * 0.08,
        0,
        "Twilio bills each segment, here two a message of ours (one with a cedilla holds 67 characters in each); "
        "0.08 to a French mobile and 0.0075 for what comes in are from memory, not read",
    ),
    "whatsapp_twilio": PlatformPrice(
        0.005,
        0.005 + 0.0288,
        0,
        "what Meta takes (see whatsapp; its free thousand is left out), and 0.005 to Twilio a message, both ways: from "
        "memory, not read",
    ),
    "x": PlatformPrice(
        0.010,
        0.015,
        0,
        "direct messages, paid by use since spring 2026: a copy of X's price page; a post with a link costs 0.20",
    ),
}


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
    """List what the month costs: AWS while nobody writes and for each channel's messages, then each platform."""
    lines = [Line("AWS", "a month in which nobody writes", sum(costs["idle_month_usd"].values()))]
    platforms = []
    for channel, share in month.mix.items():
        counts = {TICKET: month.messages * share * month.tickets, REPLY: month.messages * share * (1 - month.tickets)}
        usd = sum(count * costs["usd_a_million"][path][channel] for path, count in counts.items()) / 1e6
        lines.append(Line("AWS", f"{month.messages * share:.0f} messages on {channel}", usd))
        price, sent = PLATFORMS[channel], sum(count * SAID[path] for path, count in counts.items())
        usd = month.messages * share * price.received + max(0.0, sent - price.free) * price.sent
        platforms.append(Line(channel, f"{sent:.0f} messages sent", usd))
    return lines + platforms


def measured() -> dict[str, Any]:
    """Read the bench's figures."""
    found: dict[str, Any] = json.loads(COSTS.read_text(encoding="utf-8"))
    return found
