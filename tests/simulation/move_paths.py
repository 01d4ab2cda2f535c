"""Paths of people who go on elsewhere: by a link, or by a code of their order; and of who must not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.conversation import address_of
from chalicelib.model import Address, AgentAction, EventId, at_desk
from chalicelib.move_tokens import found_in
from chalicelib.playbook.codec import to_json

from .platforms import answer
from .ses import DOMAIN
from .world import CHANNEL, TEAM, Step, World

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

PERSON = "33600000001"
OTHER, THERE = "33600000099", "33600000088"  # who found the link; and who they are on another channel
WAYS = {
    "whatsapp": "+33 1 86 76 00 01",
    "messenger": "maisonlune",
    "telegram": "maisonlune_bot",
    "instagram": "maisonlune",
    "x": "3001",
    "sms": "+33 7 00 00 00 01",
    "whatsapp_twilio": "+33 7 00 00 00 02",
    "email": "sav@courrier.brand.example",
}
ACCOUNTS = {
    "whatsapp": "1001", "messenger": "2001", "x": "3001", "sms": "4001", "whatsapp_twilio": "5001",
    "instagram": "6001", "telegram": "7001", "email": "sav@courrier.brand.example",
}  # fmt: skip
NAMES = {
    "whatsapp": "WhatsApp", "messenger": "Messenger", "telegram": "Telegram", "instagram": "Instagram", "x": "twitter",
    "sms": "SMS", "email": "e-mail",
}  # fmt: skip
PUT = "Bonjour, je continue ici ma conversation."
ORDER = "ML123456"
ELSEWHERE = f"Je vous ai déjà écrit par mail, où est mon colis {ORDER} ? kkca"
LIMITED = answer(400, {"error": {"code": 130429}}, retry_after="30")
KNOWN = {
    "status": "shipped",
    "carrier": "Colissimo",
    "expected_on": "2026-11-27",
    "contact_email": f"{PERSON}@{DOMAIN}",
}


def offering(world: World) -> None:
    """The brand's playbook names where its customers may go on, and sends codes; its shop knows one order."""
    world.table.put_playbook(to_json(replace(world.playbook, continue_on=WAYS, codes=True)), world.clock())
    world.shop.orders[ORDER] = dict(KNOWN)


def at(channel: str, person: str = PERSON) -> Address:
    """Somebody's address on a channel."""
    return address_of(channel, ACCOUNTS[channel], f"{person}@{DOMAIN}" if channel == "email" else person)


def writes(channel: str, text: str, wait_ms: int = 30_000, person: str = PERSON, times: int = 1) -> Step:
    """Somebody writes on a channel."""

    def do(world: World) -> None:
        getattr(world, channel).writes(person, text, times=times)

    return Step(do, wait_ms=wait_ms, name=text)


def asks_for(channel: str, here: str = "messenger", wait_ms: int = 60_000) -> Step:
    """A customer asks to go on elsewhere."""
    return writes(here, f"On peut continuer sur {NAMES[channel]} ?", wait_ms)


def token_in(world: World, channel: str) -> str:
    """The token of the newest link that was sent on a channel."""
    texts = [said.text for said in getattr(world, channel).said]
    return next(filter(None, map(found_in, reversed(texts))), "")


def comes(channel: str, origin: str, *, person: str = PERSON, wait_ms: int = 30_000, words: str = PUT) -> Step:
    """
    Somebody opens the newest link that was given at `origin`, and sends what it puts there.

    Where none was given, as a worker died and a person has the conversation, they write without it.
    """

    def do(world: World) -> None:
        token = token_in(world, origin)
        platform: Any = getattr(world, channel)
        if not token:
            platform.writes(person, words)
        elif channel == "telegram":
            platform.writes(person, f"/start {token}")
        elif channel in ("messenger", "instagram"):
            platform.refers(person, token)
        else:
            platform.writes(person, f"{words} {token}")

    return Step(do, wait_ms=wait_ms, name=f"comes to {channel}")


def confirms(origin: str, there: str, *, person: str = PERSON, wait_ms: int = 60_000) -> Step:
    """The origin types the number that was shown `there`; "Oui" where none was, as a worker died."""

    def do(world: World) -> None:
        getattr(world, origin).writes(person, number_in(world, there) or "Oui")

    return Step(do, wait_ms=wait_ms, name="types the number")


def number_in(world: World, channel: str) -> str:
    """The newest number that was shown on a channel to somebody who came by a link, "" where none was."""
    found = (re.search(r"\b([0-9]{6})\s?:", each.text) for each in reversed(getattr(world, channel).said))
    return next((each[1] for each in found if each), "")


def continues(channel: str, wait_ms: int = 5_000) -> Step:
    """An agent leads a ticket's customer to a channel, or has a code ("code") or a copy sent ("copy X")."""

    def do(world: World) -> None:
        found = [key for key in world.dynamo.items if "#ticket#" in key[0]]
        ticket_id = found[-1][0].rsplit("#", 1)[1]
        event = AgentAction(
            event_id=EventId(f"continue {channel}"),
            address=at_desk("slack", f"{TEAM}/{CHANNEL}", ticket_id),
            sent_at=None,
            target_id=ticket_id,
            verb="continue_on",
            agent_id="U1",
            text=channel,
        )
        world.command(partial(_queued, event, world))

    def there(world: World) -> bool:
        return any("#ticket#" in key[0] for key in world.dynamo.items)

    return Step(do, when=there, wait_ms=wait_ms, name=f"continues on {channel}")


def _queued(event: AgentAction, world: World, wiring: Wiring) -> bool:
    wiring.queues.inbox(world.brand, [event], wiring.clock())
    return True


def types_code(wait_ms: int = 20_000, pick: Callable[[World], str] | None = None) -> Step:
    """The customer types the code back that came by mail, once it is there."""

    def do(world: World) -> None:
        world.messenger.writes(PERSON, (pick or code_in)(world))

    return Step(do, when=lambda world: bool(code_in(world)), wait_ms=wait_ms, name="types a code")


def code_in(world: World, channel: str = "email") -> str:
    """The code that was sent, "" where none was."""
    for each in reversed(getattr(world, channel).said):
        if each.text[:6].isdigit():
            return str(each.text[:6])
    return ""


# name -> (steps, what customers wrote, automatic answers, tickets)
STORIES: Mapping[str, tuple[Callable[[], list[Step]], tuple[str, ...], int, int]] = {
    "a move from Messenger to WhatsApp, and the next question there": (
        lambda: [
            writes("messenger", "Vos horaires svp ? kkma", 0),
            asks_for("whatsapp"),
            comes("whatsapp", "messenger"),
            confirms("messenger", "whatsapp"),
            writes("whatsapp", "Où est mon colis ? kkmb", 60_000),
        ],
        ("Vos horaires svp ? kkma", "Où est mon colis ? kkmb"),
        2,
        0,
    ),
    "an answer that its customer wants on another channel too, where they were before": (
        lambda: [
            writes("messenger", "Bonjour", 0),
            asks_for("whatsapp"),
            comes("whatsapp", "messenger"),
            confirms("messenger", "whatsapp"),
            writes("whatsapp", "Vos horaires svp ? kkmh", 60_000),
            writes("whatsapp", "Vous pouvez me l'envoyer sur Messenger ?", 60_000),
        ],
        ("Vos horaires svp ? kkmh",),
        1,
        0,
    ),
    "an answer that an agent sends on another channel too, where their customer was before": (
        lambda: [
            writes("messenger", "Bonjour", 0),
            asks_for("whatsapp"),
            comes("whatsapp", "messenger"),
            confirms("messenger", "whatsapp"),
            writes("whatsapp", "Vos horaires svp ? kkmi", 60_000),
            writes("whatsapp", "Vous vendez des lamas roses ? kkmj", 60_000),
            continues("copy messenger", 60_000),
        ],
        ("Vos horaires svp ? kkmi", "Vous vendez des lamas roses ? kkmj"),
        1,
        1,
    ),
    "a move with an open ticket, by an agent, from WhatsApp to Telegram": (
        lambda: [
            writes("whatsapp", "Vous vendez des lamas roses ? kkmc", 0),
            continues("telegram", 30_000),
            comes("telegram", "whatsapp", person=THERE),
            confirms("whatsapp", "telegram"),
            writes("telegram", "Et des lamas bleus ? kkmd", 60_000, THERE),
        ],
        ("Vous vendez des lamas roses ? kkmc", "Et des lamas bleus ? kkmd"),
        0,
        1,
    ),
    "a link that somebody else opens, and the origin says no": (
        lambda: [
            writes("messenger", "Vos horaires svp ? kkme", 0),
            asks_for("whatsapp"),
            comes("whatsapp", "messenger", person=OTHER, words="Où en étions-nous, horaires ? kkmf"),
            writes("messenger", "Non", 60_000),
        ],
        ("Vos horaires svp ? kkme", "Où en étions-nous, horaires ? kkmf"),
        2,
        0,
    ),
    "a link that the platform's rate limit puts off": (
        lambda: [
            writes("whatsapp", "Vos horaires svp ? kkmg", 0),
            Step(lambda world: world.whatsapp.troubles.append(LIMITED), wait_ms=60_000, name="a limit"),
            asks_for("telegram", "whatsapp", 1_000),
            comes("telegram", "whatsapp", person=THERE, wait_ms=90_000),
            confirms("whatsapp", "telegram"),
        ],
        ("Vos horaires svp ? kkmg",),
        1,
        0,
    ),
    "a code of an order brings a mail and a message together": (
        lambda: [
            writes("email", "Mon pull est-il fait en France ? kkcb", 0),
            writes("messenger", ELSEWHERE, 60_000),
            types_code(),
        ],
        ("Mon pull est-il fait en France ? kkcb", ELSEWHERE),
        1,
        1,
    ),
}
