"""An alarm that watches a metric nobody writes is silent for ever."""

from __future__ import annotations

import json

import pytest

from chalicelib import observe
from chalicelib.ports import DESK_CHANNEL
from infra.alarms import alarms
from infra.names import Names


@pytest.mark.parametrize(
    ("alarm", "metric", "channel", "service"),
    [("DeskPausedAlarm", "account_paused", DESK_CHANNEL, "deliver"), ("RowOldAlarm", "oldest_row_s", "", "sweep")],
)
def test_an_alarm_watches_the_very_metric_that_its_function_writes(
    alarm: str, metric: str, channel: str, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    observe.flush("prod")
    capsys.readouterr()
    observe.count(metric, channel=channel)
    observe.flush("prod")
    written = json.loads(capsys.readouterr().out)
    declared = written["_aws"]["CloudWatchMetrics"][0]
    watched = alarms(Names("prod"))[alarm]["Properties"]

    assert watched["Namespace"] == declared["Namespace"]
    assert watched["MetricName"] == declared["Metrics"][0]["Name"]
    # Powertools adds `service`: the function's name, where its environment says it (infra.template).
    assert {each["Name"]: each["Value"] for each in watched["Dimensions"]} == {
        "service": service,
        **{name: written[name] for name in declared["Dimensions"][0] if name != "service"},
    }
