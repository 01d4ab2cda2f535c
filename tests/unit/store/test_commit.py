from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.errors import Conflict
from chalicelib.model import EventId, MessageId, Millis
from chalicelib.store import items, keys
from chalicelib.store.commit import Commit, Duplicate, Marked, MessageChange, commit
from chalicelib.store.table import DAY_MS, MARKER_DAYS
from tests.simulation.dynamo import Dynamo
from tests.support.aws_limits import LimitBroken
from tests.unit.store.fixtures import NEW, NOW, PERSON, first_commit, put, row, stored, table, timeline, written


def test_an_event_is_taken_in_once() -> None:
    here = table()
    first_commit(here)

    with pytest.raises(Duplicate):
        first_commit(here, before=here.head(NEW.conversation_id), messages=(written(1),), identity=None)
    assert len(timeline(here)) == 1


def test_a_marker_past_its_date_counts_as_gone_though_it_still_lies_there() -> None:
    here = table()
    head = first_commit(here)
    later = Millis(NOW + (MARKER_DAYS + 1) * DAY_MS)

    commit(here, Commit(before=head, after=head, marked=Marked(PERSON, EventId("m0")), now=later))


def test_of_two_workers_one_commits() -> None:
    here = table()
    head = first_commit(here)
    first_commit(here, "m1", before=head, messages=(written(1),), identity=None)

    with pytest.raises(Conflict):
        first_commit(here, "m2", before=head, messages=(written(2),), identity=None)
    assert [message.event_id for message in timeline(here)] == ["m0", "m1"]


def test_two_creators_of_one_conversation_end_in_one() -> None:
    here = table()
    first_commit(here)

    with pytest.raises(Conflict):
        first_commit(here, "m1", messages=(written(1),))


def test_a_lost_race_leaves_nothing_behind() -> None:
    db = Dynamo()
    here = table(db)
    head = first_commit(here)
    first_commit(here, "m1", before=head, messages=(), identity=None)
    before = dict(db.items)

    with pytest.raises(Conflict):
        first_commit(here, "m2", before=head, rows=(row(),), messages=(written(2),), identity=None)
    assert db.items == before


def test_a_row_that_was_claimed_meanwhile_cannot_be_cancelled() -> None:
    here = table()
    head = first_commit(here)
    put(here, row(state="claimed", attempt=1))

    with pytest.raises(Conflict):
        first_commit(here, "m1", before=head, cancelled=(row(),), messages=(), identity=None)
    assert stored(here, row()).state == "claimed"


def test_a_cancelled_row_stays_in_the_timeline() -> None:
    here = table()
    head = first_commit(here)
    put(here, row())
    first_commit(here, "m1", before=head, cancelled=(row(),), messages=(), identity=None)

    assert here.open_row(row().row_id) is None
    assert [message.state for message in timeline(here)] == ["", "cancelled"]


def test_a_message_that_is_not_there_cannot_be_changed() -> None:
    here = table()
    head = first_commit(here)
    nobody = MessageId("c1.1795597200009.abcdefabcdefabcd")

    with pytest.raises(Conflict):
        first_commit(
            here, "m1", before=head, changes=(MessageChange(nobody, {"text": ""}),), messages=(), identity=None
        )


def test_a_head_that_was_merged_away_takes_nothing() -> None:
    here = table()
    head = first_commit(here)
    merged = replace(head, merged_into="c2")
    here.put(keys.head(here.brand, "c1"), items.conversation_item(merged))

    with pytest.raises(Conflict):
        first_commit(here, "m1", before=head, messages=(written(1),), identity=None)


def test_aws_would_refuse_a_head_over_four_kilobytes() -> None:
    with pytest.raises(LimitBroken):
        first_commit(table(), after=replace(NEW, name="x" * 5_000))
