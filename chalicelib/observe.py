"""
Counting and logging at the edges, by Powertools: EMF metrics with few dimensions, one log line an outcome.

Only ids, names of stages and channels, outcomes and milliseconds may go in; never a text, a name or a secret.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

NAMESPACE = "Guichet"
_counts: dict[tuple[str, str], int] = {}


@cache
def logger() -> Logger:
    """The one logger."""
    from aws_lambda_powertools import Logger  # noqa: PLC0415 - imported when first used: intake's cold start

    return Logger(service="guichet")


def count(name: str, value: int = 1, *, channel: str = "") -> None:
    """Counts an outcome; written at `flush`."""
    _counts[name, channel] = _counts.get((name, channel), 0) + value


def counted() -> dict[tuple[str, str], int]:
    """What was counted since the last flush."""
    return dict(_counts)


def flush(stage: str) -> None:
    """Writes everything counted as EMF: one document a channel, so that a metric has one dimension beside the stage."""
    if not _counts:
        return
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415 - see logger

    for (name, channel), value in sorted(_counts.items()):
        with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
            metric.add_dimension(name="stage", value=stage)
            if channel:
                metric.add_dimension(name="channel", value=channel)
    _counts.clear()
