"""What a customer reads: complete or nothing, in their language, by the brand's name and theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Misconfigured
from chalicelib.model import Autonomy
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.defaults import PHRASES
from chalicelib.playbook.fields import find_field
from chalicelib.playbook.render import CannotSay, Notice, long_date, render, render_phrase, render_question
from chalicelib.playbook.schema import LEVELS, LOOKUPS, AutonomyRules, Playbook, effective_autonomy, least
from chalicelib.playbook.yaml_file import load

ROOT = Path(__file__).parents[3]
BRANDS = {
    name: load((ROOT / "playbooks" / f"{name}.yaml").read_text("utf-8")) for name in ("maison-lune", "atelier-nord")
}
MAISON = BRANDS["maison-lune"]
N, T = "\u00a0", "\u202f"
FACT = {"order_number": "ML10482", "status": "delayed", "carrier": "Colissimo", "expected_on": "2026-12-01"}
INTENTS = [
    "order_status", "return", "refund", "exchange_size", "opening_hours", "invoice", "password", "cancel_order",
    "damaged_item", "delivery_cost", "promo_code", "delivery_time", "payment_failed", "order_confirmation",
    "availability", "complaint", "human_request",
]  # fmt: skip


# --- words ---


def test_a_look_up_speaks_by_its_status_with_a_date_in_words() -> None:
    french = render(MAISON, "order_status", "fr", "somewhere", FACT)
    assert "ML10482" in french
    assert "mardi 1er décembre" in french
    assert "Tuesday 1 December" in render(MAISON, "order_status", "en", "somewhere", FACT)


@pytest.mark.parametrize("missing", ["order_number", "expected_on", "status"])
def test_a_text_with_an_empty_or_unknown_value_is_never_said(missing: str) -> None:
    for fields in ({**FACT, missing: ""}, {**FACT, missing: "  "}, {k: v for k, v in FACT.items() if k != missing}):
        with pytest.raises(CannotSay):
            render(MAISON, "order_status", "fr", "somewhere", fields)


def test_an_unknown_intent_language_or_status_is_never_said() -> None:
    for intent, language, fields in (
        ("nope", "fr", {}),
        ("return", "de", {}),
        ("order_status", "fr", {"status": "lost"}),
    ):
        with pytest.raises(CannotSay):
            render(MAISON, intent, language, "somewhere", fields)


def test_a_value_is_not_read_for_placeholders_again() -> None:
    said = render(MAISON, "order_status", "fr", "somewhere", {**FACT, "order_number": "{account_page}"})
    assert "{account_page}" in said


def test_an_automatic_answer_comes_first_and_ends_with_who_sends_it_and_how_to_reach_a_person() -> None:
    said = render(MAISON, "return", "fr", "somewhere", {}, "Camille Dupont", greet=True, notice="full")
    assert said.startswith("Bonjour Camille,\n\nVous avez 30 jours")
    assert said.endswith(
        "\n\nRéponse de l’assistant IA de Maison Lune. Pour parler à une personne, écrivez «\u00a0conseiller\u00a0»."
    )
    plain = render(MAISON, "return", "en", "somewhere", {}, "xX_77_Xx", greet=True, notice="full")
    assert plain.startswith("Hello,\n\nYou have 30 days")
    assert plain.endswith("\n\nSent by Maison Lune's AI assistant. To talk to a person, write “person”.")


@pytest.mark.parametrize(
    ("notice", "brand", "language", "end"),
    [
        (
            "full",
            "atelier-nord",
            "fr",
            "Réponse de l’assistant IA de l’Atelier Nord. Pour parler à une personne, écris",
        ),
        ("closed", "maison-lune", "fr", "Pour qu’une personne vous réponde demain dès 9 h 30, écrivez"),
        ("closed", "atelier-nord", "fr", "Pour qu’une personne te réponde demain dès 9 h 30, écris"),
        ("closed", "maison-lune", "en", "For an answer from a person demain dès 9 h 30, write “person”."),
        ("short", "maison-lune", "fr", "\n(Assistant IA)"),
        ("short", "maison-lune", "en", "\n(AI assistant)"),
        ("brand", "maison-lune", "fr", " (Assistant IA de Maison Lune)"),
        ("brand", "atelier-nord", "fr", " (Assistant IA de l’Atelier Nord)"),
        ("brand", "maison-lune", "en", " (Maison Lune's AI assistant)"),
    ],
)
def test_each_notice_ends_the_text_in_the_brands_register(notice: Notice, brand: str, language: str, end: str) -> None:
    fields = {"next_opening_from": "demain dès 9 h 30"}
    said = render(BRANDS[brand], "return", language, "somewhere", fields, notice=notice)
    assert end in said
    assert end.strip() in said.splitlines()[-1]


def test_a_suggestion_greets_and_does_not_say_automatic() -> None:
    said = render(MAISON, "return", "fr", "somewhere", {}, first_name="Camille", greet=True)
    assert said.startswith("Bonjour Camille,\n\nVous avez 30 jours")


def test_the_brands_name_is_not_taken_for_a_first_name() -> None:
    assert render(MAISON, "return", "fr", "somewhere", {}, "Lune Martin", greet=True).startswith("Bonjour,\n")


def test_in_public_nothing_about_an_order_is_said() -> None:
    said = render(MAISON, "order_status", "fr", "somewhere", FACT, public=True)
    assert "ML10482" not in said
    assert "message privé" in said
    without = replace(MAISON.intents["order_status"], public={})
    with pytest.raises(CannotSay):
        render(replace(MAISON, intents={"order_status": without}), "order_status", "fr", "x", FACT, public=True)


def test_a_channels_own_shape_is_preferred_where_there_is_one() -> None:
    shaped = replace(MAISON.intents["return"], channels={"short": {"fr": "Court."}})
    playbook = replace(MAISON, intents={"return": shaped})
    assert render(playbook, "return", "fr", "short", {}) == "Court."
    assert render(playbook, "return", "en", "short", {}).startswith("You have 30 days")


def test_the_question_and_the_phrases() -> None:
    assert f"numéro de commande{T}?" in render_question(MAISON, "order_status", "fr", {}, "Zoé", notice="full")
    with pytest.raises(CannotSay):
        render_question(MAISON, "return", "fr", {})
    assert "demain" in render_phrase(MAISON, "late", "fr", {"promised": "hier", "when": "demain avant 10 h"})
    with pytest.raises(CannotSay):
        render_phrase(MAISON, "late", "fr", {"promised": "hier"})


@pytest.mark.parametrize(
    ("iso", "french", "english"),
    [
        ("2026-11-24", "mardi 24 novembre", "Tuesday 24 November"),
        ("2027-01-01", "vendredi 1er janvier", "Friday 1 January"),
        ("2026-13-45", "2026-13-45", "2026-13-45"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_are_words(iso: str, french: str, english: str) -> None:
    assert (long_date(iso, "fr"), long_date(iso, "en")) == (french, english)


# --- order numbers ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ma commande 10482 est où ?", "ML10482"),
        ("ml 204518", "ML204518"),
        ("ML-204518!", "ML204518"),
        ("c'est le 10482", "ML10482"),
        ("where is my order #204518", "ML204518"),
        ("n°10482, cela fait deux semaines que j'attends mon paquet", "ML10482"),
        ("commande 10482, je répète 10482", "ML10482"),
        ("j'habite au 69001 Lyon et je voudrais savoir si vous livrez", None),
        ("commande 12345 et 12346", None),
        ("0612345678", None),
        ("06 12 34 56 78", None),
        ("une commande à 12500 €", None),
        ("commande 10482,50", None),
        ("html10482x", None),
        ("1048", None),
        ("", None),
    ],
)
def test_an_order_number_is_found_only_without_doubt(text: str, found: str | None) -> None:
    assert find_field(MAISON, "order_number", text) == found


def test_an_undeclared_field_is_never_found() -> None:
    assert find_field(MAISON, "phone", "0612345678") is None


@given(st.text())
def test_any_text_gives_a_number_of_the_brands_shape_or_nothing(text: str) -> None:
    found = find_field(MAISON, "order_number", text)
    assert found is None or (found.startswith("ML") and 5 <= len(found[2:]) <= 9)


# --- autonomy ---


def test_no_intent_or_an_unknown_one_is_off() -> None:
    assert effective_autonomy(MAISON, None, "somewhere", public=False) is Autonomy.OFF
    assert effective_autonomy(MAISON, "nope", "somewhere", public=False) is Autonomy.OFF


def test_every_rule_is_a_ceiling() -> None:
    everyday = MAISON.intents["return"]
    playbook = replace(
        MAISON,
        intents={"return": replace(everyday, autonomy={"": Autonomy.AUTO, "quiet": Autonomy.SHADOW})},
        autonomy=AutonomyRules(default=Autonomy.OFF, public_max=Autonomy.SUGGEST, channels={"slow": Autonomy.SUGGEST}),
    )
    assert effective_autonomy(playbook, "return", "any", public=False) is Autonomy.AUTO
    assert effective_autonomy(playbook, "return", "quiet", public=False) is Autonomy.SHADOW
    assert effective_autonomy(playbook, "return", "slow", public=False) is Autonomy.SUGGEST
    assert effective_autonomy(playbook, "return", "any", public=True) is Autonomy.SUGGEST


@given(
    default=st.sampled_from(LEVELS),
    most=st.sampled_from(LEVELS),
    own=st.sampled_from(LEVELS),
    channel=st.sampled_from(LEVELS),
    never=st.booleans(),
    public=st.booleans(),
)
def test_never_auto_and_public_ceilings_hold_whatever_else_is_written(
    default: Autonomy, most: Autonomy, own: Autonomy, channel: Autonomy, *, never: bool, public: bool
) -> None:
    intent = replace(MAISON.intents["return"], autonomy={"": own, "c": own}, never_auto=never)
    rules = AutonomyRules(default=default, public_max=most, channels={"c": channel})
    level = effective_autonomy(
        replace(MAISON, intents={"return": intent}, autonomy=rules), "return", "c", public=public
    )
    assert not (never and level is Autonomy.AUTO)
    assert least(level, own) is level
    assert least(level, channel) is level
    assert not public or least(level, most) is level


# --- the two brands, and the table's form ---


@pytest.mark.parametrize("brand", BRANDS)
def test_a_playbook_survives_the_table(brand: str) -> None:
    text = to_json(BRANDS[brand])
    assert from_json(text) == BRANDS[brand]
    assert to_json(from_json(text)) == text
    assert len(text.encode()) < 40_000


def test_a_stored_text_is_read_once_and_then_the_same_playbook() -> None:
    text = to_json(BRANDS["maison-lune"])
    assert from_json(text) is from_json(text)
    assert from_json(text.replace("Maison Lune", "Maison Nuit")) != from_json(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"v":2}', '{"v":1}', "null", '{"v":1,"brand":1}'])
def test_what_is_no_stored_playbook_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Misconfigured, match="push it again"):
        from_json(text)


def test_the_demo_brand_has_the_promised_intents() -> None:
    assert list(MAISON.intents) == INTENTS
    assert MAISON.intents["complaint"].never_auto
    for intent in INTENTS:
        level = Autonomy.SUGGEST if intent in ("complaint", "human_request") else Autonomy.AUTO
        assert effective_autonomy(MAISON, intent, "any", public=False) is level
        assert effective_autonomy(MAISON, intent, "any", public=True) is Autonomy.SUGGEST


def test_the_small_brand_only_suggests() -> None:
    small = BRANDS["atelier-nord"]
    assert all(effective_autonomy(small, name, "any", public=False) is Autonomy.SUGGEST for name in small.intents)


def everything_said(playbook: Playbook, language: str) -> list[str]:
    facts = {**FACT, "next_opening": "demain", "next_opening_from": "demain dès 10 h", "first_name": "Zoé"}
    facts |= dict.fromkeys({name for phrase in PHRASES.values() for name in phrase.variables} - facts.keys(), "x")
    said = [render_phrase(playbook, phrase, language, facts, "Zoé", greet=True) for phrase in PHRASES]
    for name, intent in playbook.intents.items():
        said += [
            render(playbook, name, language, "any", {**facts, "status": status}, "Zoé", greet=True, notice="full")
            for status in LOOKUPS.get(intent.lookup, ("",))
        ]
        if intent.asks:
            said.append(render_question(playbook, name, language, {}, "Zoé", greet=True, notice="full"))
        if intent.public:
            said.append(render(playbook, name, language, "any", {}, public=True))
    return said


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_both_brands_could_be_shown_to_a_customer(brand: str, language: str) -> None:
    for said in everything_said(BRANDS[brand], language):
        assert "{" not in said
        assert "  " not in said
        assert len(said) <= 1_000, "fits any private message"
        assert not any(word in said.lower().split() for word in ("bot", "agent", "ticket"))
        assert "cher client" not in said.lower()
        if language == "fr":
            assert "'" not in said
            for mark, space in ((";", T), ("!", T), ("?", T), ("»", N)):
                assert all(said[i - 1] == space for i, c in enumerate(said) if c == mark)
            assert all(said[i - 1] == N for i, c in enumerate(said) if c == ":")


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_said_in_public_fits_a_short_post(brand: str, language: str) -> None:
    playbook = BRANDS[brand]
    for name, intent in playbook.intents.items():
        if intent.public:
            said = render(playbook, name, language, "any", {}, public=True, greet=True)
            assert len(said) <= 260, (name, len(said))
