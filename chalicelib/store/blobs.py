"""
The bucket, as far as people stand in it: bodies that were too long for a queue, and bodies that nobody understood.

Both expire by the bucket's own rules; of somebody who is erased they go at once. For commands: it lists and reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

DONE = b"null"  # what is left of a body that was taken in: a function may not see whether a key exists
CLAIMS, UNPARSED = "claim/", "unparsed/"


@dataclass(frozen=True, slots=True)
class Blobs:
    """The bucket of one stage. `s3` builds the client on first use."""

    s3: Callable[[], Any]
    bucket: str

    def forget(self, person_ids: set[str]) -> int:
        """Empties what was said by or to these people, by the platforms' ids; returns how many bodies these were."""
        gone = 0
        for key in [*self.listed(CLAIMS), *self.listed(UNPARSED)]:
            body = self.s3().get_object(Bucket=self.bucket, Key=key)["Body"].read()
            if key.startswith(CLAIMS) and _all_about(body, person_ids):
                self.s3().put_object(Bucket=self.bucket, Key=key, Body=DONE)
            elif key.startswith(UNPARSED) and any(json.dumps(each).encode() in body for each in person_ids):
                self.s3().delete_object(Bucket=self.bucket, Key=key)
            else:
                continue
            gone += 1
        return gone

    def listed(self, prefix: str) -> Iterator[str]:
        """Every key that begins so."""
        more: dict[str, str] = {}
        while True:
            answer = self.s3().list_objects_v2(Bucket=self.bucket, Prefix=prefix, **more)
            yield from (each["Key"] for each in answer.get("Contents", ()))
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}


def _all_about(body: bytes, person_ids: set[str]) -> bool:
    """Whether a queue's body says something of these people, and of nobody else."""
    said = json.loads(body)
    told = said.get("batch", [said]) if isinstance(said, dict) else []
    return bool(told) and all(each["event"]["address"][2] in person_ids for each in told)
