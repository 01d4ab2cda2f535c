"""
Hard negatives: messages that share the words of an intent and are not one. For training only.

Frames with slots, filled in turn: another institution's hours, another firm's bill, a thing that is settled, a thing
that is not wanted. They are out of scope, or what "label>" before the frame says. They teach the model what its words
alone do not mean; they never choose or verify a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from chalicelib.triage.stages import OUT_OF_SCOPE

from .read import Line

AUTHOR = "near-miss"
_PLACES = {
    "fr": "la mairie|la piscine|la poste|le musée|la bibliothèque|le bureau de vote|la pharmacie|le métro|la banque"
    "|la préfecture|le zoo|le marché|la boulangerie d'à côté|le cinéma|le stade|l'école|la gare"
    "|le restaurant en face",
    "en": "the library|the town hall|the pool|the post office|the museum|the polling station|the pharmacy|the dmv"
    "|the bank|the zoo|the gym|the bakery next door|the cinema|the stadium|the school|the station|the pub"
    "|the coffee shop",
}
_THINGS = {
    "fr": "mon train|mon abonnement de téléphone|le cours de demain|mon rdv chez le dentiste"
    "|ma réservation d'hôtel|mon vol"
    "|mon assurance|la réunion|mon inscription à la salle|ma carte de fidélité|la soirée|mon abonnement internet",
    "en": "my train|my phone contract|tomorrow's class|my dentist appointment|my hotel booking|my flight|my insurance"
    "|the meeting|my gym membership|my loyalty card|the party|my broadband|my netflix|our date",
}
_BILLS = {
    "fr": "d'électricité|d'eau|de gaz|de téléphone|du plombier|du garagiste|de la cantine|du dentiste|d'internet",
    "en": "electric|water|gas|phone|plumber's|garage|council tax|dentist's|internet|vet's",
}
_LOGINS = {
    "fr": "ma boîte mail|mon compte bancaire|l'ordinateur de ma mère|le wifi|les impôts|le site de la fac"
    "|mon téléphone|la caf",
    "en": "my email|my bank app|my mum's laptop|the wifi|the tax office site|my uni portal|my phone|my work computer",
}
_GOODS = {
    "fr": "ma robe|le pull|mes baskets|la lampe|le manteau|la bouilloire|le jean|les bottines|le sac",
    "en": "the dress|my jumper|the trainers|the lamp|the coat|the kettle|the jeans|the boots|the bag",
}
_FRAMES: dict[str, tuple[tuple[dict[str, str], str], ...]] = {
    "fr": (
        (
            _PLACES,
            "{} ferme à quelle heure ?|c'est ouvert dimanche {} ?|les horaires pour {} svp|{} est ouvert le lundi ?",
        ),
        (_PLACES, "combien ça coûte l'entrée pour {}|comment je rends un livre à {}|il reste des places pour {}"),
        (_THINGS, "je voudrais annuler {}|comment on annule {} ?|on m'a annulé {}|je dois annuler {} tu sais comment"),
        (
            _THINGS,
            "je veux me faire rembourser {}|j'attends le remboursement pour {}|{} a du retard|{} est à quelle heure",
        ),
        (
            _BILLS,
            "ma facture {} a doublé|j'ai reçu une facture {} par erreur|il me faut la facture {} pour mon proprio",
        ),
        (
            _LOGINS,
            "j'ai oublié le mot de passe pour {}|je peux plus me connecter sur {}|{} est bloqué aidez moi|mdp pour {}",
        ),
        (_GOODS, "bien reçu {} merci|finalement {} me va très bien, je garde|j'ai retrouvé {}, laissez tomber"),
        (
            _GOODS,
            "ne remboursez pas {} je garde|je ne veux pas renvoyer {}|pas besoin d'échanger {}|n'annulez pas {}",
        ),
        (
            _GOODS,
            (
                "product_details>{} rétrécit au lavage ?|product_details>je lave {} à combien ?"
                "|product_details>{} c'est du coton ?|product_origin>{} est fabriqué où"
            ),
        ),
        (
            _GOODS,
            (
                "instalments>je peux payer {} en 3 fois ?|gift_card>j'ai une carte cadeau pour {}"
                "|promo_code>le code promo marche pas sur {}"
            ),
        ),
        (
            _GOODS,
            (
                "change_address>changez l'adresse de livraison pour {}|livrez {} chez ma voisine svp"
                "|change_order>ajoutez {} à ma commande"
            ),
        ),
        (
            _GOODS,
            (
                "je me suis fait voler {}|second_hand>je vends {} d'occasion ça vous intéresse ?"
                "|repair>vous réparez {} si c'est usé ?"
            ),
        ),
    ),
    "en": (
        (_PLACES, "what time does {} close?|is {} open on sunday|opening hours for {} pls|is {} open monday"),
        (_PLACES, "how much is it to get in {}|how do I return a book to {}|any tickets left for {}"),
        (_THINGS, "I want to cancel {}|how do i cancel {}|they cancelled {} on me|need to cancel {}, any idea how"),
        (_THINGS, "how do I get a refund for {}|still waiting for my refund from {}|{} is late|what time is {}"),
        (_BILLS, "my {} bill has doubled|I got a {} bill by mistake|need a copy of my {} bill for my landlord"),
        (_LOGINS, "forgot the password for {}|can't log into {}|{} is locked, help|password for {}?"),
        (_GOODS, "got {} today thanks|{} fits fine after all, keeping it|found {} in the end, never mind"),
        (
            _GOODS,
            "please don't refund {}, I'm keeping it|I don't want to return {}|no need to swap {}|do NOT cancel {}",
        ),
        (
            _GOODS,
            (
                "product_details>will {} shrink in the wash|product_details>what temp do I wash {}"
                "|product_details>is {} made of cotton|product_origin>where is {} made"
            ),
        ),
        (
            _GOODS,
            (
                "instalments>can I pay for {} in instalments|gift_card>got a gift card, can I use it for {}"
                "|promo_code>promo code won't work on {}"
            ),
        ),
        (
            _GOODS,
            (
                "change_address>change the delivery address for {}|can you leave {} with my neighbour"
                "|change_order>can I add {} to my order"
            ),
        ),
        (
            _GOODS,
            (
                "somebody stole {} from my house|second_hand>I'm selling {} second hand, interested?"
                "|repair>do you mend {} if it's worn"
            ),
        ),
    ),
}


def near_misses(lines: Sequence[Line]) -> list[Line]:
    """The filled frames of every language of `lines` that has some: the same list each time."""
    out: list[Line] = []
    for language in sorted({line.language for line in lines} & set(_FRAMES)):
        for number, text in enumerate(_framed(language)):
            where = f"near-miss:{language}:{number}"
            label, _, words = text.rpartition(">")
            out.append(Line(words, label or OUT_OF_SCOPE, language, AUTHOR, AUTHOR, AUTHOR, where))
    return out


def _framed(language: str) -> Iterator[str]:
    for slots, frames in _FRAMES[language]:
        for number, (word, frame) in enumerate(product(slots[language].split("|"), frames.split("|"))):
            if number % 2 == 0:
                yield frame.format(word)
