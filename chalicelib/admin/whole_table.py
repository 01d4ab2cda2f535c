"""
Reads the whole table, all brands of it: what that costs, and at what pace it may run beside live traffic.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..store.table import Table

UNIT_BYTES = 8_192  # read by half a second's staleness: two of 4 KB a unit
UNIT_USD = 0.14846 / 1_000_000  # on demand, eu-west-3; see bench/rig/prices.py


class Pace:
    """Told of the units that each page took, it waits so that there are at most `units` a second."""

    def __init__(
        self,
        units: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._units, self._clock, self._sleep = units, clock, sleep
        self._began, self.spent = clock(), 0.0

    def __call__(self, units: float) -> None:
        """Count them, and wait."""
        self.spent += units
        ahead_s = self.spent / self._units - (self._clock() - self._began)
        if ahead_s > 0:
            self._sleep(ahead_s)


def price(table: Table, pace: int, what: str = "Its proof", option: str = " (--pace)") -> str:
    """
    Return what one reading, by `what`, costs and how long it takes, by the table's size of some hours ago.

    `option`: how the pace is changed.
    """
    size = int(table.client.describe_table(TableName=table.name)["Table"].get("TableSizeBytes", 0))
    units = size // UNIT_BYTES + 1
    return (
        f"{what} reads the whole table, of all brands: {size / 1e9:.2f} GB, {units} read units, "
        f"{units * UNIT_USD:.2f} USD, about {units // pace // 60 + 1} min at {pace} units a second{option}."
    )
