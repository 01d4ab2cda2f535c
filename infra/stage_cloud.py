"""
The account and region of a stage: the running local AWS, or AWS with the shell's own credentials.
"""

from __future__ import annotations

import os

import boto3
import botocore.exceptions

from .aws import Cloud, explained
from .local.state import running
from .names import DEFAULT_REGION, LOCAL_STAGE, names


def cloud(stage: str) -> Cloud:
    """
    Open `stage`: "local" is the running local AWS, anything else is AWS with the shell's own credentials.

    The region is AWS_REGION, else AWS_DEFAULT_REGION, else the profile's; none is guessed: people's messages would lie
    where nobody looks. Raises UsageError when the local AWS does not run, Misconfigured without credentials or region.
    """
    named = names(stage)
    if stage == LOCAL_STAGE:
        return Cloud(named, DEFAULT_REGION, running().endpoint)
    with explained():
        session = boto3.session.Session()
        region = os.environ.get("AWS_REGION") or session.region_name
        if not region:
            raise botocore.exceptions.NoRegionError
        session.get_partition_for_region(region)  # refuses what is no region before anything is sent there
        if session.get_credentials() is None:
            raise botocore.exceptions.NoCredentialsError
        return Cloud(named, region)
