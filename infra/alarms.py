"""
What wakes somebody up. Pure.

One SNS topic without subscribers: the administrator subscribes an address (docs/operate.md). Thresholds are chosen so
that a healthy stage is silent; each alarm's description says what to do first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.observe import NAMESPACE
from chalicelib.ports import DESK_CHANNEL

from .http_api import API
from .names import API_STAGE, QUEUES, Names, logical


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm on one metric; `dimensions` select it, `threshold` is exceeded for `minutes` in a row."""

    metric: str
    namespace: str
    dimensions: dict[str, Any]
    threshold: float
    what_to_do: str
    statistic: str = "Maximum"
    minutes: int = 5


# Seconds that the oldest message may wait in a queue before somebody should look.
OLDEST = {"inbox.fifo": 120, "outbox.fifo": 120, "desk.fifo": 600, "receipts": 900, "timers": 300}
# Seconds that something to be said may stay unfinished: longer than the short waits and retries of a healthy stage.
OLDEST_ROW = 1_800


def alarms(names: Names) -> dict[str, Any]:
    """Draw the topic and every alarm of a stage, by logical id."""
    found = {"AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"{names.table}-alarms"}}}
    for identifier, alarm in _table(names).items():
        found[identifier] = _resource(names, identifier, alarm)
    return found


def _table(names: Names) -> dict[str, Alarm]:
    table: dict[str, Alarm] = {}
    for queue in QUEUES:
        name = logical(queue)
        if queue in OLDEST:
            table[f"{name}OldAlarm"] = Alarm(
                metric="ApproximateAgeOfOldestMessage",
                namespace="AWS/SQS",
                dimensions={"QueueName": names.queue(queue)},
                threshold=OLDEST[queue],
                what_to_do=f"Messages wait in {queue}: look at the errors of the function that reads it.",
            )
        table[f"{name}DeadAlarm"] = _waiting(
            names.dead(queue), f"Messages died in {queue}: read the function's log, then 'guichet redrive'."
        )
    table["UnparsedAlarm"] = _waiting(
        names.queue("unparsed"), "A verified payload was not understood: it lies whole in the bucket under unparsed/."
    )
    table["ApiErrorAlarm"] = Alarm(
        metric="5xx",
        namespace="AWS/ApiGateway",
        dimensions={"ApiId": {"Ref": API}, "Stage": API_STAGE},
        threshold=5,
        statistic="Sum",
        what_to_do="Intake answers 5xx; platforms send again for a while. Look at the api function's log.",
    )
    table["SweepErrorAlarm"] = Alarm(
        metric="Errors",
        namespace="AWS/Lambda",
        dimensions={"FunctionName": names.function("sweep")},
        threshold=0,
        statistic="Sum",
        what_to_do="Sweep fails: what is due beyond 15 minutes is not rung. Look at the sweep function's log.",
    )
    table["RowOldAlarm"] = _row_old(names)
    return table | _counters(names)


def _row_old(names: Names) -> Alarm:
    """The sweep looks at every unfinished row each minute, and speaks of the oldest once it is overdue."""
    return Alarm(
        metric="oldest_row_s",
        namespace=NAMESPACE,
        dimensions={"stage": names.stage, "service": "sweep"},
        threshold=OLDEST_ROW,
        what_to_do="Something to be said is unfinished for half an hour: a platform or Slack is down, an account is "
        "paused ('guichet account doctor'), or deliver fails. Look at its log.",
    )


def _counters(names: Names) -> dict[str, Alarm]:
    """What only our own counters tell: desks that agents do not see in Slack, and the classifier's own doubts."""
    return _desks(names) | {
        "DriftAlarm": _counted(
            names,
            "classifier_drift",
            "process",
            "A brand's messages are unlike those that the classifier was proved on: train it on them (docs/triage.md).",
        ),
        "BundleAlarm": _counted(
            names,
            "bundle_refused",
            "process",
            "A brand's own classifier cannot be read, the shipped one decides instead: 'guichet status' says why.",
        ),
        "TightenedAlarm": _counted(
            names,
            "classifier_tightened",
            "process",
            "Customers refused an intent's answers: it was stopped. Read them, then 'guichet start --intent'.",
        ),
    }


def _desks(names: Names) -> dict[str, Alarm]:
    return {
        "DeskPausedAlarm": _counted(
            names,
            "account_paused",
            "desk",
            "Slack refuses our token: no ticket is posted. Connect the desk again: 'guichet account connect'.",
            channel=DESK_CHANNEL,
        ),
        "DeskMissingAlarm": _counted(
            names,
            "ticket_without_desk",
            "process",
            "A brand has no desk: its tickets are kept and nobody is told. Push a playbook with routing.slack.",
            channel=DESK_CHANNEL,
        ),
        "DeskRowAlarm": _counted(
            names,
            "desk_row_failed",
            "desk",
            "Slack refused a note or an update of a ticket: agents see less than is stored (docs/operate.md).",
        ),
    }


def _counted(names: Names, metric: str, function: str, what_to_do: str, *, channel: str = "") -> Alarm:
    """One of our counters: it is counted once for each event, so a single minute tells."""
    return Alarm(
        metric=metric,
        namespace=NAMESPACE,
        dimensions={"stage": names.stage, **({"channel": channel} if channel else {}), "service": function},
        threshold=0,
        statistic="Sum",
        minutes=1,
        what_to_do=what_to_do,
    )


def _waiting(queue_name: str, what_to_do: str) -> Alarm:
    return Alarm(
        metric="ApproximateNumberOfMessagesVisible",
        namespace="AWS/SQS",
        dimensions={"QueueName": queue_name},
        threshold=0,
        minutes=1,
        what_to_do=what_to_do,
    )


def _resource(names: Names, identifier: str, alarm: Alarm) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{names.table}-{identifier.removesuffix('Alarm')}",
            "AlarmDescription": alarm.what_to_do,
            "Namespace": alarm.namespace,
            "MetricName": alarm.metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.dimensions.items()],
            "Statistic": alarm.statistic,
            "Period": 60,
            "EvaluationPeriods": alarm.minutes,
            "Threshold": alarm.threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
        },
    }
