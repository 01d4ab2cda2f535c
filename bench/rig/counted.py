"""
What a message costs the table, its index, its shared items, Lambda and the platforms, counted on the real pipeline.

The simulation's world plays customers of one brand on WhatsApp, one after another. Each write is measured by AWS's
rules (`bench.rig.meter`), and told apart by what it competes for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.rig.meter import item_size, write_units
from chalicelib.store import keys

AUTOMATIC = "quels sont vos horaires ?"
TICKET = "je veux parler à un conseiller, mon colis est cassé"
THANKS = "merci"
SHARED = ("figures", "tally")  # kinds of items that all customers of a brand write
ASIDE = ("judging", "proof")  # what judges are asked, of the first fifty answers of an intent and of few after them
FUNCTIONS = {"intake": "api", "slack": "api"}
WRITES = {"put_item": "Put", "update_item": "Update", "delete_item": "Delete"}
LATENCY_OF = {"get_item": "read", "batch_get_item": "read", "query": "read", "transact_write_items": "transaction"}


@dataclass(slots=True)
class Use:
    """
    What one function does for one message: invocations, calls by kind of latency, write units of the table.

    `index`: entries written to the due index's shards, `line`: to the desk's one line; `shared`: units by kind of item.
    """

    invocations: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    table: float = 0
    index: float = 0
    line: float = 0
    shared: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


class Meter:
    """Stands before the table of a simulated world; `uses` by function."""

    def __init__(self, world: Any) -> None:
        self.uses: defaultdict[str, Use] = defaultdict(Use)
        self.world, self._client, self._start = world, world.client, world._start  # noqa: SLF001 - its meter
        world.client, world._start = self.client, self.start  # noqa: SLF001 - its meter

    def start(self, name: str, *rest: Any) -> None:
        """An invocation begins."""
        self.uses[FUNCTIONS.get(name, name)].invocations += 1
        self._start(name, *rest)

    def client(self, service: str) -> Any:
        """A client of the world's, metered where it is the table's."""
        found = self._client(service)
        return _Metered(found, self) if service == "dynamodb" else found

    def note(self, key: tuple[str, str], old: Mapping[str, Any], factor: int) -> None:
        """An item was written; `factor` 2 in a transaction."""
        new, worker = self.world.dynamo.items.get(key, {}), self.world.injector.current
        kind = key[0].split("#")[1]
        if worker is None or kind in ASIDE:
            return
        use, units = (
            self.uses[FUNCTIONS.get(worker.name, worker.name)],
            factor * write_units(max(item_size(old), item_size(new))),
        )
        use.table += units
        if kind in SHARED:
            use.shared[kind] += units
        places = [(each["due_shard"]["S"], each["due_at"]) if "due_shard" in each else None for each in (old, new)]
        for place in [each for each in places if each] if places[0] != places[1] else []:
            use.index += place[0].startswith("d#")
            use.line += not place[0].startswith("d#")


class _Metered:
    """A DynamoDB client whose writes are noted."""

    def __init__(self, client: Any, meter: Meter) -> None:
        self._client, self._meter = client, meter

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name != "transact_write_items" and name not in WRITES:
            return found

        def call(**given: Any) -> Any:
            writes = given.get("TransactItems") or [{WRITES[name]: given}]
            places = [_key(write) for write in writes]
            before = [self._meter.world.dynamo.items.get(key, {}) for key in places]
            try:
                return found(**given)
            finally:
                for key, old in zip(places, before, strict=True):
                    self._meter.note(key, old, 2 if "TransactItems" in given else 1)

        return call


def _key(write: Mapping[str, Any]) -> tuple[str, str]:
    (given,) = write.values()
    where = given.get("Item") or given["Key"]
    return where["pk"]["S"], where["sk"]["S"]


def _latency(what: str) -> str:
    service, _, call = what.partition(" ")[0].partition(".")
    if service in ("sqs", "ssm", "s3"):
        return service
    return LATENCY_OF.get(call, "write") if service == "dynamodb" else "platform"


def _writes(world: Any, *, person: str, text: str) -> None:
    world.whatsapp.writes(person, text)


def counted(text: str) -> dict[str, Use]:
    """What each function does for a message of this text: of a customer who wrote before, with warm workers."""
    from tests.simulation.world import Step, World  # noqa: PLC0415 - the simulation: only where it is played

    world: Any = World()
    meter = Meter(world)
    for person, said in (("33600000001", THANKS), ("33600000002", THANKS), ("33600000001", text)):
        world.run(Step(partial(_writes, person=person, text=said), name=said))
    meter.uses.clear()
    began = len(world.injector.trace)
    world.run(Step(partial(_writes, person="33600000002", text=text), name=text))
    for line in world.injector.trace[began:]:
        worker, _, what = line.partition(": ")
        meter.uses[FUNCTIONS.get(worker, worker)].calls[_latency(what)] += 1
    for use in meter.uses.values():
        use.shared["figures"] = use.shared["figures"] / keys.FIGURES_SHARDS
    return dict(meter.uses)
