"""
Answers that wait for their judges, with the customer's text: deleted once two have judged, after 30 days at most.

A verdict is one transaction: it is stored in the line that proves (`proofs`), and the question notes that this judge
has spoken, or is deleted. So a repeated click says the same twice and counts once, whatever crashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..model import BrandId, Millis
from . import items, keys, proofs, wire
from .items import Item
from .proofs import Line
from .table import CONFLICT_TRIES, DAY_MS, Table

KEPT_DAYS = 30
JUDGES = 2
READ_MOST = 300
TEXT_MOST = 4_000  # characters of a message or an answer that are kept
_PAIR = "pair:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    An answer and the message it is for, given to the judges at `asked_at`; `line.verdicts` are those so far.

    `said_id`: the id of the answer in the timeline, if it was sent.
    """

    line: Line
    text: str = field(repr=False)
    answer: str = field(repr=False)
    asked_at: Millis
    said_id: str = ""

    @property
    def place(self) -> str:
        """Return the sort key: what a button carries."""
        return keys.to_judge(BrandId(""), self.asked_at, self.line.number, self.line.line_id).sk


def entries(table: Table, asked: Asked) -> list[tuple[keys.Key, Item]]:
    """Return the whole items that asking writes, for a commit that does so: the open line and the question."""
    line = asked.line
    key = keys.judged_line(table.brand, line.intent, line.place, line.language, line.line_id)
    ends = (asked.asked_at + proofs.KEPT_DAYS * DAY_MS) // 1000
    return [(key, proofs.item_of(line) | {"ttl": ends}), (_key(table, asked), _item(asked))]


def ask(table: Table, asked: Asked) -> bool:
    """Give an answer to the judges; False if the same text for the same message was given to them before."""
    (line_key, line), (key, item) = entries(table, asked)
    puts = [
        {"Put": _put(table, line_key, line) | {"ConditionExpression": "attribute_not_exists(pk)"}},
        {"Put": _put(table, key, item)},
    ]
    return table.together(puts)


def waiting(table: Table, now: Millis) -> list[Asked]:
    """
    Return what nobody has judged and what one person has judged: of each the oldest three hundred, oldest first.

    Items older than allowed are left out, whether or not DynamoDB has deleted them yet.
    """
    found: list[Asked] = []
    for prefix, again in ((keys.ASK_PREFIX, False), (keys.AGAIN_PREFIX, True)):
        oldest = keys.to_judge(table.brand, max(0, now - KEPT_DAYS * DAY_MS), 0, "", again=again)
        found += [_asked(item) for _, item in table.query(oldest.pk, oldest.sk, prefix + "~", limit=READ_MOST)]
    return sorted(found, key=lambda asked: asked.place)


def one(table: Table, place: str, now: Millis) -> Asked | None:
    """Return the answer that waits at this place; None where it was judged, erased or is too old. Raises ValueError."""
    item = table.get(keys.asked_judgement(table.brand, place))
    item = item or table.get(keys.asked_judgement(table.brand, place, again=True))
    found = _asked(item) if item else None
    return found if found and found.asked_at > now - KEPT_DAYS * DAY_MS else None


def judge(table: Table, place: str, judge: str, verdict: str, now: Millis) -> Asked | None:
    """
    Store this judge's verdict. Returns the answer with all verdicts; None where it waits no more.

    The same judge may change it while it waits. The second judge ends it, and whether they agree is counted.
    """
    for _ in range(CONFLICT_TRIES):
        asked = one(table, place, now)
        if asked is None:
            return None
        mine = proofs.judge_of(asked.line.line_id, judge)
        verdicts = {**asked.line.verdicts, mine: verdict}
        after = replace(asked, line=replace(asked.line, verdicts=verdicts))
        if table.together(_spoken(table, asked, after, now)):
            return after
    return None


def pairs(table: Table) -> dict[tuple[str, str], int]:
    """Return how often two judges gave these two verdicts to one answer, in alphabetical order."""
    item = table.get(keys.agreement(table.brand)) or {}
    found: dict[tuple[str, str], int] = {}
    for name, count in item.items():
        if name.startswith(_PAIR):
            first, _, second = name.removeprefix(_PAIR).partition("|")
            found[first, second] = int(count)
    return found


def _spoken(table: Table, before: Asked, after: Asked, now: Millis) -> list[dict[str, Any]]:
    unchanged = {
        "ConditionExpression": "attribute_exists(pk) AND #spoken = :spoken",
        "ExpressionAttributeNames": {"#spoken": "spoken"},
        "ExpressionAttributeValues": wire.to_avs({":spoken": _spoken_as(before.line.verdicts)}),
    }
    known = {"ConditionExpression": "attribute_exists(pk)"}  # an erasure may have taken it a moment ago
    line = {"Update": proofs.written(table, after.line, now) | known}
    if len(after.line.verdicts) < JUDGES:
        return [line, *_kept_for_another(table, before, after, unchanged)]
    gone = {"TableName": table.name, "Key": _av(_key(table, before)), **unchanged}
    return [line, {"Delete": gone}, {"Update": _agreed(table, after.line.verdicts)}]


def _kept_for_another(table: Table, before: Asked, after: Asked, unchanged: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Move a question after its first verdict to those that one person judged; a changed verdict leaves it there."""
    put, key = _put(table, _key(table, after), _item(after)), _key(table, before)
    if key == _key(table, after):
        return [{"Put": {**put, **unchanged}}]
    return [{"Put": put}, {"Delete": {"TableName": table.name, "Key": _av(key), **unchanged}}]


def _agreed(table: Table, verdicts: Mapping[str, str]) -> dict[str, Any]:
    first, second = sorted(verdicts.values())[:JUDGES]
    return {
        "TableName": table.name,
        "Key": _av(keys.agreement(table.brand)),
        "UpdateExpression": "ADD #pair :one SET #v = :v",
        "ExpressionAttributeNames": {"#pair": f"{_PAIR}{first}|{second}", "#v": "v"},
        "ExpressionAttributeValues": wire.to_avs({":one": 1, ":v": items.VERSION}),
    }


def _spoken_as(verdicts: Mapping[str, str]) -> str:
    return keys.digest(*(f"{judge}={said}" for judge, said in sorted(verdicts.items())), length=12)


def _item(asked: Asked) -> Item:
    return {
        **proofs.item_of(asked.line),
        "text": asked.text[:TEXT_MOST],
        "answer": asked.answer[:TEXT_MOST],
        "asked_at": int(asked.asked_at),
        "said_id": asked.said_id,
        "spoken": _spoken_as(asked.line.verdicts),
        "ttl": (asked.asked_at + KEPT_DAYS * DAY_MS) // 1000,
    }


def _asked(item: Item) -> Asked:
    return Asked(
        line=proofs.line_of(item),
        text=item["text"],
        answer=item["answer"],
        asked_at=Millis(item["asked_at"]),
        said_id=item["said_id"],
    )


def _key(table: Table, asked: Asked) -> keys.Key:
    line = asked.line
    return keys.to_judge(table.brand, asked.asked_at, line.number, line.line_id, again=bool(line.verdicts))


def _put(table: Table, key: keys.Key, item: Item) -> dict[str, Any]:
    return {"TableName": table.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}


def _av(key: keys.Key) -> dict[str, Any]:
    return wire.to_avs({"pk": key.pk, "sk": key.sk})
