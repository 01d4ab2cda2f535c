"""
Praise in a customer's own words: "je suis ravie de mon achat". It asks for nothing, so it makes no work.

Pure. Here silence would be the mistake, so the test is strict: the model must read praise and nothing else, calm and
happy, and the text has no question, number, file, or turning word ("mais", "except").
"""

from __future__ import annotations

from ..conversation import TimelineMessage
from ..courtesy import courtesy_of, folded_words, is_greeting
from ..model import SHOWN, Classification, Sentiment, Urgency
from . import sensitive_words
from .input import DecisionInput

PRAISE = "praise"
LEAST = 0.4  # how likely: below it praise is often half of a message
_TURNS = frozenset(
    """
    mais sauf hormis dommage pourtant cependant toutefois malgre seulement contre bemol quand comment pourquoi si ou
    pas plus jamais rien sans aucun aucune manque attends attend attente encore toujours retard besoin peux peut pouvez
    pourriez pourrais voudrais veux veut aimerais souhaite faut faudrait possible svp stp casse cassee abime
    rendre retour retourner echanger echange remboursement rembourser commander acheter trouver
    but except though however although only yet still not no never nothing without when how why if need needs want
    wants would could can please wish missing wait waiting late broken damaged return refund exchange order
    """.split()  # noqa: SIM905 - words to read
)


def courtesy_in(message: TimelineMessage) -> str:
    """Return what a message is that asks for nothing, in a word; a story that shows the brand says thanks."""
    if message.attachments or message.kind:
        return ""
    if not message.text.strip() and any(kind == SHOWN for kind, _ in message.beside):
        return "thanks"
    return courtesy_of(message.text)


def only_praises(inputs: DecisionInput) -> bool:
    """Return whether these messages praise and say nothing else; a greeting or thanks may stand beside it."""
    if not inputs.pending or any(message.attachments or message.kind for message in inputs.pending):
        return False
    if sensitive_words.endangers(inputs.text):
        return False
    pairs = zip(inputs.pending, inputs.singles, strict=True)
    return _praises(inputs.whole, inputs.text) and all(
        bool(courtesy_of(message.text))
        or is_greeting(message.text, inputs.playbook.name)
        or _praises(one, message.text)
        for message, one in pairs
    )


def _praises(found: Classification, text: str) -> bool:
    if found.unwritten != PRAISE or found.probability < LEAST or found.beside or found.wants_human:
        return False
    if found.urgency is not Urgency.NORMAL or found.sentiment is Sentiment.NEGATIVE:
        return False
    return not ("?" in text or any(char.isdigit() for char in text) or _TURNS & set(folded_words(text)))
