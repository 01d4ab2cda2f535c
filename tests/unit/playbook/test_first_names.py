"""A greeting uses a first name only where a stranger would."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook.first_names import _COMPANIES, _NO_FIRST_NAMES, first_name_of


@pytest.mark.parametrize(
    ("shown", "first"),
    [
        ("Camille Dupont", "Camille"),
        ("Camille", "Camille"),
        ("Jean-Pierre DUPONT", "Jean-Pierre"),
        ("Zoé", "Zoé"),
        ("N'Golo Martin", "N’Golo"),
        ("Élodie de la Tour", "Élodie"),
        ("Manon Petit", "Manon"),
        ("Sophie Le Goff", "Sophie"),
        ("Jean-Baptiste", "Jean-Baptiste"),
        ("Jean-Baptiste Le Page-Petit", "Jean-Baptiste"),
        ("François d'Orange", "François"),
        ("François D’Orange", "François"),
        (unicodedata.normalize("NFD", "Zoé"), "Zoé"),
        ("Vincent Paris", "Vincent"),
        ("Julien Chef", "Julien"),
        ("Emma Smart", "Emma"),
        ("Anna Blue", "Anna"),
        ("Thomas Young", "Thomas"),
        ("Yasmine El Amrani", "Yasmine"),
        ("Ludwig van der Berg", "Ludwig"),
        ("Rose Bon", "Rose"),
        ("Anne Marie K.", "Anne"),
        ("  Inès   Benali ", "Inès"),
    ],
)
def test_people_are_greeted_by_their_first_name(shown: str, first: str | None) -> None:
    assert first_name_of(shown) == first


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "MARIE DUPONT",
        "marie",
        "xX_Dark77_Xx",
        "Camille2",
        "Camille 🌸",
        "🌸",
        "Boutique Camille",
        "Le Petit Bistrot",
        "Restaurant Chez Paul",
        "Dupont SARL",
        "Mme Durand",
        "Mr. Smith",
        "J.",
        "J. Smith",
        "@camille",
        "camille.dupont",
        "Bcd",
        "A",
        "Un Deux Trois Quatre Cinq",
        "Boutique Paris",
        "Paris Boutique",
        "Chef Julien",
        "Cheffe Anne",
        "Best Deals",
        "Support Facebook",
        "Meta Business",
        "Help Center",
        "Aide Instagram",
        "Prince William",
        "Julie Business",
        "Top Deals",
        "Camille Boutique",
        "Marie Coiffure",
        "Chez Marie",
        "La Belle Vie",
        "L'Atelier de Zoé",
        "Le Goff Sophie",
        "Au Bon Pain",
        "Smart Home",
        "Happy Feet",
        "Lyon Immobilier",
        "Maman Poule",
        "Team Lille",
        "Lille Store",
        "Dr Martin",
        "Юлия",
        "محمد",
        "iPhone",
        "Not Happy",
        "X" * 30,
        "Camille\u202eevil",
    ],
)
def test_everything_else_gets_no_name(shown: str) -> None:
    assert first_name_of(shown) is None


def test_the_brands_own_name_is_nobodys() -> None:
    assert first_name_of("Lune Martin", ["Maison", "Lune"]) is None
    assert first_name_of("Lune Martin") == "Lune"
    assert first_name_of("Sophie Lune", ["Maison", "Lune"]) == "Sophie"
    assert first_name_of("Julie Maison Lune", ["Maison", "Lune"]) is None


FIRST = (
    "Manon",
    "Sophie",
    "Jean-Baptiste",
    "Zoé",
    "François",
    "Léa",
    "Hugo",
    "Noé",
    "Emma",
    "Oliver",
    "Yasmine",
    "N'Golo",
)
SURNAMES = (
    "Petit", "Le Goff", "Paris", "Chef", "Smart", "Blue", "Le Petit", "La Fontaine", "Bon", "Grand", "Roi", "King",
    "Young", "Good", "Maison", "Marseille", "d'Orange", "de La Tour", "Sa", "Bar", "Love", "Les", "O'Brien", "Li",
)  # fmt: skip


@given(first=st.sampled_from(FIRST), surname=st.sampled_from(SURNAMES), marks=st.sampled_from(["", " ", "\u00a0"]))
def test_no_surname_takes_a_first_name_away(first: str, surname: str, marks: str) -> None:
    assert first_name_of(f"{marks}{first} {surname}{marks}") == first.replace("'", "’")


@given(
    word=st.sampled_from(sorted(_NO_FIRST_NAMES)),
    rest=st.lists(st.sampled_from((*FIRST, *SURNAMES)), max_size=2),
    capital=st.sampled_from([str.capitalize, str.upper, str.lower]),
)
def test_no_shop_title_or_town_is_a_first_name(word: str, rest: list[str], capital: Callable[[str], str]) -> None:
    assert first_name_of(" ".join([capital(word), *rest])) is None


@given(word=st.sampled_from(sorted(_COMPANIES)), first=st.sampled_from(FIRST))
def test_a_company_named_after_somebody_is_nobody(word: str, first: str) -> None:
    assert first_name_of(f"{first} {word.capitalize()}") is None
    assert first_name_of(f"{word.capitalize()} {first}") is None


@given(st.text())
def test_any_text_gives_letters_or_nothing(shown: str) -> None:
    first = first_name_of(shown)
    assert first is None or (2 <= len(first) <= 20 and all(c.isalpha() or c in "’-" for c in first))


@pytest.mark.parametrize("shown", ["Aa¼", "Léa²", "Jean-Marⅳ"])
def test_a_digit_of_another_shape_is_no_letter(shown: str) -> None:
    assert first_name_of(shown) is None
