"""Why two may be one person, as a ticket says it."""

from __future__ import annotations

from typing import get_args

import pytest

from chalicelib.store.links import Kind
from chalicelib.workspaces.slack.card_words import text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_evidence_has_its_words(kind: str, language: str) -> None:
    """A kind without words left a ticket undrawn for ever."""
    assert text(language, f"why_{kind}")
