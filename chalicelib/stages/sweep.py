"""
Sweep: each minute, finds overdue rows and conversations, for which no notification is on its way. Takes a bounded time.

Every unfinished row, and every conversation that waits, is in the due index until it ends; its time there is when it is
overdue. The sweep notifies for an overdue entry and moves it to a later time, but never removes it: if that
notification is lost too, the sweep finds the entry again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice

from ..model import Account, AccountId, BrandId, ChannelName, Millis
from ..model.queued import HoldOver
from ..services import Services
from ..store import keys, paced_index, roots, row_queues, rows
from ..store.keys import Key
from . import (
    account_look,
    account_silence,
    board,
    gap_sweep,
    paced_queue,
    scheduled_reports,
    template_lists,
    token_renewal,
)

FOREVER = 2**53
SEEN_MOST = 1_000  # entries of a shard that are looked at, those that are due first
ROUND_MOST = 100  # entries of a shard, or of an account, before it is the next one's turn
MIN_REMAINING_MS = 30_000  # a run's time for ringing (its function has 50 s): what is left over is due a minute later
LATEST_MS = 6 * 3_600_000  # what stays stuck is notified ever more seldom, and at least this often

Entry = tuple[Key, int]
Look = Callable[[Key, int, set[tuple[BrandId, str]], Services], None]
Work = tuple[Look, Iterable[Entry]]


def sweep(services: Services) -> int:
    """
    Notify once for everything that is overdue; return how much. Counts the age of the oldest unfinished row in seconds.

    If one entry fails, the others are still handled; its error is raised at the end.
    """
    now = services.clock()
    notified: set[tuple[BrandId, str]] = set()
    oldest, broken, work = now, None, []
    for shard in keys.due_shards():
        entries = services.directory.due(shard, FOREVER, limit=SEEN_MOST)
        oldest = min([oldest, *_made(entries)])
        work.append(_overdue(shard, entries, now, services))
    accounts = list(services.directory.accounts())
    for account in accounts:
        parked = services.directory.all_due(
            keys.parked_shard(account.channel, account.account_id), FOREVER, page=ROUND_MOST
        )
        first = list(islice(parked, ROUND_MOST))
        oldest = min([oldest, *_made(first)])
        if first and _sends(account, services):
            work.append((_unpark, _of_brand(account.brand, chain(first, parked))))
        if account.channel == services.desk.name:
            oldest = min([oldest, *_made(_start_overdue_pass(account, services))])
    for look, (key, due_at) in _round_robin(work):
        if services.clock() - now > MIN_REMAINING_MS:
            break
        try:
            look(key, due_at, notified, services)
        except Exception as error:  # noqa: BLE001 - raised below, when everybody else was looked at
            broken = error
    if now - oldest > keys.OVERDUE_MS:  # younger rows are being worked on; a metric without values costs nothing
        services.metrics("oldest_row_s", (now - oldest) // 1000)
    broken = _post_due_messages(services) or broken
    broken = gap_sweep.fill_gaps(accounts, now, services) or broken
    broken = account_look.look_at_accounts(accounts, now, services) or broken
    broken = token_renewal.renew_tokens(accounts, now, services) or broken
    broken = template_lists.read_lists(accounts, now, services) or broken
    if broken is not None:
        raise broken
    return len(notified)


def _start_overdue_pass(account: Account, services: Services) -> list[Entry]:
    """Look at a desk's paced queue: start a pass if none is on its way."""
    found = services.directory.due(paced_index.shard(account), FOREVER, limit=ROUND_MOST)
    if any(paced_index.time_of(at) + keys.OVERDUE_MS <= services.clock() for _, at in found):
        stored = services.directory.by_id(account.channel, account.account_id)
        if stored is not None and not stored.paused and not paced_queue.is_closed(stored, services):
            paced_queue.schedule_pass(stored, stored.line_until, services.clock(), services)
    return found


def _overdue(shard: str, entries: list[Entry], now: Millis, services: Services) -> Work:
    """Return what is due of a shard: the entries read already, and if there are more, the rest."""
    due = [entry for entry in entries if entry[1] <= now]
    return _look_again, chain(due, services.directory.all_due(shard, now) if len(due) == SEEN_MOST else ())


def _round_robin(work: list[Work]) -> Iterator[tuple[Look, Entry]]:
    """Return the entries of all brands in turns, so that one brand in trouble delays no other."""
    lists = [(look, iter(entries)) for look, entries in work]
    while lists:
        left = []
        for look, entries in lists:
            round_ = list(islice(entries, ROUND_MOST))
            yield from ((look, entry) for entry in round_)
            if len(round_) == ROUND_MOST:
                left.append((look, entries))
        lists = left


def _post_due_messages(services: Services) -> Exception | None:
    """Add what is due to brands at this time of day, and boards that changed; return the last error, after all."""
    broken = None
    for tell in (scheduled_reports.weekly, scheduled_reports.nightly, account_silence.listen, board.refresh):
        try:
            tell(services)
        except Exception as error:  # noqa: BLE001 - raised by the sweep, as the others
            broken = error
    return broken


def reconnect(channel: ChannelName, account_id: AccountId, services: Services, until: int = FOREVER) -> int:
    """
    Notify for the rows that were parked for an account which can send again; return for how many recipients.

    The sweep does those that are left at `until` (ms).
    """
    resumed = services.directory.resume(channel, account_id, services.clock())
    notified: set[tuple[BrandId, str]] = set()
    for key, due_at in services.directory.all_due(keys.parked_shard(channel, account_id), FOREVER):
        if services.clock() >= until:
            break
        _unpark(key, due_at, notified, services)
    if resumed is not None and channel == services.desk.name:
        paced_queue.schedule_pass(resumed, Millis(0), services.clock(), services)
    return len(notified)


def _made(entries: list[Entry]) -> Iterator[Millis]:
    return (keys.made_at(key.sk) for key, _ in entries if key.sk.startswith(keys.ROW_PREFIX))


def _look_again(key: Key, due_at: int, notified: set[tuple[BrandId, str]], services: Services) -> None:
    """
    Handle one due entry by its kind, and set its next time.

    An entry whose item was deleted is left alone, and so is one of a kind that only a later release knows.
    """
    now, table = services.clock(), services.table(keys.brand_of(key.pk))
    name, sign, _ = key.sk.partition("#")
    look = _BY_KIND.get(name + sign)
    ready_at, began = look(key, notified, services) if look else (0, 0)
    if ready_at:
        patience = min(LATEST_MS, max(keys.OVERDUE_MS, (now - began) // 2))
        next_at = keys.looked_at(ready_at, now) if ready_at > now else now + patience
        rows.move_due(table, key, keys.due_shard(key.pk + key.sk), next_at, old=due_at)


def _row(key: Key, notified: set[tuple[BrandId, str]], services: Services) -> tuple[int, int]:
    """Notify for a row that is ready; return when it is, and when it was made (a reminder: is due). 0: it has ended."""
    row = services.table(keys.brand_of(key.pk)).open_row_at(key)
    ready_at = max(row.not_before, row.lease_until if row.state == "claimed" else 0) if row else 0
    if row and ready_at <= services.clock():
        _notify(key, notified, services)
    return ready_at, keys.made_at(key.sk)


def _conversation(key: Key, _: set[tuple[BrandId, str]], services: Services) -> tuple[int, int]:
    """Send the timer message of a conversation that waits; return when it was due, twice."""
    due = _repeat_timer(key, services)
    return due, due


def _repeat_timer(key: Key, services: Services) -> int:
    """Send the timer message of a conversation whose timer never came; return when it was due (0: it waits no more)."""
    table = services.table(keys.brand_of(key.pk))
    head = table.head(keys.conversation_of_key(key.pk))
    if head is None or not head.hold_until:
        return 0
    if head.hold_until <= services.clock():
        for first in islice(roots.uncovered(table, head, 1), 1):
            over = HoldOver(brand=table.brand, generation=head.hold_gen, until=head.hold_until, address=first.address)
            services.queues.later(over, 0)
    return head.hold_until


def _of_brand(brand: BrandId, entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if keys.brand_of(entry[0].pk) == brand)


def _sends(account: Account, services: Services) -> bool:
    """Return whether an account can send by now: a reconnect may have died before it notified for all its rows."""
    fresh = services.directory.by_id(account.channel, account.account_id)
    return fresh is not None and not fresh.paused


def _unpark(key: Key, due_at: int, notified: set[tuple[BrandId, str]], services: Services) -> None:
    """Put a parked row back into its due shard before it is notified for, so that a lost notification is repeated."""
    table, now = services.table(keys.brand_of(key.pk)), services.clock()
    row = table.open_row_at(key) if row_queues.queue_of(keys.row_of_key(key.pk)) == "desk" else None
    shard, next_at = (
        paced_index.due_entry(row, now, now) if row else (keys.due_shard(key.pk + key.sk), now + keys.OVERDUE_MS)
    )
    if rows.move_due(table, key, shard, next_at, old=due_at):
        _notify(key, notified, services)


def _notify(key: Key, notified: set[tuple[BrandId, str]], services: Services) -> None:
    who = keys.brand_of(key.pk), keys.row_of_key(key.pk)
    if who not in notified:
        services.queues.notify(*who)
        notified.add(who)


# Kind of a due entry, by the beginning of its sort key -> what a due time of it means.
_BY_KIND: Mapping[str, Callable[[Key, set[tuple[BrandId, str]], Services], tuple[int, int]]] = {
    keys.ROW_PREFIX: _row,
    keys.HEAD: _conversation,
}
