"""
Masking of personal data: card numbers and IBANs are covered with dots before anything is queued, stored or shown.

Pure functions of their arguments, standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# Between the groups of a number stand blanks of any width and these marks, in any mixture; any other sign only where
# the same stands between all groups: "45,90 € + 12,00 €" is no number. What is invisible counts for nothing.
_GAP_MOST = 8
_GAP = rf"[\W_\u115f\u1160\u3164]{{1,{_GAP_MOST}}}"
_USUAL = re.compile(r"[\s.,:·•*_/\\|;‐‑‒–—―−-]*")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff]+"
)
_DIGIT_RUN = re.compile(rf"(?<!\d)\d+(?:{_GAP}\d+)*")
_DIGITS = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_DIGITS_LEAST = 8  # half of the shortest IBAN; a card number has twelve
_IBAN_START = re.compile(rf"(?=([A-Za-z])(?:{_GAP})?([A-Za-z])(?:{_GAP})?[0-9])")
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
_CARD_LEAST, _CARD_MOST = 12, 19
_CARD_STARTS = range(2, 7)
_DOUBLED = bytes(value * 2 - 9 * (value > 4) for value in range(10)) + bytes(246)
# Card brands: lengths and first digits (Visa, Mastercard, Amex; Diners, Discover, JCB, UnionPay, Maestro).
_COMMON_CARDS = (
    ((13, 16, 19), re.compile("4")),
    ((16,), re.compile("5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)")),
    ((15,), re.compile("3[47]")),
)
# These are believed only as they are printed: so many lengths and beginnings make a card of one pair of telephone
# numbers in ten, and of as many lists of five times of the day.
_RARE_CARDS = (
    ((14,), re.compile("3(?:0[0-59]|[689])")),
    ((16, 17, 18, 19), re.compile("6(?:011|4[4-9]|5)|35|62")),
    ((12, 13, 14, 15, 16, 17, 18, 19), re.compile("50[1-9]|5[6-8]|6(?:304|390|7)")),
)
_PRINTED = re.compile(r"\d+|(?:1,)+1|(?:4,)+[1-4]|4,6,4")


_PHONE = re.compile(r"(?<![\w#.,-])(?:\+\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?\d{2}){4}(?![\w]|[.,]\d)")
_ABROAD = re.compile(r"(?<![\w#.,-])(?:\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){3,5}|0\d{2,4}[ .-]?\d{3}[ .-]?\d{3,4})(?!\w)")
PHONES = (_PHONE, _ABROAD)
_MASKED = re.compile(r"•{4}")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}")


def shown_in_public(text: str) -> list[str]:
    """Return the personal data in a public text: "phone", "mail", "card" (a card number or IBAN, masked or not)."""
    found = ["phone"] if any(pattern.search(text) for pattern in PHONES) else []
    found += ["mail"] if EMAIL.search(text) else []
    return [*found, "card"] if _MASKED.search(text) or mask_secrets(text) != text else found


def emails_in(text: str) -> tuple[str, ...]:
    """Return the e-mail addresses in a text, each once, as they are written."""
    found = EMAIL.finditer(text) if "@" in text else ()
    return tuple(dict.fromkeys(each.group().rstrip(".") for each in found))


def mask_secrets(text: str) -> str:
    """
    Return `text` with card numbers (Luhn and brand) and IBANs (mod 97 and country length) covered with dots.

    Only the last four characters of each stay, with the separators as typed; every other character of the text is
    unchanged. Order and parcel numbers pass: they carry no card brand's first digits or fail the check digit.
    """
    if len(_DIGIT.findall(text)) < _DIGITS_LEAST:
        return text
    covered = [*_card_places(text), *_iban_places(text)]
    if not covered:
        return text
    chars = list(text)
    for place in covered:
        chars[place] = "•"
    return "".join(chars)


def _card_places(text: str) -> Iterator[int]:
    for run in _DIGIT_RUN.finditer(text):
        if run.end() - run.start() < _CARD_LEAST:
            continue
        spans = [found.span() for found in _DIGITS.finditer(text, run.start(), run.end())]
        values = [bytes(map(int, text[low:high])) for low, high in spans]
        gaps = [_INVISIBLE.sub("", text[before[1] : after[0]]) for before, after in pairwise(spans)]
        first = 0
        while first < len(spans):
            last = _card_end(values, gaps, first)
            if last is None:
                first += 1
                continue
            places = [at for low, high in spans[first : last + 1] for at in range(low, high)]
            yield from places[:-4]
            first = last + 1


def _card_end(groups: list[bytes], gaps: list[str], first: int) -> int | None:
    """The last group of the longest card number that starts with group `first`, None where there is none."""
    digits, found, usual = b"", None, True
    if groups[first][0] not in _CARD_STARTS:
        return None
    for last in range(first, len(groups)):
        digits += groups[last]
        if last > first:
            usual = usual and _USUAL.fullmatch(gaps[last - 1]) is not None
            if not usual and gaps[last - 1] != gaps[first]:
                break
        if len(digits) > _CARD_MOST:
            break
        if len(digits) >= _CARD_LEAST and _is_card(digits, groups[first : last + 1]):
            found = last
    return found


def _is_card(digits: bytes, groups: list[bytes]) -> bool:
    """Whether these digits (0 to 9 a byte) carry a brand's beginning and length, and the right check digit."""
    if (sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))) % 10:
        return False
    plain = "".join(map(str, digits))
    if _is_of(_COMMON_CARDS, plain):
        return True
    return _is_of(_RARE_CARDS, plain) and _PRINTED.fullmatch(",".join(str(len(group)) for group in groups)) is not None


def _is_of(brands: tuple[tuple[tuple[int, ...], re.Pattern[str]], ...], plain: str) -> bool:
    return any(len(plain) in lengths and starts.match(plain) for lengths, starts in brands)


def _iban_places(text: str) -> Iterator[int]:
    done = 0
    for found in _IBAN_START.finditer(text):
        start = found.start()
        length = _IBAN_LENGTHS.get((found[1] + found[2]).upper())
        if length is None or start < done:
            continue
        places = _alnum_places(text, start, length)
        if places and _is_iban("".join(text[at] for at in places).upper()):
            done = places[-1] + 1
            yield from places[:-4]


def _alnum_places(text: str, start: int, length: int) -> list[int] | None:
    """The places of the next `length` letters and digits; None if other letters or a wide gap are between them."""
    places: list[int] = []
    for at in range(start, len(text)):
        char = text[at]
        if char.isascii() and char.isalnum():
            if places and at - places[-1] > _GAP_MOST + 1:
                return None
            places.append(at)
            if len(places) == length:
                return places
        elif char.isalnum():
            return None
    return None


def _is_iban(compact: str) -> bool:
    """Whether the check digits are right; a sentence that chances to have them is no IBAN: half of one is digits."""
    if sum(map(str.isdigit, compact)) * 2 < len(compact) or not compact[2:4].isdigit():
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1
