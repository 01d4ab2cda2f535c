"""SSM in memory, as administrators write it: versions are numbered, the last one is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from .dynamo import client_error


class ParameterNotFound(ClientError):
    """As boto3's client has it."""


@dataclass
class Ssm:
    """Parameters by name, each with all its versions."""

    kept: dict[str, list[str]] = field(default_factory=dict)
    exceptions: Any = field(default_factory=lambda: SimpleNamespace(ParameterNotFound=ParameterNotFound))

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - boto3's names
        name, _, version = Name.partition(":")
        if name not in self.kept:
            raise ParameterNotFound(client_error("ParameterNotFound", "GetParameter").response, "GetParameter")
        number = int(version or len(self.kept[name]))
        return {"Parameter": {"Value": self.kept[name][number - 1], "Version": number}}

    def put_parameter(self, *, Name: str, Value: str, **_: Any) -> Any:  # noqa: N803 - boto3's names
        self.kept.setdefault(Name, []).append(Value)
        return {"Version": len(self.kept[Name])}

    def delete_parameter(self, *, Name: str) -> Any:  # noqa: N803 - boto3's names
        if self.kept.pop(Name, None) is None:
            raise ParameterNotFound(client_error("ParameterNotFound", "DeleteParameter").response, "DeleteParameter")
        return {}

    def now(self) -> Mapping[str, Any]:
        """Every parameter's value, by its name below the stage's prefix."""
        return {name.split("/", 3)[3]: json.loads(versions[-1]) for name, versions in self.kept.items()}
