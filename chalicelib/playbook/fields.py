"""
What a customer gives us in a message: order numbers and the like, found in the brand's own shape.

Pure, standard library only. In doubt nothing is found: what may be a price, a date, a telephone number, a postcode, or
part of a handle, a link or an address is no order number. Whatever keyboard it was typed with, a value comes back in
ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, lru_cache
from string import ascii_uppercase

from ..text import without_accents
from .schema import FieldShape, Playbook

MOST_DIGITS = 9  # of a shape that ends with "+"
MOST_READ = 4_000  # characters of a message
_FEW_WORDS = 3  # beside the numbers: "c'est le 204518": nothing else can be meant
_CUE_REACH = 30  # characters before a number in which a cue is looked for
_GAP = "\x00"  # stands where something was that holds no order number

_MONTHS = (
    r"janv(?:ier)?|f[ée]v(?:rier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?|d[ée]c(?:embre)?|jan(?:uary)?|feb(?:ruary)?|march|april|may|june?|july?|aug(?:ust)?"
    r"|september|october|november|december"
)
_CURRENCY = r"(?:[€$£%]|(?:k€|euros?|eur|chf|usd|gbp|dollars?|pounds?|quid|francs?|balles)\b)"
_AMOUNT = r"\d{1,12}(?:[ .,]\d{3}){0,4}(?:[.,]\d{1,2})?"
_BETWEEN = r"[\s:.°#]{0,4}(?:est|is|le|la|the)?[\s:.]{0,2}"
# What is no order number, the most telling first.
_ELSEWHERE = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}"  # an e-mail address
    r"|(?:https?://|www\.)\S+|\b[\w-]{1,64}(?:\.[\w-]{1,64}){0,4}\.[a-z]{2,12}/\S*"  # a link
    r"|(?<![\w.])@[\w.]+"  # a handle
    rf"|[€$£]\s?{_AMOUNT}|\b(?:eur|chf|usd|gbp)\s?{_AMOUNT}|(?<![\w.,-]){_AMOUNT}\s?{_CURRENCY}(?:\d\d\b)?"  # a price
    r"|\b\d{4}[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?([-/. ])\d\d?\1(?:19|20)\d\d\b|\b\d\d?[-/.]\d\d?[-/.]\d\d\b"  # a date
    rf"|\b\d\d?(?:er|st|nd|rd|th)?\s(?:of\s)?(?:{_MONTHS})\.?(?:\s(?:19|20)\d\d)?\b"
    rf"|\b(?:{_MONTHS})\.?(?:\s\d\d?(?:st|nd|rd|th)?,?)?\s(?:19|20)\d\d\b"
    r"|(?<![\w-])(?:\+|00)\d(?:[ .\-()/]{0,2}\d){7,14}(?!\d)"  # a telephone number
    r"|(?<![\w-])0\d(?:[ .\-/]?\d){7,10}(?![ .\-/]?\d)|\(\d{2,4}\)\s?\d(?:[ .-]?\d){5,10}"
    rf"|\b(?:t[ée]l(?:[ée]phone)?|phone|mobile|portable|gsm|fax){_BETWEEN}\+?\d(?:[ .\-/]?\d)*"
    rf"|\b(?:code postal|cp|zip(?: code)?|post ?code|npa|siret|siren|tva|vat|iban){_BETWEEN}[A-Z]{{0,2}}\d(?:[ .-]?\d)*"
    r"|\b\d[\d-]{0,30}\.(?:jpe?g|png|pdf|heic|gif|webp|mp4|mov|docx?|xlsx?)\b",  # a file's name
    re.IGNORECASE,
)
_POSTCODE_TOWN = re.compile(r"(?<![\w.,-])\d{5}(?=,?\s[A-ZÀ-Ý][^\W\d_]+)")
# The number of a house, a street, and a postcode behind it.
_STREET = re.compile(
    r"\b\d{1,5}(?: ?(?:bis|ter))?,? (?:(?:rue|avenue|av|bd|boulevard|chemin|route|impasse|all[ée]e|place|quai|cours)\b"
    r"|(?:[a-z'-]{1,20} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|way)\b)[^\d?!\n]{0,60}\d{5}\b",
    re.IGNORECASE,
)
_LISTED_CLOSE = re.compile(r"(?<=\d{4}),(?=\d{4})")  # two numbers with a comma and no blank: no price is written so
_TOWN = re.compile(r",?\s[A-ZÀ-Ý][^\W\d_]+")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_POSTCODE = re.compile(r"(?<![\w@.,+-])(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,5})(?![\w]|[.,]\d|-\d)", re.IGNORECASE)
_POSTCODE_CUE = re.compile(
    r"(?:code postal|\bcp|zip(?: code)?|post ?code|npa)[\s:.]*(?:(?:est|is)\s(?:le\s)?)?$", re.IGNORECASE
)
_MARKETPLACE = re.compile(r"(?<![\w-])\d{3}[ -]\d{7}[ -]\d{7}(?![\w-])")  # whole, or not at all
_DIGITS = re.compile(r"\d+")
_FOREIGN = re.compile(r"(?![\u0000-\u007f\u00c0-\u024f])[\W\d]")  # neither ASCII nor a letter
_NEXT_GROUP = re.compile(r"[ .\-_](\d{2,})")
_GOES_ON = re.compile(r"\w|[.,]\d|-\d{3}|[ ]?[€$£%]")
_WORD = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"[^\W\d_]+\Z")
_GLUED_WORDS = frozenset({"n", "no", "nr", "num", "numero", "numéro", "ref", "réf"})
# Between two numbers that are named in one breath.
_LIST = re.compile(
    r"[\s,;+&/-]*(?:\b(?:et|and|ou|or|puis|ainsi que|as well as|also|aussi)\b|[,;+&/]|\s)[\s#n°o.]*", re.IGNORECASE
)


def normalised(text: str) -> str:
    """
    The text in one way of writing: composed letters, half-width forms, ASCII digits, nothing invisible.

    Only rules read it; people see the text as it was written.
    """
    if text.isascii():
        return text[:MOST_READ]
    plain = unicodedata.normalize("NFKC", text[:MOST_READ])[:MOST_READ]
    foreign = frozenset(_FOREIGN.findall(plain))
    return plain.translate({ord(char): _one_way(char) for char in foreign}) if foreign else plain


def _one_way(char: str) -> str:
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    if unicodedata.category(char) == "Cf":  # marks of direction, zero width
        return ""
    return "-" if unicodedata.category(char) == "Pd" else "'" if char == "’" else char


def without_what_is_no_word(read: str) -> str:
    """A normalised text without its links, handles, addresses, prices, dates and telephone numbers."""
    return _ELSEWHERE.sub(_blank, read)


def find_field(playbook: Playbook, name: str, text: str) -> str | None:
    """The one value of a declared field in what a customer wrote; None for no value, and for several."""
    found = find_fields(playbook, name, text)
    return found[0] if len(found) == 1 else None


def find_fields(playbook: Playbook, name: str, text: str) -> tuple[str, ...]:
    """
    Every value of a declared field (an order number) that a message names, in its full shape, each once, in order.

    "ml 204518", "ML_204518" and "Commande651234" are found; a bare number only next to a cue, or where hardly
    anything else is written. A longer number is never cut into one.
    """
    field = playbook.fields.get(name)
    if field is None:
        return ()
    if field.shape in _KINDS:
        return _KINDS[field.shape](normalised(text))
    return _named(field.values, text) if field.values else _values(field, text)


def _named(values: Collection[str], text: str) -> tuple[str, ...]:
    """Those of the values that the text names as whole words; case, accents and signs between words aside."""
    words = f" {_plain(text)} "
    return tuple(value for value in values if f" {_plain(value)} " in words)


@lru_cache(maxsize=256)  # the values of a brand, and the text of a decision
def _plain(text: str) -> str:
    return " ".join(_WORD.findall(without_accents(normalised(text).casefold())))


# --- second keys ------------------------------------------------------------------------------


def _emails(read: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.group().rstrip(".").casefold() for match in _EMAIL.finditer(read)))


def _postcodes(read: str) -> tuple[str, ...]:
    """Postcodes that are said to be one, stand before a town, or beside hardly anything else; without blanks."""
    few = sum(_is_word(word, "") for word in _WORD.findall(read)) <= _FEW_WORDS
    return tuple(
        dict.fromkeys(
            match.group().replace(" ", "").upper()
            for match in _POSTCODE.finditer(read)
            if few or _TOWN.match(read, match.end()) or _POSTCODE_CUE.search(read[: match.start()][-_CUE_REACH:])
        )
    )


_KINDS: Mapping[str, Callable[[str], tuple[str, ...]]] = {"e-mail": _emails, "postcode": _postcodes}


# --- numbers ----------------------------------------------------------------------------------


def _values(field: FieldShape, text: str) -> tuple[str, ...]:
    read = normalised(text)
    if not any(map(str.isdigit, read)):
        return ()
    found: list[tuple[int, str]] = []
    for shape in filter(_in_groups, field.shapes):  # whole, before anything shorter is looked for
        pattern = _groups_of(shape)
        found += [(match.start(), _written(shape, match.group())) for match in pattern.finditer(read)]
        read = pattern.sub(_blank, read)
    read = _MARKETPLACE.sub(_blank, _ELSEWHERE.sub(_blank, read))
    read = _POSTCODE_TOWN.sub(_unless_said(field.cues), read)
    read = _STREET.sub(_unless_named(field.cues), _LISTED_CLOSE.sub(", ", read))
    for shape in field.shapes:
        if not _in_groups(shape):
            found += _single(shape, field.cues, read)
    return tuple(dict.fromkeys(value for _, value in sorted(found)))


def _blank(match: re.Match[str]) -> str:
    return _GAP * len(match.group())


def _unless_said(cues: Collection[str]) -> Callable[[re.Match[str]], str]:
    """Takes five digits before a town's name out, unless a cue stands right before them."""

    def blank(match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - _CUE_REACH) : match.start()].casefold().rstrip(" :.°#")
        return match.group() if before.endswith(tuple(cues)) else _blank(match)

    return blank


def _unless_named(cues: Collection[str]) -> Callable[[re.Match[str]], str]:
    """Takes an address out, unless a cue stands in it ("10 rue Nord, commande 12345")."""

    def blank(match: re.Match[str]) -> str:
        return match.group() if any(cue in match.group().casefold() for cue in cues) else _blank(match)

    return blank


# --- numbers in groups (402-1234567-1234567) --------------------------------------------------


def _parts(shape: str) -> tuple[str, str]:
    """A shape's prefix, with its hyphen if it has one, and its digits."""
    digits = shape.lstrip(ascii_uppercase)
    prefix = shape[: len(shape) - len(digits)]
    return (f"{prefix}-", digits[1:]) if digits.startswith("-") else (prefix, digits)


def _in_groups(shape: str) -> bool:
    return "-" in _parts(shape)[1]


@cache
def _groups_of(shape: str) -> re.Pattern[str]:
    prefix, digits = _parts(shape)
    groups = r"[ \-._]?".join(rf"\d{{{len(group)}}}" for group in digits.split("-"))
    letters = rf"{re.escape(prefix.rstrip('-'))}[ .\-_#:]{{0,3}}" if prefix else ""
    return re.compile(rf"(?<![\w-]){letters}{groups}(?![\w-])", re.IGNORECASE)


def _written(shape: str, text: str) -> str:
    digits = iter(char for char in text if char.isdigit())
    return "".join(next(digits, "") if char == "#" else char for char in shape)


# --- a prefix and digits (ML204518) -----------------------------------------------------------


def _single(shape: str, cues: Collection[str], read: str) -> Iterator[tuple[int, str]]:
    """(place, value) of each number of this shape."""
    prefix, digits = _parts(shape)
    least = digits.count("#")
    most = MOST_DIGITS if digits.endswith("+") else least
    letters, words = prefix.rstrip("-"), _GLUED_WORDS.union(cues)
    few = sum(_is_word(word, letters) for word in _WORD.findall(read)) <= _FEW_WORDS
    runs, last = list(_DIGITS.finditer(read)), 0
    lettered = {run.start() for run in runs if letters and _follows_letters(read[: run.start()], letters, words)}
    for run in runs:
        start, with_prefix = run.start(), run.start() in lettered
        before = read[max(last, start - _CUE_REACH, 0) : start].casefold()
        glued = _glued(before, words)
        cued = glued or any(cue in before for cue in cues)
        listed = bool(last) and _LIST.fullmatch(read[last:start]) is not None
        said = with_prefix or listed or ((few or cued) and not lettered)
        if start < last or not said or not (with_prefix or glued or _stands_alone(read, start)):
            continue
        joined = with_prefix or cued or len(read.strip()) <= 2 * most
        if number := _number_at(read, start, least, most, joined=joined):
            last = number[0]
            yield start, prefix + number[1]


def _is_word(piece: str, letters: str) -> bool:
    return any(map(str.isalpha, piece)) and piece.casefold() != letters.casefold() and not _DIGITS.search(piece)


def _follows_letters(before: str, letters: str, words: Collection[str]) -> bool:
    """Whether the prefix stands there, by itself or glued to a word such as "commande"."""
    match = re.search(rf"{re.escape(letters)}[ .\-_#:°]{{0,3}}\Z", before[-12:], re.IGNORECASE)
    if match is None:
        return False
    earlier = before[: len(before) - len(match.group())]
    return not earlier or not (earlier[-1].isalnum() or earlier[-1] == "_") or _glued(earlier, words)


def _glued(before: str, words: Collection[str]) -> bool:
    """Whether a number is written onto a word that announces one ("n651234")."""
    word = _GLUED.search(before[-20:])
    return word is not None and word.group().casefold() in words


def _stands_alone(read: str, start: int) -> bool:
    """Whether no letter, decimal mark or longer number stands right before."""
    before = read[start - 1] if start else ""
    chained = before == "-" and start > 1 and read[start - 2].isdigit()
    return not (before.isalnum() or before in {"_", ",", ".", _GAP} or chained)


def _number_at(read: str, start: int, least: int, most: int, *, joined: bool) -> tuple[int, str] | None:
    """End and digits of the number that begins here, groups and all ("204 518"); None where it is none, or longer."""
    match = _DIGITS.match(read, start)
    while match is not None:
        digits = "".join(filter(str.isdigit, read[start : match.end()]))
        if len(digits) > most:
            return None
        if len(digits) >= least:
            return None if _GOES_ON.match(read, match.end()) else (match.end(), digits)
        match = _NEXT_GROUP.match(read, match.end()) if joined else None
    return None
