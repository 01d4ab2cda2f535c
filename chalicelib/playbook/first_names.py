"""
Whether a display name begins with a first name that a stranger may use.

In doubt there is no name: a customer greeted as "Bonjour Boutique" or "Bonjour xX_77" is worse than no name at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from ..text import without_accents

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_VOWELS = frozenset("aeiouy")
_JOINTS = re.compile("['’-]")
_ARTICLES = ("l'", "l’")
_LONGEST = 20
_MOST_WORDS = 5

# Nobody is called so: what begins with one of these words is a shop, a title, a joke or a sentence.
_NO_FIRST_NAMES = frozenset(
    """
    a admin agence agency alerte all and anonyme anonymous asbl asso association at atelier au aux ave bar beau
    beauty belle best big bistro bistrot black blue bon bonne boss boutique brasserie bureau by cabinet cafe ce
    centre center cette chef cheffe cher chere chez client cliente club co coiffure collectif com comite comment
    company compte compagnie contact corp creation creations customer daily de deal deals dear des design deux dj
    docteur dr du easy eco editions el elle en entreprise est et etablissements ets eurl fan fans fc for free
    fresh from galerie garage gmbh good grand grande green group groupe happy heart hello her his home hotel house
    i il immo in inc info infos ingenieur institut it je jolie journal just king l la lady le les little live love
    ltd lucky lui ma madame mademoiselle mademoiselles magasin magic mairie maison maitre maman mama mamie marque
    master me media mes messieurs mini miss mister mlle mme modern moi mon monsieur mr mrs ms music mx my nails
    new news nice no non nos not notre nous official officiel officielle old on only online our out page papa papi
    paris pas petit petite photo photos pink pizza pizzeria prince princess princesse pro prof professeur promo
    queen quick radio real red restaurant roi royal sa salon san sarl sas sasu sci second secret service services
    sexy shop simple simply sir smart societe sport sports star store studio aide help meta sales super support
    sweet team test testeur the toi top tout toute travel tv un une urban used user utilisateur vintage vip vos
    votre vous web we white world yes you young your
    aix angers berlin besancon bordeaux brest brussels bruxelles caen clermont dijon geneve grenoble lausanne
    lille limoges lisbonne london londres lyon madrid marseille metz montpellier montreal mulhouse nancy nantes
    orleans perpignan reims rennes rouen strasbourg toulon toulouse tours
    """.split()  # noqa: SIM905 - a list of two hundred quoted words reads worse
)
# One of these anywhere, and it is a company or a fan page, whoever it is named after ("Marie Coiffure").
_COMPANIES = frozenset(
    """
    agence agency asbl asso association atelier bakery beauty bijoux bistro bistrot boulangerie boutique brasserie
    business cabinet facebook google instagram whatsapp club coaching coiffeur coiffure company compagnie conseil
    consulting corp creation creations deals design designs editions entreprise esthetique eurl events fc garage
    gmbh group groupe hotel immobilier inc institut jewelry jewellery llc ltd magasin mairie media medias nails
    officiel officielle official online photographe photographie photography pizza pizzeria plc plomberie
    production productions radio realty restaurant salon sarl sas sasu sci service services shop societe solutions
    sport sports store stores studio studios team traiteur tv
    """.split()  # noqa: SIM905 - the same
)


def first_name_of(display_name: str, brand_words: Collection[str] = ()) -> str | None:
    """
    Return the first name to greet with, or None when there is any doubt.

    Latin letters only, one capital at the start of each part, no digits, emoji, handles, companies or ALL CAPS. Only
    the first word must look like a first name: Petit, Le Goff, Paris and Smart are people's surnames. `brand_words`
    are the brand's own name: nobody's first name, and never a person all together.
    """
    name = unicodedata.normalize("NFC", display_name).strip()
    tokens = name.split()
    if not 1 <= len(tokens) <= _MOST_WORDS or not all(_TOKEN.fullmatch(token) for token in tokens):
        return None
    words, brand = [_plain(token) for token in tokens], {_plain(word) for word in brand_words}
    if words[0] in _NO_FIRST_NAMES | brand or words[0].startswith(_ARTICLES):
        return None
    if _COMPANIES & set(words) or (brand and brand <= set(words)):
        return None
    first = tokens[0]
    return first.replace("'", "’") if _is_capitalised(first) and _is_latin(first) else None


def _plain(token: str) -> str:
    """Return the token without accents, case and closing dot."""
    return without_accents(token.rstrip(".").casefold())


def _is_capitalised(token: str) -> bool:
    """Return whether every part looks like Marie, Jean-Pierre or N’Golo, and none like MARIE or marie."""
    parts = _JOINTS.split(token)
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
    """Return whether all but the joints are Latin letters: a regular expression takes a fraction for one."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in _JOINTS.sub("", token))
