"""The words about a held answer that may go as a template: what the customer reads, and what it costs. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ...template_offers import Offer
from .wording import pick

_LACKS: Mapping[str, tuple[str, str]] = {
    "language": (
        "le carnet n'a pas de modèle dans la langue de la personne",
        "the playbook has no template in the person's language",
    ),
    "unlisted": (
        "la plateforme ne connaît pas ce modèle dans cette langue, ou sa liste n'a pas encore été lue",
        "the platform has no such template in this language, or its list was not read yet",
    ),
    "needs": ("il demande autre chose qu'un texte ({about})", "it needs more than a text ({about})"),
    "places": (
        "il a {about} champs, le carnet en remplit un autre nombre",
        "it has {about} places, the playbook fills another number",
    ),
    "category": ("sa catégorie est « {about} »", "its category is “{about}”"),
    "long": (
        "avec lui, le message passe {about} caractères : une réponse plus courte peut partir",
        "with it the message has more than {about} characters: a shorter answer can go",
    ),
}
_STATES: Mapping[str, tuple[str, str]] = {
    "paused": ("il est en pause", "it is paused"),
    "rejected": ("il a été refusé", "it was rejected"),
    "disabled": ("il est désactivé", "it is disabled"),
    "pending": ("il n'est pas encore approuvé", "it is not approved yet"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "may_go": (
        "*Peut partir maintenant comme modèle « {name} »* ({category}) · *{price}*. La personne lira :",
        "*May go now as the template “{name}”* ({category}) · *{price}*. The person reads:",
    ),
    "may_not": (
        "Le modèle{name} ne peut pas partir : {why}. La réponse attend.",
        "The template{name} cannot go: {why}. The answer waits.",
    ),
    "went": ("Partie comme modèle payant.", "Went as a template, which is billed."),
    "price": ("{price} USD au tarif relevé", "{price} USD at the list price"),
    "unknown_price": ("prix inconnu", "price unknown"),
    "button": ("Envoyer comme modèle ({price})", "Send as a template ({price})"),
    "sure": ("Envoyer comme modèle ?", "Send as a template?"),
    "cost": (
        "La plateforme facture ce message à la marque : {price}. Sans lui, la réponse attend que la personne écrive.",
        "The platform bills this message to the brand: {price}. Without it the answer waits until the person writes.",
    ),
}


def words(language: str, key: str, **values: object) -> str:
    """Return the text for `key`, one of this module's."""
    return pick(_WORDS[key], language).format(**values)


def price_words(language: str, offer: Offer) -> str:
    """Return what a template costs; a price that nobody knows is said to be unknown."""
    if offer.price is None:
        return words(language, "unknown_price")
    number = f"{offer.price:.4f}"
    return words(language, "price", price=number.replace(".", ",") if language == "fr" else number)


def why_not(language: str, lacks: str) -> str:
    """Return why an answer cannot go as a template, in words."""
    word, _, about = lacks.partition(":")
    if word == "status":
        return pick(_STATES.get(about, (f"son état est « {about} »", f"its state is “{about}”")), language)
    return pick(_LACKS[word], language).format(about=about)
