"""A stage's settings as its functions have them, from its names: what an environment would say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chalicelib.errors import UsageError
from chalicelib.settings import Settings

from .aws import Cloud
from .names import QUEUES


def settings_of(opened: Cloud, bases: Mapping[str, str], models: Path) -> Settings:
    """
    Give a stage's settings. `bases`: where platforms are played (LOCAL_BASES); `models`: of downloaded classifiers.

    Raises UsageError when it was never deployed.
    """
    named = opened.names
    sqs = opened.client("sqs")
    try:
        first = sqs.get_queue_url(QueueName=named.queue(QUEUES[0]))["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        raise UsageError(
            f"The stage {named.stage} is not deployed here; run 'guichet deploy --stage {named.stage}' first."
        ) from None
    urls = {queue: first.removesuffix(named.queue(QUEUES[0])) + named.queue(queue) for queue in QUEUES}
    return Settings(
        stage=named.stage,
        table_name=named.table,
        bucket_name=opened.bucket,
        inbox_url=urls["inbox.fifo"],
        outbox_url=urls["outbox.fifo"],
        desk_url=urls["desk.fifo"],
        receipts_url=urls["receipts"],
        timers_url=urls["timers"],
        unparsed_url=urls["unparsed"],
        secrets_prefix=named.secrets_prefix,
        region=opened.region,
        endpoint_url=opened.endpoint,
        model_cache=str(models),
        local_bases=bases,
    )
