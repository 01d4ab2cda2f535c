"""
Goes on elsewhere: a link is offered, somebody comes by it, and whoever was given it says whether it was they.

A link proves nothing: who opens it is a stranger, who sees nothing of the conversation. They are shown a number, and
the origin is asked for it. So neither side can be joined without the other: not by somebody who found the link, nor by
somebody who had another open theirs, nor by a forged SMS (the number goes to the true telephone). Once it is typed the
two are one person (`stages.moving`), and what follows is decided on together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import codes
from ..conversation import ENDED, TicketRecord, TimelineMessage, account_of
from ..decision import loop_signs
from ..decision import moving as words
from ..decision.answer_text import to_person
from ..decision.input import DecisionInput
from ..model import (
    ANSWERS_US,
    CAUTION,
    MOVED,
    Address,
    AgentAction,
    Author,
    Content,
    Decided,
    Decision,
    MessageId,
    Move,
    MoveArrived,
    MoveConfirmed,
    Postback,
    QuickReply,
)
from ..move_port import Way, named
from ..move_tokens import UNSAID
from ..playbook.render import CannotSay, render_phrase
from ..store import keys, move_keys, moves, roots
from ..store.items import compact
from ..text import same_words
from . import copies, reply_channel
from .change import Follow
from .change_set import ChangeSet
from .ticket_counts import moved
from .ticket_thread import desk_row

_PRESS = re.compile(r"move:no:([0-9a-f]{32})")


# --- offered ----------------------------------------------------------------------------------


def offered(changes: ChangeSet, inputs: DecisionInput, decision: Decision) -> tuple[DecisionInput, Decision]:
    """Give the customer a link to where they want to go on; where none can be made, a person has their messages."""
    if not isinstance(decision, Move):
        return inputs, decision
    if loop_signs.steps_spent(changes.after, changes.now):
        return inputs, to_person(inputs, "loop", acknowledge=False, detail="hour")
    last = inputs.last
    if decision.reason == words.TO_SEND and copies.sent(changes, last, decision):
        say(changes, last.address, "copy_sent", decision.language, last, to=decision.channel)
        changes.set(language=decision.language)
        return inputs, decision
    made = _offered(
        changes,
        decision.channel,
        decision.language,
        last.address,
        anchor=last.anchor,
        author="bot",
        why=Decided(reason=decision.reason, fence=changes.after.fence or None),
        covers=decision.covers,
    )
    if not made:
        return inputs, to_person(inputs, "asked_for_human")
    changes.set(language=decision.language)
    return inputs, decision


def by_agent(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Send the customer a link to the channel that an agent chose; its thread says so."""
    playbook = changes.loaded.playbook()
    language = ticket.language if ticket.language in playbook.languages else playbook.languages[0]
    done = not ticket.public and _offered(
        changes,
        event.text,
        language,
        ticket.address,
        anchor=ticket.anchor,
        author="agent",
        why=Decided(reason="agent", agent=event.agent_id),
        ticket_id=ticket.ticket_id,
    )
    note = ("move_offered", {"agent": event.agent_id, "text": _title(changes, event.text)})
    kind, fields = note if done else ("too_late", {"agent": event.agent_id})
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, fields))


def _offered(
    changes: ChangeSet,
    channel: str,
    language: str,
    where: Address,
    *,
    anchor: str,
    author: Author,
    why: Decided,
    **values: Any,
) -> bool:
    """Add an offer, and the row with its link; False where no link can be made."""
    playbook, brand = changes.loaded.playbook(), changes.loaded.brand
    way = next((each for each in playbook.ways if each.channel == channel), None)
    if way is None or channel == where.channel:
        return False
    known = changes.loaded.item(keys.identity(brand, where))
    new = changes.loaded.home if where == changes.event.address else None  # their first words: no address is kept yet
    home = roots.home_of(known) if known is not None else new
    seed = keys.digest("move", changes.event.event_id, keys.recipient(where))
    mark = changes.loaded.move_mark(seed, channel)
    try:
        link = way.link(UNSAID, render_phrase(playbook, "move_words", language, {}))
        fields = named(way.title, way.way_in, language) | {"link": link}
        text = render_phrase(playbook, "move_offer", language, fields, notice="brand" if author == "bot" else "")
    except CannotSay:
        return False
    if home is None or not mark:
        return False
    by = why.agent or "bot"
    made = moves.offered(where, home, channel, by, changes.now)
    made = replace(made, language=language, origin_anchor=anchor)
    changes.extras.append(moves.entry(brand, mark, made, changes.now))
    body = compact({"seed": seed, "channel": channel})
    _row(changes, where, Content(text=text), author=author, why=why, anchor=anchor, body=body, **values)
    changes.count("move:offered", channel=where.channel)
    return True


def _title(changes: ChangeSet, channel: str) -> str:
    ways: Mapping[str, Way] = {each.channel: each for each in changes.loaded.playbook().ways}
    return ways[channel].title if channel in ways else channel


def _named(changes: ChangeSet, channel: str, language: str) -> dict[str, str]:
    traits = changes.environment.traits(channel)
    return named(traits.title, traits.way_in, language)


# --- heard ------------------------------------------------------------------------------------


def heard(changes: ChangeSet, message: TimelineMessage) -> bool:
    """Take in what a customer's message says about a move; True where it says nothing else."""
    if message.public or message.deleted:
        return False
    mark = next((mark for kind, mark in message.beside if kind == MOVED), "")
    if mark:
        return _arrived(changes, message, mark)
    event = changes.event
    pressed = _PRESS.fullmatch(event.payload) if isinstance(event, Postback) else None
    if pressed is not None:
        return _answered(changes, message, pressed[1], pressed=True)
    until, _, asked = changes.after.moving.partition(" ")
    if not asked or changes.now >= int(until) or message.attachments:
        return False
    typed = codes.typed_in(message.text)
    if typed and changes.after.code and not changes.loaded.code_is_right(asked, typed):
        return False  # an order's code is awaited too
    return bool(typed or words.answers(message.text)) and _answered(changes, message, asked, typed)


def _arrived(changes: ChangeSet, message: TimelineMessage, mark: str) -> bool:
    """Take in that somebody came by a link: its origin is asked, once. Nothing of the origin is said here."""
    where = changes.event.address
    move = moves.read(changes.loaded.item(move_keys.move(changes.loaded.brand, mark)))
    alone = _says_nothing(changes, message)
    if move is not None and move.arrived == where:  # the same link again, by the same person
        if move.is_asked(changes.now):
            _show(changes, message, mark, move)
    elif move is None or not _opens(changes, message, move):
        changes.metric("move_not_taken", channel=where.channel)
        if alone:
            say(changes, where, "move_over", move.language if move is not None else "", message)
    else:
        used = moves.used(move, where, changes.loaded.home, changes.now, anchor=message.anchor)
        if changes.loaded.root_of(move.home.conversation_id) == changes.after.conversation_id:
            used = replace(used, state="confirmed")  # one person already, as was proved before
        else:
            _show(changes, message, mark, move)
        changes.extras.append(moves.entry(changes.loaded.brand, mark, used, changes.now))
        changes.more.append(Follow(f"move {mark}"))
        changes.count("move:arrived", channel=where.channel)
    if alone:
        changes.cover((message.message_id,), MOVED)
    return alone


def _show(changes: ChangeSet, message: TimelineMessage, mark: str, move: moves.Move) -> None:
    """Show the number that the origin is asked for to whoever came."""
    body = compact({"mark": mark})
    say(changes, changes.event.address, "move_arrived", move.language, message, body=body, code=codes.UNSAID)


def _opens(changes: ChangeSet, message: TimelineMessage, move: moves.Move) -> bool:
    """Return whether a link leads this person on: in time, for the first time, where it was to lead."""
    where = changes.event.address
    leads = move.channel == where.channel and move.origin != where
    return move.is_open(changes.now) and leads and not unproved(message)


def _says_nothing(changes: ChangeSet, message: TimelineMessage) -> bool:
    """Return whether a message has no words but those that the link put there."""
    if message.attachments:
        return False
    text, playbook = message.text.strip(), changes.loaded.playbook()
    if not text or text == "/start":
        return True
    put = (render_phrase(playbook, "move_words", language, {}) for language in playbook.languages)
    return any(same_words(each, text) for each in put)


def unproved(message: TimelineMessage) -> bool:
    """Return whether the words, or their sender, may be another's."""
    return any(kind == CAUTION and words != ANSWERS_US for kind, words in message.beside)


def _answered(
    changes: ChangeSet, message: TimelineMessage, mark: str, typed: str = "", *, pressed: bool = False
) -> bool:
    """Take in the origin's number, or its no. Anything but its own words, in time, is no answer."""
    where, brand = changes.event.address, changes.loaded.brand
    move = moves.read(changes.loaded.item(move_keys.move(brand, mark)))
    if move is None or move.origin != where or not move.is_asked(changes.now) or unproved(message):
        changes.metric("move_answer_not_taken", channel=where.channel)
        if pressed:
            changes.cover((message.message_id,), MOVED)
        return pressed
    no = pressed or words.says_no(message.text)
    right = bool(typed) and changes.loaded.code_is_right(mark, typed)
    after = replace(move, state="refused") if no else move.answered(yes=right)
    if not typed and not no:  # a bare yes: it is asked for the number again, and that is no wrong one
        after = move
    if after.state == "asked":
        changes.extras.append(moves.entry(brand, mark, after, changes.now))
        changes.cover((message.message_id,), "move_wrong")
        say(changes, where, "move_wrong", move.language, message, to=move.channel)
        return True
    changes.set(moving="")
    changes.extras.append(moves.entry(brand, mark, after, changes.now))
    changes.more.append(Follow(f"move {mark}"))
    changes.cover((message.message_id,), f"move_{after.state}")
    changes.count(f"move:{after.state}", channel=where.channel)
    if right:
        say(changes, where, "move_confirmed", move.language, message, to=move.channel)
    else:
        say(changes, where, "move_refused", move.language, message)
    return True


# --- told by workers of our own ---------------------------------------------------------------


def on_arrived(changes: ChangeSet, event: MoveArrived) -> bool:
    """Ask the origin whether it was they who came elsewhere; False where that is asked no more."""
    move = moves.read(changes.loaded.item(move_keys.move(changes.loaded.brand, event.mark)))
    if move is None or not move.is_asked(changes.now) or move.origin != event.address:
        return False
    if account_of(move.origin) in changes.after.opted_out:
        return False
    playbook = changes.loaded.playbook()
    language = language_of(changes, move.language)
    fields = _named(changes, move.channel, language)
    try:
        text = render_phrase(playbook, "move_asked", language, fields, notice="brand")
        no = render_phrase(playbook, "move_no", language, {})
    except CannotSay:
        return False
    content = Content(text=text, shown_text=text, quick_replies=(QuickReply(no, f"move:no:{event.mark}"),))
    _row(changes, move.origin, content, anchor=move.origin_anchor)
    changes.set(moving=f"{int(move.until)} {event.mark}")
    return True


def on_confirmed(changes: ChangeSet, event: MoveConfirmed) -> bool:
    """Go on where the customer came to: they are told, and an open ticket's answer goes there."""
    move = moves.read(changes.loaded.item(move_keys.move(changes.loaded.brand, event.mark)))
    if move is None or move.state != "confirmed" or move.arrived is None or move.arrived != event.address:
        return False
    if account_of(move.arrived) not in changes.after.opted_out:
        say(changes, move.arrived, "move_done", move.language, anchor=move.anchor)
    reply_channel.choose(changes, move.arrived)
    ticket = changes.stored
    if ticket is not None and ticket.state not in ENDED and not ticket.public:
        _ticket_moves(changes, ticket, move)
    return True


def _ticket_moves(changes: ChangeSet, ticket: TicketRecord, move: moves.Move) -> None:
    if move.arrived is None:
        return
    window = changes.environment.window_end(changes.after, move.arrived, public=False, human=True)
    told = replace(ticket, address=move.arrived, anchor=move.anchor, answer_by=window, window_closed=False)
    changes.set_ticket(moved(changes, ticket, told))
    playbook = changes.loaded.playbook()
    desk_row(changes, told, "thread_note", changes.desk.note(told, playbook, "moved", {}))
    desk_row(changes, told, "ticket_update")


# --- said -------------------------------------------------------------------------------------


def language_of(changes: ChangeSet, wanted: str) -> str:
    """Return the language in which somebody is spoken to: as wanted, else as before, else the brand's first."""
    known = changes.loaded.playbook().languages
    return next((each for each in (wanted, changes.after.language) if each in known), known[0])


def say(
    changes: ChangeSet,
    where: Address,
    phrase: str,
    language: str,
    message: TimelineMessage | None = None,
    *,
    anchor: str = "",
    body: str = "",
    to: str = "",
    **fields: str,
) -> None:
    """
    Say one of the sentences about a move; nothing where the brand has no words for it, or after a STOP.

    `to`: the channel that it is about, where it names one.
    """
    if account_of(where) in changes.after.opted_out or loop_signs.steps_spent(changes.after, changes.now):
        return
    spoken = language_of(changes, language)
    known = fields | (_named(changes, to, spoken) if to else {})
    try:
        said = render_phrase(changes.loaded.playbook(), phrase, spoken, known, notice="brand")
    except CannotSay:
        return
    _row(changes, where, Content(text=said), anchor=message.anchor if message is not None else anchor, body=body)


def _row(
    changes: ChangeSet,
    where: Address,
    content: Content,
    *,
    author: Author = "bot",
    why: Decided | None = None,
    covers: tuple[MessageId, ...] = (),
    **values: Any,
) -> None:
    changes.bot_epoch = changes.bot_epoch or changes.loaded.control(fresh=False).epoch
    changes.add_row(
        "move",
        author,
        where,
        changes.environment.parts_for(where, content, public=False),
        covers=covers,
        why=why or Decided(reason=MOVED, fence=changes.after.fence or None),
        bot_epoch=changes.bot_epoch,
        window_until=changes.environment.window_end(changes.after, where, public=False, human=author == "agent"),
        **values,
    )
