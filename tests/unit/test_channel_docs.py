"""docs/channels.md says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.channels import REGISTRY, messenger, whatsapp, x
from chalicelib.channels.twilio import calls
from chalicelib.errors import SendError
from chalicelib.ports import Surface, Traits

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
HOUR_MS = 3_600_000


def hours(span_ms: int) -> str:
    return f"{span_ms // HOUR_MS} h" if span_ms else "none"


def cells(traits: Traits, where: str, surface: Surface) -> str:
    answer = hours(surface.window_ms)
    human = hours(surface.human_window_ms or surface.window_ms)
    columns = (
        f"`{traits.name}`",
        where,
        f"{surface.limit} {surface.unit}",
        answer,
        human,
        surface.proof,
        f"{surface.prove_after_ms // 1000} s",
        "yes" if surface.typing else "no",
        "yes" if traits.echoes_own else "no",
        "yes" if traits.lists and where == "private" else "no",
    )
    return f"| {' | '.join(columns)} |"


def table() -> str:
    rows = [
        cells(kind.traits, where, surface)
        for kind in REGISTRY.values()
        for where, surface in (("private", kind.traits.private), ("public", kind.traits.public))
        if surface is not None
    ]
    return "\n".join(rows)


def errors_of(table: object) -> dict[str, str]:
    assert isinstance(table, dict)
    named: dict[str, list[str]] = {}
    for code, error in table.items():
        assert issubclass(error, SendError)
        written = "/".join(map(str, code)) if isinstance(code, tuple) else str(code)
        named.setdefault(error.__name__, []).append(written)
    return {name: ", ".join(codes) for name, codes in named.items()}


def test_the_traits_table_is_the_codes() -> None:
    assert table() in PAGE, f"put this table into docs/channels.md:\n{table()}"


@pytest.mark.parametrize("module", [messenger, whatsapp, x, calls])
def test_the_error_tables_are_the_codes(module: object) -> None:
    for name, codes in errors_of(module.ERRORS).items():  # type: ignore[attr-defined]
        line = f"| {name} | {codes} |"
        assert line in PAGE, f"put this line into docs/channels.md under {module}:\n{line}"
