"""
The morning message while the bot only watches: how much it would have answered, and what to prove first.

Pure. Counts and titles of intents; no name and no text of a customer.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...playbook.render import long_date
from ...playbook.schema import Playbook
from ...playbook.titles import title_of
from ...playbook.typeset import typeset
from ...report import Rehearsal, ToProve

SECONDS_A_JUDGEMENT = 20
GAPS_SHOWN = 3
# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "head": ("🎭 *Répétition du {day}* : le bot regardait, sans répondre", "🎭 *Rehearsal of {day}*: the bot watched"),
    "would": (
        "Questions auxquelles il aurait répondu : {would} sur {messages} ({share} %).",
        "Questions that it would have answered: {would} of {messages} ({share}%).",
    ),
    "first": ("À prouver d'abord :", "To prove first:"),
    "subject": (
        "• {title}{place} ({code}) : {share} % des questions, {more} réponses à juger, environ {minutes} min",
        "• {title}{place} ({code}): {share}% of questions, {more} answers to judge, about {minutes} min",
    ),
    "proved": (
        "• {title}{place} ({code}) : {share} % des questions, prouvé",
        "• {title}{place} ({code}): {share}% of questions, proved",
    ),
    "public": (", en public", ", in public"),
    "gaps": ("Sujets sans réponse au carnet : {list}", "Subjects without words in the playbook: {list}"),
    "how": ("Pour juger : `/guichet juger`", "To judge: `/guichet judge`"),
}


def rehearsal_text(report: Rehearsal, playbook: Playbook) -> str:
    """Return the message in Slack's markup, in the team's language."""
    language = playbook.languages[0]
    share = round(100 * report.would / max(1, report.messages))
    lines = [
        _text(language, "head", day=long_date(report.day, language)),
        _text(language, "would", would=report.would, messages=report.messages, share=share),
    ]
    if report.first:
        lines += [_text(language, "first"), *(_subject(each, playbook, language) for each in report.first)]
    if report.gaps:
        found = ", ".join(f"{_title(name, playbook, language)} {count}" for name, count in report.gaps[:GAPS_SHOWN])
        lines.append(_text(language, "gaps", list=found))
    if any(each.more for each in report.first):
        lines.append(_text(language, "how"))
    return "\n".join(lines)


def _subject(each: ToProve, playbook: Playbook, language: str) -> str:
    return _text(
        language,
        "subject" if each.more else "proved",
        title=_title(each.intent, playbook, language),
        place=_text(language, "public") if each.public else "",
        code=each.language,
        share=round(100 * each.share),
        more=each.more,
        minutes=-(-each.more * SECONDS_A_JUDGEMENT // 60),
    )


def _title(intent: str, playbook: Playbook, language: str) -> str:
    known = playbook.intents.get(intent)
    return (known.title.get(language) if known else "") or title_of(intent, language)


def _text(language: str, key: str, **values: object) -> str:
    french, english = _WORDS[key]
    return typeset(french, "fr").format(**values) if language == "fr" else english.format(**values)
