"""
What it costs that one customer goes on elsewhere, or proves who they are: each step, in USD a million of it.

    python bench/moves.py [--json]

Measured as `bench/units.py` measures, on the same small stack and with the same prices; "share" compares a step with an
automatic reply in the same run. A step counts everything that it makes, on both channels: what is sent, receipts,
look-ups, the merge. There is no bar: a link, a code and a notice are rare, and each is limited per person and day.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rig.small_stack import DEMO_BRAND, SmallStack, small_stack
from bench.rig.walks import CHANNELS, DELIVERY, HOURS, INTENTS, TALKING, Route, answer_as_agent, mails, say
from bench.units import Bill, Settled, bill
from chalicelib.channels import REGISTRY
from chalicelib.move_port import WayIn
from chalicelib.workspaces.slack import actions
from infra.demo import agent

CAMILLE, CAMILLES, KARIM, KARIMS = "camille", "10482", "karim", "10483"  # and their orders, by the simulated shop
ASKED, ASKED_AGAIN = f"Where is my order {CAMILLES}?", f"I already wrote to you by email, where is my order {CAMILLES}?"
BY_MAIL = "Can you send it to me by email?"
COMPLAINT = "This is outrageous, nobody answers me and my coat is ruined!"
LATE = 131047  # Cloud API: more than 24 hours after the customer's last message
SIX = re.compile(r"^(\d{6})\b")


def _ways() -> dict[str, WayIn]:
    return {each: way for each in CHANNELS if (way := REGISTRY[each].traits.way_in) is not None}


# One that a link tells where it leads to, one that its customer tells by words and that closes after a day, and mail.
HERE = next(each for each, way in _ways().items() if each in TALKING and "{words}" not in way.link)
THERE = next(each for each, way in _ways().items() if each in TALKING and "{words}" in way.link)
MAIL = next(each for each in _ways() if mails(each))
LINK_WORDS = re.compile(re.escape(_ways()[THERE].link.partition("{")[0]) + r"\d+\?text=(\S+)")
GO_ON = f"Can we continue on {REGISTRY[THERE].traits.title}?"


Steps = Iterator[
    tuple[str, Callable[[], None]]
]  # each with its name; what is checked of one is checked before the next


@dataclass(frozen=True, slots=True)
class StepCost:
    """One step of a move or a proof, and what it cost."""

    name: str
    bill: Bill


class Heard(Settled):
    """The bench's classifier, which also knows the questions about an order that are asked here."""

    intents = INTENTS | {
        ASKED: "order_status",
        ASKED_AGAIN: "order_status",
        ASKED_AGAIN.replace(CAMILLES, KARIMS): "order_status",
    }


def shown(stack: SmallStack, channel: str, person: str) -> list[str]:
    """What the brand said to somebody on a channel, the newest first."""
    found = [each for each in stack.state()["bubbles"] if (each["person"], each["channel"]) == (person, channel)]
    return [each["text"] for each in reversed(found) if each["side"] == "brand"]


def found_in(pattern: re.Pattern[str], texts: list[str]) -> str:
    """What the pattern finds in the newest text that has it. Leaves where none has: then a step did not happen."""
    found = next((match[1] for match in map(pattern.search, texts) if match), "")
    if not found:
        raise SystemExit(f"bench: nothing that was said holds {pattern.pattern!r}: a step of the move did not happen.")
    return found


def steps_of_a_move(stack: SmallStack) -> Steps:
    """A customer asks for a link, comes by it, types the number that is shown there, and goes on."""
    other, who = (stack.ask("person", {"name": name, "language": "en"})["key"] for name in ("Ann Lee", "Emma Clarke"))
    for each in (other, who):
        say(stack, HERE, each, DELIVERY)
    yield "automatic reply, to compare", lambda: say(stack, HERE, other, HOURS)
    yield "a link is asked for", lambda: say(stack, HERE, who, GO_ON)
    words = unquote(found_in(LINK_WORDS, shown(stack, HERE, who)))
    yield "who comes by it is shown a number", lambda: say(stack, THERE, who, words)
    number = found_in(SIX, shown(stack, THERE, who))
    yield "the number is typed, the two are one", lambda: say(stack, HERE, who, number)
    yield "the first answer there", lambda: say(stack, THERE, who, HOURS)
    found_in(re.compile("(open)"), shown(stack, THERE, who)[:1])


def steps_of_a_code(stack: SmallStack) -> Steps:
    """A customer who wrote by mail proves it on another channel by a code, and has an answer sent by mail too."""
    other = stack.ask("person", {"name": "Ann Lee", "language": "en"})["key"]
    say(stack, THERE, other, DELIVERY)
    yield "an order's question, to compare", lambda: say(stack, THERE, other, ASKED)
    say(stack, MAIL, CAMILLE, "hello")
    say(stack, THERE, CAMILLE, DELIVERY)
    yield "the same, and a code is mailed", lambda: say(stack, THERE, CAMILLE, ASKED_AGAIN)
    code = found_in(SIX, shown(stack, MAIL, CAMILLE))
    yield "the code is typed, the two are one", lambda: say(stack, THERE, CAMILLE, code)
    say(stack, THERE, CAMILLE, HOURS)
    yield "an answer is sent by mail as well", lambda: say(stack, THERE, CAMILLE, BY_MAIL)
    found_in(re.compile("(As you asked)"), shown(stack, MAIL, CAMILLE))


def steps_of_a_late_answer(stack: SmallStack) -> Steps:
    """An agent's answer comes too late for its channel, and a mail says that it waits there."""
    say(stack, MAIL, KARIM, "hello")
    say(stack, THERE, KARIM, ASKED_AGAIN.replace(CAMILLES, KARIMS))
    say(stack, THERE, KARIM, found_in(SIX, shown(stack, MAIL, KARIM)))
    say(stack, THERE, KARIM, COMPLAINT)
    refused_as_late(stack)
    answer_as_agent(stack)
    yield "it waits, and a mail says that it does", lambda: wait_for_customer(stack)
    found_in(re.compile("(waits|waiting)"), shown(stack, MAIL, KARIM))


def wait_for_customer(stack: SmallStack) -> None:
    """The agent lets the answer that was refused wait until its customer writes again."""
    workspace = stack.state()["slack"]
    channel = next(each for each, brand in workspace["channels"].items() if brand == DEMO_BRAND)
    found = agent.tickets(workspace["messages"], channel)
    stack.ask("slack/action", agent.press(found[-1], actions.HOLD) or {})
    stack.settle()


def refused_as_late(stack: SmallStack) -> None:
    """Have the platform refuse the next message as too late: the clock cannot jump, Slack's requests would be old."""
    fault = {"channel": THERE, "fault": "error", "status": 400, "calls": "sends", "body": {"error": {"code": LATE}}}
    request = urllib.request.Request(f"{stack.page}/faults", json.dumps(fault).encode())  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - the same
        return


def costs(stack: SmallStack, steps: Steps) -> Iterator[StepCost]:
    """Go through the steps, and price each."""
    for name, do in steps:
        stack.ledger.clear()
        do()
        yield StepCost(name, bill(Route(name, HERE, (), ("",), decided=False), stack.ledger))


def drawn(found: list[StepCost]) -> str:
    """The table for people."""
    reply = found[0].bill.total
    names = "".join(f"{name:>8}" for name in ("WRU", "RRU", "SQS", "Lambda", "API"))
    return "\n".join([f"{'step':<40}{names}{'USD a million':>15}{'share':>8}", *(_line(each, reply) for each in found)])


def _line(step: StepCost, reply: float) -> str:
    b = step.bill
    units = (b.write_units, b.read_units, b.sqs_requests, b.invocations, b.api_requests)
    return (
        f"{step.name:<40}" + "".join(f"{value:>8.1f}" for value in units) + f"{b.total:>15.1f}{b.total / reply:>8.2f}"
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    chosen = parser.parse_args()
    with small_stack() as stack:
        stack.wire(Heard())
        list(costs(stack, steps_of_a_move(stack)))  # imports, caches: a warm function
        walks = (steps_of_a_move, steps_of_a_code, steps_of_a_late_answer)
        found = [each for steps in walks for each in costs(stack, steps(stack))]
    rows = [{"step": each.name, "usd_a_million": round(each.bill.total, 2)} | _units(each.bill) for each in found]
    print(json.dumps({"brand": DEMO_BRAND, "steps": rows}) if chosen.json else drawn(found))
    return 0


def _units(b: Bill) -> dict[str, Any]:
    return {"write_units": b.write_units, "read_units": b.read_units, "sqs_requests": b.sqs_requests}


if __name__ == "__main__":
    raise SystemExit(main())
