"""
The one writer of secrets: one SecureString a platform app, one an account. Never printed, never logged, never audited.

SSM has no conditional write, but numbers each version and keeps a hundred of them. A writer that finds somebody else's
version between the one it read and the one it wrote merges that version in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import UsageError
from ..store.secrets import app_name, secrets_of, token_name
from .services import AdminServices

VALUE_MOST = 4_096  # bytes of a standard parameter
NAME_MOST = 900  # characters; AWS counts the ARN with it, 1011 in all
KEPT_PREVIOUS = 3  # secrets that still verify after they were replaced


def put_app(services: AdminServices, channel: str, app_key: str, given: Mapping[str, Any]) -> None:
    """
    Write an app's secrets. A replaced one stays as `previous`, unless `given` says what is previous.

    If two write at once, the last one's secret is current and the other's previous. Raises UsageError where it cannot
    be kept.
    """
    client, name = services.client("ssm"), f"{services.settings.secrets_prefix}/{app_name(channel, app_key)}"
    held, version = _held(client, name)
    wanted = _rotated(held, given)
    while wanted != held:
        written = _put(client, name, wanted)
        between = _written_between(client, name, version, written)
        held, version = wanted, written
        for theirs in between:
            wanted = _joined(wanted, theirs)


def put_token(services: AdminServices, channel: str, account_id: str, given: Mapping[str, str]) -> None:
    """Write what is kept for one account; what is not given stays. Raises UsageError where it cannot be kept."""
    client, name = services.client("ssm"), f"{services.settings.secrets_prefix}/{token_name(channel, account_id)}"
    _put(client, name, {**_held(client, name)[0], **given})


def keep(services: AdminServices, name: str, value: Mapping[str, Any]) -> None:
    """Write a parameter whole, named below the prefix. Raises UsageError where it cannot be kept."""
    _put(services.client("ssm"), f"{services.settings.secrets_prefix}/{name}", value)


def kept(services: AdminServices, name: str) -> dict[str, Any]:
    """Return a parameter, named below the prefix; {} where there is none."""
    return _held(services.client("ssm"), f"{services.settings.secrets_prefix}/{name}")[0]


def delete(services: AdminServices, name: str) -> bool:
    """Delete a parameter, named below the prefix; False where there was none."""
    client = services.client("ssm")
    try:
        client.delete_parameter(Name=f"{services.settings.secrets_prefix}/{name}")
    except client.exceptions.ParameterNotFound:
        return False
    return True


def _rotated(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored fields after `given`, with the secrets that it replaces."""
    merged = {**held, **given}
    before = secrets_of({"previous": given["previous"]}) if "previous" in given else secrets_of(held)
    return _with_previous(merged, before)


def _joined(wanted: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Return ours, with the fields of somebody else's version that ours does not set."""
    return _with_previous({**theirs, **wanted}, (*secrets_of(theirs)[:1], *secrets_of(wanted), *secrets_of(theirs)))


def _with_previous(app: Mapping[str, Any], before: tuple[str, ...]) -> dict[str, Any]:
    others = [each for each in dict.fromkeys(before) if each != app.get("current", "")]
    kept = {name: value for name, value in app.items() if name != "previous"}
    return kept | ({"previous": others[:KEPT_PREVIOUS]} if others else {})


def _held(client: Any, name: str) -> tuple[dict[str, Any], int]:
    """Return the stored app and its version; ({}, 0) where there is none."""
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except client.exceptions.ParameterNotFound:
        return {}, 0
    return json.loads(found["Value"]), int(found["Version"])


def _put(client: Any, name: str, value: Mapping[str, Any]) -> int:
    """Write it; return its version."""
    text = json.dumps(value, ensure_ascii=False)
    if len(name) > NAME_MOST or len(text.encode()) > VALUE_MOST:
        raise UsageError(f"{name} cannot be kept: SSM takes {NAME_MOST} characters of a name and 4 KB of secrets.")
    return int(client.put_parameter(Name=name, Value=text, Type="SecureString", Overwrite=True)["Version"])


def _written_between(client: Any, name: str, after: int, before: int) -> list[dict[str, Any]]:
    """Return what others wrote between two versions, oldest first."""
    if before <= after + 1:
        return []
    pages = client.get_paginator("get_parameter_history").paginate(Name=name, WithDecryption=True)
    found = [each for page in pages for each in page["Parameters"] if after < int(each["Version"]) < before]
    return [json.loads(each["Value"]) for each in sorted(found, key=lambda each: int(each["Version"]))]
