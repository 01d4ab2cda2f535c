"""
Messages a second through the local stack, and how long each waits from its webhook to the call to its platform.

    python bench/throughput.py [--json] [--messages N] [--alone N]

Plays on the running `guichet run`, else starts one and stops it. First customers who come one at a time, then N at
once on every channel. Half ask for a person (answered at once), half ask a plain question (a reply waits 2 s for a
second message, on purpose: that wait is taken off and said). Loopback only; ends after three minutes at most.
The local AWS runs the functions on this machine's processors: the number says what this machine does, not AWS.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from chalicelib.errors import UsageError
from infra.demo.stack import running_or_own
from infra.demo.stack_client import StackClient
from infra.names import LOCAL_STAGE
from infra.stage_cloud import cloud

LONGEST_S = 150.0
JOIN_S = 2.0  # playbooks/maison-lune.yaml, join_question_ms
PERSON, QUESTION = "I want to talk to someone", "What are your opening hours?"
WRITERS = 8


@dataclass(slots=True)
class Customer:
    """One message: when it was handed to the platform, when the platform was called with its answer (s, epoch)."""

    channel: str
    person_id: str
    text: str
    wrote_at: float = 0.0
    called_at: float = 0.0

    @property
    def waited(self) -> float:
        """Seconds from webhook to platform call, without the wait for a second message."""
        return self.called_at - self.wrote_at - (JOIN_S if self.text == QUESTION else 0.0)


def customers(channels: Sequence[str], count: int, run: int) -> list[Customer]:
    """New customers, channel by channel."""
    texts = (PERSON, QUESTION)
    return [
        Customer(channels[n % len(channels)], f"998{run:08d}{n:04d}", texts[n // len(channels) % 2])
        for n in range(count)
    ]


def write(client: StackClient, customer: Customer) -> None:
    """The customer writes; the simulator signs and posts the webhook at once."""
    customer.wrote_at = time.time()
    body = {
        "brand": client.brand,
        "channel": customer.channel,
        "person_id": customer.person_id,
        "name": "Sam Lee",
    }
    client.ask("write", body | {"text": customer.text})


def called(client: StackClient, waiting: Sequence[Customer], since: int) -> int:
    """Find the first send to each customer in the outbound log; returns the last number read."""
    url = f"{client.ready['simulator']['outbound_url']}?since={since}"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback, checked in main
        calls: list[dict[str, Any]] = json.load(answer)
    sends = [(json.dumps(call["body"]) + call["path"], call["at"]) for call in calls if call["kind"] == "send"]
    for customer in waiting:
        at = next((at for text, at in sends if customer.person_id in text), None)
        if at and not customer.called_at:
            customer.called_at = datetime.fromisoformat(at).timestamp()
    return calls[-1]["seq"] if calls else since


def wait(client: StackClient, everybody: Sequence[Customer], since: int, deadline: float) -> int:
    """Wait until each was answered or the deadline is over."""
    while time.monotonic() < deadline:
        waiting = [customer for customer in everybody if not customer.called_at]
        if not waiting:
            break
        since = called(client, waiting, since)
        time.sleep(0.05)
    return since


def figures(everybody: Sequence[Customer]) -> dict[str, float]:
    """Rate and percentiles of those who were answered."""
    answered = sorted(customer.waited for customer in everybody if customer.called_at)
    if not answered:
        raise UsageError("Nobody was answered: look at 'guichet status --stage local'.")
    took = max(c.called_at for c in everybody if c.called_at) - min(c.wrote_at for c in everybody)
    return {
        "messages": len(everybody),
        "answered": len(answered),
        "seconds": round(took, 2),
        "per_second": round(len(answered) / took, 2),
        "p50_s": round(answered[len(answered) // 2], 3),
        "p95_s": round(answered[min(len(answered) - 1, int(len(answered) * 0.95))], 3),
    }


def main() -> int:
    """Print the table; exit 1 when somebody was not answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--messages", type=int, default=60, metavar="N", help="messages at once, 1 to 600 (60)")
    parser.add_argument("--alone", type=int, default=6, metavar="N", help="customers one at a time (6)")
    chosen = parser.parse_args()
    deadline = time.monotonic() + LONGEST_S
    with running_or_own(lambda text: print(f"bench: {text}", file=sys.stderr)) as ready:
        if urlsplit(ready["page"]).hostname != "127.0.0.1":
            raise SystemExit("bench: this is for a stack on this machine only.")
        client, run = StackClient(cloud(LOCAL_STAGE), ready), int(time.time()) % 100_000_000
        everybody = customers(list(ready["accounts"]), chosen.alone + min(600, chosen.messages), run)
        alone, together = everybody[: chosen.alone], everybody[chosen.alone :]
        since = called(client, (), 0)
        for customer in alone:
            write(client, customer)
            since = wait(client, [customer], since, deadline)
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda customer: write(client, customer), together))
        wait(client, together, since, deadline)
    found = {"alone": figures(alone), "together": figures(together)} if alone else {"together": figures(together)}
    load = round(os.getloadavg()[0], 1)
    if chosen.json:
        print(json.dumps(found | {"load": load, "processors": os.cpu_count(), "join_wait_s": JOIN_S}))
    else:
        print(f"local stack on {os.cpu_count()} processors (load {load}); the {JOIN_S:g} s join wait is taken off")
        for name, each in found.items():
            print(f"  {name:<10}" + "  ".join(f"{key} {value:g}" for key, value in each.items()))
    return 0 if all(each["answered"] == each["messages"] for each in found.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
