"""The same verified key makes one person before their message is decided; what proves less does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.conversation import address_of
from chalicelib.engine.change import Proven
from chalicelib.model import Address, BrandId, ContactId, ConversationId
from chalicelib.services import Services
from chalicelib.stages import identified
from chalicelib.store import keys, links, merging, people, person_keys, splitting
from chalicelib.store.audit import Author
from chalicelib.store.merging import KeptApart, Proof

from .paths import ADDRESS, ELSEWHERE, HOURS, ODD, ON_MESSENGER, PARCEL, PERSON, contact_of, says, signed
from .ses import DOMAIN
from .world import SimWiring, Step, World

MAIL = f"{PERSON}@{DOMAIN}"
BY_MAIL = address_of("email", "sav@courrier.brand.example", MAIL)
THIRD = address_of("messenger", "2001", "b-3")
CUSTOMER: tuple[person_keys.Kind, str] = ("customer", "C-1042")


def services(world: World) -> Services:
    return SimWiring(world, world.settings).for_handlers


def prove(world: World, address: Address, kind: person_keys.Kind, value: str) -> identified.Outcome:
    proven = Proven(kind, value, "code")
    return identified.prove(world.brand, ContactId(contact_of(world, address)), proven, services(world))


def root(world: World, address: Address) -> str:
    return str(people.root_of(world.table, contact_of(world, address)).contact_id)


def mark(world: World, kind: person_keys.Kind, value: str) -> str:
    return person_keys.mark_of(services(world).key_secret(), world.brand, kind, value)


def apart(world: World, one: Address, other: Address) -> None:
    here, now = world.table, world.clock()
    links.keep_apart(here, contact_of(world, one), contact_of(world, other), "lea", now)
    splitting.split(here, contact_of(world, one), contact_of(world, other), now)


def test_who_typed_a_mailed_code_back_is_one_with_who_writes_from_there_and_the_first_mail_is_decided_so() -> None:
    world = World().run(says("messenger", PARCEL))
    assert prove(world, ON_MESSENGER, "mail", MAIL.upper()) == "kept"
    world.run(says("email", ODD, wait_ms=60_000))

    assert root(world, BY_MAIL) == contact_of(world, ON_MESSENGER)
    head, gone = (
        world.table.head(ConversationId(keys.new_ids(world.brand, each)[1])) for each in (ON_MESSENGER, BY_MAIL)
    )
    assert head is not None
    assert gone is not None
    assert (head.message_count, gone.message_count, gone.merged_into) == (2, 0, head.conversation_id)
    (record,) = people.known(world.table, head.contact_id).merged
    assert (record["evidence"], record["by"]) == ("mail", "rule:mail")


def test_a_mail_that_nothing_proves_is_nobody_elses() -> None:
    world = World().run(says("messenger", PARCEL))
    prove(world, ON_MESSENGER, "mail", MAIL)
    world.run(Step(lambda world: world.email.forged(PERSON, ODD), wait_ms=60_000))

    assert root(world, BY_MAIL) == contact_of(world, BY_MAIL)
    assert links.of_contact(world.table, contact_of(world, BY_MAIL)) == []


def test_a_signed_customer_id_is_one_person_on_two_browsers_and_nothing_is_read_for_it_again() -> None:
    world = World().run(signed(ON_MESSENGER, PARCEL, CUSTOMER), signed(ELSEWHERE, HOURS, CUSTOMER))
    assert root(world, ELSEWHERE) == contact_of(world, ON_MESSENGER)
    item = world.table.identity_item(ELSEWHERE) or {}
    assert item["proved"] == [mark(world, *CUSTOMER)]
    before = len(world.injector.trace)
    world.run(signed(ELSEWHERE, "Et demain ? kkzz", CUSTOMER, at="e2"))

    assert not any("#key#" in call for call in world.injector.trace[before:])


def test_two_customer_ids_of_one_mail_stop_and_ask() -> None:
    mail = ("mail", "famille@home.example")
    world = World().run(
        signed(ON_MESSENGER, PARCEL, CUSTOMER, mail), signed(ELSEWHERE, HOURS, ("customer", "C-7"), mail)
    )
    found = links.between(world.table, contact_of(world, ELSEWHERE), contact_of(world, ON_MESSENGER))

    assert root(world, ELSEWHERE) == contact_of(world, ELSEWHERE)
    assert found is not None
    assert (found.state, [each.kind for each in found.evidence]) == ("suggested", ["conflict"])


def test_a_key_of_two_persons_merges_a_third_with_neither() -> None:
    world = World().run(signed(ON_MESSENGER, PARCEL, CUSTOMER), signed(ELSEWHERE, HOURS, CUSTOMER))
    apart(world, ON_MESSENGER, ELSEWHERE)
    world.run(signed(THIRD, ODD, CUSTOMER))

    assert root(world, THIRD) == contact_of(world, THIRD)
    assert {each.other for each in links.of_contact(world.table, contact_of(world, THIRD))} == {
        contact_of(world, ON_MESSENGER),
        contact_of(world, ELSEWHERE),
    }


def test_whom_a_person_split_no_proof_merges_again_and_a_person_does() -> None:
    world = World().run(signed(ON_MESSENGER, PARCEL, CUSTOMER), signed(ELSEWHERE, HOURS, CUSTOMER))
    apart(world, ON_MESSENGER, ELSEWHERE)
    world.run(signed(ELSEWHERE, "Et demain ? kkzz", CUSTOMER, at="e2"))
    assert root(world, ELSEWHERE) == contact_of(world, ELSEWHERE)
    assert prove(world, ELSEWHERE, "customer", "C-1042") == "refused"
    one, other = contact_of(world, ON_MESSENGER), contact_of(world, ELSEWHERE)
    said = Proof(evidence="agent", reason="they called", by="lea", at=world.clock())
    with pytest.raises(KeptApart):
        merging.join(world.table, one, other, replace(said, evidence="link"))

    merging.merge(world.table, one, other, said)
    assert root(world, ELSEWHERE) == one


def test_a_family_telephone_joins_nobody_once_a_person_said_so() -> None:
    world = World().run(says("messenger", PARCEL), signed(ELSEWHERE, HOURS))
    person_keys.share(world.table, mark(world, "phone", "33612345678"), Author("lea", world.clock()))

    assert prove(world, ON_MESSENGER, "phone", "06 12 34 56 78") == "refused"
    assert prove(world, ELSEWHERE, "phone", "+33 6 12 34 56 78") == "refused"
    assert links.of_contact(world.table, contact_of(world, ELSEWHERE)) == []
    person_keys.unshare(world.table, mark(world, "phone", "33612345678"))
    assert prove(world, ELSEWHERE, "phone", "+33 6 12 34 56 78") == "merged"


@pytest.mark.parametrize(("days", "outcome"), [(89, "merged"), (91, "kept")])
def test_a_number_that_was_proved_long_ago_may_be_anothers_by_now(days: int, outcome: str) -> None:
    world = World().run(says("messenger", PARCEL), signed(ELSEWHERE, HOURS))
    prove(world, ON_MESSENGER, "phone", "06 12 34 56 78")
    world.clock.now += days * 86_400_000

    assert prove(world, ELSEWHERE, "phone", "06 12 34 56 78") == outcome


def test_whatsapps_own_number_and_a_forgeable_one_stay_two_and_a_code_to_it_merges() -> None:
    world = World().run(says("whatsapp", HOURS), says("sms", ODD, wait_ms=60_000), signed(ELSEWHERE, PARCEL))
    assert root(world, address_of("sms", "4001", PERSON)) != contact_of(world, ADDRESS)

    assert prove(world, ELSEWHERE, "phone", f"+{PERSON}") == "merged"
    assert root(world, ELSEWHERE) == contact_of(world, ADDRESS)


def test_another_brands_key_is_another() -> None:
    world = World().run(signed(ON_MESSENGER, PARCEL, CUSTOMER))
    theirs = person_keys.mark_of(services(world).key_secret(), BrandId("another"), *CUSTOMER)

    assert theirs != mark(world, *CUSTOMER)
    assert person_keys.holders(world.table, theirs) == []


def test_somebody_unknown_or_erased_proves_nothing() -> None:
    world = World().run(says("messenger", PARCEL))

    assert prove(world, ELSEWHERE, "mail", MAIL) == "unknown"
    assert prove(world, ON_MESSENGER, "phone", "12") == "unknown"
