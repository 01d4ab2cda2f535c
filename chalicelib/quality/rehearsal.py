"""
Shadow mode (dress rehearsal): counts what the bot would have said where it may only watch or suggest.

Some of it is given to the judges.

Which answers are judged is decided by the clock alone, independently of the message: the first three of an
intent in each quarter of a day. The count is part of the decision's transaction. The question to the judges is written
after it; a crash may lose one, independently of the answer.
"""

from __future__ import annotations

from ..engine.counts import Rehearsed
from ..engine.daily_figures import FIGURE
from ..model import BrandId, Millis
from ..services import Services
from ..store import items, judged_answers, judging, judging_keys, writes
from ..store.judged_answers import JudgedAnswer
from ..store.judging import JudgingQuestion
from ..store.table import DAY_MS, Table

A_QUARTER = 3  # of an intent that are put to the judges in each quarter of a day
QUARTER_MS = DAY_MS // 4
_KEPT_DAYS = 2


def ask(brand: BrandId, found: Rehearsed, services: Services) -> None:
    """Give the answer to the judges if it is one of the first of its quarter of a day; free to run again."""
    table, now = services.table(brand), services.clock()
    quarter = now // QUARTER_MS
    if not _taken(table, found.intent, quarter, now):
        return
    line = JudgedAnswer(
        intent=found.intent,
        place=found.place,
        language=found.language,
        message=judged_answers.digest_of(found.text),
        words=judged_answers.digest_of(found.answer),
        sample="random",
        draw=f"{FIGURE}{quarter}",
        number=found.at % QUARTER_MS // 1000,
        at=found.at,
        channel=found.channel,
        bundle=found.bundle,
        contact=found.contact,
        state=found.state,
        under=frozenset((found.under,)),
    )
    judging.ask(table, JudgingQuestion(line=line, text=found.text, answer=found.answer, asked_at=now))


def _taken(table: Table, intent: str, quarter: int, now: Millis) -> bool:
    """Take one of the slots of this quarter; False where none is left, known by half a read in most cases."""
    key = judging_keys.rehearsals(table.brand, intent, quarter)
    if int((table.get(key, fresh=False) or {}).get("taken", 0)) >= A_QUARTER:
        return False
    free = f"{writes.NEW} OR #taken < :most"
    return table.write(writes.add(key, "#taken :one", items.ttl(now, _KEPT_DAYS), free, one=1, most=A_QUARTER))
