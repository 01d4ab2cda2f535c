"""
A brand's figures in Slack: one line for all channels, one for each, then the intents. Pure.

Team figures only; no name and no text of a customer.
"""

from __future__ import annotations

from collections.abc import Callable

from ...playbook.render import long_date
from ...playbook.schema import Playbook
from ...playbook.titles import title_of
from ...playbook.typeset import typeset
from ...report import Line, Report

_FRENCH = {
    "head": "Vos chiffres du {first} au {last}",
    "head_day": "Vos chiffres du {first}",
    "none": "Personne n'a écrit.",
    "all": "Tous les canaux",
    "contacts": "contacts",
    "contact": "contact",
    "alone": "répondu seul {share} % ({alone} sur {questions} questions)",
    "first": "première réponse en {time}",
    "of_people": "par l'équipe en {time}",
    "promise": "promesses tenues {kept} sur {all}",
    "late": "en retard {count}",
    "windows": "délais du canal manqués {count}",
    "asked_after": "Une personne demandée après une réponse automatique : {count}",
    "which": "Questions « quel sujet ? » : {count}, sans réponse : {left}",
    "opt_outs": "Ne veulent plus de messages automatiques : {count}",
    "subjects": "Sujets les plus fréquents : {list}",
    "gaps": "Sujets sans réponse au carnet : {list}",
    "team": "Chiffres de l'équipe, jamais par personne. Une réponse sur deux part dans le temps indiqué, ou plus vite.",
    "s": "{n} s",
    "min": "{n} min",
    "h": "{n} h",
    "day": "1 jour",
    "over": "plus d'un jour",
}
_ENGLISH = {
    "head": "Your figures from {first} to {last}",
    "head_day": "Your figures of {first}",
    "none": "Nobody wrote.",
    "all": "All channels",
    "contacts": "contacts",
    "contact": "contact",
    "alone": "answered alone {share}% ({alone} of {questions} questions)",
    "first": "first answer within {time}",
    "of_people": "by the team within {time}",
    "promise": "promises kept {kept} of {all}",
    "late": "late {count}",
    "windows": "answer windows missed {count}",
    "asked_after": "A person asked for after an automatic answer: {count}",
    "which": "Questions “which subject?”: {count}, left unanswered: {left}",
    "opt_outs": "Want no more automatic messages: {count}",
    "subjects": "Most frequent subjects: {list}",
    "gaps": "Subjects without words in the playbook: {list}",
    "team": "Figures of the team, never by person. One answer in two leaves within the time given, or sooner.",
    "s": "{n} s",
    "min": "{n} min",
    "h": "{n} h",
    "day": "1 day",
    "over": "over a day",
}


def report_text(report: Report, playbook: Playbook, title: Callable[[str], str]) -> str:
    """Return the report in Slack's markup, in the team's language. `title`: a channel's own name."""
    language = playbook.languages[0]
    words = _FRENCH if language == "fr" else _ENGLISH
    lines = [f"📊 *{_head(report, words, language)}*"]
    if not report.total.messages and not report.total.questions:
        return _joined([*lines, words["none"]], language)
    lines.append(_line(words["all"], report.total, words))
    if len(report.channels) > 1:
        lines += [f"• {_line(title(channel), line, words)}" for channel, line in report.channels.items()]
    if report.total.asked_after:
        lines.append(words["asked_after"].format(count=report.total.asked_after))
    if report.total.which:
        lines.append(words["which"].format(count=report.total.which, left=report.total.left))
    if report.total.opt_outs:
        lines.append(words["opt_outs"].format(count=report.total.opt_outs))
    for key, found in (("subjects", report.subjects), ("gaps", report.gaps)):
        if found:
            lines.append(words[key].format(list=_subjects(found, playbook, language)))
    return _joined([*lines, f"_{words['team']}_"], language)


def _joined(lines: list[str], language: str) -> str:
    return "\n".join(typeset(line, language) for line in lines)


def _head(report: Report, words: dict[str, str], language: str) -> str:
    first, last = (long_date(day, language) for day in (report.first_day, report.last_day))
    key = "head" if report.first_day != report.last_day else "head_day"
    return words[key].format(first=first, last=last)


def _subjects(found: tuple[tuple[str, int], ...], playbook: Playbook, language: str) -> str:
    def title(intent: str) -> str:
        known = playbook.intents.get(intent)
        return (known.title.get(language) if known else "") or title_of(intent, language)

    return " · ".join(f"{title(intent)} {count}" for intent, count in found)


def _line(name: str, line: Line, words: dict[str, str]) -> str:
    told = [f"{line.contacts} {words['contact' if line.contacts == 1 else 'contacts']}"]
    if line.alone_share is not None:
        share = round(line.alone_share * 100)
        told.append(words["alone"].format(share=share, alone=line.alone, questions=line.questions))
    if line.first_automatic_s is not None:
        told.append(words["first"].format(time=_time(line.first_automatic_s, words)))
    if line.first_of_people_s is not None:
        told.append(words["of_people"].format(time=_time(line.first_of_people_s, words)))
    promised = line.promises_kept + line.promises_missed
    if promised:
        told.append(words["promise"].format(kept=line.promises_kept, all=promised))
    if line.late:
        told.append(words["late"].format(count=line.late))
    if line.windows_missed:
        told.append(words["windows"].format(count=line.windows_missed))
    return f"*{name}* {' · '.join(told)}"


def _time(seconds: float, words: dict[str, str]) -> str:
    """The upper end of a class in words."""
    if seconds == float("inf"):
        return words["over"]
    for key, size in (("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= size:
            return words["day"] if seconds >= 86_400 else words[key].format(n=round(seconds / size))
    return words["s"].format(n=0)
