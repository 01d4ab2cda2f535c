"""Order numbers guessed by many: nobody's is looked up for an hour, a person answers, and the desk is told once."""

from __future__ import annotations

from chalicelib.model import Millis
from chalicelib.quality.number_guessing import MISSES
from chalicelib.store import audit

from .paths import order_known
from .world import Step, World


def asks(number: int, *, known: bool = False, wait_ms: int = 2_000) -> Step:
    """Somebody of their own asks about one number."""
    person = f"336{number:08d}"
    wanted = "ML123456" if known else f"ML9{number:05d}"
    text = f"Où est mon colis {wanted} ?"
    return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=wait_ms, name=text)


def played(*steps: Step) -> World:
    world = World()
    order_known(world)
    return world.run(*steps)


def told(world: World) -> int:
    return sum("numéros de commande inconnus" in str(post) for post in world.slack.posts)


def reasons(world: World) -> list[str]:
    return [item["reason"]["S"] for key, item in world.dynamo.items.items() if key[1] == "ticket"]


def test_many_misses_within_the_hour_hand_every_number_to_a_person_and_the_desk_is_told_once() -> None:
    guesses = [asks(number) for number in range(MISSES)]
    world = played(*guesses, asks(90, known=True, wait_ms=30_000), asks(91), asks(92))

    (line,) = audit.lines(world.table, Millis(0))

    assert (line.by, line.what, line.before, line.after) == ("rule:guessed", "look_up.block", "asked", "blocked")
    assert told(world) == 1
    assert reasons(world) == ["many_numbers"] * 4  # the guess that was one too many, and who came after it
    assert not any("ML123456" in said.text for said in world.whatsapp.said)


def test_after_the_hour_numbers_are_looked_up_again() -> None:
    guesses = [asks(number) for number in range(MISSES)]
    world = played(*guesses, asks(90, known=True, wait_ms=3_700_000))

    assert reasons(world) == ["many_numbers"]  # the last guess
    assert any("ML123456" in said.text for said in world.whatsapp.said)


def test_a_large_shop_whose_customers_mistype_goes_on() -> None:
    found = [asks(number, known=True) for number in range(100, 100 + MISSES + 5)]
    world = played(*found, *(asks(number) for number in range(MISSES)), asks(90, known=True, wait_ms=30_000))

    assert told(world) == 0
    assert reasons(world) == []


def test_a_few_misses_are_mistakes() -> None:
    world = played(*(asks(number) for number in range(MISSES - 1)), asks(90, known=True, wait_ms=30_000))

    assert told(world) == 0
    assert reasons(world) == []
