"""The welcome and the confirmation of a STOP, as `decide` words them; who is greeted, and who is not."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from chalicelib.conversation import Control, PastAnswer, Scope
from chalicelib.decision.decide import decide
from chalicelib.decision.menu import PERSON
from chalicelib.engine.customer import input_of
from chalicelib.model import Autonomy, Consent, Greet, Hold, Ignore, Ticket
from chalicelib.triage.load_bundle import load
from tests.unit.decision.views import HEAD, NOW, PLAYBOOK, classified, message, view

ODD = classified(None)
HOUR = 3_600_000
SAID = {"said": (PastAnswer("opening_hours", NOW),)}
TU = replace(PLAYBOOK, register={**PLAYBOOK.register, "fr": "tu"}, phrases={})
NOTED = "C'est noté : plus de message automatique de Maison Lune ici."
SPACES = {"\u00a0": " ", "\u202f": " ", "’": "'"}


def greeted(*texts: str, **more: Any) -> Greet:
    decision = decide(view(ODD, *texts, **more))
    assert isinstance(decision, Greet)
    return decision


def words(text: str) -> str:
    for typeset, plain in SPACES.items():
        text = text.replace(typeset, plain)
    return text


@pytest.mark.parametrize(
    ("playbook", "text", "begins"),
    [
        (PLAYBOOK, "Bonjour", "Bonjour, je suis l'assistant IA de Maison Lune. Que puis-je faire pour vous ?"),
        (PLAYBOOK, "Bonsoir", "Bonsoir, je suis l'assistant IA de Maison Lune. Que puis-je faire pour vous ?"),
        (TU, "Salut", "Bonjour, je suis l'assistant IA de Maison Lune. Que puis-je faire pour toi ?"),
        (PLAYBOOK, "Hello", "Hello, I'm Maison Lune's AI assistant. What can I do for you?"),
    ],
)
def test_the_welcome_is_said_in_the_customers_language_and_the_brands_register(
    playbook: Any, text: str, begins: str
) -> None:
    assert words(greeted(text, playbook=playbook, head={"language": ""}).text).startswith(begins)


@pytest.mark.parametrize(
    ("playbook", "ends"),
    [
        (
            PLAYBOOK,
            "Répondez 1 pour suivre une commande, 2 pour un retour, 3 pour une personne, ou posez votre question.",
        ),
        (TU, "Réponds 1 pour suivre une commande, 2 pour un retour, 3 pour une personne, ou pose ta question."),
    ],
)
def test_the_choices_are_numbered_in_plain_text(playbook: Any, ends: str) -> None:
    assert words(greeted("Bonjour", playbook=playbook).text).endswith(ends)


def test_a_label_of_the_brand_comes_first() -> None:
    invoice = replace(PLAYBOOK.intents["invoice"], label={"fr": "une facture", "en": "get an invoice"})
    playbook = replace(PLAYBOOK, intents=MappingProxyType({**PLAYBOOK.intents, "invoice": invoice}))

    assert "Répondez 1 pour une facture, 2 pour suivre une commande" in words(
        greeted("Bonjour", playbook=playbook).text
    )


def test_only_what_works_is_offered() -> None:
    no_shop = replace(PLAYBOOK, can_look_up=False)
    stopped = Control(1, {"intent:return": Scope(stopped=True, epoch=1)})

    assert "order_status" not in greeted("Bonjour", playbook=no_shop).menu
    assert "return" not in greeted("Bonjour", control=stopped).menu
    assert greeted("Bonjour").menu[-1] == "human_request"
    assert len(greeted("Bonjour").menu) <= 3


def test_the_playbooks_own_subjects_are_offered_in_its_order_however_many() -> None:
    listed = ("return", "opening_hours", "invoice", "order_status")
    stopped = Control(1, {"intent:invoice": Scope(stopped=True, epoch=1)})

    assert greeted("Bonjour", playbook=replace(PLAYBOOK, welcome=listed)).menu == (
        "return",
        *listed[1:2],
        *listed[3:],
        PERSON,
    )
    assert greeted("Bonjour", playbook=replace(PLAYBOOK, welcome=listed), control=stopped).menu[-1] == PERSON


def test_a_brand_with_its_own_words_for_the_numbers_has_buttons_once_it_has_words_above_them() -> None:
    own = {**PLAYBOOK.phrases, "welcome_choices": {"fr": "Tapez {choices}.", "en": "Type {choices}."}}
    above = {**own, "welcome_buttons": {"fr": "Touchez.", "en": "Tap."}}

    assert greeted("Bonjour").buttons is not None
    assert greeted("Bonjour", playbook=replace(PLAYBOOK, phrases=own)).buttons is None
    buttons = greeted("Bonjour", playbook=replace(PLAYBOOK, phrases=above)).buttons
    assert buttons is not None
    assert buttons.text.endswith("\n\nTouchez.")


def test_a_button_says_the_first_of_a_subjects_names_that_has_room() -> None:
    buttons = greeted("Bonjour", playbook=replace(PLAYBOOK, welcome=("exchange_size", "delivery_cost"))).buttons

    assert buttons is not None
    assert buttons.titles == ("Échange ou taille", "Frais de livraison", "Une personne")


@pytest.mark.parametrize(
    "more",
    [
        {"playbook": replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, default=Autonomy.SUGGEST))},
        {"playbook": replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, channels={"messenger": Autonomy.SHADOW}))},
        {"control": Control(1, {"all": Scope(stopped=True, epoch=1)})},
        {"control": Control(1, {"channel:messenger": Scope(stopped=True, epoch=1)})},
        {"head": {"greeted_at": NOW - HOUR}},
        {"public": True},
    ],
)
def test_silence_and_no_ticket_where_no_welcome_is_due(more: dict[str, Any]) -> None:
    decision = decide(view(ODD, "Bonjour", **more))

    assert isinstance(decision, Ignore)
    assert decision.reason == "greeting"


def test_who_comes_from_an_advertisement_where_no_welcome_is_due_is_read_by_a_person() -> None:
    suggesting = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, default=Autonomy.SUGGEST))

    decision = decide(view(ODD, "Puis-je en savoir plus à ce sujet ?", playbook=suggesting))

    assert isinstance(decision, Ticket)


def test_an_opener_after_an_answer_is_a_question_about_it() -> None:
    asked = decide(view(ODD, "Puis-je en savoir plus ?", head=SAID))

    assert isinstance(asked, Hold | Ticket)


# --- STOP -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("playbook", "text", "said"),
    [
        (
            PLAYBOOK,
            "STOP",
            f"{NOTED} Si vous nous écrivez de nouveau, une personne vous répondra.",
        ),
        (
            TU,
            "désabonner",
            f"{NOTED} Si tu nous réécris, une personne te répondra.",
        ),
        (
            PLAYBOOK,
            "Unsubscribe",
            "Done: no more automatic messages from Maison Lune here. If you write again, a person will answer.",
        ),
    ],
)
def test_stop_is_confirmed_in_the_words_of_the_brand(playbook: Any, text: str, said: str) -> None:
    decision = decide(view(ODD, text, playbook=playbook))

    assert isinstance(decision, Consent)
    assert words(decision.text).startswith(said)
    assert words(decision.text).endswith(("(Assistant IA de Maison Lune)", "(Maison Lune's AI assistant)"))


@pytest.mark.parametrize("more", [{"public": True}, {"control": Control(1, {"all": Scope(stopped=True, epoch=1)})}])
def test_stop_is_heeded_in_silence_in_public_and_by_a_stopped_bot(more: dict[str, Any]) -> None:
    decision = decide(view(ODD, "STOP", **more))

    assert isinstance(decision, Consent)
    assert decision.text == ""


@pytest.mark.parametrize(
    "text",
    [
        "Stop ! ça fait trois fois que je vous écris",
        "STOP ! c'est la deuxième fois que je vous relance",
        "Stop! This is the third time I've asked",
    ],
)
def test_stop_in_anger_is_a_raised_ticket(text: str) -> None:
    """With the shipped classifier: no opt-out, and the ticket is raised."""
    decision = decide(input_of(HEAD, (message(text),), load(), PLAYBOOK, Control(), NOW))

    assert isinstance(decision, Ticket)
    assert decision.priority == "high"


@pytest.mark.parametrize(
    ("text", "language"),
    [("me désabonner", "fr"), ("désabonnez-moi", "fr"), ("unsubscribe me", "en"), ("opt me out", "en")],
)
def test_a_stop_is_confirmed_in_the_language_of_its_words(text: str, language: str) -> None:
    decision = decide(view(ODD, text, head={"language": ""}))
    assert isinstance(decision, Consent)
    assert decision.language == language


def test_an_opener_in_a_whole_sentence_is_welcomed_in_its_language() -> None:
    english = classified(None, language="en")
    decision = decide(view(english, "Can I get more info on this?", head={"language": "fr"}))
    assert isinstance(decision, Greet)
    assert decision.language == "en"
    assert decide(view(english, "Hello", head={"language": "fr"})).language == "fr"  # type: ignore[union-attr]  # a welcome
