from __future__ import annotations

import pytest

from chalicelib.pipeline.phrases import is_fragment, is_greeting, is_pushback, is_thanks


@pytest.mark.parametrize("text", ["Bonjour", "bjr !", "Hello, hello", "BONSOIR…", "salut  "])
def test_a_greeting(text: str) -> None:
    assert is_greeting(text)
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["Bonjour, où est mon colis ?", "bonjour c'est encore moi", "", "?"])
def test_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize("text", ["merci", "Merci beaucoup !", "thanks", "D’accord, merci."])
def test_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", ["merci !!", "merci pour rien", "merci de me répondre vite", "non merci ça ne va pas"])
def test_no_calm_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize("text", ["?", "??", "non", "Not what I asked", "hein ?", "c’est pas ça"])
def test_pushback(text: str) -> None:
    assert is_pushback(text)


@pytest.mark.parametrize("text", ["non livré", "what are your opening hours?", "so I want to return it"])
def test_no_pushback(text: str) -> None:
    assert not is_pushback(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("et puis", True), ("mon colis", True), ("mon colis ?", False), ("ML12345", False)]
)
def test_a_fragment_is_short_and_asks_nothing(*, text: str, wanted: bool) -> None:
    assert is_fragment(text) is wanted
