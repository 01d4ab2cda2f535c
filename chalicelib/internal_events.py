"""
The wire form of internal events: every one is of kind "fact", told apart by its subject, its values all text.

`read(write(event)) == event` for every internal event. The wire form stays as it was when all of them were one class:
queues and dead letters hold such bodies for days (docs/compatibility.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict, assert_never, get_args

from .model import (
    DELIVERY,
    AccountId,
    AccountPaused,
    Address,
    AnswerJudged,
    BlobRef,
    ChannelName,
    CodeFound,
    DeliveryReport,
    DeliveryStatus,
    EventBase,
    EventId,
    Internal,
    LookupAnswered,
    MediaFetched,
    MessageId,
    MessagesShifted,
    Millis,
    MoveArrived,
    MoveConfirmed,
    NumbersGuessed,
    PersonId,
    ProfileFetched,
    ReminderDue,
    ReportedRow,
    Shift,
    ShiftKind,
    StopRequested,
    ThreadFound,
    TicketLookupAnswered,
    TimerFired,
)
from .text import to_json

Pair = tuple[str, str]
_STOPPED_BY = "watch"  # of a stop whose message does not say by whom it was asked for
_JUDGED = ("intent", "place", "language", "line_id", "judge", "verdict")  # in their order on the wire
_WHERE = ("channel", "account", "person")
_SHIFT = ("language", "intent", "state", "before", "now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(EventBase):
    """An internal event as it is written. `subject` says which; what `key` is depends on it."""

    subject: str
    key: str
    found: bool = False
    failed: bool = False
    fields: tuple[Pair, ...] = field(default=(), repr=False)


class _Base(TypedDict):
    event_id: EventId
    address: Address
    sent_at: Millis | None
    public: bool
    target_id: str
    alias: str


def _base(event: EventBase) -> _Base:
    return {
        "event_id": event.event_id,
        "address": event.address,
        "sent_at": event.sent_at,
        "public": event.public,
        "target_id": event.target_id,
        "alias": event.alias,
    }


# --- written ----------------------------------------------------------------------------------


def write(event: Internal) -> Fact:  # noqa: C901, PLR0911, PLR0912 - a case an event
    """Return the wire form of an internal event."""
    match event:
        case TimerFired():
            return _fact(event, event.SUBJECT, str(event.generation))
        case LookupAnswered():
            return _fact(event, event.subject, event.key, event.answer, found=bool(event.answer), failed=event.failed)
        case TicketLookupAnswered():
            return _fact(event, event.SUBJECT, event.key, event.answer, found=bool(event.answer), failed=event.failed)
        case ReminderDue():
            return _fact(event, event.SUBJECT, event.row.row_id, _of_row(event.row, event.reminder))
        case DeliveryReport():
            return _fact(event, DELIVERY[event.status], event.row.row_id, _of_row(event.row, event.code))
        case AccountPaused():
            return _fact(event, event.SUBJECT, event.row.row_id, _of_row(event.row, event.code))
        case MediaFetched():
            return _fact(event, event.SUBJECT, event.row.row_id, _of_row(event.row, _file_values(event)))
        case ProfileFetched():
            return _fact(event, event.SUBJECT, event.conversation_id, [("name", event.name)], found=True)
        case AnswerJudged():
            return _fact(event, event.SUBJECT, event.row_id, _values(event, _JUDGED))
        case StopRequested():
            return _fact(event, event.SUBJECT, event.intent, _values(event, ("epoch", "by")))
        case MessagesShifted():
            return _fact(event, event.SUBJECT, event.shift.what, _values(event.shift, _SHIFT))
        case NumbersGuessed():
            return _fact(event, event.SUBJECT, str(int(event.until)), _values(event, ("missed", "asked")))
        case MoveArrived() | MoveConfirmed():
            return _fact(event, event.SUBJECT, event.mark)
        case ThreadFound():
            return _fact(event, event.SUBJECT, "", _where(event.to))
        case CodeFound():
            return _fact(event, event.SUBJECT, event.mark, _where(event.to))
        case _:
            assert_never(event)


def _fact(
    event: Internal, subject: str, key: str, fields: Iterable[Pair] = (), *, found: bool = False, failed: bool = False
) -> Fact:
    return Fact(**_base(event), subject=subject, key=key, found=found, failed=failed, fields=tuple(fields))


def _values(of: object, names: Sequence[str]) -> list[Pair]:
    return [(name, str(getattr(of, name))) for name in names]


def _of_row(row: ReportedRow, code: str) -> list[Pair]:
    return [("kind", row.kind), ("code", code), ("covers", " ".join(row.covers)), ("ticket", row.ticket_id)]


def _where(address: Address) -> list[Pair]:
    return list(zip(_WHERE, (address.channel, address.account_id, address.person_id), strict=True))


def _file_values(event: MediaFetched) -> str:
    file = event.file
    if file is None:
        return to_json({"n": event.number, "why": event.why})
    return to_json({"n": event.number, "key": file.key, "type": file.media_type, "size": file.size, "name": file.name})


# --- read -------------------------------------------------------------------------------------


def read(fact: Fact) -> Internal:
    """Return the internal event; raises ValueError, TypeError or KeyError for any other form."""
    make = _READERS.get(fact.subject)
    if make is None:
        return LookupAnswered(**_base(fact), subject=fact.subject, key=fact.key, answer=fact.fields, failed=fact.failed)
    return make(fact, dict(fact.fields))


def _row(fact: Fact, values: Mapping[str, str]) -> ReportedRow:
    return ReportedRow(
        row_id=fact.key,
        kind=values.get("kind", ""),
        covers=tuple(MessageId(message_id) for message_id in values.get("covers", "").split()),
        ticket_id=values.get("ticket", ""),
    )


def _address(values: Mapping[str, str]) -> Address:
    channel, account_id, person_id = (values[name] for name in _WHERE)
    return Address(ChannelName(channel), AccountId(account_id), PersonId(person_id))


def _report(status: DeliveryStatus) -> Callable[[Fact, Mapping[str, str]], DeliveryReport]:
    return lambda fact, values: DeliveryReport(
        **_base(fact), row=_row(fact, values), status=status, code=values.get("code", "")
    )


def _media(fact: Fact, values: Mapping[str, str]) -> MediaFetched:
    stored: dict[str, Any] = json.loads(values["code"])
    file = None
    if "key" in stored:
        file = BlobRef(key=stored["key"], media_type=stored["type"], size=int(stored["size"]), name=stored["name"])
    return MediaFetched(
        **_base(fact), row=_row(fact, values), number=int(stored["n"]), file=file, why=str(stored.get("why", ""))
    )


def _judged(fact: Fact, values: Mapping[str, str]) -> AnswerJudged:
    return AnswerJudged(**_base(fact), row_id=fact.key, **{name: values[name] for name in _JUDGED})


def _shifted(fact: Fact, values: Mapping[str, str]) -> MessagesShifted:
    (what,) = (word for word in get_args(ShiftKind) if word == fact.key)
    language, intent, state, before, now = (values[name] for name in _SHIFT)
    return MessagesShifted(**_base(fact), shift=Shift(what, language, intent, state, int(before), int(now)))


_READERS: Mapping[str, Callable[[Fact, Mapping[str, str]], Internal]] = {
    TimerFired.SUBJECT: lambda fact, _: TimerFired(**_base(fact), generation=int(fact.key)),
    TicketLookupAnswered.SUBJECT: lambda fact, _: TicketLookupAnswered(
        **_base(fact), key=fact.key, answer=fact.fields, failed=fact.failed
    ),
    ReminderDue.SUBJECT: lambda fact, values: ReminderDue(
        **_base(fact), row=_row(fact, values), reminder=values["code"]
    ),
    **{subject: _report(status) for status, subject in DELIVERY.items()},
    AccountPaused.SUBJECT: lambda fact, values: AccountPaused(
        **_base(fact), row=_row(fact, values), code=values.get("code", "")
    ),
    MediaFetched.SUBJECT: _media,
    ProfileFetched.SUBJECT: lambda fact, values: ProfileFetched(
        **_base(fact), conversation_id=fact.key, name=values.get("name", "")
    ),
    AnswerJudged.SUBJECT: _judged,
    StopRequested.SUBJECT: lambda fact, values: StopRequested(
        **_base(fact), intent=fact.key, epoch=int(values["epoch"]), by=values.get("by", _STOPPED_BY)
    ),
    MessagesShifted.SUBJECT: _shifted,
    NumbersGuessed.SUBJECT: lambda fact, values: NumbersGuessed(
        **_base(fact), until=Millis(int(fact.key)), missed=int(values["missed"]), asked=int(values["asked"])
    ),
    MoveArrived.SUBJECT: lambda fact, _: MoveArrived(**_base(fact), mark=fact.key),
    MoveConfirmed.SUBJECT: lambda fact, _: MoveConfirmed(**_base(fact), mark=fact.key),
    ThreadFound.SUBJECT: lambda fact, values: ThreadFound(**_base(fact), to=_address(values)),
    CodeFound.SUBJECT: lambda fact, values: CodeFound(**_base(fact), mark=fact.key, to=_address(values)),
}
