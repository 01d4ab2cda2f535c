"""
What an agent does about a comment from its digest: answers in public or in private, likes, hides, shows again.

Each public answer is given once: the comment's item, written in the same transaction as the row, says that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..conversation import TimelineMessage
from ..decision import comment_answers
from ..decision.comment_answers import EQUAL_MOST, Wordings, acts_on, waits_for_answer
from ..model import AgentAction, AgentVerb, Content, Decided, DeliveryReport, Millis, ReportedRow
from ..store import audit, gathered
from ..store.caps import CapSlot
from ..store.gathered import HOUR_MS, Gathered
from . import comments
from .change import AnswerEach
from .change_set import NO_WORDS, ChangeSet
from .loaded import together


class _Commented(NamedTuple):
    """A comment, and how it was sorted."""

    message: TimelineMessage
    item: Gathered


def on_action(changes: ChangeSet, event: AgentAction) -> bool:
    """Do what an agent asks for about comments; False where that may not be, or is so already."""
    if event.verb == "answer_equal":
        return _answer_each(changes, event)
    if event.verb in ("hide", "unhide"):
        return comments.on_action(changes, event)
    message = changes.loaded.message(event.target_id)
    item = changes.loaded.item(gathered.key_of(changes.loaded.brand, message)) if message is not None else None
    if message is None or message.deleted or item is None:
        return False
    about = _Commented(message, gathered.read(item))
    traits = changes.environment.traits(message.address.channel)
    if event.verb not in acts_on(about.item, message.sent_at, traits, changes.now):
        return False
    return _ACTS[event.verb](changes, event, about)


def _answer_each(changes: ChangeSet, event: AgentAction) -> bool:
    """Have each of a digest's equal questions answered by an event of its own, and the digest drawn anew."""
    post, hour = gathered.read_place(event.target_id)
    changes.first.append(AnswerEach(event))
    changes.aside = True
    comments.redrawn(changes, post, hour)
    return True


def is_about_one(row: ReportedRow) -> bool:
    """Return whether a row is an act about a comment, whose digest is told of its end."""
    return row.kind in ("hide", "unhide", "like", "comment_reply", "private_reply")


def lost(changes: ChangeSet, event: DeliveryReport) -> None:
    """Show in the digest that the platform did not do it, or that nobody can tell."""
    if event.row.kind in ("hide", "unhide"):
        comments.not_done(changes, event)
        return
    what = {"like": "liked", "comment_reply": "answer"}.get(event.row.kind, "private")
    for message in changes.loaded.messages(event.row.covers):
        comments.update(changes, message, **{what: "failed" if event.status == "failed" else "unknown"})


def _answer(changes: ChangeSet, event: AgentAction, about: _Commented) -> bool:
    """Answer in public: with the agent's own words, or in a wording that was not said too often here."""
    text = event.text.strip()
    if not text:
        if about.item.kind != "question" or not waits_for_answer(about.item):
            return False
        text, slot = _worded(changes, event, about)
        if slot is None:
            return False
        changes.slots.append(slot)
    _say(changes, event, about, text, public=True)
    comments.update(changes, about.message, answer="agent")
    return True


def _worded(changes: ChangeSet, event: AgentAction, about: _Commented) -> tuple[str, CapSlot | None]:
    """Return the wording that was said least here in this hour, with its slot; None where all were said enough."""
    message, item = about
    playbook, channel = changes.loaded.playbook(), message.address.channel
    surface = changes.environment.surface(message.address, public=True)
    if surface is None:
        return "", None
    found = comment_answers.wordings_of(playbook, item.intent, item.language, channel, surface, changes.now)
    if found is None or found.mark != event.row_id:  # the words are others than those on the screen
        return "", None
    phrase, slot = _least_said(changes, found, gathered.post_of(message).key)
    return comment_answers.worded(playbook, found, phrase, message.display_name, surface) if slot else "", slot


def _least_said(changes: ChangeSet, found: Wordings, post: str) -> tuple[str, CapSlot | None]:
    day, hour = changes.day(changes.now), changes.now // HOUR_MS
    subjects = {phrase: found.subject(post, hour, phrase) for phrase in found.texts}
    together(*(lambda each=each: changes.loaded.cap(each, day) for each in subjects.values()))
    said = {phrase: sum(changes.loaded.cap(each, day).values()) for phrase, each in subjects.items()}
    phrase = min(said, key=lambda each: said[each])
    return phrase, changes.free_slot(subjects[phrase], day, EQUAL_MOST)


def _write_privately(changes: ChangeSet, event: AgentAction, about: _Commented) -> bool:
    """Write to the comment's writer, once, in one part: the comment stands for them no second time."""
    text, address = event.text.strip(), about.message.address
    surface = changes.environment.surface(address, public=True)
    whole = len(changes.environment.split_for(address, text, public=False)) == 1
    if not (text and whole) or surface is None:
        return False
    if not changes.loaded.uncovered and changes.held_reply() is None:
        changes.human_spoke()  # whoever answers that is answered by a person
    until = Millis(about.message.sent_at + surface.private_reply_ms)
    _say(changes, event, about, text, public=False, until=until)
    comments.update(changes, about.message, private="agent")
    return True


def _say(
    changes: ChangeSet, event: AgentAction, about: _Commented, text: str, *, public: bool, until: Millis = Millis(0)
) -> None:
    message = about.message
    changes.add_row(
        "comment_reply" if public else "private_reply",
        "agent",
        message.address,
        changes.environment.parts_for(message.address, Content(text=text), public=public),
        public=public,
        anchor=message.anchor,
        covers=(message.message_id,),
        why=Decided(reason="agent", intent=about.item.intent, agent=event.agent_id),
        window_until=until,
    )


def _like(changes: ChangeSet, event: AgentAction, about: _Commented) -> bool:
    message = about.message
    changes.add_row(
        "like",
        "agent",
        message.address,
        public=True,
        anchor=message.anchor,
        covers=(message.message_id,),
        parts=NO_WORDS,
        why=Decided(reason="agent", agent=event.agent_id),
    )
    author = audit.Author(event.agent_id, changes.now)
    changes.extras.append(audit.entry(changes.loaded.brand, author, "comment.like", message.message_id))
    comments.update(changes, message, liked="agent")
    return True


_ACTS: Mapping[AgentVerb, Callable[[ChangeSet, AgentAction, _Commented], bool]] = {
    "answer_comment": _answer,
    "write_privately": _write_privately,
    "like": _like,
}
