"""
Rate limit of a workspace, pacing: one pass over a desk's paced queue, row by row, the urgent ones first.

A pass ends with a rate limit, after some seconds, or when the queue is empty; then it sends a tick for the next one. A
row that fails does not stop the others. Where too many tickets wait, some are grouped into a digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..errors import RateLimited
from ..model import Account, Millis, OutboundPart, Sent
from ..model.queued import PassDue
from ..ports import Sender
from ..services import Services
from ..store import keys, paced_index, rows
from ..store.keys import Key
from ..store.table import Table
from . import digests, paced_queue
from .deliver import MIN_REMAINING_MS, deliver

PASS_MS = 4_000
LAST_LOOK_MS = 2_000  # the index may be a moment behind: one more look for rows that arrived while it closed
FAILED_MS = 60_000
SEEN_MOST = digests.DEPTH + 2 * digests.AT_ONCE
FOREVER = 2**62

Entry = tuple[Key, int]


def run_pass(message: PassDue, services: Services, left_ms: Callable[[], int]) -> None:
    """Handle the start of a pass. One that is out of date, or whose account cannot send, does nothing."""
    account = services.directory.by_id(message.channel, message.account_id)
    if account is None or account.paused or account.brand != message.brand:
        return
    if message.due > services.clock():
        paced_queue.send_pass(message, services)
        return
    if message.last and not _waiting(account, set(), services):
        return
    if services.directory.begin_pass(
        account, message.until, Millis(services.clock() + PASS_MS + 2 * paced_queue.MARGIN_MS)
    ):
        _Pass(account, message.until, message.next_at or Millis(0), services, left_ms).run()


def _waiting(account: Account, seen: set[Key], services: Services) -> list[Entry]:
    """Return the rows that wait and are ready, in order."""
    found = services.directory.due(paced_index.shard(account), FOREVER, limit=SEEN_MOST)
    return [(key, at) for key, at in found if paced_index.time_of(at) <= services.clock() and key not in seen]


class _Paced:
    """A channel whose requests keep the pace; `refused_ms`: how long the workspace asked to wait."""

    def __init__(self, next_at: int, pace_ms: int, services: Services) -> None:
        self.next_at, self.refused_ms, self._pace_ms = next_at, 0, pace_ms
        self.services = replace(services, in_pass=True, channel=self._channel)
        self._real = services

    def _channel(self, account: Account) -> Sender:
        return _PacedChannel(self._real.channel(account), self)  # type: ignore[return-value]  # what deliver asks of a channel

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        while (left := self.next_at - self._real.clock()) > 0:
            self._real.pause(left / 1000)
        self.next_at = self._real.clock() + self._pace_ms


class _PacedChannel:
    """What deliver calls of a channel, at the paced queue's speed."""

    def __init__(self, channel: Sender, pace: _Paced) -> None:
        self._channel, self._pace = channel, pace
        self.prove, self.fetch, self.traits = channel.prove, channel.fetch, channel.traits

    def send(self, part: OutboundPart) -> Sent:
        self._pace.wait()
        try:
            return self._channel.send(part)
        except RateLimited as error:
            self._pace.refused_ms = max(1_000, round(error.after_s * 1000))
            raise


class _Pass:
    def __init__(
        self, account: Account, token: Millis, next_at: Millis, services: Services, left_ms: Callable[[], int]
    ) -> None:
        self.account, self.token, self.services, self.left_ms = account, token, services, left_ms
        self.table: Table = services.table(account.brand)
        self.pace = _Paced(next_at, services.traits(account.channel).pace_ms, services)
        self.seen: set[Key] = set()
        self.broken: Exception | None = None

    def run(self) -> None:
        """Send until the workspace refuses, nothing waits or the time is over; then end the pass."""
        ends_at = self.services.clock() + PASS_MS
        waiting = _waiting(self.account, self.seen, self.services)
        while waiting and not self.pace.refused_ms:
            digest = digests.group_into_digest(self.table, self.account, waiting, self.seen, self.services)
            if digest:
                self._deliver(digest)
            else:
                self._look_at(*waiting[0])
            waiting = _waiting(self.account, self.seen, self.services)
            if self.services.clock() > ends_at or self.left_ms() < MIN_REMAINING_MS:
                break
        self._end(more=bool(waiting))
        if self.broken is not None:
            raise self.broken

    def _look_at(self, key: Key, position: int) -> None:
        self.seen.add(key)
        recipient = keys.row_of_key(key.pk)
        for first in self.table.open_rows(recipient, limit=1):  # none: the index is a moment behind
            ready_at = max(first.not_before, first.lease_until if first.state == "claimed" else 0)
            if ready_at > self.services.clock():  # it has a timer of its own; what comes after it waits as long
                self._move(key, position, ready_at)
                return
        if not self._deliver(recipient):
            self._move(key, position, self.services.clock() + FAILED_MS)

    def _deliver(self, recipient: str) -> bool:
        try:
            deliver(self.account.brand, recipient, self.pace.services, self.left_ms)
        except Exception as error:  # noqa: BLE001 - raised by `run`, when the others had their turn
            self.broken = error
            return False
        return True

    def _move(self, key: Key, position: int, at: int) -> None:
        to = paced_index.ranked(paced_index.rank_of(position), at)
        rows.move_due(self.table, key, paced_index.shard(self.account), to, old=position)

    def _end(self, *, more: bool) -> None:
        """End the pass: closed until the next one, or open with one more look for rows turned away just now."""
        now = self.services.clock()
        wait_ms = self.pace.refused_ms or (0 if more else LAST_LOOK_MS)
        is_shut = bool(self.pace.refused_ms) or more
        until = Millis(now + wait_ms + paced_queue.MARGIN_MS if is_shut else now)
        if self.services.directory.end_pass(self.account, self.token, until):
            next_at = Millis(self.pace.next_at) if is_shut else None
            paced_queue.schedule_pass(
                self.account, until, Millis(now + wait_ms), self.services, next_at, last=not is_shut
            )
