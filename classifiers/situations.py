"""
Messages of which the state of the matter and signals are known: they teach and measure the heads.

`hands/` are messages by many writers who saw a card (what happened, on which channel, what was promised, the mood) and
never the subject's name; `contrast/` the same intents turned by a few words into another state; the project's sentences
give first questions, complaints and messages out of scope. Public sets that people wrote join by an argument only, and
no row of them lies in this repository.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from chalicelib.errors import UsageError
from chalicelib.model import FIRST_ONLY, Serves, Signal, State
from chalicelib.triage.stages import COMPLAINT, OUT_OF_SCOPE, STATES

from .read import Line, rows_of

HOME = Path(__file__).parent / "situations"
AUTHOR_GROUPS, CONTRAST, PLAIN, HUMAN, OWN = "hands", "contrast", "plain", "human", "own"
_MOST = 400  # rows of a state and a public set
_OTHER_STATES = 3
_OWN_SHARE = 6  # one first question of so many among the project's sentences
_RENAMED = {
    "account_blocked_or_taken_over": State.ACCOUNT_BLOCKED,
    "statement_no_request": State.STATEMENT,
    "thanks_closing": State.THANKS_OR_CLOSING,
    "answers_a_question": State.ANSWERS_QUESTION,
}
# What an answer is taken to be good for while nothing else is known of a playbook: who waits for a parcel too long
# already is helped by the same look-up.
SERVES: Serves = {"order_status": FIRST_ONLY | {State.OVERDUE}}
# What an intent of the project's sentences says of the state; all others are first questions.
_OF_INTENT = {
    OUT_OF_SCOPE: OUT_OF_SCOPE,
    "complaint": COMPLAINT,
    "missing_item": State.PART,
    "double_charge": State.DISPUTED,
    "praise": State.THANKS_OR_CLOSING,
    "human_request": "",
    "not_received": "",
    "wrong_item": "",
    "report_scam": "",
    "job_application": OUT_OF_SCOPE,
    "partnership": OUT_OF_SCOPE,
}
_PUBLIC = (
    "abcd_sample", "bot_samples", "ms_chitchat", "multidogo", "natcs_dstc11", "restaurant8k", "star", "tatoeba_care",
)  # fmt: skip
_OF_MAP = {
    "danger:fraud": Signal.FRAUD,
    "danger:person_at_risk": Signal.VULNERABLE,
    "danger:injury": Signal.DANGER,
    "anger": Signal.ANGER,
    "intent:human_request": Signal.WANTS_HUMAN,
}


@dataclass(frozen=True, slots=True)
class Told:
    """
    A text with what is known of it. `state` "" is unknown, `signals` None are.

    `kind`: hands (author groups), contrast, plain, human or own; `group`: who wrote it; `where`: the line it comes
    from; `intent` "" is unknown.
    """

    text: str
    language: str
    group: str
    kind: str
    where: str
    state: str = ""
    signals: frozenset[str] | None = None
    intent: str = ""

    @property
    def teaches_intents(self) -> bool:
        """Whether it is a plain example of its intent: a first question, or a message out of scope."""
        return self.state in (State.FIRST_QUESTION, OUT_OF_SCOPE)

    @property
    def line(self) -> Line:
        """The same as a line of an intent."""
        return Line(self.text, self.intent, self.language, self.group, self.group, self.group, self.where)


def served(state: str, intent: str) -> bool:
    """Whether the answer of an intent is taken to be good for a state; where nobody noted the state, it is."""
    return not state or state in SERVES.get(intent, FIRST_ONLY)


def lifelike(told: Told) -> bool:
    """
    Whether a message is drawn where bounds and probabilities are learned: one in `_OTHER_STATES` of another state.

    Cards were written for the states: about every second matter is none that the answer serves. In life they are taken
    to be fewer, about a quarter of what one would answer by its subject alone (an assumption, not a measurement). Of
    messages with two questions the card names one subject, which need not be the one that was written: none is drawn.
    """
    if Signal.SEVERAL in (told.signals or ()):
        return False
    return served(told.state, told.intent) or crc32(told.text.encode()) % _OTHER_STATES == 0


def author_groups(folder: Path = HOME / "hands") -> list[Told]:
    """The messages that author groups wrote from situations, in the order of their files. Raises UsageError."""
    return [
        Told(
            text=_text(row, "text"),
            language=_text(row, "language"),
            group=_text(row, "author"),
            kind=AUTHOR_GROUPS,
            where=f"{path}:{number}",
            state=_state_of(_text(row, "intent"), _known(_text(row, "state"), f"{path}:{number}")),
            signals=frozenset(map(str, row["signals"])) if isinstance(row["signals"], list) else None,
            intent=OUT_OF_SCOPE if _OF_INTENT.get(_text(row, "intent")) == OUT_OF_SCOPE else _text(row, "intent"),
        )
        for path in sorted(folder.glob("*.jsonl"))
        for number, row in rows_of(path)
    ]


def _state_of(intent: str, state: str) -> str:
    """What the head shall say: a first question outside of the shop's subjects is none of its states."""
    return _OF_INTENT.get(intent, state) if state == State.FIRST_QUESTION else state


def contrast(folder: Path = HOME / "contrast") -> list[Told]:
    """The contrast sentences: one author group a language. Raises UsageError."""
    return [
        Told(
            text=_text(row, "text"),
            language=_text(row, "lang"),
            group=path.stem,
            kind=CONTRAST,
            where=f"{path}:{number}",
            state=_known(_RENAMED.get(_text(row, "state"), _text(row, "state")), f"{path}:{number}"),
            intent=_text(row, "intent"),
        )
        for path in sorted(folder.glob("*.jsonl"))
        for number, row in rows_of(path)
    ]


def own(lines: Sequence[Line]) -> list[Told]:
    """What the project's sentences say of states and signals, by their intents; a share of the first questions."""
    return [
        told
        for line in lines
        if (told := _of_line(line)).state != State.FIRST_QUESTION or crc32(line.key.encode()) % _OWN_SHARE == 0
    ]


def plain(lines: Sequence[Line]) -> list[Told]:
    """The plainest ways to ask: first questions, whatever marks they have."""
    return [
        Told(line.text, line.language, line.group, PLAIN, line.where, State.FIRST_QUESTION, frozenset(), line.intent)
        for line in lines
        if line.intent not in _OF_INTENT
    ]


def _of_line(line: Line) -> Told:
    signals: set[str] = set()
    if line.intent == "human_request":
        signals.add(Signal.WANTS_HUMAN)
    if line.intent == "report_scam":
        signals.add(Signal.FRAUD)
    known = line.urgency != "critical" and line.intent != COMPLAINT  # which of the grave things it is nobody noted
    return Told(
        text=line.text,
        language=line.language,
        group=line.group,
        kind=OWN,
        where=line.where,
        state=_OF_INTENT.get(line.intent, State.FIRST_QUESTION),
        signals=frozenset(signals) if known else None,
        intent=line.intent,
    )


def human(folder: Path) -> list[Told]:
    """Public sets that people wrote and whose licence allows weights, French and English. Raises UsageError."""
    return [told for name in _PUBLIC for told in _public(folder / "human" / f"{name}.jsonl.gz", name)]


def _public(path: Path, name: str) -> Iterator[Told]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as opened:
            rows = [json.loads(row) for row in opened]
    except OSError:
        raise UsageError(f"{path} cannot be read: DATA is the folder with human/, or leave it out.") from None
    counts: Counter[str] = Counter()
    for row in sorted(rows, key=lambda each: crc32(each["text"].encode())):
        told = _of_public(row, name)
        if told is None:
            continue
        kind = f"{told.language} {told.state} {sorted(told.signals or ())}"
        counts[kind] += 1
        if counts[kind] <= _MOST:
            yield told


def _of_public(row: Mapping[str, Any], name: str) -> Told | None:
    says = [each for each in str(row["maps_to"] or "").split("|") if each]
    states = [each.removeprefix("state:") for each in says if each.startswith("state:")]
    state = states[0] if states else OUT_OF_SCOPE if "oos" in says else ""
    signals = frozenset(_OF_MAP[each].value for each in says if each in _OF_MAP)
    if row["lang"] not in ("fr", "en") or not (state or signals):
        return None
    return Told(row["text"], row["lang"], name, HUMAN, f"{name}:{row['text'][:40]}", state, signals)


def _known(state: str, where: str) -> str:
    if state and state not in STATES:  # "": the words do not show it
        raise UsageError(f"{where} has the unknown state {state}: use {', '.join(STATES)}.")
    return state


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise UsageError(f"A situation without {name} in it: each line needs it as text.")
    return value
