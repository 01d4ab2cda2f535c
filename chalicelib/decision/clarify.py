"""
Whether to ask which of two intents is meant, instead of guessing or saying nothing.

The question is asked only if a conformal set proves that the right intent is among the choices
(`Classification.choices`), at most two intents remain, each would be answered automatically now, and nothing else is in
doubt. Once a day, in private, beside no ticket. Pure; `engine.clarification` stores it.
"""

from __future__ import annotations

from ..conversation import Conversation
from ..model import Ask, Classification, Decision, Sentiment, Urgency
from ..playbook.render import CannotSay, render_choices
from . import active_bulletins, menu, never_automatic, rollout, short_messages
from .acknowledgement import moments
from .answer_text import limit_reached, notice, to_person
from .answered_before import said_before
from .input import View
from .reply_language import words_of
from .suggestion import COMPLAINT, HUMAN_REQUEST, asks_again, words_on

SUBJECTS_MOST = 2
MESSAGES_MOST = 4  # asked about together; who sent more has told too much for one question
AGAIN_MS = menu.MENU_MS


def which(view: View) -> Decision | None:
    """Return the clarifying question, or None where it may not be asked."""
    names = offered(view)
    if not names or view.full:
        return None
    fields = moments(view)
    try:
        text = render_choices(
            view.playbook, names, view.language, fields, view.last.display_name, greet=view.greets, notice=notice(view)
        )
    except CannotSay:
        return None
    return Ask(
        covers=view.covers,
        reason="which_subject",
        intent="",
        language=view.language,
        wants="",
        text=text,
        wait_ms=view.playbook.limits.join_question_ms,
        menu=(*names, menu.OTHER),
    )


def something_else(view: View) -> Decision | None:
    """Return a ticket when the customer picks "something else" or rejects the question."""
    refuses = is_open(view.conversation, view.now) and all(
        short_messages.is_pushback(each.text) for each in view.pending
    )
    if not view.before or not (view.choice == menu.OTHER or (refuses and not view.choice)):
        return None
    return to_person(view, "something_else")


def offered(view: View) -> tuple[str, ...]:
    """Return the intents to choose from, likeliest first; () where no question is to be asked."""
    names = view.whole.choices
    if not 0 < len(names) <= SUBJECTS_MOST or not _may_ask(view):
        return ()
    return names if all(_answers(view, name) for name in names) else ()


def _may_ask(view: View) -> bool:
    head = view.conversation
    return (
        view.standing == "free"
        and not view.public
        and not view.topic
        and not view.before
        and not head.asked_intent
        and view.now - head.clarified_at >= AGAIN_MS
        and len(view.pending) <= MESSAGES_MOST
        and not any(message.attachments or message.kind for message in view.pending)
        and bool(words_of(view.text))
        and view.whole.language in view.playbook.languages
        and not view.whole.out_of_scope
        and all(_calm(each) for each in (view.whole, *view.singles))
        and not limit_reached(view)
    )


def _calm(found: Classification) -> bool:
    """Return whether the text carries no signal: no anger, danger, wish for a person."""
    heard = found.signals or found.beside or found.several or found.wants_human
    return not heard and found.urgency is Urgency.NORMAL and found.sentiment is not Sentiment.NEGATIVE


def _answers(view: View, name: str) -> bool:
    """Return whether this intent, once chosen, would be answered automatically for this customer at this hour."""
    state, words = view.whole.state, words_on(view, name)
    return (
        name not in (COMPLAINT, HUMAN_REQUEST)
        and menu.may_answer(view.playbook, view.control, view.channel, view.language, name)
        and rollout.speaks_now(view, name)
        and not active_bulletins.silenced(view, name)
        and (state is None or state in view.playbook.intents[name].serves)
        and said_before(view, name) is None
        and name not in never_automatic.SUBJECTS
        and name not in view.playbook.never_automatic.subjects
        and not (asks_again(view, words) or never_automatic.refusing(words))
    )


def is_open(head: Conversation, now: int) -> bool:
    """Return whether a clarifying question waits for its answer."""
    stands = bool(head.clarified) and now - head.clarified_at < AGAIN_MS
    return stands and not any(said.at > head.clarified_at for said in head.said)
