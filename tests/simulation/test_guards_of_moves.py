"""Each guard of links, codes and copies alone: what would get through if it, and no other, were not there."""

from __future__ import annotations

import pytest

from chalicelib.model.queued import CODE_SUBJECT, TicketLookup
from chalicelib.quality.number_guessing import MISSES
from chalicelib.stages import order_codes

from .move_paths import (
    KNOWN,
    ORDER,
    PUT,
    asks_for,
    at,
    code_in,
    comes,
    confirms,
    continues,
    number_in,
    token_in,
    writes,
)
from .paths import HOURS, ODD, PERSON, merges, says, writes_reply
from .ses import DOMAIN
from .test_identified import services
from .test_moving import are_one, copies, evidence, gone_on, moving, said
from .test_order_codes import ASKED, brand, types, wrote_mail
from .world import Step, World

HOUR = 3_600_000


def asks(order: str, wait_ms: int = 60_000, channel: str = "messenger") -> Step:
    """Somebody who wrote elsewhere asks where an order is."""
    return writes(channel, f"Je vous ai déjà écrit par mail, où est mon colis {order} ? kkca", wait_ms)


def orders(world: World, *numbers: str) -> World:
    world.shop.orders = {each: dict(KNOWN) for each in numbers}
    return world


def shop_says(mail: str) -> Step:
    """The shop has another address of the order from now on."""
    return Step(lambda world: world.shop.orders[ORDER].update(contact_email=mail), wait_ms=30_000)


# --- codes ------------------------------------------------------------------------------------


def test_a_code_is_typed_where_it_was_asked_also_by_who_is_the_same_person_elsewhere() -> None:
    world = brand().run(
        wrote_mail(),
        writes("messenger", "Bonjour", 60_000),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        asks(ORDER),
        Step(lambda world: world.whatsapp.writes(PERSON, code_in(world)), wait_ms=30_000),
    )

    assert code_in(world)
    assert not are_one(world, at("email"), at("messenger"))


def test_an_order_whose_address_is_another_by_now_proves_neither() -> None:
    """Somebody else writes from the other address: who typed the code was never sent one there."""
    there = Step(lambda world: world.email.writes("autre", "Mon pull est-il fait en France ?"), wait_ms=60_000)
    world = brand().run(wrote_mail(), there, asks(ORDER), shop_says(f"autre@{DOMAIN}"), types())

    assert code_in(world)
    assert evidence(world) == []
    assert not are_one(world, at("messenger"), at("email", "autre"))


def test_a_forged_mail_with_the_right_code_is_no_proof() -> None:
    """Who asks by mail types it back by mail: from a server that may send for their address."""
    client = Step(lambda world: world.email.writes("client", "Mon pull est-il fait en France ?"), wait_ms=60_000)
    told = {**KNOWN, "contact_email": f"client@{DOMAIN}"}
    forged = Step(lambda world: world.email.forged(PERSON, code_in(world)), wait_ms=60_000)
    world = brand(told).run(client, asks(ORDER, channel="email"), forged)

    assert code_in(world)
    assert not are_one(world, at("email"), at("email", "client"))
    world.run(Step(lambda world: world.email.writes(PERSON, code_in(world)), wait_ms=60_000))
    assert are_one(world, at("email"), at("email", "client"))


def test_a_code_that_is_typed_where_everybody_reads_is_none() -> None:
    """On X one person has one id in private and in public."""
    person = "4400000044"
    asked = Step(lambda world: world.x.writes(person, f"Je vous ai déjà écrit par mail, où est mon colis {ORDER} ?"))
    shown = Step(lambda world: world.x.writes(person, code_in(world), public=True), wait_ms=60_000)
    world = brand().run(wrote_mail(), asked, shown)

    assert code_in(world)
    assert not are_one(world, at("email"), at("x", person))
    world.run(Step(lambda world: world.x.writes(person, code_in(world)), wait_ms=60_000))
    assert are_one(world, at("email"), at("x", person))


def test_the_fourth_order_of_one_identity_in_a_day_is_asked_no_code() -> None:
    numbers = [f"ML12345{number}" for number in range(5)]
    world = orders(brand(), *numbers).run(*(asks(each, 2 * HOUR) for each in numbers))

    assert sum(ASKED in text for text in said(world, "messenger")) == 3


def test_an_agent_has_no_code_sent_for_who_wants_no_messages() -> None:
    world = brand().run(
        writes("messenger", f"Le carton de {ORDER} est une honte", 60_000),
        writes("messenger", "STOP", 60_000),
        continues("code", 60_000),
    )

    assert code_in(world) == ""
    assert any("Aucun code n’est parti" in post.get("text", "") for post in world.slack.posts)


@pytest.mark.parametrize(("after_ms", "sent"), [(5 * 60_000, True), (11 * 60_000, False)])
def test_a_look_up_that_comes_after_the_codes_time_sends_none(after_ms: int, *, sent: bool) -> None:
    world = brand(None).run(wrote_mail(), asks(ORDER))
    mark = next(key[0].rsplit("#", 1)[1] for key in world.dynamo.items if "#code#" in key[0])
    orders(world, ORDER)
    world.clock.now += after_ms
    late = TicketLookup(brand=world.brand, ticket_id=mark, subject=CODE_SUBJECT, key="", since=0)
    order_codes.look_up(late, services(world))
    world.run()

    assert bool(code_in(world)) is sent


# --- links ------------------------------------------------------------------------------------


def wrong_number(wait_ms: int = 30_000) -> Step:
    """The origin types another number than the one that is shown there."""

    def do(world: World) -> None:
        right = number_in(world, "whatsapp")
        world.messenger.writes(PERSON, f"{(int(right) + 1) % 10**6:06d}")

    return Step(do, wait_ms=wait_ms)


@pytest.mark.parametrize(("wrong", "joined"), [(2, True), (3, False)])
def test_three_wrong_numbers_end_a_link(wrong: int, *, joined: bool) -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        *(wrong_number() for _ in range(wrong)),
        confirms("messenger", "whatsapp"),
    )

    assert are_one(world, at("messenger"), at("whatsapp")) is joined


def test_a_forged_mail_opens_no_link() -> None:
    def forged(world: World) -> None:
        world.email.forged(PERSON, f"{PUT} {token_in(world, 'messenger')}")

    world = moving().run(says("messenger", HOURS), asks_for("email"), Step(forged, wait_ms=60_000))

    assert not any("Est-ce vous" in text for text in said(world, "messenger"))


def test_a_forged_mail_with_the_right_number_is_no_answer() -> None:
    def forged(world: World) -> None:
        world.email.forged(PERSON, number_in(world, "whatsapp"))

    world = moving().run(
        Step(lambda world: world.email.writes(PERSON, "Bonjour, vous vendez des lamas roses ?")),
        continues("whatsapp"),
        comes("whatsapp", "email"),
        Step(forged, wait_ms=60_000),
    )

    assert number_in(world, "whatsapp")
    assert not are_one(world, at("email"), at("whatsapp"))


# --- copies -----------------------------------------------------------------------------------


SENDS = "Vous pouvez me l'envoyer sur Messenger ?"


def test_who_has_two_addresses_there_is_not_guessed_about() -> None:
    world = gone_on(
        Step(lambda world: world.messenger.writes("7799", "Bonjour"), wait_ms=60_000),
        merges(at("messenger"), at("messenger", "7799"), wait_ms=60_000),
        says("whatsapp", SENDS, wait_ms=60_000),
    )

    assert copies(world, "messenger") == []
    assert [each.text for each in world.messenger.said if each.person == "7799" and "Lyon" in each.text] == []


def test_an_answer_of_yesterday_is_not_what_is_meant() -> None:
    world = gone_on(writes("messenger", "Merci", 25 * HOUR), says("whatsapp", SENDS, wait_ms=60_000))

    assert copies(world, "messenger") == []


def test_an_answer_that_was_given_elsewhere_is_not_what_is_meant() -> None:
    """The hours were told on Messenger before: on WhatsApp nothing was answered that could be sent there too."""
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        says("whatsapp", SENDS, wait_ms=60_000),
    )

    assert copies(world, "messenger") == []


def test_an_answer_that_everybody_read_is_not_what_is_meant() -> None:
    """Answered under a post on X; then the same person writes there in private, and an agent sends a copy."""
    person = "4400000044"
    world = moving().run(
        writes("messenger", "Bonjour", 0),
        asks_for("x"),
        comes("x", "messenger", person=person),
        confirms("messenger", "x"),
        Step(lambda world: world.x.writes(person, f"@maison {ODD}", public=True), wait_ms=60_000),
        *writes_reply("Oui, dans notre boutique de Lyon. zz"),
        Step(lambda world: world.x.writes(person, "Et vous vendez des lamas bleus ?"), wait_ms=60_000),
        continues("copy messenger", 60_000),
    )

    assert are_one(world, at("messenger"), at("x", person))
    assert any("Lyon" in each.text and each.public for each in world.x.said)
    assert copies(world, "messenger") == []
    assert any("Rien n’est parti ailleurs" in post.get("text", "") for post in world.slack.posts)


# --- who is asked for a code ------------------------------------------------------------------


def codes_of(world: World) -> int:
    """How many codes were made, whether or not one was sent."""
    return sum("#code#" in key[0] for key in world.dynamo.items)


def test_a_forged_mail_has_no_code_made() -> None:
    text = f"Je vous ai déjà écrit sur Instagram, où est mon colis {ORDER} ? kkca"
    forged = Step(lambda world: world.email.forged(PERSON, text), wait_ms=60_000)

    assert codes_of(brand().run(forged)) == 0
    assert codes_of(brand().run(Step(lambda world: world.email.writes(PERSON, text), wait_ms=60_000))) == 1


@pytest.mark.parametrize("public", [True, False])
def test_who_asks_where_everybody_reads_has_no_code_made(*, public: bool) -> None:
    text = f"@maison je vous ai déjà écrit par mail, où est mon colis {ORDER} ? kkca"
    step = Step(lambda world: world.x.writes("4400000044", text, public=public), wait_ms=60_000)

    assert codes_of(brand().run(step)) == (0 if public else 1)


def misses(number: int) -> Step:
    """Somebody of their own asks for a code of an order that is not there, and nothing else."""
    text = f"Je vous ai déjà écrit par mail pour ML9{number:05d}, vous vendez des lamas n° ?"
    return Step(lambda world: world.messenger.writes(f"77{number}", text), wait_ms=2_000)


@pytest.mark.parametrize(("many", "made"), [(MISSES - 1, True), (MISSES, False)])
def test_orders_that_many_guess_by_codes_are_looked_up_no_more_and_no_code_is_made(many: int, *, made: bool) -> None:
    guesses = [misses(number) for number in range(many)]
    world = brand().run(*guesses, Step(lambda world: None, wait_ms=30_000), asks(ORDER))

    assert bool(code_in(world)) is made
    assert codes_of(world) == many + made


def test_an_agent_has_no_code_sent_for_what_was_asked_where_everybody_reads() -> None:
    """The same person wrote in private before; the ticket that names the order is of a public post."""
    person = "4400000044"
    world = brand().run(
        Step(lambda world: world.x.writes(person, "Bonjour"), wait_ms=60_000),
        Step(lambda world: world.x.writes(person, f"@maison {ORDER} est une honte", public=True), wait_ms=60_000),
        continues("code", 60_000),
    )

    assert any("Aucun code n’est parti" in post.get("text", "") for post in world.slack.posts)
    assert codes_of(world) == 0


# --- where everybody reads --------------------------------------------------------------------


@pytest.mark.parametrize("public", [True, False])
def test_a_link_that_is_posted_where_everybody_reads_opens_nothing(*, public: bool) -> None:
    person = "4400000044"

    def posts(world: World) -> None:
        world.x.writes(person, f"@maison {PUT} {token_in(world, 'messenger')}", public=public)

    world = moving().run(says("messenger", HOURS), asks_for("x"), Step(posts, wait_ms=60_000))

    assert token_in(world, "messenger")
    assert any("Est-ce vous" in text for text in said(world, "messenger")) is not public
    assert bool(number_in(world, "x")) is not public


@pytest.mark.parametrize(("hours", "there"), [(20, 1), (25, 0)])
def test_a_copy_is_not_sent_or_promised_where_the_window_is_over(hours: int, there: int) -> None:
    """They last wrote on Messenger long ago; what was answered on WhatsApp just now is asked for there."""
    again = says("whatsapp", "Quels sont vos horaires à Lyon ? kkca", wait_ms=hours * HOUR)
    world = gone_on(again, says("whatsapp", SENDS, wait_ms=60_000))
    promised = [text for text in said(world, "whatsapp") if "nous vous l’envoyons aussi" in text]

    assert [len(copies(world, "messenger")), len(promised)] == [there, there]
