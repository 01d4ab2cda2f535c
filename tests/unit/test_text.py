from __future__ import annotations

import json
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.text import Unit, graphemes, links_in, measure, split_text, to_json, without_accents

UNITS: tuple[Unit, ...] = ("chars", "bytes", "weighted")
BLANKS = " \t\r\n"
texts = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n.!?…aé\u00a0\u202f\u200d\ufe0f👩👧🇫🇷🏽1/:e\u0301"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=400,
)


def without_blanks(text: str) -> str:
    return "".join(char for char in text if char not in BLANKS)


def blank_ends(part: str) -> bool:
    """Whether a part opens or closes with a blank; one that carries a mark (" \u0300") is a character, not a blank."""
    pieces = list(graphemes(part))
    return not pieces[0].strip(BLANKS) or not pieces[-1].strip(BLANKS)


# --- graphemes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whole",
    [
        "e\u0301",
        "👨‍👩‍👧‍👦",
        "🇫🇷",
        "👍🏽",
        "1\ufe0f\u20e3",
        "❤️",
        "🏴\U000e0067\U000e0062\U000e007f",
        "\r\n",
        "\u1112\u1161\u11ab",
        "👩🏽‍🚀",
    ],
)
def test_what_a_reader_sees_as_one_stays_one(whole: str) -> None:
    assert list(graphemes(f"a{whole}b")) == ["a", whole, "b"]


def test_two_flags_are_two() -> None:
    assert list(graphemes("🇫🇷🇧🇪🇨🇭")) == ["🇫🇷", "🇧🇪", "🇨🇭"]


@given(texts)
def test_graphemes_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text


# --- accents ----------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", range(0x0, 0x20000, 0x800))
def test_every_mark_goes_and_nothing_else(plane: int) -> None:
    text = "".join(chr(point) for point in range(plane, plane + 0x800) if not 0xD800 <= point < 0xE000)

    for part in (text, *text[::16]):
        parted = unicodedata.normalize("NFD", part)
        assert without_accents(part) == "".join(char for char in parted if not unicodedata.combining(char))


# --- measure ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("hello", 5),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("日本", 4),
        ("👨‍👩‍👧", 2),
        ("🇫🇷", 2),
        ("“oui”… — l’été", 15),
        ("voir https://maison-lune.example/une/tres/longue/adresse?avec=des&parametres=1 ici", 5 + 23 + 4),
        ("https://a.fr/x.", 24),
        ("maison-lune.fr", 23),
    ],
)
def test_x_weighs_as_twitter_text_does(text: str, weight: int) -> None:
    assert measure(text, "weighted") == weight


def test_other_units_count_what_their_platform_counts() -> None:
    assert measure("é👍", "chars") == 3
    assert measure("é👍", "bytes") == 6


# --- split ------------------------------------------------------------------------------------


@settings(max_examples=300)
@example(text="0" * 89 + " \u0300", limit=30, unit="chars")
@example(text=" \u0300a", limit=30, unit="chars")
@given(text=texts, limit=st.integers(30, 120), unit=st.sampled_from(UNITS))
def test_parts_fit_and_lose_only_blanks_at_cuts(text: str, limit: int, unit: Unit) -> None:
    parts = split_text(text, limit, unit)
    assert all(part and not blank_ends(part) and measure(part, unit) <= limit for part in parts)
    assert without_blanks("".join(parts)) == without_blanks(text)


@settings(max_examples=200)
@example(text=" \u200dabc", limit=60)
@example(text=" 🏽abc", limit=60)
@given(text=texts, limit=st.integers(60, 200))
def test_no_grapheme_is_torn(text: str, limit: int) -> None:
    if any(len(piece) > 20 for piece in graphemes(text)):
        return
    pieces = [piece for part in split_text(text, limit, "chars") for piece in graphemes(part) if piece not in BLANKS]
    assert [piece for piece in graphemes(text) if piece.strip(BLANKS)] == [one for one in pieces if one.strip(BLANKS)]


def test_a_cut_prefers_a_blank_line_then_a_sentence_then_a_word() -> None:
    assert split_text("Bonjour Zoé, tout va.\n\nVotre colis arrive.", 30)[0] == "Bonjour Zoé, tout va."
    assert split_text("Votre colis arrive. Il sera chez vous demain.", 30)[0] == "Votre colis arrive."
    assert split_text("Votre colis numero 48213 arrive chez vous demain", 30) == (
        "Votre colis numero 48213",
        "arrive chez vous demain",
    )


def test_french_punctuation_is_not_parted_from_its_word() -> None:
    text = "Voulez-vous vraiment l’annuler\u202f? Oui"
    assert split_text(text, 31) == ("Voulez-vous vraiment", "l’annuler\u202f? Oui")


@pytest.mark.parametrize("unit", UNITS)
def test_a_link_stays_whole(unit: Unit) -> None:
    link = "https://maison-lune.example/suivi?colis=6A12345678901"
    parts = split_text(f"Le suivi de votre colis est toujours visible ici {link} jusqu'à sa livraison.", 60, unit)
    assert any(link in part for part in parts)


# What customers read: words, punctuation that stays with its word, links with and without a scheme, emoji of all kinds.
_WORDS = st.sampled_from(
    [
        "Bonjour",
        "colis",
        "l’annuler\u202f?",
        "« oui »",
        "12,50\u00a0€",
        "👩\u200d👩\u200d👧",
        "🇫🇷",
        "👍🏽",
        "e\u0301te\u0301",
        "çà",
        "…",
        "—",
        "À",
        "ok.",
        "Non\u202f!",
        "ML204518",
        "https://maison-lune.example/suivi?colis=6A12345678901",
        "maison-lune.fr",
        "www.a-b.example/x",
        "1\ufe0f\u20e3",
        "[x]",
    ]
)
_SAID = st.lists(st.tuples(_WORDS, st.sampled_from([" ", "\n", "\n\n", "  ", "\r\n"])), max_size=60).map(
    lambda said: "".join(word + blank for word, blank in said)
)
ALL_UNITS: tuple[Unit, ...] = (*UNITS, "segments")


@settings(max_examples=400)
@given(text=_SAID, limit=st.integers(60, 300), unit=st.sampled_from(ALL_UNITS))
def test_links_and_what_a_reader_sees_as_one_stay_whole_and_one_bubble_takes_what_fits(
    text: str, limit: int, unit: Unit
) -> None:
    limit = limit % 3 + 1 if unit == "segments" else limit
    parts = split_text(text, limit, unit)

    assert all(measure(part, unit) <= limit for part in parts)
    assert [link for part in parts for link in links_in(part)] == list(links_in(text))
    assert seen(*parts) == seen(text)
    whole = text.strip(BLANKS)
    assert len(parts) == 1 or not whole or measure(whole, unit) > limit
    assert all(measure(f"{one} {following}", unit) > limit // 2 for one, following in pairwise(parts))


def seen(*texts: str) -> list[str]:
    return [piece for text in texts for piece in graphemes(text) if piece.strip(BLANKS)]


def test_nothing_has_no_parts_and_what_fits_is_one() -> None:
    assert split_text(" \n ", 30) == ()
    assert split_text(" oui ", 30) == ("oui",)


def test_a_word_longer_than_the_limit_is_cut_as_a_last_resort() -> None:
    assert [len(part) for part in split_text("a" * 70, 30)] == [30, 30, 10]
    assert all(measure(part, "bytes") <= 30 for part in split_text("e" + "\u0301" * 100, 30, "bytes"))


def test_a_limit_that_fits_no_link_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 30"):
        split_text("x", 5)


def test_a_text_of_many_times_the_length_is_split_in_about_as_many_times_the_time() -> None:
    def seconds(sentences: int) -> float:
        began = time.process_time()
        parts = split_text("Bonjour à vous. " * sentences, 4096)
        assert len(parts) == -(-sentences * 16 // 4096)
        return time.process_time() - began

    assert seconds(20_000) < 100 * min(seconds(1_000) for _ in range(5))  # 20 times the text; 400 if it were quadratic


# --- JSON ---------------------------------------------------------------------------


@given(st.text())
def test_json_for_queues_is_ascii_and_lossless(text: str) -> None:
    written = to_json({"text": text})
    assert written.isascii()
    assert all(char >= " " for char in written)
    assert json.loads(written) == {"text": text}
