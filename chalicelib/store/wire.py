"""
DynamoDB attribute values <-> plain values, and the reasons of a cancelled transaction.

Own code rather than boto3's TypeSerializer: importing that costs intake 60 ms and gives Decimals, and items hold
only str, int, bool, list and map (`items`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Av = dict[str, Any]


def to_av(value: object) -> Av:
    """One attribute value. Raises TypeError for anything items may not hold."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": {key: to_av(inner) for key, inner in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [to_av(inner) for inner in value]}
    raise TypeError(f"items may not hold {type(value).__name__}")


def from_av(value: Av) -> Any:
    """The plain value of one attribute value."""
    kind, inner = next(iter(value.items()))
    if kind == "N":
        return int(inner)
    if kind == "L":
        return [from_av(each) for each in inner]
    if kind == "M":
        return {key: from_av(each) for key, each in inner.items()}
    return inner


def to_avs(item: Mapping[str, object]) -> dict[str, Av]:
    """A whole item, or a set of expression values."""
    return {key: to_av(value) for key, value in item.items()}


def from_avs(item: Mapping[str, Av]) -> dict[str, Any]:
    """A whole item as plain values."""
    return {key: from_av(value) for key, value in item.items()}


def cancellation_codes(error: Exception) -> list[str] | None:
    """
    The code per item of a cancelled transaction ("None" where that item was fine); None for any other error.

    A conflict with another transaction can also come as TransactionInProgressException or as
    TransactionConflictException for the whole call: both read as one "TransactionConflict".
    """
    response: Mapping[str, Any] = getattr(error, "response", {})
    code = response.get("Error", {}).get("Code", "")
    if code in ("TransactionInProgressException", "TransactionConflictException"):
        return ["TransactionConflict"]
    if code != "TransactionCanceledException":
        return None
    return [reason.get("Code", "None") for reason in response.get("CancellationReasons", [])]
