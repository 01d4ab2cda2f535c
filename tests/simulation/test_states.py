"""docs/conversation-states.md, played row by row: who speaks, what is said, what the ticket shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.decision.who_speaks import standing
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import HOURS, ODD, SHAME, natively, presses, says, writes_reply
from .world import Step, World

PAGE = Path(__file__).parents[2] / "docs" / "conversation-states.md"
DAY = 25 * 3_600_000
FULL = "Pour parler à une personne"
BURNT = "Votre bougie a pris feu et ma fille est brûlée kktt"
RETURN, OPENING = "Comment faire un retour ? kkzz", "Et l'opening de la boutique ? kkyy"


def rows() -> list[tuple[str, ...]]:
    """The rows of the table of the page."""
    text = PAGE.read_text(encoding="utf-8").partition("## The table")[2]
    found = [
        tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        for line in re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ]
    return [row for row in found if row[0] != "in" and not row[0].startswith("---")]


def asks(text: str = HOURS, wait_ms: int = 60_000) -> Step:
    return says("whatsapp", text, wait_ms=wait_ms)


def switch(*, stopped: bool) -> Step:
    return Step(lambda world: world.table.switch("intent:opening_hours", stopped=stopped), wait_ms=1_000)


UNCLEAR = "J'ai un souci avec ma commande ML123456 kkuk"
ASKED = [asks("Un lama rose ? kkcc", 0)]
TAKEN = [*ASKED, presses(actions.CLAIM, 60_000)]
STATES: Mapping[str, list[Step]] = {
    "free": [],
    "beside": ASKED,
    "beside, on opening hours": [switch(stopped=True), asks("Vos horaires ? kkww", 1_000), switch(stopped=False)],
    "grave": [asks(SHAME, 0)],
    "taken": TAKEN,
    "answered": [*ASKED, *writes_reply("Oui, en rose aussi. zz")],
    "answered natively": [natively("whatsapp", "Bonjour, c'est Inès. zz", 0)],
}
EVENTS: Mapping[str, list[Step]] = {
    "a sure question": [asks()],
    "two sure questions": [asks(), asks(RETURN)],
    "three sure questions": [asks(RETURN), asks("Où est mon colis ML123456 ? kkqq"), asks()],
    "a sure question, twice": [asks(), asks("Vos horaires donc ? kkvv")],
    "a question that needs a person": [asks(ODD)],
    "a greeting": [asks("Bonjour")],
    "two greetings": [asks("Bonjour"), asks("Bonjour 👋")],
    "STOP, a sure question": [asks("STOP"), asks()],
    "grave words": [asks(SHAME)],
    "somebody is hurt, twice": [asks(BURNT), asks(f"{BURNT}, répondez !")],
    "somebody is hurt, then a wish to die": [asks(BURNT), asks("Je n'ai plus envie de vivre kkuu")],
    "an unclear question": [asks(UNCLEAR)],
    "an unclear question, then a number": [asks(UNCLEAR), asks("2")],
    "an unclear question, then its subject": [asks(UNCLEAR), asks("un retour")],
    "an unclear question, then a sure question": [asks(UNCLEAR), asks(RETURN)],
    "an unclear question, then something else": [asks(UNCLEAR), asks("autre chose")],
    "an unclear question, then unclear words": [asks(UNCLEAR), asks(ODD)],
    "an unclear question, then a no": [asks(UNCLEAR), asks("non")],
    "an unclear question, then thanks": [asks(UNCLEAR), asks("merci beaucoup")],
    "an unclear question, then a greeting": [asks(UNCLEAR), asks("Bonjour")],
    "an unclear question, then grave words": [asks(UNCLEAR), asks(SHAME)],
    "an unclear question, then a wish for a person": [asks(UNCLEAR), asks("Un conseiller svp kkjj")],
    "an unclear question, a number, an unclear question": [asks(UNCLEAR), asks("2"), asks("Autre souci kkul")],
    "an unclear question, a number, the other number": [asks(UNCLEAR), asks("2"), asks("1")],
    "a wish for a person": [asks("Un conseiller svp kkjj")],
    "a sure question, then a no": [asks(), asks("non")],
    "a machine's words": [asks("Ceci est un message automatique : nos horaires kkmw")],
    "thanks": [asks("merci beaucoup")],
    "thanks, a sure question": [asks("merci beaucoup"), asks()],
    "somebody takes it": [presses(actions.CLAIM)],
    "somebody takes it, closes it, a sure question": [presses(actions.CLAIM), presses(actions.CLOSE), asks()],
    "closed": [presses(actions.CLOSE)],
    "given back, a sure question": [presses(actions.GIVE_BACK), asks()],
    "a note": [Step(agent.types_in_thread("je demande à l'atelier"), wait_ms=60_000)],
    "a note, a day without a word, a sure question": [
        Step(agent.types_in_thread("je demande à l'atelier"), wait_ms=60_000),
        asks(wait_ms=DAY),
    ],
    "an answer in the channel's own app": [natively("whatsapp", "Bonjour, c'est Inès. zz", 60_000)],
    "a day without a word, a sure question": [asks(wait_ms=DAY)],
    "a day without a word, a question that needs a person": [asks(ODD, DAY)],
    "three days without a word": [Step(lambda world: None, wait_ms=73 * 3_600_000)],
}


@dataclass
class Look:
    """A conversation at one moment."""

    said: int = 0
    tickets: tuple[TicketRecord, ...] = ()
    lines: int = 0
    state: str = ""


def look_at(world: World, into: Look) -> Step:
    """A minute later, somebody looks."""

    def do(world: World) -> None:
        found = [world.table.ticket(sk) for sk in _ids(world, "#ticket#")]
        heads = [world.table.head(conversation) for conversation in _ids(world, "#conv#", "head")]  # type: ignore[arg-type]  # ids
        into.said = len(world.whatsapp.said)
        into.tickets = tuple(sorted((t for t in found if t), key=lambda ticket: ticket.created_at))
        into.lines = sum("thread_ts" in message for message in world.slack.posts)
        head = heads[0] if heads else None
        open_one = world.table.ticket(head.ticket_id) if head and head.ticket_id else None
        into.state = standing(head, open_one) if head else "free"

    return Step(do, wait_ms=60_000, name="look")


def _ids(world: World, part: str, sk: str = "ticket") -> list[str]:
    return [key[0].split(part)[1] for key in world.dynamo.items if part in key[0] and key[1] == sk]


def said(world: World, before: Look, after: Look) -> str:
    """What the customer read in between, in the page's words."""
    kinds = {
        item["row_id"]["S"]: item["kind"]["S"]
        for _, item in world.dynamo.written
        if "row_id" in item and "kind" in item
    }
    words: list[str] = []
    for one in world.whatsapp.said[before.said : after.said]:
        kind = kinds.get(one.token.rpartition(":")[0], "native")
        if kind in ("agent_reply", "native"):
            continue
        full = FULL in one.text and len(words) == 0
        if kind == "ask" and "autre chose" in " ".join((one.text, *(title for title, _ in one.buttons))).lower():
            words.append("which, in full" if full else "which")
            continue
        waits = "apology" if "excuses" in one.text else "emergency" if "appele" in one.text else "acknowledgement"
        if kind in ("greeting", "consent"):
            words.append("welcome" if kind == "greeting" else "confirmed")
            continue
        words.append(waits if kind == "acknowledgement" else "answer in full" if full else "answer")
    return ", ".join(words) or "nothing"


def shown(before: Look, after: Look) -> str:
    """What happened to the ticket, in the page's words."""
    if len(after.tickets) > len(before.tickets):
        return "new"
    if not after.tickets:
        return "-"
    then, now = before.tickets[-1], after.tickets[-1]
    if now.state != then.state and now.state in ("closed", "returned", "settled"):
        return now.state
    if now.messages > then.messages:
        return "proposes" if now.suggestion != then.suggestion or "Lyon" in now.suggestion else "shows it"
    if now.assignee and not then.assignee:
        return "taken"
    return "line" if after.lines > before.lines else "-"


@pytest.mark.parametrize(("state", "event", "words", "ticket", "then"), rows())
def test_row(state: str, event: str, words: str, ticket: str, then: str) -> None:
    world, before, after = World(), Look(), Look()
    world.shop.orders["ML123456"] = {"number": "ML123456", "status": "preparing", "expected_on": "2026-11-27"}

    world.run(*STATES[state], look_at(world, before), *EVENTS[event], look_at(world, after))

    assert before.state == {"taken": "person", "answered": "person", "answered natively": "person"}.get(
        state, state.split(",", maxsplit=1)[0]
    )
    assert (said(world, before, after), shown(before, after), after.state) == (words, ticket, then)


@pytest.mark.parametrize(
    "grave", ["Ma fille s'est brûlée, je vois mon avocat kkab", "Une honte kkac", "Un conseiller svp kkad"]
)
def test_a_burnt_child_then_saturdays_hours(grave: str) -> None:
    """Silence, and the hours as a suggestion on the ticket, which stays as urgent as it was."""
    world = World()
    world.run(asks(grave, 0))
    before = len(world.whatsapp.said)
    (opened,) = [world.table.ticket(each) for each in _ids(world, "#ticket#")]

    world.run(asks("et sinon vos horaires le samedi ? kkae"))

    (ticket,) = [world.table.ticket(each) for each in _ids(world, "#ticket#")]
    assert opened is not None
    assert ticket is not None
    assert len(world.whatsapp.said) == before
    assert "Lyon" in ticket.suggestion
    assert (ticket.grave, ticket.priority, ticket.reason) == (True, opened.priority, opened.reason)


def test_an_answer_beside_a_ticket_that_is_overtaken_was_never_given() -> None:
    """Neither counted nor told at the desk; the two questions together go to the ticket."""
    world, after = World(), Look()

    world.run(*ASKED, asks(HOURS), asks("et aussi des lamas bleus ? kkaf", 700), look_at(world, after))

    head = world.table.head(next(iter(_ids(world, "#conv#", "head"))))  # type: ignore[arg-type]  # an id
    assert head is not None
    assert (head.beside_count, head.said, after.state) == (0, (), "beside")
    assert "l’assistant répond" not in world.slack.everything("C0MAISON")


def test_an_acknowledged_ticket_acknowledges_once() -> None:
    world = World()

    world.run(asks(ODD, 0), asks("Et des alpagas ? kkii"), asks("Et des chameaux ? kkag", 3 * 3_600_000))

    assert len(world.whatsapp.said) == 1
