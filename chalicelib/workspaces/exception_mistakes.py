"""The mistakes of a new exception (`playbook.bulletin_check`) as sentences for whoever makes it, in any workspace."""

from __future__ import annotations

from collections.abc import Mapping

from ..playbook.mistakes import mistake_words

# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "exception_empty": (
        "Écrivez un texte, ou cochez qu'un conseiller répond.",
        "Write some words, or tick that a person answers.",
    ),
    "exception_silences_all": (
        "Choisissez des sujets : pour tout arrêter, il y a /guichet stop.",
        "Choose subjects: to stop everything there is /guichet stop.",
    ),
    "exception_many": (
        "{most} exceptions sont déjà là : terminez-en une d'abord.",
        "{most} exceptions are there already: end one first.",
    ),
    "exception_over": ("La fin est passée, ou vient avant le début.", "The end is over, or before the beginning."),
    "exception_long": (
        "{days} jours au plus : ce qui dure plus longtemps va dans le carnet.",
        "{days} days at most: what lasts longer belongs into the playbook.",
    ),
    "exception_past": (
        "Le début est passé : laissez vide pour commencer maintenant.",
        "The beginning is over: leave it empty to begin now.",
    ),
    "exception_too_long": (
        "Trop long de {over} : avec la plus longue réponse, {channel} n'en prend que {limit} en une bulle.",
        "Too long by {over}: with the longest answer {channel} takes {limit} in one bubble.",
    ),
    "exception_unknown_end": ("Dites quand elle finit.", "Say when it ends."),
}


def problem_words(language: str, key: str, values: Mapping[str, object]) -> str:
    """Return the sentence for a mistake (`bulletin_check.Problem`), in the team's language."""
    if key == "lint":
        return mistake_words(str(values["problem"]), language)
    return _WORDS[key][language != "fr"].format(**values)
