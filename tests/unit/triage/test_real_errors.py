"""
What the classifier got wrong on messages that people wrote: each kind in paraphrase, with siblings of other words.

None of these is learned from. What must not be answered is not sure, whatever its subject's words; what is plain is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from chalicelib.decision.never_automatic_words import kinds_of
from chalicelib.model import Autonomy, Classification, Signal, State, Urgency
from chalicelib.playbook.schema import Playbook, effective_autonomy
from chalicelib.playbook.yaml_file import load as read_playbook
from chalicelib.triage.load_bundle import load
from chalicelib.triage.scorer import BundleScorer

ROOT = Path(__file__).parents[3]


@cache
def _scorer() -> BundleScorer:
    return load()


@cache
def _playbook() -> Playbook:
    return read_playbook((ROOT / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))


def _said(text: str) -> Classification:
    return _scorer().classify(text, _playbook().serves)


_SILENT = {
    "1 a handle is no number": [
        "@sam19850 why is this happening?",
        "@sam19850 any update?",
        "@sam19850 c'est normal ?",
        "@kev_10234 stop. Stop right now",
        "@sam19850 @lea_77120 Really????",
        "@marie75011 et alors ?",
        "@tom_20931 so what now",
    ],
    "2 an account taken over": [
        "I got a mail that the email of my account was changed and now I can't log in",
        "Je n'arrive plus à me connecter, quelqu'un a changé mon mot de passe et mon adresse mail",
        "you reset my password out of nowhere, any leak?",
        "new login from a country I never was in",
        "on s'est connecté à mon compte depuis l'étranger et ce n'est pas moi",
        "someone ordered with my account, my password does not work any more",
    ],
    "3 blocked, second factor, already tried": [
        "Unblock my account please",
        "Pouvez-vous débloquer mon compte svp",
        "I've changed my password three times and it still says it's wrong",
        "They sent me the reset link, I made a new password and I'm still locked out",
        "J'ai demandé un nouveau mot de passe deux fois, rien reçu, même pas dans les indésirables",
        "I can't sign in, the text with the code never arrives",
        "le lien pour le mot de passe ne marche pas, j'ai essayé quatre fois",
    ],
    "4 an overdue or disputed refund, anger in few words": [
        "Still not received my refund, it's been 25 days, solve this asap",
        "do I have to wait until I die for my refund?",
        "NO REFUND YET.....",
        "Your agent told me it would be refunded by hand today if nothing came. So?",
        "I paid twice for the same order, how do I get a refund?",
        "toujours pas remboursée depuis un mois et demi",
        "la boîte était vide et la banque me renvoie vers vous pour le remboursement",
    ],
    "5 a refund without a return": [
        "Concernant ma commande 698123, merci de me rembourser",
        "je veux être remboursé de la commande 724128 que je n'ai jamais eue",
    ],
    "6 a disputed fee": [
        "Why does the page say free delivery and then only offer me 4.75?",
        "Frais annoncés 7,99, à la fin 19,99, c'est normal ?",
        "vous comptez deux fois le port",
        "livraison offerte dès 60 euros et on m'a quand même pris 4,90",
    ],
    "7 a part": [
        "je n'ai eu que 3 produits sur 4",
        "un colis sur deux est-ce normal",
        "je n'ai reçu qu'une parie de ma commande",
        "où est mon 2eme parfum",
        "et mon deuxième colis ?",
        "only two of my three parcels are here, where is the other",
    ],
    "8 a follow-up": [
        "Still no update from your end!",
        "third time I send you the details",
        "je reviens vers vous une nouvelle fois, une recherche devait être faite",
        "vous m'avez donné mon mot de passe et ça ne marche pas",
        "day 3.. any update team",
        "vous deviez me rappeler hier pour mon colis",
    ],
    "9 a statement": [
        "Just checked with the shop, they close at 5....",
        "Je viens de vous envoyer les documents reçus avec ma commande",
        "When I have more I will",
        "there receipt is below",
        "don't purchase there",
        "no thank you, it came late",
        "la boutique ferme à 19h, je passerai demain",
    ],
    "10 others": [
        "thanks for cancelling my train",
        "I got a parcel that I never ordered",
        "cancel does not work on the site",
        "on m'a livré un colis que je n'ai pas commandé",
        "le bouton annuler ne répond pas",
        "je voudrais un avoir plutôt qu'un remboursement pour l'article que je retourne",
        "I'd like a voucher rather than a refund for my return",
    ],
    "declared": [
        "Je me rétracte",
        "Par la présente je vous mets en demeure de me livrer sous 8 jours",
        "I hereby withdraw from the contract for order 88213",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in _SILENT.items() for text in texts])
def test_what_needs_a_person_is_never_answered_by_itself(kind: str, text: str) -> None:
    found = _said(text)
    level = effective_autonomy(_playbook(), found.intent, "whatsapp", public=False, language=found.language)

    speaks = found.sure and level is Autonomy.AUTO and not kinds_of(text)  # that list stands before every answer
    assert not speaks, f"{kind}: {found.guess} {found.probability:.3f}, {found.state}"


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("un inconnu a payé avec ma carte sur votre site", Signal.FRAUD),
        ("my account was taken over and somebody changed the email", Signal.FRAUD),
        ("sans réponse demain je saisis le tribunal", Signal.LAW),
        ("otherwise I go to court", Signal.LAW),
        ("ma fille s'est coupée avec le verre de la lampe", Signal.DANGER),
        ("passez moi un conseiller svp", Signal.WANTS_HUMAN),
    ],
)
def test_signals_are_heard_each_by_itself(text: str, signal: Signal) -> None:
    assert signal in _said(text).signals


@pytest.mark.parametrize(
    "text",
    [
        "Conforme à la description et donc à mes attentes. Merci",
        "Merci, je vais aller rectifier tout cela !",
        "que pouvez-vous me conseiller comme taille",
    ],
)
def test_calm_words_ring_no_alarm(text: str) -> None:
    found = _said(text)

    assert found.urgency is not Urgency.CRITICAL
    assert Signal.WANTS_HUMAN not in found.signals


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("I've changed my password three times and it still says it's wrong", State.ALREADY_TRIED),
        ("merci beaucoup, bonne journée à vous", State.THANKS_OR_CLOSING),
        ("Je me rétracte de ma commande du 3 novembre", State.DECLARATION),
        ("où est ma commande", State.FIRST_QUESTION),
        ("where is my parcel please", State.FIRST_QUESTION),
    ],
)
def test_the_state_of_the_matter_is_named(text: str, state: State) -> None:
    assert _said(text).state is state


def test_who_serves_a_state_is_surer_to_answer_it() -> None:
    text = "my parcel should have been here over a week ago"
    narrow, wide = (
        _scorer().classify(text, {"order_status": frozenset(states)})
        for states in ({State.FIRST_QUESTION}, {State.FIRST_QUESTION, State.OVERDUE})
    )

    assert narrow.guess == wide.guess == "order_status"
    assert wide.probability > narrow.probability
