"""
Card numbers and IBANs in what people write: covered with dots before anything is queued, stored or shown.

Pure functions of their arguments, standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What people put between the groups of a number: blanks of any width, invisible characters, marks.
_BETWEEN = " \t\n\u00a0\u00ad\u202f\u2060\ufeff.,:·•*_/-‐‑‒–—" + "".join(map(chr, range(0x2000, 0x200E)))
_GAP = f"[{re.escape(_BETWEEN)}]{{1,3}}"
_DIGIT_RUN = re.compile(rf"(?<!\d)\d+(?:{_GAP}\d+)*")
_DIGITS = re.compile(r"\d+")
_IBAN_START = re.compile(r"(?=([A-Za-z]{2}\d{2}))")
_IBAN_GAP = frozenset(_BETWEEN)
# Country and length of its IBANs (SWIFT registry).
_IBAN_LENGTHS = {
    code: int(length)
    for length, codes in (
        ("15", "NO"), ("16", "BE"), ("18", "DK FI FO GL NL SD FK"), ("19", "MK SI"), ("20", "AT BA EE KZ LT LU MN XK"),
        ("21", "CH HR LI LV"), ("22", "BG BH CR DE GB GE IE ME RS VA"), ("23", "AE GI IL IQ OM SO TL"),
        ("24", "AD CZ ES MD PK RO SA SE SK TN VG"), ("25", "LY PT ST"), ("26", "IS TR"),
        ("27", "BI DJ FR GR IT MC MR SM"), ("28", "AL AZ BY CY DO GT HN HU LB NI PL SV"), ("29", "BR EG PS QA UA"),
        ("30", "JO KW MU YE"), ("31", "MT SC"), ("32", "LC"), ("33", "RU"),
    )
    for code in codes.split()
}  # fmt: skip
_CARD_STARTS = range(2, 7)
# Card brands: lengths and first digits (Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro).
_CARDS = (
    ((13, 16, 19), re.compile("4")),
    ((16,), re.compile("5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)")),
    ((15,), re.compile("3[47]")),
    ((14,), re.compile("3(?:0[0-59]|[689])")),
    ((16, 17, 18, 19), re.compile("6(?:011|4[4-9]|5)|35|62")),
    ((12, 13, 14, 15, 16, 17, 18, 19), re.compile("50[1-9]|5[6-8]|6(?:304|390|7)")),
)


def mask_secrets(text: str) -> str:
    """
    Return `text` with card numbers (Luhn and brand) and IBANs (mod 97 and country length) covered with dots.

    Only the last four characters of each stay, with the separators as typed; every other character of the text is
    unchanged. Order and parcel numbers pass: they carry no card brand's first digits or fail the check digit.
    """
    covered = [*_card_places(text), *_iban_places(text)]
    if not covered:
        return text
    chars = list(text)
    for place in covered:
        chars[place] = "•"
    return "".join(chars)


def _card_places(text: str) -> Iterator[int]:
    for run in _DIGIT_RUN.finditer(text):
        if run.end() - run.start() < 12:
            continue
        groups = [found.span() for found in _DIGITS.finditer(text, run.start(), run.end())]
        first = 0
        while first < len(groups):
            last = _card_end(text, groups, first)
            if last is None:
                first += 1
                continue
            places = [at for low, high in groups[first : last + 1] for at in range(low, high)]
            yield from places[:-4]
            first = last + 1


def _card_end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """The last group of the longest card number that starts with group `first`, None where there is none."""
    digits, found = "", None
    for at in range(first, len(groups)):
        digits += text[groups[at][0] : groups[at][1]]
        if len(digits) > 19:
            break
        if len(digits) >= 12 and int(digits[0]) in _CARD_STARTS and _is_card(digits):
            found = at
    return found


def _is_card(digits: str) -> bool:
    plain = "".join(str(int(digit)) for digit in digits)
    if not any(len(plain) in lengths and starts.match(plain) for lengths, starts in _CARDS):
        return False
    doubled = (int(digit) * 2 for digit in plain[-2::-2])
    return (sum(map(int, plain[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def _iban_places(text: str) -> Iterator[int]:
    done = 0
    for found in _IBAN_START.finditer(text):
        start = found.start()
        length = _IBAN_LENGTHS.get(found.group(1)[:2].upper())
        if length is None or start < done:
            continue
        places = _alnum_places(text, start, length)
        if places and _is_iban("".join(text[at] for at in places).upper()):
            done = places[-1] + 1
            yield from places[:-4]


def _alnum_places(text: str, start: int, length: int) -> list[int] | None:
    places: list[int] = []
    for at in range(start, len(text)):
        char = text[at]
        if char.isascii() and char.isalnum():
            places.append(at)
            if len(places) == length:
                return places
        elif char not in _IBAN_GAP:
            return None
    return None


def _is_iban(compact: str) -> bool:
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1
