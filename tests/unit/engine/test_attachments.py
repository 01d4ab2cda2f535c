"""Files of customers: asked for once, shown in the thread of their ticket, and gone with their message."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import TicketRecord, TimelineMessage
from chalicelib.engine.attachments import MOST
from chalicelib.engine.change import Change
from chalicelib.model import Attachment, BlobRef, Deletion, MediaFetched, Message
from tests.unit.decision.views import HEAD
from tests.unit.engine.test_advance import BASE, HEAD_OPEN, NEW, OPEN, REPORTED, STATED, known, led

KEPT = {"key": "media/k", "type": "image/jpeg", "size": 3, "name": "image-1.jpg"}
FILE = BlobRef(key="media/k", media_type="image/jpeg", size=3, name="image-1.jpg")
SHOWN = replace(STATED, attachments=("image",), media={"0": {}})


def fetched(
    message: TimelineMessage | None, stored: TicketRecord | None = OPEN, file: BlobRef | None = FILE, **more: Any
) -> Change:
    event = MediaFetched(**BASE, row=REPORTED, number=0, file=file, **more)
    conversation = HEAD_OPEN if stored else HEAD
    return led(known(ticket=stored, conversation=conversation), event, {"message": message})[0]


def rows(change: Change) -> list[tuple[str, dict[str, Any]]]:
    """Kind and body of each row; a row without a body has none."""
    found = change.commit.rows if change.commit else ()
    return [(row.kind, json.loads(row.body) if row.body.startswith("{") else {}) for row in found]


def media(change: Change) -> dict[str, Any]:
    """What the message keeps of its files afterwards."""
    assert change.commit is not None
    (changed,) = change.commit.changes
    found: Any = changed.values["media"]
    return dict(found)


def test_each_file_of_a_message_is_fetched_by_its_number_and_what_is_no_file_is_not() -> None:
    kinds = ("image", "location", "audio", *("file",) * MOST)
    files = tuple(Attachment(kind=kind, url=f"https://a.example/{n}") for n, kind in enumerate(kinds))
    change = led(NEW, Message(**BASE, text="Voici", attachments=files))[0]
    asked = [body["n"] for kind, body in rows(change) if kind == "media"]

    assert asked == [0, *range(2, MOST + 1)]
    assert change.commit is not None
    assert set(change.commit.messages[0].media) == {str(number) for number in asked}


def test_a_file_that_was_fetched_is_posted_by_slacks_three_calls_and_marked_as_shown() -> None:
    change = fetched(SHOWN)

    assert [kind for kind, _ in rows(change)] == ["file", "ticket_update"]
    assert change.commit is not None
    assert len(change.commit.rows[0].parts) == 3
    assert rows(change)[0][1] == KEPT | {"n": 0}
    assert media(change) == {"0": KEPT | {"shown": True}}


@pytest.mark.parametrize(
    ("stored", "message"),
    [(None, SHOWN), (replace(OPEN, state="closed"), SHOWN), (OPEN, replace(SHOWN, covered=""))],
)
def test_a_file_is_kept_for_the_ticket_that_may_come(stored: TicketRecord | None, message: TimelineMessage) -> None:
    change = fetched(message, stored)

    assert rows(change) == []
    assert media(change) == {"0": KEPT}


def test_a_file_that_is_shown_is_not_shown_again() -> None:
    assert fetched(replace(SHOWN, media={"0": KEPT | {"shown": True}})).commit is None


def test_a_file_that_will_not_come_is_said_in_the_thread_and_counted() -> None:
    change = fetched(SHOWN, file=None, why="expired")

    assert [kind for kind, _ in rows(change)] == ["thread_note", "ticket_update"]
    assert media(change) == {"0": {"why": "expired"}}
    assert any("media_failed" in str(each) for each in change.counters)


@pytest.mark.parametrize("message", [None, STATED])
def test_a_file_of_a_message_that_is_gone_or_has_none_changes_nothing(message: TimelineMessage | None) -> None:
    assert fetched(message).commit is None


def test_a_file_of_a_message_that_was_taken_back_meanwhile_is_deleted() -> None:
    assert rows(fetched(replace(SHOWN, deleted=True))) == [("media", {"n": 0, "drop": "media/k"})]


def test_of_a_message_that_was_taken_back_a_file_that_never_came_needs_no_deletion() -> None:
    assert rows(fetched(replace(SHOWN, deleted=True), file=None, why="expired")) == []


def test_a_message_that_is_taken_back_takes_its_files_out_of_the_bucket() -> None:
    message = replace(SHOWN, media={"0": KEPT, "1": {"why": "expired"}, "2": {}})
    change, _ = led(
        known(), Deletion(**BASE, target_id="m0"), {"marker": {"message_id": STATED.message_id}, "message": message}
    )

    assert [body for kind, body in rows(change) if kind == "media"] == [{"n": 0, "drop": "media/k"}]
