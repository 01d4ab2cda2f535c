"""
Deliver: a notification names a recipient; the recipient's oldest unfinished row is read FROM THE TABLE and sent.

claim -> send -> mark as sent: the claim takes a lease, the fencing token is read after it. A worker may die between any
two lines: a row that it left claimed is resolved by the platform's proof, never by sending again on suspicion. The kill
switch is read after the claim too. Deliver decides nothing; what needs a decision goes back as a delivery report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial
from typing import Literal, assert_never

from ..engine import daily_figures
from ..errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed, WindowClosed
from ..model import (
    Account,
    BrandId,
    CannotTell,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    Proof,
    Sent,
)
from ..model.addresses import Address
from ..model.internal import DELIVERY
from ..model.queued import RowsDue
from ..ports import Sender, UploadsFiles
from ..services import Services
from ..store import audit, keys, paced_index, rows
from ..store.table import Table
from . import agent_files, media, paced_queue
from .desk_rows import rendered
from .mark_sent import account_paused, delivery_report, mark_sent, reminder_report, send_report
from .outbound import leaves_at, outbound, overtaken, surface_of

LEASE_MS = 20_000  # five seconds over the function's timeout (infra.resources), as its queue's visibility timeout

MIN_REMAINING_MS = 10_000  # what must be left of the invocation to begin another request: a send may take eight seconds
MAX_TRIES = 8
SECRETS_WAIT_MS = 15_000
BACKOFF_MS = (1_000, 4_000, 15_000, 60_000, 180_000, 600_000, 1_800_000, 3_600_000)
TOKEN_CHARS = 12  # tells the two or three workers apart that may ever ask for one attempt


class Next(Enum):
    """What follows when one row was looked at."""

    AGAIN = "again"  # read the recipient's oldest row again
    DONE = "done"  # nothing can be done for this recipient now; a notification comes when there is


def deliver(brand: BrandId, recipient: str, services: Services, left_ms: Callable[[], int]) -> None:
    """Send what is due for one recipient, oldest row first, until nothing is or time runs short (then notify again)."""
    table = services.table(brand)
    while True:
        if left_ms() < MIN_REMAINING_MS:
            services.queues.notify(brand, recipient)
            return
        waiting = table.open_rows(recipient, limit=2)
        if overtaken(waiting, services.clock()):
            rows.take_out(table, waiting[0])
        elif not waiting or _advance_row(table, waiting[0], services, left_ms) is Next.DONE:
            return


def show_typing(brand: BrandId, where: Address, anchor: str, services: Services) -> None:
    """Show the customer that an answer is being written. Best effort: a failure is only counted."""
    account = services.directory.by_id(where.channel, where.account_id)
    surface = services.traits(where.channel).private
    if account is None or account.paused or account.brand != brand or surface is None or not surface.typing:
        return
    part = OutboundPart(
        row_id=keys.row_id("typing", 0, where), index=0, attempt=0, address=where, kind="notice", text="", anchor=anchor
    )
    try:
        services.channel(account).show_typing(part)
    except SendError:
        services.metrics("typing_failed", channel=where.channel)


def _advance_row(table: Table, row: OutboxRow, services: Services, left_ms: Callable[[], int]) -> Next:
    """Advance one row: send it, ask for its proof, end it or wait."""
    now = services.clock()
    if row.state == "claimed" and all(part.platform_id for part in row.parts):
        mark_sent(table, row, services.clock(), services)
        return Next.AGAIN
    ready_at = max(leaves_at(row, table, services), row.lease_until if row.state == "claimed" else 0)
    if ready_at > now:
        _wait(table, row, Millis(ready_at - now), services)
        return Next.DONE
    left = row.state == "claimed" and (rows.given_up(row) or table.finished_row(row.row_id) is not None)
    if row.traits.work == "report" or left:
        return _done_elsewhere(table, row, services)
    account = services.directory.by_id(row.address.channel, row.address.account_id)
    if account is None or account.paused or account.brand != table.brand:
        return _park(table, row, account, services)
    channel = None if paced_queue.is_closed(account, services) else _channel(table, row, account, services)
    if channel is None:
        return Next.DONE
    if row.traits.work == "fetch":
        return _fetch(table, row, channel, services)
    if row.state != "claimed":
        return _claim_and_check(table, row, account, channel, services, left_ms)
    return _resolve_claimed(table, row, account, channel, services)


def _take_out(table: Table, row: OutboxRow) -> Next:
    """End a row that has nothing to show. DONE where another worker has it."""
    return Next.AGAIN if rows.take_out(table, row) else Next.DONE


def _channel(table: Table, row: OutboxRow, account: Account, services: Services) -> Sender | None:
    """Return the account's channel. Its secrets are read before the claim, so that a claimed row can be sent."""
    try:
        return services.channel(account)
    except Retryable:
        _wait(table, row, Millis(SECRETS_WAIT_MS), services)
        return None


def _fetch(table: Table, row: OutboxRow, channel: Sender, services: Services) -> Next:
    """Download a customer's file, or give it up, and report that to process. Nothing is kept of a deleted message."""
    token, now = services.queues.new_id()[:TOKEN_CHARS], services.clock()
    if rows.claim(table, row, now=now, lease_ms=LEASE_MS, fence=None, token=token) == "lost":
        return Next.AGAIN
    row = replace(row, state="claimed", attempt=row.attempt + 1, lease_until=Millis(now + LEASE_MS))
    message = table.message(row.covers[0])
    if message is None or message.deleted:  # under the claim: an erasure waits, or its file would be back, empty
        media.drop(row, services)
        rows.take_out(table, row)
        return Next.AGAIN
    try:
        fetched = media.fetch(table, row, message, channel, services)
    except SendError as error:
        if not isinstance(error, Refused) and row.tries + 1 < media.TRIES:
            until = Millis(now + _backoff(row))
            return _release(table, row, until, services, tries=row.tries + 1, code=error.code)
        fetched = media.failed(row, message, error.code)
    send_report(table, fetched, services)
    rows.take_out(table, row)
    return Next.AGAIN


def _done_elsewhere(table: Table, row: OutboxRow, services: Services) -> Next:
    """End a reminder by reporting that it is due; or a row whose worker died just before its last writes."""
    if ended := rows.given_up(row):
        return _end(table, row, ended, row.error_code, services)
    if row.traits.work == "report":
        send_report(table, reminder_report(row), services)
    rows.take_out(table, row)
    return Next.AGAIN


def _park(table: Table, row: OutboxRow, account: Account | None, services: Services) -> Next:
    """Park a row until its account is connected again. AGAIN where it was reconnected meanwhile."""
    if account is not None and account.paused and row.error_code:
        _report_paused(table, row, account, account.paused, services)
    rows.index_due(table, row, keys.parked_shard(row.address.channel, row.address.account_id), services.clock())
    services.metrics("row_parked", channel=row.address.channel)
    again = services.directory.by_id(row.address.channel, row.address.account_id)
    connected = again is not None and not again.paused and again.brand == table.brand
    return Next.AGAIN if connected else Next.DONE


# --- before the send --------------------------------------------------------------------------


def _claim_and_check(
    table: Table, row: OutboxRow, account: Account, channel: Sender, services: Services, left_ms: Callable[[], int]
) -> Next:
    now = services.clock()
    if row.window_until and now > row.window_until:
        return _end(table, row, "failed", WindowClosed.__name__, services)
    fence = row.decided.fence or 0 if row.by_bot else None
    result = rows.claim(
        table, row, now=now, lease_ms=LEASE_MS, fence=fence, token=services.queues.new_id()[:TOKEN_CHARS]
    )
    if result == "lost":
        return Next.AGAIN
    claimed = replace(row, state="claimed", attempt=row.attempt + 1, lease_until=Millis(now + LEASE_MS))
    if result == "fenced":
        return _end(table, claimed, "silenced", "human_spoke", services)
    # Read after the claim, like the fence: a stop that came before the claim is always seen.
    intent = row.decided.intent if row.traits.of_intent else ""
    if row.by_bot and table.control().silences_row(row.address.channel, intent, row.bot_epoch):
        return _end(table, claimed, "silenced", "stopped", services)
    try:
        surface = surface_of(claimed, services)
        files = agent_files.brought(
            claimed, surface, services
        )  # under the claim: an erasure waits, or they would be back
    except SendError as error:
        return _not_sent(table, claimed, account, error, services)
    if files and _left(claimed.lease_until, left_ms, services) < MIN_REMAINING_MS:  # the next time they are there
        return _release(table, claimed, services.clock(), services, tries=claimed.tries, code="")
    return _send_parts(table, claimed, account, channel, services, left_ms, files)


def _send_parts(
    table: Table,
    row: OutboxRow,
    account: Account,
    channel: Sender,
    services: Services,
    left_ms: Callable[[], int],
    files: agent_files.Contents,
) -> Next:
    """Send each part with one request. Every result is written to the row under this attempt."""
    rendering = rendered(table, row, services)
    if rendering is None:
        return _take_out(table, row)
    row = replace(row, why=rendering.why)
    left = partial(_left, row.lease_until, left_ms, services)
    for index, part in enumerate(row.parts):
        if part.platform_id:
            continue
        if index and left_ms() < MIN_REMAINING_MS:  # the worker may die with it: the next notification sends it
            return _release(table, row, services.clock(), services, tries=row.tries, code="")
        if services.clock() > row.lease_until - MIN_REMAINING_MS:
            return Next.AGAIN  # too late to begin: another worker may already be asking for a proof
        try:
            if lacking := surface_of(row, services).lacks(part):  # a person is told, as of any refusal
                raise Refused(f"no_{lacking}")
            said = outbound(rendering, row.parts, index, services, files)
            sent = _say(channel, said, left)
        except SendError as error:
            services.metrics(f"send_{type(error).__name__.lower()}", channel=row.address.channel)
            return _not_sent(table, row, account, error, services)
        if sent is None:
            return _release(table, row, services.clock(), services, tries=row.tries, code="")
        platform_id = sent.platform_id or row.row_id
        parts = (*row.parts[:index], replace(part, platform_id=platform_id), *row.parts[index + 1 :])
        row = replace(row, parts=parts)
        if index + 1 < len(parts) and not rows.part_sent(table, row, index, platform_id):
            return Next.AGAIN
    mark_sent(table, row, services.clock(), services, own=True)
    return Next.AGAIN


def _left(lease_until: int, left_ms: Callable[[], int], services: Services) -> int:
    """Return how many milliseconds are left of the lease, or of the invocation where that is less."""
    return min(left_ms(), lease_until - services.clock())


def _say(channel: Sender, said: OutboundPart, left_ms: Callable[[], int]) -> Sent | None:
    """Send one part; its file goes before it where the platform wants that. None: it is too late to send it then."""
    if said.files and isinstance(channel, UploadsFiles):
        said = replace(said, uploaded=channel.upload(said))
        if left_ms() < MIN_REMAINING_MS:
            return None
    return channel.send(said)


# --- after the send ---------------------------------------------------------------------------


def _not_sent(table: Table, row: OutboxRow, account: Account, error: SendError, services: Services) -> Next:
    now = services.clock()
    if isinstance(error, Unconfirmed):
        wait = surface_of(row, services).prove_after_ms
        return _release(table, row, Millis(now + wait), services, claimed=True, tries=row.tries, code=error.code)
    if isinstance(error, RateLimited):
        wait = max(1_000, round(error.after_s * 1000))
        if row.address.desk:
            paced_queue.close(account, wait, services)
            return _release(table, row, now, services, tries=row.tries, code=error.code, notify=False)
        return _release(table, row, Millis(now + wait), services, tries=row.tries, code=error.code)
    if isinstance(error, TokenExpired) or (isinstance(error, Refused) and row.traits.pauses):
        _release(table, row, now, services, tries=row.tries, code=error.code or "refused", notify=False)
        return _pause(table, row, account, error, services)
    if isinstance(error, Retryable) and (row.tries + 1 < MAX_TRIES or row.traits.endless):
        until = Millis(now + _backoff(row))
        return _release(table, row, until, services, tries=row.tries + 1, code=error.code)
    code = f"{type(error).__name__} {error.code}".strip()
    return _end(table, row, "failed", code, services)


def _release(
    table: Table,
    row: OutboxRow,
    until: Millis,
    services: Services,
    *,
    claimed: bool = False,
    tries: int,
    code: str,
    notify: bool = True,
) -> Next:
    if rows.release(table, row, not_before=until, claimed=claimed, tries=tries, error_code=code) and notify:
        _wait(table, row, Millis(max(0, until - services.clock())), services)
    return Next.DONE


def _pause(table: Table, row: OutboxRow, account: Account, error: SendError, services: Services) -> Next:
    """Pause the account and tell the administrator; its rows stay."""
    _report_paused(table, row, account, error.code or "token_expired", services)
    return _park(table, replace(row, error_code=""), account, services)


def _report_paused(table: Table, row: OutboxRow, account: Account, code: str, services: Services) -> None:
    """Report a paused account, once: by the row that paused it, and by the same row again if its worker died."""
    about = f"{account.channel} {account.account_id}"
    line = audit.beside(table.brand, audit.Author(audit.TOKEN, services.clock()), "account.pause", about)
    if services.directory.pause(account, code, row.row_id, line):
        services.metrics("desk_paused" if row.address.desk else "account_paused", channel=row.address.channel)
        if not row.address.desk:
            send_report(table, account_paused(row, code), services)


def _backoff(row: OutboxRow) -> int:
    return BACKOFF_MS[min(row.tries, len(BACKOFF_MS) - 1)]


def _resolve_claimed(table: Table, row: OutboxRow, account: Account, channel: Sender, services: Services) -> Next:
    """Resolve a claimed row whose worker died, or whose answer was lost: only the platform's proof decides."""
    rendering = rendered(table, row, services)
    if rendering is None:
        return _take_out(table, row)
    if row.traits.repeatable and not row.traits.posts:  # done twice it is done once
        return _by_proof(table, row, NotSent(), services)
    try:
        shown = tuple(replace(part, **part.shown) for part in rendering.parts)  # as they were sent
        proof = channel.prove(replace(rendering, parts=shown))
    except TokenExpired as error:
        return _pause(table, row, account, error, services)
    except SendError as error:
        if row.traits.endless:  # the workspace is down: nothing is known, and no ticket is given up
            until = Millis(services.clock() + _backoff(row))
            return _release(table, row, until, services, claimed=True, tries=row.tries + 1, code=error.code)
        proof = CannotTell()
    if isinstance(proof, CannotTell) and row.traits.repeatable and row.tries >= MAX_TRIES:
        proof = NotSent()  # agents may read a ticket twice; that nobody reads it must not happen
    services.metrics(f"proof_{type(proof).__name__.lower()}", channel=row.address.channel)
    return _by_proof(table, row, proof, services)


def _by_proof(table: Table, row: OutboxRow, proof: Proof, services: Services) -> Next:
    """Mark the first unproved part as sent, send it again, or report that nobody can tell."""
    index = next(number for number, part in enumerate(row.parts) if not part.platform_id)
    match proof:
        case Sent():
            rows.part_sent(table, row, index, proof.platform_id or row.row_id)
            rest = any(not part.platform_id for part in row.parts[index + 1 :])
            if rest:
                _release(table, row, services.clock(), services, tries=row.tries, code="", notify=False)
            return Next.AGAIN
        case NotSent():
            _release(table, row, services.clock(), services, tries=row.tries + 1, code="not_sent", notify=False)
            return Next.AGAIN
        case CannotTell():
            if row.traits.endless and row.tries < MAX_TRIES:
                until = Millis(services.clock() + _backoff(row))
                return _release(table, row, until, services, claimed=True, tries=row.tries + 1, code="cannot_tell")
            return _end(table, row, "unknown", f"{Unconfirmed.__name__} {row.error_code}".strip(), services)
        case _:
            assert_never(proof)


# --- ends and waits ---------------------------------------------------------------------------


def _end(
    table: Table, row: OutboxRow, status: Literal["failed", "unknown", "silenced"], code: str, services: Services
) -> Next:
    """End a row that was not, or perhaps not, sent. The report goes first: repeated after a crash, it is one event."""
    if row.traits.reported:
        if row.state == "claimed" and not rows.given_up(row) and not rows.give_up(table, row, status, code):
            return Next.AGAIN
        send_report(table, delivery_report(row, status, code), services)
    else:
        services.metrics("desk_row_failed")
        _report_file(table, row, code, services)
    ended = replace(row, error_code=code)
    less = daily_figures.of_row(row, services.day(table.brand), times=-1)
    rows.finish(table, ended, "cancelled" if status == "silenced" else status, now=services.clock(), counts=less)
    services.metrics(DELIVERY[status], channel=row.address.channel)
    return Next.AGAIN


def _report_file(table: Table, row: OutboxRow, code: str, services: Services) -> None:
    """Report a file that the desk did not take, so that the ticket does not announce it."""
    message = table.message(row.covers[0]) if row.traits.file else None
    if message is not None:
        send_report(table, media.failed(row, message, code.replace(" ", "_")), services)


def _wait(table: Table, row: OutboxRow, wait_ms: Millis, services: Services) -> None:
    """Notify this recipient again later: by a timer up to 15 minutes, by the sweep beyond."""
    if wait_ms <= keys.TIMER_MAX_MS:
        services.queues.later(RowsDue(brand=table.brand, recipient=row.recipient), wait_ms)
    else:
        shard, due_at = paced_index.due_entry(row, services.clock() + wait_ms, services.clock())
        rows.index_due(table, row, shard, Millis(due_at))
