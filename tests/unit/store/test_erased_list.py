"""The bucket's list of who was erased: S3 tells whole seconds, a table tells milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.store.blobs import Blobs

AT = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)


class Listing:
    """A bucket in which one erasure of two brands is noted."""

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        kept = ["erased/maison-lune/p1", "erased/atelier-nord/p2"]
        return {"Contents": [{"Key": key, "LastModified": AT} for key in kept if key.startswith(Prefix)]}


def test_whoever_began_in_the_second_of_the_erasure_was_there_before_it() -> None:
    found = Blobs(Listing, "b", lambda: OSError).erased("maison-lune")
    second = int(AT.timestamp()) * 1000

    assert list(found) == ["p1"]
    assert second + 999 <= found["p1"] < second + 1000
