"""Praise makes no work: read by the real classifier, and silent only where nothing else is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from chalicelib.conversation import Control
from chalicelib.decision.decide import decide
from chalicelib.engine.customer import input_of
from chalicelib.model import Decision, Ignore, Ticket
from chalicelib.ports import Scorer
from chalicelib.triage.load_bundle import load
from tests.unit.decision.views import HEAD, NOW, PLAYBOOK, message


@cache
def scorer() -> Scorer:
    return load()


def decided(*texts: str, **more: Any) -> Decision:
    pending = tuple(message(text, number, **more) for number, text in enumerate(texts))
    return decide(input_of(HEAD, pending, scorer(), PLAYBOOK, Control(), NOW, timer_fired=True))


@pytest.mark.parametrize(
    "texts",
    [
        ("Je suis ravie de mon achat",),
        ("Ma robe est magnifique, merci beaucoup !",),
        ("The dress is gorgeous, thank you so much!",),
        ("Quelle belle robe !",),
        ("Je recommande cette boutique",),
        ("Bonjour", "trop contente de ma commande"),
        ("Trop contente de ma commande", "merci 🙏"),
    ],
)
def test_praise_opens_no_ticket_and_is_not_answered(texts: tuple[str, ...]) -> None:
    for public in (False, True):
        decision = decided(*texts, public=public)
        assert isinstance(decision, Ignore)
        assert decision.reason == "nothing_asked"


@pytest.mark.parametrize(
    "text",
    [
        "Robe magnifique mais trop grande",
        "Ma robe est magnifique mais il manque la ceinture",
        "Super qualité par contre le colis était ouvert",
        "super service bravo",
        "Bravo, encore un colis perdu",
        "j'adore attendre 3 semaines",
        "great, another delay",
        "j'adore vos bijoux, vous livrez en Suisse ?",
        "Je suis ravie de mon achat, ma fille s'est brûlée",
        "Je suis ravie de mon achat, vous ouvrez quand",
        "Je suis ravie de ma commande ML204518",
    ],
)
def test_praise_with_something_beside_it_is_read(text: str) -> None:
    assert not isinstance(decided(text), Ignore)


def test_praise_with_a_photo_is_read() -> None:
    assert isinstance(decided("Je suis ravie de mon achat", attachments=("image",)), Ticket)


def test_a_brand_that_has_words_for_praise_says_them() -> None:
    intents = {**PLAYBOOK.intents, "praise": replace(PLAYBOOK.intents["return"], name="praise")}
    pending = (message("Je suis ravie de mon achat"),)
    seen = input_of(HEAD, pending, scorer(), replace(PLAYBOOK, intents=intents), Control(), NOW, timer_fired=True)
    assert not isinstance(decide(seen), Ignore)
