"""
Every key of the one table. No other module may write a key string.

| item         | pk                                   | sk                       | found by                          |
|--------------|--------------------------------------|--------------------------|-----------------------------------|
| account      | acct#<account key>                   | account                  | webhook URL                       |
| account      | acct#<channel>#<account id>          | account, pulse           | account id in a body, deliver     |
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
| erasure      | <brand>#contact#<contact id>         | erasing                  | `contact erase`, again            |
| head         | <brand>#conv#<conversation id>       | head                     | identity, row, ticket             |
| message      | <brand>#conv#<conversation id>       | m#<ms, 13>#<16 hex>      | message id, row id, timeline      |
| marker       | <brand>#seen#<32 hex>                | marker                   | (channel, account, event id)      |
| early edit   | <brand>#seen#<32 hex>                | early                    | an edit before its message        |
| desk erasure | <brand>#conv#<"e" + 20 hex>          | desk                     | `contact erase`, again            |
| open row     | <brand>#out#<recipient>              | r#<order, 15>            | doorbell, row id                  |
| ticket       | <brand>#ticket#<ticket id>           | ticket                   | agent action                      |
| thread       | <brand>#thread#<32 hex>              | thread                   | (desk account, thread ts)         |
| tally        | <brand>#tally#<language or intent>   | day#<date>[#<intent>]    | the watch over the bot's answers  |
| figures      | <brand>#figures#<shard 0-15>         | day#<date>#<channel>     | `guichet report`, what is kept    |
| cap          | <brand>#cap#<all or intent>          | day#<date>#<shard 00-15> | a decision that speaks under it   |
| refusal      | <brand>#tally#<intent>               | refusal#<32 hex>         | the watch: once a conversation    |
| judged line  | <brand>#proof#<intent>#<place>#<language> | line#<16 hex>       | what judgements of an intent prove |
| to judge     | <brand>#judging                      | ask#, again#<ms>#<n>#<hex> | who judges, the oldest first      |
| pace         | <brand>#judging                      | pace#<intent>            | what of an intent is judged next  |
| agreement    | <brand>#judging                      | agreement                | who judges                        |
| rehearsals   | <brand>#judging                      | quarter#<n>#<intent>     | what is put to the judges next    |

`<recipient>`: 32 characters of the address's group and lane (`lanes`). A finished row is a message of its conversation.
Index `due` (KEYS_ONLY, sparse): due_shard = d#<0-31> | parked#, line#, folded#<channel>#<account id> (`lines`); due_at:
ms, or a place in a line. Every open row is in it from its commit to its end, every head while it waits (`hold_until`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..model import AccountId, Address, BrandId, ConversationId, MessageId, Millis, PersonId, RowId
from ..ports import CLOCK_CHANNEL
from . import lanes

DUE_SHARDS = 32  # each takes a thousand writes a second; the sweep reads all of them every minute
FIGURES_SHARDS = 16
# How long after something is ready the sweep looks for it: later than a queue brings a dead worker's message again.
OVERDUE_MS = 300_000
TIMER_MAX_MS = 900_000  # what a queue's timer reaches
# A ticket's clocks, by what they do: `pipeline.clocks`.
CLOCKS = ("remind", "late", "window", "escalate", "wrote", "settle", "orders")
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
    """The recipient key of an address: 32 characters (`lanes`)."""
    return lanes.recipient(address)


def account_by_key(account_key: str) -> Key:
    """An account as its webhook URL names it."""
    return Key(f"acct#{account_key}", "account")


def account_by_id(channel: str, account_id: str, what: str = "account") -> Key:
    """An account as the platform names it; or its "pulse": when its events came."""
    return Key(f"acct#{channel}#{account_id}", what)


def brand_account(brand: BrandId, channel: str, account_key: str) -> Key:
    """An entry of the list of all accounts."""
    return Key("brands", f"{brand}#{channel}#{account_key}")


def control(brand: BrandId) -> Key:
    """The brand's switch."""
    return Key(f"{brand}#control", "control")


def playbook(brand: BrandId, version: int | None = None) -> Key:
    """The brand's playbook: the current one, or a kept version."""
    return Key(f"{brand}#playbook", "current" if version is None else f"{VERSION_PREFIX}{version:06d}")


def bundle_in_use(brand: BrandId) -> Key:
    """Which classifier the brand uses: beside the current playbook, so that one read gives both."""
    return Key(f"{brand}#playbook", "bundle")


def pushed_bundle(brand: BrandId, number: int) -> Key:
    """A classifier bundle that was pushed for the brand."""
    return Key(f"{brand}#bundles", f"{BUNDLE_PREFIX}{number:06d}")


def bulletins(brand: BrandId) -> Key:
    """The brand's exceptions that are not over: between classifier and playbook, so that one read gives all three."""
    return Key(f"{brand}#playbook", "cases")


def bulletin(brand: BrandId, made_at: Millis, bulletin_id: str) -> Key:
    """The record of one exception, over or not."""
    return Key(f"{brand}#playbook", f"{BULLETIN_PREFIX}{made_at:013d}#{bulletin_id}")


def identity(brand: BrandId, address: Address) -> Key:
    """One address of one person."""
    return Key(f"{brand}#id#{recipient(address)}", "identity")


def contact(brand: BrandId, contact_id: str) -> Key:
    """One person."""
    return Key(f"{brand}#contact#{contact_id}", "contact")


def membership(brand: BrandId, contact_id: str, address: Address) -> Key:
    """That this address belongs to this person."""
    return Key(f"{brand}#contact#{contact_id}", f"id#{recipient(address)}")


def merge(brand: BrandId, contact_id: str, merged_contact_id: str) -> Key:
    """What was needed to take `merged_contact_id` into this person, and is needed to split it off again."""
    return Key(f"{brand}#contact#{contact_id}", f"{MERGE_PREFIX}{merged_contact_id}")


def erasure(brand: BrandId, contact_id: str) -> Key:
    """An erasure that has begun: what is left to be erased if it dies halfway."""
    return Key(f"{brand}#contact#{contact_id}", "erasing")


def erasure_conversation(contact_id: str) -> str:
    """Where the deletions of an erased person's copies at the desk lie: an id that says nothing about the person."""
    return "e" + digest("erasure", contact_id, length=20)


def desk_erasure(brand: BrandId, contact_id: str) -> Key:
    """Which desks an erased person's copies stand at."""
    return Key(f"{brand}#conv#{erasure_conversation(contact_id)}", "desk")


def media(address: Address, message_id: str, number: int) -> Address:
    """Whom the row is for that fetches a message's n-th file: a queue of its own, so that nothing waits for it."""
    return Address(address.channel, address.account_id, PersonId(f"media:{digest(message_id, length=20)}:{number}"))


BUNDLE_PREFIX = "b#"
BULLETIN_PREFIX = "x#"
VERSION_PREFIX = "v#"
MEMBERSHIP_PREFIX = "id#"
MERGE_PREFIX = "merge#"
REFUSAL_PREFIX = "refusal#"
LINE_PREFIX = "line#"
ASK_PREFIX = "ask#"
AGAIN_PREFIX = "again#"
MARKER = "marker"
EARLY = "early"
MESSAGE_PREFIX = "m#"
ROW_PREFIX = "r#"
MESSAGE_END = "m$"  # sorts just after every message key
_PLACE_CHARS = 16
_LINE_CHARS = 16
_LATER_MOST = 0xFFFF_FEFF  # 49 days
_ROWS_FROM = 0xFFFF_FF00  # what we said in a millisecond comes after what was said to us in it


def head(brand: BrandId, conversation_id: str) -> Key:
    """The head of a conversation."""
    return Key(f"{brand}#conv#{conversation_id}", HEAD)


def message_id(conversation_id: ConversationId, sent_at: Millis, *identity_parts: str, later_ms: int = 0) -> MessageId:
    """
    The id of a message: it contains its own key.

    `later_ms`: how long after `sent_at` it was received, which orders the messages of one millisecond.
    """
    place = min(max(0, later_ms), _LATER_MOST)
    return MessageId(f"{conversation_id}.{sent_at:013d}.{place:08x}{digest(*identity_parts, length=8)}")


def conversation_of(message_id: MessageId | RowId | str) -> ConversationId:
    """The conversation that a message or row id names."""
    return ConversationId(str(message_id).split(".", 1)[0])


def message(brand: BrandId, wanted: MessageId | str) -> Key:
    """The key of a message. Raises ValueError when `wanted` is no message id."""
    conversation_id, sent_at, short = str(wanted).split(".")
    if not (conversation_id and len(sent_at) == 13 and sent_at.isdigit() and len(short) == _PLACE_CHARS):
        raise ValueError("not a message id")
    return Key(f"{brand}#conv#{conversation_id}", f"{MESSAGE_PREFIX}{sent_at}#{short}")


def written_at(wanted: MessageId | str) -> Millis:
    """When a message was written, from its id."""
    return Millis(int(str(wanted).split(".")[1]))


def message_id_from_sk(conversation_id: str, sk: str) -> MessageId:
    """The id of the message stored under this sort key."""
    _, sent_at, short = sk.split("#")
    return MessageId(f"{conversation_id}.{sent_at}.{short}")


def marker(brand: BrandId, channel: str, account_id: str, event_id: str) -> Key:
    """That an event was taken in."""
    return Key(f"{brand}#seen#{digest(channel, account_id, event_id)}", MARKER)


def early_edit(brand: BrandId, channel: str, account_id: str, event_id: str) -> Key:
    """What was said about a message before the message itself came."""
    return Key(marker(brand, channel, account_id, event_id).pk, EARLY)


def row_id(conversation_id: str, order: int, address: Address) -> RowId:
    """The id of an outbox row: it contains its own key, open and finished."""
    return RowId(f"{conversation_id}.{order:015d}.{recipient(address)}")


def open_row(brand: BrandId, wanted: RowId | str) -> Key:
    """Where a row lies while it is unfinished. Raises ValueError when `wanted` is no row id."""
    _, order, recipient_key = str(wanted).split(".")
    if not (len(order) == 15 and order.isdigit() and len(recipient_key) == lanes.RECIPIENT_CHARS):
        raise ValueError("not a row id")
    return Key(f"{brand}#out#{recipient_key}", f"{ROW_PREFIX}{order}")


def queue_of(brand: BrandId, recipient_key: str) -> str:
    """The partition of a recipient's unfinished rows."""
    return f"{brand}#out#{recipient_key}"


def finished_row(wanted: RowId | str) -> MessageId:
    """The message id a row has once it is finished."""
    conversation_id, order, _ = str(wanted).split(".")
    at, place = divmod(int(order), 100)
    return MessageId(f"{conversation_id}.{at:013d}.{_ROWS_FROM + place:08x}{digest(str(wanted), length=8)}")


def ticket(brand: BrandId, ticket_id: str) -> Key:
    """One ticket."""
    return Key(f"{brand}#ticket#{ticket_id}", "ticket")


def thread(brand: BrandId, desk_account: str, thread_ts: str) -> Key:
    """Which ticket a desk thread belongs to."""
    return Key(f"{brand}#thread#{digest(desk_account, thread_ts)}", "thread")


def tally(brand: BrandId, subject: str, day: str) -> Key:
    """A day's counts about a subject ("language:fr", "intent:refund")."""
    return Key(f"{brand}#tally#{subject}", f"day#{day}")


def cap(brand: BrandId, subject: str, day: str, shard: int) -> Key:
    """What one shard of a day's cap counts ("all", "intent:refund")."""
    return Key(f"{brand}#cap#{subject}", f"day#{day}#{shard:02d}")


def cap_shard(sk: str) -> int:
    """The shard of the sort key of a cap."""
    return int(sk.rsplit("#", 1)[1])


def pace(brand: BrandId, intent: str) -> Key:
    """How many sent answers of an intent were put to the judges, in all and by week."""
    return Key(f"{brand}#judging", f"pace#{intent}")


def clock(ticket_id: str, what: str) -> Address:
    """To whom a ticket's clock (one of CLOCKS) is addressed: a recipient of its own, so that none waits for another."""
    return Address(CLOCK_CHANNEL, AccountId(""), PersonId(f"{ticket_id}:clock:{what}"))


def looked_at(ready_at: int, now: int) -> int:
    """When the sweep looks for what is ready at this time: then, where no timer reaches that far; else once overdue."""
    return ready_at if ready_at - now > TIMER_MAX_MS else ready_at + OVERDUE_MS


def figures(brand: BrandId, shard: int, day: str, channel: str) -> Key:
    """A local day's figures of a channel, of the conversations of one shard."""
    return Key(f"{brand}#figures#{shard}", f"day#{day}#{channel}")


def figures_shard(seed: str) -> int:
    """The shard of the figures for a conversation."""
    return int(digest(seed, length=4), 16) % FIGURES_SHARDS


def day_and_channel(sk: str) -> tuple[str, str]:
    """Day and channel of the sort key of figures."""
    _, day, channel = sk.split("#")
    return day, channel


def refusal(brand: BrandId, subject: str, conversation_id: str) -> Key:
    """That an intent's automatic answer was refused in a conversation: however often, it is one."""
    return Key(f"{brand}#tally#{subject}", f"{REFUSAL_PREFIX}{digest('refusal', conversation_id)}")


def judged_line(brand: BrandId, intent: str, place: str, language: str, line: str) -> Key:
    """What judges said about one answer of an intent in one place ("private", "public") and language."""
    return Key(f"{brand}#proof#{intent}#{place}#{language}", f"{LINE_PREFIX}{line}")


def to_judge(brand: BrandId, asked_at: int, number: int, line: str, *, again: bool = False) -> Key:
    """
    An answer that waits for its judges; the oldest question comes first, and in it the order of its draw.

    `again`: one person judged it; so that what nobody judged is found by itself.
    """
    prefix = AGAIN_PREFIX if again else ASK_PREFIX
    return Key(f"{brand}#judging", f"{prefix}{asked_at:013d}#{number:05d}#{line}")


def asked_judgement(brand: BrandId, place: str, *, again: bool = False) -> Key:
    """The key of an answer that waits, by the sort key it was asked under. Raises ValueError when that is none."""
    prefix, at, number, line = place.split("#")
    if f"{prefix}#" != ASK_PREFIX or len(line) != _LINE_CHARS:
        raise ValueError("not a question to a judge")
    return to_judge(brand, int(at), int(number), line, again=again)


def agreement(brand: BrandId) -> Key:
    """How often two judges said the same of one answer."""
    return Key(f"{brand}#judging", "agreement")


def rehearsals(brand: BrandId, intent: str, quarter: int) -> Key:
    """How many rehearsed answers of an intent were put to the judges in a quarter of a day (its number since 1970)."""
    return Key(f"{brand}#judging", f"quarter#{quarter}#{intent}")


def due_shard(seed: str) -> str:
    """The shard of the due index for something that must be rung later."""
    return f"d#{int(digest(seed, length=4), 16) % DUE_SHARDS}"


def due_shards() -> tuple[str, ...]:
    """All shards the sweep reads."""
    return tuple(f"d#{n}" for n in range(DUE_SHARDS))


def parked_shard(channel: str, account_id: str) -> str:
    """Where rows wait whose account cannot send."""
    return f"parked#{channel}#{account_id}"


def brand_of(pk: str) -> BrandId:
    """The brand an item belongs to, from its partition key."""
    return BrandId(pk.split("#", 1)[0])


def brand_prefix(brand: BrandId) -> str:
    """What every partition key of a brand's own items begins with."""
    return f"{brand}#"


def row_of_key(pk: str) -> str:
    """The recipient key of an open row's partition key."""
    return pk.rsplit("#", 1)[1]


def conversation_of_key(pk: str) -> ConversationId:
    """The conversation of a head's partition key."""
    return ConversationId(pk.rsplit("#", 1)[1])


def made_at(row_sk: str) -> Millis:
    """When an open row was committed, from its sort key; a clock: when it is due."""
    return Millis(int(row_sk.removeprefix(ROW_PREFIX)) // 100)


def new_ids(brand: BrandId, address: Address) -> tuple[str, str]:
    """
    Contact and conversation id for an address never seen: derived, so that two racing creators agree.

    20 hex characters each; a pseudonym that a list of numbers can be tried against (docs/keys.md).
    """
    seed = recipient(address)
    return "p" + digest(brand, "contact", seed, length=20), "c" + digest(brand, "conversation", seed, length=20)
