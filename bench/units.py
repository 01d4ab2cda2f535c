"""
What one customer message costs on AWS with its answer and that answer's receipts, on each path; and an idle month.

    python bench/units.py [--json] [--messages 10 1000 100000] [--identities 1 20] [--operations] [--only CHANNEL]
                          [--write] [--flat]

Real handlers run in one process against a local DynamoDB and the simulated platforms; waiting is jumped over. Request
units are computed from item sizes by AWS's rules. Lambda time = measured CPU x (full CPU / this memory's share) + AWS's
and the platform's answer times, which are assumptions (bench/rig/prices.py, with the dated price table).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig import prices
from bench.rig.lengths import DRIFT_WRITES, flat, joined
from bench.rig.memory import memory_mb
from bench.rig.meter import Ledger, Spent
from bench.rig.prices import LATENCY_MS, PRICES
from bench.rig.small_stack import BENCH, SmallStack, small_stack
from bench.rig.walks import CHANNELS, INTENTS, PATHS, Route, walk
from chalicelib.model import SERVES_FIRST, Classification, Serves
from chalicelib.stages import gap_sweep
from chalicelib.triage.load_bundle import load
from infra.alarms import alarms

ROOT = Path(__file__).parent.parent
# USD a million, everything in (table, SQS, Lambda, API, logs), by path; the month in which nobody writes.
BARS_USD = {"automatic reply": 24.0, "ticket, agent's reply": 115.0}
AIMS_USD = {"automatic reply": 20.0, "ticket, agent's reply": 100.0}
IDLE_BAR_USD = 3.50
COSTS = Path(__file__).parent.parent / "infra" / "costs.json"
MINUTES_A_MONTH = 60 * 24 * 30
POLLERS, LONG_POLL_S, READ_QUEUES = 5, 20, (*3 * ("sqs_fifo",), *2 * ("sqs_standard",))
BUSY_BATCH = {"process": 10, "deliver": 10, "desk": 1, "timers": 10, "receipts": 50, "mail": 1}
FIFO_READERS = ("process", "deliver", "desk")
UNITS = ("WRU", "RRU", "SQS", "Lambda", "GB-s", "HTTP", "logs B")
MONEY = ("table", "SQS", "Lambda", "=", "API", "logs", "all")
TIME = "2025-11-22T00:00:00Z"


class Settled:
    """The shipped classifier at its real cost; what it says of the bench's own sentences is fixed."""

    intents = INTENTS

    def __init__(self) -> None:
        self._real = load(None)
        self.model = self._real.model
        # One message of `counts.SAMPLE`, by chance, is counted for drift: `DRIFT_WRITES` adds each its share instead.
        self.expected: dict[str, tuple[float, ...]] = {}

    def classify(self, text: str, serves: Serves = SERVES_FIRST) -> Classification:
        """The real classification, with the intent that the path needs."""
        found = self._real.classify(text, serves)
        if text not in self.intents:
            return replace(found, sure=False)
        intent = self.intents[text]
        return replace(found, intent=intent, guess=intent, sure=True, out_of_scope=False, several=False, language="en")


# --- money ------------------------------------------------------------------------------------


def gb_seconds(function: str, spent: Spent) -> float:
    """What Lambda bills for these invocations: our CPU at this memory's share, and all waiting."""
    memory = memory_mb(function)
    busy = spent.cpu_ms * max(1.0, prices.FULL_CPU_MB / memory)
    waiting = sum(LATENCY_MS[kind] * count for kind, count in spent.calls.items())
    return (busy + waiting) / 1000 * memory / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Units for one inbound message, and USD for a million of them by service."""

    path: str
    channel: str
    messages: int
    write_units: float
    read_units: float
    sqs_requests: float
    invocations: float
    gb_s: float
    api_requests: float
    log_bytes: float
    usd: dict[str, float]
    busy_usd: float
    reported_units: float

    @property
    def asked(self) -> float:
        """USD of what the bar counts: DynamoDB, SQS, Lambda."""
        return self.usd["dynamodb"] + self.usd["sqs"] + self.usd["lambda"]

    @property
    def total(self) -> float:
        return sum(self.usd.values())


def bill(path: Route, ledger: Ledger) -> Bill:
    """Price one walk."""
    each = 1 / len(path.now)
    by = ledger.by_function
    if path.decided:
        by["process"].wru += DRIFT_WRITES * len(path.now)
    total = {name: sum(getattr(s, name) for s in by.values()) for name in ("wru", "rru", "sqs_standard", "sqs_fifo")}
    usd, sqs, invocations = _usd(by, each, alone=True)
    busy, _, _ = _usd(by, each, alone=False)
    return Bill(
        path=path.name,
        channel=path.channel,
        messages=len(path.now),
        write_units=total["wru"] * each,
        read_units=total["rru"] * each,
        sqs_requests=sqs,
        invocations=invocations,
        gb_s=sum(gb_seconds(name, spent) for name, spent in by.items()) * each,
        api_requests=by["api"].invocations * each,
        log_bytes=_log_bytes(by) * each,
        usd=usd,
        busy_usd=sum(busy.values()),
        reported_units=sum(s.reported for s in by.values()) * each,
    )


def detail(ledger: Ledger) -> dict[str, Any]:
    """Where one walk's units and Lambda time went."""
    functions = {
        name: {
            "invocations": s.invocations,
            "cpu_ms": round(s.cpu_ms, 1),
            "gb_s": round(gb_seconds(name, s), 3),
            "log_bytes": s.log_bytes,
            "calls": dict(s.calls),
        }
        for name, s in ledger.by_function.items()
    }
    return {"units": dict(ledger.operations), "functions": functions}


def _log_bytes(by: dict[str, Spent]) -> float:
    requests = by["api"].invocations if "api" in by else 0
    ours = sum(spent.log_bytes + spent.log_lines * prices.LOG_BYTES_AN_ENTRY for spent in by.values())
    return ours + requests * prices.ACCESS_LOG_BYTES


def _usd(by: dict[str, Spent], each: float, *, alone: bool) -> tuple[dict[str, float], float, float]:
    """USD a million, SQS requests and invocations; `alone`: every event comes alone, else in full batches."""
    million = each * prices.MILLION
    requests, invocations = {"sqs_fifo": 0.0, "sqs_standard": 0.0}, 0.0
    for name, spent in by.items():
        batch = 1 if alone else BUSY_BATCH.get(name, 1)
        invocations += spent.invocations / batch
        requests["sqs_fifo"] += spent.sqs_fifo
        requests["sqs_standard"] += spent.sqs_standard
        if name in BUSY_BATCH:  # Lambda's poller receives and deletes
            requests["sqs_fifo" if name in FIFO_READERS else "sqs_standard"] += 2 * spent.invocations / batch
    lambda_usd = invocations * PRICES["lambda_request"].usd
    lambda_usd += sum(gb_seconds(name, spent) for name, spent in by.items()) * PRICES["lambda_gb_s"].usd
    usd = {
        "api": by["api"].invocations * PRICES["api_http"].usd,
        "lambda": lambda_usd,
        "dynamodb": sum(
            s.wru * PRICES["dynamodb_write"].usd + s.rru * PRICES["dynamodb_read"].usd for s in by.values()
        ),
        "sqs": sum(count * PRICES[name].usd for name, count in requests.items()),
        "logs": _log_bytes(by) / 1e9 * PRICES["logs_gb"].usd,
        "stored": sum(s.stored(PRICES["s3_put"].usd, PRICES["s3_get"].usd, PRICES["sns"].usd) for s in by.values()),
    }
    return ({name: value * million for name, value in usd.items()}, sum(requests.values()) * each, invocations * each)


def idle_month(stack: SmallStack) -> dict[str, float]:
    """
    USD for a month in which nobody writes, by cause. Free tiers that never end are in "not paid".

    An account has them once: a second stage in it pays the list price.
    """
    names = ("version", "id", "source", "detail-type", "account", "time", "region")
    rang = dict(zip(names, ("0", "1", "aws.events", "Scheduled Event", "0", TIME, prices.REGION), strict=True))
    for _ in range(2):  # the first round brings every account's list up to date
        stack.ledger.clear()
        for _ in range(gap_sweep.EVERY):
            stack.invoke("sweep", rang | {"detail": {}, "resources": []})
            stack.ahead_ms += 60_000
    spent, month = stack.ledger.by_function["sweep"], MINUTES_A_MONTH / gap_sweep.EVERY
    polls = POLLERS * MINUTES_A_MONTH * 60 / LONG_POLL_S
    polling = sum(polls * PRICES[name].usd for name in READ_QUEUES)
    free = min(prices.FREE_SQS, polls * len(READ_QUEUES)) * PRICES["sqs_standard"].usd
    sweep_lambda = MINUTES_A_MONTH * PRICES["lambda_request"].usd
    sweep_lambda += month * gb_seconds("sweep", spent) * PRICES["lambda_gb_s"].usd
    return {
        "alarms": len(alarms(BENCH)) * PRICES["alarm"].usd,
        "queue polling by Lambda": polling,
        "sweep: Lambda": sweep_lambda,
        "sweep: table reads": month * spent.rru * PRICES["dynamodb_read"].usd,
        "sweep: logs": month * _log_bytes({"sweep": spent}) / 1e9 * PRICES["logs_gb"].usd,
        "SSM parameters, schedule, empty table and queues": 0.0,
        "packages kept (0.2 GB)": 0.2 * PRICES["s3_gb"].usd,
        "not paid: free tiers": -free - sweep_lambda - prices.FREE_ALARMS * PRICES["alarm"].usd,
    }


# --- the tables -------------------------------------------------------------------------------


def drawn(
    bills: Sequence[Bill],
    idle: dict[str, float],
    lengths: Sequence[dict[str, float]],
    people: Sequence[dict[str, float]],
) -> str:
    """The tables for people."""
    lines = [
        f"per customer message with its answer and receipts; prices {prices.REGION}, {prices.DATED}; each event alone",
        f"{'':<41}{'units':^54} |{'USD a million':^56}",
        f"{'path':<31}{'channel':<10}" + "".join(map("{:>8}".format, (*UNITS, *MONEY))) + f"{'busy':>8}",
    ]
    lines += [_line(b) for b in bills]
    for path, bar in BARS_USD.items():
        lines.append(f"{path}: bar {bar:g}, aim {AIMS_USD[path]:g} USD a million, everything in (column 'all')")
    lines += lengths_drawn(lengths, people)
    lines.append("an idle month, USD:")
    lines += [f"  {name:<50}{usd:>7.2f}" for name, usd in idle.items()]
    lines.append(f"  {f'total (bar {IDLE_BAR_USD:.2f})':<50}{sum(idle.values()):>7.2f}")
    return "\n".join(lines)


def lengths_drawn(lengths: Sequence[dict[str, float]], people: Sequence[dict[str, float]]) -> list[str]:
    """The lines about long conversations, and about people with many addresses."""
    lines = ["an automatic reply by the length of its conversation:"]
    lines += [
        f"  {r['messages']:>7.0f} messages: {r['write_units']:.1f} WRU, {r['read_units']:.1f} RRU" for r in lengths
    ]
    lines.append(
        "and by how many addresses of its person were merged, at the head and at the end of a chain of merges:"
    )
    return lines + [
        f"  {r['identities']:>7.0f} addresses, {r['chain']:.0f} merges away: "
        f"{r['write_units']:.1f} WRU, {r['read_units']:.1f} RRU"
        for r in people
    ]


def _line(b: Bill) -> str:
    units = (b.write_units, b.read_units, b.sqs_requests, b.invocations, b.gb_s, b.api_requests, b.log_bytes)
    usd = (b.usd["dynamodb"], b.usd["sqs"], b.usd["lambda"], b.asked, b.usd["api"], b.usd["logs"], b.total, b.busy_usd)
    shown = [f"{value:>8.3f}" if value == b.gb_s else f"{value:>8.1f}" for value in (*units, *usd)]
    return f"{b.path:<31}{b.channel:<10}" + "".join(shown)


def main() -> int:
    """Print the tables; exit 1 where a bar is missed."""
    chosen = _chosen()
    routes = [path for path in PATHS if chosen.only in (None, path.channel)]
    bills, operations = [], {}
    with small_stack() as stack:
        stack.wire(Settled())
        for path in routes[:3]:
            walk(stack, path)  # imports, caches: a warm function
        if chosen.flat:
            return _flat(stack, chosen)
        for path in routes:
            bills.append(bill(path, ledger := walk(stack, path)))
            operations[f"{path.name}, {path.channel}"] = detail(ledger)
        lengths = [] if chosen.only else flat(stack, chosen.messages)
        people = [] if chosen.only else joined(stack, chosen.identities)
        idle = idle_month(stack)
    is_flat = _is_flat(lengths) and _is_flat(people)
    document = {
        "prices": {"region": prices.REGION, "dated": prices.DATED, "usd": {n: p.usd for n, p in PRICES.items()}},
        "bars_usd": BARS_USD | {"idle month": IDLE_BAR_USD},
        "paths": [_document(b) for b in bills],
        "lengths": lengths,
        "identities": people,
        "flat": is_flat,
        "idle_month_usd": idle,
    }
    print(json.dumps(document) if chosen.json else drawn(bills, idle, lengths, people))
    if chosen.operations:
        print(json.dumps(operations, indent=1), file=sys.stderr)
    if chosen.write:
        before = json.loads(COSTS.read_text("utf-8")) if chosen.only else {}
        COSTS.write_text(json.dumps(kept(bills, idle, before), indent=1) + "\n", "utf-8")
    met = all(b.total <= BARS_USD.get(b.path, b.total) for b in bills) and sum(idle.values()) <= IDLE_BAR_USD
    return 0 if is_flat and met else 1


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--messages", type=int, nargs="*", default=[10, 1_000, 100_000], help="lengths to compare")
    parser.add_argument("--identities", type=int, nargs="*", default=[1, 20], help="numbers of addresses to compare")
    parser.add_argument("--flat", action="store_true", help="only these two comparisons; exit 1 where one is not flat")
    parser.add_argument("--operations", action="store_true", help="show where the units of each path go")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {COSTS.name}, for guichet estimate")
    parser.add_argument("--only", choices=CHANNELS, help="this channel alone; --write keeps all other figures")
    return parser.parse_args()


def _flat(stack: SmallStack, chosen: argparse.Namespace) -> int:
    lengths, people = flat(stack, chosen.messages), joined(stack, chosen.identities)
    is_flat = _is_flat(lengths) and _is_flat(people)
    document = {"lengths": lengths, "identities": people, "flat": is_flat}
    print(json.dumps(document) if chosen.json else "\n".join(lengths_drawn(lengths, people)))
    return 0 if is_flat else 1


def _is_flat(rows: Sequence[dict[str, float]]) -> bool:
    return len({(row["write_units"], row["read_units"]) for row in rows}) <= 1


def kept(bills: Sequence[Bill], idle: dict[str, float], before: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `guichet estimate` reckons with; `before`: an earlier run's, which stays where no bill is newer."""
    million = {path: dict(known) for path, known in before.get("usd_a_million", {}).items()}
    for each in bills:
        million.setdefault(each.path, {})[each.channel] = round(each.total, 2)
    months = {"idle_month_usd": {name: round(usd, 3) for name, usd in idle.items()}}
    return {"region": prices.REGION, "prices": prices.DATED, **months, **before, "usd_a_million": million}


def _document(b: Bill) -> dict[str, Any]:
    names = [name for name in Bill.__dataclass_fields__ if name != "usd"]
    return {name: getattr(b, name) for name in names} | {"usd": b.usd, "asked_usd": b.asked, "total_usd": b.total}


if __name__ == "__main__":
    raise SystemExit(main())
