"""
One deadline for all work inside of `within`, for any number of requests, redirects and tries.

Code that waits for the network asks how much is `left`. Standard library only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Thread
from typing import TypeVar

_until: ContextVar[float] = ContextVar("until")
T = TypeVar("T")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Set a deadline of so many seconds for everything inside; it can only shorten an outer one."""
    end = time.monotonic() + seconds
    token = _until.set(min(end, _until.get(end)))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """Seconds until the deadline. Raises TimeoutError when it has passed, LookupError outside of `within`."""
    seconds = _until.get() - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("deadline")
    return seconds


def has_time() -> bool:
    """Whether there is time left to begin: work that has not begun is safe to do again."""
    return _until.get() > time.monotonic()


def limited(call: Callable[[], T]) -> T:
    """
    What `call` returns, if it does so before the deadline; else TimeoutError, and nobody waits for it any more.

    For what knows no limit of its own, as the system's resolver: its thread is left to end by itself.
    """
    found: Future[T] = Future()

    def run() -> None:
        try:
            found.set_result(call())
        except Exception as error:  # noqa: BLE001 - carried to who waits
            found.set_exception(error)

    Thread(target=run, daemon=True).start()
    return found.result(left())
