"""
Calls as a golden trace keeps them: ids and times by what they are to each other, not as they happen to be.

A time is told from the moment of its call, to the second: a call more before it moves no other. An id that is drawn or
hashed is told by its number: the third that a path mentions is `‹3›` wherever it stands. Words stay as they are.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

# A signature or a secret; the version of Python; when it was signed, by this machine's clock.
UNSHOWN = ("authorization", "user-agent", "x-amz-date")
LABEL, CALL = 4, 2  # characters of a token: of what is called, and of the call with all its arguments

_TIME = r"1[78]\d{8}"  # seconds of this decade and the next
_FOUND = re.compile(
    rf"(?<![0-9a-zA-Z])(?P<order>{_TIME}\d{{5}})(?![0-9a-f])"  # hundredths of milliseconds: the order of a row
    rf"|(?<![0-9a-zA-Z])(?P<ms>{_TIME}\d{{3}})(?![0-9a-f])"
    rf"|(?<![0-9a-zA-Z])(?P<s>{_TIME})(?![0-9a-f])"
    r"|(?<![a-z])(?P<shard>d#)\d+"  # the due index's, by a hash of what lies in it
    r"|(?P<id>id\d{8}|[0-9a-f]{12,})"
)


def shape(text: str, length: int) -> str:
    """The first characters of a digest."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest(), altchars=b"-_").decode()[:length]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `worker` made it, for whom it is the first since another worker's if it `begins` a run."""

    worker: str
    begins: bool
    label: str
    asked: tuple[str, ...]
    answer: str

    @property
    def text(self) -> str:
        """The call in lines: what is called and how it ended, then its arguments or a transaction's writes."""
        head = f"{'' if self.begins else '  '}{self.label} -> {self.answer}"
        return "\n".join([head, *(f"      {line}" for line in self.asked)])

    @property
    def token(self) -> str:
        return shape(self.label, LABEL) + shape(self.text, CALL)


@dataclass(slots=True)
class Normal:
    """Names the ids of one path by the order in which they are first mentioned."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, text: str, now: int) -> str:
        """The text as it is kept; `now`: milliseconds at its call."""
        return _FOUND.sub(lambda found: self._named(found, now), text)

    @staticmethod
    def without(text: str) -> str:
        """The text with all its ids and times left open: the same for all calls that are alike."""
        return _FOUND.sub("‹›", text)

    def _named(self, found: re.Match[str], now: int) -> str:
        kind, told = str(found.lastgroup), found.group()
        if kind == "order":
            return f"{_from(int(told[:-2]), now)}.{told[-2:]}"
        if kind == "ms":
            return _from(int(told), now)
        if kind == "s":
            return _from(1_000 * int(told), now)
        if kind == "shard":
            return "d#‹›"
        return f"‹{self.numbers.setdefault(told, len(self.numbers) + 1)}›"


def _from(at: int, now: int) -> str:
    return f"‹{round((at - now) / 1000):+d}s›"


def error_of(error: Exception) -> str:
    """AWS's code of an error, and which writes of a transaction it names (counted from 0); else its class."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    reasons = error.response.get("CancellationReasons", [])
    failed = [f"{at} {reason['Code']}" for at, reason in enumerate(reasons) if reason["Code"] != "None"]
    return ", ".join([str(error.response["Error"]["Code"]), *failed])


# --- what is called -----------------------------------------------------------------------------


def label_of(service: str, operation: str, given: Mapping[str, Any]) -> str:
    """An AWS call by its kind and by what it is about: `dynamodb.get_item conv/head`."""
    if "TransactItems" in given:
        writes = [(kind, write) for each in given["TransactItems"] for kind, write in each.items()]
        return f"{service}.{operation} " + ", ".join(f"{kind} {_place(write)}" for kind, write in writes)
    return f"{service}.{operation} {_place(given)}".strip()


def _place(given: Mapping[str, Any]) -> str:
    if "QueueUrl" in given:
        return str(given["QueueUrl"]).rpartition("/")[2]
    if "Name" in given:
        return "/".join(str(given["Name"]).split("/")[3:5])
    if "Bucket" in given:
        return str(given.get("Key", given.get("Prefix"))).partition("/")[0]
    key = given.get("Key") or given.get("Item")
    if key:
        return f"{_kind(key['pk']['S'])}/{key['sk']['S'].partition('#')[0]}"
    values = given.get("ExpressionAttributeValues", {})
    where = [str(value["S"]) for value in values.values() if "S" in value]
    return f"{given.get('IndexName', '')} {_kind(where[0])}".strip() if where else ""


def _kind(pk: str) -> str:
    first, _, rest = pk.partition("#")
    return first if first in ("acct", "d", "parked", "line", "folded") else rest.partition("#")[0] or first


def asked_of(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments of an AWS call in lines; the table's name and nothing else is left out."""
    if "TransactItems" in given:
        return tuple(
            f"{kind} {_plain(_bare(write))}" for each in given["TransactItems"] for kind, write in each.items()
        )
    return (_plain(_bare(given)),)


def _bare(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "TableName"}


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_written)


def _written(value: Any) -> Any:
    """Bytes as their text, or as their digest if they are none; a set in order."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return f"{len(value)} bytes {shape(repr(value), 12)}"
    raise TypeError(type(value))


def http_asked(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The headers and the body of an HTTP request in lines; headers of UNSHOWN are named, and their values left out."""
    shown = {name: "…" if name.lower() in UNSHOWN else value for name, value in given.get("headers", {}).items()}
    return (_plain(shown), _plain(given.get("body", b"")))
