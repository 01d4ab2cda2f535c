"""The closed list of matters that no proof makes automatic: what it hears, what sounds alike, what a brand adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import pytest

from chalicelib.conversation import PastAnswer
from chalicelib.decision import never_automatic_words
from chalicelib.decision.decide import decide
from chalicelib.decision.never_automatic import PRIORITY, kind_of, refusing
from chalicelib.model import Autonomy, Reply, Ticket
from chalicelib.playbook.schema import NeverAutomatic
from chalicelib.workspaces.slack.reason_words import DETAILS
from tests.unit.decision.views import NOW, PLAYBOOK, classified, view

HEARD: dict[never_automatic_words.Kind, tuple[str, ...]] = {
    "notice": (
        "Je vous mets en demeure de me rembourser sous huit jours",
        "Le présent message vaut mise en demeure.",
        "dernière mise en demeure avant saisine",
        "Please treat this as a letter before action",
        "This is formal notice that the sofa must be collected",
    ),
    "warranty": (
        "Je fais jouer la garantie pour mon aspirateur",
        "j'invoque la garantie légale de conformité",
        "Bonjour je voudrais faire valoir ma garantie, la lampe clignote",
        "demande de prise en charge sous garantie",
        "il y a un vice caché sur ce meuble",
        "I am making a warranty claim for my kettle",
        "I'm claiming under the Consumer Rights Act",
        "I want to claim on my warranty",
    ),
    "discrimination": (
        "On m'a refusé l'entrée parce que je suis noire",
        "votre vigile a tenu des propos racistes",
        "c'est de la discrimination",
        "the guard stopped me because I'm black",
        "Your ad is sexist",
        "she laughed at me because of my accent",
    ),
    "minor": (
        "j'ai 13 ans, je peux payer comment ?",
        "J'ai quinze ans et j'ai commandé un jean",
        "je suis mineure",
        "j'ai commandé sans le dire à mes parents",
        "ma mère sait pas que j'ai commandé",
        "j'ai payé avec la carte de mon père",
        "Mon fils de 9 ans a commandé sans mon accord",
        "I'm 14 years old and want to cancel",
        "im only 12",
        "my mum doesn't know i bought it",
        "I used my dad's card",
        "my daughter ordered this without my permission",
    ),
    "disputed_sum": (
        "J'ai été débitée deux fois",
        "vous m'avez prélevé 2 fois pour la même robe",
        "double prélèvement sur mon compte",
        "Frais annoncés 7,99, à la fin 19,99, c'est normal ?",
        "vous comptez deux fois le port",
        "la livraison devait être gratuite alors que la livraison offerte dès 60 euros était annoncée",
        "j'ai payé 45 euros au lieu de 39",
        "je conteste ce montant",
        "I was charged twice for the same order",
        "why have you billed me 60 instead of 45",
        "you overcharged me",
        "The page says free delivery and then it only offers me 4.75",
        "I've only been refunded half the price",
        "I dispute this charge",
    ),
    "refusal": (
        "je refuse votre proposition",
        "Je n'accepte pas l'avoir",
        "hors de question que je paie le retour",
        "I do not accept your offer",
        "I refuse the voucher",
    ),
    "details": (
        "Changez mon adresse de livraison svp",
        "pouvez-vous modifier l'adresse de ma commande",
        "Je voudrais changer mon adresse mail",
        "j'ai déménagé",
        "ma nouvelle adresse est 3 rue des Lilas",
        "Voici mon nouveau RIB",
        "je me suis trompée d'adresse",
        "j'ai mis mon ancienne adresse",
        "Merci de mettre à jour mes coordonnées bancaires",
        "please change my delivery address",
        "can you update the shipping address on my order",
        "I moved house last week",
        "I gave you the wrong postcode",
        "My new email is on the form, use that one",
        "could you send it to a different address",
        "please update my bank details for the refund",
    ),
    "press": (
        "Je suis journaliste au Progrès",
        "je vais contacter la presse",
        "j'ai prévenu les médias",
        "demande presse : une interview de votre directrice",
        "I'm a reporter with the Echo",
        "I will go to the newspapers",
        "Press enquiry about your new shop",
    ),
    "staff": (
        "je travaille chez vous à Nantes et mon planning a changé",
        "je suis salariée chez vous",
        "je n'ai pas reçu ma fiche de paie",
        "j'ai postulé il y a deux semaines",
        "où envoyer ma candidature ?",
        "Vous recrutez ?",
        "I work for you in the Lyon shop",
        "my payslip is missing",
        "I applied for the sales assistant job",
        "are you hiring?",
        "former employee of yours here",
    ),
    "employee": (
        "votre vendeuse Sandrine m'a mal parlé",
        "Un livreur nommé Karim a jeté le colis",
        "la caissière, Julie, m'a dit le contraire",
        "your driver Kevin left it in the rain",
        "an assistant called Maureen told me so",
        "The manager Mr. or rather the agent named Priya hung up",
    ),
}
NOT_HEARD = (
    # asking how one does it
    "Comment changer mon adresse ?",
    "Puis-je modifier l'adresse de livraison après la commande ?",
    "Où puis-je changer mon adresse mail ?",
    "est-il possible de changer mon adresse de livraison",
    "How do I change my email address?",
    "can I update my delivery address?",
    "Where do I change my bank details?",
    "what if I change my address after ordering?",
    "comment faire jouer la garantie ?",
    "how do I make a warranty claim?",
    "Combien de temps dure la garantie ?",
    "is this covered by the guarantee?",
    "can I refuse the parcel?",
    # sounds alike
    "Quelle est votre adresse à Lyon ?",
    "votre nouvelle adresse est où ?",
    "mon adresse mail est sur la commande ML204518",
    "je voudrais changer de taille",
    "je suis pressé, quand arrive mon colis ?",
    "avez-vous un presse-agrumes ?",
    "press the button twice and nothing lights up",
    "a french press for 4 people?",
    "j'ai 14 ans de fidélité chez vous",
    "cliente depuis 12 ans",
    "une robe pour ma fille de 13 ans",
    "pour un enfant qui a 10 ans quelle taille ?",
    "I'm 15 minutes away from the shop",
    "I'm only 10 minutes late",
    "my parents don't live here, can you gift wrap it?",
    "une tenue pour un entretien d'embauche",
    "des chaussures de travail",
    "je travaille à côté de votre boutique",
    "I work from home, when will it come?",
    "when will deliveries resume?",
    "payer en trois fois sans frais",
    "can I pay in three instalments?",
    "combien coûte la livraison ?",
    "la livraison est-elle gratuite ?",
    "is delivery free?",
    "wasn't in when the courier called, how do i rearrange",
    "vous vous foutez de nous",
    "connectée avec le compte de ma mère, je fais comment pour en sortir ?",
    "Pour faire jouer la garantie, il faut le ticket ?",
    "my card was refused",
    "mon paiement a été refusé",
    "le livreur a refusé de monter",
    "my daughter ordered a dress, where is it?",
    "merci à votre équipe, bravo",
    "que pouvez-vous me conseiller comme parfum ?",
    "hier j'ai appelé un conseiller, il m'a dit demain",
    "your driver was lovely",
    "Votre livreur Il est passé quand ?",
    "une veste noire, vous l'avez ?",
    "is the black one back in stock?",
    "The agent I spoke to said tomorrow",
    "crack squad, thanks guys",
    "Où est mon colis ML204518 ?",
)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HEARD.items() for text in texts])
def test_each_matter_is_heard_in_many_wordings(kind: never_automatic_words.Kind, text: str) -> None:
    assert kind in never_automatic_words.kinds_of(text)


@pytest.mark.parametrize("text", NOT_HEARD)
def test_a_question_about_it_and_what_sounds_alike_stay_free(text: str) -> None:
    assert never_automatic_words.kinds_of(text) == ()


@pytest.mark.parametrize("text", [texts[0] for texts in HEARD.values()])
def test_whatever_is_proved_a_person_has_it_with_the_word_on_the_ticket(text: str) -> None:
    decision = decide(view(classified(), text))

    assert isinstance(decision, Ticket)
    assert decision.reason in ("never_automatic", "declared")
    assert decision.detail == kind_of(view(classified(), text))
    assert decision.acknowledge


def test_every_kind_has_its_priority_and_its_words_in_both_languages() -> None:
    kinds = set(PRIORITY)

    assert set(get_args(never_automatic_words.Kind)) < kinds
    for kind in kinds | {"refusing"}:
        reason = "declared" if kind in ("notice", "warranty") else "never_automatic"
        french, english = DETAILS[reason, kind]
        assert french
        assert english


def test_the_page_names_every_kind() -> None:
    page = (Path(__file__).parents[3] / "docs" / "triage.md").read_text(encoding="utf-8")
    listed = page.partition("## Never automatic")[2].partition("\n## ")[0]

    assert [kind for kind in (*PRIORITY, "refusing") if f"| `{kind}` |" not in listed] == []


@pytest.mark.parametrize(
    ("text", "detail", "dated"),
    [
        ("Ceci est une mise en demeure, je vous laisse huit jours", "notice", "mise en demeure est bien arrivée le"),
        ("Je fais jouer la garantie de ma lampe", "warranty", "demande de garantie est bien arrivée le"),
        ("Je me rétracte", "withdrawal", "rétractation est bien arrivée le"),
        ("Supprimez mes données", "own_data", "un mois au plus"),
    ],
)
def test_a_declaration_is_acknowledged_with_its_date(text: str, detail: str, dated: str) -> None:
    decision = decide(view(classified(), text))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail) == ("declared", detail)
    assert dated in decision.acknowledge


def test_asking_how_one_withdraws_is_no_declaration() -> None:
    assert isinstance(decide(view(classified(), "Comment me rétracter ?")), Reply)
    assert isinstance(decide(view(classified(), "Est-il possible de me rétracter ?")), Reply)


PUBLIC = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, public_max=Autonomy.AUTO))


def test_an_order_is_never_spoken_of_in_public_whatever_the_playbook_allows() -> None:
    asked = decide(view(classified("order_status"), "Où est ma commande ?", public=True, playbook=PUBLIC))
    named = decide(view(classified(), "Vous ouvrez quand ? ML204518", public=True, playbook=PUBLIC))
    hours = decide(view(classified(), "Vous ouvrez quand ?", public=True, playbook=PUBLIC))

    assert isinstance(asked, Ticket)
    assert isinstance(named, Ticket)
    assert (asked.detail, named.detail) == ("order_in_public", "order_in_public")
    assert isinstance(hours, Reply)


TWICE = {"said": (PastAnswer("return", NOW - 600_000), PastAnswer("refund", NOW - 300_000))}


@pytest.mark.parametrize(
    "text", ["et ça ne marche toujours pas", "mais comment je fais alors", "it still does not work"]
)
def test_who_comes_back_after_two_automatic_answers_has_a_person(text: str) -> None:
    decision = decide(view(classified(), text, head=TWICE))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail, decision.priority) == ("never_automatic", "third", "high")


def test_a_third_question_of_its_own_is_answered() -> None:
    assert isinstance(decide(view(classified(), "Vous ouvrez le samedi ?", head=TWICE)), Reply)
    once = {"said": TWICE["said"][:1]}
    assert isinstance(decide(view(classified(), "mais vous ouvrez le samedi ?", head=once)), Reply)
    long_ago = {"said": tuple(said._replace(at=said.at - 7_200_000) for said in TWICE["said"])}
    assert isinstance(decide(view(classified(), "mais vous ouvrez le samedi ?", head=long_ago)), Reply)


def test_a_subject_that_is_one_of_the_matters_in_all_its_wordings_is_told_by_the_model() -> None:
    decision = decide(view(classified("job_application"), "Bonjour, un poste de nuit peut-être"))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail) == ("never_automatic", "staff")


BRAND = replace(
    PLAYBOOK,
    never_automatic=NeverAutomatic(
        subjects=frozenset({"return"}),
        phrases=MappingProxyType({"fr": ("édition limitée",), "en": ("limited edition",)}),
    ),
)


def test_a_brand_adds_subjects_and_phrases_and_takes_nothing_away() -> None:
    subject = decide(view(classified("return"), "un retour", playbook=BRAND))
    phrase = decide(view(classified(), "L’Edition LIMITÉE, vous ouvrez quand pour elle ?", playbook=BRAND))
    other = decide(view(classified(), "Une édition spéciale ?", playbook=BRAND))

    assert isinstance(subject, Ticket)
    assert isinstance(phrase, Ticket)
    assert (subject.detail, phrase.detail) == ("brand", "brand")
    assert isinstance(other, Reply)
    assert isinstance(decide(view(classified(), "Changez mon adresse", playbook=BRAND)), Ticket)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, nous ne pouvons pas vous rembourser cet article.",
        "Votre demande a été refusée.",
        "We cannot accept returns of underwear.",
        "Your request has been declined.",
    ],
)
def test_words_of_the_brand_that_refuse_are_seen(text: str) -> None:
    assert refusing(text)


def test_a_playbooks_answer_that_refuses_waits_for_a_person() -> None:
    words = {"fr": "Nous ne pouvons pas accepter ce retour.", "en": "We cannot accept this return."}
    refuses = replace(
        PLAYBOOK, intents={**PLAYBOOK.intents, "return": replace(PLAYBOOK.intents["return"], replies=words)}
    )
    decision = decide(view(classified("return"), "un retour", playbook=refuses))

    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.detail) == ("never_automatic", "refusing")


def test_no_answer_of_the_demo_brand_refuses_anything() -> None:
    texts = [
        text for intent in PLAYBOOK.intents.values() for text in (*intent.replies.values(), *intent.public.values())
    ]

    assert [text for text in texts if refusing(text)] == []
