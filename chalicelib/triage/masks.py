"""
Masks what is personal in a text: order numbers, addresses, numbers, dates.

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
# Right before a number: "Commande651234".
_GLUED = r"(?:(?<=commande)|(?<=num[ée]ro)|(?<=parcel)|(?<=tracking)|(?<=r[ée]f[ée]rence))"
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
    # A marketplace's number is no shop's own.
    (NUMBER, re.compile(r"\b\d{3}[- ]\d{7}[- ]\d{7}\b|\bOD\d{12,20}\b", re.IGNORECASE)),
    (
        ORDER,
        re.compile(
            rf"#\s?\d{{3,12}}\b|{_LETTERED}|\b\d{{5,14}}(?:-\d{{1,6}})?\b"
            rf"|\b{_ORDER_WORD}{_NUMBER_SIGN}\s*\d{{4}}\b|{_GLUED}\d{{4,14}}\b",
            re.IGNORECASE,
        ),
    ),
    (NUMBER, re.compile(r"\d+(?:[.,]\d+)?")),
)

_MARKS = re.compile(r"[\d@]|://|www\.", re.IGNORECASE)  # none of the rules matches without one of these


def mask(text: str) -> str:
    """The text with each email, link, amount, date, time, phone, order number and number as a placeholder word."""
    if not _MARKS.search(text):
        return text
    for word, pattern in _RULES:
        text = pattern.sub(f" {word} ", text)
    return text
