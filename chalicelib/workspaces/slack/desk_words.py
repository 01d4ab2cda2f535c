"""
Renders a stored ticket as the one Slack call that shows it. Pure.

Implements `engine.environment.Desk`. Customers' text appears in quotes only; nothing here decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from ...contact_card import Offer as SamePerson
from ...conversation import ENDED, TicketRecord, stop_of_detail
from ...engine.environment import DrawnBoard
from ...model import AccountId, BrandId, Millis, Shift
from ...playbook.hours import Deadline, deadline
from ...playbook.schema import Playbook
from ...playbook.titles import title_of
from ...ports import LimitUnit, StopReport, Surface, Traits
from ...report import CommentDigest, Rehearsal, Report
from ...template_offers import offer
from ...text import measure, split_text
from . import calls
from .blocks import agent_title, beside_lines, mention, quotes_whole
from .board_words import board_words
from .comment_view import crowd_view, digest_view
from .comment_words import noticed
from .continuing import ways_of
from .digest_words import digest_words
from .look_words import looked_at
from .markup import escape
from .note_words import NOTE_WORDS
from .open_lists import standing
from .rehearsal_words import rehearsal_text
from .report_words import report_text
from .shift_words import shift_words
from .stops import started_notice, stop_here, stopped_notice
from .ticket_view import Order, Quote, TicketPriority, TicketState, TicketView
from .traits import SLACK
from .wording import failure_words, say

PARTS = 4  # a private answer may be split into this many messages
FILE_MOST = 10 * 1024 * 1024  # bytes that a dialog's file field takes of one
_QUOTE_LIMIT = 3_000  # of a line
_STATES: Mapping[str, TicketState] = {name: name for name in get_args(TicketState)}
_PRIORITIES: Mapping[str, TicketPriority] = {"normal": "normal", "high": "high", "urgent": "urgent"}
_SPEAKERS: Mapping[str, Literal["customer", "bot", "agent"]] = {"customer": "customer", "bot": "bot", "system": "bot"}
_QUOTE_STATES: Mapping[str, Literal["edited", "deleted", "unknown"]] = {
    "edited": "edited",
    "deleted": "deleted",
    "unknown": "unknown",
}


class DeskWords:
    """Renders tickets. `traits` gives a channel's traits by its name."""

    name = SLACK

    def __init__(self, traits: Callable[[str], Traits]) -> None:
        self._traits = traits

    def post(self, ticket: TicketRecord, playbook: Playbook) -> str:
        """Return the call that posts the ticket."""
        return calls.ticket(self.view(ticket, playbook))

    def update(self, ticket: TicketRecord, playbook: Playbook) -> str:
        """Return the call that updates the ticket's message."""
        return calls.ticket_update(self.view(ticket, playbook), ticket.desk_ts)

    def note(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str:
        """
        Return the call for one note in the ticket's thread, or for the mark on a message that an agent typed there.

        `kind` is one of the engine's NOTES; `fields`: text (what was written), part ("2/7" of it), files (kinds of
        the files, space separated), beside (JSON of what else came along, as (kind, words)), agent (a Slack user id),
        to (whom it calls: user and group ids, space separated), broadcast ("1": shown in the channel, too), when,
        count, reason ("<error class> <code>"), anchor (the message that an agent typed in the thread).
        """
        language = playbook.languages[0]
        if kind == "note_kept" and fields.get("anchor"):
            return calls.not_sent_mark(fields["anchor"])
        if kind == "not_sent":
            return calls.not_sent_words(language, fields.get("agent", ""), ticket.desk_ts)
        heading, words, below = self._line(ticket, language, kind, fields)
        broadcast = bool(fields.get("broadcast"))
        return calls.thread_note(heading, ticket.desk_ts, words=words, below=below, broadcast=broadcast)

    def rewritten(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str:
        """Return the call that changes a note in the ticket's thread."""
        heading, words, below = self._line(ticket, playbook.languages[0], kind, fields)
        return calls.note_update(heading, words=words, below=below)

    def _line(
        self, ticket: TicketRecord, language: str, kind: str, fields: Mapping[str, str]
    ) -> tuple[str, str, list[str]]:
        """Return a note's own words as markup, what it quotes, and what came along with that."""
        sign, key = NOTE_WORDS[kind]
        words = say(
            language,
            key,
            agent=agent_title(language, fields.get("agent", "")),
            count=fields.get("count", ""),
            failure=escape(failure_words(language, fields.get("reason", ""))),
            when=fields.get("when", ""),
            subject=escape(fields.get("reason", "")) if kind == "beside" else "",
            channel=escape(self._traits(ticket.address.channel).title),
        )
        to = "".join(f"{mention(each)} " for each in fields.get("to", "").split())
        part = f" ({fields['part']})" if fields.get("part") else ""
        beside = json.loads(fields.get("beside", "") or "[]")
        below = beside_lines(language, fields.get("files", "").split(), [(kind, words) for kind, words in beside])
        return f"{sign}{to}{words}{part}", fields.get("text", ""), below

    def cut(self, ticket: TicketRecord, playbook: Playbook) -> Sequence[str]:
        """Return the ids of the messages whose text the ticket's message does not show whole."""
        shown = quotes_whole(self.view(ticket, playbook))
        return [said.message_id for said, whole in zip(ticket.quotes, shown, strict=True) if not whole]

    def pieces(self, text: str) -> Sequence[str]:
        """Return the text in as many pieces as it takes notes to quote it; none for a blank one."""
        return split_text(text, _QUOTE_LIMIT) if text.strip() else ()

    def fits(self, text: str) -> bool:
        """Return whether one note can quote the whole text: computed from its length, without cutting it."""
        return measure(text.strip(" \t\r\n"), "chars") <= _QUOTE_LIMIT

    def report(self, playbook: Playbook, report: Report) -> str:
        """Return the brand's figures of some days, as one message in its channel."""
        return calls.notice(report_text(report, playbook, lambda channel: self._traits(channel).title))

    def rehearsal(self, playbook: Playbook, report: Rehearsal) -> str:
        """Return what the bot would have said the day before, as one message in the brand's channel."""
        return calls.notice(rehearsal_text(report, playbook))

    def digest(self, tickets: Sequence[TicketRecord], playbook: Playbook) -> str:
        """Return the message that stands for tickets without a message of their own yet."""
        views = [self.view(ticket, playbook) for ticket in tickets]
        return calls.notice_blocks(*digest_words(views, playbook.languages[0]))

    def account_paused(self, playbook: Playbook, channel: str, code: str) -> str:
        """Return the line that tells the administrator that an account can no longer send."""
        language = playbook.languages[0]
        why = failure_words(language, f"TokenExpired {code}".strip())
        return calls.notice("🔌 " + say(language, "account_paused", title=self._traits(channel).title, why=why))

    def comments(self, playbook: Playbook, digest: CommentDigest) -> str:
        """Return the message that stands for an hour's comments under a post."""
        return calls.notice_blocks(*digest_view(playbook, digest))

    def comments_update(self, playbook: Playbook, digest: CommentDigest) -> str:
        """Return the change of that message."""
        return calls.notice_update(*digest_view(playbook, digest))

    def crowd(self, playbook: Playbook, channel: str, link: str, count: int) -> str:
        """Return the line that says that many comments come under one post."""
        return calls.notice_blocks(*crowd_view(playbook, self._traits(channel).title, link, count))

    def account_notice(self, playbook: Playbook, channel: str, notice: str) -> str:
        """Return the line that tells the administrator what a platform keeps from an account."""
        return calls.notice(noticed(playbook.languages[0], self._traits(channel).title, notice))

    def account_looked_at(self, playbook: Playbook, channel: str, ill: Sequence[str], well: Sequence[str]) -> str:
        """Return the lines that say what of an account is not well, and what is again (`account_look`)."""
        return calls.notice(looked_at(playbook.languages[0], self._traits(channel).title, ill, well))

    def numbers_guessed(self, playbook: Playbook, missed: int, asked: int) -> str:
        """Return the line that says that order numbers are being guessed."""
        return calls.notice("🔎 " + say(playbook.languages[0], "numbers_guessed", missed=missed, asked=asked))

    def shifted(self, playbook: Playbook, shift: Shift) -> str:
        """Return the line that names which messages or answers have changed (`drift`)."""
        return calls.notice(shift_words(playbook, shift))

    def intent_stopped(self, playbook: Playbook, report: StopReport) -> str:
        """Return the notice of an automatically stopped intent, with its tickets and the button that starts it."""
        return calls.notice_blocks(*stopped_notice(playbook, report))

    def intent_started(self, playbook: Playbook, report: StopReport) -> str:
        """Return the notice of a stop as it is once somebody has started the intent again."""
        return calls.notice_update(*started_notice(playbook, report))

    def board(self, playbook: Playbook, tickets: Sequence[TicketRecord], unread: int, now: Millis) -> DrawnBoard:
        """Return the board that counts these open tickets."""
        text = board_words(standing(tickets, unread, playbook, now), playbook)
        return DrawnBoard(text, calls.notice(text), calls.line_update(text), calls.pin())

    def view(self, ticket: TicketRecord, playbook: Playbook) -> TicketView:
        """Return the ticket as blocks and dialogs need it."""
        desk = playbook.languages[0]
        limit, unit = self._limit(ticket)
        return TicketView(
            ticket_id=ticket.ticket_id,
            brand=BrandId(playbook.brand),
            account_id=AccountId(ticket.desk_account),
            state=_STATES[ticket.state],
            priority=_PRIORITIES.get(ticket.priority, "normal"),
            language=desk,
            rev=ticket.rev,
            seen=ticket.messages,
            channel_title=self._traits(ticket.address.channel).title,
            customer_language=ticket.language,
            time_zone=playbook.hours.time_zone,
            register=_register(ticket, playbook),
            quotes=_quotes(ticket, self._traits),
            reason=ticket.reason,
            opened_at=ticket.created_at,
            customer_name=ticket.name,
            public=ticket.public,
            **self._proposed(ticket, playbook),
            detail=_detail(ticket, playbook),
            assignee=ticket.assignee,
            ended_by=ticket.ended_by,
            answer=ticket.answer,
            failure=ticket.failure,
            row_id=ticket.row_id,
            undo_until=ticket.undo_until,
            **_times(ticket, playbook),
            draft=ticket.draft,
            limit=limit,
            unit=unit,
            file_limit=self._file_limit(ticket),
            newer=_newer(ticket),
            sent_row=_sent_row(ticket),
            unsend_ms=self._surface(ticket).unsend_ms,
            corrects=bool(ticket.corrects),
            template=offer(ticket, playbook, self._traits(ticket.address.channel)),
        )

    def _titled(self, offer: SamePerson) -> SamePerson:
        return replace(offer, channels=tuple(self._traits(each).title for each in offer.channels))

    def _proposed(self, ticket: TicketRecord, playbook: Playbook) -> dict[str, Any]:
        """Return the bot's part of the ticket: guess, answers given, look-ups, suggestion."""
        about = ticket.suggested_intent
        return {
            "intent_title": self._title(playbook, ticket.intent),
            "probability": ticket.probability / 1000 if ticket.probability else None,
            "likely": ticket.probability >= playbook.suggest_from * 1000,
            "orders": _orders(ticket),
            "suggestion": ticket.suggestion,
            "suggestion_title": self._title(playbook, about) if about != ticket.intent else "",
            "proved": ticket.proved,
            "done": tuple((at, self._title(playbook, done)) for at, done in map(_done, ticket.done)),
            "promised_until": ticket.promised_until,
            "offers": tuple(self._titled(each) for each in ticket.offers),
            "ways": ways_of(ticket, playbook),
        }

    @staticmethod
    def _title(playbook: Playbook, intent: str) -> str:
        """Return an intent's title: the playbook's, else the common one."""
        desk, known = playbook.languages[0], playbook.intents.get(intent)
        return (known.title.get(desk, "") if known else "") or title_of(intent, desk)

    def _limit(self, ticket: TicketRecord) -> tuple[int, LimitUnit]:
        """Return how long one answer may be: one post in public, a few messages in private; 0 unknown."""
        traits = self._traits(ticket.address.channel)
        surface: Surface | None = (traits.public if ticket.public else traits.private) or traits.private
        if surface is None:
            return 0, "chars"
        return surface.limit * (1 if ticket.public else PARTS), surface.unit

    def _file_limit(self, ticket: TicketRecord) -> int:
        """Return how many bytes one file beside an answer may have; 0 where none goes with it."""
        surface = self._surface(ticket)
        return min(surface.file_limit, FILE_MOST) if surface.files else 0

    def _surface(self, ticket: TicketRecord) -> Surface:
        """Return what the ticket's customer is spoken to on; one that takes nothing where there is none."""
        traits = self._traits(ticket.address.channel)
        return (traits.public if ticket.public else traits.private) or Surface(limit=0, unit="chars")


def _detail(ticket: TicketRecord, playbook: Playbook) -> str:
    """Return more about the reason: for a stop the whole sentence, since it names a time."""
    stop = stop_of_detail(ticket.detail) if ticket.reason == "stopped" else None
    return stop_here(playbook, *stop, ticket.created_at) if stop else ticket.detail


def _orders(ticket: TicketRecord) -> tuple[Order, ...]:
    """Return what was looked up for the agent; nothing of a look-up that has no answer yet."""
    found = [(looked.key, looked.answer) for looked in ticket.orders if looked.answer is not None]
    names = ("status", "carrier", "expected_on")
    return tuple(Order(number=key, **{name: known.get(name, "") for name in names}) for key, known in found)


def _done(report: str) -> tuple[Millis, str]:
    at, _, intent = report.partition(" ")
    return Millis(int(at)), intent


def _register(ticket: TicketRecord, playbook: Playbook) -> str:
    """Return how the brand addresses this customer (vous or tu), where their language knows a difference."""
    register = playbook.register.get(ticket.language, "")
    return register if register in ("vous", "tu") else ""


def _quotes(ticket: TicketRecord, traits: Callable[[str], Traits]) -> tuple[Quote, ...]:
    several = len({quote.channel or ticket.address.channel for quote in ticket.quotes}) > 1
    return tuple(
        Quote(
            text=said.text,
            at=said.at,
            by=_SPEAKERS.get(said.by, "agent"),
            attachments=said.attachments,
            state=_QUOTE_STATES.get(said.state, ""),
            answers=said.answers,
            beside=said.beside,
            public=said.public,
            channel=traits(said.channel).title if several and said.channel else "",
        )
        for said in ticket.quotes
    )


def _sent_row(ticket: TicketRecord) -> str:
    """Return the row of the ticket's answer if that has left."""
    out = ticket.answered_at and ticket.answer and ticket.state in ("answered", "claimed", *ENDED)
    return ticket.row_id if out else ""


def _newer(ticket: TicketRecord) -> int:
    """Return how many messages came after the suggestion was written; 0 where that was not stored."""
    return max(0, ticket.messages - ticket.suggested) if ticket.suggestion and ticket.suggested else 0


def _times(ticket: TicketRecord, playbook: Playbook) -> dict[str, Any]:
    """Return by when an answer is due and what sets that, until when the channel takes one, when it is looked at."""
    due = _due(ticket, playbook)
    return {
        "due_at": due.at if due else Millis(0),
        "due_by": due.by if due else "",
        "answer_by": ticket.answer_by,
        "window_closed": ticket.window_closed,
        "snoozed_until": ticket.snoozed_until,
    }


def _due(ticket: TicketRecord, playbook: Playbook) -> Deadline | None:
    """Return by when the customer's unanswered messages must be answered; None while nothing waits."""
    if not ticket.waits_since:
        return None
    minutes = playbook.targets.minutes(ticket.priority)
    return deadline(playbook.hours, ticket.waits_since, minutes, ticket.answer_by)
