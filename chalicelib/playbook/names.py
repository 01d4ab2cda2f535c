"""
Whether a display name begins with a first name that a stranger may use.

Right or silent: a customer greeted as "Bonjour Boutique" or "Bonjour xX_77" is worse than no name at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_VOWELS = frozenset("aeiouy")
_LONGEST = 20

# A name that holds one of these words is a shop, a title, a joke or a sentence, not a person.
_NOT_PEOPLE = frozenset(
    """
    admin agence agency and anonyme anonymous asbl asso association atelier bar big blue boutique bureau cabinet cafe
    centre center chef client cliente club co collectif com comite company corp customer dear design dr easy eco
    editions elle entreprise et eurl fan fc for from galerie garage gmbh good group groupe happy hello home hotel inc
    info infos institut it je journal la le les lady little ltd lui ma madame magasin maison mairie marque media
    mister mme mlle mon monsieur mr mrs ms mx music my new news no non not officiel officielle official old online
    page paris pas petit petite prof pro radio restaurant sa salon sarl sas sasu sci service services shop sir smart
    société societe sport studio store super support sweet team test the toi tout tv un une user utilisateur vous web
    world you your
    """.split()  # noqa: SIM905 - a list of 130 quoted words reads worse
)


def first_name_of(display_name: str, brand_words: Collection[str] = ()) -> str | None:
    """
    Return the first name to greet with, or None when there is any doubt.

    Latin letters only, one capital at the start of each part, no digits, emoji, handles, companies or ALL CAPS;
    `brand_words` are more words that no person is called by (the brand's own name).
    """
    name = unicodedata.normalize("NFC", display_name).strip()
    tokens = name.split()
    if not 1 <= len(tokens) <= 4 or not all(_TOKEN.fullmatch(token) for token in tokens):
        return None
    refused = _NOT_PEOPLE.union(word.casefold() for word in brand_words)
    if any(_plain(token) in refused or token.casefold() in refused for token in tokens):
        return None
    first = tokens[0]
    return first.replace("'", "’") if _is_capitalised(first) and _is_latin(first) else None


def looks_like_first_name(display_name: str) -> bool:
    """Return whether the display name begins with a usable first name."""
    return first_name_of(display_name) is not None


def _plain(token: str) -> str:
    """Return the token without accents, case and closing dot."""
    letters = unicodedata.normalize("NFD", token.rstrip(".")).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _is_capitalised(token: str) -> bool:
    """Return whether every part looks like Marie, Jean-Pierre or N’Golo, and none like MARIE or marie."""
    parts = re.split(r"['’-]", token)
    if token.endswith(".") or not 2 <= len(token) <= _LONGEST:
        return False
    long_parts = [part for part in parts if len(part) > 1]
    return (
        bool(long_parts)
        and all(part[0].isupper() for part in parts)
        and all(part[1:].islower() for part in long_parts)
        and bool(_VOWELS & set(_plain(token)))
    )


def _is_latin(token: str) -> bool:
    """Return whether every letter is Latin."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in token if letter.isalpha())
