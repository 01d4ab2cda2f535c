"""
A strike, simulated: a thousand messages a second for one brand against token buckets; what gives way, when, and then.

    python bench/strike.py [--json] [--rate 1000] [--seconds 600] [--tickets 0.3]

What a message costs is counted on today's pipeline in the simulation (bench/rig/counted.py); Lambda's times are its
calls at bench/rig/prices.py's latencies and CPU_MS. "before" is commit 53191a4's limits with today's counts: the desk's
rows in timers, each its own way to Slack; 8 due shards; 500 requests a second. Nothing refused is lost here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig.counted import AUTOMATIC, TICKET, Use, counted
from bench.rig.prices import LATENCY_MS
from chalicelib.stages.digests import AT_ONCE, DEPTH
from chalicelib.store import keys
from chalicelib.workspaces.slack.traits import TRAITS
from infra.http_api import THROTTLE
from infra.template import SOURCES

HOOKS = "POST /webhooks/{channel}/{account_key}"
TABLE_WRITES, PARTITION_WRITES = 4_000, 1_000  # a new on-demand table, or index; one partition key: units a second
# Milliseconds of a warm invocation's CPU at its memory's share, of bench/units.py --operations on 2026-11-29.
CPU_MS = {"process": 25 * 1_769 / 1_024, "deliver": 25 * 1_769 / 256, "timers": 29 * 1_769 / 256}
CPU_MS["desk"] = 20 * 1_769 / 256
HORIZON_S = 24 * 3_600


@dataclass(frozen=True, slots=True)
class Setting:
    """One state of the design."""

    name: str
    hooks: float
    shards: int
    copies: Mapping[str, int]
    line: bool  # the desk has a queue, a function and a line of its own, with digests
    retry_s: int = 30  # what Slack asks for


BEFORE = Setting("before", 500, 8, {"process": 50, "deliver": 50, "timers": 50}, line=False)
AFTER = Setting(
    "after",
    THROTTLE[HOOKS][0],
    keys.DUE_SHARDS,
    {each.lower(): source.at_once for each, source in SOURCES.items()},
    line=True,
)


@dataclass(slots=True)
class Bucket:
    """So many tokens a second, and no more at once."""

    rate: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.rate

    def refill(self) -> None:
        """A second passed."""
        self.tokens = min(self.rate, self.tokens + self.rate)

    def take(self, wanted: float) -> float:
        """Gives how many of the wanted tokens there were."""
        granted = min(wanted, self.tokens)
        self.tokens -= granted
        return granted


@dataclass(slots=True)
class Limit:
    """A limit a second, what a message takes of it in the mean."""

    name: str
    rate: float
    message: float

    @property
    def gives_way(self) -> float:
        """Messages a second."""
        return self.rate / self.message if self.message else float("inf")


Mixed = Sequence[tuple[float, Mapping[str, Use]]]  # share of the messages, uses by function


def busy_ms(uses: Mapping[str, Use], function: str) -> float:
    """How long a message holds a copy of this function."""
    use = uses.get(function)
    if use is None:
        return 0.0
    calls = sum(LATENCY_MS[kind] * count for kind, count in use.calls.items() if kind != "ssm")
    return use.invocations * CPU_MS[function] + calls


def limits(setting: Setting, mixed: Mixed, tickets: float) -> list[Limit]:
    """All limits, the first to give way first."""

    def each(name: str) -> float:
        return float(sum(share * sum(getattr(use, name) for use in uses.values()) for share, uses in mixed))

    def shared(kind: str) -> float:
        return sum(share * sum(use.shared.get(kind, 0) for use in uses.values()) for share, uses in mixed)

    index, line = each("index"), each("line")
    hooks = sum(share * uses["api"].invocations for share, uses in mixed)
    told = 1000 / TRAITS.pace_ms * AT_ONCE if setting.line else 1.0
    found = [
        Limit("Slack, one message a second a channel", 1.0, tickets),
        Limit("table, new on-demand", TABLE_WRITES, each("table")),
        Limit("due index, new on-demand", TABLE_WRITES, index + line),
        Limit("due index, its shards", setting.shards * PARTITION_WRITES, index + (0 if setting.line else line)),
        Limit("tally item of an intent", PARTITION_WRITES, shared("tally")),
        Limit("daily figures, an item of 16", PARTITION_WRITES, shared("figures")),
        Limit("API route of webhooks, receipts with it", setting.hooks, hooks),
    ]
    if setting.line:
        found += [Limit("the desk's line, one index key", PARTITION_WRITES, line)]
        found += [Limit("Slack with digests", told, tickets)]
    for function, copies in setting.copies.items():
        if function in CPU_MS and (function != "desk" or setting.line):
            held = sum(share * busy_ms(uses, function) for share, uses in mixed) / 1000
            if function == "desk":
                continue  # a line's turn holds one copy of it, whatever waits
            if function == "timers" and not setting.line:
                held += sum(share * busy_ms(uses, "desk") for share, uses in mixed) / 1000
            found.append(Limit(f"{function}, {copies} copies", copies, held))
    return sorted((each for each in found if each.message), key=lambda each: each.gives_way)


@dataclass(slots=True)
class Late:
    """Seconds: of the median and of the last one."""

    median: float
    last: float


def drained(rate: float, seconds: int, served: Callable[[int], float]) -> Late:
    """How late things are that come at `rate` for so long, in order, at a bucket of `served(second)`."""
    bucket, waiting, late = Bucket(served(0)), deque[list[float]](), list[tuple[float, float]]()
    for now in range(HORIZON_S):
        if now < seconds:
            waiting.append([now, rate])
        bucket.rate = served(now)
        bucket.refill()
        while waiting and (got := bucket.take(waiting[0][1])) > 0:
            late.append((now - waiting[0][0], got))
            waiting[0][1] -= got
            if waiting[0][1] > 1e-9:
                break
            waiting.popleft()
        if now >= seconds and not waiting:
            break
    if waiting:
        late.append((float("inf"), sum(count for _, count in waiting)))
    return _late(late)


def _late(late: list[tuple[float, float]]) -> Late:
    late.sort()
    half, passed = sum(count for _, count in late) / 2, 0.0
    for seconds, count in late:
        passed += count
        if passed >= half:
            return Late(seconds, late[-1][0])
    return Late(0.0, 0.0)


def outcome(setting: Setting, mixed: Mixed, rate: float, seconds: int, tickets: float) -> dict[str, object]:
    """What customers and agents meet at this rate; brand B writes one message a second."""
    found = limits(setting, mixed, tickets)
    slack = [each for each in found if each.name.startswith("Slack")]
    desk = max(each.gives_way for each in slack)
    shared = min(each.gives_way for each in found if each not in slack)

    def served(now: int) -> float:
        """Answers a second: a refused try at Slack holds a copy of timers; they leave a twentieth at least."""
        if setting.line:
            return shared
        timers = next(each for each in found if each.name.startswith("timers"))
        grown = max(0.0, min(rate, shared) * tickets - 1) * min(now, seconds)
        tries = max(0.0, grown - max(0, now - seconds)) / setting.retry_s * LATENCY_MS["platform"] / 1000
        return min(shared, timers.gives_way * max(0.05, 1 - tries / timers.rate))

    answers = drained(rate, seconds, served)
    return {
        "rate": rate,
        "first": found[0].name,
        "answers": asdict(answers),
        "tickets": asdict(drained(rate, seconds, lambda now: min(desk, served(now)))),
        "brand_b": asdict(answers),  # its desk is its own; queues and copies are everybody's
    }


def drawn(document: Mapping[str, list[dict[str, object]]], found: Mapping[str, list[Limit]]) -> str:
    """The table for people."""
    lines = [f"{'what gives way, in order':<46}{'limit/s':>9}{'a message':>11}{'at messages/s':>15}"]
    for name, each in found.items():
        lines.append(f"{name}:")
        lines += [f"  {x.name:<44}{x.rate:>9.1f}{x.message:>11.3f}{x.gives_way:>15.0f}" for x in each]
    lines.append(f"{'late by, seconds (median, last)':<22}{'answers':>22}{'tickets':>18}{'brand B':>18}")
    for name, rows in document.items():
        for row in rows:
            shown = [row[key] for key in ("answers", "tickets", "brand_b")]
            late = "".join(f"{x['median']:>9.0f}{x['last']:>9.0f}" for x in shown if isinstance(x, dict))
            lines.append(f"  {name:<8}{row['rate']:>8.0f}/s {late}")
        calm = [row["rate"] for row in rows if isinstance(row["brand_b"], dict) and not row["brand_b"]["last"]]
        lines.append(f"  {name}: brand B unharmed at {calm} messages a second of brand A")
    lines.append(f"inf: more than {HORIZON_S // 3600} hours; digests from {DEPTH} waiting tickets, {AT_ONCE} in each")
    return "\n".join(lines)


def main() -> int:
    """Count, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--rate", type=float, default=1_000, help="messages a second")
    parser.add_argument("--seconds", type=int, default=600, help="how long")
    parser.add_argument("--tickets", type=float, default=0.3, help="share of messages that become tickets")
    chosen = parser.parse_args()
    mixed = ((1 - chosen.tickets, counted(AUTOMATIC)), (chosen.tickets, counted(TICKET)))
    found = {each.name: limits(each, mixed, chosen.tickets) for each in (BEFORE, AFTER)}
    rates = sorted({10.0, 50.0, 100.0, 150.0, 250.0, chosen.rate})
    document = {
        each.name: [outcome(each, mixed, rate, chosen.seconds, chosen.tickets) for rate in rates]
        for each in (BEFORE, AFTER)
    }
    gives = {name: [asdict(x) | {"gives_way": x.gives_way} for x in each] for name, each in found.items()}
    print(json.dumps({"limits": gives, "outcomes": document}) if chosen.json else drawn(document, found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
