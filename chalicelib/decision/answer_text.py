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
from .acknowledgement import Said, acknowledgement, apology, emergency, moments, with_words
from .input import View, fields_of
from .order_numbers import NOT_FOUND
from .suggestion import COMPLAINT, subject_of, suggested

Priority = Literal["normal", "high", "urgent"]


def day_of(now: Millis) -> str:
    """Return the UTC day that a count of automatic replies belongs to."""
    return str(now // 86_400_000)


def limit_reached(view: View) -> bool:
    """Return whether the bot has sent this customer as many messages today as the brand allows."""
    head = view.conversation
    count = head.auto_count if head.auto_day == day_of(view.now) else 0
    return count >= view.playbook.limits.auto_replies_per_day


def guarded(view: View, make: Callable[[], Decision]) -> Decision:
    """Return the decision, or a ticket if its playbook text cannot be completed."""
    try:
        return make()
    except CannotSay:
        return to_person(view, "no_words_in_playbook")


def notice(view: View) -> Notice:
    """Return the AI notice for an automatic answer or question here and now."""
    if view.public:
        return "brand"
    if view.ai_line == "full" and not view.staffed and moments(view)["next_opening_from"]:
        return "closed"
    return view.ai_line


def reply_with(view: View, facts: Sequence[dict[str, str]], *, missed: bool = False) -> Decision:
    """
    Return the playbook's answer to the view's topic; `facts`: what a look-up found, one for each number.

    Several numbers are answered together; unknown ones come last, since their text ends with a question.
    """
    topic = view.topic or ""
    before, told = active_bulletins.before(view, topic)
    text = render(
        view.playbook,
        topic,
        view.language,
        view.channel,
        fields_of(view) | moments(view),
        view.last.display_name,
        public=view.public,
        greet=view.greets,
        notice=notice(view),
        before=before,
        facts=sorted(facts, key=lambda fact: fact.get("status") == NOT_FOUND),
    )
    wait = _rest_to_join(view) if facts else view.playbook.limits.join_question_ms
    return Reply(
        covers=view.covers,
        reason="sure",
        intent=topic,
        language=view.language,
        text=text,
        wait_ms=wait,
        missed=missed,
        told=told,
    )


def _rest_to_join(view: View) -> int:
    """Return what is left of the wait for a second message after a look-up, whose own time counts."""
    join = view.playbook.limits.join_question_ms
    waited = view.now - max(message.received_at for message in view.pending)
    return min(max(join - waited, 0), join)


def question(view: View, intent: Intent, wants: str, given: tuple[str, ...]) -> Decision:
    """Return the question for what an answer needs: a number, or with `given` numbers the second key."""
    also = bool(intent.asks_also) and wants == intent.asks_also
    before, told = active_bulletins.before(view, intent.name)
    text = render_question(
        view.playbook,
        intent.name,
        view.language,
        moments(view),
        view.last.display_name,
        greet=view.greets,
        notice=notice(view),
        also=also,
        before=before,
    )
    wait = view.playbook.limits.join_question_ms
    return Ask(
        covers=view.covers,
        reason=f"needs_{wants}",
        intent=intent.name,
        language=view.language,
        wants=wants,
        text=text,
        wait_ms=wait,
        given=given if also else (),
        told=told,
    )


def to_person(
    view: View,
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
    about = None if language else subject_of(view, intent)
    priority = _priority(view, at_least)
    # Nobody is promised a person where no desk is told of it.
    acknowledge = acknowledge and not view.conversation.ticket_id and bool(view.playbook.routing.desk(priority))
    phrase = "other_language" if language else phrase
    said = acknowledgement(view, reason, priority, phrase, about) if acknowledge else Said()
    proposed = suggested(view, about, reason, detail)
    ticket = Ticket(
        covers=view.covers,
        reason=reason,
        priority=priority,
        intent=about,
        language=view.foreign or view.language,
        detail=detail,
        suggestion=proposed.text,
        suggested_intent=proposed.intent,
        proved=proposed.proved,
    )
    return with_words(ticket, said)


def with_words_beside(view: View, decision: Decision) -> Decision:
    """
    Return more text for an open ticket: what it shows, and what the customer is told meanwhile.

    The customer is told whom to call in an emergency, once for each kind; else one apology if a promised time has
    passed.
    """
    if view.ticket is None or not isinstance(decision, Ticket):
        return decision
    urgent = emergency(view)
    if urgent.text:
        return with_words(decision, urgent)
    return with_words(decision, apology(view, view.ticket.priority), sorry=True)


def _priority(view: View, at_least: Priority) -> Priority:
    order: tuple[Priority, ...] = ("normal", "high", "urgent")
    level = 2 if sensitive_words.endangers(view.text) else order.index(at_least)
    for single in view.singles:
        angry = single.guess == COMPLAINT and not single.out_of_scope
        if single.urgency is Urgency.CRITICAL:
            level = 2
        elif angry or single.urgency is Urgency.HIGH or single.sentiment is Sentiment.NEGATIVE:
            level = max(level, 1)
    return order[level]
