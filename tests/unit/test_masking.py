"""Card numbers and IBANs: covered through whatever people put between their groups; other numbers pass."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.masking import mask_secrets


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


@pytest.mark.parametrize("text", ["4 " * 10_000, "4111 1111 1111 1112 " * 1_000, "FR76 " * 4_000, "4   " * 5_000])
def test_masking_a_hostile_text_of_twenty_thousand_characters_takes_a_moment(text: str) -> None:
    began = time.process_time()

    mask_secrets(text)

    assert time.process_time() - began < 1.0


# What people put between the groups of a number: found by trying, one by one.
SEPARATORS = [
    "|", "+", ";", "\\", "'", "’", "~", "#", ") (", "][", "=", "-----", "   -   ", "\r\n\r\n", "\u200e", "\u202a",
    "\u2066", "\u2028", "\u3000", "−", "∙", "・", "\u034f", "\t\t\t\t", "\u1680", "…", "💳", "****", "―", "&", "%",
    "___", "\u061c", "\u2060" * 5, "»", "!", "?", "@", "$", "°", "，", "\0", " / ", "\ufe0f\u20e3",
]  # fmt: skip


@pytest.mark.parametrize("between", SEPARATORS)
def test_whatever_stands_between_all_groups_hides_no_card_number_and_no_iban(between: str) -> None:
    card = between.join(["4111", "1111", "1111", "1111"])
    iban = between.join(["FR76", "3000", "6000", "0112", "3456", "7890", "189"])

    assert mask_secrets(card) == between.join(["••••", "••••", "••••", "1111"])
    assert mask_secrets(iban) == between.join(["••••", "••••", "••••", "••••", "••••", "•••0", "189"])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣ 1️⃣1️⃣1️⃣1️⃣", "•️⃣•️⃣•️⃣•️⃣ •️⃣•️⃣•️⃣•️⃣ •️⃣•️⃣•️⃣•️⃣ 1️⃣1️⃣1️⃣1️⃣"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "• • • • • • • • • • • • 1 1 1 1"),
        ("IBAN : FR 7630006000011234567890189", "IBAN : •• •••••••••••••••••••••0189"),
        ("F R 7 6 3000 6000 0112 3456 7890 189", "• • • • •••• •••• •••• •••• •••0 189"),
        ("6759 6498 2643 8453", "•••• •••• •••• 8453"),
        ("6759649826438453", "••••••••••••8453"),
    ],
)
def test_numbers_are_covered_as_people_write_them(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "41,11 € + 11,11 € + 11,11 € + 11,11 €",  # a card's digits, and signs that differ
        "56 78 06 98 76 55",  # a Maestro's digits in pairs: of a telephone number
    ],
)
def test_sums_and_telephone_numbers_pass(text: str) -> None:
    assert mask_secrets(text) == text


def test_a_sentence_that_chances_to_have_the_check_digits_of_an_iban_passes() -> None:
    """Of a hundred words after "se 24" one has them; half of an IBAN is digits."""
    chance, right = random.Random(7), 0
    for _ in range(2_000):
        words = "".join(chance.choice("abcdefghij") for _ in range(20))
        right += int("".join(str(int(char, 36)) for char in f"{words}SE24")) % 97 == 1
        assert mask_secrets(f"se 24 {words}") == f"se 24 {words}"
    assert right > 0
