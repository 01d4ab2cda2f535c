"""
Explains why a message was sent or not sent to a customer, from what the table stored of it. Reads only.

Nothing is computed again: classification, reason, attempts and proofs are those that were stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..conversation import Lookup, TimelineMessage
from ..model import BrandId, ConversationId, MessageId, Millis, OutboxRow
from ..stages.deliver import LEASE_MS
from ..store import keys, people, values, whole_brand
from ..store.table import Table
from .explanations import proof_words, reason_of, row_end_words
from .permissions import needs
from .services import AdminServices

ANSWERS = (
    "reply",
    "ask",
    "agent_reply",
    "comment_reply",
    "private_reply",
    "acknowledgement",
    "greeting",
    "consent",
    "notice",
)
LOOKED_THROUGH = 400  # messages after a customer's message in which the row that covers it is looked for


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a row's life and when (ms)."""

    state: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """
    What is known of one message. `decision` is reply, ask, ticket, hold, ignore or human; "" while there is none.

    `sure` is the model's own verdict. `covers` are platform ids of customer messages; `rows` the ids of everything sent
    because of it; `told` those of the exceptions whose words stand before it.
    """

    message_id: str
    author: str
    channel: str
    public: bool
    at: Millis
    decision: str = ""
    reason: str = ""
    words: str = ""
    intent: str | None = None
    guess: str = ""
    language: str = ""
    probability: float | None = None
    bound: float | None = None
    proof: str = ""
    sure: bool | None = None
    model: str = ""
    covers: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    row_id: str = ""
    kind: str = ""
    row_state: str = ""
    attempts: int = 0
    error_code: str = ""
    error_words: str = ""
    platform_ids: tuple[str, ...] = ()
    ticket_id: str = ""
    told: tuple[str, ...] = ()
    states: tuple[Step, ...] = field(default=())


@needs("conversation.read")
def explained_message(
    here: AdminServices,
    brand: BrandId,
    wanted: str,
    *,
    channel: str | None = None,
    account: str | None = None,
    whole: Callable[[Table], whole_brand.Spent],
) -> Explanation | None:
    """
    Explain a message of a brand by our id or a platform's, of one channel or account or of any; None: there is none.

    An id that only a platform gave to what we sent is looked for in the whole table: `whole` is asked first, and told
    of what that takes.
    """
    table = here.table(brand)
    found = of_key(table, wanted)
    if found is not None:
        return found
    for each in here.directory.accounts(brand):
        if channel not in (None, each.channel) or account not in (None, each.account_id):
            continue
        found = of_platform_id(table, each.channel, each.account_id, wanted)
        if found is not None:
            return found
    message_id = whole_brand.sent_as(table, wanted, whole(table))
    return of_key(table, message_id) if message_id else None


def of_key(table: Table, key: str) -> Explanation | None:
    """Explain a message id or row id (with or without ":<part>"); None when it is neither, or this brand has none."""
    plain = key.partition(":")[0]
    for read in (_by_row, _by_message):
        try:
            found = read(table, plain)
        except ValueError:
            continue
        if found is not None:
            return found
    return None


def of_platform_id(table: Table, channel: str, account_id: str, platform_id: str) -> Explanation | None:
    """Explain what a platform calls `platform_id` on this account; None when no event had that id."""
    marker = table.marker(channel, account_id, platform_id)
    if marker is None:
        return None
    return of_key(table, str(marker.get("row_id") or marker.get("message_id") or ""))


def _by_row(table: Table, row_id: str) -> Explanation | None:
    keys.open_row(table.brand, row_id)  # refuses what is no row id
    row = table.open_row(row_id)
    if row is not None and row.row_id == row_id:
        return _of_row(table, _as_message(row), row)
    message = table.finished_row(row_id)
    return _of_row(table, message, None) if message is not None else None


def _by_message(table: Table, message_id: str) -> Explanation | None:
    message = table.message(message_id)
    if message is None:
        return None
    return _of_row(table, message, None) if message.row_id else _of_written(table, message)


def _as_message(row: OutboxRow) -> TimelineMessage:
    return TimelineMessage(
        message_id=keys.finished_row(row.row_id),
        author=row.author,
        address=row.address,
        text="",
        sent_at=row.created_at,
        received_at=row.created_at,
        public=row.public,
        state=row.state,
        row_id=row.row_id,
        platform_ids=tuple(part.platform_id for part in row.parts if part.platform_id),
        why=row.why,
        attempts=row.attempt,
        error_code=row.error_code,
        kind=row.kind,
        covers=row.covers,
        ticket_id=row.ticket_id,
    )


def _of_row(table: Table, message: TimelineMessage, row: OutboxRow | None) -> Explanation:
    """Explain a message of ours: the decision that made its row, and the row's result."""
    why = values.why(message.why) if message.why else {}
    covered = [found for each in message.covers if (found := table.message(each)) is not None]
    noted = _classified(covered)
    reason = str(why.get("reason", ""))
    known = reason_of(reason)
    return Explanation(
        message_id=message.message_id,
        author=message.author,
        channel=message.address.channel,
        public=message.public,
        at=message.received_at,
        decision=known.kind if known else "",
        reason=reason,
        words=known.words if known else "",
        covers=tuple(each.event_id for each in covered if each.event_id),
        rows=(message.row_id,),
        row_id=message.row_id,
        kind=message.kind,
        row_state=message.state,
        attempts=message.attempts,
        error_code=message.error_code,
        error_words=row_end_words(message.error_code) if message.state != "sent" else "",
        platform_ids=message.platform_ids,
        ticket_id=message.ticket_id,
        told=message.decided.exception_ids,
        states=tuple(_life(table, message, row)),
        **_judged(noted | why),
    )


def _of_written(table: Table, message: TimelineMessage) -> Explanation:
    """Explain a customer's message (or a native answer, or a note): the decision that covered it and what it led to."""
    rows = [_as_message(each) if isinstance(each, OutboxRow) else each for each in _led_to(table, message)]
    rows.sort(key=lambda each: ANSWERS.index(each.kind) if each.kind in ANSWERS else len(ANSWERS))
    noted = _classified([message]) or _classified(_joined(table, message, rows))
    reason = message.covered or _waits_for(table, message)
    known = reason_of(reason)
    told = Explanation(
        message_id=message.message_id,
        author=message.author,
        channel=message.address.channel,
        public=message.public,
        at=message.received_at,
        decision=known.kind if known else "",
        reason=reason,
        words=known.words if known else "",
        rows=tuple(each.row_id for each in rows),
        states=(Step("received", message.received_at),),
        **_judged(noted),
    )
    if not rows:
        return told
    answer = _of_row(table, rows[0], table.open_row(rows[0].row_id))
    return replace(
        told,
        covers=answer.covers,
        row_id=answer.row_id,
        kind=answer.kind,
        row_state=answer.row_state,
        attempts=answer.attempts,
        error_code=answer.error_code,
        error_words=answer.error_words,
        ticket_id=answer.ticket_id,
        told=answer.told,
        states=(*told.states, *answer.states),
    )


def _waits_for(table: Table, message: TimelineMessage) -> str:
    """Return why nothing was decided yet on a customer's message; "" for anything that waits for no decision."""
    if message.author != "customer" or message.deleted:
        return ""
    head = table.head(lineage(table, keys.conversation_of(message.message_id))[-1])
    fact = head.fact if head is not None else Lookup()
    return "looking_up" if fact.subject and fact.answer is None else "more_may_come"


def _led_to(table: Table, message: TimelineMessage) -> Iterator[TimelineMessage | OutboxRow]:
    """Return everything that was sent for this message, unfinished rows first."""
    wanted = message.message_id
    recipient = keys.recipient(message.address)
    yield from (row for row in table.open_rows(recipient, limit=100) if wanted in row.covers)
    for conversation_id in _kin(table, keys.conversation_of(wanted)):
        since = Millis(max(0, min(message.sent_at, message.received_at) - 1))
        low = keys.message(table.brand, keys.message_id(conversation_id, since, "")).sk
        later = table.messages_from(conversation_id, low, limit=LOOKED_THROUGH)
        yield from (each for each in later if wanted in each.covers)


def _kin(table: Table, conversation_id: ConversationId) -> list[ConversationId]:
    """Return a conversation, and those of whom it was merged with: an answer to both lies in one of them."""
    root = table.head(lineage(table, conversation_id)[-1])
    who = people.person(table, root.contact_id) if root is not None else None
    merged = people.conversations(table, who) if who is not None else []
    return list(dict.fromkeys((conversation_id, *merged)))


def lineage(table: Table, conversation_id: ConversationId) -> list[ConversationId]:
    """Return a conversation and those it was merged into, in that order."""
    found = [conversation_id]
    head = table.head(conversation_id)
    while head is not None and head.merged_into and head.merged_into not in found:
        found.append(ConversationId(head.merged_into))
        head = table.head(found[-1])
    return found


def _joined(table: Table, message: TimelineMessage, rows: Sequence[TimelineMessage]) -> list[TimelineMessage]:
    """Return the messages decided together with this one; the last of them has the classification."""
    together = {other for row in rows for other in row.covers if other != message.message_id}
    return [found for each in sorted(together) if (found := table.message(MessageId(each))) is not None]


def _classified(messages: Sequence[TimelineMessage]) -> dict[str, Any]:
    noted = [each.classification for each in messages if each.classification]
    return dict(noted[-1]) if noted else {}


def _judged(noted: dict[str, Any]) -> dict[str, Any]:
    """Return the classification's part of an explanation."""
    out, guess = bool(noted.get("out_of_scope")), str(noted.get("guess") or noted.get("intent") or "")
    return {
        "intent": None if out else (str(noted.get("intent") or "") or None),
        "guess": guess,
        "language": str(noted.get("language", "")),
        "probability": float(noted["probability"]) if "probability" in noted else None,
        "bound": float(noted["bound"]) if "bound" in noted else None,
        "proof": proof_words(guess, str(noted.get("proof", ""))),
        "sure": bool(noted["sure"]) if "sure" in noted else None,
        "model": str(noted.get("model", "")),
    }


def _life(table: Table, message: TimelineMessage, row: OutboxRow | None) -> Iterator[Step]:
    """Return when the row was committed, claimed, ended and proven, as far as that is known."""
    yield Step("pending", message.received_at)
    if row is not None:
        if row.state == "claimed" and row.lease_until:
            yield Step("claimed", row.lease_until - LEASE_MS)
        return
    yield Step(message.state, message.sent_at)
    kept = table.get(keys.message(table.brand, message.message_id)) or {}
    if "proven_at" in kept:
        yield Step("proven", int(kept["proven_at"]))
