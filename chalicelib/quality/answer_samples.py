"""
Which sent answers become a question to the judges, and what the verdicts mean.

The first fifty of an intent, then ten a week, and one of twenty beyond. One dangerous answer, or two wrong ones in the
last fifty, stop the intent. The question is written before the row ends, by the worker that ends the row; after a crash
in between it is written once more and is the same item. Nobody's judgements are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from zlib import crc32

from ..conversation import TimelineMessage
from ..engine.verdicts import RIGHT, VERDICTS
from ..model import AnswerJudged, ContactId, EventId, MessageId, Millis, OutboxRow
from ..playbook.schema import Playbook
from ..store import items, judged_answers, judging, judging_keys, keys, writes
from ..store.items import Item
from ..store.judged_answers import JudgedAnswer
from ..store.judging import JudgingQuestion
from ..store.table import Table

KINDS = ("reply", "ask")
FIRST, A_WEEK, ONE_OF = 50, 10, 20
SAMPLE: Literal["sent"] = "sent"
_TOTAL = "n"
_KEPT_DAYS = 400


def ask(table: Table, row: OutboxRow, now: Millis) -> None:
    """Give a sent automatic answer to the judges if it is in the sample; safe to run again."""
    intent = row.decided.intent if row.kind in KINDS else ""
    if not intent:
        return
    key, week = judging_keys.pace(table.brand, intent), _week(now)
    if not due(table.get(key, fresh=False) or {}, week, row.row_id):
        return
    found = _question(table, row, intent, now)
    if found is not None and judging.ask(table, found):
        names, ttl = {"total": _TOTAL, "week": week}, items.ttl(now, _KEPT_DAYS)
        table.write(writes.add(key, "#total :one, #week :one", ttl, "", names, one=1))


def forget(table: Table, contact_id: ContactId, message_id: MessageId) -> None:
    """Take from the judges what they would read of a message that was taken back. Safe to repeat."""
    for asked in judging.of_contact(table, contact_id):
        said = table.finished_row(asked.said_id) if asked.said_id else None
        if said is None or message_id in said.covers:
            judging.forget(table, asked)


def due(pace: Item, week: str, row_id: str) -> bool:
    """Return whether this answer is to be judged, by how many of its intent the judges got, in all and this week."""
    if int(pace.get(_TOTAL, 0)) < FIRST or int(pace.get(week, 0)) < A_WEEK:
        return True
    return crc32(row_id.encode()) % ONE_OF == 0


def _week(now: Millis) -> str:
    year, week, _ = datetime.fromtimestamp(now / 1000, UTC).isocalendar()
    return f"w{year}-{week:02d}"


def begin_again(table: Table, intent: str) -> None:
    """Start the count of an intent's judged answers again: a restarted intent's first answers are judged."""
    table.write(writes.delete(judging_keys.pace(table.brand, intent)))


def _question(table: Table, row: OutboxRow, intent: str, now: Millis) -> JudgingQuestion | None:
    """Return the question to the judges; None if the customer's messages no longer exist."""
    stored = [table.message(message_id) for message_id in row.covers]
    written = [message for message in stored if message is not None and not message.deleted]
    head = table.head(keys.conversation_of(row.row_id))
    if not written or head is None:
        return None
    whole = _classified(written)
    answer = "\n".join(part.text for part in row.parts)
    line = JudgedAnswer(
        intent=intent,
        place="public" if row.public else "private",
        language=head.language or whole.get("language", ""),  # a bare number is in no language
        message=keys.digest("sent", row.row_id, length=16),
        words=keys.digest("words", answer, length=16),
        sample=SAMPLE,
        draw=SAMPLE,
        number=0,
        at=written[-1].received_at,
        channel=row.address.channel,
        bundle=whole.get("model", ""),
        contact=head.contact_id,
        state=whole.get("state", ""),
    )
    text = "\n".join(message.text for message in written if message.text)
    return JudgingQuestion(line=line, text=text, answer=answer, asked_at=now, said_id=row.row_id)


def _classified(messages: Sequence[TimelineMessage]) -> Mapping[str, str]:
    """Return the classification of the decision, which is stored with the newest of its messages."""
    return next((each.classification for each in messages[::-1] if each.classification), {})


def wrong_answer(table: Table, place: str, judge: str, verdict: str, now: Millis) -> AnswerJudged | None:
    """
    Return the report that a sent answer is not right, to be queued before the verdict is stored; None otherwise.

    It holds the judge's digest in this line, not who the judge is.
    """
    if verdict not in VERDICTS or verdict == RIGHT:
        return None
    try:
        asked = judging.one(table, place, now)
    except ValueError:
        return None
    said = table.finished_row(asked.said_id) if asked is not None and asked.said_id else None
    if asked is None or said is None:
        return None
    line = asked.line
    judged_by = judged_answers.judge_of(line.line_id, judge)
    return AnswerJudged(
        event_id=EventId(keys.digest(AnswerJudged.SUBJECT, asked.said_id, judged_by, verdict)),
        address=said.address,
        sent_at=None,
        row_id=asked.said_id,
        intent=line.intent,
        place=line.place,
        language=line.language,
        line_id=line.line_id,
        judge=judged_by,
        verdict=verdict,
    )


def lines(table: Table, playbook: Playbook, intent: str, since: Millis) -> list[JudgedAnswer]:
    """Return an intent's judged sent answers since somebody last started it, oldest first."""
    found = [
        line
        for place in ("private", "public")
        for language in playbook.languages
        for line in judged_answers.lines(table, intent, place, language)
        if line.sample == SAMPLE and line.verdicts and line.at > since
    ]
    return sorted(found, key=lambda line: (line.at, line.line_id))
