"""Which language a conversation is in: what changes it, what does not, and what the brand does not speak."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Lookup
from chalicelib.decision.decide import decide
from chalicelib.decision.input import DecisionInput
from chalicelib.model import Ask, Hold, Reply, Ticket
from chalicelib.playbook.schema import Acknowledge
from chalicelib.triage.load_bundle import load

from .views import PLAYBOOK, classified, view

ASKED = {"asked_intent": "order_status", "asked_wants": "order_number"}
SCORER = load()


def real(text: str, **head: object) -> DecisionInput:
    """A view with what the shipped classifier says of this text."""
    whole = SCORER.classify(text)
    return view(whole, text, head=head)


@pytest.mark.parametrize(
    "text",
    [
        "Ok ML204518",
        "ok : ML204518",
        "ok",
        "okay",
        "Ok top",
        "cool",
        "Oki",
        "Yes ML204519",
        "No: ML204518",
        "ML204519, Lyon",
        "ML204519 Smith",
        "Colissimo ML204519",
        "Ok ML204518 thx",
        "ML204518 please",
        "😊",
        "https://www.example.com/where-is-my-order-please",
        "jane.smith@example.com",
    ],
)
def test_a_few_words_leave_a_french_conversation_french(text: str) -> None:
    assert real(text, language="fr", **ASKED).language == "fr"


@pytest.mark.parametrize(
    "text", ["ML204518 svp", "merci, ML204519", "merci", "oui ML204518", "ML204518, Lyon", "ok d'acc"]
)
def test_a_few_words_leave_an_english_conversation_english(text: str) -> None:
    assert real(text, language="en", **ASKED).language == "en"


@pytest.mark.parametrize(
    ("text", "kept", "now"),
    [
        ("Sorry, do you speak English?", "fr", "en"),
        ("where is my order ML204518", "fr", "en"),
        ("Où est ma commande ML204518 ?", "en", "fr"),
        ("je parle français en fait", "en", "fr"),
        ("je parle français en fait", "es", "fr"),
        ("gracias", "es", "en"),
    ],
)
def test_a_whole_sentence_changes_the_language(text: str, kept: str, now: str) -> None:
    assert real(text, language=kept).language == now


@pytest.mark.parametrize(
    "text",
    ["Message", "Photo", "Question", "ok", "okay", "ML204518", "Ok ML204518", "ML204519, Lyon", "👍", "cool", "Oki"],
)
def test_a_first_message_that_says_no_language_gets_the_brands_first(text: str) -> None:
    assert real(text, language="").language == "fr"
    english = replace(PLAYBOOK, languages=("en", "fr"))
    assert replace(real(text, language=""), playbook=english).language == "en"


@pytest.mark.parametrize(
    ("text", "language"), [("Hello", "en"), ("Hi there!", "en"), ("any news?", "en"), ("Bonjour", "fr")]
)
def test_a_first_word_that_says_a_language_is_answered_in_it(text: str, language: str) -> None:
    assert real(text, language="").language == language


def test_the_answer_to_our_question_stays_in_the_conversations_language() -> None:
    asked = view(classified("order_status", language="en", sure=False), "Ok ML204518", head={"language": "fr", **ASKED})
    assert isinstance(decide(asked), Hold)
    known: dict[str, Any] = {
        "fact": Lookup(
            "order", "ML204518", {"status": "preparing", "order_number": "ML204518", "expected_on": "2026-12-01"}
        )
    }
    answered = replace(asked, conversation=replace(asked.conversation, **known))
    said = decide(answered)
    assert isinstance(said, Reply)
    assert said.language == "fr"
    assert "Votre commande" in said.text


FOREIGN = {
    "es": (
        "¿Dónde está mi pedido?",
        "quiero cambiar la talla",
        "Hola, quisiera devolver un vestido que compré la semana pasada",
        "no he recibido mi paquete todavia",
    ),
    "de": ("Wo ist meine Bestellung?", "ich habe mein paket noch nicht bekommen", "Können Sie mir bitte helfen?"),
    "it": ("Dov'è il mio ordine?", "A che ora aprite il sabato?", "non ho ancora ricevuto il pacco"),
    "pt": ("Onde está a minha encomenda?", "ainda não recebi o pacote", "meu pedido não chegou"),
    "nl": ("Waar is mijn bestelling?", "ik heb mijn pakket nog niet ontvangen", "mijn pakket is beschadigd"),
    "ar": ("أين طلبي؟", "مرحبا، أريد إرجاع الفستان", "لم أستلم الطرد بعد"),
}
TELLING = {
    "es": "Hola, hemos recibido su mensaje. Nuestro equipo responde en francés y en inglés",
    "de": "Unser Team antwortet auf Französisch oder Englisch",
    "it": "Il nostro team risponde in francese o in inglese",
    "pt": "A nossa equipa responde em francês ou inglês",
    "nl": "Ons team antwoordt in het Frans of het Engels",
    "ar": "الفرنسية أو الإنجليزية",
    "other": "Our team answers in French and English",
}


@pytest.mark.parametrize(("language", "text"), [(each, text) for each, texts in FOREIGN.items() for text in texts])
def test_who_writes_another_language_gets_one_sentence_in_it_and_a_person(language: str, text: str) -> None:
    for head in ({"language": ""}, {"language": "fr"}):
        decision = decide(real(text, **head))
        assert isinstance(decision, Ticket)
        assert (decision.reason, decision.language, decision.suggestion) == ("language", language, "")
        assert TELLING[language] in decision.acknowledge
        assert "Maison Lune" in decision.acknowledge
        assert "\n" not in decision.acknowledge


@pytest.mark.parametrize(
    "text", ["Где мой заказ?", "我的订单在哪里？", "Πού είναι η παραγγελία μου;", "سفارش من کجاست؟ گم شده"]
)
def test_a_language_that_we_cannot_name_is_answered_in_english(text: str) -> None:
    decision = decide(real(text, language=""))
    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.language) == ("language", "other")
    assert TELLING["other"] in decision.acknowledge


def test_a_brand_of_one_language_says_so() -> None:
    french = replace(PLAYBOOK, languages=("fr",))
    decision = decide(replace(real("Hello, where is my order please?", language=""), playbook=french))
    assert isinstance(decision, Ticket)
    assert decision.language == "en"
    assert decision.acknowledge.startswith("Hello, we have your message. Our team answers in French;")


@pytest.mark.parametrize(
    "text",
    [
        "dispo en magasin a nantes ?",
        "do u charge postage",
        "do u do vat receipts",
        "ouvert ajd ?",
        "slt g pa recu mn coli",
        "c ou la boutik",
        "date black friday ?",
        "Colissimo ML204519",
        "Oki",
    ],
)
def test_a_sentence_of_the_brands_own_languages_is_never_foreign(text: str) -> None:
    assert real(text, language="").foreign == ""


@pytest.mark.parametrize(
    "more",
    [
        {"playbook": replace(PLAYBOOK, acknowledge=Acknowledge(in_hours=False))},
        {"public": True},
    ],
)
def test_the_sentence_obeys_the_switches_of_every_acknowledgement(more: dict[str, object]) -> None:
    text = "¿Dónde está mi pedido?"
    decision = decide(view(SCORER.classify(text), text, head={"language": ""}, **more))
    assert isinstance(decision, Ticket)
    assert (decision.reason, decision.acknowledge) == ("language", "")


def test_after_a_foreign_sentence_a_bare_number_is_not_taken_for_the_brands_first_language() -> None:
    later = real("ML204518", language="es")
    assert later.language == "en"
    assert not isinstance(decide(later), Ask) or "order number" in decide(later).text  # type: ignore[union-attr]
