"""
Deliver: a notification names a recipient; the recipient's oldest unfinished row is read FROM THE TABLE and sent.

claim -> send -> mark as sent: the claim takes a lease, the fencing token is read after it. A worker may die between any
two lines: a row that it left claimed is resolved by the platform's proof, never by sending again on suspicion. Deliver
decides nothing; what needs a decision goes back as a report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from ..engine import daily_figures
from ..engine.quoted import as_opened
from ..errors import Misconfigured, RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed, WindowClosed
from ..model import Account, BrandId, CannotTell, Millis, NotSent, OutboundPart, OutboxRow, Part, Sent
from ..model.addresses import Address
from ..model.internal import DELIVERY, DeliveryStatus
from ..model.queued import RowsDue
from ..ports import DESK_CHANNEL, Channel, Surface
from ..services import Deps
from ..store import keys, lanes, lines, rows
from ..store.items import compact
from ..store.table import Table
from . import digests, media, paced_queue
from .mark_sent import account_paused, clock_due, delivery_report, report, settle_sent
from .notices import drawn_notice

LEASE_MS = 20_000  # over the function's timeout by five seconds (infra.resources), like the doorbell's own hiding
ROOM_MS = 10_000  # what must be left of the invocation to begin another request: a send may take eight seconds
MAX_TRIES = 8
SECRETS_WAIT_MS = 15_000
BACKOFF_MS = (1_000, 4_000, 15_000, 60_000, 180_000, 600_000, 1_800_000, 3_600_000)
TOKEN_CHARS = 12  # tells the two or three workers apart that may ever ask for one attempt
DESK_KINDS = ("ticket", "ticket_update", "thread_note", "notice", "erasure", "file", "digest")


def deliver(brand: BrandId, recipient: str, deps: Deps, left_ms: Callable[[], int]) -> None:
    """Send what is due for one recipient, oldest row first, until nothing is or time runs short (then notify again)."""
    table = deps.table(brand)
    while True:
        if left_ms() < ROOM_MS:
            deps.queues.ring(brand, recipient)
            return
        waiting = table.open_rows(recipient, limit=2)
        if _overtaken(waiting, deps.clock()):
            rows.take_out(table, waiting[0])
        elif not waiting or not _step(table, waiting[0], deps, left_ms):
            return


def _overtaken(waiting: Sequence[OutboxRow], now: Millis) -> bool:
    """Return whether the oldest row would only update a ticket in Slack that the next row updates as well."""
    drawn = [row for row in waiting if row.kind == "ticket_update" and not row.body]
    return len(drawn) == 2 and all(row.state == "pending" and row.not_before <= now for row in drawn)


def show_typing(brand: BrandId, where: Address, anchor: str, deps: Deps) -> None:
    """Show the customer that an answer is being written. Best effort: a failure is only counted."""
    account = deps.directory.by_id(where.channel, where.account_id)
    surface = deps.traits(where.channel).private
    if account is None or account.paused or account.brand != brand or surface is None or not surface.typing:
        return
    part = OutboundPart(
        row_id=keys.row_id("typing", 0, where), index=0, attempt=0, address=where, kind="notice", text="", anchor=anchor
    )
    try:
        deps.channel(account).show_typing(part)
    except SendError:
        deps.counter("typing_failed", channel=where.channel)


def _step(table: Table, row: OutboxRow, deps: Deps, left_ms: Callable[[], int]) -> bool:
    """Advance one row. True: look at the recipient's oldest row again; False: nothing can be done now."""
    now = deps.clock()
    if row.state == "claimed" and all(part.platform_id for part in row.parts):
        settle_sent(table, row, deps.clock(), deps)
        return True
    ready_at = max(row.not_before, row.lease_until if row.state == "claimed" else 0)
    if ready_at > now:
        _wait(table, row, Millis(ready_at - now), deps)
        return False
    if row.kind == "clock" or (row.state == "claimed" and table.finished_row(row.row_id) is not None):
        return _done_elsewhere(table, row, deps)
    account = deps.directory.by_id(row.address.channel, row.address.account_id)
    if account is None or account.paused or account.brand != table.brand:
        return _park(table, row, account, deps)
    channel = None if paced_queue.is_shut(account, deps) else _channel(table, row, account, deps)
    if channel is None:
        return False
    if row.kind == "media":
        return _fetch(table, row, channel, deps)
    if row.state != "claimed":
        return _say(table, row, account, channel, deps, left_ms)
    drawn = _drawn(table, row, deps)
    return rows.take_out(table, row) if drawn is None else _settle_claimed(table, row, drawn, account, channel, deps)


def _channel(table: Table, row: OutboxRow, account: Account, deps: Deps) -> Channel | None:
    """Return the account's channel. Its secrets are read before the claim, so that a claimed row can be sent."""
    try:
        return deps.channel(account)
    except Retryable:
        _wait(table, row, Millis(SECRETS_WAIT_MS), deps)
        return None


def _fetch(table: Table, row: OutboxRow, channel: Channel, deps: Deps) -> bool:
    """Download a customer's file, or give it up, and report that to process. Nothing is kept of a deleted message."""
    token, now = deps.queues.new_id()[:TOKEN_CHARS], deps.clock()
    if rows.claim(table, row, now=now, lease_ms=LEASE_MS, fence=None, token=token) == "lost":
        return True
    row = replace(row, state="claimed", attempt=row.attempt + 1, lease_until=Millis(now + LEASE_MS))
    message = table.message(row.covers[0])
    if message is None or message.deleted:  # under the claim: an erasure waits, or its file would be back, empty
        media.drop(row, deps)
        return rows.take_out(table, row) or True
    try:
        told = media.fetch(table, row, message, channel, deps)
    except SendError as error:
        if not isinstance(error, Refused) and row.tries + 1 < media.TRIES:
            until = Millis(now + _backoff(row))
            return _release(table, row, until, deps, claimed=False, tries=row.tries + 1, code=error.code)
        told = media.failed(row, message, error.code)
    report(table, told, deps)
    return rows.take_out(table, row) or True


def _done_elsewhere(table: Table, row: OutboxRow, deps: Deps) -> bool:
    """End a reminder by reporting that it is due; or a row whose worker died just before its last write."""
    if row.kind == "clock":
        report(table, clock_due(row), deps)
    return rows.take_out(table, row) or True


def _park(table: Table, row: OutboxRow, account: Account | None, deps: Deps) -> bool:
    """Park a row until its account is connected again. Reads the account once more: True if it was just reconnected."""
    if account is not None and account.paused and row.error_code:
        _tell_admin(table, row, account, account.paused, deps)
    rows.index_due(table, row, keys.parked_shard(row.address.channel, row.address.account_id), deps.clock())
    deps.counter("row_parked", channel=row.address.channel)
    again = deps.directory.by_id(row.address.channel, row.address.account_id)
    return again is not None and not again.paused and again.brand == table.brand


# --- before the send --------------------------------------------------------------------------


def _say(
    table: Table, row: OutboxRow, account: Account, channel: Channel, deps: Deps, left_ms: Callable[[], int]
) -> bool:
    now = deps.clock()
    if row.window_until and now > row.window_until:
        return _end(table, row, "failed", WindowClosed.__name__, deps)
    fence = row.decided.fence or 0 if row.by_bot else None
    outcome = rows.claim(table, row, now=now, lease_ms=LEASE_MS, fence=fence, token=deps.queues.new_id()[:TOKEN_CHARS])
    if outcome == "lost":
        return True
    claimed = replace(row, state="claimed", attempt=row.attempt + 1, lease_until=Millis(now + LEASE_MS))
    if outcome == "fenced":
        return _end(table, claimed, "silenced", "human_spoke", deps)
    # Read after the claim, like the fence: a stop that came before the claim is always seen.
    intent = "" if row.kind == "acknowledgement" else row.decided.intent  # it says nothing about the subject
    if row.by_bot and table.control().silences_row(row.address.channel, intent, row.bot_epoch):
        return _end(table, claimed, "silenced", "stopped", deps)
    return _send(table, claimed, account, channel, deps, left_ms)


def _send(
    table: Table, row: OutboxRow, account: Account, channel: Channel, deps: Deps, left_ms: Callable[[], int]
) -> bool:
    """Send each part with one request. Every result is written to the row under this attempt."""
    drawn = _drawn(table, row, deps)
    if drawn is None:
        return rows.take_out(table, row)
    row = replace(row, why=drawn.why)
    for index, part in enumerate(row.parts):
        if part.platform_id:
            continue
        if index and left_ms() < ROOM_MS:  # a part begun now might outlive the worker: the next doorbell sends it
            return _release(table, row, deps.clock(), deps, claimed=False, tries=row.tries, code="")
        if deps.clock() > row.lease_until - ROOM_MS:
            return True  # too late to begin: another worker may already be asking for a proof
        try:
            sent = channel.send(_outbound(replace(drawn, parts=row.parts), index, deps))
        except SendError as error:
            deps.counter(f"send_{type(error).__name__.lower()}", channel=row.address.channel)
            return _not_sent(table, row, account, error, deps)
        platform_id = sent.platform_id or row.row_id
        parts = (*row.parts[:index], Part(text=part.text, platform_id=platform_id), *row.parts[index + 1 :])
        row = replace(row, parts=parts)
        if index + 1 < len(parts) and not rows.part_sent(table, row, index, platform_id):
            return True
    settle_sent(table, row, deps.clock(), deps, own=True)
    return True


def _outbound(row: OutboxRow, index: int, deps: Deps) -> OutboundPart:
    surface = _surface(row, deps)
    by_human = row.author == "agent"
    for_all = row.window_until - max(0, surface.human_window_ms - surface.window_ms)  # until when a bot might answer
    return OutboundPart(
        row_id=row.row_id,
        index=index,
        attempt=row.attempt,
        address=row.address,
        kind=row.kind,
        text=row.parts[index].text,
        public=row.public,
        anchor=row.anchor,
        body=row.body,
        known=tuple(part.platform_id for part in row.parts[:index]),
        data=deps.blobs.read(json.loads(row.body)["key"]) if row.kind == "file" and index == 1 else b"",
        by_human=by_human,
        beyond_window=bool(row.window_until) and by_human and deps.clock() > for_all,
    )


def _drawn(table: Table, row: OutboxRow, deps: Deps) -> OutboxRow | None:
    """
    Return the row with its body: a ticket is rendered now, as it is; None when the ticket is gone (erased).

    A ticket's first message shows the messages that opened it, which stand nowhere else; later ones are in its thread.
    """
    if row.kind == "notice" and not row.body:
        return drawn_notice(table, row, deps)
    if row.kind == "erasure":
        return _drawn_erasure(table, row)
    if row.kind == "digest":
        return replace(row, body=deps.desk.digest(digests.told_of(table, row), deps.playbook(table.brand)))
    if row.kind != "ticket" and (row.kind != "ticket_update" or row.body):
        return replace(row, anchor=_anchor(table, row))
    ticket = table.ticket(row.ticket_id)
    if ticket is None:
        return None
    playbook = deps.playbook(table.brand)
    if row.kind == "ticket_update":
        return replace(row, anchor=ticket.desk_ts, body=deps.desk.update(ticket, playbook))
    return replace(row, body=deps.desk.post(as_opened(ticket, row.body, table.message), playbook))


def _drawn_erasure(table: Table, row: OutboxRow) -> OutboxRow | None:
    """Return the row that deletes a copy in Slack, with the id of that copy once its own row ended; None: no copy."""
    asked = json.loads(row.body)
    if "id" in asked:
        return row
    line = table.finished_row(row.anchor)
    if line is None or not line.platform_ids:
        return None
    return replace(row, body=compact(asked | {"id": line.platform_ids[0]}))


def _anchor(table: Table, row: OutboxRow) -> str:
    """Return where a Slack row belongs: its ticket's message, known by now (a ticket's rows keep their order)."""
    if row.kind not in ("ticket_update", "thread_note", "file"):
        return row.anchor
    if row.anchor:  # it changes a line of the thread: the row that wrote that line is ended, and knows where it stands
        line = table.finished_row(row.anchor)
        return line.platform_ids[0] if line is not None and line.platform_ids else ""
    ticket = table.ticket(row.ticket_id)
    return ticket.desk_ts if ticket else ""


# --- after the send ---------------------------------------------------------------------------


def _not_sent(table: Table, row: OutboxRow, account: Account, error: SendError, deps: Deps) -> bool:
    now = deps.clock()
    if isinstance(error, Unconfirmed):
        wait = _surface(row, deps).settle_ms
        return _release(table, row, Millis(now + wait), deps, claimed=True, tries=row.tries, code=error.code)
    if isinstance(error, RateLimited):
        wait = max(1_000, round(error.after_s * 1000))
        if lanes.lane_of(keys.recipient(row.address)) == "desk":
            paced_queue.shut(account, wait, deps)
            return _release(table, row, now, deps, claimed=False, tries=row.tries, code=error.code, ring=False)
        return _release(table, row, Millis(now + wait), deps, claimed=False, tries=row.tries, code=error.code)
    if isinstance(error, TokenExpired) or (isinstance(error, Refused) and row.kind == "ticket"):
        _release(table, row, now, deps, claimed=False, tries=row.tries, code=error.code or "refused", ring=False)
        return _pause(table, row, account, error, deps)
    if isinstance(error, Retryable) and (row.tries + 1 < MAX_TRIES or row.kind in DESK_KINDS):
        until = Millis(now + _backoff(row))
        return _release(table, row, until, deps, claimed=False, tries=row.tries + 1, code=error.code)
    code = f"{type(error).__name__} {error.code}".strip()
    return _end(table, row, "failed", code, deps)


def _release(
    table: Table, row: OutboxRow, until: Millis, deps: Deps, *, claimed: bool, tries: int, code: str, ring: bool = True
) -> bool:
    if rows.release(table, row, not_before=until, claimed=claimed, tries=tries, error_code=code) and ring:
        _wait(table, row, Millis(max(0, until - deps.clock())), deps)
    return False


def _pause(table: Table, row: OutboxRow, account: Account, error: SendError, deps: Deps) -> bool:
    """Pause the account and tell the administrator; its rows stay."""
    _tell_admin(table, row, account, error.code or "token_expired", deps)
    return _park(table, replace(row, error_code=""), account, deps)


def _tell_admin(table: Table, row: OutboxRow, account: Account, code: str, deps: Deps) -> None:
    """Report a paused account, once: by the row that paused it, and by the same row again if its worker died."""
    if deps.directory.pause(account, code, by=row.row_id):
        at_desk = row.address.channel == DESK_CHANNEL
        deps.counter("desk_paused" if at_desk else "account_paused", channel=row.address.channel)
        if not at_desk:
            report(table, account_paused(row, code), deps)


def _backoff(row: OutboxRow) -> int:
    return BACKOFF_MS[min(row.tries, len(BACKOFF_MS) - 1)]


def _settle_claimed(
    table: Table, row: OutboxRow, drawn: OutboxRow, account: Account, channel: Channel, deps: Deps
) -> bool:
    """Resolve a claimed row whose worker died, or whose answer was lost: only the platform's proof decides."""
    try:
        proof = channel.prove(drawn)
    except TokenExpired as error:
        return _pause(table, row, account, error, deps)
    except SendError as error:
        if row.kind in DESK_KINDS:  # the desk is down: nothing is known, and no ticket is given up
            until = Millis(deps.clock() + _backoff(row))
            return _release(table, row, until, deps, claimed=True, tries=row.tries + 1, code=error.code)
        proof = CannotTell()
    if isinstance(proof, CannotTell) and row.kind == "ticket" and row.tries >= MAX_TRIES:
        proof = NotSent()  # agents may read a ticket twice; that nobody reads it must not happen
    deps.counter(f"proof_{type(proof).__name__.lower()}", channel=row.address.channel)
    index = next(number for number, part in enumerate(row.parts) if not part.platform_id)
    match proof:
        case Sent():
            rows.part_sent(table, row, index, proof.platform_id or row.row_id)
            rest = any(not part.platform_id for part in row.parts[index + 1 :])
            if rest:
                _release(table, row, deps.clock(), deps, claimed=False, tries=row.tries, code="", ring=False)
            return True
        case NotSent():
            _release(table, row, deps.clock(), deps, claimed=False, tries=row.tries + 1, code="not_sent", ring=False)
            return True
        case CannotTell():
            if row.kind in DESK_KINDS and row.tries < MAX_TRIES:
                until = Millis(deps.clock() + _backoff(row))
                return _release(table, row, until, deps, claimed=True, tries=row.tries + 1, code="cannot_tell")
            return _end(table, row, "unknown", f"{Unconfirmed.__name__} {row.error_code}".strip(), deps)
        case _:
            assert_never(proof)


# --- ends and waits ---------------------------------------------------------------------------


def _end(table: Table, row: OutboxRow, status: DeliveryStatus, code: str, deps: Deps) -> bool:
    """End a row that was not, or perhaps not, sent. Reported first: a crash in between reports one event twice."""
    if row.kind in DESK_KINDS:
        deps.counter("desk_row_failed")
        _tell_of_file(table, row, code, deps)
    else:
        report(table, delivery_report(row, status, code), deps)
    ended = replace(row, error_code=code)
    less = daily_figures.of_row(row, deps.day(table.brand), times=-1)
    rows.settle(table, ended, "cancelled" if status == "silenced" else status, now=deps.clock(), counts=less)
    deps.counter(DELIVERY[status], channel=row.address.channel)
    return True


def _tell_of_file(table: Table, row: OutboxRow, code: str, deps: Deps) -> None:
    """Report a file that Slack did not take, so that the ticket does not announce it."""
    message = table.message(row.covers[0]) if row.kind == "file" else None
    if message is not None:
        report(table, media.failed(row, message, code.replace(" ", "_")), deps)


def _wait(table: Table, row: OutboxRow, wait_ms: Millis, deps: Deps) -> None:
    """Notify this recipient again later: by a timer up to 15 minutes, by the sweep beyond."""
    if wait_ms <= keys.TIMER_MAX_MS:
        deps.queues.later(RowsDue(brand=table.brand, recipient=keys.recipient(row.address)), wait_ms)
    else:
        shard, due_at = lines.standing(row, deps.clock() + wait_ms, deps.clock())
        rows.index_due(table, row, shard, Millis(due_at))


def _surface(row: OutboxRow, deps: Deps) -> Surface:
    traits = deps.traits(row.address.channel)
    surface = (traits.public if row.public else traits.private) or traits.private or traits.public
    if surface is None:
        raise Misconfigured(f"The channel {traits.name} has no surface to speak on: give it one in its traits.")
    return surface
