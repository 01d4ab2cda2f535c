"""
The state of a stage: stacks, queues, alarms, and the smoke checks. Reads only.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.admin import bundles
from chalicelib.admin.stops import stops
from chalicelib.admin.webhook_probe import NOBODYS, REFUSALS, probe
from chalicelib.channels import REGISTRY
from chalicelib.errors import UsageError
from chalicelib.model import Account, Millis
from chalicelib.stages import account_silence
from chalicelib.store import bulletins
from chalicelib.store.directory import Directory
from chalicelib.store.table import Table
from chalicelib.workspaces import WORKSPACE

from . import alarms, found, stage, subscribers
from .apply import DONE
from .aws import Cloud, explained
from .concurrency import headroom
from .domains import Domain
from .names import MAIL_QUEUE, QUEUES
from .times import iso
from .times import now as _now

GAP_TOLD_MS = 7 * 86_400_000  # how long what was found by a list is told of


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried, and the result."""

    name: str
    passed: bool
    seen: str


def status(cloud: Cloud) -> dict[str, Any]:
    """Give the stage's stacks, address, queues, alarms that ring and what is stopped of which bot, as JSON values."""
    with explained():
        there = found.found(cloud, (cloud.names.data_stack, cloud.names.app_stack)).stacks
        if cloud.names.app_stack not in there:
            raise UsageError(
                f"The stage {cloud.names.stage} is not deployed; 'guichet deploy --stage {cloud.names.stage}'."
            )
        return {
            "stage": cloud.names.stage,
            "region": cloud.region,
            "stacks": {name: each.status for name, each in there.items()},
            "api": stage.api_url(cloud),
            "queues": _queues(cloud),
            "alarms": _ringing(cloud),
            "subscribers": asdict(subscribers.subscribers(cloud)),
            "silent": _silent(cloud),
            "gaps": _gaps(cloud),
            "stopped": _stopped(cloud),
            "bundles": _bundles(cloud),
            "exceptions": exceptions(cloud),
        }


def _queues(cloud: Cloud) -> dict[str, dict[str, int]]:
    """Return each queue's messages; the one for mails where the stage has it."""
    counts = {queue: _queue(cloud, queue) for queue in QUEUES}
    client = cloud.client("sqs")
    with suppress(client.exceptions.QueueDoesNotExist):
        counts[MAIL_QUEUE] = _queue(cloud, MAIL_QUEUE)
    return counts


def _queue(cloud: Cloud, queue: str) -> dict[str, int]:
    client = cloud.client("sqs")

    def count(name: str, attribute: str) -> int:
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        return int(client.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])["Attributes"][attribute])

    alive = cloud.names.queue(queue)
    return {
        "waiting": count(alive, "ApproximateNumberOfMessages"),
        "in_flight": count(alive, "ApproximateNumberOfMessagesNotVisible"),
        "dead": count(cloud.names.dead(queue), "ApproximateNumberOfMessages"),
    }


def _silent(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the accounts that received nothing for longer than usual, each with its last event."""
    directory, now = Directory(cloud.client("dynamodb"), cloud.names.table), _now()
    found = []
    for account in account_silence.customers(directory.accounts(), WORKSPACE.name):
        since = account_silence.silent_since(account, directory.activity(account), now)
        if since is not None:
            found.append(
                {"brand": account.brand, "account": f"{account.channel}:{account.account_id}", "since": iso(since)}
            )
    return found


def _gaps(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the accounts whose platform's list had what no webhook brought, lately, or cannot be read."""
    directory, now = Directory(cloud.client("dynamodb"), cloud.names.table), _now()
    found = []
    for account in account_silence.customers(directory.accounts(), WORKSPACE.name):
        read = directory.list_read(account)
        lately = read is not None and now - max(read.found_at, read.told_at) < GAP_TOLD_MS
        if read is None or read.account != account.key or not (read.error or lately):
            continue
        told = {"found": read.found, "last": iso(read.found_at) if read.found else "", "error": read.error}
        told |= {"lagged": read.lagged, "unplaced": read.unplaced, "cut": read.cut}
        found.append({"brand": account.brand, "account": f"{account.channel}:{account.account_id}", **told})
    return found


def _stopped(cloud: Cloud) -> dict[str, list[dict[str, Any]]]:
    """What is stopped, by brand; brands of which nothing is are left out."""
    stopped = {table.brand: stops(table.control()) for table in _tables(cloud)}
    return {brand: each for brand, each in stopped.items() if each}


def exceptions(cloud: Cloud) -> dict[str, list[dict[str, Any]]]:
    """The exceptions that are not over, by brand; brands without any are left out."""
    now = _now()
    found = {
        table.brand: [
            {"id": each.bulletin_id, "begins": iso(each.begins_at), "ends": iso(each.ends_at), "by": each.by}
            for each in bulletins.read(table)
            if not each.over(now)
        ]
        for table in _tables(cloud)
    }
    return {brand: each for brand, each in found.items() if each}


def _tables(cloud: Cloud) -> list[Table]:
    client, table = cloud.client("dynamodb"), cloud.names.table
    brands = sorted({account.brand for account in Directory(client, table).accounts()})
    return [Table(client, table, brand) for brand in brands]


def _bundles(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Which own classifier each brand uses, and whether it could be read; brands with the shipped one are left out."""
    found = {table.brand: bundles.standing(table) for table in _tables(cloud)}
    return {brand: each for brand, each in found.items() if each is not None}


def _ringing(cloud: Cloud) -> list[str]:
    wanted = alarms.alarm_names(cloud.names)  # by name: another stage's may begin as this one's do
    ringing = cloud.client("cloudwatch").describe_alarms(AlarmNames=wanted, StateValue="ALARM", MaxRecords=100)
    return [each["AlarmName"] for each in ringing["MetricAlarms"]]


def smoke(cloud: Cloud) -> Iterator[Check]:
    """Try the stage from outside; changes nothing. Each check says what it saw."""
    now = status(cloud)
    for name, state in now["stacks"].items():
        yield Check(f"stack {name}", state in DONE, state)
    for queue, counts in now["queues"].items():
        yield Check(f"no dead letters in {queue}", counts["dead"] == 0, f"{counts['dead']} dead")
    if not cloud.is_local:  # which runs as many as this machine bears
        with explained():
            copies = headroom(cloud)
        yield Check("the account has room for the functions", copies.enough, copies.sentence)
    yield Check("no alarm rings", not now["alarms"], ", ".join(now["alarms"]) or "silent")
    if not cloud.is_local:  # nobody is woken by a machine that they sit at
        heard = subscribers.Subscribers(**now["subscribers"])
        yield Check("somebody hears the alarms", heard.confirmed > 0, heard.advice)
    with explained():
        yield from _secrets(cloud)
        accounts = list(Directory(cloud.client("dynamodb"), cloud.names.table).accounts())
    yield from forgeries(now["api"], accounts, int(time.time()))
    with explained():
        domain = stage.domain_of(cloud)
    if domain is not None:
        yield leads_here(domain, now["api"])


def _secrets(cloud: Cloud) -> Iterator[Check]:
    path = f"{cloud.names.secrets_prefix}/app"
    # Names alone: whoever may only look at a stage has no right to a secret.
    pages = cloud.client("ssm").get_paginator("describe_parameters")
    under = [{"Key": "Path", "Option": "Recursive", "Values": [path]}]
    named = [each["Name"] for page in pages.paginate(ParameterFilters=under) for each in page["Parameters"]]
    channels = sorted({name.removeprefix(f"{path}/").partition("/")[0] for name in named})
    yield Check(f"app secrets under {path}", bool(channels), ", ".join(channels) or "none; docs/operate.md says how")


def forgeries(api: str, accounts: Iterable[Account], now_s: int) -> Iterator[Check]:
    """Try requests with invalid signatures; only a refusal passes. Nothing of them is stored."""
    known = next((each for each in accounts if each.channel in REGISTRY), None)
    if known is not None:
        code = _forged(api, known.channel, known.key)
        yield Check("intake refuses a forged event", code in REFUSALS, f"HTTP {code} ({known.channel})")
    else:
        code = _forged(api, next(iter(REGISTRY)), "smoke-test")
        yield Check("intake ignores an unknown key", code == 200, f"HTTP {code}; no account to forge an event for")
    request = WORKSPACE.probe(NOBODYS, Millis(now_s * 1000))
    headers = {name: "".join(values) for name, values in request.headers.items()}
    code = _call(f"{api}{request.path}", request.body, headers)
    yield Check("desk refuses a forged click", code in REFUSALS, f"HTTP {code}")


def _forged(api: str, channel: str, key: str) -> int:
    """Send what the channel's platform could have signed, under nobody's secret."""
    request, headers = probe(channel, key, api)
    signed = REGISTRY[channel].authenticator.sign(request, NOBODYS)
    return _call(f"{api}{request.path}", request.body, headers | dict(signed))


def leads_here(domain: Domain, api: str) -> Check:
    """Return whether DNS leads the stage's own domain to it: only our API refuses an unsigned click like this."""
    code = _call(f"{api}/slack/actions", b"payload=%7B%7D", {})
    return Check(f"{domain.name} leads here", code in REFUSALS, f"HTTP {code}; {domain.to_do}")


def _call(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(url, data=body, headers=dict(headers))  # noqa: S310 - the stage's own address
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 599
