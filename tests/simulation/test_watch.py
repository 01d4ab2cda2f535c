"""An intent whose answers customers refuse is stopped by itself, and only a person starts it again."""

from __future__ import annotations

from .paths import HOURS
from .world import Step, World


def says(person: str, text: str, wait_ms: int = 0) -> Step:
    """One of several customers writes."""
    return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=wait_ms, name=text)


def stopped(world: World) -> bool:
    scope = world.table.control().scopes.get("intent:opening_hours")
    return scope is not None and scope.stopped


def test_three_refusals_of_three_stop_the_intent_and_a_person_is_asked_instead() -> None:
    world = World()
    for number in range(3):
        assert not stopped(world)
        person = f"3360000010{number}"
        world.run(says(person, HOURS), says(person, "non", 60_000))
    assert stopped(world)
    assert world.counts["classifier_tightened"] == 1
    before = len(world.whatsapp.said)

    world.run(says("33600000109", HOURS))

    assert len(world.whatsapp.said) == before
    tickets = [item for key, item in world.dynamo.items.items() if key[1] == "ticket"]
    assert any("33600000109" in str(item) and "stopped" in str(item) for item in tickets)


def test_answers_that_are_taken_stop_nothing() -> None:
    world = World()
    for number in range(4):
        world.run(says(f"3360000020{number}", HOURS))

    assert not stopped(world)
    assert "classifier_tightened" not in world.counts
