"""
The choices that a customer is offered, and which one an answer picks, by number or by words. Pure.

A welcome offers intents that the bot answers now on this channel, and a person. A clarifying question offers the likely
intents, and something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from ..conversation import Control, Conversation
from ..courtesy import courtesy_of, is_greeting
from ..model import Autonomy
from ..playbook.schema import Playbook, effective_autonomy
from ..playbook.subject_names import LABELS, choice_of, label_of
from ..text import without_accents

PERSON = "human_request"
OTHER = "something_else"  # no intent: none of the subjects that were named
MENU_MS = 24 * 3_600_000
INTENTS_MOST = 2
# What somebody who comes from an advertisement asks first.
BEFORE_BUYING = ("availability", "exchange_size", "size_guide", "delivery_cost", "delivery_time", "opening_hours")
_KEYCAP = str.maketrans(dict.fromkeys("\ufe0f\u20e3"))
_SPELLED = {
    **dict.fromkeys(("un", "une", "one", "premier", "premiere", "first", "1er", "1ere", "1re", "1st"), 1),
    **dict.fromkeys(("deux", "two", "deuxieme", "second", "seconde", "2e", "2eme", "2nd"), 2),
    **dict.fromkeys(("trois", "three", "troisieme", "third", "3e", "3eme", "3rd"), 3),
}
_NUMBER = re.compile(
    r"(?:(?:bonjour|hello|hi|le|la|the|option|choix|choice|numero|number|no|n°|reponse|answer|je choisis|oui|yes"
    r"|c'est|c est|plutot|ce serait|it's|it is|point)"
    rf"\s*[:,.]?\s*){{0,4}}([1-9]|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?: (?:one|choix|option|point))?"
    r"\s*[.!)]*(?:\s*(?:svp|stp|please|merci|thanks)[.!]*)?"
)
_WORD = re.compile(r"[^\W_]+")


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase.strip() for line in listed.split("\n") for phrase in line.split("|") if phrase.strip())


# Words without accents, apostrophes as spaces.
_SAYS_NOTHING = frozenset(
    """
    a ai au aux bonjour c ce ces cette d de des du elle en est et il j je l la le les ma me mes mon m n ne nous oui on
    ou par plutot pour qu que question s sa se ses son sujet sur svp stp merci un une vous y
    about am an hello hi i is it its my of on please s thanks the this to with yes
    """.split()  # noqa: SIM905 - words to read
)
_TURNED = frozenset("pas non ni no not neither nor none aucun aucune sauf except plus".split())  # noqa: SIM905
_OTHER = _phrases("""
autre | autre chose | autre sujet | un autre sujet | autre question | une autre question | pour autre chose
aucun | aucune | aucun des deux | aucune des deux | ni l un ni l autre | ni l une ni l autre | aucun des sujets
rien de tout ca | rien de tout cela | rien de ca | pas ca | quelque chose d autre | non autre chose
c est autre chose | c est pour autre chose | c est un autre sujet
other | something else | another question | another subject | none | none of these | none of those | none of them
neither | neither of them | neither of these | none of the above | it is something else | it s something else
no something else
""")
_YES = _phrases(
    "oui | yes | yep | yeah | ouais | c est ca | oui c est ca | exact | exactement | tout a fait | that s it"
)
_NO = _phrases(
    "non | no | nope | nan | pas du tout | c est pas ca | ce n est pas ca | not at all | that s not it | not that"
)
_NAMED_MOST = 8  # words; who writes more says more than the name of a subject


def choices(
    playbook: Playbook, control: Control, channel: str, language: str, *, from_ad: bool, answers: Callable[[str], bool]
) -> tuple[str, ...]:
    """
    Return the intents that a welcome may offer now, and a person; `answers`: whether one may answer.

    Of those that the playbook lists for it, in its order, all; where it lists none, at most two.
    """
    found = [
        name
        for name in playbook.welcome or playbook.intents
        if label_of(playbook, name, language)
        and may_answer(playbook, control, channel, language, name)
        and answers(name)
    ]
    if playbook.welcome:
        return (*found, PERSON)
    usual = (*BEFORE_BUYING, *LABELS) if from_ad else tuple(LABELS)
    # What the brand itself has a label for comes first, then what customers ask most.
    found.sort(key=lambda name: (not playbook.intents[name].label, usual.index(name) if name in usual else len(usual)))
    return (*found[:INTENTS_MOST], PERSON)


def may_answer(playbook: Playbook, control: Control, channel: str, language: str, name: str) -> bool:
    """Return whether this intent is answered automatically here and now, gradual rollout aside."""
    known = playbook.intents.get(name)
    return (
        known is not None
        and effective_autonomy(playbook, name, channel, public=False, language=language) is Autonomy.AUTO
        and not control.silences_now(channel, name)
        and (playbook.can_look_up or not known.lookup)
    )


def welcomed(head: Conversation, now: int) -> bool:
    """Return whether the last thing that was said is a welcome, whose choices stand."""
    return bool(head.menu) and head.menu[-1] != OTHER and now - head.greeted_at < MENU_MS


def chosen(head: Conversation, texts: Sequence[str], playbook: Playbook, now: int) -> str:
    """
    Return the choice that these messages make; "" where they make none.

    A number alone counts for a day, until a person speaks; another number chooses again, of several the last counts.
    Other lines may hold only what the answer needs (an order number) or a courtesy. A clarifying question can also be
    answered with an intent's name.
    """
    if not head.menu or now - head.greeted_at >= MENU_MS:
        return ""
    asked = [text for text in texts if text.strip() and not courtesy_of(text) and not is_greeting(text)]
    if not asked or any(not any(char.isdigit() for char in text) for text in asked[1:]):
        return ""
    numbers = [*takewhile(lambda number: 0 < number <= len(head.menu), map(_number, asked))]
    if numbers:
        return head.menu[numbers[-1] - 1]
    return _named(head.menu, asked[0], playbook) if head.menu[-1] == OTHER else ""


def _number(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).strip().casefold().replace("’", "'")
    found = _NUMBER.fullmatch(without_accents(plain)[:60])
    if found is None:
        return 0
    said = found.group(1)
    return _SPELLED.get(said) or int(said)


def _named(menu: tuple[str, ...], text: str, playbook: Playbook) -> str:
    """Return the choice whose name this text is, or the only one that contains all its words; else ""."""
    words = _words(text)
    plain = " ".join(words)
    if plain in _OTHER:
        return OTHER
    if len(menu) == len((OTHER,)) + 1 and plain in _YES | _NO:
        return menu[0] if plain in _YES else OTHER
    said = [word for word in words if word not in _SAYS_NOTHING]
    if not said or len(words) > _NAMED_MOST:
        return ""
    found = [name for name in menu[:-1] if any(_says(plain, said, each) for each in _names(playbook, name))]
    return found[0] if len(found) == 1 else ""


def _names(playbook: Playbook, intent: str) -> Iterator[str]:
    """Return the names by which customers read this intent."""
    known = playbook.intents.get(intent)
    for language in playbook.languages if known is not None else ():
        yield from filter(None, (choice_of(playbook, intent, language), label_of(playbook, intent, language)))


def _says(plain: str, said: Sequence[str], name: str) -> bool:
    called = _words(name)
    return plain == " ".join(called) or (set(said) <= set(called) and not _TURNED & set(said))


def _words(text: str) -> list[str]:
    return _WORD.findall(without_accents(text.casefold()))
