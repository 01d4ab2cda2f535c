"""docs/keys.md names every item of the key table, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from chalicelib.store import keys

ROOT = Path(__file__).parents[3]


def rows(text: str) -> list[str]:
    """First cells of the Markdown rows of `text`, without heads and rules."""
    cells = [match.group(1).strip() for match in re.finditer(r"^\| *([^|]+?) *\|", text, re.MULTILINE)]
    return [cell for cell in cells if cell != "item" and not set(cell) <= set("-")]


def test_the_page_and_the_key_table_name_the_same_items() -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    table = page.partition("## Items")[2].partition("## Elsewhere")[0]

    assert set(rows(keys.__doc__ or "")) == set(rows(table))
