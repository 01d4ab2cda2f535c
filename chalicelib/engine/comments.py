"""
What a sorted comment leaves: an item of its post, and the row of the hour's digest, once.

A second row for a post and hour cannot be: its id is made of both. It is drawn when it is sent (`comment_digests`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from ..conversation import TimelineMessage
from ..decision.comments import asks_or_complains
from ..decision.input import DecisionInput
from ..model import (
    Address,
    AgentAction,
    CommentKind,
    DeliveryReport,
    Echo,
    Gather,
    HideReason,
    Millis,
    OutboxRow,
    RowId,
    RowKind,
    at_desk,
)
from ..store import audit, gathered, items, keys
from ..store.gathered import HOUR_MS, Gathered, Post
from . import hateful_comments, repeated_comments
from .change_set import NO_WORDS, ChangeSet

GRACE_MS = 120_000  # longer than a worker lives that decided in the hour before
CROWD = 30  # more comments in an hour under one post are told
NOTHING_DAYS = 30
REASONS = get_args(HideReason)
CALM: frozenset[CommentKind] = frozenset({"nothing", "case"})  # a digest need not be posted for these
COVERED = "comment_"  # how the reason begins that covers a sorted comment


def gather(changes: ChangeSet, inputs: DecisionInput, decision: Gather) -> None:
    """Count a comment under its post, and have the hour's digest posted if somebody must look at it."""
    repeated = repeated_comments.are_spam(changes, inputs, decision)
    if repeated:
        decision = replace(decision, kind="hide", intent="", hide="spam")
    hateful = decision.hide == "hate"  # its words are kept elsewhere (`hateful_comments`)
    days = NOTHING_DAYS if decision.kind == "nothing" or hateful else _FOR_GOOD
    for message in inputs.pending:
        changes.change(message.message_id, ttl=items.ttl(changes.now, days))
        if hateful:
            hateful_comments.keep(changes, message, audit.COMMENT)
    by_rule = repeated or decision.hide in inputs.playbook.comments.hide
    _noted(changes, inputs, decision, by_rule=by_rule)


_FOR_GOOD = 3_650  # days: an edit may turn a comment that was to go into one that stays


def noted_case(changes: ChangeSet, inputs: DecisionInput, hide: HideReason | None) -> None:
    """Count a comment that became a ticket under its post, where comments are sorted."""
    under = any(gathered.post_of(message).link for message in inputs.pending)
    if inputs.surface is not None and inputs.surface.comments and inputs.public and under:
        found = Gather(covers=inputs.covers, reason="", kind="case", intent=inputs.guess, hide=hide)
        _noted(changes, inputs, found, by_rule=hide in inputs.playbook.comments.hide)


def _noted(changes: ChangeSet, inputs: DecisionInput, found: Gather, *, by_rule: bool) -> None:
    brand, kind, hide = changes.loaded.brand, found.kind, found.hide
    for message in inputs.pending:
        post = gathered.post_of(message)
        made = Gathered(
            message_id=message.message_id,
            kind=kind,
            at=changes.now,
            intent=found.intent,
            language=inputs.language,
            hide=hide or "",
            wants=asks_or_complains(kind, inputs.text),
            channel=message.address.channel,
            link=post.link,
            ad=post.ad,
        )
        before = _as_before(changes, message)
        made = _kept(made, before)
        if hide is not None and by_rule and made.state in ("", "failed"):
            made = replace(made, state="hidden", by="rule")
            _act(changes, message, "hide", hide, audit.COMMENT)
        changes.extras.append((gathered.key_of(brand, message), gathered.item_of(made)))
        if any(each.message_id == message.message_id for each in changes.messages):  # else it was edited
            changes.count(f"comment:{kind}", channel=message.address.channel)
        _crowd(changes, message, post)
        if _is_shown(made) or (before is not None and _is_shown(before)):
            told(changes, message)


def _as_before(changes: ChangeSet, message: TimelineMessage) -> Gathered | None:
    """Return what a comment was sorted as before it was edited; None of a new one."""
    if any(each.message_id == message.message_id for each in changes.messages):
        return None
    item = changes.assume(lambda: changes.loaded.item(gathered.key_of(changes.loaded.brand, message)))
    return None if item is None else gathered.read(item)


def _kept(made: Gathered, before: Gathered | None) -> Gathered:
    """
    Return an edited comment with what was done with it: hidden it stays hidden, and for the reason it was.

    What asks something else now waits for another answer.
    """
    if before is None:
        return made
    made = replace(made, state=before.state, by=before.by, private=before.private, liked=before.liked)
    made = replace(made, hide=before.hide if before.state == "hidden" else made.hide)
    asks_the_same = (made.kind, made.intent) == (before.kind, before.intent)
    return replace(made, answer=before.answer) if asks_the_same else made


def _is_shown(value: Gathered) -> bool:
    """Return whether a digest shows a comment's words."""
    return value.kind not in CALM or bool(value.hide)


def desk_of(changes: ChangeSet) -> str:
    """Return the desk to which comments go: their own, else the brand's."""
    playbook = changes.loaded.playbook()
    return playbook.comments.desk or playbook.routing.account


def told(changes: ChangeSet, message: TimelineMessage) -> None:
    """Have the digest of a comment's hour posted when that is over, or drawn anew if it was posted before."""
    desk, post, hour = desk_of(changes), gathered.post_of(message).key, gathered.hour_of(message)
    if not desk:
        changes.metric("comments_without_desk", channel=message.address.channel)
        return
    where, due, first = _first(changes, post, hour)
    if any(row.row_id == first for row in changes.rows):
        return
    waits = changes.assume(lambda: changes.loaded.open_row(first)) is not None
    ended = changes.assume(lambda: changes.loaded.finished_row(first)) is not None
    if not (waits or ended):
        made = _row(changes, "comments", post, where, due)
        changes.rows.append(replace(made, not_before=max(due, changes.now)))
    elif ended or changes.now > due - GRACE_MS:  # it may be drawn at this moment
        _redraw(changes, post, where, first)


def _first(changes: ChangeSet, post: str, hour: int) -> tuple[Address, Millis, RowId]:
    """Return the address of an hour's digest, when it is due, and the id of the row that posts it."""
    where = at_desk(changes.desk.name, desk_of(changes), gathered.place_of(post, hour))
    due = Millis((hour + 1) * HOUR_MS + GRACE_MS)
    return where, due, keys.row_id(gathered.conversation_of(post), due * 100, where)


def redrawn(changes: ChangeSet, post: str, hour: int) -> None:
    """Have an hour's digest drawn anew."""
    where, _, first = _first(changes, post, hour)
    _redraw(changes, post, where, first)


def _redraw(changes: ChangeSet, post: str, where: Address, first: str) -> None:
    update = _row(changes, "comments_update", post, where, changes.now)
    if not any(row.kind == update.kind and row.address == where for row in changes.rows):
        changes.rows.append(replace(update, anchor=first))


def _row(changes: ChangeSet, kind: RowKind, post: str, where: Address, due: Millis) -> OutboxRow:
    conversation = gathered.conversation_of(post)
    return OutboxRow(
        row_id=keys.row_id(conversation, due * 100, where),
        kind=kind,
        author="system",
        address=where,
        conversation_id=keys.conversation_of(conversation),
        state="pending",
        created_at=changes.now,
        not_before=due,
        parts=NO_WORDS,
    )


def _crowd(changes: ChangeSet, message: TimelineMessage, post: Post) -> None:
    """Tell once that more than CROWD comments came under a post in an hour."""
    hour, desk = gathered.hour_of(message), desk_of(changes)
    low = keys.gathered(changes.loaded.brand, post.key, hour, "")
    before = changes.assume(lambda: changes.loaded.counted(low, CROWD + 1)) or 0
    if before < CROWD or not desk:
        return
    where = at_desk(changes.desk.name, desk, f"crowd:{post.key}:{hour}")
    row = _row(changes, "notice", post.key, where, Millis(hour * HOUR_MS))
    known = changes.assume(lambda: changes.loaded.open_row(row.row_id))
    ended = changes.assume(lambda: changes.loaded.finished_row(row.row_id))
    if known is None and ended is None and not any(each.row_id == row.row_id for each in changes.rows):
        body = changes.desk.crowd(changes.loaded.playbook(), message.address.channel, post.link, before + 1)
        changes.rows.append(replace(row, body=body))


# --- what changes later -----------------------------------------------------------------------


def is_gathered(message: TimelineMessage) -> bool:
    """Return whether a message is a comment that was sorted and made no ticket."""
    return message.covered.startswith(COVERED)


def update(changes: ChangeSet, message: TimelineMessage, **values: str) -> bool:
    """Note what became of a comment, and have its digest drawn anew; False where it was so, or is not known."""
    if not gathered.post_of(message).link:
        return False
    key = gathered.key_of(changes.loaded.brand, message)
    item = changes.loaded.item(key)
    if item is None:
        return False
    before = gathered.read(item)
    after = replace(before, **values)  # type: ignore[arg-type]  # names are Gathered's
    if after == before:
        return False
    changes.extras.append((key, gathered.item_of(after)))
    if _is_shown(after):
        told(changes, message)
    return True


def answered_natively(changes: ChangeSet, event: Echo) -> None:
    """Note that a colleague answered a comment in the platform's own app: it leaves its digest."""
    if not (event.public and event.target_id):
        return
    marker = changes.loaded.marker(event.address, event.target_id) or {}
    message = changes.loaded.message(marker["message_id"]) if "message_id" in marker else None
    if message is not None and message.author == "customer" and message.address == event.address:
        update(changes, message, answer="native")


# --- hiding -----------------------------------------------------------------------------------


def on_action(changes: ChangeSet, event: AgentAction) -> bool:
    """Hide a comment for one of the five reasons, or show it again; False where that changes nothing."""
    message = changes.loaded.message(event.target_id)
    if message is None or message.deleted or (event.verb == "hide" and event.text not in REASONS):
        return False
    state = "hidden" if event.verb == "hide" else "shown"
    item = changes.loaded.item(gathered.key_of(changes.loaded.brand, message))
    if item is None or gathered.read(item).state == state:
        return False
    reason = {"hide": event.text} if event.verb == "hide" else {}
    update(changes, message, state=state, by="agent", **reason)
    if event.verb == "hide" and event.text == "hate":
        hateful_comments.keep(changes, message, event.agent_id)
    elif event.verb == "unhide" and item.get("hide") == "hate":
        hateful_comments.let_go(changes, message)
        changes.change(message.message_id, ttl=items.ttl(changes.now, _FOR_GOOD))
    _act(changes, message, "hide" if event.verb == "hide" else "unhide", event.text, event.agent_id)
    return True


def _act(changes: ChangeSet, message: TimelineMessage, kind: RowKind, reason: str, by: str) -> None:
    """Have the platform do it, behind what is said to this person before, and note it in the audit log."""
    changes.add_row(
        kind,
        "system",
        message.address,
        public=True,
        anchor=message.anchor,
        covers=(message.message_id,),
        parts=NO_WORDS,
    )
    what: audit.Told = "comment.hide" if kind == "hide" else "comment.show"
    author = audit.Author(by, changes.now)
    changes.extras.append(audit.entry(changes.loaded.brand, author, what, message.message_id, after=reason))


def not_done(changes: ChangeSet, event: DeliveryReport) -> None:
    """Show in the digest that the platform did not hide a comment, or not show it again."""
    for message in changes.loaded.messages(event.row.covers):
        update(changes, message, state="failed", by="platform")
