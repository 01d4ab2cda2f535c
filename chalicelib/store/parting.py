"""
A split takes with it whoever was merged by a proof of the side that goes.

A merge joins the roots of two people, whoever was proved to be whom. So somebody who proved to be one of two who were
one by mistake stands, after the split, perhaps with the other: their merge is undone as well, and they are joined with
whom they were proved to be. First they are undone, then the two are split: who dies between leaves too many, never one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..errors import UsageError
from ..model import Millis
from . import merging, people, splitting
from .items import Item
from .merging import EVIDENCE, Evidence, Merge, Proof
from .table import Table
from .writes import Beside

Edge = tuple[str, Item]  # into whom, and the record of the merge


def part(table: Table, winner_id: str, loser_id: str, now: Millis, beside: Beside | None = None) -> Iterator[Merge]:
    """
    Undo the merge of one contact into another, and let everybody go with whom they were proved to be.

    Yields each split and merge, that of the two last of the splits. Raises what `splitting.split` raises.
    """
    strays = _strays(table, winner_id, loser_id)
    for into, record in strays:
        yield splitting.split(table, into, str(record["contact_id"]), now)
    yield splitting.split(table, winner_id, loser_id, now, beside)
    for _, record in strays:
        done = _join(table, record)
        if done is not None:
            yield done


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
    if "between" not in record:  # an agent's, or an earlier release's: of the very two that were merged
        return None
    one, other = record["between"]
    evidence: Evidence = next((each for each in EVIDENCE if each == record["evidence"]), "agent")
    proof = Proof(evidence=evidence, reason=record["reason"], by=record["by"], at=Millis(int(record["at"])))
    try:
        return merging.join(table, str(one), str(other), proof)
    except UsageError:
        return None
