"""
Items of the table: dataclass <-> flat dict, versioned (`v`), pure.

A dict holds str, int, bool, lists and maps only (DynamoDB numbers are read back as int). Empty strings, zeros and
False are left out: each kilobyte is a write unit.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from ..conversation import (
    ABOVE,
    MADE_OF,
    OFFERED,
    Control,
    Conversation,
    Quoted,
    Scope,
    TicketRecord,
    TimelineMessage,
    address_of,
)
from ..errors import Newer
from ..model import (
    Account,
    AccountId,
    AccountKey,
    Activity,
    BrandId,
    ChannelName,
    ConversationId,
    ListRead,
    MessageId,
    Millis,
    OutboxRow,
    Part,
    TokenLife,
)
from ..move_tokens import made_of
from ..text import to_json
from . import values
from .row_queues import queue_of

VERSION = 2  # of what is written
OLDEST, NEWEST = 2, 3  # of what is read: NEWEST is raised a release before VERSION (docs/compatibility.md)
BESIDE_VERSION = 3  # of a row with a part that is more than a text, or of a kind that came later
MERGED_VERSION = 3  # of a head that speaks for merged people: a release that knows none would forget whose is what
# What a row carries is written three times, a playbook is read by every function: packed, it is a fifth of the units.
PACK_FROM = 600
PACKED = "z:"  # no JSON begins so
Item = dict[str, Any]
T = TypeVar("T")

# attribute of the dataclass -> how it is stored, where it is not a plain scalar
_TUPLES = (
    "attachments",
    "platform_ids",
    "asked_with",
    "looked_up",
    "covers",
    "done",
    "emergencies",
    "opted_out",
    "menu",
    "clarified",
    "heard",
    "uncovered_in",
)


def readable(item: Item) -> Item:
    """Return the item itself. Raises Newer for one of a later version of Guichet: its new fields would be lost."""
    if int(item.get("v", 0)) > NEWEST:
        raise Newer(f"an item of version {item['v']}, by a later Guichet than this one, which reads {NEWEST}")
    return item


def _plain(value: object, skip: tuple[str, ...]) -> Item:
    item: Item = {"v": VERSION}
    for field_ in fields(value):  # type: ignore[arg-type]  # always one of our dataclasses
        if field_.name in skip:
            continue
        stored = getattr(value, field_.name)
        if stored is None or stored in ("", 0, False, (), {}):
            continue
        write = values.WRITE.get(field_.name, _stored)
        item[field_.name] = write(stored)
    return item


def _stored(value: object) -> object:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def changed(attributes: Mapping[str, object]) -> Item:
    """Return new values of a stored message as its item holds them."""
    return {name: values.WRITE[name](value) if name in values.WRITE else value for name, value in attributes.items()}


def _build(cls: type[T], item: Item, **given: object) -> T:
    made: dict[str, object] = dict(given)
    for field_ in fields(cls):  # type: ignore[arg-type]  # always one of our dataclasses
        name = field_.name
        if name not in made and name in item:
            read = values.READ.get(name, tuple if name in _TUPLES else None)
            made[name] = read(item[name]) if read else item[name]
    return cls(**made)


def _address(item: Item) -> dict[str, object]:
    """Return the address of an item; what has a row id tells by it whether that is a desk."""
    found = address_of(item["channel"], item["account"], item["person"])
    at_desk = queue_of(item.get("row_id", "").rpartition(".")[2]) == "desk"
    return {"address": replace(found, desk=True) if at_desk else found}


def _flat_address(value: TimelineMessage | OutboxRow | TicketRecord) -> Item:
    return {"channel": value.address.channel, "account": value.address.account_id, "person": value.address.person_id}


def conversation_item(value: Conversation) -> Item:
    """Return the item of a conversation's head; of merged people it is of a version of its own."""
    item = _plain(value, ())
    later = value.tree or value.uncovered_in or value.moving or value.code  # the release before would forget these
    return item | {"v": MERGED_VERSION} if later else item


def conversation(item: Item) -> Conversation:
    """Read a head."""
    return _build(Conversation, item)


def conversation_text(value: Conversation) -> str:
    """Return a head as one attribute of another item."""
    return compact(conversation_item(value))


def conversation_of_text(text: str) -> Conversation:
    """Read a head that another item keeps."""
    return conversation(json.loads(text))


def message_item(value: TimelineMessage) -> Item:
    """Return the item of a timeline message."""
    item = _plain(value, ("address", "message_id")) | _flat_address(value)
    return item | {"beside": [list(pair) for pair in value.beside]} if value.beside else item


def message(item: Item, message_id: MessageId) -> TimelineMessage:
    """Read a timeline message. `sent_at` is part of its id."""
    rest: dict[str, object] = {"message_id": message_id, "text": item.get("text", "")}
    rest["received_at"] = Millis(item.get("received_at", 0))
    rest["beside"] = tuple((kind, words) for kind, words in item.get("beside", ()))
    return _build(TimelineMessage, item, **rest, **_address(item))


def row_item(value: OutboxRow) -> Item:
    """Return the item of an unfinished outbox row."""
    parts = [
        {"text": p.text} | values.beside(p) | ({"id": p.platform_id} if p.platform_id else {}) for p in value.parts
    ]
    item = _plain(value, ("address", "parts")) | _flat_address(value) | {"parts": parts}
    if any("beside" in part for part in parts) or value.traits.later:
        item["v"] = BESIDE_VERSION
    if value.parts and value.parts[-1].shown_text:
        item["choices"] = values.choices(value.parts[-1])
    if value.row_id.startswith(f"{value.conversation_id}."):  # said once is enough: most rows lie around a kilobyte
        del item["conversation_id"]
    else:  # it lies with a merged person: whose head is asked before it is sent
        item["v"] = MERGED_VERSION
    if len(value.body) > PACK_FROM:
        item["body"] = packed(value.body)
    return item


def row(item: Item) -> OutboxRow:
    """Read an outbox row."""
    parts = tuple(
        Part(text=p["text"], platform_id=p.get("id", ""), **values.beside_of(p.get("beside", "")))
        for p in item["parts"]
    )
    if "choices" in item:  # of its last part, whose text says them as well: what forgets them sends that
        parts = (*parts[:-1], replace(parts[-1], **values.choices_of(item["choices"])))
    body = unpacked(str(item.get("body", "")))
    known = {"not_before": 0, "conversation_id": item["row_id"].partition(".")[0]}
    return _build(OutboxRow, known | item, parts=parts, body=body, **_address(item))


def ttl(now: int, days: int) -> int:
    """Return when DynamoDB may delete an item that is kept for some days from `now` (ms): seconds since 1970."""
    return now // 1000 + days * 86_400


def due(shard: str, at: int) -> Item:
    """Return the attributes that put an item into the due index."""
    return {"due_shard": shard, "due_at": at}


def finished(value: OutboxRow, at: Millis) -> TimelineMessage:
    """Return the timeline message that a row becomes when it ends; its buttons, where they were shown as such."""
    files = [file for part in value.parts for file in part.files]
    shown = [part for part in value.parts if part.quick_replies]
    beside = [(ABOVE, part.shown_text) for part in shown if part.shown_text]
    beside += [(OFFERED, f"{each.payload} {each.title}") for part in shown for each in part.quick_replies]
    if value.traits.drawn == "token" and value.body:
        beside.append((MADE_OF, made_of(value.body)))
    return TimelineMessage(
        message_id=MessageId(""),
        author=value.author,
        address=value.address,
        text="\n".join(part.text for part in value.parts),
        sent_at=at,
        received_at=value.created_at,
        public=value.public,
        anchor=value.anchor,
        state=value.state,
        row_id=value.row_id,
        platform_ids=_platform_ids(value),
        why=value.why,
        attempts=value.attempt,
        error_code=value.error_code,
        kind=value.kind,
        covers=value.covers,
        ticket_id=value.ticket_id,
        attachments=tuple(values.kind_of_file(file) for file in files),
        media={str(number): {"key": file.key, "sent": True} for number, file in enumerate(files)},
        beside=tuple(beside),
    )


def _platform_ids(value: OutboxRow) -> tuple[str, ...]:
    """Return the platform's ids of what was sent; for a file its id, which the row held beside its upload address."""
    known = tuple(part.platform_id for part in value.parts if part.platform_id)
    return (known[0].partition(" ")[0],) if known and value.traits.file else known


def ticket_item(value: TicketRecord) -> Item:
    """Return the item of a ticket."""
    quotes = [_quote_row(quote) for quote in value.quotes]
    item = _plain(value, ("address", "quotes", "orders", "offers")) | _flat_address(value) | {"quotes": quotes}
    if value.joined or value.asks_same or any(quote.channel for quote in value.quotes):
        item["v"] = MERGED_VERSION
    return item | {"orders": [values.order(each) for each in value.orders]} if value.orders else item


def ticket(item: Item) -> TicketRecord:
    """Read a ticket."""
    texts = {"reason": item.get("reason", ""), "intent": item.get("intent", ""), "language": item.get("language", "")}
    quotes = tuple(_quoted(*quote) for quote in item.get("quotes", []))
    orders = tuple(values.order_of(*each) for each in item.get("orders", ()))
    return _build(TicketRecord, item, quotes=quotes, orders=orders, **texts, **_address(item))


def _quote_row(quote: Quoted) -> list[object]:
    """Return one quote's values in order, without the empty ones at the end."""
    row: list[object] = [quote.text, quote.at, quote.by, quote.message_id, list(quote.attachments), quote.state]
    row += [
        quote.here_only,
        quote.public,
        quote.quoting,
        quote.answers,
        [list(pair) for pair in quote.beside],
        quote.channel,
    ]
    while len(row) > 7 and not row[-1]:
        row.pop()
    return row


def _quoted(  # noqa: PLR0913, PLR0917 - a stored row's values in order
    text: str,
    at: int,
    by: str,
    message_id: str = "",
    attachments: Sequence[str] = (),
    state: str = "",
    here_only: bool = False,  # noqa: FBT001, FBT002 - a value of a stored row
    public: bool = False,  # noqa: FBT001, FBT002 - as above
    quoting: str = "",
    answers: str = "",
    beside: Sequence[Sequence[str]] = (),
    channel: str = "",
) -> Quoted:
    """Read one quote; empty values at its end are not stored."""
    return Quoted(
        text=text,
        at=Millis(at),
        by=by,
        message_id=message_id,
        attachments=tuple(attachments),
        state=state,
        here_only=here_only,
        public=public,
        quoting=quoting,
        answers=answers,
        beside=tuple((kind, words) for kind, words in beside),
        channel=channel,
    )


def control_item(value: Control) -> Item:
    """Return the item of the brand's kill switch."""
    scopes = {name: {"stopped": scope.stopped} | _scope_item(scope) for name, scope in value.scopes.items()}
    return {"v": VERSION, "epoch": value.epoch, "scopes": scopes, "guessed_until": int(value.guessed_until)}


def _scope_item(scope: Scope) -> Item:
    return {name: value for name, value in _plain(scope, ("stopped",)).items() if name != "v"}


def control(item: Item | None) -> Control:
    """Read the kill switch; a brand without one is not stopped."""
    if item is None:
        return Control()
    scopes = {name: _build(Scope, {"epoch": 0, **scope}) for name, scope in item["scopes"].items()}
    return Control(int(item["epoch"]), scopes, Millis(int(item.get("guessed_until", 0))))


def account_item(value: Account) -> Item:
    """Return the item of a connected account."""
    return _plain(value, ())


def activity_values(value: Activity) -> dict[str, object]:
    """Return the attributes of an account's activity that the sweep writes; intake writes `last`."""
    return {"newest": value.newest, "since": value.since, "hours": hex(value.hours)}


def activity(item: Item) -> Activity:
    """Read an account's activity."""
    hours = int(item.get("hours", "0"), 16)
    return Activity(Millis(item["last"]), int(item.get("newest", 0)), int(item.get("since", 0)), hours)


def list_read_item(value: ListRead) -> Item:
    """Return the item that says how far an account's list was read."""
    return _plain(value, ())


def list_read(item: Item) -> ListRead:
    """Read how far an account's list was read."""
    return _build(ListRead, item)


def token_life_item(value: TokenLife) -> Item:
    """Return the item that says how long an account's token lives."""
    return _plain(value, ())


def token_life(item: Item) -> TokenLife:
    """Read how long an account's token lives."""
    return _build(TokenLife, item)


def account(item: Item) -> Account:
    """Read an account."""
    return Account(
        key=AccountKey(item["key"]),
        brand=BrandId(item["brand"]),
        channel=ChannelName(item["channel"]),
        account_id=AccountId(item["account_id"]),
        app_key=item.get("app_key", ""),
        name=item.get("name", ""),
        paused=item.get("paused", ""),
        connected_at=Millis(item.get("connected_at", 0)),
        line_until=Millis(item.get("line_until", 0)),
    )


def packed(json_text: str) -> str:
    """Return a long JSON text as it is stored (compressed)."""
    return PACKED + base64.b85encode(zlib.compress(json_text.encode(), 9)).decode("ascii")


def unpacked(stored: str) -> str:
    """Return a stored JSON text as it was, compressed or (short, or of an earlier version) not."""
    if not stored.startswith(PACKED):
        return stored
    return zlib.decompress(base64.b85decode(stored.removeprefix(PACKED))).decode()


def compact(value: Mapping[str, object]) -> str:
    """Return JSON without spaces, ASCII only."""
    return to_json(value)


def conversation_of(item: Item) -> ConversationId:
    """Return the conversation that an item points to."""
    return ConversationId(item["conversation_id"])
