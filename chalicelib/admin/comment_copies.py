"""An erased person's comments in digests that were posted: each digest is drawn anew, without them."""

from __future__ import annotations

from collections.abc import Iterable

from ..conversation import TimelineMessage
from ..model import Millis, OutboxRow, Part, at_desk
from ..playbook.codec import from_json
from ..store import gathered, keys
from ..store.commit import new_row
from ..store.gathered import HOUR_MS
from ..store.table import Table

AFTER_MS = 300_000
GRACE_MS = 120_000  # as `engine.comments` has it: when an hour's digest is due after the hour


def redraw(table: Table, gone: Iterable[TimelineMessage], workspace: str, now: Millis) -> None:
    """
    Have the digests of these comments drawn anew, once they are gone: who erases dies perhaps before they are.

    Safe to run again; the sweep finds the rows.
    """
    stored = table.playbook()
    playbook = from_json(stored) if stored else None
    desk = (playbook.comments.desk or playbook.routing.account) if playbook else ""
    comments = [each for each in gone if each.author == "customer" and each.covered.startswith("comment_")]
    for post, hour in dict.fromkeys((gathered.post_of(each).key, gathered.hour_of(each)) for each in comments):
        conversation = gathered.conversation_of(post)
        where = at_desk(workspace, desk, gathered.place_of(post, hour))
        first = keys.row_id(conversation, ((hour + 1) * HOUR_MS + GRACE_MS) * 100, where)
        if not desk or (table.finished_row(first) is None and table.open_row(first) is None):
            continue
        row = OutboxRow(
            row_id=keys.row_id(conversation, now * 100 + 50, where),  # no commit's: those begin at 0
            kind="comments_update",
            author="system",
            address=where,
            conversation_id=keys.conversation_of(conversation),
            state="pending",
            created_at=now,
            not_before=Millis(now + AFTER_MS),
            parts=(Part(text=""),),
            anchor=first,
        )
        table.write(new_row(table, row))
