"""
Which answer is proposed to an agent: the playbook's, if it is likely right and asks for nothing that is known. Pure.

A wrong suggestion under a button is worse than none. There is none below the playbook's `suggest_from`, none for
danger, fraud and law; and for an intent that the brand only watches (`shadow`) neither guess nor suggestion is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..conversation import TicketRecord
from ..model import Autonomy, Ticket
from ..playbook.fields import find_fields
from ..playbook.render import CannotSay, render, render_question
from ..playbook.schema import Playbook, effective_autonomy, least
from . import active_bulletins
from .input import DecisionInput, fields_of
from .reply_language import words_of

COMPLAINT = "complaint"
HUMAN_REQUEST = "human_request"
# Reasons for a ticket, and details of one, that no ready words answer: the playbook's would be beside the point.
BY_HAND = frozenset(
    {"critical", "vulnerable", "declared", "language", "already_tried", "account_blocked", "disputed"}
    | {"disputed_sum", "refusal", "minor", "discrimination", "press", "scam", "staff"}
)
# The words may be the very ones that did not help, or are for a customer whose case is in another state.
TOLD_ALREADY = frozenset(
    {"already_said", "not_helped", "never_automatic", "overdue", "follow_up", "part", "statement", "answers_question"}
)
TO_LOOK_AT = frozenset({"many_numbers"})  # reasons for which an agent must look before a text is sent


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    A text for an agent to send; with an intent and no text: it waits for a look-up.

    `proved`: the bot was sure enough to send it by itself.
    """

    text: str = field(default="", repr=False)
    intent: str = ""
    proved: bool = False


NONE = Suggestion()


def subject_of(inputs: DecisionInput, intent: str | None = None) -> str | None:
    """
    Return the intent that a ticket names: `intent`, else the best guess; None where nothing may be shown.

    Digits alone have no intent that a model could tell.
    """
    guess = None if inputs.whole.out_of_scope or not words_of(inputs.text) else inputs.guess or None
    about = intent or inputs.intent or inputs.unwritten or guess
    return None if watched_only(inputs, about) else about


def likelihood(inputs: DecisionInput, decision: Ticket) -> int:
    """Return how likely the ticket's intent is, per mille; 0 where a rule gave the intent and no model measured it."""
    guessed = decision.intent and decision.intent in (inputs.whole.guess, inputs.unwritten)
    return round(inputs.whole.subject_probability * 1000) if guessed else 0


def named_later(stored: TicketRecord, inputs: DecisionInput, decision: Ticket) -> dict[str, Any]:
    """Return the intent of an open ticket that had none (a photo alone), from these messages; {} for grave ones."""
    if stored.intent or stored.grave or not decision.intent:
        return {}
    return {"intent": decision.intent, "probability": likelihood(inputs, decision)}


def watched_only(inputs: DecisionInput, intent: str | None) -> bool:
    """Return whether the brand lets the bot only watch here."""
    rules = inputs.playbook.autonomy
    if intent in inputs.playbook.intents:
        level = effective_autonomy(inputs.playbook, intent, inputs.channel, public=False, language=inputs.language)
    else:
        levels = [rules.default, rules.channels.get(inputs.channel), rules.languages.get(inputs.language)]
        level = least(*(each for each in levels if each is not None))
    return level is Autonomy.SHADOW


def suggested(inputs: DecisionInput, intent: str | None, reason: str, detail: str = "") -> Suggestion:
    """Return the text that an agent could send at once; NONE where the playbook has none, or none that fits."""
    level = effective_autonomy(inputs.playbook, intent, inputs.channel, public=False, language=inputs.language)
    if intent is None or {reason, detail} & BY_HAND or level in (Autonomy.OFF, Autonomy.SHADOW):
        return NONE
    if not _likely(inputs, intent):
        return NONE
    if active_bulletins.silenced(inputs, intent):  # the usual words are wrong meanwhile
        return NONE
    proved = inputs.intent == intent and not _to_be_read(inputs, intent, reason)
    text = words_on(inputs, intent)
    if text and not asks_again(inputs, text):
        return Suggestion(text, intent, proved)
    return Suggestion("", intent, proved) if _waits_for_order(inputs, intent) else NONE


def _to_be_read(inputs: DecisionInput, intent: str, reason: str) -> bool:
    """Return whether an agent must read the suggestion first, however sure the bot is: the customer reports harm."""
    stands = inputs.ticket.reason if inputs.ticket is not None else ""
    careful = reason in TOLD_ALREADY or TO_LOOK_AT & {reason, stands} or inputs.standing == "grave"
    return intent in (COMPLAINT, HUMAN_REQUEST) or bool(careful)


def _likely(inputs: DecisionInput, intent: str) -> bool:
    """
    Return whether the intent is likely enough for its text to be proposed.

    A wish for a person is told by words; for a complaint there is no probability of being answered by the bot.
    """
    if intent in (inputs.intent, HUMAN_REQUEST, COMPLAINT):
        return True
    found = [each for each in (*inputs.singles, inputs.whole) if each.guess == intent and not each.out_of_scope]
    return any(each.probability >= inputs.playbook.suggest_from for each in found)


def words_on(inputs: DecisionInput, intent: str) -> str:
    """Return the playbook's answer to an intent, or what it asks for first; "" where it has neither."""
    playbook, name, fields = inputs.playbook, inputs.last.display_name, fields_of(inputs)
    try:
        return render(
            playbook, intent, inputs.language, inputs.channel, fields, first_name=name, public=inputs.public, greet=True
        )
    except CannotSay:
        missing = _missing(playbook, intent, fields) and not inputs.public
    try:
        return render_question(playbook, intent, inputs.language, fields, first_name=name) if missing else ""
    except CannotSay:
        return ""


def _waits_for_order(inputs: DecisionInput, intent: str) -> bool:
    """Return whether the text needs what is being looked up for the agent (`engine.ticket_lookup`)."""
    known = inputs.playbook.intents[intent]
    named = known.lookup and not known.asks_also and find_fields(inputs.playbook, known.asks, inputs.full_text)
    return bool(named) and inputs.playbook.can_look_up and not inputs.public


def _missing(playbook: Playbook, intent: str, fields: dict[str, str]) -> bool:
    known = playbook.intents.get(intent)
    return known is not None and bool(known.asks) and known.asks not in fields


# --- nothing is asked that is there -------------------------------------------------------------

_ASKING = re.compile(
    r"\b(?:pouvez|pourriez|peux|pourrais|donne[rz]?|indique[rz]?|précise[rz]?|envoye[rz]|envoie|renvoye[rz]|écrivez|écris"
    r"|écrire|joignez|joins|joindre|communique[rz]?|transmette[rz]|merci de|avec|quel(?:le)?s? est|dites|dis"
    r"|what(?:’s|'s| is)|could you|can you|please|send|tell|share|write|reply|give|attach|let us know|with)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?\n;]+")
# What a sentence asks for -> how it is named, and how a customer gives it.
_PHOTO = re.compile(r"\b(?:photos?|images?|pictures?)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:num[ée]ro|référence|reference|order number)(?! de t[ée]l[ée]phone)\b|\bn° de commande\b", re.IGNORECASE
)
_THINGS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\b(?:taille|pointure|size)\b", re.IGNORECASE),
        re.compile(r"\b(?:taille|pointure|size|en|in)\s*(?:a |an |du |une? )?(?:\d{2}|x{0,3}[sml])\b", re.IGNORECASE),
    ),
    (
        re.compile(r"\b(?:ville|boutique|magasin|code postal|town|city|shop|store|postcode)\b", re.IGNORECASE),
        re.compile(r"\b(?:[àÀ]|au|in|at|near)\s+(?:la |le |les |the )?[A-ZÉÈÎ][\w'’-]{2,}|\b\d{5}\b"),
    ),
    (
        re.compile(r"\badresse (?:e-?)?mail\b|\be-?mail address\b|\bvotre e-?mail\b", re.IGNORECASE),
        re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,}"),
    ),
)


def asks_again(inputs: DecisionInput, text: str) -> bool:
    """Return whether this text asks for something that the customer has given: a number, a photo, a size, a town."""
    asking = [sentence for sentence in _SENTENCE.split(text) if _ASKING.search(sentence)]
    photos = any(kind in ("image", "photo") for message in inputs.pending for kind in message.attachments)
    numbers = any(find_fields(inputs.playbook, name, inputs.full_text) for name in inputs.playbook.fields)
    for sentence in asking:
        if (photos and _PHOTO.search(sentence)) or (numbers and _NUMBER.search(sentence)):
            return True
        if any(named.search(sentence) and given.search(inputs.full_text) for named, given in _THINGS):
            return True
    return False
