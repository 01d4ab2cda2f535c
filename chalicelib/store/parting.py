"""
A split takes with it whoever was merged by a proof of the side that goes.

A merge joins the roots of two people, whoever was proved to be whom. So somebody who proved to be one of two who were
one by mistake stands, after the split, perhaps with the other: their merge is undone as well, and they are joined with
whom they were proved to be. First they are undone, then the two are split: a worker that dies between leaves too many,
never one, and what it had still to do is kept for who begins again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..errors import UsageError
from ..model import Millis
from . import contact_keys, items, keys, merging, people, splitting, writes
from .items import Item
from .merging import EVIDENCE, Evidence, Merge, Proof
from .table import Table
from .writes import Beside

Edge = tuple[str, Item]  # into whom, and the record of the merge
KEPT = ("contact_id", "between", "evidence", "reason", "by", "at")  # of a record, while its merge is being undone


def part(table: Table, winner_id: str, loser_id: str, now: Millis, beside: Beside | None = None) -> Iterator[Merge]:
    """
    Undo the merge of one contact into another, and let everybody go with whom they were proved to be.

    Yields each split and merge, that of the two last of the splits. Raises what `splitting.split` raises.
    """
    begun = _begun(table, winner_id, loser_id)
    strays = _together(begun, _strays(table, winner_id, loser_id))
    if strays:
        _note(table, winner_id, loser_id, strays, now)
    for into, record in strays:
        if table.get(keys.merge(table.brand, into, record["contact_id"])) is not None:
            yield splitting.split(table, into, str(record["contact_id"]), now)
    if not begun or table.get(keys.merge(table.brand, winner_id, loser_id)) is not None:
        yield splitting.split(table, winner_id, loser_id, now, beside)
    for _, record in strays:
        done = _join(table, record)
        if done is not None:
            yield done
    if strays:
        table.write(writes.delete(contact_keys.parting(table.brand, winner_id, loser_id)))


def _begun(table: Table, winner_id: str, loser_id: str) -> list[Edge]:
    """Return the merges that an earlier try was undoing; none where there was none."""
    item = table.get(contact_keys.parting(table.brand, winner_id, loser_id)) or {"strays": []}
    return [(str(into), dict(zip(KEPT, kept, strict=True))) for into, *kept in item["strays"]]


def _together(begun: Sequence[Edge], found: Sequence[Edge]) -> list[Edge]:
    there = {(into, record["contact_id"]) for into, record in begun}
    return [*begun, *(each for each in found if (each[0], each[1]["contact_id"]) not in there)]


def _note(table: Table, winner_id: str, loser_id: str, strays: Sequence[Edge], now: Millis) -> None:
    """Keep what is to be undone and joined anew, for a day."""
    rows = [[into, *(record.get(name, "") for name in KEPT)] for into, record in strays]
    item: Item = {"v": items.MERGED_VERSION, "strays": rows, "ttl": items.ttl(now, 1)}
    table.write(writes.put(contact_keys.parting(table.brand, winner_id, loser_id), item))


def _strays(table: Table, winner_id: str, loser_id: str) -> list[Edge]:
    """Return the merges that hold together whom no proof holds together without the one that is undone."""
    if people.person(table, winner_id) is None:
        return []
    every = [
        (str(one.contact_id), record)
        for one in people.everyone(table, people.root_of(table, winner_id))
        for record in one.merged
    ]
    left = [each for each in every if (each[0], each[1]["contact_id"]) != (winner_id, loser_id)]
    sides = _sides([_proved(each) for each in left])
    if sides.get(winner_id, winner_id) == sides.get(loser_id, loser_id):
        return []
    return [each for each in left if len({sides.get(one, one) for one in (each[0], str(each[1]["contact_id"]))}) > 1]


def _proved(edge: Edge) -> tuple[str, str]:
    """Return who was proved to be whom; of a merge that does not say so, the two that were merged."""
    into, record = edge
    one, other = record.get("between") or (into, record["contact_id"])
    return str(one), str(other)


def _sides(proved: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return by each contact one who stands for all that are held together by proofs."""
    found: dict[str, str] = {}

    def of(one: str) -> str:
        while found.setdefault(one, one) != one:
            one = found[one]
        return one

    for one, other in proved:
        found[of(one)] = of(other)
    return {one: of(one) for one in list(found)}


def _join(table: Table, record: Item) -> Merge | None:
    """Merge anew whom a record proves to be one; None where a person keeps them apart, or one was erased."""
    if not record.get("between"):  # an agent's, or an earlier release's: of the very two that were merged
        return None
    one, other = record["between"]
    evidence: Evidence = next((each for each in EVIDENCE if each == record["evidence"]), "agent")
    proof = Proof(evidence=evidence, reason=record["reason"], by=record["by"], at=Millis(int(record["at"])))
    try:
        return merging.join(table, str(one), str(other), proof)
    except UsageError:
        return None
