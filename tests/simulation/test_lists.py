"""Lists of open tickets, asked for in Slack, against the tickets that really are open."""

from __future__ import annotations

import json

from chalicelib.workspaces.slack import actions

from . import agent
from .exploring import play_in
from .invariants import broken
from .paths import AGAIN, LATE, ODD, PATHS, from_number, presses, reminded, says, waits, writes_reply
from .world import Step, World

ILL = "an agent is ill: a colleague finds three late tickets by a list"


def asks(words: str, *, by: str = agent.AGENT, wait_ms: int = 1_000) -> Step:
    return Step(agent.commands(words, by=by), wait_ms=wait_ms, name=words)


def told(world: World) -> list[str]:
    """What `/guichet` answered to who typed it, in order."""
    answers = [json.loads(body) for body in world.answered]
    assert {each["response_type"] for each in answers} <= {"ephemeral"}
    return [each["text"].replace("\u202f", " ").replace("\u00a0", " ") for each in answers]


def test_an_agent_is_ill_and_a_colleague_finds_three_late_tickets_and_takes_them_over() -> None:
    world = World()
    play_in(world, ILL)
    (late,) = told(world)
    lines = late.splitlines()
    there = [agent.tickets(world)[number]["ts"] for number in range(len(LATE))]
    owners = {item["assignee"]["S"] for (_, sk), item in world.dynamo.items.items() if sk == "ticket"}

    assert broken(world, list(PATHS[ILL].written)) == []
    assert lines[0] == "*Demandes en retard : 3*"
    assert len(lines) == 4
    assert {ts for line in lines[1:] for ts in there if f"message_ts={ts}|" in line} == set(there)
    assert all("depuis 10 h" in line and "en retard, attendue avant 15 h" in line for line in lines[1:])
    assert all(f"<@{agent.AGENT}>" in line for line in lines[1:])
    assert "lama" not in late
    assert owners == {agent.COLLEAGUE}


def test_each_list_shows_its_own_tickets_to_who_asks_and_none_that_ended() -> None:
    steps = [says("whatsapp", ODD), presses(actions.CLAIM), says("messenger", "Un lama vert ? kkme", wait_ms=60_000)]
    asked = [asks("mes", wait_ms=20_000), asks("libres"), asks("retard"), asks("mes", by=agent.COLLEAGUE)]
    close = Step(agent.press(actions.CLOSE, on=0), wait_ms=5_000)
    world = World().run(*steps, *asked, close, asks("mes", wait_ms=20_000))
    mine, free, late, nobody, closed = told(world)

    assert mine.startswith("*Vos demandes : 1*\n")
    assert "WhatsApp" in mine
    assert free.startswith("*Demandes libres : 1*\n")
    assert "Messenger" in free
    assert " libre" in free.splitlines()[1]
    assert late == "Aucune demande en retard."
    assert (nobody, closed) == ("Aucune demande ne vous attend.",) * 2


def test_a_ticket_that_waits_for_its_customer_leaves_the_lists_and_comes_back_when_they_write() -> None:
    steps = [says("whatsapp", ODD), presses(actions.CLAIM), *writes_reply("Non, désolée."), asks("mes", wait_ms=60_000)]
    world = World().run(*steps, says("whatsapp", AGAIN, wait_ms=60_000), asks("mes", wait_ms=20_000))
    waits_for_customer, back = told(world)

    assert waits_for_customer == "Aucune demande ne vous attend."
    assert back.startswith("*Vos demandes : 1*\n")


def test_a_ticket_that_its_agent_is_to_be_reminded_of_leaves_the_lists_until_then_and_calls_them() -> None:
    world = World()
    before = [says("whatsapp", ODD), presses(actions.CLAIM), asks("mes", wait_ms=20_000), *reminded("hours")]
    world.run(*before, asks("mes", wait_ms=60_000), asks("chercher léa"), waits(122), asks("mes", wait_ms=60_000))
    mine, later, found, back = told(world)
    lines = [message["text"] for message in world.slack.messages.values() if message.get("thread_ts")]
    view = world.slack.views[-1]["blocks"][0]["text"]["text"]

    assert broken(world, [ODD]) == []
    assert (later, mine == back) == ("Aucune demande ne vous attend.", True)
    assert "rappel 12 h" in found
    assert view.replace("\u202f", " ").replace("\u00a0", " ") == "C’est noté : rappel à 12 h."
    assert [line for line in lines if "Comme demandé" in line or "Rappel demandé" in line] == [
        f"⏰ <@{agent.AGENT}> Rappel demandé\u00a0: cette demande attend toujours."
    ]


def test_a_customer_who_writes_brings_the_ticket_back_and_no_reminder_follows() -> None:
    world = World()
    play_in(world, "a customer writes before an agent is reminded")
    lines = [message["text"] for message in world.slack.messages.values() if message.get("thread_ts")]

    assert broken(world, [ODD, AGAIN]) == []
    assert not any(line.startswith("⏰") for line in lines)
    assert all("snoozed_until" not in item for (_, sk), item in world.dynamo.items.items() if sk == "ticket")


def test_who_has_not_taken_a_ticket_is_told_so_and_it_stays_in_the_lists() -> None:
    steps = [says("whatsapp", ODD), presses(actions.CLAIM), *reminded("monday", by=agent.COLLEAGUE)]
    world = World().run(*steps, asks("mes", wait_ms=20_000))

    assert told(world)[0].startswith("*Vos demandes : 1*")
    assert "Seule la personne qui a pris la demande" in world.slack.views[-1]["blocks"][0]["text"]["text"]


def test_a_reminder_that_is_put_off_comes_once_at_the_later_time() -> None:
    world = World()
    steps = [says("whatsapp", ODD), presses(actions.CLAIM), *reminded("hours"), waits(60), *reminded("tomorrow")]
    world.run(*steps, waits(5 * 60), asks("mes"), waits(24 * 60), asks("mes"))
    later, back = told(world)
    lines = [message["text"] for message in world.slack.messages.values() if message.get("thread_ts")]

    assert later == "Aucune demande ne vous attend."
    assert back.startswith("*Vos demandes : 1*")
    assert len([line for line in lines if line.startswith("⏰")]) == 1


def test_the_apps_home_shows_an_agent_the_lists_without_names_and_anybody_else_the_figures_alone() -> None:
    opens = [Step(agent.opens_home(by), wait_ms=20_000) for by in (agent.AGENT, "U0ELSE")]
    world = World().run(says("whatsapp", ODD), presses(actions.CLAIM), from_number(9, "Un lama vert ? kkhm"), *opens)
    mine, others = (
        "\n".join(block["text"]["text"] for block in world.slack.homes[by]["blocks"]).replace("\u00a0", " ")
        for by in (agent.AGENT, "U0ELSE")
    )

    assert [line for line in mine.splitlines() if line.startswith(("*", "📋", "Aucune"))] == [
        "*Maison Lune*",
        "📋 1 libre · 1 pris",
        "*Vos demandes : 1*",
        "Aucune demande en retard.",
        "*Demandes libres : 1*",
    ]
    assert others.splitlines()[:2] == ["*Maison Lune*", "📋 1 libre · 1 pris"]
    assert "message_ts" not in others
    assert not any("Léa" in text or "lama" in text for text in (mine, others))
    assert broken(world, [ODD]) == []


def test_a_search_finds_open_tickets_by_name_by_number_and_by_what_was_written_and_shows_no_word_of_it() -> None:
    number = "Avez-vous des lamas pour ma commande ML123456 ? kkzz"
    asked = [
        asks(words) for words in ("chercher LÉA", "search ml 123456", "chercher lamas", "chercher zèbre", "chercher")
    ]
    world = World().run(says("whatsapp", number), waits(1), *asked)
    name, order, words, nothing, empty = told(world)

    assert [each.splitlines()[0] for each in (name, order, words)] == [
        f"*Demandes ouvertes trouvées pour « {what} » : 1*" for what in ("LÉA", "ml 123456", "lamas")
    ]
    assert all("\n_Cherché, dans les demandes ouvertes" in each for each in (name, order, words))
    assert [each.splitlines()[-1] for each in (name, order, words)] == [
        "Clients trouvés : 1",
        "Clients trouvés : 1",
        "Aucun client trouvé.",
    ]
    assert "kkzz" not in words
    assert nothing.startswith("Aucune demande ouverte trouvée pour « zèbre ».")
    assert empty.startswith("Que chercher ?")


def test_ten_lines_are_shown_by_their_clock_and_the_rest_is_counted() -> None:
    crowd = [from_number(n, f"Un lama numéro {n} kk{n:02} ?", wait_ms=60_000) for n in range(13)]
    world = World().run(*crowd, waits(1), asks("libres"))
    (free,) = told(world)
    lines = free.splitlines()
    since = [line.partition("depuis ")[2].partition(" ·")[0] for line in lines[1:11]]

    assert (lines[0], lines[-1], len(lines)) == ("*Demandes libres : 13*", "et 3 autres", 12)
    assert since == sorted(since)
