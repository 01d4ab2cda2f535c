"""
The paced queue of one desk: the first rate limit closes it; then one worker at a time sends from it.

While it is closed, a notification sends nothing: its row waits in the index (`store.paced_index`) at no cost. A message
starts the next pass (`paced_delivery`). It names the time until which the queue is closed, so of two such messages one
is out of date. If it is lost, the queue opens by itself a little later, and the sweep starts a pass for rows that wait.
"""

from __future__ import annotations

from ..model import Account, Millis
from ..model.queued import PassDue
from ..services import Services

MARGIN_MS = 5_000  # how much longer than the start of its next pass takes a queue stays closed


def is_closed(account: Account, services: Services) -> bool:
    """Return whether only the worker of the current pass may send to this account."""
    return account.line_until > services.clock() and not services.in_pass


def close(account: Account, wait_ms: int, services: Services) -> None:
    """Close the queue for the time that the workspace asked for. The first worker that it refuses closes it."""
    now = services.clock()
    until = Millis(now + wait_ms + MARGIN_MS)
    if not services.in_pass and services.directory.close_paced_queue(account, until, now):
        schedule_pass(account, until, Millis(now + wait_ms), services)
        services.metrics("line_shut", channel=account.channel)


def schedule_pass(
    account: Account,
    until: Millis,
    due: Millis,
    services: Services,
    next_at: Millis | None = None,
    *,
    last: bool = False,
) -> None:
    """Send the message that starts the next pass at `due`; `until`: the closing time that it belongs to."""
    send_pass(
        PassDue(
            brand=account.brand,
            channel=account.channel,
            account_id=account.account_id,
            until=until,
            due=due,
            next_at=next_at,
            last=last,
        ),
        services,
    )


def send_pass(message: PassDue, services: Services) -> None:
    """Send the start of a pass: at once, or by a timer (at most 15 minutes; then it is sent again)."""
    wait_ms = message.due - services.clock()
    if wait_ms > 0:
        services.queues.later(message, wait_ms)
    else:
        services.queues.put(message)
