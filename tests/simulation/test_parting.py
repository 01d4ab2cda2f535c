"""Two are split: whoever had joined one of them by a proof goes with that one, whichever way they had been merged."""

from __future__ import annotations

import pytest

from chalicelib.errors import UsageError
from chalicelib.model import Address
from chalicelib.store import links, merging, parting
from chalicelib.store.merging import Proof

from .paths import ELSEWHERE, HOURS, ODD, ON_MESSENGER, PARCEL, contact_of, signed
from .test_identified import CUSTOMER, THIRD, prove, root
from .world import World

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
    if dies_after == 1:  # run again
        list(parting.part(world.table, one, other, world.clock()))

    assert root(world, MISTAKEN) not in {root(world, MINE), root(world, LATER)}


def test_a_plain_split_is_what_it_was() -> None:
    world = World().run(signed(MINE, PARCEL), signed(MISTAKEN, HOURS))
    one, other = contact_of(world, MINE), contact_of(world, MISTAKEN)
    said = Proof(evidence="agent", reason="they called", by="lea", at=world.clock())
    merging.merge(world.table, one, other, said)

    (done,) = parting.part(world.table, one, other, world.clock())
    assert (done.winner, done.loser) == (one, other)
    with pytest.raises(UsageError):
        list(parting.part(world.table, one, other, world.clock()))
