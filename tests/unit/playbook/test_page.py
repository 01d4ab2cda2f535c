"""docs/playbook.md says what the code does: how soon a push is live, what the shop answers, which keys there are."""

from __future__ import annotations

from pathlib import Path

from chalicelib import shop
from chalicelib.playbook.schema import LOOKUP_FIELDS, LOOKUPS
from chalicelib.wiring import PLAYBOOK_AGE_MS

PAGE = (Path(__file__).parents[3] / "docs" / "playbook.md").read_text(encoding="utf-8")


def test_a_push_is_live_when_the_page_says() -> None:
    assert f"live within {PLAYBOOK_AGE_MS // 1000} seconds" in PAGE


def test_the_page_gives_the_shape_of_the_shops_answer() -> None:
    section = PAGE.partition("## The shop")[2].partition("\n## ")[0]

    assert "GET /orders/" in section
    assert f"{shop.TIMEOUT_S:g} seconds" in section
    for word in {*shop.STATUSES, *LOOKUPS["order"], *(LOOKUP_FIELDS["order"] - {"order_number"})}:
        assert f"`{word}`" in section
