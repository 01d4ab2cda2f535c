"""
In which state a customer's case is, and whether the standard answer is right for it; if not, a person answers.

An answer is right for the states that its playbook entry names (`serves`; by default a first question). A state is told
by the classifier, and by closed lists of words: a blocked account, a remedy that was tried, a request that is open.
They are narrow on purpose: "still not delivered" is an ordinary first question about an order. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ..model import FIRST_ONLY, Classification, Decision, State
from .answer_text import Priority, to_person
from .input import DecisionInput
from .sensitive_words import plain_words

NAMED_FROM = 0.5  # how likely a state must be before it is acted on and named

# The gravest first. Each with its least priority; their words are reasons of docs/triage.md.
PRIORITY: Mapping[State, Priority] = MappingProxyType(
    {
        State.BEREAVEMENT: "urgent",
        State.DECLARATION: "high",
        State.ACCOUNT_BLOCKED: "high",
        State.DISPUTED: "high",
        State.OVERDUE: "high",
        State.FOLLOW_UP: "high",
        State.ALREADY_TRIED: "high",
        State.PART: "normal",
        State.STATEMENT: "normal",
        State.ANSWERS_QUESTION: "normal",
        State.THANKS_OR_CLOSING: "normal",
    }
)
# They do not count for one message among several, nor for a text that is out of scope.
_SLIGHT = frozenset({State.PART, State.STATEMENT, State.ANSWERS_QUESTION, State.THANKS_OR_CLOSING})


def state_of(inputs: DecisionInput) -> State | None:
    """Return the gravest state, by words or model, for which the answer is not right; None where it is right."""
    if inputs.choice or (
        inputs.intent is not None and not inputs.whole.sure
    ):  # a number that we asked for, or that chooses
        return None
    intent = inputs.playbook.intents.get(inputs.intent or inputs.guess)
    served = intent.serves if intent is not None else FIRST_ONLY
    if inputs.conversation.asked_intent or inputs.before:  # it was the bot that asked
        served |= {State.ANSWERS_QUESTION, State.STATEMENT}
    found: set[State | None] = set(states_of(inputs.text))
    found |= {each.state for each in inputs.singles if _likely(each) and each.state not in _SLIGHT}
    if _likely(inputs.whole) and not (inputs.whole.out_of_scope and inputs.whole.state in _SLIGHT):
        found.add(inputs.whole.state)
    return next((state for state in PRIORITY if state in found - served), None)


def another_state(inputs: DecisionInput) -> Decision | None:
    """Return a ticket that names the state. A declaration and a bereavement keep the words of other rules."""
    state = state_of(inputs)
    if state is None:
        return None
    least = PRIORITY[state]
    if state is State.BEREAVEMENT:
        return to_person(inputs, "vulnerable", at_least=least)
    if state is State.DECLARATION:
        return to_person(inputs, "declared", at_least=least)
    return to_person(inputs, state.value, at_least=least)


def _likely(found: Classification) -> bool:
    return found.state is not None and found.state_probability >= NAMED_FROM


_ACCOUNT = r"(?:accounts?|comptes?|profile?|acces|login)"
_SHUT = (
    r"(?:locked|blocked|suspended|on hold|disabled|deactivated|banned|restricted|bloquee?s?|suspendue?s?"
    r"|desactivee?s?"
    r"|verrouillee?s?)"
)
_BLOCKED = (
    rf"\b(?:{_ACCOUNT} (?:\w+ ){{0,4}}?{_SHUT}|{_SHUT} (?:out )?(?:of )?(?:\w+ ){{0,2}}?{_ACCOUNT}|locked (?:me )?out"
    r"|(?:log|sign|connect\w*) (?:\w+ ){0,4}?(?:because|since|car) (?:it|c|il) (?:s|is|est) (?:locked|blocked|bloque)"
    rf"|(?:debloque[rz]?|unblock|unlock|reactivate|reactive[rz]?) (?:\w+ ){{0,2}}?{_ACCOUNT}"
    r"|(?:not|never|isn t|don t|doesn t|haven t|no|pas|jamais) (?:\w+ ){0,3}?(?:receiv\w*|get|getting|got|sent"
    r"|sending|recue?"
    r"|recois) (?:\w+ ){0,8}?(?:codes?\b(?! (?:promo|postal|de retour|barre))|otp|sms with)"
    r"|recoi\w* pas (?:\w+ ){0,3}?codes?\b(?! (?:promo|postal|de retour|barre))"
    r"|(?:codes?|otp|sms) (?:\w+ ){0,5}?(?:never|not|n) (?:\w+ )?(?:arriv\w*|comes?|came|sending|received))\b"
)
_AGAIN = (
    r"(?:still|again|toujours|encore|deux fois|trois fois|plusieurs fois|twice|(?:two|three|several|many|2|3|4"
    r"|5) times"
    r"|no luck|to no avail|sans succes|en vain|nothing happens|ca ne marche pas|rien n y fait|keeps? (?:saying"
    r"|telling))"
)
_TRIED = (
    rf"\b(?:(?:reset|resetting|changed|reinitialise\w*|tried|essaye\w*|followed|clicked|clique\w*|suivi (?:la"
    rf"|les|vos)) "
    rf"(?:\w+ ){{0,10}}?{_AGAIN}|(?:still|toujours) (?:\w+ )?(?:locked out|not working|impossible de (?:me "
    rf"|se )?connecter)"
    r"|(?:already|deja) (?:tried|did|done|essaye|fait|tente) (?:that|this|it|so|everything|cela|ca|tout|la)"
    r"|even (?:if|though|after) (?:i )?(?:\w+ )?(?:changed|reset|changing|resetting|tried)"
    r"|(?:demande|asked for) (?:\w+ ){0,3}?(?:nouveau mot de passe|new password|lien|link) (?:\w+ ){0,4}?(?:rien"
    r"|fois|nothing|times|jamais))\b"
)
_OPEN = (
    r"\b(?:(?:still|toujours) (?:no|pas de|pas eu de|aucune?|not had an?|not heard|sans) (?:update|reply"
    r"|response|answer|news"
    r"|reponse|nouvelles?|retour|feedback|back|word)(?! (?:de|sur|of|on|about|for) (?:ma|mon|my|the|cette"
    r"|this) (?:commande|colis|order|parcel|package))"
    r"|(?:second|third|fourth|2nd|3rd|4th|5th|nth) time (?:now|sharing|sending|writing|asking|contact\w*"
    r"|(?:that )?(?:i|we) (?:\w+ )?(?:writ\w*|wrote|ask\w*|sen[dt]\w*|contact\w*|call\w*|tell\w*|told|e ?mail\w*"
    r"|messag\w*|shar\w*))"
    r"|(?:deuxieme|troisieme|quatrieme|2eme|3eme|4eme|enieme|nouvelle) fois (?:que je|que j|je)|une nouvelle fois"
    r"|je (?:reviens vers vous|vous relance)|suite a (?:mon|notre|mes|nos) (?:\w+ )?(?:mails?|messages?|appels?"
    r"|echanges?|courriers?)"
    r"|(?:your|the|one of your) (?:colleague|agent|team|advis[eo]r|rep) (?:told|said|promised|assured)"
    r"|(?:votre|vos|une?) (?:\w+ )?(?:collegues?|conseilleres?|conseillers?) (?:m a|m ont|m avait) (?:dit|promis"
    r"|assure|indique)"
    r"|any (?:more )?updates? (?:team|guys|on (?:this|my (?:case|ticket|complaint|request|claim))))\b"
)
_WORDS: Mapping[State, str] = MappingProxyType(
    {State.ACCOUNT_BLOCKED: _BLOCKED, State.ALREADY_TRIED: _TRIED, State.FOLLOW_UP: _OPEN}
)


@cache
def _compiled(state: State) -> re.Pattern[str]:
    return re.compile(_WORDS[state])  # at first use: imports stay free of work


def states_of(text: str) -> frozenset[State]:
    """Return the states that the words of a text tell; none for most texts."""
    plain = plain_words(text)
    return frozenset(state for state in _WORDS if _compiled(state).search(plain))
