"""
AWS clients: our own for the JSON services, botocore's for the bucket, which few calls need.

Writes that either may repeat are safe to repeat: each carries a condition, and transactions an idempotency token.
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
    return _session[0].create_client(service, endpoint_url=settings.endpoint_url or None, config=config)


def unreachable() -> type[Exception]:
    """What a client raises where its service cannot be reached or breaks off; what a service refuses is no such."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - imported already where one is raised

    return BotoCoreError
