"""
What to do with the messages no decision covers: a pure function, a table of rules, the first that speaks wins.

Right or silent: every way to an automatic answer passes all rules above it. The reasons are the words of
docs/triage.md; they are shown to agents and by `guichet explain`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

from ..model import (
    Ask,
    Autonomy,
    Decision,
    Hold,
    Ignore,
    Millis,
    Reply,
    Sentiment,
    Ticket,
    Urgency,
)
from ..playbook.hours import next_opening_text
from ..playbook.render import CannotSay, find_field, render, render_phrase, render_question
from ..playbook.schema import effective_autonomy
from . import phrases
from .topic import asks_beside
from .view import View

__all__ = ["COMPLAINT", "HUMAN_REQUEST", "JOIN_MOST", "RULES", "View", "day_of", "decide"]

LOOKUP_WAIT_MS = 12_000
JOIN_MOST = 12  # fragments that are waited for; who writes more is not waited for any longer
UNPROVED = "not yet"  # how a `Classification.proof` begins that allows no automatic answer
COMPLAINT = "complaint"
HUMAN_REQUEST = "human_request"
Priority = Literal["normal", "high", "urgent"]


def decide(view: View) -> Decision:
    """The decision for the uncovered messages. Total: anything no rule answers is a ticket."""
    for rule in RULES:
        decision = rule(view)
        if decision is not None:
            return decision
    return _ticket(view, "unsure")


# --- rules, in order --------------------------------------------------------------------------


def _nothing_open(view: View) -> Decision | None:
    return None if view.pending else Ignore(covers=(), reason="nothing_open")


def _opted_out(view: View) -> Decision | None:
    if not view.conversation.opted_out:
        return None
    if all(phrases.is_thanks(message.text) for message in view.pending):
        return Ignore(covers=view.covers, reason="thanks")
    return _ticket(view, "opted_out", acknowledge=False)  # nothing automatic is said; what they write is read


def _human_has_it(view: View) -> Decision | None:
    if view.conversation.mode != "human" and not view.conversation.ticket_id:
        return None
    if view.conversation.ticket_id and phrases.is_thanks(view.text):
        return Ignore(covers=view.covers, reason="thanks")
    return _ticket(view, "human_has_it", acknowledge=False)


def _asked_for_human(view: View) -> Decision | None:
    asked = any(single.wants_human for single in (*view.singles, view.whole))
    return _ticket(view, "asked_for_human", at_least="high", intent=HUMAN_REQUEST) if asked else None


def _critical(view: View) -> Decision | None:
    critical = any(single.urgency is Urgency.CRITICAL for single in (*view.singles, view.whole))
    return _ticket(view, "critical", at_least="urgent") if critical else None


def _complaint(view: View) -> Decision | None:
    if any(single.guess == COMPLAINT and not single.out_of_scope for single in (*view.singles, view.whole)):
        return _ticket(view, "complaint", at_least="urgent" if view.public else "high", intent=COMPLAINT)
    return None


def _switched_off(view: View) -> Decision | None:
    silenced = view.control.silences_now(view.channel, view.guess)
    return _ticket(view, "stopped", acknowledge=False) if silenced else None


def _thanks(view: View) -> Decision | None:
    if not view.conversation.is_new and all(phrases.is_thanks(message.text) for message in view.pending):
        return Ignore(covers=view.covers, reason="thanks")
    return None


def _pushback(view: View) -> Decision | None:
    if view.conversation.said and phrases.is_pushback(view.last.text):
        return _ticket(view, "not_helped", at_least="high")
    return None


def _no_words(view: View) -> Decision | None:
    return None if view.text.strip() else _ticket(view, "no_words")


def _attachment(view: View) -> Decision | None:
    has_files = any(message.attachments for message in view.pending)
    return _ticket(view, "attachment") if has_files else None


def _more_may_come(view: View) -> Decision | None:
    if view.public or view.topic or not phrases.is_fragment(view.last.text) or len(view.pending) >= JOIN_MOST:
        return None
    until = Millis(view.last.received_at + view.playbook.limits.join_fragment_ms)
    if view.timer_fired or view.now >= until:
        return None
    return Hold(covers=(), reason="more_may_come", until=until, show_typing=True)


def _several(view: View) -> Decision | None:
    intents = {single.intent for single in view.singles if single.sure}
    several = view.whole.several or len(intents) > 1 or asks_beside(view.topic, view.pending, view.singles)
    return _ticket(view, "several_questions") if several else None


def _unsure(view: View) -> Decision | None:
    if view.topic:
        return None
    # In words the model is not sure of, what was answered is asked again: the answer was not enough.
    again = {view.guess, f"{view.guess}?"} & set(view.conversation.said)
    if view.whole.out_of_scope:
        return _ticket(view, "out_of_scope", at_least="high" if again else "normal")
    if again:
        return _ticket(view, "already_said", at_least="high")
    if view.whole.proof.startswith(UNPROVED):
        return _ticket(view, "unproved")
    # At its bound and still silent: a rule or the danger head saw something beside the subject.
    return _ticket(view, "unsure" if view.whole.probability < view.whole.bound else "careful")


def _autonomy(view: View) -> Decision | None:
    level = effective_autonomy(view.playbook, view.topic, view.channel, view.public, view.language)
    found = view.playbook.intents.get(view.topic or "")
    if found is None:
        return _ticket(view, "not_in_playbook")
    if found.never_auto:
        return _ticket(view, "never_auto")
    if level is Autonomy.AUTO:
        return None
    return _ticket(view, "suggest_in_public" if view.public else f"autonomy_{level}")


def _language(view: View) -> Decision | None:
    written = view.whole.language
    if written in view.playbook.languages or (view.conversation.asked_wants and view.conversation.language):
        return None
    return _ticket(view, "language")


def _already_said(view: View) -> Decision | None:
    return _ticket(view, "already_said", at_least="high") if view.topic in view.conversation.said else None


def _limit(view: View) -> Decision | None:
    today = day_of(view.now)
    count = view.conversation.auto_count if view.conversation.auto_day == today else 0
    return _ticket(view, "limit") if count >= view.playbook.limits.auto_replies_per_day else None


def _missing_field(view: View) -> Decision | None:
    intent = view.playbook.intents[view.topic or ""]
    if intent.lookup and not view.public and not view.playbook.can_look_up:  # nobody is asked for a number in vain
        return _ticket(view, "no_look_up")
    if view.public or not intent.asks or find_field(view.playbook, intent.asks, view.text):
        return None
    if f"{intent.name}?" in view.conversation.said:
        return _ticket(view, "already_said", at_least="high")
    return _guarded(view, lambda: _ask(view, intent.name, intent.asks))


def _look_up(view: View) -> Decision | None:
    intent = view.playbook.intents[view.topic or ""]
    if view.public or not intent.lookup:  # nobody's order is asked for or looked up where everybody reads
        return None
    wanted = find_field(view.playbook, intent.asks, view.text) or ""
    subject, key, answer = view.conversation.fact
    if (subject, key) != (intent.lookup, wanted):
        until = Millis(view.now + LOOKUP_WAIT_MS)
        return Hold(covers=(), reason="looking_up", until=until, subject=intent.lookup, key=wanted, show_typing=True)
    if not answer and not view.timer_fired:
        return Hold(covers=(), reason="looking_up", until=Millis(view.now + LOOKUP_WAIT_MS))
    fields = json.loads(answer) if answer else {}
    if not fields:
        return _ticket(view, "look_up_failed", phrase="lookup_failed")
    return _guarded(view, lambda: _reply(view, fields))


def _answer(view: View) -> Decision | None:
    return _guarded(view, lambda: _reply(view, {}))


RULES: tuple[Callable[[View], Decision | None], ...] = (
    _nothing_open,
    _opted_out,
    _human_has_it,
    _asked_for_human,
    _critical,
    _complaint,
    _switched_off,
    _thanks,
    _pushback,
    _attachment,
    _no_words,
    _more_may_come,
    _several,
    _unsure,
    _autonomy,
    _language,
    _already_said,
    _limit,
    _missing_field,
    _look_up,
    _answer,
)


# --- the decisions' words ---------------------------------------------------------------------


def day_of(now: Millis) -> str:
    """The UTC day a count of automatic replies belongs to."""
    return str(now // 86_400_000)


def _guarded(view: View, make: Callable[[], Decision]) -> Decision:
    """A playbook text that cannot be completed is never said: it becomes a ticket."""
    try:
        return make()
    except CannotSay:
        return _ticket(view, "no_words_in_playbook")


def _fields(view: View) -> dict[str, str]:
    found = {name: find_field(view.playbook, name, view.text) for name in view.playbook.fields}
    return {name: value for name, value in found.items() if value}


def _reply(view: View, fact: dict[str, str]) -> Decision:
    topic = view.topic or ""
    text = render(
        view.playbook,
        topic,
        view.language,
        view.channel,
        _fields(view) | fact,
        not view.conversation.disclosed,
        view.last.display_name,
        public=view.public,
    )
    wait = _rest_to_join(view) if fact else view.playbook.limits.join_question_ms
    return Reply(covers=view.covers, reason="sure", intent=topic, language=view.language, text=text, wait_ms=wait)


def _rest_to_join(view: View) -> int:
    """What is left, after a look-up, of the wait for a second message: the look-up's own time was waiting too."""
    join = view.playbook.limits.join_question_ms
    waited = view.now - max(message.received_at for message in view.pending)
    return min(max(join - waited, 0), join)


def _ask(view: View, intent: str, wants: str) -> Decision:
    first = not view.conversation.disclosed
    text = render_question(view.playbook, intent, view.language, {}, first, view.last.display_name)
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


def _ticket(
    view: View,
    reason: str,
    *,
    at_least: Priority = "normal",
    acknowledge: bool = True,
    intent: str | None = None,
    phrase: str = "",
) -> Ticket:
    about = intent or view.topic or (None if view.whole.out_of_scope else view.guess or None)
    priority = _priority(view, at_least)
    # Nobody is promised a person where no desk is told of it.
    acknowledge = acknowledge and not view.conversation.ticket_id and bool(view.playbook.routing.desk(priority))
    said = _acknowledgement(view, reason, phrase) if acknowledge else ""
    return Ticket(
        covers=view.covers,
        reason=reason,
        priority=priority,
        intent=about,
        language=view.language,
        suggestion=_suggestion(view, about),
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


def _suggestion(view: View, intent: str | None) -> str:
    """What an agent could send at once, or "" when the playbook has no complete words for it."""
    level = effective_autonomy(view.playbook, intent, view.channel, public=False, language=view.language)
    if intent is None or level is Autonomy.OFF:
        return ""
    playbook, name, fields = view.playbook, view.last.display_name, _fields(view)
    try:
        return render(
            playbook, intent, view.language, view.channel, fields, first_name=name, public=view.public, greet=True
        )
    except CannotSay:
        known = playbook.intents.get(intent)
        missing = known is not None and known.asks and known.asks not in fields and not view.public
    try:
        return render_question(playbook, intent, view.language, fields, first_name=name) if missing else ""
    except CannotSay:
        return ""


def _acknowledgement(view: View, reason: str, phrase: str) -> str:
    """What the customer is told when a human takes over; only where the brand lets the bot speak, never in public."""
    rules = view.playbook.autonomy
    ceilings = (rules.default, rules.channels.get(view.channel), rules.languages.get(view.language))
    speaks = all(level in (None, Autonomy.AUTO) for level in ceilings)
    if view.public or not speaks or view.control.silences_now(view.channel, view.guess):
        return ""
    kind = "human_asked" if reason == "asked_for_human" else "handed_over"
    chosen = phrase or f"{kind}_{'in' if view.staffed else 'out_of'}_hours"
    first = not view.conversation.disclosed
    back = next_opening_text(view.playbook.hours, view.language, view.now)
    fields = _fields(view) | {"next_opening": back}
    try:
        return render_phrase(view.playbook, chosen, view.language, fields, first, view.last.display_name)
    except CannotSay:
        return ""
