"""Closed lists of words: what they must hear, in both languages, and what sounds alike and must not be heard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.decision.sensitive_words import about_own_data, defrauded, hurt, mourns, wishes_to_die, withdraws

HEARD: dict[Callable[[str], bool], tuple[str, ...]] = {
    hurt: (
        "Votre bougie a pris feu et ma fille est brûlée",
        "Your candle exploded and my son's hand is burnt",
        "my daughter’s arm got burned by your lamp",
        "my son's fingers are bleeding",
        "the lamp burnt my daughter's hand",
        "my baby's face is swollen",
        "my hands are all red and blistered",
        "my son has blisters on his hand",
        "the candle exploded in my face",
        "mon fils a la main brûlée",
        "j'ai le doigt coupé",
        "le visage de ma fille a gonflé",
        "mes mains sont couvertes de cloques",
        "la bougie m'a explosé au visage",
        "j'ai pris une décharge avec la lampe",
        "MA FILLE EST BRULEE !!!",
        "Je me suis coupé la main avec le vase",
        "mon bébé s'est étouffé avec un bouton",
        "Je me suis brulée en l’allumant",
        "j'ai une brûlure au bras",
        "mon bébé a avalé un bouton",
        "my child swallowed a piece of it",
        "mon fils vient d'avaler une perle, mon fils a avalé la perle",
        "j'ai failli m'étouffer avec",
        "ma fille s'est étouffée avec le bouchon",
        "I got a nasty burn from your candle",
        "my son has a burn on his arm",
        "Mon mari est aux urgences à cause de votre lampe",
        "Réaction allergique à votre savon",
        "Il s'est électrocuté avec la lampe",
        "my daughter was burnt by your candle",
        "I burned my hand on the lamp",
        "my hand is swollen since I wore the gloves",
        "I got hurt when the chair broke",
        "We are in hospital because of it",
        "He was electrocuted",
    ),
    wishes_to_die: (
        "je n'ai plus envie de vivre",
        "J’ai envie de mourir",
        "je vais me tuer",
        "je pense au suicide",
        "je ne vois plus de raison de continuer à vivre",
        "I want to kill myself",
        "i don't want to live anymore",
        "I'm going to end my life",
    ),
    defrauded: (
        "Mon compte a été piraté",
        "on a piraté mon compte",
        "Je n'ai jamais passé cette commande !",
        "ce paiement n'est pas de moi",
        "Quelqu'un utilise ma carte",
        "my account has been hacked",
        "Someone used my card",
        "I didn't make this purchase",
        "there is an unauthorised payment",
    ),
    mourns: (
        "Mon mari est décédé, il faut annuler la commande",
        "ma mère vient de mourir",
        "suite au décès de mon père",
        "my mother passed away last week",
        "My husband died on Monday",
        "c'est pour les obsèques de mon frère",
    ),
    withdraws: (
        "Je me rétracte de ma commande ML10482",
        "je souhaite me rétracter",
        "J’exerce mon droit de rétractation pour la commande ML10482.",
        "voici ma demande de rétractation",
        "I hereby withdraw from my contract",
        "I am exercising my right of withdrawal",
    ),
    about_own_data: (
        "Supprimez mes données",
        "Merci d'effacer toutes mes données",
        "Je demande l'accès à mes données",
        "j'exerce mon droit à l'oubli",
        "Please delete my data",
        "I want a copy of my personal data",
        "What data do you have about me? Please erase my information",
    ),
}
NOT_HEARD: dict[Callable[[str], bool], tuple[str, ...]] = {
    hurt: (
        "you smashed the vindaloo",
        "my son's hand bag is cut",
        "my back pocket is cut",
        "the sole of my daughter's shoe is cut",
        "j'ai des cloques aux pieds avec vos chaussures",
        "blisters on my feet from these boots",
        "j'ai reçu une décharge à signer",
        "hier à 14h j'étais à l'hôpital, à qui l'ont-ils donné ?",
        "livraison à l'hôpital sur mon lieu de travail, c'est le même prix ?",
        "J'ai été hospitalisé une dizaine de jours, puis-je encore rendre ces chaussures ?",
        "Was in hospital, am I too late to send back the coat?",
        "La lampe de poche pour les pompiers est-elle en stock ?",
        "ma fille adore la crème brûlée",
        "la robe est brûlée au fer",
        "it has a burn mark on the sleeve",
        "I have a burn on my dress",
        "is there a choking hazard on it?",
        "the label says it is choking hazard",
        "le paiement s'est étouffé",
        "the shirts have burn holes",
        "j'ai avalé ma fierté",
        "le chat a avalé le ruban",
        "le vase est cassé",
        "je me suis coupé les cheveux",
        "urgent !! où est mon colis",
        "my back order has not come",
        "le bougeoir est coupé en deux",
        "la boutique de Rennes, elle est ouverte à midi ?",
        "la robe ? elle est coupée trop court",
        "elle est brûlée au fer, cette chemise",
        "the mirror was cut too short",
    ),
    wishes_to_die: (
        "je suis morte de rire",
        "j'ai une envie suicidaire de magasiner un 24 décembre",
        "je veux mourir de rire",
        "j'aimerais en finir avec cette histoire",
        "this dress is to die for",
        "la batterie est morte",
    ),
    defrauded: (
        "c'est une arnaque",
        "dernier message avant la répression des fraudes",
        "Je vous signale un site frauduleux qui imite votre boutique.",
        "Tentative d'hameçonnage en votre nom",
        "comment changer mon mot de passe ?",
        "je n'ai pas reçu cette commande",
        "I did not receive this order",
    ),
    mourns: ("la batterie est morte", "avez-vous des robes noires ?", "the plant died", "I'm dying to wear it"),
    withdraws: (
        "Comment me rétracter ?",
        "Puis-je me rétracter ?",
        "si je me rétracte, qui paie le retour ?",
        "Est-ce que je peux exercer mon droit de rétractation ?",
        "how do I withdraw from my order?",
        "je voudrais annuler",
        "can I withdraw from the contract?",
    ),
    about_own_data: (
        "comment effacer mes données ?",
        "How can I delete my data?",
        "mes données de livraison ont changé",
        "changer mon adresse",
    ),
}


@pytest.mark.parametrize(("says", "text"), [(says, text) for says, texts in HEARD.items() for text in texts])
def test_it_is_heard(says: Callable[[str], bool], text: str) -> None:
    assert says(text)


@pytest.mark.parametrize(("says", "text"), [(says, text) for says, texts in NOT_HEARD.items() for text in texts])
def test_what_sounds_alike_is_not_heard(says: Callable[[str], bool], text: str) -> None:
    assert not says(text)
