"""
Which intent may be acted on: the one that the model is sure of, or the one that a missing field was asked for.

Pure. A customer who gives the number that was asked for, and something else with it, may no longer want what they asked
first ("ML204518, il est arrivé cassé"): then there is none. Messages that ask nothing beside the others (the same text
again, "vous êtes là ?", an address on a line, thanks) are covered with them, and left out when they are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..conversation import Conversation, PastAnswer, TimelineMessage
from ..courtesy import courtesy_of, keeps_asking, same_words
from ..model import Classification, Sentiment, Urgency
from ..playbook.fields import find_fields, normalised
from ..playbook.schema import KINDS, Playbook

_WORD = re.compile(r"[^\W\d_]+")
_MOST_BESIDE_A_KEY = 8  # words, an e-mail address's own among them
# What stands around a number and says nothing more.
_AROUND = frozenset(
    """
    bonjour bonsoir salut oui ok alors voici voilà voila c est le la les l mon ma numéro numero num n no nr ref réf
    référence reference de du commande cmd cde colis suivi il elle s'agit agit svp stp plaît plait s il vous te merci
    d'avance avance et donc pardon désolé désolée pour aussi autre deuxième seconde second ma mes ce sont ces deux trois
    non no plutôt mauvais bon bonne correct exact ah oh euh oups zut mince je suis me trompé trompée erreur part excusez
    excuse moi essayez essaie vérifié voila celui celle celles ceux commandes numéros colis
    hello hi hey yes sure here is it s the my order number parcel tracking ref its this please pls thanks thank you
    sorry it's and so what about also other second one orders numbers parcels both two three not oops mistake wrong
    right correct try that should be too as well i have got another same for pareil idem meme même chose pour j ai plus
    """.split()  # noqa: SIM905 - words to read
)


# A question that is typed without its mark ("le magasin ferme a quelle heure").
_QUESTION = re.compile(
    r"\b(?:quel(?:le)?s?|combien|comment|est[- ]ce que|y a[- ]t[- ]il|how (?:do|does|can|much|many|long)"
    r"|what (?:time|is|are|size)|where (?:is|are|can|do)|when (?:do|does|is|are|will))\b"
)

# Intents that are heard whether a playbook names them or not.
_ALWAYS_HEARD = frozenset({"complaint", "human_request"})


def in_playbook(found: Classification, playbook: Playbook) -> Classification:
    """Return the classification as a brand sees it: an intent that its playbook lacks is out of scope, and named."""
    if found.intent is None or found.intent in playbook.intents or found.intent in _ALWAYS_HEARD:
        return found
    return replace(found, intent=None, out_of_scope=True, sure=False, unwritten=found.intent)


def resolve_intent(
    conversation: Conversation, said: Sequence[PastAnswer], playbook: Playbook, whole: Classification, text: str
) -> str | None:
    """
    Return the intent that may be acted on, or None.

    A number alone is about what it was asked for, or about the last answer with a number ("et la ML204519 ?"), else
    about the one intent that looks such numbers up.
    """
    asked, wants = conversation.asked_intent, conversation.asked_wants
    if not asked:
        answered = [each.intent for each in said if not each.asked and _asks(playbook, each.intent)]
        asked = answered[-1] if answered else looked_up_by(playbook, text)
    values = [value for name in (wants, _asks(playbook, asked)) if name for value in find_fields(playbook, name, text)]
    # A postcode comes with its town, an address with a word of its own: nothing else is likely in so few words.
    short = bool(wants) and playbook.fields[wants].shape in KINDS and len(_WORD.findall(text)) <= _MOST_BESIDE_A_KEY
    given = gives_only(text, values) or _still_about(whole, asked) or (short and _calm(whole))
    if values and not whole.sure and given:
        return asked
    return whole.intent if whole.sure else None


def looked_up_by(playbook: Playbook, text: str) -> str:
    """
    Return the intent that looks up this text, a number with its letters and nothing else; "" for all else.

    Bare digits may be anything: a postcode, a year, a phone number.
    """
    typed = "".join(_WORD.findall(normalised(text).casefold()))
    names = []
    for intent in playbook.intents.values():
        values = find_fields(playbook, intent.asks, text) if intent.lookup and intent.asks else ()
        letters = [part.casefold() for value in values for part in _WORD.findall(value)]
        if (
            values
            and len(letters) >= len(values)
            and all(part in typed for part in letters)
            and gives_only(text, values)
        ):
            names.append(intent.name)
    return names[0] if len(names) == 1 else ""


def _asks(playbook: Playbook, intent: str) -> str:
    """Return the field that an intent needs, or ""."""
    return playbook.intents[intent].asks if intent in playbook.intents else ""


def gives_only(text: str, values: Sequence[str]) -> bool:
    """Return whether the text is what was asked for, one or several, and nothing else."""
    around = _AROUND | {part.casefold() for value in values for part in _WORD.findall(value)}
    return all(word in around for word in _WORD.findall(normalised(text).casefold()))


def _still_about(whole: Classification, asked: str) -> bool:
    """Return whether the rest of the text is calm and about what was asked, though the model is not sure of it."""
    return _calm(whole) and whole.guess == asked and not whole.out_of_scope and not whole.several


def _calm(whole: Classification) -> bool:
    return whole.urgency is Urgency.NORMAL and whole.sentiment is not Sentiment.NEGATIVE


def asks_beside(
    intent: str | None,
    pending: Sequence[TimelineMessage],
    singles: Sequence[Classification],
    numbers: Sequence[str] = (),
) -> bool:
    """
    Return whether one of several messages is another question, which an answer about `intent` would ignore.

    `numbers`: what the answer will be about; a message that only names one of them ("et ML10484 ?") asks nothing else.
    """
    own = {message.message_id for message in questions(pending)}
    return len(pending) > 1 and any(
        ("?" in message.text or _QUESTION.search(normalised(message.text).casefold()))
        and message.message_id in own
        and len(_WORD.findall(message.text)) > 1
        and not (numbers and gives_only(message.text, numbers))
        and (single.out_of_scope or (single.guess != intent and not single.sure))
        for message, single in zip(pending, singles, strict=True)
    )


def questions(pending: Sequence[TimelineMessage]) -> tuple[TimelineMessage, ...]:
    """Return the messages that say something of their own, oldest first; all of them where none does."""
    found: dict[tuple[str, ...], TimelineMessage] = {}
    for message in pending:
        if message.text and not (keeps_asking(message.text) or courtesy_of(message.text)):
            found.setdefault(same_words(message.text), message)
    return tuple(found.values()) or tuple(pending)
