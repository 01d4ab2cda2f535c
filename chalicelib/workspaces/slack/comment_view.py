"""
The digest of a post's comments in Slack: one line of counts, then the words of those that somebody must look at. Pure.

A notification says the counts alone. Hateful words are not shown. No answer is proposed to who seems a minor, a
journalist or an influencer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...playbook.schema import Playbook
from ...report import CommentDigest, CommentLine, CommentProposal
from ...text import measure
from . import actions
from .actions import Value
from .comment_words import (
    ENOUGH,
    FOLDED,
    HEADINGS,
    HIDE,
    IN_LANGUAGE,
    MARKS,
    MORE,
    OFFERS,
    PROPOSED,
    REASONS,
    SEND_ALL,
    SEND_FIRST,
    SEND_ONE,
    SHOW,
    STATES,
    TURNS,
    UNFOLD,
    crowded,
    heading,
)
from .markup import cut, cut_escaped, escape
from .wording import pick

_Block = dict[str, Any]
MOST_BLOCKS = 48
MOST_TEXT = 12_500  # characters in all: Slack refuses a message a little above
_SECTION = 2_900
_WORDS, _LINES = 2_000, 20  # characters and lines of a proposed answer
_NAME = 80  # characters of a name


def digest_view(playbook: Playbook, digest: CommentDigest) -> tuple[str, list[_Block]]:
    """Return the line for notifications, and the blocks."""
    language = playbook.languages[0]
    most = _most_asked(playbook, digest, language)
    shown, told = (heading(language, link, digest.counts, most, ad=digest.ad) for link in (digest.link, ""))
    blocks, more = _bounded([_section(shown), *_groups(playbook, digest, language)])
    return told, [*blocks, *([_section(f"_{pick(MORE, language)}_")] if more or digest.more else [])]


def crowd_view(playbook: Playbook, title: str, link: str, count: int) -> tuple[str, list[_Block]]:
    """Return the line about many comments under one post, for notifications and with the post's link."""
    told, shown = (crowded(playbook.languages[0], title, each, count) for each in ("", link))
    return told, [_section(shown)]


def _bounded(blocks: Sequence[_Block]) -> tuple[Sequence[_Block], bool]:
    """Return as many blocks as one message takes, and whether there are more."""
    size = 0
    for number, block in enumerate(blocks):
        size += _measured(block)
        if number == MOST_BLOCKS or size > MOST_TEXT:
            return blocks[:number], True
    return blocks, False


def _measured(part: object) -> int:
    """Return how much text stands in a block, which is what Slack bounds; values of buttons are none."""
    if isinstance(part, dict):
        return sum(_measured(each) for key, each in part.items() if key != "value")
    if isinstance(part, list):
        return sum(map(_measured, part))
    return measure(part, "chars") if isinstance(part, str) else 0


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
    asked: dict[tuple[str, str], list[CommentLine]] = {}
    for line in digest.lines:
        if line.sort == "question":
            asked.setdefault((line.intent, line.language if line.intent else ""), []).append(line)
    proposals = {(each.intent, each.language): each for each in digest.proposals}
    for (intent, spoken), lines in sorted(asked.items(), key=lambda pair: (not pair[0][0], -len(pair[1]), pair[0])):
        about = _about(playbook, intent, language) if intent else ""
        title = pick(HEADINGS["asked"], language).format(n=len(lines), about=about) if about and lines[1:] else about
        if title and spoken != language and spoken in IN_LANGUAGE:
            title = f"{title} ({pick(IN_LANGUAGE[spoken], language)})"
        yield _section(f"*{escape(title or pick(HEADINGS['question'], language))}*")
        proposal = proposals.get((intent, spoken))
        if proposal is not None:
            yield _proposed(digest, proposal, playbook.brand, language)
        for line in lines:
            yield from _shown(line, playbook.brand, language)
    for sort in ("hide", "manager", "read", "case"):
        lines = [line for line in digest.lines if line.sort == sort]
        if lines:
            yield _section(f"*{escape(pick(HEADINGS['hide' if sort == 'case' else sort], language))}*")
            for line in lines:
                yield from _shown(line, playbook.brand, language)


def _proposed(digest: CommentDigest, proposal: CommentProposal, brand: str, language: str) -> _Block:
    """Return the answer to equal questions, which one press gives to all of them, and what is said beside it."""
    turns = (
        f" {pick(TURNS, language).format(n=proposal.wordings)}" if min(proposal.wordings, proposal.waiting) > 1 else ""
    )
    quoted = "\n".join(f"> {each}" for each in cut_escaped(proposal.text, _WORDS).splitlines()[:_LINES])
    text = f"{pick(PROPOSED, language)}{turns}\n{quoted}"
    more = proposal.waiting > proposal.at_once
    label = SEND_FIRST if more else SEND_ALL if proposal.waiting > 1 else SEND_ONE
    if more:
        text += f"\n_{pick(ENOUGH, language).format(n=proposal.at_once)}_"
    value = Value(
        brand=brand,
        ticket_id=digest.place,
        mark=proposal.mark,
        scope=f"{proposal.intent} {proposal.language}",
    )
    button: _Block = {"type": "button", "action_id": actions.ANSWER_EQUAL, "value": actions.encode(value)}
    button |= {"text": _plain(pick(label, language).format(n=min(proposal.waiting, proposal.at_once)))}
    return _section(text) | {"accessory": button}


def _shown(line: CommentLine, brand: str, language: str) -> Iterator[_Block]:
    """Yield one comment; below folded words stands the button that shows them to who presses it."""
    yield _section(_line(line, language)) | _beside(line, brand, language)
    if line.reason == "hate":
        value = actions.encode(Value(brand=brand, ticket_id=line.message_id, action=actions.UNFOLD))
        text = _plain(pick(UNFOLD, language))
        own = {"type": "button", "action_id": actions.UNFOLD, "value": value, "text": text}
        yield {"type": "actions", "elements": [own]}


def _beside(line: CommentLine, brand: str, language: str) -> _Block:
    """Return what may be done about a comment: one press where it is one thing and its reason is found, else a menu."""

    def value(action: str) -> str:
        return actions.encode(Value(brand=brand, ticket_id=line.message_id, action=action))

    if line.acts == ("unhide",):
        own = {
            "action_id": actions.SHOW_AGAIN,
            "value": value(actions.SHOW_AGAIN),
            "text": _plain(pick(SHOW, language)),
        }
        return {"accessory": {"type": "button", **own}}
    if line.reason in actions.HIDE_FOR and "hide" in line.acts:
        name = actions.HIDE_FOR[line.reason]
        own = {"action_id": name, "value": value(name), "text": _plain(pick(HIDE, language))}
        return {"accessory": {"type": "button", **own}}
    options = [
        {"text": _plain(pick(OFFERS[act], language)), "value": value(_OFFERED[act])}
        for act in line.acts
        if act in _OFFERED
    ]
    return {"accessory": {"type": "overflow", "action_id": actions.MORE, "options": options}} if options else {}


_OFFERED = {
    "answer_comment": actions.ANSWER_COMMENT,
    "write_privately": actions.WRITE_PRIVATELY,
    "like": actions.LIKE,
    "hide": actions.HIDE_COMMENT,
    "unhide": actions.SHOW_AGAIN,
}


def _line(line: CommentLine, language: str) -> str:
    """Return one comment: who, what, why it may be hidden, and what became of it."""
    words = pick(FOLDED, language) if line.reason == "hate" else line.text
    name = f"*{escape(cut(line.name, _NAME))}* : " if line.name and line.reason != "hate" else ""
    marks = [pick(REASONS[line.reason], language)] if line.reason in REASONS else []
    marks += [pick(STATES[line.state], language)] if line.state in STATES else []
    marks += [pick(MARKS[each], language) for each in line.marks if each in MARKS]
    below = f"  _{' · '.join(marks)}_" if marks else ""
    return f"> {name}{cut_escaped(' '.join(words.split()), _SECTION - len(name) - len(below))}{below}"


def _plain(text: str) -> _Block:
    return {"type": "plain_text", "text": text}


def _section(text: str) -> _Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
