"""
Counting and logging: one JSON line an invocation with its counts, one log line an outcome.

A metric costs by the month and by the byte, so only counts with an alarm are metrics (`METRICS`): it stands in the same
line in CloudWatch's embedded format, with the stage as its one dimension. The line is written here and not by
Powertools, which adds the function's name as a dimension. Only ids, names of stages and channels, outcomes and
milliseconds may go in; never a text, a name or a secret.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import Misconfigured

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

NAMESPACE = "Guichet"
# What infra.alarms watches, and nothing else (held by tests/infra/test_alarms.py).
METRICS = frozenset(
    {
        "account_paused",
        "bundle_refused",
        "classifier_drift",
        "classifier_tightened",
        "desk_paused",
        "desk_row_failed",
        "oldest_row_s",
        "silent_accounts",
        "ticket_without_desk",
        "token_ends",
        "too_large",
        "unknown_account",
        "unverified",
    }
)


class Failed(Exception):
    """What ended an invocation, by its type and its place."""


_counts: dict[tuple[str, str], int] = {}


@cache
def logger() -> Logger:
    """The one logger."""
    from aws_lambda_powertools import Logger  # noqa: PLC0415 - imported when first used: intake's cold start

    return Logger(service="guichet")


def count(name: str, value: int = 1, *, channel: str = "") -> None:
    """Count an outcome; written at `flush`."""
    _counts[name, channel] = _counts.get((name, channel), 0) + value


def counted() -> dict[tuple[str, str], int]:
    """Return what was counted since the last flush."""
    return dict(_counts)


def failed(error: BaseException, stage: str, **ids: str | int) -> None:
    """Log an error by its type and by where it came from: its own words may hold a text, a number or a secret."""
    said = {"stage": stage, "outcome": type(error).__name__, **ids, "where": where(error)}
    if isinstance(error, Misconfigured):
        said["why"] = str(error)  # what an administrator is to do; our own words
    logger().error("failed", extra=said)


@contextmanager
def untold(stage: str) -> Iterator[None]:
    """Have an error end this invocation without its words: what Lambda and Chalice write of one is all that it says."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - it ends the invocation all the same
        failed(error, stage)
        raise Failed(f"{type(error).__name__} at {where(error)}") from None


def where(error: BaseException) -> str:
    """Return the innermost line of our code in an error's traceback: no values, no texts."""
    found = ""
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if "chalicelib" in name:
            found = f"{name.rpartition('/')[2]}:{step.tb_lineno}"
        step = step.tb_next
    return found


def flush(stage: str) -> None:
    """Write everything counted as one line; `counts` is by name, and by name_channel where a channel was given."""
    if not _counts:
        return
    line: dict[str, Any] = {"counts": {"_".join(filter(None, each)): value for each, value in sorted(_counts.items())}}
    metrics: dict[str, int] = {}
    for (name, _), value in sorted(_counts.items()):
        if name in METRICS:
            metrics[name] = metrics.get(name, 0) + value
    if metrics:
        line |= _embedded(stage, metrics)
    _counts.clear()
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _embedded(stage: str, metrics: dict[str, int]) -> dict[str, Any]:
    """These values as CloudWatch's embedded metric format reads them out of a log line."""
    units = [{"Name": name, "Unit": "Seconds" if name.endswith("_s") else "Count"} for name in metrics]
    declared = [{"Namespace": NAMESPACE, "Dimensions": [["stage"]], "Metrics": units}]
    moment = time.time_ns() // 1_000_000
    return {"_aws": {"Timestamp": moment, "CloudWatchMetrics": declared}, "stage": stage, **metrics}
