"""
What the same message costs in a long conversation, and of somebody with many merged addresses: as much as afresh.

A merge is made as any proof makes it (`store.merging`). Who writes is once the head of all, once at the far end of a
chain of merges, each into the next: the longest way that an address can have to its head.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.rig.seed_conversation import seed_conversation
from bench.rig.small_stack import BENCH, DEMO_BRAND, SmallStack
from bench.rig.walks import CHANNELS, DELIVERY, HOURS, THANKS, say
from chalicelib import wiring
from chalicelib.engine import counts
from chalicelib.model import AccountId, Address, BrandId, ChannelName, Millis, PersonId
from chalicelib.store import keys, merging, people
from chalicelib.store.directory import Directory
from chalicelib.store.merging import Proof
from chalicelib.store.table import Table

DRIFT_WRITES = 1 / counts.SAMPLE
NOW = Millis(1_600_000_000_000)


def flat(stack: SmallStack, sizes: Sequence[int]) -> list[dict[str, float]]:
    """Units of the same automatic reply in conversations of these sizes."""
    rows = []
    for size in sizes:
        person, address, table = _known(stack)
        seed_conversation(stack, keys.new_ids(table.brand, address)[1], address, size)
        rows.append({"messages": size} | _units(stack, person))
    return rows


def joined(stack: SmallStack, sizes: Sequence[int]) -> list[dict[str, float]]:
    """Units of the same automatic reply to somebody with so many addresses, at the head and at the end of a chain."""
    rows = []
    for size in sizes:
        for deep in (0, 1) if size > 1 else (0,):
            person, address, table = _known(stack)
            _join(table, address, size - 1, deep=bool(deep))
            say(stack, CHANNELS[0], person["key"], THANKS)  # the first message after the merges remembers the way
            rows.append({"identities": size, "chain": deep * (size - 1)} | _units(stack, person))
    return rows


def _join(table: Table, address: Address, others: int, *, deep: bool) -> None:
    proof = Proof(evidence="signed", reason="bench", by="bench", at=NOW)
    one = keys.new_ids(table.brand, address)[0]
    for number in range(others):
        other = Address(address.channel, address.account_id, PersonId(f"{address.person_id}-{number}"))
        people.create(table, other, "", NOW)
        theirs = keys.new_ids(table.brand, other)[0]
        winner, loser = (theirs, one) if deep else (one, theirs)
        merging.join(table, winner, loser, proof)


def _known(stack: SmallStack) -> tuple[dict[str, str], Address, Table]:
    """Somebody who wrote once."""
    person = stack.ask("person", {"name": "Emma Clarke", "language": "en"})
    say(stack, CHANNELS[0], person["key"], DELIVERY)
    client = stack.cloud.client("dynamodb")
    accounts = Directory(client, BENCH.table).accounts(BrandId(DEMO_BRAND))
    own = next(f"{each.channel}:{each.account_id}" for each in accounts if each.channel == CHANNELS[0])
    channel, _, account_id = own.partition(":")
    address = Address(ChannelName(channel), AccountId(account_id), PersonId(person["ids"][own]))
    table = Table(client, BENCH.table, BrandId(DEMO_BRAND))
    if table.identity(address) is None:
        raise SystemExit("bench: the customer was not stored.")
    return person, address, table


def _units(stack: SmallStack, person: dict[str, str]) -> dict[str, float]:
    stack.ahead_ms += wiring.ACCOUNT_AGE_MS  # what is cached grows old now, not while it is counted
    say(stack, CHANNELS[0], stack.ask("person", {"name": "Ann Lee", "language": "en"})["key"], THANKS)  # caches
    stack.ledger.clear()
    say(stack, CHANNELS[0], person["key"], HOURS)
    by = stack.ledger.by_function.values()
    return {
        "write_units": sum(s.wru for s in by) + DRIFT_WRITES,
        "read_units": sum(s.rru for s in by),
        "table_calls": sum(s.calls[k] for s in by for k in ("read", "write", "transaction")),
    }
