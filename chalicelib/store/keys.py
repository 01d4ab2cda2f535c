"""
Every key of the one table (single-table design) and of its due index.

No other module may write a key string, but `judging_keys`, `playbook_keys`, `contact_keys` and `move_keys`.

| item         | pk                                   | sk                       | found by                          |
|--------------|--------------------------------------|--------------------------|-----------------------------------|
| account      | acct#<account key>                   | account                  | webhook URL                       |
| account      | acct#<channel>#<account id>          | account, key, pulse, standby, list, token, doctor | body     |
| templates    | acct#<channel>#<account id>          | templates                | the account                       |
| consent      | acct#<channel>#<brand>               | consent                  | who asked, the callback           |
| brand index  | brands                               | <brand>#<channel>#<key>  | `account list`, sweep             |
| control      | <brand>#control                      | control                  | each claim of a bot row           |
| playbook     | <brand>#playbook                     | current / v#<n>          | process, `playbook show`          |
| classifier   | <brand>#playbook                     | bundle                   | process, with the playbook        |
| its bundles  | <brand>#bundles                      | b#<n>                    | `classifier list`                 |
| exceptions   | <brand>#playbook                     | cases                    | process, with the playbook        |
| exception    | <brand>#playbook                     | x#<ms, 13>#<id>          | `exception list --all`            |
| identity     | <brand>#id#<recipient>               | identity                 | an event's address                |
| contact      | <brand>#contact#<contact id>         | contact                  | commands                          |
| membership   | <brand>#contact#<contact id>         | id#<recipient>           | addresses beside the first one    |
| merge        | <brand>#contact#<contact id>         | merge#<contact id>       | `contact split`                   |
| parting      | <brand>#contact#<contact id>         | parting#<contact id>     | `contact split`, again            |
| link         | <brand>#contact#<contact id>         | link#<contact id>        | `contact show`, both of them      |
| own key      | <brand>#contact#<contact id>         | key#<32 hex>             | `contact erase`                   |
| person key   | <brand>#key#<32 hex>                 | who#<contact id>         | mail, phone, order, customer, name|
| shared key   | <brand>#key#<32 hex>                 | shared                   | mail, phone, order, customer      |
| own names    | <brand>#contact#<contact id>         | names                    | `contact erase`                   |
| attribute    | <brand>#contact#<contact id>         | attr#<name>              | the contact's card                |
| move         | <brand>#move#<32 hex>                | move                     | the token of a link      |
| code         | <brand>#code#<32 hex>                | code                     | the head that asked      |
| erasure      | <brand>#contact#<contact id>         | erasing                  | `contact erase`, again            |
| head         | <brand>#conv#<conversation id>       | head                     | identity, row, ticket             |
| message      | <brand>#conv#<conversation id>       | m#<ms, 13>#<16 hex>      | message id, row id, timeline      |
| marker       | <brand>#seen#<32 hex>                | marker                   | (channel, account, event id)      |
| early edit   | <brand>#seen#<32 hex>                | early                    | an edit before its message        |
| desk erasure | <brand>#conv#<"e" + 20 hex>          | desk                     | `contact erase`, again            |
| open row     | <brand>#out#<recipient>              | r#<order, 15>            | notification, row id              |
| ticket       | <brand>#ticket#<ticket id>           | ticket                   | agent action                      |
| thread       | <brand>#thread#<32 hex>              | thread                   | (desk account, thread ts)         |
| tally        | <brand>#tally#<language or intent>   | day#<date>[#<intent>]    | the quality monitor               |
| figures      | <brand>#figures#<shard 0-15>         | day#<date>#<channel>     | `guichet report`, what is kept    |
| cap          | <brand>#cap#<all or intent>          | day#<date>#<shard 00-15> | a decision that speaks under it   |
| refusal      | <brand>#tally#<intent>               | refusal#<32 hex>         | the monitor: once a conversation  |
| judged line  | <brand>#proof#<intent>#<place>#<language> | line#<16 hex>       | what judgements of an intent prove |
| to judge     | <brand>#judging                      | ask#, again#<ms>#<n>#<hex> | who judges, the oldest first      |
| pace         | <brand>#judging                      | pace#<intent>            | what of an intent is judged next  |
| agreement    | <brand>#judging                      | agreement                | who judges                        |
| rehearsals   | <brand>#judging                      | quarter#<n>#<intent>     | what is put to the judges next    |
| audit line   | <brand>#audit                        | a#<ms, 13>#<16 hex>      | `guichet audit`, the newest first |
| comment      | <brand>#comments#<20 hex of a post>  | h#<hour, 7>#<message id> | its digest, who acts on it        |
| board        | <brand>#board                        | on#<team>/<channel>      | the sweep, each minute            |
| visits       | <brand>#visits#<32 hex>              | minute#<n>, used         | a visitor, an IP address, a JWT   |

`<recipient>`: 32 characters of the address's group and queue (`row_queues`). A finished row is its conversation's
message. Sparse index `due`: due_shard = d#<0-31> | parked#, line#, folded#<channel>#<account id> (`paced_index`);
due_at: ms, or a position. An open row is in it, and a head that waits. `open`: <brand>#<0-7>; a ticket until it ends.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..model import AccountId, Address, BrandId, ConversationId, MessageId, Millis, PersonId, RowId
from ..ports import REMINDER_CHANNEL
from . import row_queues

DUE_SHARDS, FIGURES_SHARDS = 32, 16  # each takes a thousand writes a second; the sweep reads all of the due ones
# How long after something is ready the sweep looks for it: later than a queue brings a dead worker's message again.
OVERDUE_MS = 300_000
TIMER_MAX_MS = 900_000  # what a queue's timer reaches
REMINDERS = (
    "remind",
    "late",
    "window",
    "escalate",
    "wrote",
    "settle",
    "orders",
    "joined",
    "parted",
    "same",
)  # a ticket's: `engine.reminders`
HEAD = "head"


@dataclass(frozen=True, slots=True)
class Key:
    """Primary key of one item."""

    pk: str
    sk: str


def digest(*parts: str, length: int = 32) -> str:
    """First `length` hex characters of SHA-256 over the parts, joined unambiguously."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:length]


def recipient(address: Address) -> str:
    """The recipient key of an address: 32 characters (`row_queues`)."""
    return row_queues.recipient(address)


def account_by_key(account_key: str) -> Key:
    """Key of an account as its webhook URL names it."""
    return Key(f"acct#{account_key}", "account")


def account_by_id(channel: str, account_id: str, what: str = "account") -> Key:
    """Key of an account as the platform names it; or what else is kept of it. Of a "consent" the id is the brand's."""
    return Key(f"acct#{channel}#{account_id}", what)


def brand_account(brand: BrandId, channel: str, account_key: str) -> Key:
    """Key of an entry of the list of all accounts."""
    return Key("brands", f"{brand}#{channel}#{account_key}")


def control(brand: BrandId) -> Key:
    """Key of the brand's kill switch."""
    return Key(f"{brand}#control", "control")


def playbook(brand: BrandId, version: int | None = None) -> Key:
    """Key of the brand's playbook: the current one, or a kept version."""
    return Key(f"{brand}#playbook", "current" if version is None else f"{VERSION_PREFIX}{version:06d}")


def audit_line(brand: BrandId, at: Millis, mark: str) -> Key:
    """Key of what is noted of one change that a person made."""
    return Key(f"{brand}#audit", f"{AUDIT_PREFIX}{at:013d}#{mark}")


def identity(brand: BrandId, address: Address) -> Key:
    """Key of one address of one person."""
    return Key(f"{brand}#id#{recipient(address)}", "identity")


def contact(brand: BrandId, contact_id: str) -> Key:
    """Key of one person."""
    return Key(f"{brand}#contact#{contact_id}", "contact")


def membership(brand: BrandId, contact_id: str, address: Address) -> Key:
    """Key of the item that says that this address belongs to this person."""
    return Key(f"{brand}#contact#{contact_id}", f"id#{recipient(address)}")


def merge(brand: BrandId, contact_id: str, merged_contact_id: str) -> Key:
    """Key of what is needed to split `merged_contact_id` off this person again."""
    return Key(f"{brand}#contact#{contact_id}", f"{MERGE_PREFIX}{merged_contact_id}")


def link(brand: BrandId, contact_id: str, other_contact_id: str) -> Key:
    """Key of what links two contacts for agents, as it stands with one of them."""
    return Key(f"{brand}#contact#{contact_id}", f"{LINK_PREFIX}{other_contact_id}")


def own_key(brand: BrandId, contact_id: str, mark: str) -> Key:
    """Key of the item that says that a contact has this key (a keyed digest)."""
    return Key(f"{brand}#contact#{contact_id}", f"{OWN_KEY_PREFIX}{mark}")


def person_key(brand: BrandId, mark: str, contact_id: str) -> Key:
    """Key of one contact who has this key (a keyed digest)."""
    return Key(f"{brand}#key#{mark}", f"{HOLDER_PREFIX}{contact_id}")


def shared_key(brand: BrandId, mark: str) -> Key:
    """Key of the item that says that a key (a keyed digest) is several people's."""
    return Key(f"{brand}#key#{mark}", "shared")


def erasure(brand: BrandId, contact_id: str) -> Key:
    """Key of an erasure that has begun: what is left to erase if it crashes halfway."""
    return Key(f"{brand}#contact#{contact_id}", ERASING)


def erasure_conversation(contact_id: str) -> str:
    """Return the conversation of the rows that delete an erased person's copies: an id that names nobody."""
    return "e" + digest("erasure", contact_id, length=20)


def desk_erasure(brand: BrandId, contact_id: str) -> Key:
    """Key of the list of desks that hold an erased person's copies."""
    return Key(f"{brand}#conv#{erasure_conversation(contact_id)}", "desk")


def media(address: Address, message_id: str, number: int) -> Address:
    """Return the recipient of the row that fetches a message's n-th file: its own, so that nothing waits for it."""
    return Address(address.channel, address.account_id, PersonId(f"media:{digest(message_id, length=20)}:{number}"))


BUNDLE_PREFIX, BULLETIN_PREFIX, VERSION_PREFIX, AUDIT_PREFIX = "b#", "x#", "v#", "a#"
MEMBERSHIP_PREFIX, MERGE_PREFIX, REFUSAL_PREFIX, LINE_PREFIX = "id#", "merge#", "refusal#", "line#"
LINK_PREFIX, OWN_KEY_PREFIX, HOLDER_PREFIX = "link#", "key#", "who#"
ASK_PREFIX, AGAIN_PREFIX, MESSAGE_PREFIX, ROW_PREFIX = "ask#", "again#", "m#", "r#"
MARKER, EARLY, ERASING = "marker", "early", "erasing"
MESSAGE_END = "m$"  # sorts just after every message key
_PLACE_CHARS = 16
_LATER_MOST = 0xFFFF_FEFF  # 49 days
_ROWS_FROM = 0xFFFF_FF00  # our messages of a millisecond sort behind the customer's of the same one


def head(brand: BrandId, conversation_id: str) -> Key:
    """Key of the head of a conversation."""
    return Key(f"{brand}#conv#{conversation_id}", HEAD)


def message_id(conversation_id: ConversationId, sent_at: Millis, *identity_parts: str, later_ms: int = 0) -> MessageId:
    """
    Return the id of a message: it contains its own key.

    `later_ms`: how long after `sent_at` it was received, which orders the messages of one millisecond.
    """
    place = min(max(0, later_ms), _LATER_MOST)
    return MessageId(f"{conversation_id}.{sent_at:013d}.{place:08x}{digest(*identity_parts, length=8)}")


def conversation_of(message_id: MessageId | RowId | str) -> ConversationId:
    """Return the conversation that a message or row id names."""
    return ConversationId(str(message_id).split(".", 1)[0])


def order_of(message_id: MessageId | RowId | str) -> str:
    """Return the part of a message's id by which those of several conversations sort: the time, and what follows."""
    return str(message_id).split(".", 1)[1]


def message(brand: BrandId, wanted: MessageId | str) -> Key:
    """Key of a message. Raises ValueError when `wanted` is no message id."""
    conversation_id, sent_at, short = str(wanted).split(".")
    if not (conversation_id and len(sent_at) == 13 and sent_at.isdigit() and len(short) == _PLACE_CHARS):
        raise ValueError("not a message id")
    return Key(f"{brand}#conv#{conversation_id}", f"{MESSAGE_PREFIX}{sent_at}#{short}")


def written_at(wanted: MessageId | str) -> Millis:
    """Return when a message was written, from its id."""
    return Millis(int(str(wanted).split(".")[1]))


def message_id_from_sk(conversation_id: str, sk: str) -> MessageId:
    """Return the id of the message stored under this sort key."""
    _, sent_at, short = sk.split("#")
    return MessageId(f"{conversation_id}.{sent_at}.{short}")


def marker(brand: BrandId, channel: str, account_id: str, event_id: str) -> Key:
    """Key of the marker of an event."""
    return Key(f"{brand}#seen#{digest(channel, account_id, event_id)}", MARKER)


def early_edit(brand: BrandId, channel: str, account_id: str, event_id: str) -> Key:
    """Key of an edit or deletion that came before its message."""
    return Key(marker(brand, channel, account_id, event_id).pk, EARLY)


def row_id(conversation_id: str, order: int, address: Address) -> RowId:
    """Return the id of an outbox row: it contains its own key, open and finished."""
    return RowId(f"{conversation_id}.{order:015d}.{recipient(address)}")


def open_row(brand: BrandId, wanted: RowId | str) -> Key:
    """Key of a row while it is unfinished. Raises ValueError when `wanted` is no row id."""
    _, order, recipient_key = str(wanted).split(".")
    if not (len(order) == 15 and order.isdigit() and len(recipient_key) == row_queues.RECIPIENT_CHARS):
        raise ValueError("not a row id")
    return Key(f"{brand}#out#{recipient_key}", f"{ROW_PREFIX}{order}")


def queue_of(brand: BrandId, recipient_key: str) -> str:
    """Return the partition of a recipient's unfinished rows."""
    return f"{brand}#out#{recipient_key}"


def finished_row(wanted: RowId | str) -> MessageId:
    """Return the message id that a row has once it is finished."""
    conversation_id, order, _ = str(wanted).split(".")
    at, place = divmod(int(order), 100)
    return MessageId(f"{conversation_id}.{at:013d}.{_ROWS_FROM + place:08x}{digest(str(wanted), length=8)}")


def ticket(brand: BrandId, ticket_id: str) -> Key:
    """Key of one ticket."""
    return Key(f"{brand}#ticket#{ticket_id}", "ticket")


def thread(brand: BrandId, desk_account: str, thread_ts: str) -> Key:
    """Key of the entry that says which ticket a thread at a desk belongs to."""
    return Key(f"{brand}#thread#{digest(desk_account, thread_ts)}", "thread")


def quality_counter(brand: BrandId, subject: str, day: str) -> Key:
    """Key of a day's counts about a subject ("language:fr", "intent:refund")."""
    return Key(f"{brand}#tally#{subject}", f"day#{day}")


def cap(brand: BrandId, subject: str, day: str, shard: int) -> Key:
    """Key of what one shard of a daily cap counts ("all", "intent:refund")."""
    return Key(f"{brand}#cap#{subject}", f"day#{day}#{shard:02d}")


def gathered(brand: BrandId, post: str, hour: int, message_id: MessageId | str) -> Key:
    """Key of a sorted comment under its post and hour (since 1970); "" for the message: how an hour's keys begin."""
    return Key(f"{brand}#comments#{post}", f"h#{hour:07d}#{message_id}")


def board(brand: BrandId, desk_account: str) -> Key:
    """Key of what stands on the board of a desk."""
    return Key(f"{brand}#board", f"on#{desk_account}")


def reminder(ticket_id: str, what: str) -> Address:
    """Return the recipient of a ticket's reminder (one of REMINDERS): its own, so that none waits for another."""
    return Address(REMINDER_CHANNEL, AccountId(""), PersonId(f"{ticket_id}:clock:{what}"))


def looked_at(ready_at: int, now: int) -> int:
    """Return when the sweep looks for what is ready at this time: then, if no timer reaches so far; else late."""
    return ready_at if ready_at - now > TIMER_MAX_MS else ready_at + OVERDUE_MS


def figures(brand: BrandId, shard: int, day: str, channel: str) -> Key:
    """Key of a local day's figures of a channel, for the conversations of one shard."""
    return Key(f"{brand}#figures#{shard}", f"day#{day}#{channel}")


def figures_shard(seed: str) -> int:
    """Return the shard of the figures for a conversation."""
    return int(digest(seed, length=4), 16) % FIGURES_SHARDS


def day_and_channel(sk: str) -> tuple[str, str]:
    """Return day and channel of the sort key of figures."""
    _, day, channel = sk.split("#")
    return day, channel


def refusal(brand: BrandId, subject: str, conversation_id: str) -> Key:
    """Key of a refused answer of an intent in a conversation: however often, it is one item."""
    return Key(f"{brand}#tally#{subject}", f"{REFUSAL_PREFIX}{digest('refusal', conversation_id)}")


def due_shard(seed: str) -> str:
    """Return the shard of the due index for something that must be looked at later."""
    return f"d#{int(digest(seed, length=4), 16) % DUE_SHARDS}"


def due_shards() -> tuple[str, ...]:
    """Return all shards that the sweep reads."""
    return tuple(f"d#{n}" for n in range(DUE_SHARDS))


def parked_shard(channel: str, account_id: str) -> str:
    """Return the shard of rows whose account cannot send."""
    return f"parked#{channel}#{account_id}"


def brand_of(pk: str) -> BrandId:
    """Return the brand that an item belongs to, from its partition key."""
    return BrandId(pk.split("#", 1)[0])


def brand_prefix(brand: BrandId) -> str:
    """Return the beginning of every partition key of a brand's own items."""
    return f"{brand}#"


def row_of_key(pk: str) -> str:
    """Return the recipient key of an open row's partition key."""
    return pk.rsplit("#", 1)[1]


def conversation_of_key(pk: str) -> ConversationId:
    """Return the conversation of a head's partition key."""
    return ConversationId(pk.rsplit("#", 1)[1])


def made_at(row_sk: str) -> Millis:
    """Return when an open row was committed, from its sort key; for a reminder: when it is due."""
    return Millis(int(row_sk.removeprefix(ROW_PREFIX)) // 100)


def new_ids(brand: BrandId, address: Address) -> tuple[str, str]:
    """Return contact and conversation id of a new address: so derived that two racing workers agree."""
    seed = recipient(address)
    return "p" + digest(brand, "contact", seed, length=20), "c" + digest(brand, "conversation", seed, length=20)
