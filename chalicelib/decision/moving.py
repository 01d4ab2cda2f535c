"""
Whether a customer wants to go on elsewhere, or the last answer there too; whether an answer to "is it you?" is a yes.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..courtesy import folded_words
from ..model import Decision, Move
from ..move_port import Way
from .input import DecisionInput

TO_SEND = "asked_to_send"
_LONGEST = 18  # words: who writes more tells something, and a person reads it
_BARE = 5
_ASKS = re.compile(
    r"\b(?:peut on|on peut|puis je|je peux|pouvons nous|possible|pouvez vous|peux tu|tu peux|vous pouvez|pourrait on"
    r"|pourriez vous|vous pourriez|pourrais tu|tu pourrais"
    r"|je prefere|je prefererais|j aimerais|je voudrais|je souhaite|je souhaiterais"
    r"|can (?:i|we|you)|could (?:i|we|you)|i d (?:rather|prefer|like)|i would (?:rather|prefer|like)|let s)\b"
)
_GOES = (
    r"\b(?:continuer|continuons|continue|poursuivre|poursuivons|passer|passons|basculer|basculons|discuter|parler|parle"
    r"|reprendre|carry on|go on|move|switch|talk|chat|keep talking)\b"
)
_PERSON = re.compile(
    r"\b(?:conseill\w+|humain\w*|quelqu un|personnes?|responsables?|collegues?|vendeu\w+|operat\w+|service client"
    r"|someone|somebody|humans?|person|people|agents?|advis\w+|manager|staff|representative|customer service)\b"
)  # who asks for one gets one, whatever the channel
# "Envoyez-le-moi par e-mail": what was just said, and nothing that has a name of its own (an invoice, a label).
_SENDS = (
    r"(?:envoyez|envoie|envoyer|renvoyez|renvoie|renvoyer|recevoir|confirmez|confirme|confirmer|send|resend|forward"
    r"|confirm|receive|get|have|avoir)(?: (?:le|la|les|l|moi|nous|ca|cela|tout|cette|ces|infos?|informations|reponse"
    r"|confirmation|une|it|this|that|me|us|to me|to us|answer|all|of|the|a|also|aussi))*"
)
_POSSIBLE = r"(?:est ce qu(?:e|il) )?(?:(?:il est|est il|c est|serait il|ce serait|est) )?possible (?:de|d) "
_POLITE = (
    r"(?:bonjour|merci|super|parfait|ok|et|oui|aussi|svp|s il vous plait|please|thanks|thank you|hello|and|too|also)"
)
_MAY_ASK = r"(?:m|me|nous|vous|le|la|l|ca|cela|svp|stp|please|also|aussi)"
_NOT = re.compile(r"\b(?:pas|jamais|rien|aucune?|not|never|nothing|t)\b")
_BETWEEN = r"(?: \w+){0,4}? (?:sur|par|via|on|to|by|over)(?: (?:le|la|votre|mon|ton|un|the|your|my))? "


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in listed.split("|"))


_YES = _phrases("""
    oui | oui oui | oui c est moi | oui c est bien moi | c est moi | c est bien moi | oui merci | oui svp
    | yes | yes it s me | yes it is me | yes that s me | it s me | yes please
""")
_NO = _phrases("""
    non | non merci | non ce n est pas moi | non c est pas moi | ce n est pas moi | c est pas moi | pas moi
    | no | no it s not me | not me | no that s not me | it s not me | no it isn t me
""")


def wanted(inputs: DecisionInput) -> Decision | None:
    """Return the move to the channel that these words ask for; None where they ask for none, or it is not offered."""
    if inputs.public or not inputs.playbook.ways or inputs.standing not in ("free", "beside"):
        return None
    words = folded_words(inputs.text)
    if len(words) > _LONGEST or _PERSON.search(" ".join(words)):
        return None
    way, reason = asked_for(words, inputs.playbook.ways, inputs.channel), "asked_to_move"
    if way is None:
        way, reason = asked_to_send(words, inputs.playbook.ways, inputs.channel), TO_SEND
    if way is None:
        return None
    return Move(covers=inputs.covers, reason=reason, language=inputs.language, channel=way.channel)


def asked_for(words: Sequence[str], ways: Sequence[Way], here: str) -> Way | None:
    """Return the way that these words ask for; None for what is asked for here, and where nothing is asked."""
    text = " ".join(words)
    for way in ways:
        called = "|".join(re.escape(each) for each in (_plain(way.title), *way.way_in.called) if each)
        if not re.search(rf"{_GOES}{_BETWEEN}(?:{called})\b", text):
            continue
        return way if way.channel != here and (len(words) <= _BARE or _ASKS.search(text)) else None
    return None


def asked_to_send(words: Sequence[str], ways: Sequence[Way], here: str) -> Way | None:
    """Return the way on which the last answer is asked for too; None where something else, or nothing, is asked."""
    text = " ".join(words)
    if _NOT.search(text):
        return None
    for way in ways:
        if way.channel == here:
            continue
        called = "|".join(re.escape(each) for each in (_plain(way.title), *way.way_in.called) if each)
        asks = rf"(?:(?:est ce que )?{_ASKS.pattern} |{_POSSIBLE})?(?:{_MAY_ASK} )*"
        to = r"(?:sur|par|via|a|on|by|over|to)(?: (?:mon|my|un|an?|l|adresse))*"
        sends = rf"(?:{_SENDS} {to} (?:{called})(?: address)?|(?:{called}) (?:it|this|that)(?: to (?:me|us))?)"
        if re.fullmatch(rf"(?:{_POLITE} )*{asks}{sends}(?: {_POLITE})*", text):
            return way
    return None


def says_yes(text: str) -> bool:
    """Return whether the whole text is a yes, and no "ok" that may be about anything."""
    return len(text) <= 60 and " ".join(folded_words(text)) in _YES


def answers(text: str) -> bool:
    """Return whether the whole text is a yes or a no."""
    return says_yes(text) or says_no(text)


def says_no(text: str) -> bool:
    """Return whether the whole text is a no."""
    return len(text) <= 60 and " ".join(folded_words(text)) in _NO


def _plain(title: str) -> str:
    return " ".join(folded_words(title))
