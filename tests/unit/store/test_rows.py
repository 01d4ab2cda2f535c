from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.model import ConversationId, Millis, OutboxRow, Part, TicketId, at_desk
from chalicelib.store import finished, items, keys, rows
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NEW, NOW, PERSON, first_commit, put, row, stored, table, timeline
from tests.unit.store.test_open_tickets import ticket, write

LEASE = 45_000


def claimed_by(
    here: Table,
    wanted: OutboxRow,
    now: Millis = NOW,
    fence: int | None = None,
    token: str = "one",  # noqa: S107 - whose claim it is
) -> rows.ClaimResult:
    return rows.claim(here, wanted, now=now, lease_ms=LEASE, fence=fence, token=token)


def test_one_of_two_workers_gets_a_row() -> None:
    here = table()
    first_commit(here, rows=(row(),))

    assert claimed_by(here, stored(here, row()), token="one") == "claimed"
    assert claimed_by(here, row(), token="two") == "lost"


def test_a_claim_that_the_client_repeated_is_still_ours() -> None:
    here = table()
    put(here, row())

    assert claimed_by(here, row()) == "claimed"
    assert claimed_by(here, row()) == "claimed"


def test_a_claimed_row_is_free_again_when_its_lease_ends() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    again = stored(here, row())

    assert claimed_by(here, again, now=Millis(NOW + LEASE - 1), token="two") == "lost"
    assert claimed_by(here, again, now=Millis(NOW + LEASE), token="two") == "claimed"
    assert stored(here, row()).attempt == 2


def test_a_bot_row_is_fenced_once_a_human_spoke() -> None:
    here = table()
    head = first_commit(here, rows=(row(),))
    first_commit(here, "m1", before=head, after=replace(head, fence=1), messages=(), identity=None)

    assert claimed_by(here, row(), fence=0) == "fenced"


def test_a_worker_that_lost_its_lease_changes_nothing() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    late = stored(here, row())
    claimed_by(here, late, now=Millis(NOW + LEASE), token="two")

    assert not rows.part_sent(here, late, 0, "x")
    assert not rows.release(here, late, not_before=NOW, claimed=False, tries=1, error_code="e")
    assert not rows.finish(here, late, "sent", now=NOW)
    assert stored(here, row()).parts == (Part(text="Bonjour"),)


def test_a_row_is_settled_once_and_lies_in_the_timeline() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    done = stored(here, row())

    assert rows.finish(here, done, "sent", now=NOW)
    assert not rows.finish(here, done, "failed", now=NOW)
    assert here.open_row(done.row_id) is None
    assert [message.state for message in timeline(here)] == ["sent"]


def test_a_row_whose_work_stands_elsewhere_leaves_nothing_and_only_by_its_own_attempt() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    late = stored(here, row())
    claimed_by(here, late, now=Millis(NOW + LEASE), token="two")

    assert not rows.take_out(here, late)
    assert not rows.take_out(here, row())
    assert rows.take_out(here, stored(here, row()))
    assert (here.open_row(row().row_id), timeline(here)) == (None, [])


def test_a_row_that_certainly_did_not_go_out_is_pending_again() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    assert rows.release(here, stored(here, row()), not_before=Millis(NOW + 9), claimed=False, tries=3, error_code="e")

    found = stored(here, row())
    assert (found.state, found.not_before, found.tries, found.lease_until) == ("pending", NOW + 9, 3, 0)


def test_a_late_proof_turns_unknown_into_sent_and_nothing_else() -> None:
    here = table()
    put(here, row(1), row(2))
    for number, state in ((1, "unknown"), (2, "failed")):
        rows.finish(here, row(number), state, now=NOW)  # type: ignore[arg-type]

    assert finished.upgrade(here, row(1).row_id, ["p"], NOW, lambda _: ())
    assert not finished.upgrade(here, row(2).row_id, ["p"], NOW, lambda _: ())
    assert sorted(message.state for message in timeline(here)) == ["failed", "sent"]


def due_entry(here: Table, wanted: OutboxRow) -> tuple[str, int] | None:
    item = here.get(keys.open_row(here.brand, wanted.row_id)) or {}
    return (item["due_shard"], item["due_at"]) if "due_at" in item else None


def test_a_row_is_in_the_due_index_from_its_commit_to_its_end() -> None:
    here = table()
    first_commit(here, rows=(row(not_before=Millis(NOW + 2_000)),))
    committed = due_entry(here, row())

    assert committed is not None
    assert committed[1] == NOW + 2_000 + keys.OVERDUE_MS
    claimed_by(here, row(), now=Millis(NOW + 2_000))
    assert due_entry(here, row()) == committed
    rows.finish(here, stored(here, row()), "sent", now=NOW)
    assert due_entry(here, row()) is None


def test_an_entry_of_the_due_index_is_moved_by_who_read_it_last() -> None:
    here = table()
    put(here, row())
    key = keys.open_row(here.brand, row().row_id)
    rows.index_due(here, row(), "d#1", NOW)

    assert rows.move_due(here, key, "d#1", NOW + 1, old=NOW)
    assert not rows.move_due(here, key, "d#1", NOW + 2, old=NOW)
    assert due_entry(here, row()) == ("d#1", NOW + 1)


def test_a_conversation_is_in_the_due_index_while_it_waits() -> None:
    here = table()
    waiting = first_commit(here, after=replace(NEW, hold_until=Millis(NOW + 20_000)))
    key = keys.head(here.brand, NEW.conversation_id)
    held = here.get(key) or {}
    first_commit(here, "m1", before=waiting, after=replace(waiting, hold_until=Millis(0)), messages=(), identity=None)

    assert held["due_at"] == NOW + 20_000 + keys.OVERDUE_MS
    assert "due_at" not in (here.get(key) or {})


def a_ticket(**more: Any) -> TicketRecord:
    given: dict[str, Any] = {"priority": "high", "reason": "unsure", "intent": "", "language": "fr"}
    given |= {"ticket_id": TicketId("t1"), "conversation_id": ConversationId("c1"), "address": PERSON, "state": "open"}
    return TicketRecord(**(given | {"created_at": NOW, "desk_account": "T1/C1", "desk_ts": "1.2", "rev": 3} | more))


def put_ticket(here: Table, ticket: TicketRecord) -> None:
    here.put(keys.ticket(here.brand, ticket.ticket_id), items.ticket_item(ticket))


def test_an_answer_that_is_out_is_noted_on_its_ticket_once() -> None:
    here, said = table(), row(kind="agent_reply", author="agent", ticket_id="t1")
    put_ticket(here, a_ticket(state="sending", row_id=said.row_id, undo_until=Millis(NOW + 5), failure="Refused"))

    first = rows.answered(here, said, Millis(NOW + 9), lambda _: ())

    assert first == here.ticket("t1")
    assert first is not None
    assert (first.state, first.first_answer_at, first.undo_until, first.failure, first.rev) == (
        "answered", NOW + 9, 0, "", 4
    )  # fmt: skip
    assert rows.answered(here, said, Millis(NOW + 99), lambda _: ()) == first == here.ticket("t1")


def test_an_answer_says_nothing_of_a_ticket_that_was_answered_otherwise_or_is_gone() -> None:
    here, said = table(), row(kind="agent_reply", author="agent", ticket_id="t1")
    assert rows.answered(here, said, NOW, lambda _: ()) is None

    put_ticket(here, a_ticket(state="sending", row_id="another"))

    assert rows.answered(here, said, NOW, lambda _: ()) is None
    assert (here.ticket("t1") or a_ticket()).rev == 3


def test_a_ticket_is_drawn_by_a_row_that_has_a_place_of_its_own() -> None:
    here = table()

    where = at_desk("slack", "T1/C1", "t1")

    made = {rows.put_update(here, a_ticket(), where, NOW).row_id for _ in range(3)}

    found = here.open_rows(keys.recipient(where))
    assert {each.row_id for each in found} == made
    assert len(made) == 3
    assert all(due_entry(here, each) for each in found)


def test_who_has_a_ticket_claims_it_again_without_a_write() -> None:
    here = table()
    put_ticket(here, a_ticket())

    first = here.claim_ticket("t1", "U1")

    assert first is not None
    assert (first.assignee, first.state, first.rev) == ("U1", "claimed", 4)
    assert here.claim_ticket("t1", "U1") == here.claim_ticket("t1", "U2") == first == here.ticket("t1")
    put_ticket(here, replace(first, state="answered"))
    assert (here.claim_ticket("t1", "U1") or a_ticket()).state == "claimed"


def test_a_row_that_its_own_worker_settles_is_a_message_before_it_goes() -> None:
    db = Dynamo()
    here = table(db)
    put(here, row())
    claimed_by(here, row())
    done = stored(here, row())
    db.written.clear()

    assert rows.finish_own(here, done, now=NOW, marks=("p1",))

    assert here.open_row(done.row_id) is None
    assert [message.state for message in timeline(here)] == ["sent"]
    assert [key[1][:2] for key, _ in db.written] == ["ma", "m#"]  # the marker of its echo, its message
    assert not rows.finish_own(here, done, now=NOW)
    assert not rows.finish(here, done, "unknown", now=NOW)
    assert [message.state for message in timeline(here)] == ["sent"]


def test_a_row_whose_worker_died_before_its_last_write_is_taken_out_by_who_settles_it() -> None:
    here = table()
    put(here, row())
    claimed_by(here, row())
    done = stored(here, row())
    rows.finish_own(here, done, now=NOW)
    put(here, done)  # as if its delete had not come through

    assert rows.finish(here, done, "unknown", now=NOW)

    assert here.open_row(done.row_id) is None
    assert [message.state for message in timeline(here)] == ["sent"]


def test_an_erasure_withdraws_no_row_that_is_being_sent() -> None:
    here = table()
    put(here, row(1), row(2))
    claimed_by(here, row(1))

    assert not rows.withdraw(here, row(1), Millis(NOW + LEASE))
    assert rows.withdraw(here, row(1), Millis(NOW + LEASE + 1))
    assert rows.withdraw(here, row(2), NOW)
    assert rows.withdraw(here, row(2), NOW)  # gone already


def mine(here: Table, **more: Any) -> TicketRecord:
    """A ticket that U1 has, stored in its revision 1."""
    first_commit(here)
    write(here, ticket(0, **({"state": "claimed", "assignee": "U1"} | more)), "e0")
    found = here.ticket("t0")
    assert found is not None
    return found


def test_a_ticket_is_put_off_together_with_the_reminder_that_brings_it_back() -> None:
    here = table()
    before = mine(here)
    until = Millis(NOW + 7_200_000)

    assert rows.snooze(here, "t0", "U1", until, NOW)
    assert here.ticket("t0") == replace(before, snoozed_until=until, rev=2)
    (reminder,) = here.open_rows(keys.recipient(keys.reminder("t0", "wrote")))
    assert (reminder.kind, reminder.not_before, reminder.ticket_id) == ("clock", until, "t0")


def test_a_ticket_that_has_a_reminder_for_that_moment_is_put_off_all_the_same() -> None:
    here = table()
    mine(here)
    until = Millis(NOW + 7_200_000)

    assert all(rows.snooze(here, "t0", "U1", until, NOW) for _ in range(2))
    assert len(here.open_rows(keys.recipient(keys.reminder("t0", "wrote")))) == 1


@pytest.mark.parametrize("more", [{"assignee": "U2"}, {"state": "open", "assignee": ""}, {"state": "answered"}])
def test_only_who_has_a_ticket_to_act_on_can_put_it_off(more: dict[str, Any]) -> None:
    here = table()
    before = mine(here, **more)

    assert not rows.snooze(here, "t0", "U1", Millis(NOW + 1), NOW)
    assert not rows.snooze(here, "gone", "U1", Millis(NOW + 1), NOW)
    assert here.ticket("t0") == before
