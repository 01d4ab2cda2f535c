"""Two are split: whoever had joined one of them by a proof goes with that one, whichever way they had been merged."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from chalicelib.errors import UsageError
from chalicelib.model import Address
from chalicelib.store import links, merging, parting
from chalicelib.store.merging import Proof
from chalicelib.store.table import Table

from .faults import Died
from .paths import ELSEWHERE, HOURS, ODD, ON_MESSENGER, PARCEL, contact_of, signed
from .test_identified import CUSTOMER, THIRD, prove, root
from .world import TABLE, World

MINE, MISTAKEN, LATER = ON_MESSENGER, ELSEWHERE, THIRD


def merged_by_mistake(winner: Address, loser: Address) -> World:
    """An agent merged two; then a third proved to be one of them."""
    world = World().run(signed(MINE, PARCEL, CUSTOMER), signed(MISTAKEN, HOURS), signed(LATER, ODD))
    said = Proof(evidence="agent", reason="a mistake", by="lea", at=world.clock())
    merging.merge(world.table, contact_of(world, winner), contact_of(world, loser), said)
    assert prove(world, LATER, *CUSTOMER) == "merged"
    assert root(world, MINE) == root(world, MISTAKEN) == root(world, LATER)
    return world


@pytest.mark.parametrize(("winner", "loser"), [(MINE, MISTAKEN), (MISTAKEN, MINE)])
def test_who_proved_to_be_one_of_two_is_theirs_after_the_split(winner: Address, loser: Address) -> None:
    world = merged_by_mistake(winner, loser)
    one, other = contact_of(world, winner), contact_of(world, loser)
    links.keep_apart(world.table, one, other, "lea", world.clock())
    done = list(parting.part(world.table, one, other, world.clock()))

    assert root(world, LATER) == root(world, MINE)
    assert root(world, MISTAKEN) == contact_of(world, MISTAKEN) != root(world, MINE)
    assert (one, other) in {(each.winner, each.loser) for each in done}


@pytest.mark.parametrize("dies_after", [1, 2])
def test_who_dies_in_the_middle_leaves_nobody_with_another(dies_after: int) -> None:
    world = merged_by_mistake(MISTAKEN, MINE)
    one, other = contact_of(world, MISTAKEN), contact_of(world, MINE)
    steps = parting.part(world.table, one, other, world.clock())
    for _ in range(dies_after):
        next(steps)
    assert dies_after == 1 or root(world, MISTAKEN) not in {root(world, MINE), root(world, LATER)}
    list(parting.part(world.table, one, other, world.clock()))  # run again

    assert root(world, MISTAKEN) not in {root(world, MINE), root(world, LATER)}
    assert root(world, LATER) == root(world, MINE)
    assert [key for key in world.dynamo.items if key[1].startswith("parting#")] == []


class Dies:
    """A table's client that dies at one of its writes, before or after that is made."""

    def __init__(self, client: Any, at: int, *, after: bool) -> None:
        self._client, self._left, self._after = client, at, after
        self.exceptions = client.exceptions

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in ("put_item", "update_item", "delete_item", "transact_write_items"):
            return call

        def write(**asked: Any) -> Any:
            self._left -= 1
            if self._left < 0 and not self._after:
                raise Died
            answer = call(**asked)
            if self._left < 0:
                raise Died
            return answer

        return write


def ends(at: int, *, after: bool) -> tuple[bool, list[set[Address]]]:
    """Cut a split off at one of its writes and run it again; return whether it was, and who is one with whom."""
    world = merged_by_mistake(MISTAKEN, MINE)
    one, other = contact_of(world, MISTAKEN), contact_of(world, MINE)
    links.keep_apart(world.table, one, other, "lea", world.clock())
    died = False
    try:
        list(parting.part(Table(Dies(world.dynamo, at, after=after), TABLE, world.brand), one, other, world.clock()))
    except Died:
        died = True
        with suppress(UsageError):
            list(parting.part(world.table, one, other, world.clock()))
    people = (MINE, MISTAKEN, LATER)
    return died, [{each for each in people if root(world, each) == root(world, who)} for who in people]


def test_a_split_that_is_cut_off_at_any_write_ends_the_same_when_it_is_run_again() -> None:
    died, calm = ends(10_000, after=False)
    assert (died, calm) == (False, [{MINE, LATER}, {MISTAKEN}, {MINE, LATER}])
    found = [ends(number, after=after) for number in range(12) for after in (False, True)]

    assert sum(died for died, _ in found) > 8
    assert [who for _, who in found if who != calm] == []


def test_a_plain_split_is_what_it_was() -> None:
    world = World().run(signed(MINE, PARCEL), signed(MISTAKEN, HOURS))
    one, other = contact_of(world, MINE), contact_of(world, MISTAKEN)
    said = Proof(evidence="agent", reason="they called", by="lea", at=world.clock())
    merging.merge(world.table, one, other, said)

    (done,) = parting.part(world.table, one, other, world.clock())
    assert (done.winner, done.loser) == (one, other)
    with pytest.raises(UsageError):
        list(parting.part(world.table, one, other, world.clock()))
