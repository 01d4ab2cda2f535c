"""The words of every brand that says nothing else: each in every language and register, each replaceable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.defaults import PHRASES, words_of
from chalicelib.playbook.lint import check_words
from chalicelib.playbook.reader import PlaybookError
from chalicelib.playbook.render import render_phrase
from chalicelib.playbook.schema import Playbook, Register
from chalicelib.playbook.typeset import typeset
from chalicelib.playbook.yaml_file import load

FIRST = """
brand: petite
name: Petite Lune
languages: [fr, en]
register: {fr: REGISTER}
routing: {slack: T0SMALL/C0SMALL}
PHRASES
intents: {return: {title: {fr: Retour, en: Return}, replies: {fr: Oui., en: "Yes."}}}
"""


def brand(register: Register = "vous", phrases: str = "") -> Playbook:
    written = f"phrases: {{{phrases}}}" if phrases else ""
    return load(FIRST.replace("REGISTER", register).replace("PHRASES", written))


def test_a_playbook_needs_no_phrases() -> None:
    assert not brand().phrases
    assert words_of(brand(), "handed_over_in_hours", "fr").startswith("{greeting} votre message est bien arrivé")
    assert words_of(brand("tu"), "handed_over_in_hours", "fr").startswith("{greeting} ton message est bien arrivé")
    assert words_of(brand(), "handed_over_in_hours", "en").startswith("{greeting} we have your message")


def test_one_phrase_in_one_language_is_replaced_and_the_others_stay() -> None:
    own = brand(phrases='lookup_failed: {fr: "Le suivi est en panne chez nous : on regarde."}')

    assert words_of(own, "lookup_failed", "fr") == "Le suivi est en panne chez nous\u00a0: on regarde."
    assert words_of(own, "lookup_failed", "en") == words_of(brand(), "lookup_failed", "en")
    assert words_of(own, "handed_over_in_hours", "fr") == words_of(brand(), "handed_over_in_hours", "fr")


def test_what_is_stored_holds_the_brands_own_phrases_and_reads_the_others_here() -> None:
    own = brand("tu", 'lookup_failed: {en: "Our system is asleep; we will look."}')
    stored = from_json(to_json(own))

    assert stored == own
    assert set(stored.phrases) == {"lookup_failed"}
    assert all(words_of(stored, name, language) for name in PHRASES for language in ("fr", "en"))


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        ("lookup_faild: {fr: Oui.}", "phrases has no `lookup_faild`; did you mean `lookup_failed`?"),
        ("lookup_failed: {es: Si.}", "phrases.lookup_failed has no `es`"),
        ('lookup_failed: {fr: "Le {numero} ?"}', "nothing fills {numero}"),
        ("lookup_failed: {fr: Ton colis se cherche. Tu attends.}", "the register is vous"),
    ],
)
def test_a_slip_in_the_phrases_is_named(phrases: str, expected: str) -> None:
    with pytest.raises(PlaybookError, match=expected.replace("{", r"\{").replace("?", r"\?")):
        brand(phrases=phrases)


@pytest.mark.parametrize("name", PHRASES)
def test_the_default_words_pass_the_checks_that_a_brands_own_words_must_pass(name: str) -> None:
    phrase = PHRASES[name]
    registers: tuple[tuple[str, Register], ...] = (("fr", "vous"), ("fr", "tu"), ("en", "plain"))
    for language, register in registers:
        words = phrase.words(language, register)
        kept = "vous" if phrase.grave and register == "tu" else register
        assert words
        assert list(check_words(typeset(words, language), language, kept, phrase.variables)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("Maison Lune", "de Maison Lune"), ("Atelier Nord", "d’Atelier Nord"), ("Élan", "d’Élan")],
)
def test_the_brands_name_is_joined_as_french_joins_it(name: str, said: str) -> None:
    own = brand(phrases='lookup_failed: {fr: "Ici l\'équipe {of_brand}."}')

    assert said in render_phrase(replace(own, name=name), "lookup_failed", "fr", {"when": "aujourd’hui"})


def test_both_shipped_playbooks_still_say_every_phrase() -> None:
    for path in (Path(__file__).parents[3] / "playbooks").glob("*.yaml"):
        playbook = load(path.read_text(encoding="utf-8"))
        assert all(words_of(playbook, name, language) for name in PHRASES for language in playbook.languages)
