"""
Makes the reads that the engine asks for (`loaded.Read`): of the brand's table, its playbook and its classifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import codes
from ..conversation import Control
from ..engine.loaded import Loaded, Read
from ..model import SERVES_FIRST, Address, BrandId, Classification, ConversationId, Millis, Serves
from ..move_tokens import mark_of, token_of
from ..ports import Scorer
from ..quality import answer_samples, monitor
from ..services import Services
from ..store import audit, caps, judged_answers, people, person_keys
from ..store.person_keys import Kind
from ..store.roots import Roots
from ..store.table import Table


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes the reads of one event of one brand."""

    table: Table
    services: Services

    def read(self, loaded: Loaded, keys: Sequence[Read]) -> Loaded:
        """Make these reads, in their order; return the loaded state with their results."""
        return replace(loaded, found={**loaded.found, **{key: self._read(key) for key in keys}})

    def _read(self, key: Read) -> Any:
        if key.name in OF_TABLE:
            return OF_TABLE[key.name](self.table, *key.of)
        return OF_BRAND[key.name](self.services, self.table.brand, *key.of)


class Remembering:
    """One event's classifier: it classifies a text once, however often the decision starts again."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._found: dict[str, Classification] = {}

    @property
    def model(self) -> str:
        """The classifier's own."""
        return self._scorer.model

    @property
    def expected(self) -> Mapping[str, Sequence[float]]:
        """The classifier's own."""
        return self._scorer.expected

    def classify(self, text: str, serves: Serves = SERVES_FIRST, /) -> Classification:
        """Classify a text. `serves` is the playbook's, which is one for an event."""
        if text not in self._found:
            self._found[text] = self._scorer.classify(text, serves)
        return self._found[text]


def _stopped(table: Table, scope: str, since: Millis, by: str, refusals: tuple[int, int], epoch: int) -> Control:
    line = audit.beside(table.brand, audit.Author(audit.RULES[by], since), "bot.stop", scope)
    return table.switch(scope, stopped=True, since=since, by=by, refusals=refusals, at_epoch=epoch, beside=line)


def _blocked(table: Table, until: Millis, now: Millis) -> Control:
    line = audit.beside(table.brand, audit.Author(audit.GUESSED, now), "look_up.block")
    return table.block_lookups(until, now, line)


def _root_id(table: Table, conversation_id: str) -> str:
    head = Roots(table).of(conversation_id)
    return str(head.conversation_id) if head is not None else ""


def _addresses(table: Table, contact_id: str) -> tuple[tuple[Address, ConversationId], ...]:
    who = people.person(table, contact_id)
    everyone = people.everyone(table, who) if who is not None else ()
    return tuple((address, each.conversation_id) for each in everyone for address in each.addresses)


def _move_mark(services: Services, brand: BrandId, seed: str, channel: str) -> str:
    secret = services.key_secret()
    return mark_of(token_of(secret, brand, seed, channel)) if secret else ""


def _keyed(services: Services, brand: BrandId, kind: Kind, value: str) -> str:
    secret = services.key_secret()
    return person_keys.mark_of(secret, brand, kind, value) if secret else ""


OF_TABLE: Mapping[str, Callable[..., Any]] = {
    "message": Table.message,
    "marker": Table.marker,
    "item": Table.get,
    "counted": lambda table, low, most: len(table.under(low.pk, low.sk, limit=most)),
    "root_of": _root_id,
    "addresses": _addresses,
    "latest": Table.latest,
    "messages_from": lambda table, conversation_id, sk, limit, _after: table.messages_from(conversation_id, sk, limit),
    "ticket": Table.ticket,
    "open_row": Table.open_row,
    "open_rows": Table.open_rows,
    "finished_row": Table.finished_row,
    "control": lambda table, fresh: table.control(fresh=fresh),
    "cap": caps.taken,
    "refusals": monitor.refusals,
    "answers": monitor.answers,
    "with_verdict": judged_answers.add_verdict,
    "stopped": _stopped,
    "braked": _blocked,
}
OF_BRAND: Mapping[str, Callable[..., Any]] = {
    "playbook": lambda services, brand: services.playbook(brand),
    "scorer": lambda services, brand: Remembering(services.scorer(brand)),
    "judged": lambda services, brand, *of: answer_samples.lines(services.table(brand), services.playbook(brand), *of),
    "kept": lambda services, brand, priority: services.kept(brand, priority),
    "move_mark": _move_mark,
    "code_is_right": lambda services, brand, *of: codes.is_right(services.key_secret(), brand, *of),
    "keyed": _keyed,
}
