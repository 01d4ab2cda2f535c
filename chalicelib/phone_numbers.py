"""
Telephone numbers in one form, so that the same number as typed here and as a platform writes it is one.

The library (Google's rules) is loaded when a number is read: a message without one pays nothing for it.
"""

from __future__ import annotations

import re
from itertools import islice

_INTERNATIONAL = re.compile(r"\+?([1-9][0-9]{7,14})")  # E.164: 15 digits at most; a short code has fewer
_MAYBE = re.compile(r"(?<![\w#.,@-])(?:\+|00)?\(?\d(?:[ .()\-/\u00a0\u202f]{0,2}\d){7,14}(?![\w@]|[.,]\d)")
MOST = 5  # numbers that one text is read for


def maybe_in(text: str) -> tuple[str, ...]:
    """Return what may be a telephone number in a text, as it is written, each once; the library is not asked."""
    return tuple(dict.fromkeys(each.group() for each in islice(_MAYBE.finditer(text), MOST)))


def written_in(text: str, country: str) -> tuple[str, ...]:
    """Return the telephone numbers in a text, each once, as `international` writes them."""
    found = (international(each, country) for each in maybe_in(text))
    return tuple(dict.fromkeys(each for each in found if each))


def of_platform(person_id: str) -> str:
    """Return the number that a platform knows somebody by, as `international` writes one; "" for another id."""
    found = _INTERNATIONAL.fullmatch(person_id)
    return found[1] if found else ""


def international(written: str, country: str, *, valid: bool = True) -> str:
    """
    Return a number with its country code, digits alone ("33612345678"); "" for what is no valid number.

    One with an extension is none: all who work behind a switchboard have the number before it.
    `country`: whose national form a number without a code is in (ISO 3166, "FR"). `valid=False` is for who looks a
    number up: its length is enough, since a country gives out ranges that the library does not know yet.
    """
    import phonenumbers  # noqa: PLC0415 - 15 ms, for those who need it

    try:
        found = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return ""
    right = phonenumbers.is_valid_number if valid else phonenumbers.is_possible_number
    if found.extension or not right(found):
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
