"""
The whole intake against a local SQS: verify, parse, cached account, enqueue, counters; and one bare boto3 send beside.

The local AWS runs in another process: only this process's CPU is measured.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from chalicelib import entrypoints, wiring
from chalicelib.channels import REGISTRY
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Message, Request, posted
from chalicelib.settings import Settings
from chalicelib.sigv4 import AwsKeys
from chalicelib.store.directory import Directory
from chalicelib.store.secrets import app_name
from infra.aws import Cloud
from infra.local import ministack, ports, processes
from infra.local.identities import DEMO_BRAND
from infra.local.state import Home
from infra.names import DEFAULT_REGION, LOCAL_KEY, QUEUES, Names
from infra.resources import data_template

Task = Callable[[], object]
NAMES = Names("intake")
NAMELESS = "9001"  # the account of a platform whose events do not say whose they are
BATCHES = {
    "messenger": "batch_over_pages_with_repetition.json",
    "whatsapp": "batch_over_numbers.json",
    "x": "batch_float_unsafe_ids.json",
}


@contextmanager
def local_aws() -> Iterator[Cloud]:
    """Start a local AWS with this bench's table and queues; stop it after."""
    os.environ.update(AWS_ACCESS_KEY_ID=LOCAL_KEY, AWS_SECRET_ACCESS_KEY=LOCAL_KEY)
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        place = Home(Path(folder))
        place.log("aws").parent.mkdir()
        port = ports.free()
        aws = ministack.start_aws(place, port)
        try:
            endpoint = f"http://{ports.HOST}:{port}"
            processes.wait_for(endpoint + ministack.HEALTH, aws)
            cloud = Cloud(NAMES, DEFAULT_REGION, endpoint)
            _resources(cloud)
            yield cloud
        finally:
            processes.stop(aws)


def _resources(cloud: Cloud) -> None:
    resources = data_template(NAMES)["Resources"]
    wanted = resources["Table"]["Properties"]
    kept = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    cloud.client("dynamodb").create_table(**{name: wanted[name] for name in kept})
    for queue in ("inbox.fifo", "receipts"):
        fifo = {"FifoQueue": "true"} if queue.endswith(".fifo") else {}
        cloud.client("sqs").create_queue(QueueName=NAMES.queue(queue), Attributes=fifo)


def settings(cloud: Cloud) -> Settings:
    """What the environment would say."""
    urls = {queue: f"{cloud.endpoint}/000000000000/{NAMES.queue(queue)}" for queue in QUEUES}
    return Settings(
        stage=NAMES.stage,
        table_name=NAMES.table,
        bucket_name="none",
        inbox_url=urls["inbox.fifo"],
        outbox_url=urls["outbox.fifo"],
        desk_url=urls["desk.fifo"],
        receipts_url=urls["receipts"],
        timers_url=urls["timers"],
        unparsed_url=urls["unparsed"],
        secrets_prefix=NAMES.secrets_prefix,
        region=DEFAULT_REGION,
        endpoint_url=cloud.endpoint,
        public_urls=("https://bench.example",),
        aws_keys=AwsKeys(LOCAL_KEY, LOCAL_KEY),  # as in a function: its client, not botocore's
    )


def whole_intake(cloud: Cloud, name: str, body: bytes, secret: str, headers: dict[str, tuple[str, ...]]) -> Task:
    """Everything a webhook request does, through the function's own entry."""
    key = AccountKey(f"bench-{name}")
    parsed = REGISTRY[name].parse(posted(body))
    for account_id in sorted({event.address.account_id or AccountId(NAMELESS) for event in parsed}):
        account = Account(
            key=key, brand=BrandId(DEMO_BRAND), channel=ChannelName(name), account_id=account_id, app_key="bench"
        )
        Directory(cloud.client("dynamodb"), NAMES.table).put_account(account)
    value = json.dumps({"current": secret, "verify_token": "bench"})
    cloud.client("ssm").put_parameter(
        Name=f"{NAMES.secrets_prefix}/{app_name(name, 'bench')}", Value=value, Type="SecureString", Overwrite=True
    )
    request = Request("POST", f"/webhooks/{name}/{key}", {}, headers, body)

    def task() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            if entrypoints.handle_webhook(request).status not in (200, 204):
                raise SystemExit(f"bench: intake refused its own {name} sample.")

    return task


def bare_send(cloud: Cloud) -> Task:
    """One boto3 send_message to the same queue, as its documentation shows it."""
    client = boto3.client(
        "sqs",
        region_name=DEFAULT_REGION,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=LOCAL_KEY,
        aws_secret_access_key=LOCAL_KEY,
    )
    url = settings(cloud).inbox_url
    body = json.dumps({"v": 1, "text": "x" * 600})
    count = iter(range(10**9))

    def task() -> None:
        client.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=str(next(count)))

    return task


def events_in(name: str, body: bytes) -> int:
    """How many messages of customers a body carries."""
    return sum(isinstance(event, Message) for event in REGISTRY[name].parse(posted(body)))


def use(cloud: Cloud) -> None:
    """Make the triggers take their services from this local AWS."""
    wiring._kept[:] = [wiring.Wiring(settings(cloud))]  # noqa: SLF001 - the entry builds its services from the environment
