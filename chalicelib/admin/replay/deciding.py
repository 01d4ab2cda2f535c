"""
What would be said to a past message if every intent were at `auto`, by the code of `guichet triage`.

Figures name intents, languages and reasons; no text leaves this module except in an `Outcome`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...decision.would_say import at_auto, in_words
from ...engine.daily_figures import WHICH
from ...masking import mask_secrets
from ...model import Autonomy, Millis
from ...playbook.schema import Playbook, effective_autonomy
from ...playbook.titles import title_of
from ...ports import Scorer
from ...quality.confidence import needed
from ...quality.precision_proof import Proof
from ...store.judged_answers import digest_of
from ..triage_text import triage

SECONDS_A_JUDGEMENT = 20
SUBJECTS_SHOWN = 12
OUT_OF_SCOPE = "out_of_scope"
LACKING = "not_in_playbook"
_NOTHING_ASKED = frozenset({"greeting", "opt_out", "opt_in", "thanks", "nothing_asked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    A past message as it would be stored, and what would be decided.

    `answer` is all that would be said automatically, "" for nothing; `today`: whether that holds with the playbook as
    it is. `suggestion` is what an agent would be offered instead. `person`: whose message it is, "" if unknown;
    `contact`: the same, if it is a contact of ours.
    """

    text: str
    at: Millis
    intent: str
    language: str
    reason: str
    answer: str
    suggestion: str = field(default="")
    today: bool
    probability: float
    bound: float
    model: str
    channel: str
    public: bool
    person: str = ""
    contact: str = ""

    @property
    def id(self) -> str:
        return digest_of(self.text)

    @property
    def words(self) -> str:
        """What names the words that would go out."""
        return digest_of(self.answer)

    @property
    def asks_nothing(self) -> bool:
        return self.reason in _NOTHING_ASKED


def outcome(text: str, scorer: Scorer, playbook: Playbook, *, channel: str, public: bool, now: Millis) -> Outcome:
    """Decide on a new customer's first message, written at `now`."""
    masked = mask_secrets(text)
    found = triage(masked, scorer, at_auto(playbook), channel=channel, public=public, now=now)
    reason, language = found["reason"], found["language"]
    answered = reason in ("sure", "looking_up") or (found["decision"] == "ask" and reason.startswith("needs_"))
    intent = found["intent"] or (found["guess"] if reason == LACKING else OUT_OF_SCOPE)
    level = effective_autonomy(playbook, intent, channel, public, language)
    return Outcome(
        text=masked,
        at=now,
        intent=intent,
        language=language,
        reason=reason,
        answer=_answer(found) if answered else "",
        suggestion=found["suggestion"] or "",
        today=answered and level is Autonomy.AUTO,
        probability=found["probability"],
        bound=found["bound"],
        model=found["model"],
        channel=channel,
        public=public,
    )


def _answer(found: dict[str, Any]) -> str:
    """All that would be said; where an order is looked up, by each answer that the shop may give."""
    return in_words(str(found["reply"]), found["looked_up"]["replies"] if found["looked_up"] else None)


def figures(
    outcomes: Sequence[Outcome],
    playbook: Playbook,
    known: Callable[[str, bool, str], Proof | None] = lambda *_: None,
) -> dict[str, Any]:
    """Give the replay's figures as JSON values; counts and names only. `known`: what is proved of a subject already."""
    asked = [each for each in outcomes if not each.asks_nothing]
    answered = [each for each in asked if each.answer]
    silent = Counter(each.reason for each in asked if not each.answer and each.reason != WHICH)
    which = sum(each.reason == WHICH for each in asked)
    lacking = Counter(each.intent for each in asked if each.reason == LACKING)
    subjects = Counter((each.intent, each.language) for each in asked)
    spoken = Counter((each.intent, each.language) for each in answered)
    places = Counter((each.intent, each.public, each.language) for each in answered)
    total = len(outcomes)
    return {
        "messages": total,
        "answered": len(answered),
        "answered_share": share(len(answered), total),
        "answered_today": sum(each.today for each in answered),
        "asked_which": which,
        "asked_which_share": share(which, total),
        "nothing_asked": total - len(asked),
        "silent": dict(silent.most_common()),
        "subjects": [
            {
                "intent": intent,
                "language": language,
                "messages": count,
                "share": share(count, total),
                "answered": spoken[intent, language],
            }
            for (intent, language), count in subjects.most_common()
        ],
        "lacking": [_lacking(intent, count, total, playbook) for intent, count in lacking.most_common()],
        "prove_first": [
            _to_prove(cell, count, total, playbook.intents[cell[0]].target_precision, known(*cell))
            for cell, count in places.most_common()
        ],
    }


def _lacking(intent: str, count: int, total: int, playbook: Playbook) -> dict[str, Any]:
    title = title_of(intent, playbook.languages[0])
    return {"intent": intent, "title": title, "messages": count, "share": share(count, total)}


def _to_prove(
    cell: tuple[str, bool, str], count: int, total: int, target: float, known: Proof | None
) -> dict[str, Any]:
    intent, public, language = cell
    judged, least = (known.judged, known.needed) if known else (0, needed(0, target))
    return {
        "intent": intent,
        "language": language,
        "public": public,
        "answered": count,
        "share": share(count, total),
        "target": target,
        "judged": judged,
        "wrong": known.wrong if known else 0,
        "dangerous": known.dangerous if known else 0,
        "needed": least,
        "proved": bool(known and known.proved),
        "minutes": minutes(least - judged),
    }


def share(part: int, whole: int) -> float:
    """Return a part of a whole, to a thousandth."""
    return round(part / whole, 3) if whole else 0.0


def minutes(judgements: int) -> int:
    """Return how long so many judgements take, in whole minutes."""
    return -(-judgements * SECONDS_A_JUDGEMENT // 60)


def drawn(found: dict[str, Any]) -> str:
    """The figures for people."""
    total = found["messages"]
    lines = [
        f"{total} first messages",
        f"answered by itself: {found['answered']} ({found['answered_share']:.1%}) with every subject at auto",
        f"  of these as the playbook stands: {found['answered_today']}",
        f"asked which of two subjects, or something else: {found['asked_which']} ({found['asked_which_share']:.1%})",
        f"nothing asked (greetings, thanks, STOP): {found['nothing_asked']}",
        "silent, by reason: " + (_counts(found["silent"], total) or "none"),
        "subjects:",
    ]
    lines += [
        f"  {row['intent']} {row['language']}: {row['messages']} ({row['share']:.1%}), {row['answered']} answered"
        for row in found["subjects"][:SUBJECTS_SHOWN]
    ]
    if len(found["subjects"]) > SUBJECTS_SHOWN:
        lines.append(f"  and {len(found['subjects']) - SUBJECTS_SHOWN} more (--json)")
    missing = {f"{row['intent']} ({row['title']})": row["messages"] for row in found["lacking"][:SUBJECTS_SHOWN]}
    lines.append("known, but the playbook has no words: " + (_counts(missing, total) or "none"))
    if len(found["lacking"]) > SUBJECTS_SHOWN:
        lines.append(f"  and {len(found['lacking']) - SUBJECTS_SHOWN} more (--json)")
    lines.append("prove first:")
    lines += [f"  {_first_words(row)}" for row in found["prove_first"][:SUBJECTS_SHOWN]] or ["  nothing: all is silent"]
    return "\n".join(lines)


def _counts(counts: dict[str, int], total: int) -> str:
    return ", ".join(f"{name} {count} ({count / total:.1%})" for name, count in counts.items())


def _first_words(row: dict[str, Any]) -> str:
    place = " public" if row["public"] else ""
    head = f"{row['intent']} {row['language']}{place}: {row['share']:.1%} of messages"
    if row["proved"]:
        return f"{head}, proved ({row['judged']} judged, {row['wrong']} wrong)"
    if row["dangerous"]:
        return f"{head}, one of {row['judged']} judged answers is dangerous: change its words"
    more = row["needed"] - row["judged"]
    few = f"; only {row['answered']} here" if row["answered"] < more else ""
    return f"{head}, {more} to judge, about {row['minutes']} minutes at {SECONDS_A_JUDGEMENT} s each{few}"
