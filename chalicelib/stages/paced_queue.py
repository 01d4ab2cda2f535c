"""
The paced queue ("line") of one Slack channel: the first rate limit closes it; then one worker at a time sends from it.

While the line is closed, a notification sends nothing: its row waits in the line (`store.lines`) at no cost. A tick
message starts the next pass (`paced_delivery`). It names the moment until which the line is closed, so of two ticks one
is out of date. If a tick is lost, the line opens by itself a little later, and the sweep sends a tick for rows that
still wait.
"""

from __future__ import annotations

from ..model import Account, Millis
from ..model.queued import PassDue
from ..services import Deps

MARGIN_MS = 5_000  # how much longer than its tick takes a line stays shut


def is_shut(account: Account, deps: Deps) -> bool:
    """Return whether only the worker of the current pass may send to this account."""
    return account.line_until > deps.clock() and not deps.in_turn


def shut(account: Account, wait_ms: int, deps: Deps) -> None:
    """Close the line for the time that Slack asked for. The first worker to be told closes it."""
    now = deps.clock()
    until = Millis(now + wait_ms + MARGIN_MS)
    if not deps.in_turn and deps.directory.shut_line(account, until, now):
        tick(account, until, Millis(now + wait_ms), deps)
        deps.counter("line_shut", channel=account.channel)


def tick(
    account: Account, until: Millis, due: Millis, deps: Deps, next_at: Millis | None = None, *, last: bool = False
) -> None:
    """Send the message that starts the next pass at `due`; `until`: the closing time that it belongs to."""
    again(
        PassDue(
            brand=account.brand,
            channel=account.channel,
            account_id=account.account_id,
            until=until,
            due=due,
            next_at=next_at,
            last=last,
        ),
        deps,
    )


def again(message: PassDue, deps: Deps) -> None:
    """Send a tick: at once, or by a timer (at most 15 minutes; then it is sent again)."""
    wait_ms = message.due - deps.clock()
    if wait_ms > 0:
        deps.queues.later(message, wait_ms)
    else:
        deps.queues.put(message)
