"""
Sorts a public comment: what needs nothing, what is a question, what is somebody's own matter, and what a person reads.

Pure, and the first rule of `decide` on a surface where people speak to each other (`Surface.comments`). In doubt a
person: that is a line of the post's digest, not a ticket. Nothing is said automatically under a post.
"""

from __future__ import annotations

import re
from functools import cache

from .. import courtesy_words
from ..courtesy import courtesy_of, is_greeting, without_handles
from ..model import UNDER, UNDER_AD, CommentKind, Decision, Gather, HideReason, State
from . import comment_words as words
from . import never_automatic, praise, sensitive_words
from .danger import is_vulnerable, speaks_of_danger
from .hiding import reason_of
from .input import DecisionInput
from .sensitive_words import plain_words
from .suggestion import COMPLAINT

ADULT, LEAST = 18, 5  # who is younger does not write
SHORT = 14  # words: more, somebody tells something
_TAG = re.compile(
    r"@[\w.]+|(?:[^\W\d_a-zà-ÿ][\w'’-]*[ ,]+(?:(?:[Ll]e|[Dd]e|[Dd]u|[Ll]a|[Vv]an) )?){1,2}[^\W\d_a-zà-ÿ][\w'’-]*"
)
_OWN_ORDER = "order_in_public"


_RUN = re.compile(r"(.)\1+")  # "ouiiii" is oui, on both sides
_ADMIRES = frozenset(_RUN.sub(r"\1", word) for word in words.ADMIRES)
_CALM = _ADMIRES | {_RUN.sub(r"\1", word) for word in words.FILLERS}
_PARTICLES = frozenset({"le", "la", "de", "du", "van"})


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _says(pattern: str, plain: str) -> bool:
    return bool(_compiled(pattern).search(plain))


def sorted_comment(inputs: DecisionInput) -> Decision | None:
    """Return what becomes of a comment; None: it is a ticket, decided on like any other message."""
    under = any(kind in (UNDER, UNDER_AD) for message in inputs.pending for kind, _ in message.beside)
    if inputs.surface is None or not (inputs.surface.comments and inputs.public and under):
        return None  # a mention elsewhere is a person's to look at
    hide = reason_of(inputs)
    kind = kind_of(inputs, hide)
    if kind == "case":
        return None
    intent = _asked(inputs) if kind == "question" else ""
    reason = "comment_nothing" if kind == "nothing" else "comment_gathered"
    return Gather(covers=inputs.covers, reason=reason, kind=kind, intent=intent, hide=hide)


def kind_of(inputs: DecisionInput, hide: HideReason | None) -> CommentKind:
    """Return what kind of comment these messages are."""
    plain = plain_words(inputs.text)
    if hide in ("hate", "false_service", "phishing", "spam"):
        return "hide"
    if _works_for_others(plain) and not sensitive_words.endangers(inputs.text):
        return "manager"
    if _endangers(inputs):
        return "case"
    if _seems_young(plain):
        return "manager"
    if inputs.ticket is None and _asks_for_nothing(inputs, plain):
        return "nothing"
    if _own_matter(inputs, plain):
        return "case"
    if hide is not None:
        return "hide"
    return "question" if _is_question(inputs.text, plain) else "read"


def _endangers(inputs: DecisionInput) -> bool:
    """Whether somebody is in danger, mourns, or declares something with legal effect."""
    declared = sensitive_words.withdraws(inputs.text) or sensitive_words.about_own_data(inputs.text)
    return declared or speaks_of_danger(inputs) or is_vulnerable(inputs)


def _works_for_others(plain: str) -> bool:
    """Whether this is a journalist, or somebody who offers to be paid."""
    return _says(words.PRESS, plain) or _says(words.INFLUENCE, plain)


def _seems_young(plain: str) -> bool:
    """Whether this is somebody who seems a minor."""
    age = None if _says(words.NO_AGE, plain) else _compiled(words.AGE).search(plain)
    return (age is not None and LEAST <= int(age[1]) < ADULT) or _says(words.MINOR, plain)


def _own_matter(inputs: DecisionInput, plain: str) -> bool:
    """Whether the writer speaks of what is their own: an order, a grievance, a wish to speak to somebody."""
    if any(single.wants_human for single in (*inputs.singles, inputs.whole)):
        return True
    if never_automatic.kind_of(inputs) == _OWN_ORDER or _says(words.OWN_MATTER, plain):
        return True
    upset = any(each.guess == COMPLAINT and not each.out_of_scope for each in (*inputs.singles, inputs.whole))
    first_person = _says(r"\b(?:je|j|moi|me|m|mon|ma|mes|nous|i|me|my|we|our)\b", plain)
    return first_person and _says(words.GRIEVANCE, plain) and (upset or len(plain.split()) > SHORT)


def asks_or_complains(kind: str, text: str) -> bool:
    """Whether a comment's writer may be written to in private: nobody else is, and whoever has a ticket is from it."""
    return kind == "question" or (kind == "read" and _says(words.GRIEVANCE, plain_words(text)))


# --- nothing ----------------------------------------------------------------------------------


def _asks_for_nothing(inputs: DecisionInput, plain: str) -> bool:
    """Whether it is a tag, signs, praise, a laugh, or talk among customers."""
    if any(message.attachments for message in inputs.pending):
        return False
    if not plain.strip():
        return "?" not in inputs.text and not set(inputs.text) & courtesy_words.UNHAPPY
    if _says(words.OWN_MATTER, plain) or _says(words.GRIEVANCE, plain):
        return False
    name = inputs.playbook.name
    spoken = without_handles(inputs.text)
    rest, tagged = _without_tags(spoken, name)
    tagged = tagged or spoken != inputs.text
    if courtesy_of(inputs.text) or is_greeting(inputs.text, name) or praise.only_praises(inputs):
        return True
    left = plain_words(rest)
    if not left:
        return tagged
    if tagged and _says(words.TO_A_FRIEND, left):
        return True
    if "?" in rest:
        return False
    found = {_RUN.sub(r"\1", word) for word in left.split()}
    admires = bool(found & _ADMIRES) and found <= _CALM
    return (
        admires or bool(courtesy_of(rest)) or (tagged and len(left.split()) <= SHORT) or _answers_another(inputs, left)
    )


def _answers_another(inputs: DecisionInput, left: str) -> bool:
    """Whether it is a short answer under another comment, which asks nothing."""
    return bool(inputs.last.quoting) and len(left.split()) <= SHORT and not inputs.past_answers


def _without_tags(text: str, brand: str) -> tuple[str, bool]:
    """Return the text without the people whom it names first, and whether it names any; the brand is nobody."""
    own = set(plain_words(brand).split())
    tagged, shouted = False, text == text.upper()  # of capitals alone every word begins like a name
    while True:
        text = text.lstrip(" ,;:-–—\n")
        found = _TAG.match(text)
        if found is None or (shouted and not found[0].startswith("@")):
            return text, tagged
        named = [word for word in plain_words(found[0]).split() if word not in _PARTICLES]
        if not named or set(named) & (words.NO_TAGS | own):
            return text, tagged
        text, tagged = text[found.end() :], True


# --- questions --------------------------------------------------------------------------------

_ASKS = (
    r"^(?:\w+ ){0,3}?(?:quels?|quelles?|quand|comment|combien|ou|est ce que|avez vous|peut on|pouvez vous|y a t il"
    r"|livrez vous|faites vous|how|what|when|where|which|do you|does|can|could|is (?:it|this|there)"
    r"|are (?:they|these|there)|will|have you)\b"
    r"|\b(?:le prix|la taille|quelle taille|dispo(?:nible)?s?|en stock|infos?|price|how much|what size|in stock)\b"
)


def _is_question(text: str, plain: str) -> bool:
    return "?" in text or _says(_ASKS, plain)


def _asked(inputs: DecisionInput) -> str:
    """Return the subject that is asked about, where the playbook has words for it and the model a clear guess."""
    found = inputs.whole
    guess = inputs.intent or found.intent or found.guess
    known = inputs.playbook.intents.get(guess)
    if known is None or found.out_of_scope or found.state not in (None, State.FIRST_QUESTION):
        return ""
    likely = found.sure or found.probability >= inputs.playbook.suggest_from
    return guess if likely and not known.lookup else ""
