"""Whom the shop's server signs in the web chat: one person with whoever proved the same, before the first answer."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import Address, ConversationId
from chalicelib.store import keys, links, people

from .paths import ADDRESS, HOURS, ODD, PARCEL, PERSON, contact_of, says
from .ses import DOMAIN
from .world import Step, World

MAIL = f"{PERSON}@{DOMAIN}"
BY_MAIL = address_of("email", "sav@courrier.brand.example", MAIL)
SIGNED = address_of("webchat", "www.brand.example", "u:c-7")
LAPTOP, PHONE = "laptop", "phone"


def opened(*browsers: str, **claims: Any) -> World:
    """A world in which these browsers show the chat to one customer who is signed in."""
    world = World()
    for each in browsers:
        world.webchat.signed.add(each)
        world.webchat.claims[each] = {"sub": "c-7", "name": "Inès", **claims}
    return world


def writes(browser: str, text: str, wait_ms: int = 0) -> Step:
    return Step(lambda world: world.webchat.writes(browser, text), wait_ms=wait_ms, name=text)


def root(world: World, address: Address) -> str:
    return str(people.root_of(world.table, contact_of(world, address)).contact_id)


def counts(world: World, *addresses: Address) -> list[int]:
    """How many messages were decided in the name of each address."""
    found = [world.table.head(ConversationId(keys.new_ids(world.brand, each)[1])) for each in addresses]
    return [each.message_count if each else 0 for each in found]


def read(world: World, browser: str) -> list[str]:
    return [each["text"] for each in world.webchat.history(world, world.webchat.sessions[browser])["messages"]]


def test_two_devices_of_one_signed_customer_are_one_conversation_from_the_first_words_of_the_second() -> None:
    world = opened(LAPTOP, PHONE).run(writes(LAPTOP, HOURS, 60_000), writes(PHONE, PARCEL, 60_000))

    assert world.webchat.sessions[LAPTOP] != world.webchat.sessions[PHONE]
    assert read(world, LAPTOP) == read(world, PHONE)
    assert {HOURS, PARCEL} <= set(read(world, PHONE))
    assert len(read(world, PHONE)) == 4


@pytest.mark.parametrize("first", ["mail", "chat"])
def test_a_mail_by_dmarc_and_the_signed_same_address_are_one_before_the_answer(first: str) -> None:
    world = opened(LAPTOP, email=MAIL.upper(), email_verified=True)
    steps = [says("email", HOURS, wait_ms=60_000), writes(LAPTOP, PARCEL, 60_000)]
    world.run(*(steps if first == "mail" else reversed(steps)))
    begun, joined = (BY_MAIL, SIGNED) if first == "mail" else (SIGNED, BY_MAIL)

    assert root(world, SIGNED) == root(world, BY_MAIL) == contact_of(world, begun)
    assert counts(world, joined) == [0]  # nothing was ever decided for it alone
    (record,) = people.known(world.table, contact_of(world, begun)).merged
    assert record["by"] == ("rule:signed" if first == "mail" else "rule:mail")
    assert HOURS not in read(world, LAPTOP)  # a mail is never shown in the chat


def test_a_signed_telephone_is_one_person_with_whatsapps_own_number() -> None:
    world = opened(LAPTOP, phone_number=f"+{PERSON}", phone_number_verified=True)
    world.run(says("whatsapp", HOURS, wait_ms=60_000), writes(LAPTOP, PARCEL, 60_000))

    assert root(world, SIGNED) == contact_of(world, ADDRESS)
    assert counts(world, SIGNED) == [0]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": MAIL},
        {"email": MAIL, "email_verified": False},
        {"email": MAIL, "email_verified": "true"},
        {"phone_number": f"+{PERSON}"},
        {"phone_number": f"+{PERSON}", "email_verified": True, "phone_number_verified": None},
    ],
)
def test_what_the_shop_has_not_verified_joins_nobody(claims: dict[str, Any]) -> None:
    world = opened(LAPTOP, **claims)
    world.run(
        says("email", HOURS, wait_ms=60_000), says("whatsapp", ODD, wait_ms=60_000), writes(LAPTOP, PARCEL, 60_000)
    )

    assert root(world, SIGNED) == contact_of(world, SIGNED)
    assert links.of_contact(world.table, contact_of(world, SIGNED)) == []


def test_a_visitor_who_is_not_signed_in_is_nobody_elses_whatever_their_browser_claims() -> None:
    world = World()
    world.webchat.claims[LAPTOP] = {"email": MAIL, "email_verified": True}
    world.run(says("email", HOURS, wait_ms=60_000), writes(LAPTOP, PARCEL, 60_000))
    own = address_of("webchat", "www.brand.example", world.webchat.person_id(LAPTOP))

    assert root(world, own) == contact_of(world, own)
