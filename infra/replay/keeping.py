"""
Judgements of a file into a brand's table, where `guichet auto` and the functions find them: verdicts and digests only.

What would be said in other words today is left out; running it again under another bundle adds that one to the lines.
And samples to the judges at the desk, with what was written, for thirty days at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from chalicelib.engine.verdicts import wording
from chalicelib.model import Millis
from chalicelib.playbook.schema import Playbook
from chalicelib.store import judged_answers, judging
from chalicelib.store.judging import JudgingQuestion
from chalicelib.store.table import Table

from .deciding import Outcome
from .judged import Judged, Key, together, would_say
from .samples import RANDOM


def keep(
    table: Table,
    judges: Mapping[Path, dict[Key, Judged]],
    playbook: Playbook,
    again: Callable[[Judged], Outcome],
    model: str,
    now: Millis,
) -> int:
    """
    Write each random line that would be said today, with what the judges said; return how many have a verdict.

    A judge is told from another by the file's name: the same file, judged further, goes on where it was.
    """
    kept = 0
    for key, line in together(list(judges.values())).items():
        if line.sample != RANDOM or line.erased or not would_say(line, again(line)):
            continue
        said = {path.name: each[key].verdict for path, each in judges.items() if key in each and each[key].verdict}
        judged_answers.note(table, _line(line, playbook, model).judged(said), now)
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


def confirm(table: Table, outcomes: Iterable[Outcome], playbook: Playbook, model: str) -> int:
    """
    Note which judged answers this bundle would give as well, in the same words of the subject; return how many.

    What was judged under another bundle counts from then on under this one, too.
    """
    said = {(each.intent, each.public, each.language): dict[str, Outcome]() for each in outcomes if each.answer}
    for each in outcomes:
        if each.answer:
            said[each.intent, each.public, each.language][each.id] = each
    confirmed = 0
    for (intent, public, language), answered in said.items():
        place: judged_answers.Visibility = "public" if public else "private"
        words = wording(playbook, playbook.intents[intent], place, language)
        now = judged_answers.under(model, words)
        for line in judged_answers.lines(table, intent, place, language):
            same_words = judged_answers.under(line.bundle, words) in line.under
            if line.message in answered and same_words and now not in line.under:
                judged_answers.confirm(table, line, now)
                confirmed += 1
    return confirmed


def ask(table: Table, lines: Iterable[Mapping[str, Any]], playbook: Playbook, model: str, now: Millis) -> int:
    """Put the lines of a random sample to the judges; return how many are new to them. Safe to run again."""
    asked = 0
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
        asked += judging.ask(table, JudgingQuestion(line=line, text=row["text"], answer=row["answer"], asked_at=now))
    return asked
