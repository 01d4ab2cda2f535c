"""A greeting uses a first name only where a stranger would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook.names import first_name_of, looks_like_first_name


@pytest.mark.parametrize(
    ("shown", "first"),
    [
        ("Camille Dupont", "Camille"),
        ("Camille", "Camille"),
        ("Jean-Pierre DUPONT", "Jean-Pierre"),
        ("Zoé", "Zoé"),
        ("N'Golo Martin", "N’Golo"),
        ("Élodie de la Tour", None),  # "la" stands in shops' names more often than we can tell
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
        "Юлия",
        "محمد",
        "iPhone",
        "Not Happy",
        "X" * 30,
        "Camille\u202eevil",
    ],
)
def test_everything_else_gets_no_name(shown: str) -> None:
    assert not looks_like_first_name(shown)


def test_the_brands_own_name_is_nobodys() -> None:
    assert first_name_of("Lune Martin", ["Maison", "Lune"]) is None
    assert first_name_of("Lune Martin") == "Lune"


@given(st.text())
def test_any_text_gives_letters_or_nothing(shown: str) -> None:
    first = first_name_of(shown)
    assert first is None or (2 <= len(first) <= 20 and all(c.isalpha() or c in "’-" for c in first))
