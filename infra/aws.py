"""
The doors to AWS, or to the local AWS: sessions, clients, and what their errors mean to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import boto3
import botocore.exceptions
from botocore.config import Config

from chalicelib.errors import Misconfigured, UsageError

from .names import DEFAULT_REGION, LOCAL_KEY, LOCAL_STAGE, Names, names

# What AWS says -> what to do about it.
MEANINGS = {
    "ExpiredToken": "The AWS session has expired; log in again.",
    "ExpiredTokenException": "The AWS session has expired; log in again.",
    "InvalidClientTokenId": "AWS does not know these credentials; check AWS_PROFILE or AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "AWS refuses these credentials; check AWS_SECRET_ACCESS_KEY.",
    "AccessDenied": "These credentials may not do this; docs/operate.md lists the rights that a deploy needs.",
    "AccessDeniedException": "These credentials may not do this; docs/operate.md lists the rights that a deploy needs.",
    "UnauthorizedOperation": "These credentials may not do this; docs/operate.md lists the rights that a deploy needs.",
}


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
        return connect(service, endpoint_url=self.endpoint or None, config=config)

    @cached_property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def bucket(self) -> str:
        return self.names.bucket(self.account, self.region)

    @property
    def is_local(self) -> bool:
        return bool(self.endpoint)


def cloud(stage: str) -> Cloud:
    """
    Open `stage`: "local" is the running local AWS, anything else is AWS with the shell's own credentials.

    Raises Misconfigured when the local AWS does not run or there are no credentials. Without a region: eu-west-3.
    """
    named = names(stage)
    if stage == LOCAL_STAGE:
        from .local.state import running

        return Cloud(named, DEFAULT_REGION, running().endpoint)
    session = boto3.session.Session()
    with explained():
        if session.get_credentials() is None:
            raise Misconfigured(
                "No AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        return Cloud(named, session.region_name or DEFAULT_REGION)


@contextmanager
def explained() -> Iterator[None]:
    """Turn botocore's errors into one sentence each."""
    try:
        yield
    except botocore.exceptions.NoCredentialsError as error:
        raise Misconfigured("No AWS credentials were found; set AWS_PROFILE or AWS_ACCESS_KEY_ID.") from error
    except botocore.exceptions.ProfileNotFound as error:
        raise Misconfigured(f"{error}; choose one that 'aws configure list-profiles' shows.") from error
    except botocore.exceptions.EndpointConnectionError as error:
        raise UsageError(
            f"{error} Check the network and AWS_REGION (or start 'guichet run' for the local stage)."
        ) from error
    except botocore.exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in MEANINGS:
            raise Misconfigured(f"{MEANINGS[code]} (AWS: {code} on {error.operation_name})") from error
        raise UsageError(
            f"AWS refused {error.operation_name}: {error.response['Error'].get('Message', code)}"
        ) from error
