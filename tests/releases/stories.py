"""
Short stories that are stopped in mid-life: what people do before and after, and what must have come of it at the end.

A story is needed as long as a file of `states/` holds its state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.workspaces.slack import actions
from tests.simulation.paths import (
    HOURS,
    ODD,
    UNCLEAR,
    WHERE,
    judged,
    order_known,
    presses,
    reconnects,
    says,
    token_dies,
    trouble,
    waits,
    writes_reply,
)
from tests.simulation.platforms import GRAPH_LIMIT, answer
from tests.simulation.world import QUEUE_BASE, Step, World

ANSWER, THANKS = "Oui, en rose aussi. zz", "Merci beaucoup 🙏"
CLAIM = "timers: dynamodb.update_item out r#"  # as the injector names it: a row is taken to be sent
Condition = Callable[[World], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    `before` is played by the code that records, until `stop` holds `wait_ms` later; `after` by the code that takes up.

    `outside` prepares the platforms for both, `trouble` for the first only. `written`: what customers wrote. `reached`:
    how many messages reached customers in all, `tickets` how many there are.
    """

    before: Callable[[], list[Step]]
    after: Callable[[], list[Step]] = list
    stop: Condition = lambda world: True
    wait_ms: int = 0
    outside: Callable[[World], None] = lambda world: None
    trouble: Callable[[World], None] = lambda world: None
    written: tuple[str, ...]
    reached: int
    tickets: int = 0


def dies_at(call: str) -> Callable[[World], None]:
    """The worker dies after its first call in whose name this stands: the call took effect."""

    def prepare(world: World) -> None:
        def before(number: int) -> None:
            if not world.injector.plan and call in world.injector.trace[number]:
                world.injector.plan[number] = "die"

        world.injector.before = before

    return prepare


def fails_at(call: str) -> Callable[[World], None]:
    """Every call in whose name this stands fails."""

    def prepare(world: World) -> None:
        def before(number: int) -> None:
            if call in world.injector.trace[number]:
                world.injector.plan[number] = "fail"

        world.injector.before = before

    return prepare


def struck(world: World) -> bool:
    return bool(world.injector.struck)


def waiting(queue: str, name: str) -> Condition:
    """A body with this attribute waits in a queue."""
    return lambda world: any(name in json.loads(letter.body) for letter in world.sqs.queues.get(queue, ()))


def redrives() -> Step:
    """The administrator moves the dead letters back: `guichet redrive`."""

    def do(world: World) -> None:
        dead, world.sqs.dead = world.sqs.dead, []
        for name, letter in dead:
            once: dict[str, Any] = {"MessageGroupId": letter.group, "MessageDeduplicationId": f"dead{letter.number}"}
            world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/{name}", MessageBody=letter.body, **once)

    return Step(do, wait_ms=60_000, name="redrive")


STORIES: Mapping[str, Story] = {
    "a ticket that is open at the desk": Story(
        before=lambda: [says("whatsapp", ODD)],
        wait_ms=120_000,
        after=lambda: [*writes_reply(ANSWER), says("whatsapp", THANKS, wait_ms=60_000)],
        written=(ODD, THANKS),
        reached=2,
        tickets=1,
    ),
    "a burst that is held": Story(
        before=lambda: [says("whatsapp", "Bonjour kkgg")],
        wait_ms=1_000,
        after=lambda: [says("whatsapp", HOURS, wait_ms=2_000)],
        written=("Bonjour kkgg", HOURS),
        reached=1,
    ),
    "a row that was claimed and not sent": Story(
        before=lambda: [says("x", HOURS)],
        trouble=dies_at(CLAIM),
        stop=struck,
        written=(HOURS,),
        reached=1,
    ),
    "a row that was claimed, and nobody can tell whether it was sent": Story(
        before=lambda: [says("whatsapp", HOURS)],
        trouble=dies_at(CLAIM),
        stop=struck,
        written=(HOURS,),
        reached=0,
        tickets=1,
    ),
    "a row that was sent and not ended": Story(
        before=lambda: [says("messenger", HOURS)],
        trouble=dies_at("messenger POST messages"),
        stop=struck,
        written=(HOURS,),
        reached=1,
    ),
    "a row that waits for its timer": Story(
        before=lambda: [says("whatsapp", HOURS)],
        trouble=trouble("whatsapp", GRAPH_LIMIT),
        stop=lambda world: not world.whatsapp.troubles,
        wait_ms=5_000,
        written=(HOURS,),
        reached=1,
    ),
    "a clarifying question that is open": Story(
        before=lambda: [says("whatsapp", UNCLEAR)],
        outside=order_known,
        wait_ms=30_000,
        after=lambda: [says("whatsapp", "1", wait_ms=30_000)],
        written=(UNCLEAR, "1"),
        reached=2,
    ),
    "a look-up that is asked for": Story(
        before=lambda: [says("whatsapp", WHERE)],
        outside=order_known,
        stop=waiting("outbox.fifo", "look_up"),
        written=(WHERE,),
        reached=1,
    ),
    "a row of a paused account": Story(
        before=lambda: [says("whatsapp", HOURS)],
        trouble=token_dies("whatsapp"),
        wait_ms=60_000,
        after=lambda: [reconnects("whatsapp")],
        written=(HOURS,),
        reached=1,
    ),
    "a dead letter that is redriven": Story(
        before=lambda: [says("whatsapp", HOURS)],
        trouble=fails_at("process: dynamodb.transact"),
        stop=lambda world: bool(world.sqs.dead),
        after=lambda: [redrives()],
        written=(HOURS,),
        reached=1,
    ),
    "an answer that is held until the customer says hello": Story(
        before=lambda: [says("whatsapp", ODD), presses(actions.CLAIM), waits(25 * 60), *writes_reply(ANSWER)],
        wait_ms=60_000,
        after=lambda: [says("whatsapp", "Bonjour", wait_ms=3_600_000)],
        written=(ODD, "Bonjour"),
        reached=2,
        tickets=1,
    ),
    "an answer that waits for its judges": Story(
        before=lambda: [says("whatsapp", HOURS)],
        wait_ms=120_000,
        after=lambda: [judged(0, "wrong")],
        written=(HOURS,),
        reached=1,
        tickets=1,
    ),
    "a ticket that waits in its channel's line": Story(
        before=lambda: [says("whatsapp", ODD)],
        trouble=trouble("slack", answer(429, {"ok": False, "error": "ratelimited"}, retry_after="20")),
        stop=waiting("timers", "turn_of"),
        written=(ODD,),
        reached=1,
        tickets=1,
    ),
}
