"""
Words by which a machine says that it is one: another brand's assistant (of Guichet too), an auto-responder.

Pure. Whole set phrases at their place, folded: somebody who tells of an automatic message writes other ones.
"""

from __future__ import annotations

import re

from ..text import without_accents

LONGEST = 4_000  # characters that are read, at either end
_ANYWHERE = r"""
ceci est un(?:e)? (?:message|reponse|e-?mail|mail) automatique
|(?:message|reponse|e-?mail|mail) (?:genere|envoye)e? automatiquement
|(?:merci de|veuillez) ne pas (?:repondre|y repondre)
|this is an? (?:automated|automatic|auto-generated) (?:message|reply|response|e-?mail)
|this (?:message|e-?mail) (?:was|has been) (?:sent|generated) automatically
|(?:please )?do not reply to this (?:message|e-?mail)
|i am an? (?:automated|virtual) (?:assistant|agent)
|je suis (?:un|une|l') ?(?:assistante? virtuel(?:le)?|agent virtuel|robot|bot|chatbot)
|je suis l'assistant ia d
|i'm .{1,60}'s ai assistant
|reponse de l'assistant ia .{1,80}(?:ecrivez|ecris) ["«“]
|cette reponse (?:vous|t'?) ?est envoyee par l'assistant ia
|sent by .{1,80} ai assistant\.
|peut de nouveau (?:vous|te) repondre ici
|'s ai assistant can answer you here again
|plus de message automatique de
|no more automatic messages from
"""
_AT_START = r"""
(?:reponse automatique|automatic reply|auto-?reply|out of (?:the )?office|absence du bureau|message d'absence)\b
|\[?(?:auto|bot)\]? ?:
"""
_AT_END = r"\((?:l'assistant ia|assistant ia|ai assistant|[^()]{1,60} ai assistant)[^()]{0,80}\)"
_MACHINE = re.compile(
    rf"(?:^\s*(?:{_AT_START.strip()}))|(?:{_ANYWHERE.strip()})|(?:{_AT_END}\s*$)".replace("\n", ""), re.DOTALL
)


def says_machine(text: str) -> bool:
    """Return whether the text says by itself that a machine sent it."""
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    return _MACHINE.search(without_accents(shown.replace("’", "'")).lower()) is not None
