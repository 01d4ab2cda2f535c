"""
Plays a scenario on a running stack: customers write turn by turn, then agents answer some of the tickets.

Everything is sent as signed webhooks that the simulators make. Only what an agent sees is read here; `outcome` reads
the results from the table.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.conversation import address_of
from chalicelib.model import Address
from chalicelib.workspaces.slack import actions

from ..apply import Progress
from ..local.played import all_played
from . import agent
from .scenario import Customer, Said
from .stack_client import StackClient

SETTLE_S = 150.0
GAP_S = 0.03
SHUFFLE_MS = 900
MOST_WAITING, EASE_S = 6, 20.0
AGENTS = ("U0LEA", "U0TOM")
ANSWERS = {
    "fr": "Bonjour {name}, merci pour votre message. Je m'en occupe aujourd'hui même (dossier {file}).",
    "en": "Hello {name}, thank you for your message. I will sort it out today (file {file}).",
}


@dataclass(slots=True)
class Played:
    """What was really written: platform ids of messages, and who is who. `left`: work that did not finish in time."""

    addresses: dict[int, Address] = field(default_factory=dict)
    said: dict[str, tuple[Customer, Said]] = field(default_factory=dict)  # platform id -> who said what
    posted: int = 0
    agent_answers: int = 0
    left: int = 0


def play(client: StackClient, customers: Sequence[Customer], seed: int, progress: Progress) -> Played:
    """Play the day. Conversations of earlier demos are left alone: every run has customers of its own."""
    played = Played()
    run = int(time.time()) % 100_000_000
    for customer in customers:
        account_id = client.ready["accounts"][customer.channel]["account_id"]
        played.addresses[customer.number] = address_of(
            customer.channel, account_id, person_id(run, customer.number, customer.channel)
        )
    total = sum(1 + said.copies for customer in customers for said in customer.said)
    before = client.ask("state")["counters"]
    dice, done = random.Random(seed), 0
    for number in range(max(len(customer.turns) for customer in customers)):
        writing = [customer for customer in customers if len(customer.turns) > number]
        dice.shuffle(writing)
        for customer in writing:
            client.ease(MOST_WAITING, EASE_S)
            for said in customer.turns[number]:
                _write(client, customer, said, played)
                done += 1 + said.copies
                progress("customers write", done, total)
        played.left = client.settle(SETTLE_S)
    after = client.ask("state")["counters"]
    played.posted = sum(after[name] - before[name] for name in ("received", "redelivered"))
    _answer(client, customers, played, progress)
    played.left = client.settle(SETTLE_S)
    return played


def person_id(run: int, number: int, channel: str) -> str:
    """Return a long number that belongs to nobody: the run's, then the person's; where ids are no numbers, in one."""
    digits, written = f"999{run:08d}{number:04d}", all_played()[channel]
    return written.person_id.format(handle=f"c{digits}") if written.person_id else digits


def _write(client: StackClient, customer: Customer, said: Said, played: Played) -> None:
    unkind = said.copies or said.shuffled
    if unkind:
        client.ask("network", {"duplicates": said.copies, "jitter_ms": SHUFFLE_MS if said.shuffled else 0})
    address = played.addresses[customer.number]
    body = {
        "brand": client.brand,
        "channel": customer.channel,
        "person_id": address.person_id,
        "name": customer.name,
    }
    surface = "public" if customer.public else "private"
    bubble = client.ask("write", body | {"text": said.text, "surface": surface})
    played.said[bubble["platform_id"]] = (customer, said)
    if unkind:
        client.ask("network", {"duplicates": 0, "jitter_ms": 0})
    time.sleep(GAP_S)


def _answer(client: StackClient, customers: Sequence[Customer], played: Played, progress: Progress) -> None:
    """Let agents answer the tickets one after another, as many as the scenario says."""
    tickets = {}
    for customer in customers:
        found = client.table.identity(played.addresses[customer.number]) if customer.answered else None
        head = client.table.head(found[1]) if found else None
        if head is not None and head.ticket_id:
            tickets[head.ticket_id] = customer
    slack = client.ask("state")["slack"]
    messages = agent.tickets(slack["messages"], client.ready["slack"]["channel_id"])
    by_ticket = {_ticket_id(message): message for message in messages}
    open_views = {view["id"] for view in slack["views"]}
    for number, (ticket_id, customer) in enumerate(tickets.items()):
        if ticket_id in by_ticket:
            client.ease(MOST_WAITING, EASE_S)
            user = AGENTS[number % len(AGENTS)]
            played.agent_answers += _reply(client, by_ticket[ticket_id], customer, user, open_views)
        progress("agents answer", number + 1, len(tickets))


def _ticket_id(message: Mapping[str, Any]) -> str:
    pressed = agent.press(message, actions.EDIT_REPLY)
    action = pressed["action"] if pressed else {}
    value = actions.decode(action.get("value") or action.get("selected_option", {}).get("value"))
    return value.ticket_id if value else ""


def _words(customer: Customer, message: Mapping[str, Any]) -> str:
    """An answer unlike any other: a platform refuses the same public post twice."""
    return ANSWERS[customer.language].format(name=customer.name, file=str(message["ts"]).replace(".", "")[-8:])


def _reply(client: StackClient, message: Mapping[str, Any], customer: Customer, user: str, seen: set[str]) -> int:
    """
    Answer one ticket by its suggestion (every second customer, where there is one) or by hand.

    `seen`: dialogs that were open before; the dialog is there when the click was answered, as in Slack.
    """
    suggested = agent.press(message, actions.SEND_SUGGESTION)
    if suggested and customer.number % 2 and not customer.public:
        client.ask("slack/action", suggested | {"user": user})
        return 1
    client.ask("slack/action", (agent.press(message, actions.EDIT_REPLY) or {}) | {"user": user})
    new = [view["id"] for view in client.ask("state")["slack"]["views"] if view["id"] not in seen]
    if not new:
        return 0
    seen.update(new)
    answer = client.ask("slack/submit", agent.typed(new[-1], _words(customer, message)))
    return int(not answer.get("errors") and not answer.get("failed"))
