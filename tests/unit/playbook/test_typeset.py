"""French typography: what is put right, what is left alone, and that twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook.typeset import typeset, typeset_fr

N, T = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Où est-elle ?", f"Où est-elle{T}?"),
        ("Vraiment?!", f"Vraiment{T}?!"),
        ("Oui ; non !", f"Oui{T}; non{T}!"),
        ("Voici : rien", f"Voici{N}: rien"),
        ("Voici: rien", f"Voici{N}: rien"),
        ("écrivez « oui »", f"écrivez «{N}oui{N}»"),
        ("écrivez «oui»", f"écrivez «{N}oui{N}»"),
        ('écrivez "oui"', f"écrivez «{N}oui{N}»"),
        ("jusqu'à 14h30", f"jusqu’à 14{N}h{N}30"),
        ("de 9h à 19 h", f"de 9{N}h à 19{N}h"),
        ("à 14 h 30.", f"à 14{N}h{N}30."),
        ("12,50€", f"12,50{N}€"),
        ("12.50 €", f"12,50{N}€"),
        ("20 %", f"20{N}%"),
        ("n° {order_number}", f"n°{N}{{order_number}}"),
        ("Attendez...", "Attendez…"),
        ("l'e-mail d'Élodie", "l’e-mail d’Élodie"),
        ("À bientôt, ÉCHANGE, ŒUVRE", "À bientôt, ÉCHANGE, ŒUVRE"),
        ("Merci :) à demain ;)", "Merci :) à demain ;)"),
    ],
)
def test_french_text_is_typeset(written: str, read: str) -> None:
    assert typeset_fr(written) == read


@pytest.mark.parametrize(
    "kept",
    [
        "https://maison-lune.example/suivi?id=1;b=2:3!x",
        "maison-lune.example/compte?x=1",
        "service@maison-lune.example",
        "ML204518",
        "AN-12345",
        "{order_number}",
        "12:30",
        "(?)",
        "10h30x",
        "Rue du 8",
    ],
)
def test_links_addresses_and_numbers_stay_as_they_are(kept: str) -> None:
    assert typeset_fr(kept) == kept
    assert typeset_fr(f"voir {kept} ici") == f"voir {kept} ici"


def test_the_sentences_own_mark_after_a_link_is_typeset() -> None:
    assert typeset_fr("Vu https://a.example/x?y=1 ?") == f"Vu https://a.example/x?y=1{T}?"
    assert typeset_fr("Vu https://a.example/x?") == f"Vu https://a.example/x{T}?"


def test_english_is_left_alone() -> None:
    assert typeset("Where is it? 2:30 pm", "en") == "Where is it? 2:30 pm"


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from(" ;:!?«»\"'’…..€%h0123456789/@{}()[]-nN°aéÉ\n\u00a0\u202f"), st.characters())
    )
)
def test_typesetting_twice_changes_nothing(text: str) -> None:
    once = typeset_fr(text)
    assert typeset_fr(once) == once


@given(st.text(alphabet=st.sampled_from("abcé ;:!?«»'.,€h1234\n")))
def test_only_spaces_and_signs_change(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(c for c in value if c.isalnum())

    assert letters(typeset_fr(text)) == letters(text)
