"""
What a decision uses beside the loaded state: the time, and pure functions of platforms and the agents' workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..conversation import JUDGES, Conversation, TicketRecord
from ..model import (
    Address,
    ChannelName,
    Content,
    ConversationId,
    EventBase,
    MessageId,
    Millis,
    Part,
    Shift,
    StopNotice,
)
from ..playbook.schema import Playbook
from ..ports import StopReport, Surface, Traits
from ..report import CommentDigest, Rehearsal, Report
from ..store import keys

NOTES = (
    "asked_for",
    "customer_wrote",
    "customer_closes",
    "reaction",
    "opted_out",
    "opted_in",
    "in_full",
    "goes_on",
    "customer_edited",
    "customer_deleted",
    "note_kept",
    "not_sent",
    "cancelled",
    "too_late",
    "failed",
    "unknown",
    "auto_failed",
    "auto_unknown",
    "judged_wrong",
    "file_failed",
    "acknowledgement_failed",
    "acknowledgement_unknown",
    "native_answer",
    "beside",
    "number_changed",
    "joined",
    "joined_here",
    "parted",
    "same_person",
    "not_same",
    "unlinked",
    "united",
    "move_offered",
    "move_lost",
    "moved",
    "code_sent",
    "code_not_sent",
    "copy_sent",
    "copy_not_sent",
    "copy_lost",
    "bot_stopped",
    "bot_started",
    "stale_reply",
    "files_left",
    "taken_over",
    "unread",
    "held",
    "held_leaves",
    "held_offered",
    "goes_where_chosen",
    "template_changed",
    "template_failed",
    "reminder",
    "window_soon",
    "late",
    "window_over",
    "wrote_again",
    "rises",
    "danger",
    "danger_next",
)


class DrawnBoard(NamedTuple):
    """The board of a desk: its words, and the bodies of the calls that post, change and pin it."""

    text: str
    post: str
    update: str
    pin: str


class Desk(Protocol):
    """
    The agents' workspace, as text: each method but four returns the body of one call to it. Pure.

    `name`: the channel of its desks' addresses. `note` kinds are NOTES; `fields` are the values they show (text, part,
    files, beside, agent, to, broadcast, when, count, reason, anchor). `cut` returns the ids of messages that a ticket
    does not show whole; `pieces` splits a text into notes; `fits` says, much more cheaply, whether one note is enough.
    """

    @property
    def name(self) -> ChannelName: ...

    def post(self, ticket: TicketRecord, playbook: Playbook) -> str: ...

    def update(self, ticket: TicketRecord, playbook: Playbook) -> str: ...

    def note(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str: ...

    def rewritten(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str: ...

    def cut(self, ticket: TicketRecord, playbook: Playbook) -> Sequence[str]: ...

    def pieces(self, text: str) -> Sequence[str]: ...

    def fits(self, text: str) -> bool: ...

    def report(self, playbook: Playbook, report: Report) -> str: ...

    def rehearsal(self, playbook: Playbook, report: Rehearsal) -> str: ...

    def digest(self, tickets: Sequence[TicketRecord], playbook: Playbook) -> str: ...

    def comments(self, playbook: Playbook, digest: CommentDigest) -> str: ...

    def comments_update(self, playbook: Playbook, digest: CommentDigest) -> str: ...

    def crowd(self, playbook: Playbook, channel: str, link: str, count: int) -> str: ...

    def account_paused(self, playbook: Playbook, channel: str, code: str) -> str: ...

    def account_notice(self, playbook: Playbook, channel: str, notice: str) -> str: ...

    def account_looked_at(self, playbook: Playbook, channel: str, ill: Sequence[str], well: Sequence[str]) -> str: ...

    def numbers_guessed(self, playbook: Playbook, missed: int, asked: int) -> str: ...

    def shifted(self, playbook: Playbook, shift: Shift) -> str: ...

    def intent_stopped(self, playbook: Playbook, report: StopReport) -> str: ...

    def board(self, playbook: Playbook, tickets: Sequence[TicketRecord], unread: int, now: Millis) -> DrawnBoard: ...

    def intent_started(self, playbook: Playbook, report: StopReport) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    One decision's time and functions; a restart changes neither. `split` cuts a content into parts for a surface.
    """

    now: Millis
    received_at: Millis
    traits: Callable[[str], Traits]
    desk: Desk
    split: Callable[[Content, Surface], Sequence[Part]]

    def said_at(self, event: EventBase) -> Millis:
        """
        Return the moment of an event: its platform's clock may have steps of a whole second.

        It is never later than the receipt: a platform clock ahead of ours would put a question behind its answer.
        """
        if event.sent_at is None:
            return self.received_at
        clock_ms = self.traits(event.address.channel).clock_ms
        return Millis(min(event.sent_at + clock_ms - 1, self.received_at))

    def message_id(self, conversation_id: ConversationId, event: EventBase) -> MessageId:
        """Return the id of an event's message: ids sort by the time of sending, then in the order of receipt."""
        address, at = event.address, self.said_at(event)
        identity = (address.channel, address.account_id, event.event_id)
        return keys.message_id(conversation_id, at, *identity, later_ms=self.received_at - at)

    def surface(self, address: Address, *, public: bool) -> Surface | None:
        """Return what is said on there; None where a channel has no such surface."""
        traits = self.traits(address.channel)
        return traits.public if public else traits.private

    def window_end(self, head: Conversation, address: Address, *, public: bool, human: bool) -> Millis:
        """Return until when the platform takes an answer to this person; 0 where it has no window."""
        surface = self.surface(address, public=public)
        if surface is None or not surface.window_ms:
            return Millis(0)
        last = head.last_customer.get(keys.recipient(address), 0)
        return Millis(last + (max(surface.window_ms, surface.human_window_ms) if human else surface.window_ms))

    def split_for(self, address: Address, text: str, *, public: bool) -> tuple[Part, ...]:
        """Return the text as parts that this surface takes."""
        return self.parts_for(address, Content(text=text), public=public)

    def parts_for(self, address: Address, content: Content, *, public: bool) -> tuple[Part, ...]:
        """Return what is said at once as parts that this surface takes."""
        traits = self.traits(address.channel)
        surface = (traits.public if public else traits.private) or traits.private
        return tuple(self.split(content, surface)) if surface else (Part(text=content.text),)


def stop_report(tickets: Sequence[TicketRecord | None], report: StopNotice, row_id: str) -> StopReport:
    """Return what a notice shows of a stop, with those of its tickets that still exist."""
    found = [ticket for ticket in tickets if ticket is not None]
    return StopReport(
        intent=report.intent,
        since=report.since,
        refused=report.refused,
        answers=report.answers,
        judged=report.by == JUDGES,
        row_id=row_id,
        ticket_id=found[-1].ticket_id if found else "",
        tickets=tuple((ticket.desk_account, ticket.desk_ts) for ticket in found if ticket.desk_ts),
    )
