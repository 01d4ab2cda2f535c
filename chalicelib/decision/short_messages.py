"""
Short messages that need no model: push-back ("non", "?") and fragments; thanks and greetings are in `courtesy`.

Pure. Whole messages only: a phrase inside a longer sentence never matches. Push-back counts only after an answer of the
bot, and goes to a person with raised priority; so a phrase with another possible meaning is left out.
"""

from __future__ import annotations

import re

from ..courtesy import is_greeting, is_refusal
from ..text import without_accents

# Alone and nothing else: words that also open or answer quite another sentence.
_PUSHBACK_ALONE = """
hein | quoi | what | huh | pardon | comment ça | et alors | so | et donc | allo | allô | hello | et ma question
"""
# These may stand behind "non", "mais", "sorry but" and their like. Written once: accents, apostrophes, a dropped "ne"
# and "didn't" for "did not" make no difference.
_PUSHBACK = """
non | nn | nan | pas du tout | pas ça | pas cela | rien à voir | aucun rapport | hors sujet | à côté de la plaque
c'est pas ça | c'est pas cela | c'est pas ça du tout | c'était pas ça | c'est pas du tout ça | c'est faux | faux
pas ma question | c'est pas ma question | c'est pas la question | c'était pas ma question | c'était pas la question
pas ce que j'ai demandé | c'est pas ce que j'ai demandé | c'est pas ce que je demande | pas ce que je demande
c'est pas ce que je demandais | c'est pas ce que je voulais savoir | c'est pas ce que je veux savoir
c'est pas ce que je veux | c'est pas ce que je cherche | pas ce que je veux | j'ai pas demandé ça
j'ai jamais demandé ça | vous avez pas répondu | vous avez pas répondu à ma question | vous répondez pas
vous répondez pas à ma question | vous répondez à côté | vous avez répondu à côté | tu as pas répondu
t'as pas répondu | t'as pas répondu à ma question | tu réponds pas | tu réponds pas à ma question
tu réponds à côté | ça répond pas | ça répond pas à ma question | ça répond pas du tout
ça répond pas du tout à ma question | ça répond toujours pas à ma question | pas la réponse | c'est pas la réponse
c'est pas une réponse | mauvaise réponse | ça m'aide pas | ça m'aide pas du tout | ça aide pas | ça m'avance pas
ça sert à rien | ça marche pas | ça marche toujours pas | toujours pas | toujours rien | n'importe quoi
vous comprenez pas | vous comprenez rien | vous avez pas compris | vous avez rien compris | vous m'avez pas compris
vous avez pas compris ma question | vous avez mal compris | vous m'écoutez pas | tu comprends pas
tu comprends rien | t'as pas compris | t'as rien compris | tu as pas compris | je comprends pas | j'ai pas compris
j'ai rien compris | relisez | relisez ma question | relisez mon message | relis ma question | lisez ma question
lisez mon message | je répète

no | nope | nah | not at all | not that | not this | not it | that's not it | nothing to do with it | off topic
irrelevant | not what i asked | that's not what i asked | this is not what i asked | it's not what i asked
that was not what i asked | not what i asked for | that's not what i asked for | not my question
that's not my question | this is not my question | that was not my question | not the question
that's not the question | not what i meant | that's not what i meant | that's not what i want | not what i want
not what i wanted | that's not what i wanted to know | i did not ask that | i did not ask for that
i did not ask this | wrong | that's wrong | wrong answer | that's the wrong answer | that's not an answer
that's no answer | not helpful | that's not helpful | unhelpful | that's no help | no help | does not help
that does not help | this does not help | it does not help | did not help | that did not help | this did not help
it did not help | useless | that's useless | you did not answer | you have not answered
you did not answer my question | you have not answered my question | you are not answering
you are not answering my question | that does not answer my question | this does not answer my question
it does not answer my question | does not answer my question | that did not answer my question
you do not understand | you did not understand | you are not understanding | you misunderstood
you have misunderstood | you are not listening | read my question | read my message | read it again | read again
i do not understand | i did not understand | i do not get it | that makes no sense | does not work
it does not work | that does not work | did not work | still not working | still nothing | still no answer
still waiting | i'm still waiting
"""
_BEFORE = re.compile(
    r"(?:(?:(?:merci|thanks|thank you|ok|oui|yes|bonjour|bonsoir|hello|hi|hey) )?(?:mais|but)"
    r"|non|nan|nn|no|nope|nah|ben|bah|euh|heu|ah|oh|hmm|well|desole|desolee|sorry|bonjour|bonsoir|hello|hi|hey) "
)
_AFTER = re.compile(r"(?: (?:svp|stp|please|hein|du tout|at all))+$")
# Variants: as typed without accents on the left, as the lists have them on the right.
_SAME: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bn'(?=\w)|\bne (?=\w)"), ""),  # spoken French leaves it out
    (re.compile(r"\bc(?:e |')?(est|etait)\b"), r"c \1"),
    (re.compile(r"\bc(?= pas\b)"), "c est"),
    (re.compile(r"\bje? ?'?ai\b"), "j ai"),
    (re.compile(r"\b(is|was|do|does|did|have|has|are)n'?t\b"), r"\1 not"),
    (re.compile(r"\b(that|it)'?s\b"), r"\1 is"),
    (re.compile(r"\byou'?(re|ve)\b"), r"you \1"),
    (re.compile(r"\byou re\b"), "you are"),
    (re.compile(r"\byou ve\b"), "you have"),
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def _listed(lines: str) -> frozenset[str]:
    return frozenset(phrase.strip() for line in lines.split("\n") if line.strip() for phrase in line.split("|"))


def _plain(text: str) -> str:
    """Return the words alone, without accents and punctuation, variants written in one way."""
    plain = re.sub(r"\s+", " ", without_accents(text.replace("’", "'").lower()))
    for pattern, same in _SAME:
        plain = pattern.sub(same, plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


PUSHBACK = frozenset(map(_plain, _listed(_PUSHBACK)))
PUSHBACK_ALONE = PUSHBACK | frozenset(map(_plain, _listed(_PUSHBACK_ALONE)))
LONGEST_PUSHBACK = 120  # a longer text is a sentence with words of its own


def is_pushback(text: str) -> bool:
    """Return whether the text only says that the last answer did not help ("?", "non", "not what I asked", 👎)."""
    if is_refusal(text):
        return True
    marks = text.strip()
    if marks and not marks.strip("?!… .\u00a0\u202f"):
        return "?" in marks or marks.startswith(("…", "..."))
    if len(text) > LONGEST_PUSHBACK:
        return False
    plain = _plain(text)
    if plain in PUSHBACK_ALONE:
        return True
    while found := _BEFORE.match(plain):
        plain = plain[found.end() :]
    return plain in PUSHBACK or _AFTER.sub("", plain) in PUSHBACK


def is_fragment(text: str) -> bool:
    """Return whether more text is likely to follow: a greeting, or at most four words without "?" or a digit."""
    if is_greeting(text):
        return True
    words = _WORD.findall(text)
    return len(words) <= 4 and "?" not in text and not any(c.isdigit() for c in text)
