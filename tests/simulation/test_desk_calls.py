"""What stands in Slack is the ticket as it is now, with no more calls than that takes."""

from __future__ import annotations

from chalicelib.workspaces.slack import actions

from . import agent
from .invariants import Ledger, broken
from .paths import ODD, presses, says
from .world import Step, World


def outage(minutes: int) -> Step:
    def begin(world: World) -> None:
        world.slack.down_until = world.clock.now + minutes * 60_000

    return Step(begin, when=agent.sees(actions.CLAIM), name="outage")


def test_of_updates_that_wait_together_only_the_newest_is_sent() -> None:
    world = World()
    world.run(says("whatsapp", ODD), outage(20), presses(actions.CLAIM), presses(actions.NOTE), presses(actions.CLOSE))
    rows = {item["row_id"]["S"] for _, item in world.dynamo.written if item.get("kind", {}).get("S") == "ticket_update"}

    assert broken(world, [ODD]) == []
    assert (len(rows), world.slack.edits) == (2, 1)
    assert [item["state"] for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"] == ["closed"]
