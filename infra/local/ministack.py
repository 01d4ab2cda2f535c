"""
The local AWS: MiniStack in its own environment, loopback only, keeping its state in the stack's folder.
"""

from __future__ import annotations

import os
import subprocess

from chalicelib.errors import UsageError

from ..names import DEFAULT_REGION, LOCAL_KEY, ROOT
from .ports import HOST
from .processes import Child, start
from .state import Home

PYTHON = ROOT / ".ministack-venv" / "bin" / "python"
HEALTH = "/_ministack/health"
SERVICES = "s3,sqs,sns,dynamodb,lambda,iam,sts,logs,ssm,events,monitoring,apigateway,cloudformation"
# A shell's own AWS settings must not reach the local AWS, nor the functions that it runs.
FOREIGN = ("AWS_", "PYTHON", "GUICHET_", "POWERTOOLS_", "VIRTUAL_ENV")


def clean_environment() -> dict[str, str]:
    """Give this process's environment without anybody's AWS account or Python settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def credentials() -> dict[str, str]:
    """Give an environment whose AWS account is the local one's administrator."""
    return clean_environment() | {
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def start_aws(place: Home, port: int) -> Child:
    """Start the local AWS on `port`; raises UsageError when it is not installed."""
    if not PYTHON.is_file():
        raise UsageError("The local AWS is not installed; run 'make setup' once.")
    _sweep_scratch(place)
    environment = credentials() | {
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": DEFAULT_REGION,
        "SERVICES": SERVICES,
        # Enforce IAM: a call that .chalice/policy-*.json forgets fails here as it would on AWS.
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.aws / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.aws / "s3"),
        "TMPDIR": str(place.scratch),
        "SFTP_ENABLED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        # A function that waits for an answer holds one thread and needs another: too few of them stand still together.
        "MINISTACK_WORKER_THREADS": "256",
    }
    (place.aws / "state").mkdir(parents=True, exist_ok=True)
    return start("The local AWS", [str(PYTHON), "-m", "ministack"], environment, place.log("aws"), place.folder)


def _sweep_scratch(place: Home) -> None:
    """
    Give the local AWS an empty scratch folder; an earlier run's is deleted in the background.

    MiniStack unpacks the code once per worker, and a kill leaves all of that: deleting hundreds of folders would take
    longer than the start may.
    """
    if place.scratch.is_dir() and any(place.scratch.iterdir()):
        old = place.scratch.with_name(f"{place.scratch.name}-{os.getpid()}")
        place.scratch.rename(old)
        # Our own output would stay open as long as it runs: who reads it would wait long after we stopped.
        subprocess.Popen(
            ["rm", "-rf", str(old)], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    place.scratch.mkdir(parents=True, exist_ok=True)
