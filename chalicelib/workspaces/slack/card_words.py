"""Slack's words about a person's card, and about who may be the same person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...contact_card import Reason
from ...model import Millis
from .times import clock
from .wording import pick

Titles = Callable[[str], str]  # a channel's own name

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Fiche client", "Contact card"),
    "close": ("Fermer", "Close"),
    "more": ("Plus", "More"),
    "more_to_decide": ("Plus ({count} à décider)", "More ({count} to decide)"),
    "less": ("Moins", "Less"),
    "linked": ("liée", "linked"),
    "writes": ("écrit en {language}", "writes {language}"),
    "tickets": ("Demandes ouvertes : {what}", "Open tickets: {what}"),
    "no_tickets": ("Aucune demande ouverte", "No open ticket"),
    "of_linked": ("(fiche liée)", "(linked contact)"),
    "nobody": ("libre", "nobody has it"),
    "promise": (
        "Dernière promesse : une réponse avant {when}, {kept}",
        "Last promise: an answer before {when}, {kept}",
    ),
    "kept": ("tenue", "kept"),
    "missed": ("pas tenue", "not kept"),
    "waits": ("encore à tenir", "still to be kept"),
    "unanswered": ("demande close sans réponse", "closed without an answer"),
    "no_promise": ("Aucune promesse", "No promise"),
    "orders": ("Commandes : {what}", "Orders: {what}"),
    "no_orders": ("Aucune commande citée", "No order was named"),
    "attributes_more": ("et {count} de plus", "and {count} more"),
    "no_attributes": ("La marque ne fait rien connaître de plus", "The brand lets nothing else be known"),
    "known": ("Ce que la marque fait connaître", "What the brand lets be known"),
    "purpose": (
        "{title} : {value}\n_Sert à : {purpose}. Gardé jusqu'au {until}._",
        "{title}: {value}\n_For: {purpose}. Kept until {until}._",
    ),
    "ties": ("La même personne ?", "The same person?"),
    "no_ties": ("Aucune autre fiche n'est liée ni proposée.", "No other contact is linked or suggested."),
    "linked_by": ("Liée par {who}, {when}", "Linked by {who}, {when}"),
    "rule": ("une règle", "a rule"),
    "same": ("Oui, la même", "Yes, the same"),
    "not_same": ("Non", "No"),
    "unlink": ("Délier", "Unlink"),
    "unite": ("Réunir pour le bot…", "Make one for the bot…"),
    "same_line": ("👥 Même personne que sur {channels} ? {why}", "👥 The same person as on {channels}? {why}"),
    "same_more": ("et d'autres fiches ({count}) : voir la fiche client", "and others ({count}): see the contact card"),
    "card": ("Fiche", "Card"),
    "shown_more": (
        "Tout n'est pas montré : `guichet contact show` dit le reste.",
        "Not all is shown: `guichet contact show` has the rest.",
    ),
    "gone": ("Cette fiche n'existe plus.", "This contact is gone."),
    "before": ("C'était déjà décidé ainsi.", "That was decided already."),
    "other": (
        "Un collègue vient d'en décider autrement : la fiche montre ce qu'il en est.",
        "A colleague has just decided otherwise: the card shows how it stands.",
    ),
    "changed": (
        "Il y a du nouveau depuis : relisez avant de décider.",
        "Something is new since: read again before you decide.",
    ),
    "unite_title": ("Réunir deux fiches", "Make two contacts one"),
    "unite_text": (
        (
            "Le bot aussi répondra à une seule conversation : ce que l'un a écrit, l'autre pourra le lire dans ses "
            "réponses. Seulement si vous l'avez vérifié. `guichet contact split` défait tout."
        ),
        (
            "The bot, too, will answer one conversation: what one wrote, the other may read in its answers. "
            "Only if you verified it. `guichet contact split` undoes all of it."
        ),
    ),
    "unite_label": ("Comment l'avez-vous vérifié ? (gardé)", "How did you verify it? (kept)"),
    "unite_submit": ("Réunir", "Make one"),
    "cancel": ("Annuler", "Cancel"),
    "united": ("C'est fait : une seule personne, pour le bot aussi.", "Done: one person, for the bot as well."),
    "not_united": (
        "Rien n'a changé : relisez la fiche et réessayez.",
        "Nothing changed: read the card again and try once more.",
    ),
    # Found by /guichet chercher.
    "found": ("Clients trouvés : {count}", "Customers found: {count}"),
    "found_none": ("Aucun client trouvé.", "No customer found."),
    "found_more": ("D'autres correspondent : ajoutez un mot.", "Others match: add a word."),
    "found_by": (
        "Cherché parmi les clients : un nom (mots entiers), un numéro de commande, un téléphone ou un e-mail.",
        "Searched among customers: a name (whole words), an order number, a telephone number or an e-mail.",
    ),
    "nobody_named": ("sans nom", "no name"),
    # Why two may be one, by the kind of evidence.
    "why_phone": ("même numéro de téléphone", "same telephone number"),
    "why_said_phone": ("même numéro de téléphone, écrit", "same telephone number, typed"),
    "why_said_mail": ("même adresse e-mail, écrite", "same e-mail address, typed"),
    "why_said_order": ("même numéro de commande, écrit", "same order number, typed"),
    "why_customer_id": ("même identifiant de client", "same customer id"),
    "why_arrived": ("arrivée par un lien donné ici, sans preuve", "came by a link given here, unproved"),
    "why_conflict": ("une preuve désigne deux personnes", "a proof names two persons"),
    "why_agent": ("un collègue le dit", "a colleague says so"),
    "why_split": ("séparées par un collègue", "split by a colleague"),
}


def text(language: str, key: str, **values: object) -> str:
    """Return the words of this module for `key`; values go in as they are."""
    return pick(_WORDS[key], language).format(**values)


def reasons_text(language: str, zone: str, now: Millis, reasons: Sequence[Reason]) -> str:
    """Return why two may be one, in words, each with its day."""
    return "; ".join(
        f"{text(language, f'why_{each.kind}')} ({clock(each.at, zone, language, now)})" for each in reasons
    )
