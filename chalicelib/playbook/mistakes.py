"""
The checks' sentences in French, for agents who edit answers; `lint` and `duties` have them in English. Pure.
"""

from __future__ import annotations

import re

from .typeset import typeset

_FRENCH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english), french)
    for english, french in (
        (r"nothing fills (\{\w+\}); did you mean (\{\w+\})\?", r"rien ne remplit \1 ; vouliez-vous dire \2 ?"),
        (r"nothing fills (\{\w+\})", r"rien ne remplit \1"),
        (r"a brace stands alone.*", "une accolade est seule ; une variable s'écrit {ainsi}"),
        (r"nobody is called (“.+”)", r"on n'appelle personne \1"),
        (r"a note to yourself.*", "une note pour vous-même est restée dans le texte"),
        (r"the register is (vous|tu), this says (“.+”)", r"la marque dit \1, ce texte dit \2"),
        (r"it is (\d+) characters long; (\d+) is.*", r"\1 caractères ; \2 au plus tiennent dans une bulle partout"),
        (r"(“.+”): say what they can do, not .*", r"\1 : dites plutôt ce que le client peut faire"),
        (r"(“.+”): leave it out: nobody knows yet", r"\1 : à enlever, personne ne le sait encore"),
        (r"(“.+”): leave it out: a machine does not", r"\1 : à enlever, une machine ne comprend pas"),
        (r"(“.+”): leave “this error” out.*", r"\1 : à enlever, personne n'a encore regardé"),
        (r"(“.+”): say “une personne”.*", r"\1 : dites « une personne » ou « conseiller », jamais « agent »"),
        (r"(“.+”): an answer carries no offer.*", r"\1 : une réponse ne porte ni offre ni newsletter"),
        (r"no “!” in words.*", "pas de « ! » après une mauvaise nouvelle ou une excuse ; finissez par un point"),
        (r"(“.+”) must be conditional.*", r"\1 doit être conditionnel : commencez par « Si quelqu'un est blessé, … »"),
        (r"(“.+”) tells everybody.*", r"\1 dit à tout le monde que quelqu'un a commandé ; dites « une commande »"),
        (r".+ holds (U\+\w+), a character.*", r"le signe \1, qu'aucune plateforme n'accepte, est à enlever"),
        (r"it asks several things.*", "plusieurs questions à la fois ; n'en gardez qu'une"),
    )
)


def mistake_words(sentence: str, language: str) -> str:
    """Return a check's sentence in the team's language; in English if there is no translation."""
    if language == "fr":
        for english, french in _FRENCH:
            if found := english.fullmatch(sentence):
                return typeset(found.expand(french), "fr")
    return sentence
