"""
What a decision says: an answer, a question back, a ticket's suggestion, what the customer is told meanwhile. Pure.

`decide` chooses; nothing here chooses whether the bot may speak.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ..model import Ask, Autonomy, Decision, Millis, Reply, Sentiment, Ticket, Urgency
from ..playbook.defaults import words_of
from ..playbook.hours import next_opening_text
from ..playbook.render import CannotSay, Notice, render, render_phrase, render_question
from .facts import fields_of
from .suggesting import COMPLAINT, HUMAN_REQUEST, subject_of, suggested
from .view import View

__all__ = ["COMPLAINT", "HUMAN_REQUEST", "fields_of"]

Priority = Literal["normal", "high", "urgent"]


def day_of(now: Millis) -> str:
    """The UTC day a count of automatic replies belongs to."""
    return str(now // 86_400_000)


def guarded(view: View, make: Callable[[], Decision]) -> Decision:
    """A playbook text that cannot be completed is never said: it becomes a ticket."""
    try:
        return make()
    except CannotSay:
        return to_person(view, "no_words_in_playbook")


def notice(view: View) -> Notice:
    """How an automatic answer or question says here and now that an AI assistant sends it."""
    if view.public:
        return "brand"
    if view.ai_line == "full" and not view.staffed and _opening(view)["next_opening_from"]:
        return "closed"
    return view.ai_line


def _opening(view: View) -> dict[str, str]:
    """When people are there next, in words."""
    hours, language = view.playbook.hours, view.language
    return {
        "next_opening": next_opening_text(hours, language, view.now),
        "next_opening_from": next_opening_text(hours, language, view.now, since=True),
    }


def reply_with(view: View, fact: dict[str, str]) -> Decision:
    """The playbook's answer to the view's topic; `fact`: what a look-up found."""
    topic = view.topic or ""
    text = render(
        view.playbook,
        topic,
        view.language,
        view.channel,
        fields_of(view) | fact | _opening(view),
        view.last.display_name,
        public=view.public,
        greet=view.greets,
        notice=notice(view),
    )
    wait = _rest_to_join(view) if fact else view.playbook.limits.join_question_ms
    return Reply(covers=view.covers, reason="sure", intent=topic, language=view.language, text=text, wait_ms=wait)


def _rest_to_join(view: View) -> int:
    """What is left, after a look-up, of the wait for a second message: the look-up's own time was waiting too."""
    join = view.playbook.limits.join_question_ms
    waited = view.now - max(message.received_at for message in view.pending)
    return min(max(join - waited, 0), join)


def question(view: View, intent: str, wants: str) -> Decision:
    """The question for what an answer needs."""
    text = render_question(
        view.playbook,
        intent,
        view.language,
        _opening(view),
        view.last.display_name,
        greet=view.greets,
        notice=notice(view),
    )
    wait = view.playbook.limits.join_question_ms
    return Ask(
        covers=view.covers,
        reason=f"needs_{wants}",
        intent=intent,
        language=view.language,
        wants=wants,
        text=text,
        wait_ms=wait,
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
    A ticket for these messages, and what is said to the customer meanwhile.

    `language`: one that the brand does not speak: the customer is told in it, and nothing is suggested.
    """
    about = None if language else subject_of(view, intent)
    priority = _priority(view, at_least)
    # Nobody is promised a person where no desk is told of it.
    acknowledge = acknowledge and not view.conversation.ticket_id and bool(view.playbook.routing.desk(priority))
    said = _acknowledgement(view, reason, "other_language" if language else phrase) if acknowledge else ""
    proposed = suggested(view, about, reason)
    return Ticket(
        covers=view.covers,
        reason=reason,
        priority=priority,
        intent=about,
        language=language or view.language,
        detail=detail,
        suggestion=proposed.text,
        suggested_intent=proposed.intent,
        proved=proposed.proved,
        acknowledge=said,
    )


def _priority(view: View, at_least: Priority) -> Priority:
    order: tuple[Priority, ...] = ("normal", "high", "urgent")
    level = order.index(at_least)
    for single in view.singles:
        angry = single.guess == COMPLAINT and not single.out_of_scope
        if single.urgency is Urgency.CRITICAL:
            level = 2
        elif angry or single.urgency is Urgency.HIGH or single.sentiment is Sentiment.NEGATIVE:
            level = max(level, 1)
    return order[level]


def _acknowledgement(view: View, reason: str, phrase: str) -> str:
    """What the customer is told when a human takes over; only where the brand lets the bot speak, never in public."""
    rules = view.playbook.autonomy
    ceilings = (rules.default, rules.channels.get(view.channel), rules.languages.get(view.language))
    speaks = all(level in (None, Autonomy.AUTO) for level in ceilings)
    if view.public or not speaks or view.control.silences_now(view.channel, ""):
        return ""
    if phrase == "other_language":
        return _in_their_language(view)
    kind = "human_asked" if reason == "asked_for_human" else "handed_over"
    chosen = phrase or f"{kind}_{'in' if view.staffed else 'out_of'}_hours"
    fields = fields_of(view) | _opening(view)
    try:
        return render_phrase(
            view.playbook, chosen, view.language, fields, view.last.display_name, greet=view.greets, notice="brand"
        )
    except CannotSay:
        return ""


def _in_their_language(view: View) -> str:
    """One sentence to who writes a language that the brand does not speak; in English where we have none in it."""
    spoken = view.foreign if words_of(view.playbook, "other_language", view.foreign) else "en"
    return render_phrase(view.playbook, "other_language", spoken, {})
