"""
AWS clients: our own for the JSON services, botocore's for the bucket, which few calls need.

Writes are safe to repeat: each carries a condition, and transactions an idempotency token.
"""

from __future__ import annotations

from typing import Any

from .aws_json import OPERATIONS, JsonService
from .settings import Settings

_session: list[Any] = []


def make(service: str, settings: Settings) -> Any:
    """A client of one service."""
    if service in OPERATIONS and settings.aws_keys.access_key:
        return JsonService(service, settings.region, settings.aws_keys, settings.endpoint_url)
    return _botocore(service, settings)


def _botocore(service: str, settings: Settings) -> Any:
    import botocore.session  # noqa: PLC0415 - 0.2 s that intake does not have
    from botocore.config import Config  # noqa: PLC0415 - the same

    if not _session:
        _session.append(botocore.session.get_session())
    config = Config(
        region_name=settings.region,
        connect_timeout=2,
        read_timeout=6,
        retries={"mode": "standard", "total_max_attempts": 3},
        parameter_validation=False,
        max_pool_connections=10,
    )
    client = _session[0].create_client(service, endpoint_url=settings.endpoint_url or None, config=config)
    if service == "s3" and settings.owner:
        only_in_buckets_of(client, settings.owner)
    return client


def only_in_buckets_of(client: Any, account: str) -> None:
    """
    Makes every call of an S3 client refuse a bucket that is another account's.

    A bucket's name can be guessed, and taken by anybody once it is free: without this they would get what is put there.
    """

    def expect(params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        known = model.input_shape is not None and "ExpectedBucketOwner" in model.input_shape.members
        return params | ({"ExpectedBucketOwner": account} if known else {})

    client.meta.events.register("provide-client-params.s3", expect)


def unreachable() -> type[Exception]:
    """The errors of a client whose service cannot be reached or breaks off; a refusal is none of them."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - imported already where one is raised

    return BotoCoreError
