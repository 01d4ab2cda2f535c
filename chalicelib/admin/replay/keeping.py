"""
Judgements of a file into a brand's table, where `guichet auto` and the functions find them: verdicts and digests only.

What would be said in other words today is left out; running it again under another bundle adds that one to the lines.
And samples to the judges at the desk, with what was written, for thirty days at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...engine.verdicts import wording
from ...model import Millis
from ...playbook.schema import Playbook
from ...store import audit, judged_answers, judging
from ...store.audit import Author
from ...store.judging import JudgingQuestion
from ...store.table import Table
from ..permissions import needs
from .deciding import Outcome
from .judged import Judged, Key, together, would_say
from .samples import RANDOM


@needs("judging.change")
def keep(
    table: Table,
    judges: Sequence[tuple[str, dict[Key, Judged]]],
    playbook: Playbook,
    again: Callable[[Judged], Outcome],
    model: str,
    author: Author,
) -> int:
    """
    Write each random line that would be said today, with what the judges said; return how many have a verdict.

    `judges`: the name and the lines of each: the same name, judged further, goes on where it was.
    """
    kept, lines = 0, together([each for _, each in judges])
    audit.note(table, author, "judging.change", f"verdicts of {len(judges)} on {len(lines)} lines")
    for key, line in lines.items():
        if line.sample != RANDOM or line.erased or not would_say(line, again(line)):
            continue
        said = {name: each[key].verdict for name, each in judges if key in each and each[key].verdict}
        judged_answers.note(table, _line(line, playbook, model).judged(said), author.at)
        kept += bool(said)
    return kept


def _line(line: Judged, playbook: Playbook, model: str) -> judged_answers.JudgedAnswer:
    place: judged_answers.Visibility = "public" if line.public else "private"
    words = wording(playbook, playbook.intents[line.intent], place, line.language)
    return judged_answers.JudgedAnswer(
        intent=line.intent,
        place=place,
        language=line.language,
        message=line.id,
        words=line.words,
        sample="random",
        draw=line.draw,
        number=line.place,
        at=line.at,
        channel=line.channel,
        bundle=line.bundle,
        contact=line.contact,
        under=frozenset((judged_answers.under(model, words),)),
    )


@needs("judging.change")
def confirm(table: Table, outcomes: Iterable[Outcome], playbook: Playbook, model: str, author: Author) -> int:
    """
    Note which judged answers this bundle would give as well, in the same words of the subject; return how many.

    What was judged under another bundle counts from then on under this one, too.
    """
    said = {(each.intent, each.public, each.language): dict[str, Outcome]() for each in outcomes if each.answer}
    for each in outcomes:
        if each.answer:
            said[each.intent, each.public, each.language][each.id] = each
    found: list[tuple[judged_answers.JudgedAnswer, str]] = []
    for (intent, public, language), answered in said.items():
        place: judged_answers.Visibility = "public" if public else "private"
        words = wording(playbook, playbook.intents[intent], place, language)
        now = judged_answers.under(model, words)
        for line in judged_answers.lines(table, intent, place, language):
            same_words = judged_answers.under(line.bundle, words) in line.under
            if line.message in answered and same_words and now not in line.under:
                found.append((line, now))
    if found:
        audit.note(table, author, "judging.change", f"{len(found)} judged answers count for {model}")
    for line, now in found:
        judged_answers.confirm(table, line, now)
    return len(found)


@needs("judging.change")
def ask(table: Table, lines: Sequence[Mapping[str, Any]], playbook: Playbook, model: str, author: Author) -> int:
    """Put the lines of a random sample to the judges; return how many are new to them. Safe to run again."""
    asked = 0
    audit.note(table, author, "judging.change", f"{len(lines)} answers put to the judges")
    for row in lines:
        place: judged_answers.Visibility = "public" if row["public"] else "private"
        words = wording(playbook, playbook.intents[row["intent"]], place, row["language"])
        line = judged_answers.JudgedAnswer(
            intent=row["intent"],
            place=place,
            language=row["language"],
            message=row["id"],
            words=row["words"],
            sample="random",
            draw=row["draw"],
            number=row["number"],
            at=Millis(row["at"]),
            channel=row["channel"],
            bundle=row["bundle"],
            contact=row["contact"],
            under=frozenset((judged_answers.under(model, words),)),
        )
        put = JudgingQuestion(line=line, text=row["text"], answer=row["answer"], asked_at=author.at)
        asked += judging.ask(table, put)
    return asked
