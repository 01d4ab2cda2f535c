"""
What judges said about answers: one item for each message and answer, with every judge's verdict.

No item holds a text or a name. Message and answer are digests. A judge is a digest that differs from item to item: two
verdicts on one answer are told apart, and nobody's verdicts can be counted together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from ..model import Millis
from . import items, judging_keys, keys, writes
from .items import Item
from .table import Table
from .writes import THERE, Write

Visibility = Literal["private", "public"]
Sample = Literal["random", "learn", "sent"]
KEPT_DAYS = 400
LINES_READ = 20_000
WHOLE = 1_000  # `inclusion` of what was sure to be drawn
JUDGE, _UNDER = "judge:", "under:"


def _nobody() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAnswer:
    """
    One answer that the judges are asked about, and their verdicts.

    `message`, `words`: digests of what was written and of all that would be sent. `draw`, `number`: the sample, and the
    place in its order. `under`: digests of each bundle and wording that would say the same (`under`). `inclusion`: of a
    thousand such answers, how many were drawn. `contact` "" where nobody is known. `verdicts`: by judge.
    """

    intent: str
    place: Visibility
    language: str
    message: str
    words: str
    sample: Sample
    draw: str
    number: int
    at: Millis  # when the message was written
    channel: str = ""
    bundle: str = ""
    contact: str = ""
    inclusion: int = WHOLE
    state: str = ""  # of the case, as the model read it; "" where nobody asked
    under: frozenset[str] = frozenset()
    verdicts: Mapping[str, str] = field(default_factory=_nobody)

    @property
    def line_id(self) -> str:
        """Return the name of this answer to this message: 16 hex characters."""
        return keys.digest("judged line", self.message, self.channel, self.sample, self.words, length=16)

    def judged(self, said: Mapping[str, str]) -> JudgedAnswer:
        """Return the judged answer with these judges' verdicts and no others."""
        return replace(self, verdicts={judge_of(self.line_id, judge): verdict for judge, verdict in said.items()})


def digest_of(text: str) -> str:
    """Return the digest of a message, or of an answer: 16 hex characters, the same whoever wrote it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def judge_of(line_id: str, judge: str) -> str:
    """Return the digest of a judge in this line, and in no other: 12 hex characters."""
    return keys.digest("judge", line_id, judge, length=12)


def under(bundle: str, wording: str) -> str:
    """Return the digest of a bundle together with an intent's texts: 12 hex characters."""
    return keys.digest("under", bundle, wording, length=12)


def note(table: Table, line: JudgedAnswer, now: Millis) -> None:
    """
    Write a line, or add to it: a verdict stays until the same judge changes it, an `under` stays for good.

    A line without a verdict is open: later lines of its draw do not count before it is judged.
    """
    table.write(written(table, line, now))


def add_verdict(table: Table, key: keys.Key, judge: str, verdict: str) -> JudgedAnswer | None:
    """Store a judge's (`judge_of`) verdict, over their earlier one. Returns the line; None where there is none."""
    names = {"judge": f"{JUDGE}{judge}"}
    item = table.written(writes.update(key, "SET #judge = :verdict", THERE, names, verdict=verdict))
    return line_of(item) if item else None


def written(table: Table, line: JudgedAnswer, now: Millis, condition: str = "") -> Write:
    """Return the update that `note` makes, for a transaction."""
    values = item_of(line) | {"ttl": items.ttl(now, KEPT_DAYS)}
    return writes.set_all(key_of(table, line), dict(sorted(values.items())), condition)


def key_of(table: Table, line: JudgedAnswer) -> keys.Key:
    """Return the key of a line."""
    return judging_keys.judged_line(table.brand, line.intent, line.place, line.language, line.line_id)


def confirm(table: Table, line: JudgedAnswer, more: str) -> None:
    """Store that a bundle and a wording (`under`) give the same answer; nothing is written if the item is gone."""
    names = {"under": f"{_UNDER}{more}"}
    table.write(writes.update(key_of(table, line), "SET #under = :one", THERE, names, one=1))


def lines(table: Table, intent: str, place: Visibility, language: str) -> list[JudgedAnswer]:
    """Return every line of an intent in one place and language, in the order in which they were drawn."""
    pk = judging_keys.judged_line(table.brand, intent, place, language, "").pk
    found = [line_of(item) for _, item in table.under(pk, keys.LINE_PREFIX, limit=LINES_READ)]
    return sorted(found, key=lambda line: (line.draw, line.number))


_PLAIN = (
    "intent",
    "place",
    "language",
    "message",
    "words",
    "sample",
    "draw",
    "number",
    "at",
    "channel",
    "bundle",
    "contact",
    "inclusion",
)


def item_of(line: JudgedAnswer) -> Item:
    """Return a line as it is stored, without its expiry date."""
    return {
        "v": items.VERSION,
        **{name: getattr(line, name) for name in _PLAIN},
        **({"state": line.state} if line.state else {}),
        **{f"{JUDGE}{judge}": verdict for judge, verdict in line.verdicts.items()},
        **{f"{_UNDER}{each}": 1 for each in line.under},
    }


def line_of(item: Item) -> JudgedAnswer:
    """Reads a line."""
    given: dict[str, Any] = {name: item[name] for name in _PLAIN} | {"state": item.get("state", "")}
    return JudgedAnswer(
        **given,
        under=frozenset(name.removeprefix(_UNDER) for name in item if name.startswith(_UNDER)),
        verdicts={name.removeprefix(JUDGE): str(said) for name, said in item.items() if name.startswith(JUDGE)},
    )
