"""One person under several ids of WhatsApp is one contact, one conversation, one ticket; and is erased whole."""

from __future__ import annotations

import pytest

from chalicelib.admin import erase
from chalicelib.conversation import TicketRecord, address_of
from chalicelib.model import Address
from chalicelib.store import people, splitting, wire
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import ADDRESS, HOURS, NEW_NUMBER, ON_MESSENGER, PERSON, USER, merges, presses, writes_reply
from .world import Step, World

ODD, AGAIN, THIRD = "Vous vendez des lamas roses ?", "Et en bleu ?", "Et en vert ?"
NUMBER, BY_ID, NEW = (address_of("whatsapp", "1001", person) for person in (PERSON, USER, NEW_NUMBER))


def writes(person: str, text: str, user: str = "", wait_ms: int = 60_000) -> Step:
    return Step(lambda world: world.whatsapp.writes(person, text, user=user), wait_ms=wait_ms, name=text)


def person_at(world: World, address: Address) -> people.Person:
    """Who somebody at this address is now, after all merges."""
    known = world.table.identity(address)
    assert known is not None
    return people.root_of(world.table, known[0])


def all_tickets(world: World) -> list[TicketRecord]:
    found = [key for key in world.dynamo.items if "#ticket#" in key[0]]
    return [each for key in found if (each := world.table.ticket(key[0].rsplit("#", 1)[1])) is not None]


def tickets(world: World) -> int:
    return sum(1 for key, _ in world.dynamo.items.items() if "#ticket#" in key[0])


@pytest.mark.parametrize(
    "steps",
    [
        [writes(PERSON, ODD, USER), writes("", AGAIN, USER)],
        [writes(PERSON, ODD, USER), writes(PERSON, AGAIN)],
        [writes("", ODD, USER), writes(PERSON, AGAIN, USER), writes(PERSON, THIRD)],
        [writes(PERSON, ODD), writes(PERSON, AGAIN, USER), writes("", THIRD, USER)],
    ],
)
def test_number_and_id_in_one_message_make_one_contact(steps: list[Step]) -> None:
    world = World().run(*steps)

    assert world.table.identity(NUMBER) is not None
    assert world.table.identity(NUMBER) == world.table.identity(BY_ID)
    assert tickets(world) == 1


def test_two_that_were_two_become_one_once_a_message_names_both() -> None:
    hours = "Vos horaires svp ?"
    world = World().run(writes(PERSON, hours), writes("", hours + " !", USER), writes(PERSON, AGAIN, USER))
    who = person_at(world, NUMBER)

    assert who == person_at(world, BY_ID)
    assert {address.person_id for address in people.addresses(world.table, who)} == {PERSON, USER}
    assert len(list(people.timeline(world.table, who))) >= 3


def test_two_open_tickets_become_one_that_shows_all_and_both_threads_say_so() -> None:
    world = World().run(writes(PERSON, ODD), writes("", AGAIN, USER), writes(PERSON, THIRD, USER))
    head = world.table.head(person_at(world, NUMBER).conversation_id)
    assert head is not None
    open_one = world.table.ticket(head.ticket_id)
    assert open_one is not None
    (closed,) = (each for each in all_tickets(world) if each.ticket_id != open_one.ticket_id)

    assert person_at(world, NUMBER) == person_at(world, BY_ID)
    assert (open_one.state, closed.state, closed.joined) == ("open", "closed", open_one.ticket_id)
    assert {quote.text for quote in open_one.quotes if quote.by == "customer"} == {ODD, AGAIN, THIRD}
    lines = [post.get("text", "") for post in world.slack.posts]
    assert sum("autre demande ouverte" in line for line in lines) == 1
    assert sum("messages sont désormais ici" in line for line in lines) == 1


def test_after_a_split_each_has_the_ticket_of_their_own_messages() -> None:
    world = World().run(writes(PERSON, ODD), writes("", AGAIN, USER), writes(PERSON, THIRD, USER))
    winner, loser = person_at(world, NUMBER), world.table.identity(BY_ID)
    assert loser is not None
    wrote = writes("", "Encore moi, toujours pas de bleu ?", USER)
    world.run(wrote)
    parts = Step(
        lambda world: splitting.split(world.table, winner.contact_id, loser[0], world.clock()), wait_ms=600_000
    )
    world.run(parts)  # nothing notifies for what it left to do: the sweep finds it

    shown = {}
    for who in (winner.conversation_id, loser[1]):
        head = world.table.head(who)
        assert head is not None
        ticket = world.table.ticket(head.ticket_id)
        assert ticket is not None
        assert ticket.state == "open"
        shown[who] = {quote.text for quote in ticket.quotes if quote.by == "customer"}
    assert shown == {winner.conversation_id: {ODD, THIRD}, loser[1]: {AGAIN, "Encore moi, toujours pas de bleu ?"}}


def test_an_answer_reaches_who_shows_no_number() -> None:
    world = World().run(writes("", "Vos horaires svp ?", USER))

    assert [said.person for said in world.whatsapp.said] == [USER]


def test_a_new_number_is_told_on_the_ticket_and_answered_there() -> None:
    changed = Step(lambda world: world.whatsapp.changes_number(PERSON, NEW_NUMBER), wait_ms=60_000)
    world = World().run(writes(PERSON, ODD), changed, *writes_reply("Oui, en rose aussi."))

    lines = [post.get("text", "") for post in world.slack.posts]
    assert any("Le numéro de téléphone a changé" in line for line in lines)
    assert not any(NEW_NUMBER in str(post) for post in world.slack.posts)
    assert world.table.identity(NEW) == world.table.identity(NUMBER)
    assert [said.person for said in world.whatsapp.said if "rose" in said.text] == [NEW_NUMBER]


def test_who_writes_from_the_new_number_stays_on_the_ticket() -> None:
    changed = Step(lambda world: world.whatsapp.changes_number(PERSON, NEW_NUMBER), wait_ms=60_000)
    world = World().run(writes(PERSON, ODD), changed, writes(NEW_NUMBER, "C'est Elsa, alors mon pull ?"))

    assert tickets(world) == 1
    assert agent.sees(actions.EDIT_REPLY)(world)


def test_a_new_number_of_nobody_makes_nobody() -> None:
    world = World().run(Step(lambda world: world.whatsapp.changes_number(PERSON, NEW_NUMBER)))

    assert world.table.identity(NEW) is None
    assert world.table.identity(NUMBER) is None


def test_other_system_messages_are_of_no_consequence() -> None:
    said = {"body": "x", "wa_id": NEW_NUMBER, "type": "user_identity_changed"}
    step = Step(lambda world: world.whatsapp.deliver("wamid.C", PERSON, {"type": "system", "system": said}))
    world = World().run(writes(PERSON, ODD), step)

    assert world.table.identity(NEW) is None


def test_every_address_is_erased_with_the_person() -> None:
    changed = Step(lambda world: world.whatsapp.changes_number(PERSON, NEW_NUMBER), wait_ms=60_000)
    world = World().run(writes(PERSON, ODD, USER), changed, presses(actions.CLAIM))
    contact = world.table.identity(NUMBER)[0]  # type: ignore[index]
    receipt = erase.erase(world.table, contact, world.clock())

    assert receipt.counts["addresses"] == 3
    left = str([wire.from_avs(item) for key, item in world.dynamo.items.items() if "conn" not in key[0]])
    assert not any(person in left for person in (PERSON, USER, NEW_NUMBER))


def test_a_ticket_shows_one_order_of_what_was_said_and_where() -> None:
    """Asked and answered on WhatsApp, then on Messenger: the ticket of the second shows both, each with its channel."""
    world = World().run(
        writes(PERSON, "Bonjour"),
        Step(lambda world: world.messenger.writes(PERSON, "Merci beaucoup"), wait_ms=60_000),
        merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
        writes(PERSON, HOURS, wait_ms=3 * 3_600_000),
        Step(lambda world: world.messenger.writes(PERSON, ODD), wait_ms=60_000),
        writes(PERSON, AGAIN),
    )
    (ticket,) = all_tickets(world)
    post = str(world.slack.posts)

    assert [(quote.by, quote.channel) for quote in ticket.quotes][-4:] == [
        ("customer", "whatsapp"),
        ("bot", "whatsapp"),
        ("customer", "messenger"),
        ("customer", "whatsapp"),
    ]
    assert [quote.at for quote in ticket.quotes] == sorted(quote.at for quote in ticket.quotes)
    assert "· Messenger" in post
    assert "· WhatsApp" in post


def test_two_messages_of_one_millisecond_on_two_channels_are_both_there_and_in_one_order() -> None:
    world = World().run(
        writes(PERSON, "Bonjour"),
        Step(lambda world: world.messenger.writes(PERSON, "Merci beaucoup"), wait_ms=60_000),
        merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
    )

    def at_once(world: World) -> None:
        world.clock.now += 1_000 - world.clock.now % 1_000 + 999  # WhatsApp's clock has whole seconds
        world.messenger.writes(PERSON, ODD)
        world.whatsapp.writes(PERSON, AGAIN)

    world.run(Step(at_once, wait_ms=60_000))
    who = person_at(world, NUMBER)
    orders = [[each.message_id for each in people.timeline(world.table, who)] for _ in range(2)]
    written = {each.text: each.sent_at for each in people.timeline(world.table, who)}
    (ticket,) = all_tickets(world)

    assert written[ODD] == written[AGAIN]
    assert orders[0] == orders[1]
    assert ticket.messages == 2
