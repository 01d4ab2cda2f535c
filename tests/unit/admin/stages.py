"""A stage in memory for use cases: the simulation's world, and the parts of S3 and SQS that only they call."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.model import BrandId, Millis
from chalicelib.store import audit
from chalicelib.store.audit import Author
from chalicelib.wiring import Wiring
from tests.simulation.world import START, World

BRAND = BrandId("maison-lune")


def services(world: World, **clients: Any) -> Wiring:
    """The services of the world's stage, with other clients where some are given by name; no function's rights hold."""
    given = {"dynamodb": world.table.client, **clients}
    made = lambda name: given.get(name) or world.client(name)  # noqa: E731 - one use
    return Wiring(world.settings, client=made, clock=world.clock, scorer=world.scorer)


def author(world: World, by: str = "marie") -> Author:
    return Author(by, world.clock())


def told(world: World) -> list[tuple[str, str, str, str]]:
    """What the audit log says was changed, the oldest first."""
    found = [(each.what, each.about, each.before, each.after) for each in audit.lines(world.table, Millis(0))]
    return found[::-1]


@dataclass
class Bucket:
    """Objects by key; what is not there is told as S3 tells it."""

    kept: dict[str, bytes] = field(default_factory=dict)
    exceptions: Any = field(default_factory=lambda: SimpleNamespace(ClientError=ClientError))

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if Key not in self.kept:
            raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 404}}, "HeadObject")  # type: ignore[typeddict-item] # as little as is read
        return {"ContentLength": len(self.kept[Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803 - as above
        self.kept[Key] = Body
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - as above
        return {"Body": io.BytesIO(self.kept[Key])}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - as above
        at = datetime.fromtimestamp(START // 1000 + 3_600, UTC)
        return {"Contents": [{"Key": key, "LastModified": at} for key in self.kept if key.startswith(Prefix)]}

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - as above
        self.kept.pop(Key, None)
        return {}
