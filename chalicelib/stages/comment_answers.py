"""
Reads for what an agent does about comments: each of a digest's equal questions, and one comment for a dialog.
"""

from __future__ import annotations

from ..conversation import TimelineMessage
from ..decision.comment_answers import EQUAL_MOST, WORDINGS, acts_on, hidden_words, worded, wordings_of
from ..model import AgentAction, EventId
from ..playbook.render import CannotSay, render_phrase
from ..ports import Surface
from ..report import CommentCard
from ..services import Services
from ..store import gathered, keys
from ..store.table import Table
from .comment_digests import Seen, equal_questions


def answer_each(table: Table, press: AgentAction, services: Services) -> None:
    """Queue an event for each question that a press is about. The same press again queues the same events."""
    post, hour = gathered.read_place(press.target_id)
    intent, _, language = press.text.partition(" ")
    found = equal_questions(gathered.of_hour(table, post, hour), intent, language)
    events = [
        AgentAction(
            event_id=EventId(keys.digest("equal", press.event_id, each.message_id, length=32)),
            address=press.address,
            sent_at=None,
            target_id=each.message_id,
            verb="answer_comment",
            agent_id=press.agent_id,
            row_id=press.row_id,
        )
        for each in found[: len(WORDINGS) * EQUAL_MOST]
    ]
    for event in events:  # each alone: the local AWS asks for a right of its own for several at once
        services.queues.inbox(table.brand, [event], services.clock())


def card_of(table: Table, message_id: str, act: str, seen: Seen) -> CommentCard | None:
    """Return a comment as the dialog for an act shows it; None where it is there no more."""
    try:
        message = table.message(message_id)
    except ValueError:
        return None
    item = table.get(gathered.key_of(table.brand, message)) if message is not None else None
    if message is None or message.deleted or item is None:
        return None
    each, traits = gathered.read(item), seen.traits(message.address.channel)
    surface = traits.private if act == "write_privately" else traits.public
    if surface is None:
        return None
    return CommentCard(
        message_id=message_id,
        text=message.text,
        name=message.display_name,
        channel=traits.title,
        acts=acts_on(each, message.sent_at, traits, seen.now),
        suggestion=_suggestion(each, message, act, surface, seen),
        limit=surface.limit,
        unit=surface.unit,
    )


def _suggestion(each: gathered.Gathered, message: TimelineMessage, act: str, surface: Surface, seen: Seen) -> str:
    """Return the words that a dialog begins with; none for whom the community manager looks after alone."""
    playbook, name = seen.playbook, message.display_name
    language = each.language if each.language in playbook.languages else playbook.languages[0]
    if each.kind == "manager":
        return ""
    found = wordings_of(playbook, each.intent, language, each.channel, surface, seen.now)
    if act == "answer_comment" and found is not None and not each.private:
        return worded(playbook, found, next(iter(found.texts)), name, surface)
    phrase = "comment_private" if act == "write_privately" else "comment_moved" if each.private == "agent" else ""
    try:
        if act == "write_privately" and each.state == "hidden":
            return hidden_words(playbook, message.text, language)
        return render_phrase(playbook, phrase, language, {}, name, greet=True) if phrase else ""
    except CannotSay:
        return ""
