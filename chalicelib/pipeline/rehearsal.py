"""
Counts what the bot would have said where the brand lets it only watch or suggest, and gives some of it to the judges.

Which answers are judged is decided by the clock alone, before anybody looks at the message: the first three of an
intent in each quarter of a day. The count is part of the decision's transaction. The question to the judges is written
after it; a crash may lose one, whatever its answer says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..model import Ask, BrandId, Decision, Hold, Millis, Reply, Ticket
from ..store import items, judging, keys, proofs, writes
from ..store.judging import Asked
from ..store.proofs import Line, Place
from ..store.table import DAY_MS, Table
from .decide import decide
from .deps import Deps
from .proofs import wording
from .view import View
from .would_say import at_auto, by_status, in_words

# Reasons of a ticket that say that only the brand's leave is missing.
HELD_BACK = frozenset({"autonomy_shadow", "autonomy_suggest", "suggest_in_public", "unapproved", "expired"})
FIGURE = "would"
A_QUARTER = 3  # of an intent that are put to the judges in each quarter of a day
QUARTER_MS = DAY_MS // 4
_KEPT_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """An answer that was not given only because the brand does not allow it."""

    intent: str
    place: Place
    language: str
    text: str = field(repr=False)
    answer: str = field(repr=False)
    at: Millis
    channel: str
    bundle: str
    state: str
    contact: str
    under: str

    @property
    def figure(self) -> str:
        """Return the name that it counts under: a short one, so that the day's item stays under a kilobyte."""
        name = f"{FIGURE}:{self.intent}:{self.language}"
        return f"{name}:{self.place}" if self.place == "public" else name


def rehearsed(view: View, decision: Decision) -> Rehearsed | None:
    """Return the answer that would have been given; None where more than the brand's permission is missing."""
    known = view.playbook.intents.get(view.topic or "")
    if not isinstance(decision, Ticket) or decision.reason not in HELD_BACK or known is None:
        return None
    opened = replace(view, playbook=at_auto(view.playbook))
    would = decide(opened)
    asks_system = isinstance(would, Hold) and bool(would.subject)
    if not (asks_system or isinstance(would, Reply | Ask)):
        return None
    reply = would.text if isinstance(would, Reply | Ask) else ""
    place: Place = "public" if view.public else "private"
    words = wording(view.playbook, known, place, view.language)
    return Rehearsed(
        intent=known.name,
        place=place,
        language=view.language,
        text=view.text,
        answer=in_words(reply, by_status(opened, would)),
        at=view.last.received_at,
        channel=view.channel,
        bundle=view.whole.model,
        state=str(view.whole.state or ""),
        contact=view.conversation.contact_id,
        under=proofs.under(view.whole.model, words),
    )


def ask(brand: BrandId, found: Rehearsed, deps: Deps) -> None:
    """Give the answer to the judges if it is one of the first of its quarter of a day; free to run again."""
    table, now = deps.table(brand), deps.clock()
    quarter = now // QUARTER_MS
    if not _taken(table, found.intent, quarter, now):
        return
    line = Line(
        intent=found.intent,
        place=found.place,
        language=found.language,
        message=proofs.digest_of(found.text),
        words=proofs.digest_of(found.answer),
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
    judging.ask(table, Asked(line=line, text=found.text, answer=found.answer, asked_at=now))


def _taken(table: Table, intent: str, quarter: int, now: Millis) -> bool:
    """Take one of the slots of this quarter; False where none is left, known by half a read in most cases."""
    key = keys.rehearsals(table.brand, intent, quarter)
    if int((table.get(key, fresh=False) or {}).get("taken", 0)) >= A_QUARTER:
        return False
    free = f"{writes.NEW} OR #taken < :most"
    return table.write(writes.add(key, "#taken :one", items.ttl(now, _KEPT_DAYS), free, one=1, most=A_QUARTER))
