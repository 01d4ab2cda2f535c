"""What `playbook check` holds every brand to: who sends it is told, nothing is promised or said that must not be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.playbook.defaults import PHRASES
from chalicelib.playbook.duties import never_said, owed_by_phrase
from chalicelib.playbook.reader import PlaybookError
from chalicelib.playbook.yaml_file import load
from infra.cli import main

BRAND = """
brand: petite
name: Petite Lune
languages: [fr, en]
routing: {slack: T0SMALL/C0SMALL}
fields: {number: {shape: "PL####", title: {fr: numéro, en: number}}}
PHRASES
intents:
  return:
    title: {fr: Retour, en: Return}
    replies: {fr: "REPLY", en: "ANSWER"}
    public: {fr: "PUBLIC", en: "Yes."}
  status:
    title: {fr: Suivi, en: Status}
    asks: number
    question: {fr: "QUESTION", en: "What is your number?"}
    replies: {fr: Oui., en: "Yes."}
    public: {fr: Oui., en: "Yes."}
"""
SAID = {"REPLY": "Oui.", "ANSWER": "Yes.", "PUBLIC": "Oui.", "QUESTION": "Quel est le numéro ?"}


def problems(phrases: str = "", **said: str) -> list[str]:
    text = BRAND.replace("PHRASES", f"phrases: {{{phrases}}}" if phrases else "")
    for name, words in (SAID | said).items():
        text = text.replace(name, words)
    try:
        load(text)
    except PlaybookError as error:
        return [str(each) for each in error.problems]
    return []


@pytest.mark.parametrize(
    "text",
    [
        "N'hésitez pas à nous écrire.",
        "n’hésite pas à passer",
        "Vous n'avez rien d'autre à faire.",
        "Je comprends votre déception.",
        "Nous comprenons.",
        "Désolés pour cette erreur.",
        "Toutes nos excuses pour cette erreur.",
        "Un agent vous répond.",
        "Inscrivez-vous à la newsletter.",
        "Nous sommes désolés !",
        "Votre colis a du retard !",
        "Appelez le 15.",
        "Appelez tout de suite les pompiers.",
    ],
)
def test_a_french_text_that_says_what_may_not_be_said_is_refused(text: str) -> None:
    (problem,) = problems(REPLY=text.replace('"', ""))
    assert re.match(r"line \d+, column \d+: replies of return \(fr\): ", problem)


@pytest.mark.parametrize(
    "text",
    [
        "Please do not hesitate to write.",
        "don't hesitate to call",
        "There is nothing else you need to do.",
        "I understand how you feel.",
        "Sorry for this mistake.",
        "An agent will answer you.",
        "Subscribe to our newsletter.",
        "We are sorry!",
        "Call 112.",
    ],
)
def test_an_english_text_that_says_what_may_not_be_said_is_refused(text: str) -> None:
    assert len(problems(ANSWER=text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Passez quand vous voulez !",
        "Vous pouvez appeler le magasin.",
        "Si quelqu'un est blessé, appelez le 15.",
        "En cas de malaise, appelez le 112.",
        "Nous sommes désolés que cela tarde.",
    ],
)
def test_what_sounds_alike_may_be_said(text: str) -> None:
    assert list(never_said(text)) == []


@pytest.mark.parametrize(
    ("phrases", "advice"),
    [
        ('ai_line: {fr: "Réponse automatique. Écrivez « conseiller »."}', "put the word “IA” into it"),
        ('ai_line: {en: "Automatic answer. Write “person”."}', "put the word “AI” into it"),
        ('ai_line: {fr: "Réponse de l\'assistant IA."}', "the way to a person, such as écrivez « conseiller »"),
        ('ai_line_closed: {en: "Sent by our AI assistant."}', "the way to a person, such as write “person”"),
        ('ai_mark: {fr: "(Automatique)"}', "put the word “IA” into it"),
        ('ai_mark: {fr: "🤖"}', "put the word “IA” into it"),
        ('ai_mark_brand: {en: "(Petite Lune)"}', "put the word “AI” into it"),
        ('greeting_named: {fr: "Bonjour {first_name} !"}', "end it with a comma"),
        ('hurt_alerted: {fr: "Appelez le 15 ou le 112."}', "must be conditional"),
        ('hurt_out_of_hours: {en: "Call {rescue} now."}', "must be conditional"),
        ('angry_out_of_hours: {fr: "Votre message passe en priorité."}', "while nobody is there: leave it out"),
    ],
)
def test_a_phrase_that_does_not_say_what_it_owes_is_refused_with_what_to_do(phrases: str, advice: str) -> None:
    (problem,) = problems(phrases)
    assert advice in problem
    assert re.match(r"line 7, column \d+: ", problem)


def test_urgency_may_be_promised_where_somebody_is_called_at_any_hour() -> None:
    text = "Votre message passe en priorité."
    assert list(owed_by_phrase("angry_out_of_hours", text, "fr", on_call=False))
    assert not list(owed_by_phrase("angry_out_of_hours", text, "fr", on_call=True))


def test_a_question_back_asks_one_thing() -> None:
    (problem,) = problems(QUESTION="Quel est le numéro ? Et votre nom ?")
    assert "keep one question" in problem


@pytest.mark.parametrize("text", ["Où en est votre commande, on regarde.", "Votre colis arrive.", "Ton colis arrive."])
def test_public_words_tell_nobody_that_somebody_ordered(text: str) -> None:
    assert any("tells everybody that they ordered" in each for each in problems(PUBLIC=text))


@pytest.mark.parametrize("name", PHRASES)
def test_the_default_words_do_their_duty(name: str) -> None:
    phrase = PHRASES[name]
    for language, text in (("fr", phrase.vous), ("fr", phrase.tu or phrase.vous), ("en", phrase.en)):
        assert list(never_said(text)) == []
        assert list(owed_by_phrase(name, text, language, on_call=False)) == []


@pytest.mark.parametrize("char", ["\\ud800", "\\0", "\\x1b", "\\x7f"])
def test_a_character_that_no_platform_takes_is_named(char: str) -> None:
    (problem,) = problems(REPLY=f"Oui{char}.")
    assert "a character that no platform takes; leave it out" in problem


def test_a_file_is_measured_before_it_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "large.yaml"
    file.write_text("# " + "x" * 20_000_000, encoding="utf-8")

    assert main(["playbook", "check", str(file)]) != 0
    assert "larger than 200 KB" in capsys.readouterr().err


def test_both_shipped_brands_pass() -> None:
    shipped = (Path(__file__).parents[3] / "playbooks").glob("*.yaml")

    assert {load(path.read_text(encoding="utf-8")).brand for path in shipped} == {"atelier-nord", "maison-lune"}
