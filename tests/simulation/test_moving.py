"""A conversation goes on elsewhere: the link leads on once, and shows nothing to anybody until its origin says yes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.model import Address
from chalicelib.move_tokens import mark_of
from chalicelib.playbook.codec import to_json
from chalicelib.store import links, wire
from chalicelib.workspaces.slack import actions

from . import agent
from .move_paths import (
    OTHER,
    WAYS,
    asks_for,
    at,
    comes,
    confirms,
    continues,
    number_in,
    offering,
    token_in,
    writes,
)
from .paths import HOURS, ODD, PARCEL, PERSON, contact_of, says
from .paths import writes_reply as answers_ticket
from .platforms import answer
from .test_one_person import person_at, tickets
from .world import Step, World


def said(world: World, channel: str, person: str = PERSON) -> list[str]:
    return [each.text for each in getattr(world, channel).said if each.person == person]


def writes_reply(text: str, wait_ms: int) -> list[Step]:
    first, *rest = answers_ticket(text)
    return [replace(first, wait_ms=wait_ms), *rest]


def moving(**more: Any) -> World:
    world = World(**more)
    offering(world)
    return world


def are_one(world: World, one: Address, other: Address) -> bool:
    return person_at(world, one) == person_at(world, other)


def evidence(world: World) -> list[str]:
    return [wire.from_avs(item)["evidence"] for (_, sk), item in world.dynamo.items.items() if sk.startswith("merge#")]


CONFIRMED = ("C’est confirmé", "C'est confirmé", "Confirmed", "C'est confirme")  # by SMS without what costs more


def is_confirmed(texts: list[str]) -> bool:
    return any(text.startswith(CONFIRMED) for text in texts)


# --- gone on ----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["messenger", "telegram", "x", "sms", "email"])
def test_the_very_first_words_may_ask_to_go_on_elsewhere(channel: str) -> None:
    world = moving().run(asks_for("whatsapp", channel, 0), comes("whatsapp", channel), confirms(channel, "whatsapp"))

    assert tickets(world) == 0
    assert is_confirmed(said(world, "whatsapp"))


def test_who_waits_for_a_person_may_go_on_elsewhere_and_reads_the_answer_there() -> None:
    world = moving().run(
        says("messenger", ODD),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        *writes_reply("La réponse attendue. zz", 60_000),
    )

    assert tickets(world) == 1
    assert "La réponse attendue. zz" in said(world, "whatsapp")


def test_who_is_angry_gets_no_link_but_a_person() -> None:
    world = moving().run(
        says("messenger", "C'est une honte, je suis furieuse, arnaqueurs !"), asks_for("whatsapp"), asks_for("whatsapp")
    )

    assert token_in(world, "messenger") == ""
    assert tickets(world) == 1


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "instagram", "x", "sms", "email"])
def test_a_customer_goes_on_from_messenger_by_each_link(channel: str) -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for(channel),
        comes(channel, "messenger"),
        confirms("messenger", channel),
        says(channel, ODD, wait_ms=60_000),
    )

    assert are_one(world, at("messenger"), at(channel))
    assert is_confirmed(said(world, channel))
    assert evidence(world) == ["link"]
    assert tickets(world) == 1


def test_a_customer_goes_on_from_whatsapp_to_messenger() -> None:
    world = moving().run(
        says("whatsapp", HOURS),
        asks_for("messenger", here="whatsapp"),
        comes("messenger", "whatsapp"),
        confirms("whatsapp", "messenger"),
    )

    assert are_one(world, at("messenger"), at("whatsapp"))
    assert is_confirmed(said(world, "messenger"))


def test_who_has_gone_on_is_answered_as_before_and_the_choice_is_kept() -> None:
    """The steps of the move take nothing from the answers of an hour (`decision.loop_signs`)."""
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        says("whatsapp", "Comment faire un retour ? kkmv", wait_ms=60_000),
        says("whatsapp", PARCEL, wait_ms=60_000),
    )
    head = world.table.head(person_at(world, at("whatsapp")).conversation_id)
    assert head is not None

    assert head.chosen == (at("whatsapp"),)
    assert tickets(world) == 0
    assert sum("retour" in text for text in said(world, "whatsapp")) == 1


def test_a_machine_that_sends_an_old_link_again_and_again_hears_so_often() -> None:
    again = [comes("whatsapp", "messenger", words="") for _ in range(20)]
    world = moving().run(says("messenger", HOURS), asks_for("whatsapp"), *again)

    assert len(said(world, "whatsapp")) <= 8


def test_a_bare_yes_is_asked_for_the_number_and_is_no_wrong_one() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        *[writes("messenger", "Oui", 30_000) for _ in range(4)],
        confirms("messenger", "whatsapp"),
    )

    assert are_one(world, at("messenger"), at("whatsapp"))
    assert any("number shown on WhatsApp" in text for text in said(world, "messenger"))


def test_a_press_of_the_button_is_a_no() -> None:
    def presses(world: World) -> None:
        buttons = [each.buttons for each in world.messenger.said if each.buttons][-1]
        world.messenger.presses(PERSON, *buttons[0])

    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        Step(presses, wait_ms=30_000),
        confirms("messenger", "whatsapp"),
    )

    assert not are_one(world, at("messenger"), at("whatsapp"))


def test_an_open_ticket_follows_and_its_answer_goes_where_the_customer_is_now() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        says("messenger", ODD, wait_ms=30_000),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        *writes_reply("Oui, en rose aussi. zz", wait_ms=60_000),
    )

    assert tickets(world) == 1
    assert any("en rose" in text for text in said(world, "whatsapp"))
    assert not any("en rose" in text for text in said(world, "messenger"))
    assert any("La personne continue sur WhatsApp" in post.get("text", "") for post in world.slack.posts)


def test_what_comes_with_the_link_is_decided_on_without_its_token() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger", words="Quels horaires samedi ?"),
        confirms("messenger", "whatsapp"),
    )
    token = token_in(world, "messenger")

    assert any("boutiques" in text for text in said(world, "whatsapp"))
    kept = json.dumps([[*key, wire.from_avs(item)] for key, item in world.dynamo.items.items()], default=str)
    assert token not in kept
    assert mark_of(token) in kept


# --- and nobody else --------------------------------------------------------------------------


def test_who_finds_the_link_sees_nothing_while_its_origin_says_nothing() -> None:
    world = moving().run(
        says("messenger", PARCEL + " ML123456"),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger", person=OTHER),
        says("messenger", ODD, wait_ms=60_000),
        Step(lambda world: world.whatsapp.writes(OTHER, "Où en étions-nous ?"), wait_ms=60_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp", OTHER))
    shown = "\n".join(said(world, "whatsapp", OTHER))
    assert "ML123456" not in shown
    assert "Messenger" not in shown
    found = links.between(world.table, contact_of(world, at("messenger")), contact_of(world, at("whatsapp", OTHER)))
    assert found is not None
    assert (found.state, [each.kind for each in found.evidence]) == ("suggested", ["arrived"])


def test_a_no_at_the_origin_ends_it_for_good() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger", person=OTHER),
        writes("messenger", "Non"),
        confirms("messenger", "whatsapp"),
        comes("whatsapp", "messenger"),
    )

    assert not are_one(world, at("messenger"), at("whatsapp", OTHER))
    assert evidence(world) == []
    found = links.between(world.table, contact_of(world, at("messenger")), contact_of(world, at("whatsapp", OTHER)))
    assert found is not None
    assert found.state == "refused"
    assert OVER in "\n".join(said(world, "whatsapp"))


OVER = "This link is no longer valid"


@pytest.mark.parametrize("who", [PERSON, OTHER])
def test_a_link_works_once(who: str) -> None:
    """The second who opens it is told that it is over: by then its first opener has it, whoever that is."""
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        Step(lambda world: world.whatsapp.writes("33600000077", token_in(world, "messenger")), wait_ms=30_000),
        Step(lambda world: world.whatsapp.writes(who, token_in(world, "messenger")), wait_ms=30_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp", "33600000077"))
    assert OVER in "\n".join(said(world, "whatsapp", "33600000077"))
    assert evidence(world) == ["link"]


def test_a_link_ends_after_a_day() -> None:
    world = moving().run(
        says("messenger", HOURS), asks_for("whatsapp"), comes("whatsapp", "messenger", wait_ms=24 * 3_600_000 + 1)
    )

    assert OVER in "\n".join(said(world, "whatsapp"))
    assert not any("Is it you" in text for text in said(world, "messenger"))


def test_a_yes_counts_for_an_hour() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp", wait_ms=3_660_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp"))


def test_a_yes_to_what_an_agent_asked_since_is_none_to_the_question_before() -> None:
    world = moving().run(
        says("messenger", ODD),
        continues("whatsapp"),
        comes("whatsapp", "messenger", person=OTHER),
        *writes_reply("Souhaitez-vous un échange ? zz", wait_ms=30_000),
        writes("messenger", "Oui", wait_ms=60_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp", OTHER))


def test_a_yes_from_elsewhere_is_none() -> None:
    world = moving().run(
        says("messenger", HOURS),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger", person=OTHER),
        Step(lambda world: world.whatsapp.writes(OTHER, "Oui"), wait_ms=30_000),
        Step(lambda world: world.messenger.writes("7799", "Oui"), wait_ms=30_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp", OTHER))
    assert not are_one(world, at("messenger"), at("messenger", "7799"))


@pytest.mark.parametrize("typed", [["Oui"], ["Oui, c'est moi"], ["000000", "000001", "000002", "000003"]])
def test_who_has_another_open_their_own_link_is_not_joined_with_them(typed: list[str]) -> None:
    """The number is shown to who came alone: whoever lured them there cannot say it, and the third guess ends it."""
    world = moving().run(
        says("whatsapp", PARCEL + " ML123456"),  # the victim, with a history of their own
        says("messenger", HOURS),  # who lures them
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        *[writes("messenger", each, 30_000) for each in typed],
        *([confirms("messenger", "whatsapp")] if len(typed) > 3 else []),
        writes("messenger", "Où est mon colis ?", 60_000),
    )

    assert not are_one(world, at("messenger"), at("whatsapp"))
    assert "ML123456" not in "\n".join(said(world, "messenger"))
    assert number_in(world, "whatsapp")
    assert not number_in(world, "messenger")


def test_the_number_is_stored_nowhere_and_shown_to_no_agent() -> None:
    world = moving().run(
        says("messenger", ODD), continues("whatsapp"), comes("whatsapp", "messenger"), says("whatsapp", ODD)
    )
    number = number_in(world, "whatsapp")
    kept = json.dumps([[*key, wire.from_avs(item)] for key, item in world.dynamo.items.items()], default=str)

    assert number
    assert number not in kept
    assert number not in json.dumps(world.slack.posts)


def test_a_press_that_somebody_else_makes_up_is_none() -> None:
    def presses(world: World) -> None:
        mark = mark_of(token_in(world, "messenger"))
        world.messenger.presses("7799", "Non", f"move:no:{mark}")

    world = moving().run(
        says("messenger", HOURS), asks_for("whatsapp"), comes("whatsapp", "messenger", person=OTHER),
        Step(presses, wait_ms=30_000), confirms("messenger", "whatsapp"),
    )  # fmt: skip

    assert are_one(world, at("messenger"), at("whatsapp", OTHER))


@pytest.mark.parametrize("token", ["gk" + "a" * 20, "gk" + "2" * 20])
def test_a_token_that_nobody_gave_opens_nothing(token: str) -> None:
    world = moving().run(Step(lambda world: world.whatsapp.writes(OTHER, f"Bonjour, je continue ici. {token}")))

    assert evidence(world) == []
    assert not any("Is it you" in text for text in said(world, "messenger"))


def test_a_link_of_another_brand_opens_nothing() -> None:
    world = moving().run(says("messenger", HOURS), asks_for("whatsapp"))
    token = token_in(world, "messenger")
    other = World(brand="atelier-nord")
    other.table.put_playbook(to_json(replace(other.playbook, continue_on=WAYS)), other.clock())
    other.run(Step(lambda world: world.whatsapp.writes(OTHER, token)))

    assert OVER in "\n".join(said(other, "whatsapp", OTHER)) or "plus valable" in "\n".join(
        said(other, "whatsapp", OTHER)
    )


def test_a_link_to_whatsapp_opens_nothing_on_telegram() -> None:
    world = moving().run(says("messenger", HOURS), asks_for("whatsapp"))
    token = token_in(world, "messenger")
    world.run(Step(lambda world: world.telegram.writes(OTHER, f"/start {token}"), wait_ms=30_000))

    assert not any("Is it you" in text for text in said(world, "messenger"))


def test_a_stop_at_the_origin_is_heeded() -> None:
    world = moving().run(
        says("messenger", HOURS), asks_for("whatsapp"), says("messenger", "STOP", wait_ms=30_000),
        comes("whatsapp", "messenger"), confirms("messenger", "whatsapp"),
    )  # fmt: skip

    assert not any("Is it you" in text for text in said(world, "messenger"))
    assert not are_one(world, at("messenger"), at("whatsapp"))


def test_a_forged_mail_is_no_yes() -> None:
    world = moving().run(
        Step(lambda world: world.email.writes(PERSON, "Bonjour, vous vendez des lamas roses ?")),
        continues("whatsapp"),
        comes("whatsapp", "email", person=OTHER),
        Step(lambda world: world.email.forged(PERSON, "Oui"), wait_ms=60_000),
    )

    assert not are_one(world, at("email"), at("whatsapp", OTHER))


def test_who_was_erased_meanwhile_is_joined_with_nobody() -> None:
    def erases(world: World) -> None:
        erase(world.table, contact_of(world, at("whatsapp", OTHER)), world.clock())

    world = moving().run(
        says("messenger", HOURS), asks_for("whatsapp"), comes("whatsapp", "messenger", person=OTHER),
        Step(erases, wait_ms=400_000), confirms("messenger", "whatsapp"),
    )  # fmt: skip

    assert evidence(world) == []
    assert world.counts["move_answer_not_taken"] >= 1
    left = json.dumps([[*key, wire.from_avs(item)] for key, item in world.dynamo.items.items()], default=str)
    assert OTHER not in left


# --- by an agent ------------------------------------------------------------------------------


def test_an_agent_offers_it_too_and_the_thread_says_so_without_the_link() -> None:
    world = moving().run(
        says("messenger", ODD),
        continues("telegram"),
        comes("telegram", "messenger"),
        confirms("messenger", "telegram"),
    )

    assert are_one(world, at("messenger"), at("telegram"))
    lines = [post.get("text", "") for post in world.slack.posts]
    assert any("a proposé de continuer" in line for line in lines)
    assert not any(token_in(world, "messenger") in json.dumps(post) for post in world.slack.posts)


@pytest.mark.parametrize("channel", ["messenger", "fax", "facebook"])
def test_an_agent_cannot_offer_what_leads_nowhere(channel: str) -> None:
    world = moving().run(says("messenger", ODD), continues(channel))

    assert not token_in(world, "messenger")


ON_WHATSAPP = actions.CONTINUE_TO[4]  # the ways stand in the order of their channels' names


def test_an_agent_presses_it_in_slack() -> None:
    """From the ticket's menu: the dialog, the channel, and what follows."""
    press = Step(agent.press(actions.CONTINUE), when=agent.sees(actions.CONTINUE), wait_ms=5_000)
    choose = Step(
        agent.press_in_dialog(ON_WHATSAPP),
        when=lambda world: any(agent.has_button(view, ON_WHATSAPP) for view in world.slack.views),
        wait_ms=2_000,
    )
    world = moving().run(
        says("messenger", ODD), press, choose, comes("whatsapp", "messenger"), confirms("messenger", "whatsapp")
    )

    assert are_one(world, at("messenger"), at("whatsapp"))
    assert any("Le fil de la demande dira" in json.dumps(view, ensure_ascii=False) for view in world.slack.views)


# --- the last answer there too ----------------------------------------------------------------


def gone_on(*more: Step) -> World:
    """Somebody who goes on from Messenger to WhatsApp, and asks their question there."""
    return moving().run(
        writes("messenger", "Bonjour", 0),
        asks_for("whatsapp"),
        comes("whatsapp", "messenger"),
        confirms("messenger", "whatsapp"),
        says("whatsapp", HOURS, wait_ms=60_000),
        *more,
    )


def copies(world: World, channel: str) -> list[str]:
    return [text for text in said(world, channel) if "votre demande" in text and "Lyon" in text]


@pytest.mark.parametrize("text", ["Vous pouvez me l'envoyer sur Messenger ?", "Envoyez-le-moi aussi par Messenger svp"])
def test_the_last_answer_is_sent_where_its_customer_asks_for_it_too(text: str) -> None:
    world = gone_on(says("whatsapp", text, wait_ms=120_000))

    assert len(copies(world, "messenger")) == 1
    assert copies(world, "whatsapp") == []
    assert any("nous vous l’envoyons aussi sur Messenger" in each for each in said(world, "whatsapp"))
    assert tickets(world) == 0


def test_an_agent_sends_the_last_answer_where_their_customer_is_proved_to_be() -> None:
    world = gone_on(says("whatsapp", ODD, wait_ms=60_000), continues("copy messenger", 60_000))

    assert len(copies(world, "messenger")) == 1
    assert copies(world, "whatsapp") == []
    assert any("a aussi envoyé la dernière réponse" in post.get("text", "") for post in world.slack.posts)


def test_an_agent_sends_nothing_where_nobody_proved_to_be_their_customer() -> None:
    """The same telephone number writes on Messenger: that proves nothing."""
    asked = [writes("messenger", "Bonjour", 0), says("whatsapp", HOURS, wait_ms=60_000)]
    world = moving().run(*asked, says("whatsapp", ODD, wait_ms=60_000), continues("copy messenger", 60_000))

    assert copies(world, "messenger") == []
    assert any("Rien n’est parti ailleurs" in post.get("text", "") for post in world.slack.posts)


def test_an_agent_hears_of_a_copy_that_did_not_arrive() -> None:
    def refuses(world: World) -> None:
        world.messenger.troubles.append(answer(400, {"error": {"code": 551}}))

    asked = [says("whatsapp", ODD, wait_ms=60_000), Step(refuses)]
    world = gone_on(*asked, continues("copy messenger", 60_000))

    assert copies(world, "messenger") == []
    assert any("La dernière réponse n’est pas partie ailleurs" in post.get("text", "") for post in world.slack.posts)


def test_nobody_who_is_not_proved_to_be_there_is_sent_anything_but_a_link_here() -> None:
    """The same telephone number writes on Messenger: that proves nothing."""
    world = moving().run(
        writes("messenger", "Bonjour", 0),
        says("whatsapp", HOURS, wait_ms=60_000),
        says("whatsapp", "Vous pouvez me l'envoyer sur Messenger ?", wait_ms=120_000),
    )

    assert copies(world, "messenger") == []
    assert token_in(world, "whatsapp")


def test_what_was_not_answered_today_is_not_sent() -> None:
    world = gone_on(says("whatsapp", "Vous pouvez me l'envoyer sur Messenger ?", wait_ms=26 * 3_600_000))

    assert copies(world, "messenger") == []


def test_who_wrote_stop_there_is_sent_nothing_there() -> None:
    world = gone_on(
        writes("messenger", "STOP", 60_000), says("whatsapp", "Envoyez-le-moi par Messenger", wait_ms=120_000)
    )

    assert copies(world, "messenger") == []
