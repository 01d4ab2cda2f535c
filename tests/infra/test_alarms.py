"""An alarm that watches a metric nobody writes is silent for ever."""

from __future__ import annotations

import json

import pytest

from chalicelib import observe
from chalicelib.ports import DESK_CHANNEL
from infra.alarms import alarms
from infra.names import Names


@pytest.mark.parametrize(
    ("alarm", "metric", "writer", "channel"),
    [
        ("DeskPausedAlarm", "account_paused", "desk", DESK_CHANNEL),
        ("DeskMissingAlarm", "ticket_without_desk", "process", DESK_CHANNEL),
        ("DeskRowAlarm", "desk_row_failed", "desk", ""),
        ("DriftAlarm", "classifier_drift", "process", ""),
        ("BundleAlarm", "bundle_refused", "process", ""),
        ("TightenedAlarm", "classifier_tightened", "process", ""),
        ("RowOldAlarm", "oldest_row_s", "sweep", ""),
    ],
)
def test_the_alarms_watch_the_very_metrics_that_are_written(
    alarm: str, metric: str, writer: str, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    observe.flush("prod")
    capsys.readouterr()
    observe.count(metric, channel=channel)
    observe.flush("prod")
    written = json.loads(capsys.readouterr().out)
    declared = written["_aws"]["CloudWatchMetrics"][0]
    watched = alarms(Names("prod"))[alarm]["Properties"]

    if watched["Statistic"] == "Sum":
        assert watched["EvaluationPeriods"] == 1, "it is counted once: it would never ring for several minutes in a row"
    assert watched["Namespace"] == declared["Namespace"]
    assert watched["MetricName"] == declared["Metrics"][0]["Name"]
    # Powertools adds `service`: the function's name, where its environment says it (infra.template).
    assert {each["Name"]: each["Value"] for each in watched["Dimensions"]} == {
        "service": writer,
        **{name: written[name] for name in declared["Dimensions"][0] if name != "service"},
    }
