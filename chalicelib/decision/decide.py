"""
What to do with the messages that nothing has answered yet ("uncovered"). A pure function.

A table of rules: the first that returns a decision wins.

An automatic answer has to pass every rule above it. The reasons are words of docs/triage.md; agents and `guichet
explain` show them.
"""

from __future__ import annotations

from collections.abc import Callable

from ..conversation import REACTION, stop_detail
from ..model import Autonomy, Decision, Greet, Hold, Ignore, Millis, Reply
from ..playbook.schema import effective_autonomy
from . import (
    active_bulletins,
    bursts,
    cautions,
    clarify,
    consent,
    greeting,
    loop_guard,
    moving,
    order_numbers,
    praise,
    rollout,
    sensitive_words,
    short_messages,
)
from .acknowledgement import AVAILABILITY, shop_and_size
from .answer_text import day_of, guarded, limit_reached, question, reply_with, to_person, with_words_beside
from .answered_before import earlier_answer
from .case_state import another_state
from .comments import sorted_comment
from .danger import is_vulnerable, kind_of, speaks_of_danger
from .input import DecisionInput, holds_unread, readable
from .intent_resolution import asks_beside
from .never_automatic import never_automatic, refusing
from .suggestion import COMPLAINT, HUMAN_REQUEST, asks_again
from .who_speaks import BESIDE_MOST

LOOKUP_WAIT_MS = 12_000
UNPROVED = "not yet"  # how a `Classification.proof` begins that allows no automatic answer


def decide(inputs: DecisionInput) -> Decision:
    """Return the decision for the uncovered messages. Total: what no rule answers becomes a ticket."""
    read = readable(inputs)
    for rule in RULES:
        decision = rule(read)
        if decision is not None and (read is inputs or holds_unread(decision)):
            return with_words_beside(read, decision)
    return to_person(read, "unsure")


# --- rules, in order --------------------------------------------------------------------------


def _nothing_open(inputs: DecisionInput) -> Decision | None:
    return None if inputs.pending else Ignore(covers=(), reason="nothing_open")


def _nothing_asked(inputs: DecisionInput) -> Decision | None:
    said = [praise.courtesy_in(message) for message in inputs.pending]
    if not all(said):
        return None
    return Ignore(covers=inputs.covers, reason="thanks" if "thanks" in said else "nothing_asked")


def _praised(inputs: DecisionInput) -> Decision | None:
    """Ignore praise in the customer's own words, if the model finds it calm: it asks for nothing."""
    return Ignore(covers=inputs.covers, reason="nothing_asked") if praise.only_praises(inputs) else None


def _reacted(inputs: DecisionInput) -> Decision | None:
    """Ignore a thumb down where a person has the conversation: they see it."""
    reactions = all(message.kind == REACTION for message in inputs.pending)
    return Ignore(covers=inputs.covers, reason="reaction") if reactions and inputs.conversation.ticket_id else None


def _consent(inputs: DecisionInput) -> Decision | None:
    return None if inputs.unproved else consent.heeded(inputs)


def _opted_out(inputs: DecisionInput) -> Decision | None:
    if not inputs.opted_out:
        return None
    return to_person(inputs, "opted_out", acknowledge=False)  # no automatic message; people read what they write


def _greeted_a_person(inputs: DecisionInput) -> Decision | None:
    return greeting.unheard(inputs)


def _human_has_it(inputs: DecisionInput) -> Decision | None:
    return to_person(inputs, "human_has_it", acknowledge=False) if inputs.standing == "person" else None


def _beside_grave(inputs: DecisionInput) -> Decision | None:
    """Say nothing beside anger, danger or a lost parcel; what the bot would say is proposed on the ticket."""
    return to_person(inputs, "beside_ticket", acknowledge=False) if inputs.standing == "grave" else None


def _beside_ticket(inputs: DecisionInput) -> Decision | None:
    """Answer a different first question beside an open ticket, but not often."""
    if inputs.standing != "beside" or inputs.ticket is None:
        return None
    known = {inputs.ticket.intent, *(said.intent for said in inputs.past_answers if not said.asked)}
    if inputs.intent not in known and inputs.conversation.beside_count < BESIDE_MOST:
        return None
    return to_person(inputs, "beside_ticket", acknowledge=False)


def _greeting(inputs: DecisionInput) -> Decision | None:
    found = greeting.greeting(inputs) if inputs.standing == "free" and not (inputs.cautions or inputs.crowded) else None
    if inputs.loop and isinstance(found, Greet):
        return None
    return Ignore(covers=inputs.covers, reason="greeting") if inputs.late and isinstance(found, Greet) else found


def _refused(inputs: DecisionInput) -> Decision | None:
    """Hand over words that only refuse the last answer; alone they look like anger or a wish for a person."""
    if not inputs.past_answers or inputs.standing == "grave" or any(message.attachments for message in inputs.pending):
        return None
    refused = all(short_messages.is_pushback(message.text) for message in inputs.pending)
    return _not_helped(inputs) if refused else None


def _not_helped(inputs: DecisionInput) -> Decision:
    answered = [said.intent for said in inputs.past_answers if not said.asked]
    return to_person(inputs, "not_helped", at_least="high", intent=answered[-1] if answered else None)


def _asked_for_human(inputs: DecisionInput) -> Decision | None:
    wishes = any(single.wants_human for single in (*inputs.singles, inputs.whole))
    asked = inputs.choice == HUMAN_REQUEST or (wishes and moving.wanted(inputs) is None)
    return to_person(inputs, "asked_for_human", at_least="high", intent=HUMAN_REQUEST) if asked else None


def _critical(inputs: DecisionInput) -> Decision | None:
    if not speaks_of_danger(inputs):
        return None
    return to_person(inputs, "critical", at_least="urgent", detail=kind_of(inputs))


def _declared(inputs: DecisionInput) -> Decision | None:
    """Hand over what has legal effect: a withdrawal, a request about the customer's own data."""
    kinds = {"withdrawal": sensitive_words.withdraws, "own_data": sensitive_words.about_own_data}
    declared = next((kind for kind, says in kinds.items() if says(inputs.text)), "")
    return to_person(inputs, "declared", at_least="high", detail=declared) if declared else None


def _vulnerable(inputs: DecisionInput) -> Decision | None:
    return to_person(inputs, "vulnerable", at_least="urgent") if is_vulnerable(inputs) else None


def _foreign(inputs: DecisionInput) -> Decision | None:
    """Hand over a whole sentence in a language that the brand does not speak; the classifier does not know it."""
    return to_person(inputs, "language", language=inputs.foreign) if inputs.foreign else None


def _complaint(inputs: DecisionInput) -> Decision | None:
    if any(single.guess == COMPLAINT and not single.out_of_scope for single in (*inputs.singles, inputs.whole)):
        return to_person(inputs, "complaint", at_least="urgent" if inputs.public else "high", intent=COMPLAINT)
    return None


def _switched_off(inputs: DecisionInput) -> Decision | None:
    stop = inputs.control.stop_of(inputs.channel, inputs.guess)
    if stop is None:
        return None
    # Where only this intent is stopped, the bot may still say that a person answers.
    silent = inputs.control.silences_now(inputs.channel, "")
    return to_person(inputs, "stopped", acknowledge=not silent, detail=stop_detail(*stop))


def _late(inputs: DecisionInput) -> Decision | None:
    """Hand over what was written an hour ago, or longer: a person sees what happened since."""
    return to_person(inputs, "late") if inputs.late else None


def _pushback(inputs: DecisionInput) -> Decision | None:
    if inputs.last.kind == REACTION or (inputs.past_answers and short_messages.is_pushback(inputs.last.text)):
        return _not_helped(inputs)
    return None


def _no_words(inputs: DecisionInput) -> Decision | None:
    return None if inputs.text.strip() else to_person(inputs, "no_words")


def _attachment(inputs: DecisionInput) -> Decision | None:
    has_files = any(message.attachments for message in inputs.pending)
    return to_person(inputs, "attachment") if has_files else None


def _several(inputs: DecisionInput) -> Decision | None:
    intents = {single.intent for single in inputs.singles if single.sure}
    intent = inputs.playbook.intents.get(inputs.intent or "")
    about = order_numbers.numbers_of(inputs, intent) if intent is not None else ()
    beside = asks_beside(inputs.intent, inputs.pending, inputs.singles, about)
    several = inputs.whole.several or len(intents) > 1 or beside
    return to_person(inputs, "several_questions") if several else None


def _unsure(inputs: DecisionInput) -> Decision | None:
    if inputs.intent:
        return None
    # The customer asks again, in words of which the model is not sure: the answer did not help.
    again = earlier_answer(inputs, inputs.guess) is not None
    if inputs.unwritten:
        return to_person(inputs, "not_in_playbook")
    if inputs.whole.out_of_scope:
        # "Je ne sais pas", to the bot's own question: the ticket is about what was asked for.
        asked = inputs.conversation.asked_intent if short_messages.is_fragment(inputs.text) else ""
        return to_person(inputs, "out_of_scope", at_least="high" if again else "normal", intent=asked or None)
    if again:
        return to_person(inputs, "already_said", at_least="high")
    if inputs.whole.proof.startswith(UNPROVED):
        return to_person(inputs, "unproved")
    # At its bound and still silent: a rule or the danger head saw something beside the subject.
    if inputs.whole.probability < inputs.whole.bound:
        return to_person(inputs, "unsure")
    return to_person(inputs, "careful", detail=inputs.whole.beside)


def _shop_asked(inputs: DecisionInput) -> Decision | None:
    """Hand over whether a shop has a size: only the shop knows."""
    asked = inputs.intent == AVAILABILITY and not inputs.public and all(shop_and_size(inputs))
    return to_person(inputs, "shop_asked") if asked else None


def _autonomy(inputs: DecisionInput) -> Decision | None:
    level = effective_autonomy(inputs.playbook, inputs.intent, inputs.channel, inputs.public, inputs.language)
    found = inputs.playbook.intents.get(inputs.intent or "")
    if found is None:
        return to_person(inputs, "not_in_playbook")
    if found.never_auto:
        return to_person(inputs, "never_auto")
    if level is Autonomy.AUTO:
        return None
    return to_person(inputs, "suggest_in_public" if inputs.public else f"autonomy_{level}")


def _excepted(inputs: DecisionInput) -> Decision | None:
    """Hand over an intent whose usual answer is wrong for now (an exception)."""
    return to_person(inputs, "exception") if active_bulletins.silenced(inputs, inputs.intent) else None


def _language(inputs: DecisionInput) -> Decision | None:
    written = inputs.whole.language
    by_its_number = inputs.intent is not None and not inputs.whole.sure  # a bare number is in no language
    if written in inputs.playbook.languages or by_its_number:
        return None
    return to_person(inputs, "language")


def _already_said(inputs: DecisionInput) -> Decision | None:
    said = None if inputs.choice else earlier_answer(inputs, inputs.intent or "", asked=False)
    if said is not None and order_numbers.MISSED in said.about:  # the number that we did not find, once more
        return to_person(inputs, "not_found_again", phrase="not_found_again")
    return to_person(inputs, "already_said", at_least="high") if said is not None else None


def _limit(inputs: DecisionInput) -> Decision | None:
    return to_person(inputs, "limit") if limit_reached(inputs) else None


def _missing_field(inputs: DecisionInput) -> Decision | None:
    intent = inputs.playbook.intents[inputs.intent or ""]
    if intent.lookup and not inputs.public and not inputs.playbook.can_look_up:  # nobody is asked for a number in vain
        return to_person(inputs, "no_look_up")
    given = order_numbers.numbers_of(inputs, intent)
    complete = given and (not intent.asks_also or order_numbers.second_key(inputs, intent))
    if inputs.public or not intent.asks or complete:
        return None
    if not inputs.choice and earlier_answer(inputs, intent.name, asked=True) is not None:
        return to_person(inputs, "already_said", at_least="high")
    wants = intent.asks_also if given else intent.asks
    return guarded(inputs, lambda: question(inputs, intent, wants, given))


def _many_numbers(inputs: DecisionInput) -> Decision | None:
    """Hand over questions about many order numbers in a day: somebody may be trying other people's."""
    intent = inputs.playbook.intents[inputs.intent or ""]
    if inputs.public or not intent.lookup:
        return None
    wanted = order_numbers.numbers_of(inputs, intent)
    many = order_numbers.too_many(inputs, wanted, day_of(inputs.now)) or inputs.control.guessed_until > inputs.now
    return to_person(inputs, "many_numbers") if many else None


def _look_up(inputs: DecisionInput) -> Decision | None:
    intent = inputs.playbook.intents[inputs.intent or ""]
    if inputs.public or not intent.lookup:  # nobody's order is asked for or looked up where everybody reads
        return None
    second = f"{intent.asks_also}={order_numbers.second_key(inputs, intent)}" if intent.asks_also else ""
    wanted = order_numbers.key_of(order_numbers.numbers_of(inputs, intent), second)
    subject, key, answer = inputs.conversation.fact
    if (subject, key) != (intent.lookup, wanted):
        until = Millis(inputs.now + LOOKUP_WAIT_MS)
        return Hold(covers=(), reason="looking_up", until=until, subject=intent.lookup, key=wanted, show_typing=True)
    waits_until = inputs.conversation.hold_until  # another line makes nobody wait longer
    if answer is None and not inputs.timer_fired and inputs.now < (waits_until or inputs.burst_until):
        return Hold(covers=(), reason="looking_up", until=waits_until or inputs.burst_until)
    facts = order_numbers.facts_in(answer)
    if not facts:
        return to_person(inputs, "look_up_failed", phrase="lookup_failed")
    missed = any(fact.get("status") == order_numbers.NOT_FOUND for fact in facts)
    if missed and order_numbers.missed_before(inputs, intent):  # never asked for a third time
        return to_person(inputs, "not_found_again", phrase="not_found_again")
    if order_numbers.past_due(inputs.playbook.hours, facts, inputs.now):  # "planned for" a day that is over is untrue
        return to_person(inputs, "overdue", at_least="high", phrase="order_late")
    return guarded(
        inputs, lambda: reply_with(inputs, [order_numbers.may_say(intent, fact) for fact in facts], missed=missed)
    )


def _answer(inputs: DecisionInput) -> Decision | None:
    decision = guarded(inputs, lambda: reply_with(inputs, []))
    if isinstance(decision, Reply) and asks_again(inputs, decision.text):
        return to_person(inputs, "no_words_in_playbook")  # the words ask for what the customer just gave
    if isinstance(decision, Reply) and refusing(decision.text):
        return to_person(inputs, "never_automatic", detail="refusing")
    return decision


RULES: tuple[Callable[[DecisionInput], Decision | None], ...] = (
    _nothing_open,
    sorted_comment,
    _nothing_asked,
    _praised,
    _reacted,
    _consent,
    _opted_out,
    _greeted_a_person,
    _human_has_it,
    _greeting,
    cautions.spam,
    _critical,
    loop_guard.machine,
    clarify.something_else,
    _refused,
    _asked_for_human,
    _declared,
    _vulnerable,
    _foreign,
    never_automatic,
    _complaint,
    cautions.cautious,
    _beside_grave,
    _switched_off,
    _pushback,
    _late,
    moving.wanted,
    _attachment,
    _no_words,
    loop_guard.spent,
    bursts.more_may_come,
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
