"""
What customers read a subject as: a choice of the welcome, of a clarifying question, and the button of either. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .schema import NO_TEXTS, Playbook
from .typeset import typeset

# What a choice of the welcome is called, where the playbook gives no `label`: it reads after "pour" and "to".
LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "order_status": {"fr": "suivre une commande", "en": "track an order"},
        "return": {"fr": "un retour", "en": "return an item"},
        "exchange_size": {"fr": "un échange ou une taille", "en": "exchange an item or ask about sizes"},
        "size_guide": {"fr": "les tailles", "en": "find your size"},
        "refund": {"fr": "un remboursement", "en": "ask about a refund"},
        "delivery_cost": {"fr": "les frais de livraison", "en": "know the delivery costs"},
        "delivery_time": {"fr": "les délais de livraison", "en": "know the delivery times"},
        "availability": {"fr": "la disponibilité d'un article", "en": "ask whether an item is in stock"},
        "opening_hours": {"fr": "les horaires", "en": "know our opening hours"},
    }
)


def label_of(playbook: Playbook, intent: str, language: str) -> str:
    """Return what a choice of the welcome calls this intent; "" where it has no name for customers."""
    known = playbook.intents.get(intent)
    own = known.label.get(language, "") if known is not None else ""
    return own or typeset(LABELS.get(intent, NO_TEXTS).get(language, ""), language)


def choice_of(playbook: Playbook, intent: str, language: str) -> str:
    """Return how a clarifying question names this intent: its `choice`, else its title in small letters; "" unknown."""
    known = playbook.intents.get(intent)
    if known is None:
        return ""
    title = known.title.get(language, "")
    return known.choice.get(language, "") or title[:1].lower() + title[1:]


BUTTON_MOST = 20  # characters: the least that a channel with buttons shows of one


def button_of(playbook: Playbook, intent: str, name: str, language: str) -> str:
    """
    Return what a button of this intent says: `name`, else another of its names, the first that a button has room for.

    Where none fits it is `name`, and the choices are said as numbers.
    """
    known = playbook.intents.get(intent)
    others = (known.label, known.choice, known.title) if known is not None else ()
    names = (name, *(each.get(language, "") for each in others))
    found = next((each for each in names if fits_button(each)), name)
    return found[:1].upper() + found[1:]


def fits_button(name: str) -> bool:
    """Whether a button has room for a name."""
    return 0 < len(name) <= BUTTON_MOST


def has_buttons(playbook: Playbook, language: str, listed: Sequence[str], above: str) -> bool:
    """Whether buttons have words to stand under: the brand's own `above`, if it says the numbered list its own way."""
    own = any(language in playbook.phrases.get(name, NO_TEXTS) for name in listed)
    return not own or language in playbook.phrases.get(above, NO_TEXTS)
