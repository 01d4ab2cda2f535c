"""
Slack's words about two people who are found to be one. Part of `wording`.
"""

from __future__ import annotations

# key -> (French, English)
PEOPLE_WORDS: dict[str, tuple[str, str]] = {
    "joined": (
        "Même personne qu'une autre demande ouverte : la suite est là-bas, celle-ci est close.",
        "The same person as another open ticket: it goes on there, this one is closed.",
    ),
    "joined_here": (
        "Même personne qu'une autre demande : ses messages sont désormais ici, l'autre est close.",
        "The same person as another ticket: its messages are here now, the other one is closed.",
    ),
    "goes_where_chosen": (
        "La réponse ne passe pas sur ce canal : elle part sur {channel}, où la personne a choisi de continuer.",
        "The ticket's channel cannot carry this answer: it goes by {channel}, where the customer chose to go on.",
    ),
    "parted": (
        "Ce sont deux personnes : chacune retrouve ses messages. Relisez avant de répondre.",
        "These are two people: each has their own messages again. Read before you answer.",
    ),
    "same_person": (
        "{agent} : c'est la même personne. Les conseillers voient ses fiches ensemble ; le bot les garde séparées.",
        "{agent}: the same person. Agents see both together; the bot keeps them apart.",
    ),
    "not_same": (
        "{agent} : ce n'est pas la même personne. La question ne sera plus posée pour cette raison.",
        "{agent}: not the same person. It will not be asked again for this reason.",
    ),
    "unlinked": (
        "{agent} a délié deux fiches : ce n'est pas la même personne.",
        "{agent} unlinked two contacts: not the same person.",
    ),
    "united": (
        "{agent} atteste que c'est une seule personne : le bot aussi répond désormais à une seule conversation.",
        "{agent} attests that this is one person: the bot, too, answers one conversation from now on.",
    ),
    "card": ("Fiche client", "Contact card"),
}
