"""What a shop's server signs of a visitor is on their card with their first words, if the playbook declares it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.channels.webchat import events as chat
from chalicelib.channels.webchat import sessions
from chalicelib.conversation import address_of
from chalicelib.model import Credentials, EventId, Message, Millis
from chalicelib.playbook.attribute import AttributeUse
from chalicelib.playbook.codec import to_json
from chalicelib.store import attributes
from chalicelib.store.directory import Directory
from chalicelib.visitor_port import Visitor

from .paths import contact_of, tells
from .webchat import jwt
from .world import World, playbook_of

TIER = AttributeUse(title={"fr": "Fidélité", "en": "Loyalty"}, purpose="what to offer first", keep_days=30)
SIGNED = address_of("webchat", "8001", "u:c-1042")


def world_with(**declared: AttributeUse) -> World:
    world = World()
    world.table.put_playbook(to_json(replace(playbook_of("maison-lune"), attributes=declared)), world.clock())
    return world


def writes(world: World, number: int, *described: tuple[str, str]) -> World:
    event = Message(
        event_id=EventId(f"w{number}"),
        address=SIGNED,
        sent_at=Millis(world.clock()),
        text="Vos horaires svp ? kkaa",
        described=described,
    )
    return world.run(tells(event))


def shown(world: World, **declared: AttributeUse) -> dict[str, Any]:
    found = attributes.of_contacts(world.table, declared, [contact_of(world, SIGNED)], world.clock())
    return {name: (each.value, each.by) for name, each in found.items()}


def test_what_is_signed_and_declared_is_kept_with_the_first_words_and_the_rest_is_counted() -> None:
    world = writes(world_with(tier=TIER), 1, ("tier", "gold"), ("religion", "x"))

    assert shown(world, tier=TIER) == {"tier": ("gold", "signed")}
    assert [key for key in world.dynamo.items if key[1].startswith("attr#")] == [
        (f"maison-lune#contact#{contact_of(world, SIGNED)}", "attr#tier")
    ]
    assert world.counts["attributes_refused"] == 1


def test_what_is_signed_later_takes_its_place() -> None:
    world = writes(world_with(tier=TIER), 1, ("tier", "gold"))
    world.clock.now += 60_000
    assert shown(writes(world, 2, ("tier", "silver")), tier=TIER) == {"tier": ("silver", "signed")}


def test_a_jwt_carries_attributes_to_the_message_and_nobody_elses_word_does() -> None:
    world = World()
    accounts = Directory(world.dynamo, world.table.name).accounts(world.brand)
    account = next(each for each in accounts if each.channel == "webchat")
    held, now = Credentials(app_secrets=("s" * 40,)), Millis(world.clock())
    claims = {"aud": account.account_id, "sub": "c-1042", "jti": "j1", "exp": now // 1000 + 60}
    claims |= {"attributes": {"tier": "gold", "bad\n": "x", "list": ["x"]}}
    told = {"secret": "a" * 43, "identity": jwt(claims, "s" * 40), "described": [["tier", "platinum"]]}
    visitor = sessions.arrives(told, account, held, now)
    token = sessions.session(visitor, account, held)
    again = sessions.visitor(token, account, held, now)
    (event,) = chat.read(chat.body_of(again, {"message": {"id": "1", "text": "Bonjour"}}, now))

    assert visitor.described == again.described == (("tier", "gold"),)
    assert isinstance(event, Message)
    assert event.described == (("tier", "gold"),)
    assert events.decode(events.encode(event)) == event
    anonymous = sessions.arrives({"secret": "a" * 43, "attributes": {"tier": "gold"}}, account, held, now)
    (said,) = chat.read(
        chat.body_of(anonymous, {"message": {"id": "1", "text": "Bonjour"}, "described": [["tier", "x"]]}, now)
    )
    assert isinstance(said, Message)
    assert said.described == ()


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    )
)
def test_whatever_a_jwt_claims_is_short_printable_text_or_nothing(claimed: Any) -> None:
    found = sessions._described(claimed)

    assert all(name.isprintable() and value.isprintable() and name and value for name, value in found)
    assert Visitor(person_id=SIGNED.person_id, until=Millis(0), described=found).described == found
