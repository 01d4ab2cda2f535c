"""
Answers that wait for their judges, with the customer's text: deleted once two have judged, after 30 days at most.

A verdict is one transaction: it is stored with the judged answer (`judged_answers`), and the question is marked as
judged by this judge, or deleted. So a repeated click counts once, whatever crashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..errors import Conflict
from ..model import BrandId, ContactId, Millis
from . import items, judged_answers, judging_keys, keys, writes
from .items import Item
from .judged_answers import JudgedAnswer
from .keys import Key
from .table import DAY_MS, Table
from .writes import CONFLICT_TRIES, LOST, THERE, Lost, Write

KEPT_DAYS = 30
JUDGES = 2
READ_MOST, ALL = 300, 100_000
TEXT_MOST = 4_000  # characters of a message or an answer that are kept
_PAIR = "pair:"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingQuestion:
    """
    An answer and the message it is for, given to the judges at `asked_at`; `line.verdicts` are those so far.

    `said_id`: the id of the answer in the timeline, if it was sent.
    """

    line: JudgedAnswer
    text: str = field(repr=False)
    answer: str = field(repr=False)
    asked_at: Millis
    said_id: str = ""

    @property
    def place(self) -> str:
        """Return the sort key: what a button carries."""
        return judging_keys.to_judge(BrandId(""), self.asked_at, self.line.number, self.line.line_id).sk


def entries(table: Table, unjudged: JudgingQuestion) -> list[tuple[Key, Item]]:
    """Return the items of a new question to the judges: the answer without verdicts, and the question."""
    line = judged_answers.item_of(unjudged.line) | {"ttl": items.ttl(unjudged.asked_at, judged_answers.KEPT_DAYS)}
    return [(judged_answers.key_of(table, unjudged.line), line), (_key(table, unjudged), _item(unjudged))]


def ask(table: Table, unjudged: JudgingQuestion) -> bool:
    """Give an answer to the judges; False if the same text for the same message was given to them before."""
    line, question = entries(table, unjudged)
    return table.together([writes.put_new(*line), writes.put(*question)])


def waiting(table: Table, now: Millis) -> list[JudgingQuestion]:
    """
    Return the answers that nobody has judged and that one person has judged: of each the oldest 300.

    Items older than allowed are left out, whether or not DynamoDB has deleted them yet.
    """
    return sorted(_asked(table, max(0, now - KEPT_DAYS * DAY_MS), READ_MOST), key=lambda unjudged: unjudged.place)


def of_contact(table: Table, contact_id: ContactId) -> list[JudgingQuestion]:
    """Return all that waits of one contact. Reads every question that waits."""
    return [each for each in _asked(table, 0, ALL) if each.line.contact == contact_id]


def _asked(table: Table, since: int, most: int) -> list[JudgingQuestion]:
    found: list[JudgingQuestion] = []
    for prefix, again in ((keys.ASK_PREFIX, False), (keys.AGAIN_PREFIX, True)):
        oldest = judging_keys.to_judge(table.brand, since, 0, "", again=again)
        found += [_question(item) for _, item in table.query(oldest.pk, oldest.sk, prefix + "~", limit=most)]
    return found


def forget(table: Table, unjudged: JudgingQuestion) -> None:
    """Take a question from the judges; its answer stays without a further verdict."""
    table.write(writes.delete(_key(table, unjudged)))


def one(table: Table, place: str, now: Millis) -> JudgingQuestion | None:
    """Return the answer that waits at this place; None if it was judged or erased, or is too old. Raises ValueError."""
    item = table.get(judging_keys.asked_judgement(table.brand, place))
    item = item or table.get(judging_keys.asked_judgement(table.brand, place, again=True))
    found = _question(item) if item else None
    return found if found and found.asked_at > now - KEPT_DAYS * DAY_MS else None


def judge(table: Table, place: str, judge: str, verdict: str, now: Millis) -> JudgingQuestion | None:
    """
    Store this judge's verdict.

    Returns the answer with all verdicts; None if it no longer waits. A judge may change their verdict while it waits.
    The second judge's verdict ends the question, and it is counted whether both agree.
    """

    def attempt() -> JudgingQuestion | Lost | None:
        unjudged = one(table, place, now)
        if unjudged is None:
            return None
        mine = judged_answers.judge_of(unjudged.line.line_id, judge)
        verdicts = {**unjudged.line.verdicts, mine: verdict}
        after = replace(unjudged, line=replace(unjudged.line, verdicts=verdicts))
        return after if table.together(_spoken(table, unjudged, after, now)) else LOST

    with suppress(Conflict):
        return writes.until_done(attempt, "this answer is being judged by somebody else", CONFLICT_TRIES)
    return None


def pairs(table: Table) -> dict[tuple[str, str], int]:
    """Return how often two judges gave these two verdicts to one answer, in alphabetical order."""
    item = table.get(judging_keys.agreement(table.brand)) or {}
    found: dict[tuple[str, str], int] = {}
    for name, count in item.items():
        if name.startswith(_PAIR):
            first, _, second = name.removeprefix(_PAIR).partition("|")
            found[first, second] = int(count)
    return found


def _spoken(table: Table, before: JudgingQuestion, after: JudgingQuestion, now: Millis) -> list[Write]:
    """Return the writes of one verdict: the answer, and the question, which waits for another judge or is deleted."""
    unchanged, spoken = f"{THERE} AND #spoken = :spoken", _spoken_as(before.line.verdicts)
    line = judged_answers.written(table, after.line, now, THERE)  # an erasure may have taken it a moment ago
    was, key = _key(table, before), _key(table, after)
    gone = writes.delete(was, unchanged, spoken=spoken)
    if len(after.line.verdicts) == JUDGES:
        return [line, gone, _agreed(table, after.line.verdicts)]
    if key == was:
        return [line, writes.put(key, _item(after), unchanged, spoken=spoken)]
    return [line, writes.put(key, _item(after)), gone]


def _agreed(table: Table, verdicts: Mapping[str, str]) -> Write:
    first, second = sorted(verdicts.values())[:JUDGES]
    names = {"pair": f"{_PAIR}{first}|{second}"}
    return writes.update(
        judging_keys.agreement(table.brand), "ADD #pair :one SET #v = :v", "", names, one=1, v=items.VERSION
    )


def _spoken_as(verdicts: Mapping[str, str]) -> str:
    return keys.digest(*(f"{judge}={said}" for judge, said in sorted(verdicts.items())), length=12)


def _item(unjudged: JudgingQuestion) -> Item:
    return {
        **judged_answers.item_of(unjudged.line),
        "text": unjudged.text[:TEXT_MOST],
        "answer": unjudged.answer[:TEXT_MOST],
        "asked_at": int(unjudged.asked_at),
        "said_id": unjudged.said_id,
        "spoken": _spoken_as(unjudged.line.verdicts),
        "ttl": items.ttl(unjudged.asked_at, KEPT_DAYS),
    }


def _question(item: Item) -> JudgingQuestion:
    return JudgingQuestion(
        line=judged_answers.line_of(item),
        text=item["text"],
        answer=item["answer"],
        asked_at=Millis(item["asked_at"]),
        said_id=item["said_id"],
    )


def _key(table: Table, unjudged: JudgingQuestion) -> Key:
    line = unjudged.line
    return judging_keys.to_judge(table.brand, unjudged.asked_at, line.number, line.line_id, again=bool(line.verdicts))
