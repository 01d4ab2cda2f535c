"""
The decision input: the uncovered messages, their classification, and the brand's rules.

Pure and frozen: `engine.customer` builds it, `decide` reads it. Nothing here decides. What reads the whole text is
worked out once: a decision asks for the intent and the language some ten times.

Of the uncovered messages, the newest are read, up to the length of one message (`readable`): each new message is
decided on together with all uncovered ones, so sixty messages of ten thousand characters would be read sixty times. An
older text was read when it was the newest. Without it nothing is answered automatically, and the ticket shows all texts
whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from ..conversation import Control, Conversation, PastAnswer, TicketRecord, TimelineMessage, account_of
from ..model import (
    ANSWERS_US,
    CAUTION,
    TEXT_MOST,
    Classification,
    Consent,
    Decision,
    MessageId,
    Millis,
    Ticket,
    gravest_first,
)
from ..playbook.fields import find_field
from ..playbook.schema import Playbook
from ..ports import Surface
from ..store import keys
from ..store.caps import CapSlot
from . import loop_signs, menu, reply_language
from .intent_resolution import resolve_intent
from .who_speaks import Standing, standing

LATE_MS = 3_600_000
BURST_MS = 45_000  # how long the lines of one burst are joined, from the first one on; a look-up may follow
DISCLOSED_MS = 24 * 3_600_000  # how long a customer may be taken to remember that an AI assistant answers


@dataclass(frozen=True, kw_only=True)
class DecisionInput:
    """
    All that a decision may know.

    `pending`: uncovered customer messages, oldest first. `whole`: the classification of their joined text; `singles`:
    of each alone. `staffed`: people are there, by the brand's hours. `timer_fired`: the last hold is over. `ticket`:
    the open one, if any. `kept`: by priority, within how many opening minutes nine of ten tickets were answered lately;
    missing: not known yet. `before`: the messages that the last clarifying question was about, if these may answer it.
    `acting`: an agent acts in this conversation at this moment. `slot`: the place under the daily cap that an answer
    takes, if there is a cap; `full`: none is left. `place`, `crowded`: the same of the cap for one mail domain
    (`crowds`). `surface`: what the last message came on, where that is known.
    """

    conversation: Conversation
    pending: tuple[TimelineMessage, ...]
    whole: Classification
    singles: Sequence[Classification]
    playbook: Playbook
    control: Control
    now: Millis
    staffed: bool = True
    timer_fired: bool = False
    ticket: TicketRecord | None = None
    before: tuple[TimelineMessage, ...] = ()
    acting: bool = False
    surface: Surface | None = None
    slot: CapSlot | None = None
    full: bool = False
    place: CapSlot | None = None
    crowded: bool = False
    kept: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def standing(self) -> Standing:
        """Who speaks in this conversation now."""
        return standing(self.conversation, self.ticket)

    @property
    def late(self) -> bool:
        """
        Return whether these messages came, or are decided on, long after they were written; no agent gave them back.

        Their webhooks were lost, or ours was down. An answer now would be given as if nobody had waited.
        """
        if self.acting or not self.pending:
            return False
        came_late = any(message.received_at - message.sent_at > LATE_MS for message in self.pending)
        return came_late or self.now - self.last.received_at > LATE_MS

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """Return why a person alone may answer, by the channel's own checks (`CAUTION`), the gravest first."""
        return gravest_first(words for message in self.pending for kind, words in message.beside if kind == CAUTION)

    @property
    def unproved(self) -> bool:
        """Return whether nothing automatic may be said: the words, or their sender, may be another's."""
        return any(each != ANSWERS_US for each in self.cautions)

    @cached_property
    def loop(self) -> loop_signs.Loop:
        """Return why nothing automatic may be said: a machine seems to write, or enough was said; "" where it may."""
        return loop_signs.loop(self.conversation, self.pending, self.now)

    @property
    def answered_by_people(self) -> bool:
        """Return whether a person takes whatever answers an automatic message here."""
        return self.surface is not None and self.surface.people_answer_replies

    @property
    def burst_until(self) -> Millis:
        """Return until when further lines are waited for, at most."""
        return Millis(min((message.received_at for message in self.pending), default=self.now) + BURST_MS)

    @property
    def join_ms(self) -> int:
        """Return how long an answer to a complete question waits for a second line."""
        return max(0, min(self.playbook.limits.join_question_ms, self.burst_until - self.now))

    @property
    def covers(self) -> tuple[MessageId, ...]:
        return tuple(message.message_id for message in self.pending)

    @cached_property
    def last(self) -> TimelineMessage:
        return self.pending[-1]

    @cached_property
    def text(self) -> str:
        return "\n".join(message.text for message in self.pending if message.text)

    @cached_property
    def full_text(self) -> str:
        """Return the text of the messages of a clarifying question and of these messages: fields in either count."""
        return "\n".join(message.text for message in (*self.before, *self.pending) if message.text)

    @cached_property
    def channel(self) -> str:
        return self.last.address.channel

    @cached_property
    def public(self) -> bool:
        return self.last.public

    @property
    def ai_line(self) -> Literal["full", "short"]:
        """
        Return how the next private automatic message says that an AI assistant sends it.

        In full if this address was never told, not for 24 hours, or if a person wrote since.
        """
        head = self.conversation
        known = head.disclosed_to == keys.recipient(self.last.address)
        return "short" if known and not self.greets else "full"

    @property
    def greets(self) -> bool:
        """Return whether an automatic message begins with a greeting: the first one, and the first after 24 hours."""
        return self.now - self.conversation.disclosed_at >= DISCLOSED_MS

    @cached_property
    def language(self) -> str:
        """Return the language to answer in: the conversation's, until a whole sentence is in another."""
        kept = self.conversation.language
        return reply_language.answer_language(self.whole.language, self.text, kept, self.playbook.languages)

    @cached_property
    def foreign(self) -> str:
        """Return the language of a whole sentence that the brand does not speak; "" for all else."""
        return reply_language.foreign_language(self.whole.language, self.text, self.playbook.languages)

    @property
    def opted_out(self) -> bool:
        """Return whether the customer wants no automatic messages here."""
        return account_of(self.last.address) in self.conversation.opted_out

    @cached_property
    def choice(self) -> str:
        """Return which of the choices offered last these messages pick; "" where none."""
        head = self.conversation
        texts = [message.text for message in self.pending if message.message_id not in head.clarified]
        return menu.chosen(head, texts, self.playbook, self.now)

    @cached_property
    def intent(self) -> str | None:
        """Return the intent that may be acted on: the one chosen, the model's when sure, or that of a missing field."""
        choice = self.choice
        if choice and choice not in (menu.PERSON, menu.OTHER):
            return choice
        return resolve_intent(self.conversation, self.past_answers, self.playbook, self.whole, self.text)

    @cached_property
    def past_answers(self) -> tuple[PastAnswer, ...]:
        """Return the automatic answers that the head remembers, oldest first."""
        return self.conversation.remembered(self.now)

    @property
    def unwritten(self) -> str:
        """Return the intent, if it is likely and the playbook has no text for it; else ""."""
        return self.whole.unwritten if self.whole.subject_probability >= self.playbook.suggest_from else ""

    @property
    def guess(self) -> str:
        return self.intent or self.whole.intent or self.whole.guess


def fields_of(inputs: DecisionInput) -> dict[str, str]:
    """Return the values of the playbook's fields in the messages, by name."""
    found = {name: find_field(inputs.playbook, name, inputs.full_text) for name in inputs.playbook.fields}
    return {name: value for name, value in found.items() if value}


def readable(inputs: DecisionInput) -> DecisionInput:
    """Return the input, without the text of older messages if all together are too long."""
    if sum(len(message.text) for message in inputs.pending) <= TEXT_MOST:
        return inputs
    remaining, kept = TEXT_MOST, []
    for message in reversed(inputs.pending):
        kept.append(message if len(message.text) <= remaining else replace(message, text=message.text[:remaining]))
        remaining = max(0, remaining - len(message.text))
    return replace(inputs, pending=tuple(reversed(kept)))


def holds_unread(decision: Decision) -> bool:
    """Return whether the decision may stand although text was left out: a person reads it, or it is a STOP."""
    return isinstance(decision, Ticket | Consent)
