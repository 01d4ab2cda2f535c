"""
Texts in Slack about a stopped bot: since when, by whom, how it is started again.

Pure. The words of a ticket, of `/guichet status` and of the notice about an automatically stopped intent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...conversation import JUDGES, MONITOR, Control, Scope
from ...model import Millis
from ...playbook.hours import clock_words, wall
from ...playbook.render import long_date
from ...playbook.schema import Hours, Playbook
from ...playbook.typeset import typeset
from ...ports import StopReport
from . import actions
from .actions import Value
from .markup import cut, escape, message_link

Block = dict[str, Any]

# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "all": (
        "Pour toute la marque, le bot est arrêté{since}{why}.",
        "The bot is stopped for the whole brand{since}{why}.",
    ),
    "channel": ("Sur {channel}, le bot est arrêté{since}{why}.", "On {channel} the bot is stopped{since}{why}."),
    "intent": ("Sur « {intent} », le bot est arrêté{since}{why}.", "On “{intent}” the bot is stopped{since}{why}."),
    "channel intent": (
        "Sur {channel}, le bot est arrêté pour « {intent} »{since}{why}.",
        "On {channel} the bot is stopped for “{intent}”{since}{why}.",
    ),
    "this": (
        "le bot est arrêté pour toute la marque{since}{why}.",
        "the bot is stopped for the whole brand{since}{why}.",
    ),
    "this intent": ("sur ce sujet, le bot est arrêté{since}{why}.", "on this subject the bot is stopped{since}{why}."),
    "this channel": ("sur ce canal, le bot est arrêté{since}{why}.", "on this channel the bot is stopped{since}{why}."),
    "this channel intent": (
        "sur ce sujet et ce canal, le bot est arrêté{since}{why}.",
        "on this subject and channel the bot is stopped{since}{why}.",
    ),
    "judged": (
        " ({refused} réponses jugées fausses sur les {answers} dernières relues)",
        " ({refused} of the last {answers} answers that were judged are wrong)",
    ),
    "judged_one": (
        " (1 réponse jugée fausse sur les {answers} dernières relues)",
        " (1 of the last {answers} answers that were judged is wrong)",
    ),
    "refused": (" ({refused} réponses refusées)", " ({refused} answers refused)"),
    "refused_one": (" (1 réponse refusée)", " (1 answer refused)"),
    "by": (", par {by}", ", by {by}"),
    "running": (
        "Le bot répond à ce que le carnet de réponses lui confie : rien n'est arrêté.",
        "The bot answers what the playbook trusts it with: nothing is stopped.",
    ),
    "notice": ("⏸️ Le bot ne répond plus à « {intent} »", "⏸️ The bot no longer answers “{intent}”"),
    "notice_why": (
        "Arrêté de lui-même{since} : {refused} réponses refusées sur {answers}. Un conseiller répond à ces questions.",
        "It stopped by itself{since}: {refused} of {answers} answers were refused. A person answers these questions.",
    ),
    "notice_judged": (
        "Arrêté de lui-même{since}{why}. Un conseiller répond à ces questions et corrige chaque réponse fausse.",
        "It stopped by itself{since}{why}. A person answers these questions and corrects each wrong answer.",
    ),
    "started_judged": (
        "Relancé par {by} ({at}). Il s'était arrêté{since}{why}.",
        "Started again by {by} ({at}). It had stopped{since}{why}.",
    ),
    "behind": ("Les demandes : {links}", "The tickets: {links}"),
    "one": ("demande {number}", "ticket {number}"),
    "start": ("Le relancer", "Start it again"),
    "started": ("▶️ Le bot répond de nouveau à « {intent} »", "▶️ The bot answers “{intent}” again"),
    "started_why": (
        "Relancé par {by} ({at}). Il s'était arrêté{since} : {refused} réponses refusées sur {answers}.",
        "Started again by {by} ({at}). It had stopped{since}: {refused} of {answers} answers were refused.",
    ),
}
BUTTON_LIMIT = 75


def stops_text(playbook: Playbook, control: Control, now: Millis, titled: Callable[[str], str] = str) -> str:
    """Return a sentence for each stop, one a line, or that nothing is stopped; `titled` gives channels' titles."""
    found = [_stop(playbook, name, stop, now, titled) for name, stop in control.stops.items()]
    return "\n".join(found) or _text(playbook.languages[0], "running")


def stop_here(playbook: Playbook, name: str, stop: Scope, now: Millis) -> str:
    """Return, as a ticket's reason, that its subject, its channel or the whole brand was stopped when it opened."""
    language = playbook.languages[0]
    key = f"this {' '.join(sorted(_parts(name)))}".strip()
    return _text(language, key, since=since_words(playbook.hours, language, stop.since, now), why=_why(language, stop))


def _stop(playbook: Playbook, name: str, stop: Scope, now: Millis, titled: Callable[[str], str]) -> str:
    language, parts = playbook.languages[0], _parts(name)
    return _text(
        language,
        " ".join(sorted(parts)) or "all",
        channel=escape(titled(parts["channel"])) if "channel" in parts else "",
        intent=_title(playbook, parts.get("intent", "")),
        since=since_words(playbook.hours, language, stop.since, now),
        why=_why(language, stop),
    )


def _parts(name: str) -> dict[str, str]:
    """Return the channel and intent in a scope's name: {"channel": …, "intent": …}, {} for the whole brand."""
    return dict(part.split(":", 1) for part in name.split() if ":" in part)


def since_words(hours: Hours, language: str, since: Millis, now: Millis) -> str:
    """Return " depuis 10 h 27" or " since Tuesday 24 November, 10:27 am" by the brand's clock; "" when not known."""
    if not since:
        return ""
    word = "depuis" if language == "fr" else "since"
    return f" {word} {_moment(hours, language, since, now, 'le ')}"


def stopped_notice(playbook: Playbook, report: StopReport) -> tuple[str, list[Block]]:
    """Return (the line for notifications, the blocks) of the notice about an automatically stopped intent."""
    language = playbook.languages[0]
    title = _text(language, "notice", intent=_title(playbook, report.intent))
    lines = [
        f"*{title}*",
        _text(language, "notice_judged" if report.judged else "notice_why", **_figures(playbook, report)),
    ]
    if report.tickets:
        lines.append(_text(language, "behind", links=" · ".join(_links(language, report))))
    button = {
        "type": "button",
        "action_id": actions.START_INTENT,
        "text": {"type": "plain_text", "text": cut(_text(language, "start"), BUTTON_LIMIT)},
        "value": actions.encode(
            Value(
                brand=playbook.brand, ticket_id=report.ticket_id, row_id=report.row_id, scope=f"intent:{report.intent}"
            )
        ),
    }
    return title, [_section("\n".join(lines)), {"type": "actions", "elements": [button]}]


def started_notice(playbook: Playbook, report: StopReport) -> tuple[str, list[Block]]:
    """Return the notice of a stop as it is once somebody has started the intent again."""
    language = playbook.languages[0]
    title = _text(language, "started", intent=_title(playbook, report.intent))
    at = _moment(playbook.hours, language, report.started_at, report.since, "")
    figures = _figures(playbook, report) | {"by": f"<@{escape(report.started_by)}>", "at": at}
    lines = [f"*{title}*", _text(language, "started_judged" if report.judged else "started_why", **figures)]
    if report.tickets:
        lines.append(_text(language, "behind", links=" · ".join(_links(language, report))))
    return title, [_section("\n".join(lines))]


def _figures(playbook: Playbook, report: StopReport) -> dict[str, object]:
    since = since_words(playbook.hours, playbook.languages[0], report.since, report.since)
    why = _judged(playbook.languages[0], report.refused, report.answers)
    return {"since": since, "refused": report.refused, "answers": report.answers, "why": why}


def _judged(language: str, wrong: int, answers: int) -> str:
    return _text(language, "judged_one" if wrong == 1 else "judged", refused=wrong, answers=answers)


def _links(language: str, report: StopReport) -> list[str]:
    return [
        f"<{message_link(account, ts)}|{_text(language, 'one', number=number)}>"
        for number, (account, ts) in enumerate(report.tickets, 1)
    ]


def _why(language: str, stop: Scope) -> str:
    if stop.by == MONITOR:
        return _text(language, "refused_one" if stop.refused == 1 else "refused", refused=stop.refused)
    if stop.by == JUDGES:
        return _judged(language, stop.refused, stop.answers)
    if stop.by.startswith(("U", "W")):  # a Slack user id
        return _text(language, "by", by=f"<@{escape(stop.by)}>")
    return ""


def _moment(hours: Hours, language: str, at: Millis, now: Millis, before: str) -> str:
    """Return the time of day, with its date where that is another day than `now`."""
    clock = clock_words(hours, language, at)
    day = wall(hours, at).date()
    if day == wall(hours, now).date():
        return clock
    date = long_date(day.isoformat(), language)
    return f"{before}{date} à {clock}" if language == "fr" else f"{date}, {clock}"


def _title(playbook: Playbook, intent: str) -> str:
    found = playbook.intents.get(intent)
    return escape(found.title.get(playbook.languages[0], intent) if found else intent)


def _text(language: str, key: str, **values: object) -> str:
    french, english = _WORDS[key]
    return typeset(french, "fr").format(**values) if language == "fr" else english.format(**values)


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
