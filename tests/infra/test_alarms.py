"""An alarm that watches a metric nobody writes, or under another name, is silent for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import observe
from infra import alarms
from infra.names import ROOT, Names
from tests.simulation.paths import HOURS, SHAME, says
from tests.simulation.platforms import answer
from tests.simulation.world import World

PROD = Names("prod")


@pytest.fixture(autouse=True)
def _nothing_counted(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    observe.flush("prod")
    capsys.readouterr()
    yield
    observe.flush("prod")


def written(capsys: pytest.CaptureFixture[str], *counts: tuple[str, int, str]) -> dict[str, Any]:
    """Count, flush, and read the one line back."""
    for name, value, channel in counts:
        observe.count(name, value, channel=channel)
    observe.flush("prod")
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def watched() -> dict[str, alarms.Alarm]:
    """Our own metrics' alarms, by metric."""
    return {each.metric: each for each in alarms.table(PROD).values() if each.namespace == observe.NAMESPACE}


def test_every_metric_has_an_alarm_and_every_alarm_of_ours_its_metric() -> None:
    assert watched().keys() == observe.METRICS


@pytest.mark.parametrize("metric", sorted(observe.METRICS))
def test_whoever_counts_and_for_whichever_channel_the_alarm_hears_it(
    metric: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = written(capsys, (metric, 1, "slack"), (metric, 2, "whatsapp"))
    (declared,) = found["_aws"]["CloudWatchMetrics"]
    alarm = watched()[metric]

    assert [each["Name"] for each in declared["Metrics"]] == [metric]
    assert declared["Namespace"] == alarm.namespace
    assert [{name: found[name] for name in names} for names in declared["Dimensions"]] == [alarm.dimensions]
    assert found[metric] == 3


def test_what_no_alarm_watches_is_a_line_of_the_log_and_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    found = written(capsys, ("received", 2, "x"), ("duplicate", 1, ""))

    assert found == {"counts": {"duplicate": 1, "received_x": 2}}


def test_a_count_is_heard_in_a_single_period_and_a_state_in_several() -> None:
    for identifier, alarm in alarms.table(PROD).items():
        assert not (alarm.namespace == observe.NAMESPACE and alarm.statistic == "Sum" and alarm.times > 1), identifier


def test_only_a_sweep_that_stops_is_heard_by_its_silence() -> None:
    drawn = alarms.alarms(PROD)
    deaf = {name for name, each in drawn.items() if each["Properties"]["TreatMissingData"] != "notBreaching"}
    stopped = drawn["SweepStoppedAlarm"]["Properties"]

    assert deaf == {"SweepStoppedAlarm"}
    assert (stopped["TreatMissingData"], stopped["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    assert stopped["Dimensions"] == [{"Name": "FunctionName", "Value": "guichet-prod-sweep"}]


def test_a_few_failures_an_hour_at_a_small_shop_ring_and_one_does_not() -> None:
    alarm = alarms.table(PROD)["ApiErrorAlarm"]

    assert (alarm.threshold, alarm.times, alarm.statistic) == (2, 1, "Sum")
    assert alarm.period_s >= 900


def test_the_names_that_status_asks_for_are_the_alarms_own() -> None:
    drawn = [each["Properties"]["AlarmName"] for each in alarms.alarms(PROD).values()]

    mailed = [each["Properties"]["AlarmName"] for each in alarms.alarms(PROD, mails=True).values()]

    assert alarms.alarm_names(PROD) == mailed
    assert {*mailed} - {*drawn} == {"guichet-prod-MailOld", "guichet-prod-MailDead"}
    assert len(set(mailed)) == len(mailed) <= 100


@pytest.mark.parametrize("metric", sorted(observe.METRICS))
def test_some_code_counts_it(metric: str) -> None:
    code = [path for path in (ROOT / "chalicelib").rglob("*.py") if path.name != "observe.py"]

    assert [path.name for path in code if f'"{metric}"' in path.read_text(encoding="utf-8")]


class Heard(World):
    """Remembers which function counted what. Slack takes nothing: `busy` times it asks to wait, then it refuses us."""

    def __init__(self, busy: int) -> None:
        self.writers: set[tuple[str, str]] = set()
        super().__init__()
        waits = iter([answer(429, {"ok": False, "error": "ratelimited"}, retry_after="1")] * busy)
        refusal = answer(200, {"ok": False, "error": "invalid_auth"})
        self.outside["slack"] = SimpleNamespace(request=lambda *_, **__: next(waits, refusal))

    def count(self, name: str, value: int = 1, *, channel: str = "") -> None:
        super().count(name, value, channel=channel)
        self.writers.add((name, self.injector.current.name if self.injector.current else ""))


@pytest.mark.parametrize("busy", [0, 1, 2])
def test_a_desk_that_cannot_be_reached_rings_whoever_finds_it(busy: int, capsys: pytest.CaptureFixture[str]) -> None:
    world = Heard(busy)
    world.run(says("whatsapp", SHAME))
    notified = {name for name, _ in world.writers} & observe.METRICS
    capsys.readouterr()

    assert world.counts["desk_paused"] == 1
    assert "desk_paused" in notified
    assert set(written(capsys, *((name, 1, "slack") for name in notified))) >= notified


def test_an_answered_customer_writes_no_metric() -> None:
    world = World().run(says("whatsapp", HOURS))

    assert world.counts["row_sent"] == 1
    assert world.counts.keys() & observe.METRICS == set()
