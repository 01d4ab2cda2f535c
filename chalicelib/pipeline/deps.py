"""
What the handlers are given: the interfaces to everything outside. `wiring` builds the real ones, tests give fakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..conversation import TicketRecord
from ..model import Account, BrandId, Millis, Shift
from ..playbook.hours import local_day
from ..playbook.schema import Playbook
from ..ports import Channel, Clock, Counter, Scorer, StopTold, Surface, Traits
from ..report import Rehearsal, Report
from ..store.blobs import Blobs
from ..store.directory import Directory
from ..store.queues import Queues
from ..store.table import Table

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
class Deps:
    """Dependencies of the handlers. Those that need a model, secrets or a socket are callables: built on first use."""

    directory: Directory
    queues: Queues
    blobs: Blobs
    table: Callable[[BrandId], Table]
    playbook: Callable[[BrandId], Playbook]
    scorer: Callable[[BrandId], Scorer]
    traits: Callable[[str], Traits]
    channel: Callable[[Account], Channel]
    look_up: Callable[[BrandId, str, str], Mapping[str, str]]
    desk: Desk
    split: Callable[[str, Surface], Sequence[str]]
    clock: Clock
    counter: Counter
    kept: Callable[[BrandId, str], int | None]  # `figures.kept_minutes`: what nine of ten such tickets took lately
    pause: Callable[[float], None]  # sleeps seconds, with jitter, between tries of a lost race
    in_turn: bool = False  # at the head of a desk's line (`pipeline.turn`)

    def day(self, brand: BrandId) -> Callable[[Millis], str]:
        """Return a function from an instant to the brand's local day; the playbook is read on its first call."""
        return lambda at: local_day(self.playbook(brand).hours, at)
