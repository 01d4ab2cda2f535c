"""
Access to AWS, or to the local AWS: sessions, clients, and errors as sentences for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import boto3
import boto3.exceptions
import botocore.exceptions
from botocore.config import Config

from chalicelib.clients import only_in_buckets_of

from .aws_errors import told
from .names import LOCAL_KEY, Names


@cache
def _session(region: str, *, local: bool) -> boto3.session.Session:
    """One session a process: it reads AWS's service descriptions, which takes a while, once."""
    if local:
        return boto3.session.Session(LOCAL_KEY, LOCAL_KEY, region_name=region)
    return boto3.session.Session(region_name=region)


@dataclass(frozen=True)
class Cloud:
    """One stage's account and region, on AWS or on the local AWS (`endpoint`)."""

    names: Names
    region: str
    endpoint: str = ""

    def client(self, service: str) -> Any:
        """Give a client; retries are boto3's standard ones (nothing here sends to customers)."""
        config = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=60)
        connect: Any = _session(self.region, local=self.is_local).client  # its stubs take literal names only
        client = connect(service, endpoint_url=self.endpoint or None, config=config)
        if service == "s3":
            only_in_buckets_of(client, self.account)
        return client

    def of_region(self, region: str) -> Cloud:
        """Give the same account in another region ("": this one)."""
        return replace(self, region=region or self.region)

    @cached_property
    def account(self) -> str:
        """The account of the credentials, asked for once."""
        with explained():
            return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def document(self) -> dict[str, str]:
        """The stage, the account and the region, as every document begins that speaks of a stage."""
        return {"stage": self.names.stage, "account": self.account, "region": self.region}

    @property
    def said(self) -> str:
        """The same for a person to look at, before anything is changed."""
        return f"stage {self.names.stage} in account {self.account}, {self.region}"

    @property
    def bucket(self) -> str:
        return self.names.bucket(self.account, self.region)

    @property
    def is_local(self) -> bool:
        return bool(self.endpoint)


@contextmanager
def explained() -> Iterator[None]:
    """Turn AWS's errors into one sentence each."""
    try:
        yield
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, boto3.exceptions.Boto3Error) as error:
        raise told(error) from error
