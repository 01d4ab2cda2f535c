"""
The digest of a post's comments in Slack: one line of counts, then the words of those that somebody must look at. Pure.

A notification says the counts alone. Hateful words are not shown. Who seems a minor, a journalist or an influencer has
no button.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...playbook.schema import Playbook
from ...report import CommentDigest, CommentLine
from . import actions
from .actions import Value
from .comment_words import FOLDED, HEADINGS, HIDE, REASONS, SHOW, STATES, heading
from .markup import cut_escaped, escape
from .wording import pick

_Block = dict[str, Any]
MOST_BLOCKS = 48
_SECTION = 2_900


def digest_view(playbook: Playbook, digest: CommentDigest) -> tuple[str, list[_Block]]:
    """Return the line for notifications, and the blocks."""
    language = playbook.languages[0]
    most = _most_asked(playbook, digest, language)
    shown, told = (heading(language, link, digest.counts, most, ad=digest.ad) for link in (digest.link, ""))
    return told, [_section(shown), *_groups(playbook, digest, language)][:MOST_BLOCKS]


def _most_asked(playbook: Playbook, digest: CommentDigest, language: str) -> tuple[int, str]:
    asked = Counter(line.intent for line in digest.lines if line.sort == "question" and line.intent)
    if not asked:
        return 0, ""
    intent, count = asked.most_common(1)[0]
    return count, _about(playbook, intent, language)


def _about(playbook: Playbook, intent: str, language: str) -> str:
    known = playbook.intents.get(intent)
    return known.title.get(language, intent) if known else intent


def _groups(playbook: Playbook, digest: CommentDigest, language: str) -> Iterator[_Block]:
    asked: dict[str, list[CommentLine]] = {}
    for line in digest.lines:
        if line.sort == "question":
            asked.setdefault(line.intent, []).append(line)
    for intent, lines in sorted(asked.items(), key=lambda pair: (not pair[0], -len(pair[1]))):
        about = _about(playbook, intent, language) if intent else ""
        title = pick(HEADINGS["asked"], language).format(n=len(lines), about=about) if about and lines[1:] else about
        yield from _group(title or pick(HEADINGS["question"], language), lines, playbook.brand, language)
    for sort in ("hide", "manager", "read", "case"):
        lines = [line for line in digest.lines if line.sort == sort]
        if lines:
            yield from _group(
                pick(HEADINGS["hide" if sort == "case" else sort], language), lines, playbook.brand, language
            )


def _group(title: str, lines: Sequence[CommentLine], brand: str, language: str) -> Iterator[_Block]:
    yield _section(f"*{escape(title)}*")
    for line in lines:
        yield _section(_line(line, language)) | _beside(line, brand, language)


def _beside(line: CommentLine, brand: str, language: str) -> _Block:
    """Return what hides a comment, or shows it again: one press where the reason is found, else a menu of the five."""
    if line.sort == "manager" or line.state == "answered":
        return {}

    def value(action: str) -> str:
        return actions.encode(Value(brand=brand, ticket_id=line.message_id, action=action))

    def plain(words: tuple[str, str], more: str = "") -> _Block:
        return {"type": "plain_text", "text": pick(words, language) + more}

    if line.state == "hidden":
        own = {"action_id": actions.SHOW_AGAIN, "value": value(actions.SHOW_AGAIN), "text": plain(SHOW)}
        return {"accessory": {"type": "button", **own}}
    if line.reason in actions.HIDE_FOR:
        name = actions.HIDE_FOR[line.reason]
        return {"accessory": {"type": "button", "action_id": name, "value": value(name), "text": plain(HIDE)}}
    colon = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "
    options = [
        {"text": plain(HIDE, f"{colon}{pick(REASONS[reason], language)}"), "value": value(name)}
        for reason, name in actions.HIDE_FOR.items()
    ]
    return {"accessory": {"type": "overflow", "action_id": actions.MORE, "options": options}}


def _line(line: CommentLine, language: str) -> str:
    """Return one comment: who, what, why it may be hidden, and what became of it."""
    words = pick(FOLDED, language) if line.reason == "hate" else line.text
    name = f"*{escape(line.name)}* : " if line.name and line.reason != "hate" else ""
    marks = [pick(REASONS[line.reason], language)] if line.reason in REASONS else []
    marks += [pick(STATES[line.state], language)] if line.state in STATES else []
    below = f"  _{' · '.join(marks)}_" if marks else ""
    return f"> {name}{cut_escaped(' '.join(words.split()), _SECTION)}{below}"


def _section(text: str) -> _Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
