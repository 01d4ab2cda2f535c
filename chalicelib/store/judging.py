"""
Answers that wait for their judges, with what was written: gone once two have spoken, and after 30 days in any case.

A verdict is one transaction: it stands in the line that proves (`proofs`), and the question remembers that this judge
has spoken, or goes. So a press that is repeated says the same twice and counts once, whoever dies between two.
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
    An answer and the message it is for, put to the judges at `asked_at`; `line.verdicts` are those until now.

    `said_id`: the id of the answer in the timeline, where it was sent.
    """

    line: Line
    text: str = field(repr=False)
    answer: str = field(repr=False)
    asked_at: Millis
    said_id: str = ""

    @property
    def place(self) -> str:
        """The sort key: what a button carries."""
        return keys.to_judge(BrandId(""), self.asked_at, self.line.number, self.line.line_id).sk


def entries(table: Table, asked: Asked) -> list[tuple[keys.Key, Item]]:
    """What asking writes, as whole items: the open line and the question. For a commit that asks beside its work."""
    line = asked.line
    key = keys.judged_line(table.brand, line.intent, line.place, line.language, line.line_id)
    ends = (asked.asked_at + proofs.KEPT_DAYS * DAY_MS) // 1000
    return [(key, proofs.item_of(line) | {"ttl": ends}), (_key(table, asked), _item(asked))]


def ask(table: Table, asked: Asked) -> bool:
    """Puts an answer to the judges, unless these words to this message were put to them before: False then."""
    (line_key, line), (key, item) = entries(table, asked)
    puts = [
        {"Put": _put(table, line_key, line) | {"ConditionExpression": "attribute_not_exists(pk)"}},
        {"Put": _put(table, key, item)},
    ]
    return table.together(puts)


def waiting(table: Table, now: Millis) -> list[Asked]:
    """
    What nobody judged and what one person judged, of each the oldest three hundred, in the order in which it was asked.

    Nothing that is older than it may be, whether or not the table dropped it.
    """
    found: list[Asked] = []
    for prefix, again in ((keys.ASK_PREFIX, False), (keys.AGAIN_PREFIX, True)):
        oldest = keys.to_judge(table.brand, max(0, now - KEPT_DAYS * DAY_MS), 0, "", again=again)
        found += [_asked(item) for _, item in table.query(oldest.pk, oldest.sk, prefix + "~", limit=READ_MOST)]
    return sorted(found, key=lambda asked: asked.place)


def one(table: Table, place: str, now: Millis) -> Asked | None:
    """What waits there; None where it was judged, erased or is too old. Raises ValueError when that is no place."""
    item = table.get(keys.asked_judgement(table.brand, place))
    item = item or table.get(keys.asked_judgement(table.brand, place, again=True))
    found = _asked(item) if item else None
    return found if found and found.asked_at > now - KEPT_DAYS * DAY_MS else None


def judge(table: Table, place: str, judge: str, verdict: str, now: Millis) -> Asked | None:
    """
    Writes what this judge says. Returns the answer with all verdicts; None where it waits no more.

    The same judge may say otherwise while it waits. The second judge ends it, and their agreement is counted.
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
    """How often two judges said these two words of one answer, the words in order of the alphabet."""
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
    """A first verdict puts it among those that one person judged; a changed one leaves it there."""
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
