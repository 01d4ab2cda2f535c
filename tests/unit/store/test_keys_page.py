"""docs/keys.md names every item of the key table, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from chalicelib.model import RESERVED_BRANDS
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


def test_no_brand_may_have_a_name_with_which_a_partition_of_no_brand_begins() -> None:
    lines = (keys.__doc__ or "").splitlines()
    partitions = [line.split("|")[2].strip() for line in lines if line.startswith("| ")][1:]
    without_brand = {each.partition("#")[0] for each in partitions if not each.startswith("<brand>")}

    assert without_brand == RESERVED_BRANDS
