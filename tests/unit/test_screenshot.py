"""The README's picture is taken only where emoji are drawn."""

from __future__ import annotations

import pytest

from infra.local.screenshot import has_emoji


@pytest.mark.parametrize(
    ("ask", "found"),
    [(("echo", "Noto Color Emoji"), True), (("echo",), False), (("false",), False), (("no-such-program",), False)],
)
def test_a_font_that_draws_emoji_is_looked_for(ask: tuple[str, ...], found: bool) -> None:  # noqa: FBT001 - a table's value
    assert has_emoji(ask) is found
