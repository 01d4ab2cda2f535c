"""Contacts are found by name, order number, telephone or e-mail; what was sought stands nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.conversation import address_of
from chalicelib.model import Account, Millis
from chalicelib.playbook.schema import Playbook
from chalicelib.stages.finding import SHOWN, Found, find
from chalicelib.store import audit, wire
from chalicelib.store.audit import Author
from chalicelib.store.directory import Directory
from chalicelib.store.table import Table

from .erasing import known_of_everybody
from .paths import ADDRESS, HOURS, PERSON, contact_of, merges, says
from .platforms import SECRET
from .ses import DOMAIN
from .world import Step, World, playbook_of

ORDER, MAIL = "ML123456", "elsa.martin@example.org"


def sought(world: World, words: str) -> Found:
    return find(*place(world), SECRET, words, Author("U0LEA", world.clock()))


def place(world: World) -> tuple[Table, Playbook, list[Account]]:
    accounts = Directory(world.dynamo, world.table.name).accounts(world.brand)
    return world.table, playbook_of("maison-lune"), list(accounts)


def ids(world: World, words: str) -> list[str]:
    return sorted(str(each.contact_id) for each in sought(world, words).people)


def named(person: str, name: str, text: str = HOURS) -> Step:
    return Step(lambda world: world.whatsapp.writes(person, text, name=name), wait_ms=60_000, name=name)


def by_number(world: World, person: str) -> str:
    return contact_of(world, address_of("whatsapp", "1001", person))


@pytest.mark.parametrize(
    "words",
    [
        "elsa martin",
        "MARTIN Elsa",
        "Élsa",
        "martin",
        ORDER,
        "ml 123456",
        MAIL,
        MAIL.upper(),
        "06 00 00 00 01",
        "+33600000001",
    ],
)
def test_a_contact_is_found_however_it_is_written(words: str) -> None:
    world = World().run(named(PERSON, "Elsa Martin", f"Mon colis {ORDER} ? {MAIL}"), named("33600000009", "Tom Durand"))

    assert ids(world, words) == [by_number(world, PERSON)]


@pytest.mark.parametrize(
    "words", ["Elsa Durand", "els", "", "?", "06 00 00 00 77", "ML999999", "no@example.org", "\ud800"]
)
def test_who_is_not_there_is_not_found(words: str) -> None:
    world = World().run(named(PERSON, "Elsa Martin", f"{HOURS} {ORDER}"), named("33600000009", "Tom Durand"))

    assert ids(world, words) == []


def test_a_number_of_a_range_that_the_library_does_not_know_is_found() -> None:
    world = World().run(named("33639980001", "Elsa Martin"))

    assert ids(world, "06 39 98 00 01") == [by_number(world, "33639980001")]


def test_who_writes_by_mail_is_found_by_their_address_without_having_typed_it() -> None:
    world = World().run(Step(lambda world: world.email.writes("elsa", "Vos horaires svp ?")))
    (contact_id,) = known_of_everybody(world).contacts

    assert ids(world, f"Elsa@{DOMAIN}") == [contact_id]


def test_merged_people_are_found_once_and_an_erased_one_not_at_all() -> None:
    other = "33600000009"
    world = World().run(named(PERSON, "Elsa Martin"), named(other, "Elsa Durand"))
    world.run(merges(ADDRESS, address_of("whatsapp", "1001", other), wait_ms=60_000))

    assert ids(world, "durand") == ids(world, "elsa") == [contact_of(world, ADDRESS)]
    world.run(Step(lambda world: None, wait_ms=900_000))
    assert erase(world.table, contact_of(world, ADDRESS), world.clock()).left == ()
    assert ids(world, "elsa") == ids(world, "06 00 00 00 01") == []
    assert [key for key in world.dynamo.items if "#key#" in key[0]] == []


def test_a_crowd_costs_as_much_as_one_and_two_words_find_the_one_among_them() -> None:
    crowd = [named(f"336000001{number:02}", f"Marie N{number:02}x") for number in range(30)]
    world = World().run(named(PERSON, "Marie Curie"), *crowd)

    found = sought(world, "Marie")
    assert (len(found.people), found.more) == (SHOWN, True)
    assert ids(world, "curie marie") == [by_number(world, PERSON)]
    assert _requests(world, "N07x") == _requests(World().run(named("33600000107", "Marie N07x")), "N07x")


def _requests(world: World, words: str) -> list[str]:
    """The requests that a search makes of the table, in order."""
    asked: list[str] = []

    class Counting:
        exceptions = world.dynamo.exceptions

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(world.dynamo, name)

    table = Table(Counting(), world.table.name, world.table.brand)
    find(table, *place(world)[1:], SECRET, words, Author("U0LEA", world.clock()))
    return asked


def test_what_was_sought_is_nowhere_and_the_audit_log_says_that_somebody_searched() -> None:
    world = World().run(named(PERSON, "Elsa Martin", f"{HOURS} {MAIL}"))
    before = {key: wire.from_avs(item) for key, item in world.dynamo.items.items()}
    for words in ("Elsa Martin", MAIL, "06 00 00 00 01", "Nobody Atall"):
        sought(world, words)
        world.clock.now += 1
    new = {key: wire.from_avs(item) for key, item in world.dynamo.items.items() if key not in before}

    told = [(each.by, each.what, each.after) for each in audit.lines(world.table, Millis(0))]
    wanted = ["0 by name", "1 by phone", "1 by mail", "1 by name"]
    assert told == [("U0LEA", "contact.find", each) for each in wanted]
    assert len(new) == 4
    assert not any(
        word in json.dumps([*map(str, new), *map(str, new.values())]).lower() for word in ("elsa", "atall", "3360")
    )


def test_without_the_stages_secret_nobody_is_found() -> None:
    world = World().run(says("whatsapp", HOURS))

    assert find(*place(world), "", "Léa", Author("U0LEA", world.clock())).people == []
