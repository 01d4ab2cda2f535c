"""Exceptions: what they are about, how their words stand before others, and what is refused when one is entered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.model import Millis
from chalicelib.playbook import duties, lint
from chalicelib.playbook.bulletin import Bulletin, silenced, standing
from chalicelib.playbook.bulletin_check import problems, typeset_words
from chalicelib.playbook.mistakes import mistake_words
from chalicelib.playbook.render import render, render_bulletins, render_phrase
from chalicelib.playbook.text_sizes import TextSurface, acknowledgement_sizes, sizes_of
from chalicelib.playbook.yaml_file import load
from chalicelib.text import measure, split_text

ROOT = Path(__file__).parents[3]
PLAYBOOK = load((ROOT / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
NOW = Millis(1_795_597_200_000)
HOUR, DAY = 3_600_000, 86_400_000
STRIKE = {
    "fr": "En raison d'une grève, les livraisons ont un à deux jours de retard.",
    "en": "Because of a strike, deliveries are a day or two late.",
}
PLACES = tuple(
    TextSurface(channel=name, title=kind.traits.title, limit=surface.limit, unit=surface.unit, public=public)
    for name, kind in REGISTRY.items()
    for surface, public in ((kind.traits.private, False), (kind.traits.public, True))
    if surface is not None and name in ("messenger", "whatsapp", "x")  # what the tests' figures are reckoned for
)


def exception(**more: Any) -> Bulletin:
    given_: dict[str, Any] = {
        "bulletin_id": "x1",
        "texts": STRIKE,
        "begins_at": NOW,
        "ends_at": Millis(NOW + DAY),
        "made_at": NOW,
        "by": "U0LEA",
    }
    return typeset_words(Bulletin(**(given_ | more)))


def wrong(made: Bulletin, *others: Bulletin, places: tuple[TextSurface, ...] = PLACES) -> list[tuple[str, str]]:
    return [(each.place, each.key) for each in problems(PLAYBOOK, made, others, places, NOW)]


def test_it_holds_from_its_beginning_to_its_end_and_no_longer_once_somebody_ended_it() -> None:
    made = exception(begins_at=Millis(NOW + HOUR))
    held = [at for at in (NOW, NOW + HOUR, NOW + DAY - 1, NOW + DAY) if made.stands(at)]

    assert held == [NOW + HOUR, NOW + DAY - 1]
    assert not replace(made, ended_at=Millis(NOW + HOUR)).stands(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("intents", "channels", "found"),
    [((), (), True), (("return",), (), True), (("refund",), (), False), ((), ("x",), False), ((), ("whatsapp",), True)],
)
def test_it_is_about_its_subjects_on_its_channels(intents: Any, channels: Any, *, found: bool) -> None:
    assert bool(standing([exception(intents=intents, channels=channels)], "return", "whatsapp", NOW)) is found


def test_one_about_some_subjects_is_not_about_what_nobody_recognised() -> None:
    assert standing([exception(intents=("return",))], None, "whatsapp", NOW) == ()


def test_a_person_answers_where_the_usual_words_are_wrong_or_its_own_are_lacking_in_the_language() -> None:
    french = exception(texts={"fr": "Nous sommes fermés lundi."})

    assert not silenced([french], "return", "whatsapp", "fr", NOW)
    assert silenced([french], "return", "whatsapp", "en", NOW)
    assert silenced([exception(intents=("return",), person_only=True)], "return", "whatsapp", "fr", NOW)
    assert not silenced([exception(intents=("return",), person_only=True)], "refund", "whatsapp", "fr", NOW)


def test_its_words_stand_behind_the_greeting_and_before_the_answer() -> None:
    before = render_bulletins(PLAYBOOK, [exception()], "fr")
    said = render(PLAYBOOK, "return", "fr", "messenger", {}, "Louise", greet=True, notice="short", before=before)
    usual = render(PLAYBOOK, "return", "fr", "messenger", {}, "Louise")

    assert said.split("\n\n", 2)[:2] == ["Bonjour Louise,", exception().texts["fr"]]
    assert said.split("\n\n", 2)[2].startswith(usual)


def test_an_acknowledgements_greeting_stays_first() -> None:
    fields = {"when": "avant 15 h"}
    said = render_phrase(
        PLAYBOOK, "handed_over_in_hours", "fr", fields, "Louise", greet=True, before=exception().texts["fr"]
    )

    greeting, words, rest = said.split("\n\n")
    assert (greeting, words) == ("Bonjour Louise,", exception().texts["fr"])
    assert rest.startswith("Votre message est bien arrivé.")


def test_it_may_name_the_brands_variables_and_nothing_else() -> None:
    named = exception(texts={"fr": "Écrivez-nous dès lundi sur {shops_page}."})

    assert "maison-lune.example" in render_bulletins(PLAYBOOK, [named], "fr")
    assert wrong(named) == []
    assert wrong(exception(texts={"fr": "Votre commande {order_number} attend."})) == [("fr", "lint")]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"ends_at": NOW}, [("ends", "exception_over")]),
        ({"ends_at": Millis(NOW + 93 * DAY)}, [("ends", "exception_long")]),
        ({"begins_at": Millis(NOW - HOUR)}, [("begins", "exception_past")]),
        ({"begins_at": Millis(NOW + 2 * DAY)}, [("ends", "exception_over")]),
        ({"texts": {"fr": " "}}, [("fr", "exception_empty")]),
        ({"texts": {}, "person_only": True}, [("subjects", "exception_silences_all")]),
        ({"texts": {}, "person_only": True, "intents": ("return",)}, []),
        ({"texts": {"fr": "Tu seras livré mardi."}}, [("fr", "lint")]),
        ({"texts": {"fr": "N'hésitez pas à patienter."}}, [("fr", "lint")]),
        ({"texts": {"fr": "Un mot. " * 205}}, [("fr", "exception_too_long")]),
    ],
)
def test_what_is_wrong_is_said_at_its_own_field(changes: dict[str, Any], places: list[Any]) -> None:
    assert wrong(exception(**changes)) == places


def test_no_more_than_four_at_a_time() -> None:
    others = [exception(bulletin_id=f"x{n}", texts={"fr": "Un mot."}) for n in range(2, 6)]

    assert ("all", "exception_many") in wrong(exception(), *others)
    assert wrong(exception(), *others[:3]) == []


def test_the_room_is_shared_with_those_that_may_stand_beside_it() -> None:
    long = exception(bulletin_id="x2", texts={"fr": "Un mot. " * 150}, intents=("return",))
    more = {"fr": "Un mot. " * 60}

    assert wrong(exception(texts=more), long) == [("fr", "exception_too_long")]
    assert wrong(exception(texts=more, intents=("refund",)), long) == []
    assert wrong(exception(texts=more, begins_at=long.ends_at, ends_at=Millis(long.ends_at + DAY)), long) == []


WORD = st.sampled_from(["grève", "retard", "lundi", "site", "livraisons", "14 h 30", "€", "l'après-midi", "é" * 30])
SENTENCES = st.lists(st.lists(WORD, min_size=1, max_size=12).map(lambda words: " ".join(words) + "."), max_size=30)


@settings(max_examples=20)
@given(sentences=SENTENCES, language=st.sampled_from(["fr", "en"]))
def test_what_is_taken_fits_one_bubble_before_every_answer_and_acknowledgement(
    sentences: list[str], language: str
) -> None:
    made = exception(texts={language: " ".join(sentences) or "Fermé."})
    private = tuple(place for place in PLACES if not place.public)
    if wrong(made, places=private):
        return
    before = render_bulletins(PLAYBOOK, [made], language)
    said = [
        size for intent in PLAYBOOK.intents.values() for size in sizes_of(PLAYBOOK, intent, language, private, before)
    ]
    said += acknowledgement_sizes(PLAYBOOK, language, private, before)

    assert said
    assert all(size.over == 0 for size in said)


@settings(max_examples=50)
@given(sentences=SENTENCES, limit=st.integers(30, 2_000), unit=st.sampled_from(["chars", "bytes", "weighted"]))
def test_however_long_the_words_became_since_nothing_of_them_is_lost(
    sentences: list[str], limit: int, unit: Any
) -> None:
    before = " ".join(sentences)
    said = render(PLAYBOOK, "return", "fr", "messenger", {}, "Louise", greet=True, notice="full", before=before)
    parts = split_text(said, limit, unit)

    assert all(measure(part, unit) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(said.split())


SAMPLES = (
    *lint.check_words("{ordr} {", "fr", "vous", {"order"}),
    *lint.check_words("{zzz} Cher client TODO tu " + "x" * 1_700, "fr", "vous", set()),
    *lint.check_words("votre Dear customer", "fr", "tu", set()),
    *duties.never_said("n'hésitez pas, rien d'autre à faire, je comprends, désolés pour cette erreur !"),
    *duties.never_said("do not hesitate. un agent, une newsletter. Appelez le 15."),
    *duties.never_in_public("votre commande"),
    *duties.owed_by_question("Quand ? Où ?"),
)


@pytest.mark.parametrize("sentence", sorted(set(SAMPLES)))
def test_every_mistake_has_french_words(sentence: str) -> None:
    assert mistake_words(sentence, "fr") != sentence
    assert mistake_words(sentence, "en") == sentence


def test_every_check_of_a_text_was_tried() -> None:
    tried = len(set(SAMPLES))
    assert tried >= len(lint._FORBIDDEN) + len(duties._NEVER) + 7
