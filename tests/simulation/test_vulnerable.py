"""Somebody vulnerable: urgent and in neutral words on the ticket, and never written down about the person."""

from __future__ import annotations

import json

from chalicelib.store import wire

from .paths import HOURS, says
from .world import World

MOURNS = "Mon mari est décédé, que dois-je faire de son colis ?"


def test_that_somebody_is_vulnerable_stands_on_the_ticket_and_never_on_the_contact() -> None:
    world = World().run(says("messenger", HOURS), says("messenger", MOURNS, wait_ms=60_000))
    items = {key: wire.from_avs(item) for key, item in world.dynamo.items.items()}
    of_people = [item for (pk, sk), item in items.items() if "#contact#" in pk or sk in ("identity", "head")]

    assert "ituation personnelle signalée" in str(list(world.slack.messages.values()))
    assert of_people
    assert [item for item in of_people if "vulnerable" in json.dumps(item, ensure_ascii=False, default=str)] == []
    assert [sk for (_, sk), item in items.items() if "vulnerable" in json.dumps(item, default=str)]
