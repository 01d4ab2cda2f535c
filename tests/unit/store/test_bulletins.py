"""Exceptions in the table: what holds is one read, and every one stays as a record of who and when."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.model import Millis
from chalicelib.playbook.bulletin import Bulletin
from chalicelib.store import bulletins
from chalicelib.store.bundles import InUse, words_and_bundle
from tests.unit.playbook.test_bulletin import DAY, HOUR, exception
from tests.unit.store.fixtures import table

NOW = exception().made_at


def taken(_: tuple[Bulletin, ...]) -> bool:
    return True


def test_what_is_added_holds_and_stands_in_the_record() -> None:
    here, made = table(), exception(intents=("return",), channels=("x",), person_only=True)

    assert bulletins.add(here, made, NOW, taken)
    assert bulletins.read(here) == (made,)
    assert bulletins.history(here) == [made]


def test_what_is_refused_leaves_nothing() -> None:
    here = table()

    assert not bulletins.add(here, exception(), NOW, lambda others: False)
    assert (bulletins.read(here), bulletins.history(here)) == ((), [])


def test_who_ended_it_and_when_is_kept() -> None:
    here, other = table(), exception(bulletin_id="x2", made_at=Millis(NOW + 1))
    for each in (exception(), other):
        bulletins.add(here, each, NOW, taken)

    ended = bulletins.end(here, "x1", "U0TOM", Millis(NOW + HOUR))

    assert ended == replace(exception(), ended_at=Millis(NOW + HOUR), ended_by="U0TOM")
    assert bulletins.read(here) == (other,)
    assert bulletins.history(here) == [other, ended]


def test_what_is_over_cannot_be_ended_again_and_makes_room() -> None:
    here, seen = table(), list[tuple[Bulletin, ...]]()

    def looks(others: tuple[Bulletin, ...]) -> bool:
        seen.append(others)
        return True

    bulletins.add(here, exception(), NOW, taken)

    assert bulletins.end(here, "x1", "U0TOM", Millis(NOW + DAY)) is None
    bulletins.add(here, exception(bulletin_id="x2"), Millis(NOW + DAY), looks)
    assert seen == [()]


def test_two_people_at_once_are_both_heard() -> None:
    here = table()

    def meanwhile(others: tuple[Bulletin, ...]) -> bool:
        if not others:
            bulletins.add(here, exception(bulletin_id="x2"), NOW, taken)
        return True

    assert bulletins.add(here, exception(), NOW, meanwhile)
    assert {each.bulletin_id for each in bulletins.read(here)} == {"x1", "x2"}


def test_they_are_read_with_the_playbook_and_nothing_else_is() -> None:
    here = table()
    here.put_playbook("{}", NOW)
    bulletins.add(here, exception(), NOW, taken)

    assert words_and_bundle(here) == ("{}", InUse(), (exception(),))


def test_the_same_made_twice_is_one() -> None:
    here = table()
    for _ in range(2):
        bulletins.add(here, exception(), NOW, taken)

    assert bulletins.read(here) == (exception(),)
    assert bulletins.history(here) == [exception()]
