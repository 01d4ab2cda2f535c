"""
What to do with the uncovered messages: a pure function, a table of rules, the first that returns a decision wins.

An automatic answer has to pass every rule above it. The reasons are words of docs/triage.md; agents and `guichet
explain` show them.
"""

from __future__ import annotations

from collections.abc import Callable

from ..conversation import REACTION, stop_detail
from ..courtesy import courtesy_of
from ..model import Autonomy, Decision, Hold, Ignore, Millis, Reply
from ..playbook.schema import effective_autonomy
from . import (
    active_bulletins,
    clarify,
    consent,
    greeting,
    order_numbers,
    praise,
    rollout,
    sensitive_words,
    short_messages,
)
from .acknowledgement import AVAILABILITY, shop_and_size
from .answer_text import (
    day_of,
    guarded,
    limit_reached,
    question,
    reply_with,
    to_person,
    with_words_beside,
)
from .answered_before import said_before
from .case_state import another_state
from .danger import is_vulnerable, kind_of, speaks_of_danger
from .input import View, holds_unread, readable
from .intent_resolution import asks_beside
from .never_automatic import never_automatic, refusing
from .suggestion import COMPLAINT, HUMAN_REQUEST, asks_again
from .who_speaks import BESIDE_MOST

LOOKUP_WAIT_MS = 12_000
JOIN_MOST = 12  # fragments that are waited for; who writes more is not waited for any longer
UNPROVED = "not yet"  # how a `Classification.proof` begins that allows no automatic answer


def decide(view: View) -> Decision:
    """Return the decision for the uncovered messages. Total: what no rule answers becomes a ticket."""
    read = readable(view)
    for rule in RULES:
        decision = rule(read)
        if decision is not None and (read is view or holds_unread(decision)):
            return with_words_beside(read, decision)
    return to_person(read, "unsure")


# --- rules, in order --------------------------------------------------------------------------


def _nothing_open(view: View) -> Decision | None:
    return None if view.pending else Ignore(covers=(), reason="nothing_open")


def _nothing_asked(view: View) -> Decision | None:
    said = [courtesy_of(message.text) if not (message.attachments or message.kind) else "" for message in view.pending]
    if not all(said):
        return None
    return Ignore(covers=view.covers, reason="thanks" if "thanks" in said else "nothing_asked")


def _praised(view: View) -> Decision | None:
    """Ignore praise in the customer's own words, if the model finds it calm: it asks for nothing."""
    return Ignore(covers=view.covers, reason="nothing_asked") if praise.only_praises(view) else None


def _reacted(view: View) -> Decision | None:
    """Ignore a thumb down where a person has the conversation: they see it."""
    reactions = all(message.kind == REACTION for message in view.pending)
    return Ignore(covers=view.covers, reason="reaction") if reactions and view.conversation.ticket_id else None


def _consent(view: View) -> Decision | None:
    return consent.heeded(view)


def _opted_out(view: View) -> Decision | None:
    if not view.opted_out:
        return None
    return to_person(view, "opted_out", acknowledge=False)  # nothing automatic is said; what they write is read


def _greeted_a_person(view: View) -> Decision | None:
    return greeting.unheard(view)


def _human_has_it(view: View) -> Decision | None:
    return to_person(view, "human_has_it", acknowledge=False) if view.standing == "person" else None


def _beside_grave(view: View) -> Decision | None:
    """Say nothing beside anger, danger or a lost parcel; what the bot would say is proposed on the ticket."""
    return to_person(view, "beside_ticket", acknowledge=False) if view.standing == "grave" else None


def _beside_ticket(view: View) -> Decision | None:
    """Answer a different first question beside an open ticket, but not often."""
    if view.standing != "beside" or view.ticket is None:
        return None
    known = {view.ticket.intent, *(said.intent for said in view.said if not said.asked)}
    if view.topic not in known and view.conversation.beside_count < BESIDE_MOST:
        return None
    return to_person(view, "beside_ticket", acknowledge=False)


def _greeting(view: View) -> Decision | None:
    return greeting.greeting(view) if view.standing == "free" else None


def _refused(view: View) -> Decision | None:
    """Hand over words that only refuse the last answer; alone they look like anger or a wish for a person."""
    if not view.said or view.standing == "grave" or any(message.attachments for message in view.pending):
        return None
    refused = all(short_messages.is_pushback(message.text) for message in view.pending)
    return _not_helped(view) if refused else None


def _not_helped(view: View) -> Decision:
    answered = [said.intent for said in view.said if not said.asked]
    return to_person(view, "not_helped", at_least="high", intent=answered[-1] if answered else None)


def _asked_for_human(view: View) -> Decision | None:
    asked = view.choice == HUMAN_REQUEST or any(single.wants_human for single in (*view.singles, view.whole))
    return to_person(view, "asked_for_human", at_least="high", intent=HUMAN_REQUEST) if asked else None


def _critical(view: View) -> Decision | None:
    if not speaks_of_danger(view):
        return None
    return to_person(view, "critical", at_least="urgent", detail=kind_of(view))


def _declared(view: View) -> Decision | None:
    """Hand over what has legal effect: a withdrawal, a request about the customer's own data."""
    kinds = {"withdrawal": sensitive_words.withdraws, "own_data": sensitive_words.about_own_data}
    declared = next((kind for kind, says in kinds.items() if says(view.text)), "")
    return to_person(view, "declared", at_least="high", detail=declared) if declared else None


def _vulnerable(view: View) -> Decision | None:
    return to_person(view, "vulnerable", at_least="urgent") if is_vulnerable(view) else None


def _foreign(view: View) -> Decision | None:
    """Hand over a whole sentence in a language that the brand does not speak; the classifier does not know it."""
    return to_person(view, "language", language=view.foreign) if view.foreign else None


def _complaint(view: View) -> Decision | None:
    if any(single.guess == COMPLAINT and not single.out_of_scope for single in (*view.singles, view.whole)):
        return to_person(view, "complaint", at_least="urgent" if view.public else "high", intent=COMPLAINT)
    return None


def _switched_off(view: View) -> Decision | None:
    stop = view.control.stop_of(view.channel, view.guess)
    if stop is None:
        return None
    # Where only this intent is stopped, the bot may still say that a person answers.
    silent = view.control.silences_now(view.channel, "")
    return to_person(view, "stopped", acknowledge=not silent, detail=stop_detail(*stop))


def _pushback(view: View) -> Decision | None:
    if view.last.kind == REACTION or (view.said and short_messages.is_pushback(view.last.text)):
        return _not_helped(view)
    return None


def _no_words(view: View) -> Decision | None:
    return None if view.text.strip() else to_person(view, "no_words")


def _attachment(view: View) -> Decision | None:
    has_files = any(message.attachments for message in view.pending)
    return to_person(view, "attachment") if has_files else None


def _more_may_come(view: View) -> Decision | None:
    if view.standing != "free":  # who reads the ticket sees it at once
        return None
    if view.public or view.topic or not short_messages.is_fragment(view.last.text) or len(view.pending) >= JOIN_MOST:
        return None
    until = Millis(view.last.received_at + view.playbook.limits.join_fragment_ms)
    if view.timer_fired or view.now >= until:
        return None
    return Hold(covers=(), reason="more_may_come", until=until, show_typing=True)


def _several(view: View) -> Decision | None:
    intents = {single.intent for single in view.singles if single.sure}
    topic = view.playbook.intents.get(view.topic or "")
    about = order_numbers.numbers_of(view, topic) if topic is not None else ()
    beside = asks_beside(view.topic, view.pending, view.singles, about)
    several = view.whole.several or len(intents) > 1 or beside
    return to_person(view, "several_questions") if several else None


def _unsure(view: View) -> Decision | None:
    if view.topic:
        return None
    # In words the model is not sure of, what was answered is asked again: the answer was not enough.
    again = said_before(view, view.guess) is not None
    if view.unwritten:
        return to_person(view, "not_in_playbook")
    if view.whole.out_of_scope:
        # "Je ne sais pas", to the bot's own question: the ticket is about what was asked for.
        asked = view.conversation.asked_intent if short_messages.is_fragment(view.text) else ""
        return to_person(view, "out_of_scope", at_least="high" if again else "normal", intent=asked or None)
    if again:
        return to_person(view, "already_said", at_least="high")
    if view.whole.proof.startswith(UNPROVED):
        return to_person(view, "unproved")
    # At its bound and still silent: a rule or the danger head saw something beside the subject.
    if view.whole.probability < view.whole.bound:
        return to_person(view, "unsure")
    return to_person(view, "careful", detail=view.whole.beside)


def _shop_asked(view: View) -> Decision | None:
    """Hand over whether a shop has a size: only the shop knows."""
    asked = view.topic == AVAILABILITY and not view.public and all(shop_and_size(view))
    return to_person(view, "shop_asked") if asked else None


def _autonomy(view: View) -> Decision | None:
    level = effective_autonomy(view.playbook, view.topic, view.channel, view.public, view.language)
    found = view.playbook.intents.get(view.topic or "")
    if found is None:
        return to_person(view, "not_in_playbook")
    if found.never_auto:
        return to_person(view, "never_auto")
    if level is Autonomy.AUTO:
        return None
    return to_person(view, "suggest_in_public" if view.public else f"autonomy_{level}")


def _excepted(view: View) -> Decision | None:
    """Hand over an intent whose usual answer is wrong for now (an exception)."""
    return to_person(view, "exception") if active_bulletins.silenced(view, view.topic) else None


def _language(view: View) -> Decision | None:
    written = view.whole.language
    by_its_number = view.topic is not None and not view.whole.sure  # a bare number is in no language
    if written in view.playbook.languages or by_its_number:
        return None
    return to_person(view, "language")


def _already_said(view: View) -> Decision | None:
    said = None if view.choice else said_before(view, view.topic or "", asked=False)
    if said is not None and order_numbers.MISSED in said.about:  # the number that we did not find, once more
        return to_person(view, "not_found_again", phrase="not_found_again")
    return to_person(view, "already_said", at_least="high") if said is not None else None


def _limit(view: View) -> Decision | None:
    return to_person(view, "limit") if limit_reached(view) else None


def _missing_field(view: View) -> Decision | None:
    intent = view.playbook.intents[view.topic or ""]
    if intent.lookup and not view.public and not view.playbook.can_look_up:  # nobody is asked for a number in vain
        return to_person(view, "no_look_up")
    given = order_numbers.numbers_of(view, intent)
    complete = given and (not intent.asks_also or order_numbers.second_key(view, intent))
    if view.public or not intent.asks or complete:
        return None
    if not view.choice and said_before(view, intent.name, asked=True) is not None:
        return to_person(view, "already_said", at_least="high")
    wants = intent.asks_also if given else intent.asks
    return guarded(view, lambda: question(view, intent, wants, given))


def _many_numbers(view: View) -> Decision | None:
    """Hand over questions about many order numbers in a day: somebody may be trying other people's."""
    intent = view.playbook.intents[view.topic or ""]
    if view.public or not intent.lookup:
        return None
    wanted = order_numbers.numbers_of(view, intent)
    many = order_numbers.too_many(view, wanted, day_of(view.now)) or view.control.guessed_until > view.now
    return to_person(view, "many_numbers") if many else None


def _look_up(view: View) -> Decision | None:
    intent = view.playbook.intents[view.topic or ""]
    if view.public or not intent.lookup:  # nobody's order is asked for or looked up where everybody reads
        return None
    second = f"{intent.asks_also}={order_numbers.second_key(view, intent)}" if intent.asks_also else ""
    wanted = order_numbers.key_of(order_numbers.numbers_of(view, intent), second)
    subject, key, answer = view.conversation.fact
    if (subject, key) != (intent.lookup, wanted):
        until = Millis(view.now + LOOKUP_WAIT_MS)
        return Hold(covers=(), reason="looking_up", until=until, subject=intent.lookup, key=wanted, show_typing=True)
    if answer is None and not view.timer_fired:
        return Hold(covers=(), reason="looking_up", until=Millis(view.now + LOOKUP_WAIT_MS))
    facts = order_numbers.facts_in(answer)
    if not facts:
        return to_person(view, "look_up_failed", phrase="lookup_failed")
    missed = any(fact.get("status") == order_numbers.NOT_FOUND for fact in facts)
    if missed and order_numbers.missed_before(view, intent):  # never asked for a third time
        return to_person(view, "not_found_again", phrase="not_found_again")
    return guarded(
        view, lambda: reply_with(view, [order_numbers.may_say(intent, fact) for fact in facts], missed=missed)
    )


def _answer(view: View) -> Decision | None:
    decision = guarded(view, lambda: reply_with(view, []))
    if isinstance(decision, Reply) and asks_again(view, decision.text):
        return to_person(view, "no_words_in_playbook")  # the words ask for what the customer just gave
    if isinstance(decision, Reply) and refusing(decision.text):
        return to_person(view, "never_automatic", detail="refusing")
    return decision


RULES: tuple[Callable[[View], Decision | None], ...] = (
    _nothing_open,
    _nothing_asked,
    _praised,
    _reacted,
    _consent,
    _opted_out,
    _greeted_a_person,
    _human_has_it,
    _greeting,
    _critical,
    clarify.something_else,
    _refused,
    _asked_for_human,
    _declared,
    _vulnerable,
    _foreign,
    never_automatic,
    _complaint,
    _beside_grave,
    _switched_off,
    _pushback,
    _attachment,
    _no_words,
    _more_may_come,
    another_state,
    _several,
    clarify.which,
    _unsure,
    _shop_asked,
    _excepted,
    _autonomy,
    rollout.not_open,
    _language,
    _already_said,
    _limit,
    _beside_ticket,
    _missing_field,
    _many_numbers,
    _look_up,
    _answer,
)
