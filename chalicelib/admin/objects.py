"""Whether an object lies in a bucket."""

from __future__ import annotations

from typing import Any


def lies(storage: Any, bucket: str, key: str) -> int | None:
    """Return how many bytes an object of a bucket has; None where there is none. `storage` is an S3 client."""
    try:
        return int(storage.head_object(Bucket=bucket, Key=key)["ContentLength"])
    except storage.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in {403, 404}:
            return None
        raise
