"""
What the customer is told when a person takes over: one message a ticket, by situation and hour, with a promised time.

Pure. Nothing is said in public, to customers who wrote STOP, where the brand switched acknowledgements off, or while
the whole bot is stopped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..model import Millis, Sentiment, Signal, Ticket, Urgency
from ..playbook.defaults import PHRASES, words_of
from ..playbook.emergency import emergency_fields
from ..playbook.fields import find_field
from ..playbook.hours import clock_words, date_words, next_opening, next_opening_text
from ..playbook.phrase import PLACEHOLDER
from ..playbook.promise import Promise, past_words, promise_words, promised
from ..playbook.render import CannotSay, render_phrase
from . import active_bulletins, never_automatic_words, sensitive_words
from .input import DecisionInput, fields_of

AVAILABILITY = "availability"
_PAIRED = frozenset({"handed_over", "human_asked", "angry", "fraud", "grave"})  # one for each: in hours, out of hours
_ONE_MONTH_MS = 30 * 86_400_000
_SIZE = re.compile(
    r"(?:\b(?:taille|pointure|size|en|in(?: an?)?|du|un)\s+)(x{0,3}[sl]|m|[2-9]xl|(?:3[2-9]|4\d|5[0-8])(?:[.,]5)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """
    Text of an acknowledgement, the promise that it makes, and the ids of the exceptions whose words stand before it.
    """

    text: str = ""
    promise: Promise = field(default_factory=Promise)
    exception_ids: tuple[str, ...] = ()


def acknowledgement(
    inputs: DecisionInput, reason: str, priority: str, phrase: str = "", about: str | None = None
) -> Acknowledgement:
    """
    Return the acknowledgement of a new ticket; `Acknowledgement()`: none may be sent, or a value is missing.

    `phrase`: the phrase that the rule asks for; a grave situation replaces it. `about`: the ticket's subject.
    """
    kept = inputs.kept.get(priority)
    grave = _grave(inputs)
    if not _may_say(inputs):
        return Acknowledgement()
    excepted = not grave and priority != "urgent"  # nothing general before what is grave
    return _spoken(inputs, grave or phrase or _situation(inputs, reason), kept, excepted=excepted, about=about)


def apology(inputs: DecisionInput, priority: str) -> Acknowledgement:
    """
    Return the apology for a missed promise, once a ticket, while people are there.

    `Acknowledgement()` where a person has answered, no time was promised, or that time has not passed.
    """
    ticket = inputs.ticket
    if ticket is None or ticket.ticket_id != inputs.conversation.ticket_id or inputs.acting or not inputs.staffed:
        return Acknowledgement()
    waits = ticket.state in ("open", "claimed") and not ticket.first_answer_at and not ticket.apologised
    if not waits or not ticket.promised_until or inputs.now <= ticket.promised_until or not _may_say(inputs):
        return Acknowledgement()
    missed = Promise(ticket.promised_until, loose=ticket.promised_loosely)
    named = past_words(inputs.playbook.hours, inputs.language, inputs.now, missed)
    return _spoken(inputs, "late", inputs.kept.get(priority), {"promised": named})


def emergency(inputs: DecisionInput) -> Acknowledgement:
    """
    Return what is said beside an open ticket when the customer reports an injury or a wish to die, once for each kind.

    `Acknowledgement()` while the person who answered is there: then only they speak.
    """
    ticket = inputs.ticket
    if ticket is None or not (ticket.desk_account or inputs.playbook.routing.desk("urgent")):
        return Acknowledgement()
    exception_ids = [kind for kind in _emergencies(inputs) if kind not in ticket.emergencies]
    if not exception_ids or not _may_say(inputs) or (ticket.first_answer_at and inputs.staffed):
        return Acknowledgement()
    return _spoken(inputs, _emergency_phrase(inputs, exception_ids[0]), None)


def reported_emergencies(inputs: DecisionInput, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    Return the kinds of emergency that the customer has reported in private: earlier ones, and those of these messages.
    """
    return before if inputs.public else tuple(dict.fromkeys((*before, *_emergencies(inputs))))


def with_words(ticket: Ticket, said: Acknowledgement, *, sorry: bool = False) -> Ticket:
    """Return the ticket decision with this acknowledgement."""
    return replace(
        ticket,
        acknowledge=said.text,
        promised_until=said.promise.until,
        promised_loosely=said.promise.loose,
        exception_ids=said.exception_ids,
        apology=sorry and bool(said.text),
    )


def moments(inputs: DecisionInput) -> dict[str, str]:
    """Return the fields that every phrase may use: next opening, time of the message, whom to call in an emergency."""
    hours, language = inputs.playbook.hours, inputs.language
    back = next_opening_text(hours, language, inputs.now)
    return {
        "next_opening": back,
        "next_opening_from": next_opening_text(hours, language, inputs.now, since=True),
        "back": back or promise_words(hours, language, inputs.now, Promise()),
        "received_on": date_words(hours, language, inputs.last.sent_at),
        "received_at": clock_words(hours, language, inputs.last.sent_at),
        **emergency_fields(inputs.playbook.country, language),
    }


def shop_and_size(inputs: DecisionInput) -> tuple[str, str]:
    """Return the shop and the size that the customer named; ("", "") unless both are named."""
    places = [name for name, shape in inputs.playbook.fields.items() if shape.values]
    shop = next((found for name in places if (found := find_field(inputs.playbook, name, inputs.full_text))), "")
    size = _SIZE.search(inputs.full_text)
    return (shop, size.group(1).upper()) if shop and size else ("", "")


def _may_say(inputs: DecisionInput) -> bool:
    switch = inputs.playbook.acknowledge
    on = switch.in_hours if inputs.staffed else switch.out_of_hours
    if inputs.public or inputs.opted_out or inputs.unproved or inputs.crowded:
        return False
    if inputs.loop and not _emergencies(inputs):  # whom to call in an emergency is always said, once a ticket
        return False
    return on and not inputs.control.silences_now(inputs.channel, "")


def _grave(inputs: DecisionInput) -> str:
    """Return the phrase of a grave situation, which replaces all others; "" where there is none."""
    text = inputs.text
    kinds = _emergencies(inputs)
    if kinds:
        return _emergency_phrase(inputs, kinds[0])
    if sensitive_words.defrauded(text) or any(Signal.FRAUD in each.signals for each in (*inputs.singles, inputs.whole)):
        return "fraud_in_hours" if _alerted(inputs) else "fraud_out_of_hours"
    if sensitive_words.withdraws(text):
        return "withdrawal"
    if sensitive_words.about_own_data(text):
        return "own_data"
    legal = _declared(text)
    if legal:
        return legal
    critical = any(single.urgency is Urgency.CRITICAL for single in (*inputs.singles, inputs.whole))
    return "grave" if critical or sensitive_words.mourns(text) else ""


def _declared(text: str) -> str:
    """Return the dated phrase for a formal notice or a warranty claim; "" where the message is neither."""
    phrases = {"notice": "formal_notice", "warranty": "warranty_claim"}
    return next((phrases[kind] for kind in never_automatic_words.kinds_of(text) if kind in phrases), "")


def _alerted(inputs: DecisionInput) -> bool:
    return inputs.staffed or inputs.playbook.routing.at_any_hour


def _emergencies(inputs: DecisionInput) -> list[str]:
    """Return the kinds of emergency in these messages, the gravest first."""
    says = {"wish_to_die": sensitive_words.wishes_to_die, "hurt": sensitive_words.hurt}
    return [kind for kind, tells in says.items() if tells(inputs.text)]


def _emergency_phrase(inputs: DecisionInput, kind: str) -> str:
    if kind == "hurt":
        return "hurt_alerted" if _alerted(inputs) else "hurt_out_of_hours"
    return kind


def _situation(inputs: DecisionInput, reason: str) -> str:
    if reason == "asked_for_human":
        return "human_asked"
    if reason == "complaint" or any(single.sentiment is Sentiment.NEGATIVE for single in inputs.singles):
        return "angry"
    if reason == "not_helped":  # who types "?" or 👎 is no more than not served yet
        return "human_asked"
    if inputs.guess == AVAILABILITY and not inputs.whole.out_of_scope and all(shop_and_size(inputs)):
        return "shop_asked"  # though the model be not sure: a person reads it either way
    kinds = {kind for message in inputs.pending for kind in message.attachments}
    if kinds and not inputs.text.strip():
        alone = {"audio": "voice_alone", "image": "photo_alone"}
        return alone.get(kinds.pop(), "file_alone") if len(kinds) == 1 else "file_alone"
    return "handed_over"


def _spoken(
    inputs: DecisionInput,
    phrase: str,
    kept: int | None,
    more: Mapping[str, str] | None = None,
    *,
    excepted: bool = False,
    about: str | None = None,
) -> Acknowledgement:
    """
    Return the phrase for this hour, completed, with the promise that it makes.

    `excepted`: put the words of the exceptions that hold for this subject before it.
    """
    if phrase == "other_language":
        return Acknowledgement(_in_their_language(inputs))
    hours, language, now = inputs.playbook.hours, inputs.language, inputs.now
    opening = next_opening(hours, now)
    if phrase in _PAIRED:
        phrase += "_in_hours" if inputs.staffed or opening is None else "_out_of_hours"
    names = set(PLACEHOLDER.findall(words_of(inputs.playbook, phrase, language)))
    named = bool(names & {"when", "when_back"})
    promise = promised(hours, now, kept if named else None) if named or "next_opening" in names else Promise()
    if phrase == "own_data":
        promise = Promise(Millis(now + _ONE_MONTH_MS), loose=True)
    shop, size = shop_and_size(inputs)
    fields = {
        **fields_of(inputs),
        **moments(inputs),
        "when": promise_words(hours, language, now, promise),
        "when_back": promise_words(hours, language, now, promise, since=opening),
        "shop": shop,
        "size": size,
        **(more or {}),
    }
    name, greet = inputs.last.display_name, inputs.greets
    try:
        grave = phrase in PHRASES and PHRASES[phrase].grave
        before, exception_ids = active_bulletins.before(inputs, about) if excepted and not grave else ("", ())
        text = render_phrase(
            inputs.playbook, phrase, language, fields, name, greet=greet, notice="brand", before=before
        )
    except CannotSay:
        return Acknowledgement()
    return Acknowledgement(text, promise, exception_ids)


def _in_their_language(inputs: DecisionInput) -> str:
    """
    Return one sentence in a language that the brand does not speak; in English where we have none in that language.
    """
    spoken = inputs.foreign if words_of(inputs.playbook, "other_language", inputs.foreign) else "en"
    return render_phrase(inputs.playbook, "other_language", spoken, {})
