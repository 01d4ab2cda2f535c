"""An erasure and an answer that is being sent at that very moment: nothing is written after it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin import erase as erasing
from chalicelib.errors import Conflict
from chalicelib.model import Millis
from chalicelib.store import rows
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NEW, NOW, first_commit, row, stored, table, timeline

LEASE = 45_000


class Scanning(Dynamo):
    """The table in memory, with the one call that only commands make."""

    def scan(self, **_: Any) -> Any:
        return {"Items": list(self.items.values())}


def test_an_erasure_waits_for_an_answer_that_is_being_sent_and_takes_its_message_too() -> None:
    db = Scanning()
    here = table(db)
    here.client = db  # past the limits of the functions: a command scans
    first_commit(here, rows=(row(),))
    rows.claim(here, row(), now=NOW, lease_ms=LEASE, fence=None, token="one")
    sending = stored(here, row())

    with pytest.raises(Conflict, match="run it again"):
        erasing.erase(here, NEW.contact_id, Millis(NOW + 1_000))
    with pytest.raises(Conflict):  # the lease is over by this clock; the worker's may be another
        erasing.erase(here, NEW.contact_id, Millis(NOW + LEASE + 1_000))
    assert rows.finish_own(here, sending, now=Millis(NOW + 2_000))

    done = erasing.erase(here, NEW.contact_id, Millis(NOW + 3_000))

    assert done.left == ()
    assert timeline(here) == []
    assert here.open_row(row().row_id) is None


def test_an_erasure_does_not_wait_for_ever_for_a_worker_that_is_dead() -> None:
    db = Scanning()
    here = table(db)
    here.client = db
    first_commit(here, rows=(row(),))
    rows.claim(here, row(), now=NOW, lease_ms=LEASE, fence=None, token="one")

    done = erasing.erase(here, NEW.contact_id, Millis(NOW + LEASE + erasing.SKEW_MS + 1))

    assert (done.left, done.counts["rows"], timeline(here)) == ((), 1, [])
