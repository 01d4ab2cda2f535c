"""
The last answer once more on another channel of the same person, because they, or their agent, ask for it there.

Only to an address that is proved to be theirs and that they have written from, and only where there is one of that
channel: nobody is asked which, and nothing is guessed. It goes once, with the message that asks for it.
"""

from __future__ import annotations

from ..conversation import TicketRecord, TimelineMessage, account_of
from ..model import Address, AgentAction, Content, ConversationId, Decided, Move
from ..playbook.render import CannotSay, render_phrase
from ..store import keys
from .change_set import ChangeSet
from .ticket_thread import desk_row

BY_AGENT = "copy "  # before the channel, in what an agent's press asks for

_FRESH_MS = 24 * 3_600_000  # an older answer is not what is meant
_LATEST = 20
_ANSWERS = ("reply", "agent_reply")


def sent(changes: ChangeSet, asking: TimelineMessage, decision: Move) -> bool:
    """Send the last answer to where its customer asks for it; False where there is none, or no such address."""
    home = ConversationId(keys.conversation_of(asking.message_id))
    where, answer = _address(changes, decision.channel), _answer(changes, home, asking.address)
    if where is None or answer is None:
        return False
    playbook = changes.loaded.playbook()
    try:
        text = render_phrase(playbook, "copy_words", decision.language, {"answer": answer.text}, notice="brand")
    except CannotSay:
        return False
    changes.bot_epoch = changes.bot_epoch or changes.loaded.control(fresh=False).epoch
    changes.add_row(
        "move",
        "bot",
        where,
        changes.environment.parts_for(where, Content(text=text), public=False),
        covers=decision.covers,
        why=Decided(reason=decision.reason, fence=changes.after.fence or None),
        bot_epoch=changes.bot_epoch,
        window_until=changes.environment.window_end(changes.after, where, public=False, human=False),
    )
    changes.count("move:sent", channel=where.channel)
    return True


def by_agent(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Send a ticket's customer the last answer on another channel too, as an agent asks; its thread says so."""
    channel = event.text.removeprefix(BY_AGENT)
    where, answer = _address(changes, channel), _answer(changes, ticket.conversation_id, ticket.address)
    playbook, fields = changes.loaded.playbook(), {"agent": event.agent_id, "text": ""}
    language = ticket.language if ticket.language in playbook.languages else playbook.languages[0]
    try:
        text = render_phrase(playbook, "copy_words", language, {"answer": answer.text}) if answer is not None else ""
    except CannotSay:
        text = ""
    done = bool(text) and where is not None and not ticket.public and where != ticket.address
    if done and where is not None:
        changes.add_row(
            "move",
            "agent",
            where,
            changes.environment.parts_for(where, Content(text=text), public=False),
            why=Decided(reason="agent", agent=event.agent_id),
            window_until=changes.environment.window_end(changes.after, where, public=False, human=False),
            ticket_id=ticket.ticket_id,
        )
        changes.count("move:sent", channel=where.channel)
        fields["text"] = changes.environment.traits(channel).title
    note = changes.desk.note(ticket, playbook, "copy_sent" if done else "copy_not_sent", fields)
    desk_row(changes, ticket, "thread_note", note)


def _answer(changes: ChangeSet, home: ConversationId, address: Address) -> TimelineMessage | None:
    """Return the newest answer that this address was given in private today; None where there is none."""
    said = [each for each in changes.loaded.latest(home, _LATEST) if each.kind in _ANSWERS and not each.public]
    here = [each for each in said if each.address == address and each.state == "sent" and not each.deleted]
    last = here[-1] if here else None
    fresh = last is not None and changes.now - last.sent_at < _FRESH_MS
    return last if fresh and last is not None and last.text and not last.attachments else None


def _address(changes: ChangeSet, channel: str) -> Address | None:
    """Return the one address of this person on a channel, if it takes messages now."""
    if not changes.after.tree and not changes.after.chosen:  # nobody was ever merged with them
        return None
    found = [each for each, _ in changes.loaded.addresses(changes.after.contact_id) if each.channel == channel]
    where = found[0] if len(found) == 1 else None
    if where is None or account_of(where) in changes.after.opted_out:
        return None
    until = changes.environment.window_end(changes.after, where, public=False, human=False)
    return where if not until or changes.now <= until else None
