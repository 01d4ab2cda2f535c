"""Two who are known by the same: agents are told, the bot keeps them apart, and nobody's number stands in the table."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.admin.erase import erase
from chalicelib.conversation import address_of
from chalicelib.store import keys, links, person_keys, wire

from .paths import ADDRESS, HOURS, ODD, ON_MESSENGER, PARCEL, PERSON, contact_of, says
from .world import Step, World

ORDER = "ML123456"
ON_SMS = address_of("sms", "4001", PERSON)


def kept(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: wire.from_avs(item) for key, item in world.dynamo.items.items()}


def link(world: World, one: Any, other: Any) -> links.Link | None:
    return links.between(world.table, contact_of(world, one), contact_of(world, other))


def test_the_same_number_by_whatsapp_and_sms_links_two_contacts_for_agents_and_merges_nobody() -> None:
    world = World().run(says("whatsapp", HOURS), says("sms", ODD, wait_ms=60_000))
    found = link(world, ADDRESS, ON_SMS)

    assert found is not None
    assert (found.state, found.by, [each.kind for each in found.evidence]) == ("linked", "rule:same_phone", ["phone"])
    assert world.table.identity(ADDRESS) != world.table.identity(ON_SMS)
    heads = [item for (_, sk), item in kept(world).items() if sk == keys.HEAD and "merged_into" in item]
    assert heads == []


def test_a_number_that_the_library_does_not_know_links_whom_platforms_know_by_it() -> None:
    person = "33639980001"  # one of those kept for fiction, as a range would be that was given out last week
    world = World().run(
        Step(lambda world: world.whatsapp.writes(person, HOURS), wait_ms=60_000),
        Step(lambda world: world.sms.writes(person, HOURS), wait_ms=60_000),
    )
    found = link(world, address_of("whatsapp", "1001", person), address_of("sms", "4001", person))

    assert found is not None
    assert [each.kind for each in found.evidence] == ["phone"]


def test_an_order_number_that_two_type_suggests_them_to_agents_and_no_more() -> None:
    world = World().run(says("whatsapp", PARCEL), says("whatsapp", f"Voici : {ORDER}", wait_ms=30_000))
    world.run(says("messenger", f"Bonjour, mon colis {ORDER} ?", wait_ms=60_000))
    found = link(world, ON_MESSENGER, ADDRESS)

    assert found is not None
    assert (found.state, [each.kind for each in found.evidence]) == ("suggested", ["said_order"])


def test_a_typed_number_suggests_whose_address_it_is() -> None:
    world = World().run(
        says("whatsapp", HOURS), says("messenger", "Je suis le 06 00 00 00 01, appelez-moi", wait_ms=60_000)
    )
    found = link(world, ADDRESS, ON_MESSENGER)

    assert found is not None
    assert (found.state, [each.kind for each in found.evidence]) == ("suggested", ["said_phone"])


def test_no_key_can_be_read_back_and_an_ordinary_message_writes_none() -> None:
    world = World().run(says("messenger", HOURS))
    assert _marks(world) == {}

    world.run(says("messenger", f"elsa.martin@example.org, {ORDER}, 06 12 34 56 78", wait_ms=60_000))
    marks = _marks(world)
    assert len(marks) == 6
    said = json.dumps([[*key, item] for key, item in marks.items()])
    assert not any(each in said.lower() for each in ("elsa", "example", "123456", "612345678", "61234"))


def _marks(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """What is kept of keys; not by what a name is found (test_finding.py)."""
    found = {key: item for key, item in kept(world).items() if "#key#" in key[0] or key[1].startswith("key#")}
    return {key: item for key, item in found.items() if item["kind"] != "name"}


def test_who_is_erased_is_known_by_nothing_and_linked_with_nobody() -> None:
    writes = Step(lambda world: world.messenger.writes("7700", f"{ODD} {ORDER}"), wait_ms=60_000)
    world = World().run(says("whatsapp", f"{HOURS} {ORDER}"), writes)
    mine, other = contact_of(world, ADDRESS), contact_of(world, address_of("messenger", "2001", "7700"))
    assert links.of_contact(world.table, other) != []
    world.run(Step(lambda world: None, wait_ms=900_000))
    done = erase(world.table, mine, world.clock())

    assert done.left == ()
    assert links.of_contact(world.table, other) == []
    assert person_keys.of_contact(world.table, mine) == []
    assert [each.contact_id for each in _holders(world, other)] == [other]


def _holders(world: World, contact_id: str) -> list[person_keys.Holder]:
    (key,) = person_keys.of_contact(world.table, contact_id)
    return person_keys.holders(world.table, key.mark)


def test_without_the_stages_secret_nothing_is_kept_and_everything_else_goes_on() -> None:
    world = World()
    del world.parameters["/guichet/test/app/people/keys"]
    world.run(says("whatsapp", f"{HOURS} {ORDER}"))

    assert [key for key in kept(world) if "#key#" in key[0]] == []
    assert world.counts["person_keys_without_secret"] >= 1
