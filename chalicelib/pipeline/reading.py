"""
Makes the reads that the engine asks for (`loaded.Read`): of the brand's table, its playbook and its classifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..store import caps, proofs
from ..store.table import Table
from . import sent, watch
from .deps import Deps
from .loaded import Loaded, Read


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one event of one brand."""

    table: Table
    deps: Deps

    def read(self, loaded: Loaded, keys: Sequence[Read]) -> Loaded:
        """Make these reads, in their order; return all that is known then."""
        return replace(loaded, found={**loaded.found, **{key: self._read(key) for key in keys}})

    def _read(self, key: Read) -> Any:
        if key.name in OF_TABLE:
            return OF_TABLE[key.name](self.table, *key.of)
        return OF_BRAND[key.name](self.deps, self.table.brand, *key.of)


OF_TABLE: Mapping[str, Callable[..., Any]] = {
    "message": Table.message,
    "marker": Table.marker,
    "item": Table.get,
    "latest": Table.latest,
    "messages_from": lambda table, conversation_id, sk, limit, _after: table.messages_from(conversation_id, sk, limit),
    "ticket": Table.ticket,
    "open_row": Table.open_row,
    "open_rows": Table.open_rows,
    "finished_row": Table.finished_row,
    "control": lambda table, fresh: table.control(fresh=fresh),
    "cap": caps.taken,
    "refusals": watch.refusals,
    "answers": watch.answers,
    "with_verdict": proofs.add_verdict,
    "stopped": lambda table, scope, since, by, refusals, epoch: table.switch(
        scope, stopped=True, since=since, by=by, refusals=refusals, at_epoch=epoch
    ),
    "braked": Table.brake,
}
OF_BRAND: Mapping[str, Callable[..., Any]] = {
    "playbook": lambda deps, brand: deps.playbook(brand),
    "scorer": lambda deps, brand: deps.scorer(brand),
    "judged": lambda deps, brand, *of: sent.lines(deps.table(brand), deps.playbook(brand), *of),
    "kept": lambda deps, brand, priority: deps.kept(brand, priority),
}
