"""How many segments a text message takes, and what is spared of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels._fitted import parts_of
from chalicelib.gsm import BASIC, EXTENDED, segments, thrifty
from chalicelib.model import Content
from chalicelib.ports import Surface
from chalicelib.text import measure, split_text

SMS = Surface(limit=3, unit="segments")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("ç", 1),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("ç" * 134, 2),
        ("ç" * 135, 3),
        ("a" * 70 + "ç", 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_networks_do(text: str, count: int) -> None:
    assert segments(text) == count


def test_no_pair_of_units_is_parted_by_a_segment() -> None:
    """153 is odd: an escape as the last unit would stand alone, so a segment of euros holds 76."""
    assert segments("€" * 152) == 2
    assert segments("€" * 153) == 3
    assert segments("😀" * 66) == 2  # 67 is odd too: 33 a segment
    assert segments("😀" * 67) == 3


@pytest.mark.parametrize("char", "çêâîôûëïœÀÈÊ’«»…–—\u00a0\u202f")
def test_ordinary_french_is_beyond_the_alphabet(char: str) -> None:
    assert char not in BASIC | EXTENDED
    assert segments("a" * 80 + char) == 2


@pytest.mark.parametrize("char", "àéèùìòÉÇæñöüä")
def test_some_accents_cost_nothing(char: str) -> None:
    assert segments("a" * 159 + char) == 1


def test_typography_is_made_plain_where_that_saves_a_segment() -> None:
    written = "Bonjour Zoé, l’atelier répond\u202f: «\u202fvotre colis est parti\u202f» — à demain… " + "Merci. " * 12
    plain = 'Bonjour Zoé, l\'atelier répond : "votre colis est parti" - à demain... ' + "Merci. " * 12
    assert (segments(written), segments(plain)) == (3, 1)
    assert thrifty(written) == plain


@pytest.mark.parametrize("text", ["l’été", "«\u202fGarçon\u202f» … " + "ç" * 100, "tout simple", ""])
def test_typography_and_accents_stay_where_nothing_is_saved(text: str) -> None:
    assert thrifty(text) == text


def test_parts_are_what_will_be_sent() -> None:
    (part,) = parts_of(Content(text="l’été " * 60), SMS)
    assert part.text == ("l'été " * 60).strip()
    assert segments(part.text) == 3


@given(text=st.text(alphabet="aé€ç😀’« »….\n\u202f", max_size=1500), limit=st.integers(1, 4))
def test_no_part_takes_more_segments_than_its_limit(text: str, limit: int) -> None:
    parts = split_text(text, limit, "segments")
    assert all(part and measure(part, "segments") <= limit for part in parts)
    blanks = " \t\r\n"
    assert "".join(parts).translate(dict.fromkeys(map(ord, blanks))) == text.translate(dict.fromkeys(map(ord, blanks)))


@given(text=st.text(max_size=400))
def test_a_longer_text_never_takes_fewer_segments(text: str) -> None:
    counts = [measure(text[:at], "segments") for at in range(len(text) + 1)]
    assert counts == sorted(counts)
