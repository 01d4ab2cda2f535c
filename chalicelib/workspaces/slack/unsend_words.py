"""
The words about an answer that an agent takes back: in the menu, the dialog and the thread. Data.
"""

from __future__ import annotations

UNSEND_WORDS: dict[str, tuple[str, str]] = {
    "unsend": ("Retirer la réponse…", "Unsend the answer…"),
    "unsend_title": ("Retirer la réponse", "Unsend the answer"),
    "submit_unsend": ("Retirer", "Unsend"),
    "unsend_text": (
        "La dernière réponse est supprimée chez le client, puis ici, fichiers compris. Rien ne la ramène.",
        "This ticket's last answer is deleted at the customer's, then here, with its files. Nothing brings it back.",
    ),
    "unsend_until": (
        "{channel} le permet {hours} heures après l'envoi.",
        "{channel} allows it for {hours} hours after it was sent.",
    ),
    "unsend_never": (
        "{channel} ne supprime pas un message parti : le client garde cette réponse.",
        "{channel} deletes no message that has left: the customer keeps this answer.",
    ),
    "unsend_asked": (
        "{agent} retire la réponse : {channel} doit la supprimer chez le client.",
        "{agent} takes the answer back: {channel} is asked to delete it at the customer's.",
    ),
    "unsent": (
        "La réponse est supprimée chez le client : ses mots ne sont plus gardés ici.",
        "The answer is deleted at the customer's: its words are no longer kept here.",
    ),
    "unsend_kept": (
        "Rien n'est retiré : {channel} ne supprime pas ce message, ou plus maintenant. Le client garde la réponse.",
        "Nothing is taken back: {channel} does not delete this message, or no longer. The customer keeps the answer.",
    ),
    "unsend_failed": (
        "La suppression n'a pas réussi : {failure}. Le client garde la réponse, sauf si le canal montre autre chose.",
        "The answer could not be deleted: {failure}. The customer keeps it, unless the channel shows otherwise.",
    ),
    "unsend_nothing": (
        "Rien à retirer : cette réponse n'est pas partie, ou elle est déjà retirée.",
        "Nothing to take back: this answer has not left, or it is taken back already.",
    ),
    "quote_unsent": ("Réponse retirée", "Answer taken back"),
}
