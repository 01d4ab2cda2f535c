"""
A desk's line: its first refusal shuts it, and from then on one worker at a time has its turn at the head of it.

While a line is shut a doorbell sends nothing: its row stands in the line (`store.lines`) and waits there for free. A
tick brings the next turn. It names the moment until which the line is shut, so that of two ticks one is old news; the
line opens by itself a little later, should the tick be lost, and the sweep brings one for whoever still stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Account, Millis
from .deps import Deps

MARGIN_MS = 5_000  # how much longer than its tick takes a line stays shut


def is_shut(account: Account, deps: Deps) -> bool:
    """Whether nothing may be sent to this account but by the worker whose turn it is."""
    return account.line_until > deps.clock() and not deps.in_turn


def shut(account: Account, wait_ms: int, deps: Deps) -> None:
    """The desk asked to wait. Whoever is told so first shuts the line; the others find it shut."""
    now = deps.clock()
    until = Millis(now + wait_ms + MARGIN_MS)
    if not deps.in_turn and deps.directory.shut_line(account, until, now):
        tick(account, until, Millis(now + wait_ms), deps)
        deps.counter("line_shut", channel=account.channel)


def tick(account: Account, until: Millis, due: Millis, deps: Deps, more: Mapping[str, object] | None = None) -> None:
    """Brings the next turn at `due`; `until`: the moment that the line was shut until, which this tick is for."""
    body = {"turn_of": [account.channel, account.account_id], "until": int(until), "due": int(due)} | dict(more or {})
    again(account, body, deps)


def again(account: Account, body: dict[str, Any], deps: Deps) -> None:
    """Sends a tick: at once, or by a timer (of at most 15 minutes: then it is sent again)."""
    wait_ms = int(body["due"]) - deps.clock()
    if wait_ms > 0:
        deps.queues.later(account.brand, body, wait_ms)
    else:
        deps.queues.ring_line(account.brand, body)
