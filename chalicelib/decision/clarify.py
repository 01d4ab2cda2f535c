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
from .answered_before import earlier_answer
from .input import DecisionInput
from .reply_language import words_of
from .suggestion import COMPLAINT, HUMAN_REQUEST, asks_again, words_on

SUBJECTS_MOST = 2
MESSAGES_MOST = 4  # asked about together; who sent more has told too much for one question
AGAIN_MS = menu.MENU_MS


def which(inputs: DecisionInput) -> Decision | None:
    """Return the clarifying question, or None where it may not be asked."""
    names = offered(inputs)
    if not names or inputs.full:
        return None
    fields = moments(inputs)
    try:
        text, buttons = render_choices(
            inputs.playbook,
            names,
            inputs.language,
            fields,
            inputs.last.display_name,
            greet=inputs.greets,
            notice=notice(inputs),
        )
    except CannotSay:
        return None
    return Ask(
        covers=inputs.covers,
        reason="which_subject",
        intent="",
        language=inputs.language,
        wants="",
        text=text,
        wait_ms=inputs.join_ms,
        menu=(*names, menu.OTHER),
        buttons=buttons,
    )


def something_else(inputs: DecisionInput) -> Decision | None:
    """Return a ticket when the customer picks "something else" or rejects the question."""
    refuses = is_open(inputs.conversation, inputs.now) and all(
        short_messages.is_pushback(each.text) for each in inputs.pending
    )
    if not inputs.before or not (inputs.choice == menu.OTHER or (refuses and not inputs.choice)):
        return None
    return to_person(inputs, "something_else")


def offered(inputs: DecisionInput) -> tuple[str, ...]:
    """Return the intents to choose from, likeliest first; () where no question is to be asked."""
    names = inputs.whole.choices
    if not 0 < len(names) <= SUBJECTS_MOST or not _may_ask(inputs):
        return ()
    return names if all(_answers(inputs, name) for name in names) else ()


def _may_ask(inputs: DecisionInput) -> bool:
    head = inputs.conversation
    return (
        inputs.standing == "free"
        and not inputs.public
        and not inputs.intent
        and not inputs.before
        and not head.asked_intent
        and inputs.now - head.clarified_at >= AGAIN_MS
        and len(inputs.pending) <= MESSAGES_MOST
        and not any(message.attachments or message.kind for message in inputs.pending)
        and bool(words_of(inputs.text))
        and inputs.whole.language in inputs.playbook.languages
        and not inputs.whole.out_of_scope
        and all(_calm(each) for each in (inputs.whole, *inputs.singles))
        and not limit_reached(inputs)
    )


def _calm(found: Classification) -> bool:
    """Return whether the text carries no signal: no anger, danger, wish for a person."""
    heard = found.signals or found.beside or found.several or found.wants_human
    return not heard and found.urgency is Urgency.NORMAL and found.sentiment is not Sentiment.NEGATIVE


def _answers(inputs: DecisionInput, name: str) -> bool:
    """Return whether this intent, once chosen, would be answered automatically for this customer at this hour."""
    state, words = inputs.whole.state, words_on(inputs, name)
    return (
        name not in (COMPLAINT, HUMAN_REQUEST)
        and menu.may_answer(inputs.playbook, inputs.control, inputs.channel, inputs.language, name)
        and rollout.speaks_now(inputs, name)
        and not active_bulletins.silenced(inputs, name)
        and (state is None or state in inputs.playbook.intents[name].serves)
        and earlier_answer(inputs, name) is None
        and name not in never_automatic.SUBJECTS
        and name not in inputs.playbook.never_automatic.subjects
        and not (asks_again(inputs, words) or never_automatic.refusing(words))
    )


def is_open(head: Conversation, now: int) -> bool:
    """Return whether a clarifying question waits for its answer."""
    stands = bool(head.clarified) and now - head.clarified_at < AGAIN_MS
    return stands and not any(said.at > head.clarified_at for said in head.said)
