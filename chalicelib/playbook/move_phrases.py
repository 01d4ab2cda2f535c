"""
The sentences about going on elsewhere, and about codes: a part of `defaults.PHRASES`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .phrase import Phrase

_CHANNEL = frozenset({"channel"})  # its bare name, which a brand's own words may use
MOVE_PHRASES: Mapping[str, Phrase] = MappingProxyType(
    {
        # Going on elsewhere: the offer, what its link writes for the customer, and the question to whom it was given.
        "move_offer": Phrase(
            vous="Pour continuer {on_channel}, ouvrez ce lien : {link}\nIl sert une seule fois, pendant 24 heures.",
            tu="Pour continuer {on_channel}, ouvre ce lien : {link}\nIl sert une seule fois, pendant 24 heures.",
            en="To continue {on_channel}, open this link: {link}\nIt works once, for 24 hours.",
            known=_CHANNEL,
        ),
        "move_words": Phrase(vous="Bonjour, je continue ici ma conversation.", en="Hello, I'm continuing here."),
        "move_asked": Phrase(
            vous="Est-ce vous qui continuez {on_channel} ? Écrivez ici le nombre que vous y voyez, et nous reprenons "
            "là-bas. Si ce n'est pas vous, répondez NON : rien n'y est montré.",
            tu="Est-ce toi qui continues {on_channel} ? Écris ici le nombre que tu y vois, et nous reprenons "
            "là-bas. Si ce n'est pas toi, réponds NON : rien n'y est montré.",
            en="Is it you who is continuing {on_channel}? Type here the number that you see there, and we go on there. "
            "If it isn't you, reply NO: nothing is shown there.",
            known=_CHANNEL,
        ),
        "move_wrong": Phrase(
            vous="Ce n'est pas le nombre montré {on_channel}. Écrivez-le ici, ou répondez NON si ce n'est pas vous.",
            tu="Ce n'est pas le nombre montré {on_channel}. Écris-le ici, ou réponds NON si ce n'est pas toi.",
            en="That isn't the number shown {on_channel}. Type it here, or reply NO if it isn't you.",
            known=_CHANNEL,
        ),
        "move_no": Phrase(vous="Non", en="No"),
        # To whom came by a link: nothing of the conversation that it comes from.
        "move_arrived": Phrase(
            vous="{code} : écrivez ce nombre là où vous nous parliez, et nous reprenons ici. "
            "Si vous n'étiez pas déjà en conversation avec nous, ne le donnez à personne.",
            tu="{code} : écris ce nombre là où tu nous parlais, et nous reprenons ici. "
            "Si tu n'étais pas déjà en conversation avec nous, ne le donne à personne.",
            en="{code}: type this number where you were talking to us, and we go on here. "
            "If you weren't already talking to us, give it to nobody.",
        ),
        "move_over": Phrase(
            vous="Ce lien n'est plus valable. Vous pouvez poser votre question ici.",
            tu="Ce lien n'est plus valable. Tu peux poser ta question ici.",
            en="This link is no longer valid. You can ask your question here.",
        ),
        "move_confirmed": Phrase(
            vous="C'est noté : la suite est {on_channel}.", en="Noted: we continue {on_channel}.", known=_CHANNEL
        ),
        "move_refused": Phrase(
            vous="C'est noté : rien n'a été montré là-bas. Nous continuons ici.",
            en="Noted: nothing was shown there. We go on here.",
        ),
        "move_done": Phrase(vous="C'est confirmé : nous continuons ici.", en="Confirmed: we go on here."),
        # The last answer once more, where its customer asked for it; and what is said of it where they asked.
        "copy_words": Phrase(
            vous="À votre demande : {answer}", tu="À ta demande : {answer}", en="As you asked: {answer}"
        ),
        "copy_sent": Phrase(
            vous="C'est noté : nous vous l'envoyons aussi {on_channel}, là où vous nous avez déjà parlé.",
            tu="C'est noté : nous te l'envoyons aussi {on_channel}, là où tu nous as déjà parlé.",
            en="Noted: we are sending it {on_channel} too, where you have talked to us before.",
            known=_CHANNEL,
        ),
        # Codes: said whether the order exists or not, and never to which address.
        "code_asked": Phrase(
            vous="Pour protéger votre commande, je viens d'envoyer un code à l'adresse e-mail de la commande. "
            "Écrivez-le ici, ou « conseiller » si vous ne l'avez pas.",
            tu="Pour protéger ta commande, je viens d'envoyer un code à l'adresse e-mail de la commande. "
            "Écris-le ici, ou « conseiller » si tu ne l'as pas.",
            en="To protect your order, I have just sent a code to the order's e-mail address. "
            "Type it here, or “person” if you don't have it.",
        ),
        "code_asked_by_phone": Phrase(
            vous="Pour protéger votre commande, je viens d'envoyer un code au numéro de téléphone de la commande. "
            "Écrivez-le ici, ou « conseiller » si vous ne l'avez pas.",
            tu="Pour protéger ta commande, je viens d'envoyer un code au numéro de téléphone de la commande. "
            "Écris-le ici, ou « conseiller » si tu ne l'as pas.",
            en="To protect your order, I have just sent a code to the order's phone number. "
            "Type it here, or “person” if you don't have it.",
        ),
        "code_subject": Phrase(vous="Votre code {brand}", tu="Ton code {brand}", en="Your {brand} code"),
        "code_words": Phrase(
            vous="{code} : c'est votre code {brand}, valable 10 minutes. "
            "Si vous n'avez rien demandé, ne le donnez à personne.",
            tu="{code} : c'est ton code {brand}, valable 10 minutes. Si tu n'as rien demandé, ne le donne à personne.",
            en="{code} is your {brand} code, valid for 10 minutes. If you asked for nothing, give it to nobody.",
        ),
        "code_right": Phrase(
            vous="Merci, c'est vérifié. Nous reprenons ici la suite de vos échanges.",
            tu="Merci, c'est vérifié. Nous reprenons ici la suite de tes échanges.",
            en="Thank you, that's verified. We go on from here.",
        ),
        "code_wrong": Phrase(
            vous="Ce n'est pas le bon code. Vérifiez-le, ou écrivez « conseiller ».",
            tu="Ce n'est pas le bon code. Vérifie-le, ou écris « conseiller ».",
            en="That isn't the right code. Please check it, or write “person”.",
        ),
        "code_spent": Phrase(
            vous="Ce code n'est plus accepté. Pour parler à une personne, écrivez « conseiller ».",
            tu="Ce code n'est plus accepté. Pour parler à une personne, écris « conseiller ».",
            en="This code is no longer accepted. To talk to a person, write “person”.",
        ),
        "code_over": Phrase(
            vous="Ce code n'est plus valable. Pour parler à une personne, écrivez « conseiller ».",
            tu="Ce code n'est plus valable. Pour parler à une personne, écris « conseiller ».",
            en="This code is no longer valid. To talk to a person, write “person”.",
        ),
    }
)
