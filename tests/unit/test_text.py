from __future__ import annotations

import json
import random
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.masking import mask_secrets
from chalicelib.text import graphemes, measure, one_line, split_text, to_json

UNITS = ("chars", "bytes", "weighted")
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


@settings(max_examples=300, deadline=None)
@example(text="0" * 89 + " \u0300", limit=30, unit="chars")
@example(text=" \u0300a", limit=30, unit="chars")
@given(text=texts, limit=st.integers(30, 120), unit=st.sampled_from(UNITS))
def test_parts_fit_and_lose_only_blanks_at_cuts(text: str, limit: int, unit: str) -> None:
    parts = split_text(text, limit, unit)
    assert all(part and not blank_ends(part) and measure(part, unit) <= limit for part in parts)
    assert without_blanks("".join(parts)) == without_blanks(text)


@settings(max_examples=200, deadline=None)
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
def test_a_link_stays_whole(unit: str) -> None:
    link = "https://maison-lune.example/suivi?colis=6A12345678901"
    parts = split_text(f"Le suivi de votre colis est toujours visible ici {link} jusqu'à sa livraison.", 60, unit)
    assert any(link in part for part in parts)


def test_nothing_has_no_parts_and_what_fits_is_one() -> None:
    assert split_text(" \n ", 30) == ()
    assert split_text(" oui ", 30) == ("oui",)


def test_a_word_longer_than_the_limit_is_cut_as_a_last_resort() -> None:
    assert [len(part) for part in split_text("a" * 70, 30)] == [30, 30, 10]
    assert all(measure(part, "bytes") <= 30 for part in split_text("e" + "\u0301" * 100, 30, "bytes"))


def test_a_limit_that_fits_no_link_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 30"):
        split_text("x", 5)


def test_a_long_text_is_split_in_linear_time() -> None:
    assert len(split_text("Bonjour à vous. " * 20_000, 4096)) < 100


# --- one line, JSON ---------------------------------------------------------------------------


@given(texts, st.integers(5, 50))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert "\r" not in line


def test_one_line_says_that_it_was_cut() -> None:
    assert one_line("un  deux\ntrois", 20) == "un deux trois"
    assert one_line("un deux trois quatre", 10) == "un deux t…"


@given(st.text())
def test_json_for_queues_is_ascii_and_lossless(text: str) -> None:
    written = to_json({"text": text})
    assert written.isascii()
    assert all(char >= " " for char in written)
    assert json.loads(written) == {"text": text}


# --- card numbers and IBANs -------------------------------------------------------------------


def luhn(digits: str) -> str:
    """Append the check digit."""
    total = sum(
        int(digit) if at % 2 else (int(digit) * 2 - 9 if int(digit) > 4 else int(digit) * 2)
        for at, digit in enumerate(reversed(digits))
    )
    return digits + str(-total % 10)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111 1111 1111 1111", "•••• •••• •••• 1111"),
        ("ma carte 5555-5555-5555-4444 !", "ma carte ••••-••••-••••-4444 !"),
        ("CB4111111111111111", "CB••••••••••••1111"),
        ("378282246310005", "•••••••••••0005"),
        ("4111\u00a01111\u202f1111 1111 exp 12/26 cvv 123", "••••\u00a0••••\u202f•••• 1111 exp 12/26 cvv 123"),
        ("4111 1111 1111 1111 12/26 123", "•••• •••• •••• 1111 12/26 123"),
        ("n° 12 4111 1111 1111 1111", "n° 12 •••• •••• •••• 1111"),
        ("FR76 3000 6000 0112 3456 7890 189", "•••• •••• •••• •••• •••• •••0 189"),
        ("mon iban: be68539007547034 merci", "mon iban: ••••••••••••7034 merci"),
        ("IBANGB29NWBK60161331926819", "IBAN••••••••••••••••••6819"),
        ("4111,1111,1111,1111", "••••,••••,••••,1111"),
        ("4111·1111:1111—1111", "••••·••••:••••—1111"),
        ("4111*1111*1111*1111", "••••*••••*••••*1111"),
        ("4111   1111 - 1111 \u2013 1111", "••••   •••• - •••• \u2013 1111"),
        ("4111\u00ad1111\u200c1111\ufeff1111", "••••\u00ad••••\u200c••••\ufeff1111"),
        ("FR76/3000/6000/0112/3456/7890/189", "••••/••••/••••/••••/••••/•••0/189"),
        ("FR76_3000\u20136000\u20070112\u20603456,7890:189", "••••_••••\u2013••••\u2007••••\u2060••••,•••0:189"),
        ("4111 1111 1111 1111 et 5555 5555 5555 4444", "•••• •••• •••• 1111 et •••• •••• •••• 4444"),
    ],
)
def test_card_numbers_and_ibans_are_covered(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "commande 48213",
        "colis 6A12345678901",
        "appelez-moi au +33 6 12 34 56 78",
        "4111 1111 1111 1112",
        "SIRET 732 829 320 00074",
        "1Z999AA10123456784",
        "FR76 3000 6000 0112 3456 7890 188",
        "le 22/11/2026 à 14 h 30",
        "tweet 1992153617839325184",
        "CP123456785FR",
        "10:30, 12:45, 14:20 et 18:05",
        "ML204518, ML204519, 204520",
        "06.12.34.56.78, 06.98.76.54.32",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert mask_secrets(text) == text


@given(st.text(max_size=40), st.integers(10**14, 10**15 - 1), st.text(max_size=40))
def test_any_visa_number_is_covered_wherever_it_stands(before: str, middle: int, after: str) -> None:
    number = luhn(f"4{middle:014d}"[:15])
    if (before and unicodedata.category(before[-1]) == "Nd") or (after and unicodedata.category(after[0]) == "Nd"):
        return
    assert number not in mask_secrets(f"{before} | {number} | {after}")


@given(st.text(max_size=300))
def test_masking_keeps_every_other_character_and_is_stable(text: str) -> None:
    masked = mask_secrets(text)
    assert len(masked) == len(text)
    assert all(new in {old, "•"} for old, new in zip(text, masked, strict=True))
    assert mask_secrets(masked) == masked


def test_masking_a_hostile_text_takes_linear_time() -> None:
    chance = random.Random(3)
    mask_secrets(" ".join(str(chance.randrange(10)) for _ in range(20_000)))
    mask_secrets("FR76" * 5_000)
