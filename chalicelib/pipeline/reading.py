"""
Makes the reads that the engine asks for (`loaded.Read`): of the brand's table, its playbook and its classifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..store import caps
from ..store.table import Table
from .deps import Deps
from .loaded import Read


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one event of one brand."""

    table: Table
    deps: Deps

    def read(self, key: Read) -> Any:
        """Make one read."""
        if key.name in OF_TABLE:
            return OF_TABLE[key.name](self.table, *key.of)
        return OF_BRAND[key.name](self.deps, self.table.brand, *key.of)


OF_TABLE: Mapping[str, Callable[..., Any]] = {
    "message": Table.message,
    "marker": Table.marker,
    "item": Table.get,
    "latest": Table.latest,
    "messages_from": Table.messages_from,
    "ticket": Table.ticket,
    "open_row": Table.open_row,
    "open_rows": Table.open_rows,
    "finished_row": Table.finished_row,
    "control": lambda table, fresh: table.control(fresh=fresh),
    "cap": caps.taken,
}
OF_BRAND: Mapping[str, Callable[..., Any]] = {
    "playbook": lambda deps, brand: deps.playbook(brand),
    "scorer": lambda deps, brand: deps.scorer(brand),
    "kept": lambda deps, brand, priority: deps.kept(brand, priority),
}
