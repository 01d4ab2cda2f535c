"""
What a decision may use beside what was loaded: the time, and pure functions of the platforms and the agents' workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..conversation import TicketRecord
from ..model import Millis, Shift
from ..playbook.schema import Playbook
from ..ports import StopTold, Surface, Traits
from ..report import Rehearsal, Report

NOTES = (
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
    "bot_stopped",
    "bot_started",
    "stale_reply",
    "taken_over",
    "unread",
    "held",
    "held_leaves",
    "held_offered",
    "reminder",
    "window_soon",
    "late",
    "window_over",
    "wrote_again",
    "rises",
    "danger",
    "danger_next",
)


class Desk(Protocol):
    """
    The agents' workspace, as text: each method but three returns the JSON body of one call to it. Pure.

    `note` kinds are NOTES; `fields` are the values they show (text, part, files, beside, agent, to, broadcast, when,
    count, reason, anchor). `cut` returns the ids of messages that a ticket does not show whole; `pieces` splits a text
    into notes; `fits` says, much more cheaply, whether one note is enough.
    """

    def post(self, ticket: TicketRecord, playbook: Playbook) -> str: ...

    def update(self, ticket: TicketRecord, playbook: Playbook) -> str: ...

    def note(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str: ...

    def rewritten(self, ticket: TicketRecord, playbook: Playbook, kind: str, fields: Mapping[str, str]) -> str: ...

    def cut(self, ticket: TicketRecord, playbook: Playbook) -> Sequence[str]: ...

    def pieces(self, text: str) -> Sequence[str]: ...

    def fits(self, text: str) -> bool: ...

    def report(self, playbook: Playbook, report: Report) -> str: ...

    def rehearsal(self, playbook: Playbook, told: Rehearsal) -> str: ...

    def digest(self, tickets: Sequence[TicketRecord], playbook: Playbook) -> str: ...

    def account_paused(self, playbook: Playbook, channel: str, code: str) -> str: ...

    def numbers_guessed(self, playbook: Playbook, missed: int, asked: int) -> str: ...

    def shifted(self, playbook: Playbook, shift: Shift) -> str: ...

    def intent_stopped(self, playbook: Playbook, told: StopTold) -> str: ...

    def intent_started(self, playbook: Playbook, told: StopTold) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    The same for a whole decision, however often it starts again. `split` cuts a text into parts that a surface takes.
    """

    now: Millis
    received_at: Millis
    traits: Callable[[str], Traits]
    desk: Desk
    split: Callable[[str, Surface], Sequence[str]]
