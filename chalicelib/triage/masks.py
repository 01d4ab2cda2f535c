"""
What a customer types that is theirs alone: order numbers, addresses, numbers, dates.

Found by rules and replaced by placeholder words before the classifier sees the text, so that no weight is ever
attached to somebody's order or phone. Pure; standard library only; linear time on any text (callers bound it).
"""

from __future__ import annotations

import re

# Placeholder words: letters only, so that they survive normalisation as one word each.
EMAIL, URL, PHONE, DATE, TIME, MONEY, ORDER, NUMBER = (
    "xxemail",
    "xxurl",
    "xxphone",
    "xxdate",
    "xxtime",
    "xxmoney",
    "xxorder",
    "xxnum",
)

_MONTHS = (
    r"janv(?:ier)?|f[ée]v(?:rier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?"
    r"|d[ée]c(?:embre)?|jan(?:uary)?|feb(?:ruary)?|march|april?|june?|july?|aug(?:ust)?|october|november|december"
)
_LETTERED = r"#?\b[A-Za-z]{1,5}[-_ ]?#?\d{4,12}(?:-\d{1,6})?\b"
_ORDER_WORD = r"(?:commande|cmde?|cde|colis|suivi|order|ordre|ref(?:erence)?|réf(?:érence)?|parcel|tracking)"
_NUMBER_SIGN = r"(?:\s*(?:est|is|le|la|the|num[ée]ro|number|num|no|nr|n°|n|#|:|°)\.?){0,4}"

# (placeholder, pattern), tried in this order: the most telling first.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}")),
    (URL, re.compile(r"(?:https?://|www\.)\S{1,500}", re.IGNORECASE)),
    (
        MONEY,
        re.compile(
            r"[€$£]\s?\d{1,7}(?:[.,]\d{1,3})?|\b\d{1,7}(?:[.,]\d{1,3})?\s?(?:€|\$|£|euros?\b|eur\b|chf\b|quid\b|dollars?\b|pounds?\b|balles\b|francs?\b)(?:\d{1,2}\b)?",
            re.IGNORECASE,
        ),
    ),
    (DATE, re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\b(?:19|20)\d\d-\d\d-\d\d\b", re.IGNORECASE)),
    (
        DATE,
        re.compile(
            rf"\b\d{{1,2}}(?:er|st|nd|rd|th)?\s(?:of\s)?(?:{_MONTHS})\b|\b(?:{_MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?\b",
            re.IGNORECASE,
        ),
    ),
    (TIME, re.compile(r"\b\d{1,2}\s?[hH:]\s?\d{2}\b|\b\d{1,2}\s?(?:h|heures?|am|pm|o'?clock)\b", re.IGNORECASE)),
    (PHONE, re.compile(r"(?<![\w#-])(?:\+\d{1,3}[ .-]?(?:\(0\))?|0)\d(?:[ .-]?\d{2,4}){3,5}\b")),
    (
        ORDER,
        re.compile(
            rf"#\s?\d{{3,12}}\b|{_LETTERED}|\b\d{{5,14}}(?:-\d{{1,6}})?\b|\b{_ORDER_WORD}{_NUMBER_SIGN}\s*\d{{4}}\b",
            re.IGNORECASE,
        ),
    ),
    (NUMBER, re.compile(r"\d+(?:[.,]\d+)?")),
)

_NOT_ORDERS = re.compile(
    r"\b(?:code postal|cp|zip(?: code)?|postcode|npa|siret|siren|tva|vat|bis|ter)\s*:?\s*$", re.IGNORECASE
)
_EXPLICIT = re.compile(
    rf"{_ORDER_WORD}{_NUMBER_SIGN}\s*#?"
    r"(?P<lettered>[A-Za-z]{1,5}[-_ ]?#?\d{4,12}(?:-\d{1,6})?|\d{4,14}(?:-\d{1,6})?)\b"
    r"|#\s?(?P<hashed>\d{3,12}(?:-\d{1,6})?)\b"
    r"|(?P<coded>\b[A-Z]{2,5}[-_]?\d{4,12}(?:-\d{1,6})?)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w#,.-])\d{5,10}(?:-\d{1,6})?(?![\w€$£%-]|[.,]\d)")


_HANDLE = re.compile(r"(?<![\w.+-])@\w{1,40}")
_HANDLE_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"[\d@]|://|www\.", re.IGNORECASE)  # none of the rules matches without one of these


def mask(text: str) -> str:
    """The text with each email, link, amount, date, time, phone, order number and number as a placeholder word."""
    if not _MARKS.search(text):
        return text
    text = _without_handles(text)
    for word, pattern in _RULES:
        text = pattern.sub(f" {word} ", text)
    return text


def _without_handles(text: str) -> str:
    """Takes the digits out of @handles: "@sam19850" is somebody's name, not a number of anything."""
    return _HANDLE.sub(lambda found: _HANDLE_DIGITS.sub("", found[0]), text) if "@" in text else text


def find_order_number(text: str) -> str | None:
    """
    The order number in a text as the customer wrote it (without "#"), or None: none there, or several.

    Said to be one ("commande 10482", "#88213", "CMD-5521") it needs four digits (three after "#"); bare, five to
    ten digits that are no amount, date, phone or postcode. Only the first 2 000 characters are read.
    """
    text = _without_handles(text[:2000])
    for word, pattern in _RULES:
        if word == ORDER:
            break
        text = pattern.sub(" ; ", text)
    explicit = {_tidy(next(group for group in match.groups() if group)) for match in _EXPLICIT.finditer(text)}
    if explicit:
        return explicit.pop() if len(explicit) == 1 else None
    bare = {match[0] for match in _BARE.finditer(text) if not _NOT_ORDERS.search(text[: match.start()])}
    return bare.pop() if len(bare) == 1 else None


def _tidy(number: str) -> str:
    return number.replace("#", "").replace(" ", "").upper()
