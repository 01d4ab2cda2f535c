"""
Lists of open tickets, as `/guichet mes | libres | retard | chercher` and the app's home show them. Pure.

A line says who waits since when, on which channel, about what, by when and with whom: what the ticket's own message
says, and no word that a customer wrote. Tickets that wait for their customer, or that somebody wants to be reminded of,
are in no list but a search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...conversation import TicketRecord
from ...model import Millis
from ...playbook.hours import deadline
from ...playbook.schema import Playbook
from ...playbook.titles import title_of
from ...text import without_accents
from .blocks import DOTS
from .markup import UNFORMATTED, cut, escape, message_link
from .times import clock
from .wording import pick, say

SHOWN = 10  # lines; the rest is counted
TO_ANSWER = ("open", "claimed", "failed")  # states in which a person is to act
HOUR_MS = 3_600_000
ListName = Literal["mine", "free", "late", "search"]

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    "mine": ("Vos demandes : {count}", "Your tickets: {count}"),
    "free": ("Demandes libres : {count}", "Tickets that nobody has: {count}"),
    "late": ("Demandes en retard : {count}", "Late tickets: {count}"),
    "search": ("Demandes ouvertes trouvées pour « {words} » : {count}", "Open tickets found for “{words}”: {count}"),
    "no_mine": ("Aucune demande ne vous attend.", "No ticket waits for you."),
    "no_free": ("Aucune demande libre.", "Every ticket has somebody."),
    "no_late": ("Aucune demande en retard.", "No ticket is late."),
    "no_search": ("Aucune demande ouverte trouvée pour « {words} ».", "No open ticket found for “{words}”."),
    "searched": (
        "Cherché, dans les demandes ouvertes : le nom du client, les numéros de commande, les messages gardés.",
        "Searched, in open tickets: the customer's name, order numbers, the messages that are kept.",
    ),
    "search_what": (
        "Que chercher ? `/guichet chercher ML123456` ou `/guichet chercher Louise`",
        "Search for what? `/guichet search ML123456` or `/guichet search Louise`",
    ),
    "more": ("et {count} autres", "and {count} more"),
    "one_more": ("et 1 autre", "and 1 more"),
    "unread": (
        "Trop de demandes ouvertes pour les lire toutes : les {count} plus récentes ne sont pas comptées.",
        "Too many open tickets to read them all: the {count} newest are not counted.",
    ),
    "since": ("depuis {when}", "since {when}"),
    "late_since": ("en retard, attendue avant {when}", "late, due before {when}"),
    "closed_window": ("{channel} ne prend plus de réponse", "{channel} takes no answer now"),
    "for_customer": ("attend le client", "waits for the customer"),
    "snoozed": ("rappel {when}", "reminder {when}"),
    "nobody": ("libre", "nobody has it"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that a person is to act on; `due_at`: by when (0: no deadline)."""

    ticket: TicketRecord
    due_at: Millis

    def is_late(self, now: Millis) -> bool:
        """Return whether its answer was due before now."""
        return 0 < self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    How a brand's open tickets stand at `now`. `waiting`: those that a person is to act on, by their deadline.

    `customer`: those that wait for the customer. `snoozed`: those that their agents are to be reminded of later.
    `unread`: how many newer ones are in none of them.
    """

    now: Millis
    waiting: Sequence[Waiting]
    customer: Sequence[TicketRecord]
    snoozed: Sequence[TicketRecord]
    unread: int

    @property
    def late(self) -> list[Waiting]:
        """Those whose answer is late."""
        return [each for each in self.waiting if each.is_late(self.now)]

    @property
    def free(self) -> list[Waiting]:
        """Those that nobody has."""
        return [each for each in self.waiting if not each.ticket.assignee]

    def knows(self, agent: str) -> bool:
        """Return whether this agent has any open ticket, to be acted on or not."""
        everybody = (*(each.ticket for each in self.waiting), *self.customer, *self.snoozed)
        return any(ticket.assignee == agent for ticket in everybody)

    def of(self, agent: str) -> list[Waiting]:
        """Return those that this agent has."""
        return [each for each in self.waiting if each.ticket.assignee == agent]


def standing(tickets: Sequence[TicketRecord], unread: int, playbook: Playbook, now: Millis) -> Standing:
    """Return how these open tickets stand."""
    to_answer = [each for each in tickets if each.state in TO_ANSWER]
    waiting = [Waiting(each, _due_at(each, playbook)) for each in to_answer if each.snoozed_until <= now]
    return Standing(
        now=now,
        waiting=sorted(waiting, key=lambda each: (each.due_at or float("inf"), each.ticket.created_at)),
        customer=[each for each in tickets if each.state not in TO_ANSWER],
        snoozed=[each for each in to_answer if each.snoozed_until > now],
        unread=unread,
    )


def _due_at(ticket: TicketRecord, playbook: Playbook) -> Millis:
    if not ticket.waits_since:
        return Millis(0)
    minutes = playbook.targets.minutes(ticket.priority)
    return deadline(playbook.hours, ticket.waits_since, minutes, ticket.answer_by).at


def list_text(
    name: ListName, stands: Standing, playbook: Playbook, title: Callable[[str], str], *, agent: str, words: str = ""
) -> str:
    """Return one list in Slack's markup, for the `agent` who asks; `title`: a channel's own name."""
    language = playbook.languages[0]
    if name == "search" and not words.strip():
        return _text(language, "search_what")
    lines = list_lines(name, stands, playbook, title, agent=agent, words=words)
    if name == "search":
        lines.append(f"_{_text(language, 'searched')}_")
    if stands.unread:
        lines.append(_text(language, "unread", count=stands.unread))
    return "\n".join(lines)


def list_lines(
    name: ListName,
    stands: Standing,
    playbook: Playbook,
    title: Callable[[str], str],
    *,
    agent: str,
    words: str = "",
    named: bool = True,
) -> list[str]:
    """Return a list's heading, its first lines and the count of the rest; `named`: with the customers' names."""
    language, shown = playbook.languages[0], escape(cut(words.strip(), 60))
    found = {
        "mine": lambda: stands.of(agent),
        "free": lambda: stands.free,
        "late": lambda: stands.late,
        "search": lambda: _found(stands, words),
    }[name]()
    head = _text(language, name if found else f"no_{name}", count=len(found), words=shown)
    lines = [f"*{head}*" if found else head]
    lines += [_line(each, stands.now, playbook, title, named=named) for each in found[:SHOWN]]
    if more := max(0, len(found) - SHOWN):
        lines.append(_text(language, "one_more" if more == 1 else "more", count=more))
    return lines


def _found(stands: Standing, words: str) -> list[Waiting]:
    """Return the open tickets that these words are in; those that nobody is to act on now come last."""
    later = (Waiting(each, Millis(0)) for each in (*stands.snoozed, *stands.customer))
    everybody = [*stands.waiting, *later]
    wanted = _plain(words)
    return [each for each in everybody if _is_in(wanted, each.ticket)]


def _is_in(wanted: str, ticket: TicketRecord) -> bool:
    """Return whether the words stand in a ticket; a number, however it is spaced."""
    texts = [ticket.name, *(looked.key for looked in ticket.orders), *(said.text for said in ticket.quotes)]
    held = [_plain(text) for text in texts]
    bare = _bare(wanted)
    as_number = any(sign.isdigit() for sign in bare) and any(bare in _bare(text) for text in held)
    return as_number or any(wanted in text for text in held)


def _plain(text: str) -> str:
    return " ".join(without_accents(text).casefold().split())


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _line(each: Waiting, now: Millis, playbook: Playbook, title: Callable[[str], str], *, named: bool) -> str:
    """Return one ticket: subject with its link, who waits since when, where, by when, with whom."""
    ticket, language = each.ticket, playbook.languages[0]
    subject = escape(cut(_subject(ticket, playbook), 60))
    link = message_link(ticket.desk_account, ticket.desk_ts) if ticket.desk_ts else ""
    name = escape(cut(ticket.name.translate(UNFORMATTED).strip() or say(language, "customer"), 40)) if named else ""
    since = _text(language, "since", when=_when(ticket.waits_since or ticket.created_at, now, playbook))
    channel = escape(cut(title(ticket.address.channel), 40))
    has = f"<@{escape(ticket.assignee)}>" if ticket.assignee else _text(language, "nobody")
    facts = [
        f"<{link}|{subject}>" if link else subject,
        name,
        channel,
        since,
        _clock(each, now, playbook, channel),
        has,
    ]
    return f"{DOTS.get(ticket.priority, DOTS['normal'])} {' · '.join(filter(None, facts))}"


def _clock(each: Waiting, now: Millis, playbook: Playbook, channel: str) -> str:
    """Return by when the answer is due, in a ticket's own words; or what it waits for instead."""
    language, ticket = playbook.languages[0], each.ticket
    if ticket.state not in TO_ANSWER:
        return _text(language, "for_customer")
    if ticket.snoozed_until > now:
        return _text(language, "snoozed", when=_when(ticket.snoozed_until, now, playbook))
    if ticket.window_closed:
        return _text(language, "closed_window", channel=channel)
    if not each.due_at:
        return ""
    when = _when(each.due_at, now, playbook)
    if not each.is_late(now):
        return say(language, "due_short", when=when)
    return _text(language, "late_since", when=when)


def _when(at: Millis, now: Millis, playbook: Playbook) -> str:
    words = clock(at, playbook.hours.time_zone, playbook.languages[0], now)
    return f"le {words}" if playbook.languages[0] == "fr" and "," in words else words


def _subject(ticket: TicketRecord, playbook: Playbook) -> str:
    language, known = playbook.languages[0], playbook.intents.get(ticket.intent)
    if not ticket.intent:
        return say(language, "no_subject")
    return (known.title.get(language, "") if known else "") or title_of(ticket.intent, language)


def _text(language: str, key: str, **values: object) -> str:
    return pick(_WORDS[key], language).format(**values)
