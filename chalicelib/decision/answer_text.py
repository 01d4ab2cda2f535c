"""
The text of a decision: answer, question back, a ticket's suggestion, acknowledgement. Pure.

`decide` chooses; nothing here chooses whether the bot may speak.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from ..model import Ask, Decision, Millis, Reply, Sentiment, Ticket, Urgency
from ..playbook.render import CannotSay, Notice, render, render_question
from ..playbook.schema import Intent
from . import active_bulletins, sensitive_words
from .acknowledgement import Acknowledgement, acknowledgement, apology, emergency, moments, with_words
from .input import DecisionInput, fields_of
from .order_numbers import NOT_FOUND
from .suggestion import COMPLAINT, subject_of, suggested

Priority = Literal["normal", "high", "urgent"]


def day_of(now: Millis) -> str:
    """Return the UTC day that a count of automatic replies belongs to."""
    return str(now // 86_400_000)


def limit_reached(inputs: DecisionInput) -> bool:
    """Return whether the bot has sent this customer as many messages today as the brand, and the channel, allow."""
    if inputs.crowded:
        return True
    head = inputs.conversation
    count = head.auto_count if head.auto_day == day_of(inputs.now) else 0
    surface = inputs.surface
    if surface is not None:
        lately = [said.at for said in inputs.past_answers if inputs.now - said.at < surface.bot_pause_ms]
        if lately or (surface.bot_a_day and count >= surface.bot_a_day):
            return True
    return count >= inputs.playbook.limits.auto_replies_per_day


def guarded(inputs: DecisionInput, make: Callable[[], Decision]) -> Decision:
    """Return the decision, or a ticket if its playbook text cannot be completed."""
    try:
        return make()
    except CannotSay:
        return to_person(inputs, "no_words_in_playbook")


def notice(inputs: DecisionInput) -> Notice:
    """Return the AI notice for an automatic answer or question here and now."""
    if inputs.public:
        return "brand"
    if inputs.answered_by_people:
        return "mail"
    if inputs.ai_line == "full" and not inputs.staffed and moments(inputs)["next_opening_from"]:
        return "closed"
    return inputs.ai_line


def reply_with(inputs: DecisionInput, facts: Sequence[dict[str, str]], *, missed: bool = False) -> Decision:
    """
    Return the playbook's answer to the intent; `facts`: what a look-up found, one for each number.

    Several numbers are answered together; unknown ones come last, since their text ends with a question.
    """
    intent = inputs.intent or ""
    before, exception_ids = active_bulletins.before(inputs, intent)
    text = render(
        inputs.playbook,
        intent,
        inputs.language,
        inputs.channel,
        fields_of(inputs) | moments(inputs),
        inputs.last.display_name,
        public=inputs.public,
        greet=inputs.greets,
        notice=notice(inputs),
        before=before,
        facts=sorted(facts, key=lambda fact: fact.get("status") == NOT_FOUND),
    )
    wait = _rest_to_join(inputs) if facts else inputs.join_ms
    return Reply(
        covers=inputs.covers,
        reason="sure",
        intent=intent,
        language=inputs.language,
        text=text,
        wait_ms=wait,
        missed=missed,
        exception_ids=exception_ids,
    )


def _rest_to_join(inputs: DecisionInput) -> int:
    """Return what is left of the wait for a second message after a look-up, whose own time counts."""
    join = inputs.join_ms
    waited = inputs.now - max(message.received_at for message in inputs.pending)
    return min(max(join - waited, 0), join)


def question(inputs: DecisionInput, intent: Intent, wants: str, given: tuple[str, ...]) -> Decision:
    """Return the question for what an answer needs: a number, or with `given` numbers the second key."""
    also = bool(intent.asks_also) and wants == intent.asks_also
    before, exception_ids = active_bulletins.before(inputs, intent.name)
    text = render_question(
        inputs.playbook,
        intent.name,
        inputs.language,
        moments(inputs),
        inputs.last.display_name,
        greet=inputs.greets,
        notice=notice(inputs),
        also=also,
        before=before,
    )
    wait = inputs.join_ms
    return Ask(
        covers=inputs.covers,
        reason=f"needs_{wants}",
        intent=intent.name,
        language=inputs.language,
        wants=wants,
        text=text,
        wait_ms=wait,
        given=given if also else (),
        exception_ids=exception_ids,
    )


def to_person(
    inputs: DecisionInput,
    reason: str,
    *,
    at_least: Priority = "normal",
    acknowledge: bool = True,
    intent: str | None = None,
    phrase: str = "",
    language: str = "",
    detail: str = "",
) -> Ticket:
    """
    Return a ticket for these messages, with its acknowledgement.

    `language`: one that the brand does not speak; the customer is told in it, and nothing is suggested. The ticket
    always names the language that is written.
    """
    about = None if language else subject_of(inputs, intent)
    priority = _priority(inputs, at_least)
    # Nobody is promised a person where no desk is told of it.
    acknowledge = acknowledge and not inputs.conversation.ticket_id and bool(inputs.playbook.routing.desk(priority))
    phrase = "other_language" if language else phrase
    said = acknowledgement(inputs, reason, priority, phrase, about) if acknowledge else Acknowledgement()
    proposed = suggested(inputs, about, reason, detail)
    ticket = Ticket(
        covers=inputs.covers,
        reason=reason,
        priority=priority,
        intent=about,
        language=inputs.foreign or inputs.language,
        detail=detail,
        suggestion=proposed.text,
        suggested_intent=proposed.intent,
        proved=proposed.proved,
    )
    return with_words(ticket, said)


def with_words_beside(inputs: DecisionInput, decision: Decision) -> Decision:
    """
    Return the decision for an open ticket, with a new suggestion and the message that the customer gets meanwhile.

    The customer is told whom to call in an emergency, once for each kind; else one apology if a promised time has
    passed.
    """
    if inputs.ticket is None or not isinstance(decision, Ticket):
        return decision
    urgent = emergency(inputs)
    if urgent.text:
        return with_words(decision, urgent)
    return with_words(decision, apology(inputs, inputs.ticket.priority), sorry=True)


def _priority(inputs: DecisionInput, at_least: Priority) -> Priority:
    order: tuple[Priority, ...] = ("normal", "high", "urgent")
    level = 2 if sensitive_words.endangers(inputs.text) else order.index(at_least)
    for single in inputs.singles:
        angry = single.guess == COMPLAINT and not single.out_of_scope
        if single.urgency is Urgency.CRITICAL:
            level = 2
        elif angry or single.urgency is Urgency.HIGH or single.sentiment is Sentiment.NEGATIVE:
            level = max(level, 1)
    return order[level]
