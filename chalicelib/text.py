"""
Texts as platforms and stores want them: split to a limit, one line, card numbers and IBANs masked, JSON for SQS.

Pure functions of their arguments, standard library only. Nothing here escapes HTML or Slack's markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal

Unit = Literal["chars", "bytes", "weighted"]

_BREAKS = " \t\r\n"  # never U+00A0 or U+202F: French keeps its « ; ! ? » with the word
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*[A-Za-z0-9\-_~/#@$&*+=%]")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}", re.ASCII)
_SENTENCE_END = re.compile(r"[.!?…][»”\")\u00a0\u202f]*$")
_LINK_WEIGHT = 23  # X: any link counts 23, however long
_X_LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))  # twitter-text v3: these count 1


def without_accents(text: str) -> str:
    """The text with its letters bare: "é" as "e", whichever way it was composed."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


# --- graphemes --------------------------------------------------------------------------------


def graphemes(text: str) -> Iterator[str]:
    """
    What a reader sees as one character, in order; joined they give `text` back.

    Combining marks, variation selectors, skin tones, tags, ZWJ sequences, flags, Hangul jamo and CRLF stay whole
    (the rules of Unicode Annex 29 that matter in messages, without its tables).
    """
    if text.isascii() and "\r\n" not in text:
        yield from text
        return
    start, flags = 0, 0
    for at in range(1, len(text)):
        flags = flags + 1 if _is_flag(text[at - 1]) else 0
        if not _joins(text[at - 1], text[at], flags):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _joins(before: str, after: str, flags: int) -> bool:
    if before == "\r":
        return after == "\n"
    if before < " " or after < " ":
        return False
    if after in "\u200d\ufe0e\ufe0f\u20e3" or "\U0001f3fb" <= after <= "\U0001f3ff" or _is_tag(after):
        return True
    if unicodedata.category(after)[0] == "M":
        return True
    if before == "\u200d":
        return after > "\u2000"
    if _is_flag(after):
        return flags % 2 == 1
    return "\u1100" <= before <= "\u11ff" and "\u1160" <= after <= "\u11ff"


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"


# --- measuring --------------------------------------------------------------------------------


def measure(text: str, unit: Unit) -> int:
    """
    Return the length of `text` as a platform counts it, never less than the platform would.

    chars: UTF-16 code units (the stricter reading of "characters"); bytes: UTF-8;
    weighted: X's rule (twitter-text v3: a link 23, an emoji 2, most of Latin script 1, the rest 2).
    """
    return sum(cost for _, cost in _atoms(text, unit))


def _utf16(piece: str) -> int:
    return sum(2 if char > "\uffff" else 1 for char in piece)


def _utf8(piece: str) -> int:
    return len(piece.encode("utf-8", "surrogatepass"))


def _weight(piece: str) -> int:
    if piece.isascii():
        return len(piece)
    if len(piece) > 1 and not piece[0].isascii() and ("\ufe0f" in piece or piece[0] > "\U0001f000"):
        return 2  # one emoji, whatever it is made of
    return sum(_x_weight(char) for char in unicodedata.normalize("NFC", piece))


def _x_weight(char: str) -> int:
    point = ord(char)
    return 1 if any(low <= point <= high for low, high in _X_LIGHT) else 2


_COSTS: dict[Unit, Callable[[str], int]] = {"chars": _utf16, "bytes": _utf8, "weighted": _weight}


def _atoms(text: str, unit: Unit) -> Iterator[tuple[str, int]]:
    """Pieces that are better not cut, each with its cost: graphemes, and on X whole links."""
    cost = _COSTS[unit]
    if unit != "weighted":
        for piece in graphemes(text):
            yield piece, cost(piece)
        return
    at = 0
    for found in _links(text):
        for piece in graphemes(text[at : found.start()]):
            yield piece, cost(piece)
        link = found.group()
        yield link, _LINK_WEIGHT if link.startswith("http") else max(_LINK_WEIGHT, len(link))
        at = found.end()
    for piece in graphemes(text[at:]):
        yield piece, cost(piece)


def _links(text: str) -> Iterator[re.Match[str]]:
    """Links in the order they stand; "example.fr" without a scheme counts as one (X links it too)."""
    at = 0
    while at < len(text):
        found = min(
            (match for match in (_URL.search(text, at), _DOMAIN.search(text, at)) if match),
            key=lambda match: match.start(),
            default=None,
        )
        if found is None:
            return
        yield found
        at = found.end()


# --- splitting --------------------------------------------------------------------------------


def split_text(text: str, limit: int, unit: Unit = "chars") -> tuple[str, ...]:
    """
    Cut `text` into parts of at most `limit` units, each as long as a good place to cut allows.

    Prefers a blank line, then the end of a sentence, then a space; a word or link is cut only when it is alone
    longer than the limit, and a grapheme only when it alone is. Nothing but the blanks at a cut is lost.
    An empty or blank text has no parts. `limit` is at least 30.
    """
    if limit < 30:
        raise ValueError("limit must be at least 30 units")
    rest = _trimmed(text)
    if rest and len(rest) * _WIDEST[unit] <= limit:
        return (rest,)
    atoms = list(_fitting(rest, limit, unit))
    parts: list[str] = []
    start = 0
    while start < len(atoms):
        end = _reach(atoms, start, limit)
        cut = end if end == len(atoms) else _best_cut(atoms, start, end)
        last = cut
        while last > start and atoms[last - 1][0] in _BLANK_ATOMS:
            last -= 1
        if last > start:
            parts.append("".join(piece for piece, _ in atoms[start:last]))
        start = cut
        while start < len(atoms) and atoms[start][0] in _BLANK_ATOMS:
            start += 1
    return tuple(parts)


def _trimmed(text: str) -> str:
    """The text without blanks at its ends; a blank that carries a mark is a character of its own."""
    rest = text.strip(_BREAKS)
    at = len(text) - len(text.lstrip(_BREAKS))
    return text[at - 1] + rest if rest and at and _joins(text[at - 1], rest[0], 0) else rest


_BLANK_ATOMS = frozenset({" ", "\t", "\r", "\n", "\r\n"})
_WIDEST: dict[Unit, int] = {"chars": 2, "bytes": 4, "weighted": _LINK_WEIGHT}  # the most that one character counts


def _fitting(text: str, limit: int, unit: Unit) -> Iterator[tuple[str, int]]:
    cost = _COSTS[unit]
    for piece, size in _atoms(text, unit):
        if size <= limit:
            yield piece, size
        else:
            yield from ((char, cost(char)) for char in piece)


def _reach(atoms: list[tuple[str, int]], start: int, limit: int) -> int:
    total = 0
    for at in range(start, len(atoms)):
        total += atoms[at][1]
        if total > limit:
            return at
    return len(atoms)


def _best_cut(atoms: list[tuple[str, int]], start: int, end: int) -> int:
    """The last best place in (start, end]: a blank line or sentence end in the second half, else any space."""
    middle = start + (end - start) // 2
    sentence = space = 0
    for at in range(end, start, -1):
        if atoms[at][0] not in _BLANK_ATOMS:
            continue
        if at >= middle:
            before = "".join(piece for piece, _ in atoms[max(start, at - 4) : at])
            if before.endswith(("\n", "\r")) or _is_newline(atoms, at):
                return at
            if not sentence and _SENTENCE_END.search(before):
                sentence = at
        space = space or at
        if at < middle and (sentence or space):
            break
    return sentence or space or end


def _is_newline(atoms: list[tuple[str, int]], at: int) -> bool:
    return "\n" in atoms[at][0] and at + 1 < len(atoms) and "\n" in atoms[at + 1][0]


# --- one line, JSON ---------------------------------------------------------------------------


def one_line(text: str, limit: int = 120) -> str:
    """Return `text` on one line of at most `limit` characters, cut with an ellipsis between graphemes."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    kept, size = [], 0
    for piece in graphemes(line):
        size += len(piece)
        if size > limit - 1:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def to_json(value: object) -> str:
    """
    Return compact JSON in ASCII only, as SQS wants it.

    SQS takes the characters of XML 1.0 only; escaped, every string passes.
    """
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


# --- secrets in what customers write ----------------------------------------------------------

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
