"""What an agent sees in Slack of a conversation: what was said before, by whom, what came with it, what was changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.workspaces.slack import actions

from . import agent
from .exploring import shuffled
from .invariants import Ledger, readable, squeezed
from .paths import HOURS, ODD, PERSON, SHAME, deletes, edits, presses, says, writes_reply
from .world import Step, World

MORE = "Et des alpagas bleus ? kkhh"


def ticket_of(world: World) -> dict[str, Any]:
    """The newest ticket's message in Slack."""
    return agent.tickets(world)[-1]


def quoted(world: World) -> str:
    """The ticket's part that says what was said."""
    block = next(block for block in ticket_of(world)["blocks"] if block["type"] == "rich_text")
    return agent.shown({"blocks": [block]})


def thread(world: World) -> list[str]:
    """The lines of the newest ticket's thread."""
    ts = ticket_of(world)["ts"]
    return [agent.shown(m) for m in world.slack.messages.values() if m.get("thread_ts") == ts]


def in_order(text: str, *parts: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at) + len(part)
        if at < len(part):
            return False
    return True


def sends(content: dict[str, Any], wait_ms: int = 0) -> Step:
    """A customer sends something that is not plain text."""
    return Step(
        lambda world: world.whatsapp.deliver(world.whatsapp.new_id("wamid.R"), PERSON, content), wait_ms=wait_ms
    )


# --- what was said before ---


def test_a_ticket_shows_what_the_customer_asked_and_the_bot_answered_before() -> None:
    world = World().run(says("whatsapp", HOURS), says("whatsapp", "?", wait_ms=60_000))
    answer = world.whatsapp.said[0].text.splitlines()[0]

    assert in_order(quoted(world), "Client, ", HOURS, "Bot, ", answer, "Client, ", "> ?")


def test_a_ticket_that_goes_on_shows_what_the_agent_answered_meanwhile() -> None:
    world = World().run(
        says("messenger", ODD), *writes_reply("Oui, en rose aussi. zz"), says("messenger", MORE, wait_ms=60_000)
    )

    assert in_order(quoted(world), "Client, ", ODD, "Conseiller, ", "Oui, en rose aussi. zz", "Client, ", MORE)


def test_a_second_ticket_shows_how_the_first_one_ended() -> None:
    world = World().run(
        says("whatsapp", ODD),
        *writes_reply("Oui, en rose aussi. zz"),
        presses(actions.CLOSE, 60_000),
        says("whatsapp", MORE, wait_ms=60_000),
    )

    assert len(agent.tickets(world)) == 2
    assert in_order(quoted(world), ODD, "Oui, en rose aussi. zz", MORE)


def test_notes_of_the_team_are_not_shown_as_said() -> None:
    world = World().run(
        says("whatsapp", ODD),
        Step(agent.types_in_thread("je demande à l'atelier"), when=agent.sees(actions.NOTE), wait_ms=3_000),
        says("whatsapp", MORE, wait_ms=60_000),
    )

    assert MORE in quoted(world)
    assert "atelier" not in quoted(world)


# --- what it is about, and why a person ---

LAWYER = "J'en parle à mon avocat kkaw"


def about(world: World) -> str:
    """The ticket's lines between who writes and what was said."""
    return agent.shown(ticket_of(world)).split("Client, ")[0]


def test_newer_words_that_weigh_more_change_the_reason() -> None:
    world = World().run(says("whatsapp", ODD))
    assert "la question sort du carnet" in about(world)

    world.run(says("whatsapp", LAWYER, wait_ms=60_000))
    assert "le client parle de justice ou d’une autorité." in about(world)
    assert "🔴" in about(world)


@pytest.mark.parametrize(
    ("text", "detail"),
    [("Je n'ai plus envie de vivre kkdd", "vulnerable"), ("Quelqu'un a piraté mon compte client kkdd", "fraud")],
)
def test_a_danger_in_newer_words_changes_the_reason_whatever_the_classifier_reads(text: str, detail: str) -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", text, wait_ms=60_000))

    (stored,) = (item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket")
    assert (stored["reason"], stored["detail"]) == ("critical", detail)


def test_a_complaint_beside_a_plain_ticket_is_told_as_one_and_the_grave_reason_stays() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", SHAME, wait_ms=60_000))
    assert "*Réclamation*" in about(world)
    assert "c’est une réclamation." in about(world)

    world.run(says("whatsapp", LAWYER, wait_ms=60_000), says("whatsapp", SHAME, wait_ms=60_000))
    assert "le client parle de justice" in about(world)


def test_beside_a_grave_ticket_the_answer_is_proposed_and_not_said() -> None:
    burnt = "votre bougie a pris feu et ma fille est brûlée, j'appelle un avocat kkbu"
    world = World().run(says("whatsapp", burnt))
    assert "danger ou d’une blessure." in about(world)
    assert "Réponse du carnet" not in agent.shown(ticket_of(world))
    before = len(world.whatsapp.said)

    world.run(says("whatsapp", HOURS, wait_ms=60_000))
    assert len(world.whatsapp.said) == before
    assert "*Réponse du carnet* · Horaires et boutiques (à relire)" in agent.shown(ticket_of(world))
    assert "danger ou d’une blessure." in about(world)


SPANISH = "Hola, quisiera saber dónde está mi pedido kkes"


def test_the_ticket_names_the_language_of_the_last_whole_sentence() -> None:
    world = World().run(says("whatsapp", "Hola"), says("whatsapp", ODD, wait_ms=60_000))
    assert "écrit en français" in about(world)

    world.run(says("whatsapp", SPANISH, wait_ms=60_000))
    assert "écrit en espagnol" in about(world)

    world.run(says("whatsapp", "ok", wait_ms=60_000), says("whatsapp", "ML204518", wait_ms=60_000))
    assert "écrit en espagnol" in about(world)

    world.run(says("whatsapp", "Hello, please tell me what you can do about it kken", wait_ms=60_000))
    assert "écrit en anglais" in about(world)


def test_a_ticket_of_any_reason_names_a_language_that_the_brand_does_not_speak() -> None:
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM, 1_000), says("whatsapp", SPANISH, wait_ms=60_000))
    assert "écrit en espagnol" in about(world)

    danger = "Hola, la vela está rota y mi hija está en el hospital, my son got burned"
    world = World().run(says("whatsapp", danger))
    assert "écrit en espagnol" in about(world)


# --- what came with it ---


def test_a_photo_alone_is_seen_as_a_photo() -> None:
    photo = {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}}
    world = World().run(sends(photo), sends({"type": "video", "video": {"id": "2"}}, wait_ms=60_000))

    assert "📎 1 photo (impossible à récupérer\u00a0: à voir sur le canal)" in quoted(world)
    assert "> …" not in quoted(world)
    assert any("📎 1 vidéo" in line for line in thread(world))


def quotes_message(wamid: str, text: str, wait_ms: int = 60_000) -> Step:
    """A customer answers one message: the phone shows it above theirs."""
    content = {"type": "text", "text": {"body": text}, "context": {"from": PERSON, "id": wamid}}
    return sends(content, wait_ms)


def test_a_ticket_shows_which_answer_of_ours_is_quoted() -> None:
    world = World().run(says("whatsapp", HOURS))
    told = world.whatsapp.said[0]
    world.run(quotes_message(told.platform_id, "non, pas celle-là kkqt"))

    assert "↪ répond à «\u00a0" + " ".join(told.text.split())[:40] in quoted(world)
    assert in_order(quoted(world), "↪ répond à", "> non, pas celle-là kkqt")


def test_a_ticket_shows_which_message_of_their_own_is_quoted_and_forgets_it_when_it_is_taken_back() -> None:
    asked = [says("whatsapp", ODD), quotes_message("wamid.R000001", "oui celle-là kkqt")]
    world = World().run(*asked)
    assert f"↪ répond à «\u00a0{ODD}" in quoted(world)

    world.run(deletes("wamid.R000001"))
    assert "↪" not in quoted(world)
    assert "lamas" not in json.dumps([{**message, "first": None} for message in world.slack.messages.values()])


def test_an_edit_of_the_quoted_message_is_seen_in_the_quotation() -> None:
    world = World().run(
        says("whatsapp", ODD),
        quotes_message("wamid.R000001", "oui celle-là kkqt"),
        edits("wamid.R000001", "Vous vendez des lamas bleus ?"),
    )

    assert "↪ répond à «\u00a0Vous vendez des lamas bleus" in quoted(world)


@pytest.mark.parametrize("wamid", ["wamid.unknown", ""])
def test_a_quoted_message_that_nobody_knows_is_left_out(wamid: str) -> None:
    world = World().run(quotes_message(wamid, "et celle-ci, des lamas ?"))

    assert "↪" not in quoted(world)
    assert "> et celle-ci, des lamas ?" in quoted(world)


# --- what came beside it ---

BILL = {"type": "document", "document": {"id": "3", "filename": "facture_*42*.pdf", "caption": "voici kkqt"}}
BASKET = {
    "type": "order",
    "order": {
        "text": "c'est possible ? kkqt",
        "product_items": [
            {"product_retailer_id": "ALB-38", "quantity": 2, "item_price": 89.9, "currency": "EUR"},
            {"product_retailer_id": "NUI-40", "quantity": "1"},
        ],
    },
}
ABOUT = {
    "type": "text",
    "text": {"body": "elle taille grand ? kkqt"},
    "context": {"id": "", "referred_product": {"product_retailer_id": "ALB-38"}},
}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            BILL,
            ["📄 Fichier\u00a0: facture_*42*.pdf", "📎 1 document (dans le fil)"],
        ),
        (BASKET, ["🛒 Panier\u00a0: 2 × ALB-38 (89.9 EUR)", "🛒 Panier\u00a0: 1 × NUI-40"]),
        (ABOUT, ["🏷️ Produit\u00a0: ALB-38"]),
    ],
)
def test_products_baskets_and_names_of_files_are_shown(content: dict[str, Any], lines: list[str]) -> None:
    first, later = World(), World()
    for world in (first, later):
        world.whatsapp.files["3"] = b"%PDF-1.7"
    first.run(sends(content, 60_000))
    later.run(says("whatsapp", ODD), sends(content, 60_000))
    then = [line.replace("(dans", "(bientôt dans") for line in lines]

    assert [line for line in quoted(first).splitlines() if line in lines] == lines
    assert [line for line in quoted(later).splitlines() if line in lines] == lines
    assert [line for line in thread(later)[-1].splitlines() if line in then] == then


def test_what_came_beside_a_message_goes_with_it_when_it_is_taken_back() -> None:
    world = World().run(says("whatsapp", ODD), sends(BILL, 60_000), deletes("wamid.R000003"))

    shown = [{**message, "first": None} for message in world.slack.messages.values()]
    assert "facture" not in json.dumps(shown)
    assert not any("facture" in json.dumps(item) for key, item in world.dynamo.items.items() if "m#" in key[1])
    assert not any("facture" in json.dumps(item) for key, item in world.dynamo.items.items() if key[1] == "ticket")


# --- what is long ---

LONGEST = "\n\n".join(f"{n}. Il manquait <l'article {n}> & {n} autres choses." for n in range(900))[:20_000]
FOLLOW_UPS = [f"Et aussi les lamas numéro {n} ?" for n in range(9)]


@pytest.mark.parametrize("text", [LONGEST, "é" * 20_000, "\N{GRINNING FACE}" * 20_000, "& " * 10_000])
def test_a_long_message_can_be_read_whole(text: str) -> None:
    world = World().run(says("whatsapp", text))

    assert squeezed(text) in readable(world)
    assert all(len(line.encode("utf-16-le")) // 2 < 4_000 for line in thread(world))
    assert all(f"({n}/{len(thread(world))})" in line for n, line in enumerate(thread(world), 1))


def test_a_message_that_the_ticket_shows_whole_is_not_repeated_in_its_thread() -> None:
    assert thread(World().run(says("whatsapp", ODD * 40))) == []


def test_a_long_message_on_an_open_ticket_can_be_read_whole() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", LONGEST, wait_ms=60_000))

    assert squeezed(LONGEST) in readable(world)
    assert "Le client ajoute" in thread(world)[0]
    assert all("Suite" in line for line in thread(world)[1:])


def test_what_an_edit_says_can_be_read_whole() -> None:
    world = World().run(says("whatsapp", ODD), edits("wamid.R000001", LONGEST))

    assert squeezed(LONGEST) in readable(world)


@pytest.mark.parametrize("later", [1, 3, 9])
def test_what_opened_a_ticket_can_be_read_whole_whatever_follows(later: int) -> None:
    """Each message that follows takes room in the ticket's own message, and at last the first one's place."""
    first = " ".join(f"La robe numéro {n} avait un défaut." for n in range(40))
    follow_ups = [says("whatsapp", text, wait_ms=60_000) for text in FOLLOW_UPS[:later]]
    world = World().run(says("whatsapp", first), *follow_ups)

    assert squeezed(first) in readable(world)
    assert len([line for line in thread(world) if "numéro 39" in line]) == 1


@pytest.mark.parametrize("slack_down", [False, True])
def test_a_long_message_that_is_taken_back_leaves_every_line(*, slack_down: bool) -> None:
    world = World()
    if slack_down:
        world.slack.down_until = world.clock.now + 30 * 60_000
    world.run(says("whatsapp", LONGEST), deletes("wamid.R000001"))

    shown = [{**message, "first": None} for message in world.slack.messages.values()]
    assert "Il manquait" not in json.dumps([*shown, *world.dynamo.items.values()], default=str)
    assert world.counts.get("desk_row_failed", 0) == 0


# --- what was changed ---


def test_an_edit_after_the_ticket_opened_changes_the_quote_and_leaves_a_note() -> None:
    world = World().run(says("whatsapp", ODD), edits("wamid.R000001", "Vous vendez des lamas bleus ?"))

    assert ODD not in quoted(world)
    assert "lamas bleus" in quoted(world)
    assert "(modifié)" in quoted(world)
    assert any("a modifié" in line and "lamas bleus" in line for line in thread(world))


def test_an_answer_written_to_the_words_before_an_edit_is_held_back() -> None:
    world = World().run(
        says("whatsapp", ODD),
        presses(actions.EDIT_REPLY),
        edits("wamid.R000001", "Vous vendez des lamas bleus ?", wait_ms=10_000),
        Step(agent.submit("Oui, en rose. zz"), when=agent.dialog_open, wait_ms=30_000),
    )

    assert "Oui, en rose. zz" not in [said.text for said in world.whatsapp.said]
    assert any("Réponse retenue" in line for line in thread(world))


def test_a_deletion_takes_the_words_out_of_the_ticket_and_out_of_slack() -> None:
    world = World().run(says("whatsapp", ODD), deletes("wamid.R000001"))

    shown = [{**message, "first": None} for message in world.slack.messages.values()]  # "first": as it once was
    assert "lamas" not in json.dumps(shown)
    assert "retiré par le client" in quoted(world)
    assert any("a retiré" in line for line in thread(world))
    assert [key for key, item in world.dynamo.items.items() if key[1] == "ticket" and "lamas" in json.dumps(item)] == []


@pytest.mark.parametrize("slack_down", [False, True])
def test_a_deletion_reaches_the_lines_of_the_thread(*, slack_down: bool) -> None:
    """Also lines that Slack gets after the deletion, since it was down meanwhile."""
    world = World()
    if slack_down:
        world.slack.down_until = world.clock.now + 30 * 60_000
    later = [says("whatsapp", MORE, wait_ms=60_000), deletes("wamid.R000003")]
    world.run(says("whatsapp", ODD), *later)

    assert world.whatsapp.said[0].platform_id == "wamid.S000002"
    assert MORE not in quoted(world)
    assert ODD in quoted(world)
    assert not any(MORE in line for line in thread(world))
    assert world.counts.get("desk_row_failed", 0) == 0


@pytest.mark.parametrize("seed", [21, 54])
def test_a_deletion_reaches_a_line_that_is_posted_while_it_is_looked_for(seed: int) -> None:
    """The line ends between two reads: it was not yet in the timeline, and is no longer in the outbox."""
    assert shuffled("a message is taken back while its line is on its way", seed).broken == ()


def test_a_deletion_keeps_what_else_was_written_in_one_line_of_the_thread() -> None:
    texts = [f"Bonjour kkz{letter}" for letter in "abcdefgh"]  # fragments: one decision, one line
    world = World().run(*[says("whatsapp", text, wait_ms=300) for text in texts], deletes("wamid.R000002"))

    assert not any("kkzb" in line for line in [*thread(world), quoted(world)])
    assert any("kkza" in line and "kkzc" in line for line in thread(world))


def test_a_deletion_reaches_a_ticket_that_is_closed() -> None:
    world = World().run(
        says("whatsapp", ODD),
        presses(actions.CLAIM),
        presses(actions.CLOSE),
        says("whatsapp", MORE, wait_ms=60_000),
        deletes("wamid.R000001"),
    )

    tickets = agent.tickets(world)
    assert len(tickets) == 2
    assert not any("lamas" in json.dumps(m["blocks"]) for m in tickets)
    assert [key for key, item in world.dynamo.items.items() if key[1] == "ticket" and "lamas" in json.dumps(item)] == []


@pytest.mark.parametrize("later", [0, 9])
def test_a_ticket_that_waited_for_slack_is_posted_without_what_was_taken_back_meanwhile(later: int) -> None:
    """Also when so much came meanwhile that the ticket itself no longer quotes what opened it."""
    world = World()
    world.slack.down_until = world.clock.now + 60 * 60_000
    more = [says("whatsapp", f"Bonjour kkz{'abcdefghi'[number]}", wait_ms=60_000) for number in range(later)]
    world.run(says("whatsapp", ODD), *more, deletes("wamid.R000001"))

    assert len(agent.tickets(world)) == 1
    assert "lamas" not in json.dumps([*world.slack.messages.values(), *world.slack.posts])
    assert not any("lamas" in json.dumps(item) for _, item in world.dynamo.written if "ticket" in item.get("kind", {}))
