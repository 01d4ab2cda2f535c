"""
The alarms: what wakes somebody up. Pure.

One SNS topic (infra.resources: it outlives the functions, and so do its subscriptions). With these thresholds a healthy
stage is silent; each alarm's description says what to do first. An alarm costs 0.10 USD a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.observe import NAMESPACE

from .http_api import API
from .names import API_STAGE, MAIL_QUEUE, QUEUES, Names, logical


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """
    One alarm on one metric, which `dimensions` select.

    It rings when the statistic of `period_s` exceeds the threshold (`below`: stays under it) `times` times in a row.
    `silence_rings`: missing values are what it watches for.
    """

    metric: str
    namespace: str
    dimensions: dict[str, Any]
    threshold: float
    what_to_do: str
    statistic: str = "Maximum"
    period_s: int = 60
    times: int = 5
    below: bool = False
    silence_rings: bool = False


MINUTE, HOUR = 60, 3_600
# Seconds that the oldest message may wait in a queue before somebody should look.
OLDEST = {"inbox.fifo": 120, "outbox.fifo": 120, "desk.fifo": 600, "receipts": 900, "timers": 300, MAIL_QUEUE: 900}
# Seconds that something to be said may stay unfinished: longer than the short waits and retries of a healthy stage.
OLDEST_ROW = 1_800
# Requests that do not verify, in an hour. A platform whose secret is wrong repeats each event within minutes; two runs
# of `guichet smoke` forge four.
UNVERIFIED = 4
# Answers 5xx in a quarter of an hour. A platform repeats what fails once; a small shop has a few messages an hour.
ERRORS, ERRORS_WITHIN_S = 2, 900
# Requests turned away in five minutes: one a second. Each route's limit is hundreds a second (infra.http_api).
TURNED_AWAY, TURNED_AWAY_WITHIN_S = 300, 300
SILENCE_SAID_S = 1_200  # the sweep says it every ten minutes
SWEEPS_MISSED = 10  # minutes


def alarms(names: Names, *, mails: bool = False) -> dict[str, Any]:
    """Draw every alarm of a stage, by logical id; `mails`: whether it receives mails."""
    drawn = table(names) | (_of_queue(names, MAIL_QUEUE) if mails else {})
    return {identifier: _resource(names, identifier, alarm) for identifier, alarm in drawn.items()}


def alarm_names(names: Names) -> list[str]:
    """Give the names under which AWS knows them, those of a stage that receives mails among them."""
    return [_name(names, identifier) for identifier in table(names) | _of_queue(names, MAIL_QUEUE)]


def table(names: Names) -> dict[str, Alarm]:
    """List the alarms that each stage has, by logical id."""
    return _queues(names) | _requests() | _refused(names) | _sweep(names) | _counters(names)


def _queues(names: Names) -> dict[str, Alarm]:
    found = {identifier: alarm for queue in QUEUES for identifier, alarm in _of_queue(names, queue).items()}
    found["UnparsedAlarm"] = _waiting(
        names.queue("unparsed"), "A verified payload could not be taken: 'guichet unparsed list'."
    )
    return found


def _of_queue(names: Names, queue: str) -> dict[str, Alarm]:
    name, found = logical(queue), {}
    if queue in OLDEST:
        found[f"{name}OldAlarm"] = Alarm(
            metric="ApproximateAgeOfOldestMessage",
            namespace="AWS/SQS",
            dimensions={"QueueName": names.queue(queue)},
            threshold=OLDEST[queue],
            what_to_do=f"Messages wait in {queue}: look at the errors of the function that reads it.",
        )
    found[f"{name}DeadAlarm"] = _waiting(
        names.dead(queue), f"Messages died in {queue}: read the function's log, then 'guichet redrive'."
    )
    return found


_API = {"ApiId": {"Ref": API}, "Stage": API_STAGE}


def _requests() -> dict[str, Alarm]:
    """Alarms on how the API answers the platforms."""
    return {
        "ApiErrorAlarm": Alarm(
            metric="5xx",
            namespace="AWS/ApiGateway",
            dimensions=_API,
            threshold=ERRORS,
            statistic="Sum",
            period_s=ERRORS_WITHIN_S,
            times=1,
            what_to_do="Intake answers 5xx; platforms send again for a while. Look at the api function's log.",
        ),
        "TurnedAwayAlarm": Alarm(
            metric="4xx",
            namespace="AWS/ApiGateway",
            dimensions=_API,
            threshold=TURNED_AWAY,
            statistic="Sum",
            period_s=TURNED_AWAY_WITHIN_S,
            times=1,
            what_to_do="A request a second is turned away: forgeries, or more than a route's limit (429: platforms' "
            "events are refused too). The API's access log says who asks and what they were answered.",
        ),
    }


def _refused(names: Names) -> dict[str, Alarm]:
    """Alarms on what intake itself cannot process, by our own counters."""
    return {
        "UnverifiedAlarm": _counted(
            names,
            "unverified",
            "Requests to our addresses do not carry the right signature: a secret was changed at the platform, or "
            "mistyped. Connect the account again: 'guichet account connect', then 'guichet account doctor'.",
            threshold=UNVERIFIED,
            period_s=HOUR,
        ),
        "SilentAccountAlarm": _counted(
            names,
            "silent_accounts",
            "No event of an account for far longer than usual: its platform may have switched the webhook off, or its "
            "subscription is gone. 'guichet status' names it; then 'guichet account doctor'.",
            period_s=SILENCE_SAID_S,
        ),
        "UnknownAccountAlarm": _counted(
            names,
            "unknown_account",
            "Messages came for a page or number that nobody connected, or that is connected under another id: they "
            "are parked. Connect it, then 'guichet unparsed replay'.",
        ),
        "TooLargeAlarm": _counted(
            names,
            "too_large",
            "A platform sent a body over 4 MB: it is parked whole, nothing of it was read.",
        ),
    }


def _sweep(names: Names) -> dict[str, Alarm]:
    function = {"FunctionName": names.function("sweep")}
    return {
        "SweepErrorAlarm": Alarm(
            metric="Errors",
            namespace="AWS/Lambda",
            dimensions=function,
            threshold=0,
            statistic="Sum",
            what_to_do="Sweep fails: what is due beyond 15 minutes is not rung. Look at the sweep function's log.",
        ),
        "SweepStoppedAlarm": Alarm(
            metric="Invocations",
            namespace="AWS/Lambda",
            dimensions=function,
            threshold=1,
            below=True,
            silence_rings=True,
            statistic="Sum",
            times=SWEEPS_MISSED,
            what_to_do="Nobody sweeps: its rule is off, or Lambda is throttled. What lost its doorbell or is due "
            "beyond 15 minutes waits, and no other alarm tells how long.",
        ),
        "RowOldAlarm": Alarm(
            metric="oldest_row_s",
            namespace=NAMESPACE,
            dimensions={"stage": names.stage},
            threshold=OLDEST_ROW,
            what_to_do="Something to be said is unfinished for half an hour: a platform or Slack is down, an account "
            "is paused ('guichet account doctor'), or deliver fails. Look at its log.",
        ),
    }


def _counters(names: Names) -> dict[str, Alarm]:
    """Alarms on what only our own counters show: tickets that Slack does not show, the classifier's own doubts."""
    return {
        f"{identifier}Alarm": _counted(names, metric, what_to_do)
        for identifier, (metric, what_to_do) in _COUNTERS.items()
    }


_COUNTERS = {
    "AccountPaused": (
        "account_paused",
        "A platform refuses our token: customers get no answer. 'guichet account doctor' says whose; connect it again.",
    ),
    "TokenEnds": (
        "token_ends",
        "A token ends within ten days and is not renewed: 'guichet account doctor' says whose; connect it again.",
    ),
    "DeskPaused": (
        "desk_paused",
        "Slack refuses our token: no ticket is posted. Connect the desk again: 'guichet account connect'.",
    ),
    "DeskMissing": (
        "ticket_without_desk",
        "A brand has no desk: its tickets are kept and nobody is told. Push a playbook with routing.slack.",
    ),
    "DeskRow": (
        "desk_row_failed",
        "Slack refused a note or an update of a ticket: agents see less than is stored (docs/operate.md).",
    ),
    "Drift": (
        "classifier_drift",
        "A brand's messages are unlike those that the classifier was proved on: train it on them (docs/triage.md).",
    ),
    "Bundle": (
        "bundle_refused",
        "A brand's own classifier cannot be read, the shipped one decides instead: 'guichet status' says why.",
    ),
    "Tightened": (
        "classifier_tightened",
        "Customers refused an intent's answers: it was stopped. Read them, then 'guichet start --intent'.",
    ),
}


def _counted(names: Names, metric: str, what_to_do: str, *, threshold: float = 0, period_s: int = MINUTE) -> Alarm:
    """An alarm on one of our counters; each event is counted once, so one period is enough."""
    return Alarm(
        metric=metric,
        namespace=NAMESPACE,
        dimensions={"stage": names.stage},
        threshold=threshold,
        statistic="Sum",
        period_s=period_s,
        times=1,
        what_to_do=what_to_do,
    )


def _waiting(queue_name: str, what_to_do: str) -> Alarm:
    return Alarm(
        metric="ApproximateNumberOfMessagesVisible",
        namespace="AWS/SQS",
        dimensions={"QueueName": queue_name},
        threshold=0,
        times=1,
        what_to_do=what_to_do,
    )


def _name(names: Names, identifier: str) -> str:
    return f"{names.table}-{identifier.removesuffix('Alarm')}"


def _resource(names: Names, identifier: str, alarm: Alarm) -> dict[str, Any]:
    topic = {"Fn::Sub": f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{names.topic}"}
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": _name(names, identifier),
            "AlarmDescription": alarm.what_to_do,
            "Namespace": alarm.namespace,
            "MetricName": alarm.metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.dimensions.items()],
            "Statistic": alarm.statistic,
            "Period": alarm.period_s,
            "EvaluationPeriods": alarm.times,
            "Threshold": alarm.threshold,
            "ComparisonOperator": "LessThanThreshold" if alarm.below else "GreaterThanThreshold",
            "TreatMissingData": "breaching" if alarm.silence_rings else "notBreaching",
            "AlarmActions": [topic],
            "OKActions": [topic],
        },
    }
