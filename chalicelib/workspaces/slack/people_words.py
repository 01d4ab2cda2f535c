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
    "continue_on": ("Continuer sur …", "Continue on …"),
    "move_offered": (
        "{agent} a proposé de continuer sur un autre canal ; un lien y mène, une seule fois, pendant 24 heures :",
        "{agent} offered to go on on another channel; a link leads there, once, for 24 hours:",
    ),
    "move_lost": (
        "Le lien pour continuer ailleurs n'est pas parti, ou peut-être pas ({failure}). Proposez-le encore.",
        "The link to go on elsewhere was not sent, or perhaps not ({failure}). You can offer it again.",
    ),
    "moved": (
        "La personne continue sur {channel} : elle l'a confirmé là où le lien lui a été donné. La réponse part là-bas.",
        "The customer goes on on {channel}: they confirmed it where they were given the link. The answer goes there.",
    ),
    "code_sent": (
        "{agent} a fait envoyer un code à l'adresse de la commande : la personne peut l'écrire ici, 10 minutes.",
        "{agent} had a code sent to the order's address: the customer can type it here, for 10 minutes.",
    ),
    "code_not_sent": (
        "Aucun code n'est parti : il faut un numéro de commande, et pas plus de trois codes par jour.",
        "No code was sent: it takes an order number, and no more than three codes a day.",
    ),
    "copy_sent": (
        "{agent} a aussi envoyé la dernière réponse ailleurs, là où la personne a déjà écrit :",
        "{agent} sent the last answer elsewhere too, where the customer has written before:",
    ),
    "copy_not_sent": (
        "Rien n'est parti ailleurs : il faut une réponse du jour, sans fichier, et une adresse prouvée là-bas.",
        "Nothing was sent elsewhere: it takes an answer of the last day, without files, and a proved address there.",
    ),
    "copy_lost": (
        "La dernière réponse n'est pas partie ailleurs, ou peut-être pas ({failure}). Ici, rien ne change.",
        "The last answer was not sent elsewhere, or perhaps not ({failure}). Nothing changes here.",
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
