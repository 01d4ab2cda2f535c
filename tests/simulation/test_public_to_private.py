"""A comment and its private continuation are one thread, by what the platform shows of the answer, and nothing else."""

from __future__ import annotations

from chalicelib.conversation import address_of
from chalicelib.store import people

from .paths import ODD, SIZE, presses, submits
from .test_comments import LATER, writes
from .test_one_person import person_at, tickets
from .world import Step, World

WRITER = "33610000001"
COMMENTED, IN_PRIVATE = address_of("facebook", "2001", WRITER), address_of("messenger", "2001", WRITER)
ASKED = "Quelle est votre taille ?"


def privately() -> list[Step]:
    words = submits(ASKED, "private", name="words")
    return [writes(1, SIZE), presses("write_privately", wait_ms=LATER), words]


def answers_in_private(text: str = ODD, wait_ms: int = 60_000, person: str = WRITER) -> Step:
    return Step(lambda world: world.messenger.writes(person, text), wait_ms=wait_ms, name=text)


def test_who_answers_in_private_is_who_wrote_the_comment() -> None:
    world = World().run(*privately(), answers_in_private())

    assert world.table.identity(COMMENTED) is not None
    assert person_at(world, COMMENTED) == person_at(world, IN_PRIVATE)
    whole = [message.text for message in people.timeline(world.table, person_at(world, COMMENTED))]
    assert [text for text in whole if text in (SIZE, ASKED, ODD)] == [SIZE, ASKED, ODD]
    assert tickets(world) == 1


def test_who_wrote_in_private_before_becomes_one_with_them() -> None:
    world = World().run(answers_in_private(wait_ms=0), *privately())

    assert person_at(world, COMMENTED) == person_at(world, IN_PRIVATE)


def test_the_same_number_of_both_channels_proves_nothing_by_itself() -> None:
    world = World().run(writes(1, SIZE), answers_in_private())

    assert person_at(world, COMMENTED) != person_at(world, IN_PRIVATE)


def test_without_the_platforms_echo_they_stay_two() -> None:
    world = World()
    world.facebook.mute = True
    world.run(*privately(), answers_in_private())

    assert person_at(world, COMMENTED) != person_at(world, IN_PRIVATE)
