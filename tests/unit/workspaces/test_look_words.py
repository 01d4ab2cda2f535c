"""What the desk reads about an account: a word for each thing that a look can find, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.workspaces.slack.look_words import _FOUND, _NAMES, looked_at

ROOT = Path(__file__).resolve().parents[3]


def test_each_finding_of_a_platform_has_words_in_both_languages() -> None:
    sources = [*(ROOT / "chalicelib").glob("account_checks.py"), *(ROOT / "chalicelib").rglob("*con*.py")]
    told = {name for path in sources for name in re.findall(r'Finding\("([a-z ]+)"', path.read_text(encoding="utf-8"))}
    asked = {name for name in told if name in _FOUND}

    assert asked == _FOUND.keys() == _NAMES.keys()
    assert told - asked == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_look_says_what_is_wrong_what_to_do_and_what_is_well_again(language: str) -> None:
    text = looked_at(language, "Messenger", ("expiry", "permissions"), ("callback",))

    assert text.count("•") == 2
    assert "guichet account doctor" in text
    assert {"fr": "De nouveau en ordre", "en": "Well again: where messages are sent."}[language] in text
    assert "guichet" not in looked_at(language, "Messenger", (), ("callback",))
