"""
The secrets given for an account, checked before anything is written: their names, and that none is missing.

Nothing given is ever shown; a name that no channel has is refused with the one that was probably meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Misconfigured, UsageError
from ..ports import ConnectSteps
from .connecting import connecting

APP_FIELDS = ("current", "previous", "verify_token", "app_id")
_NEAR = 0.5  # how alike two names are, of 1, to be taken for each other
_ACCOUNT_ID = re.compile(
    r"[A-Za-z0-9_.-]{1,128}(?:/[A-Za-z0-9_.-]{1,128})?|[a-z0-9_.-]{1,64}@[a-z0-9.-]{1,128}"  # a mailbox: token_name
)
_APP_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Given:
    """Secrets as they are stored: those of the platform app, those of the account alone. Either may be empty."""

    app: Mapping[str, Any]
    token: Mapping[str, str]


def wanted(channel: str) -> tuple[str, ...]:
    """Return the names of the secrets that an account of this channel needs, in the order of asking."""
    return tuple(each.name for each in connecting(channel).secrets)


def given(channel: str, held: Mapping[str, Any]) -> Given:
    """
    Read {"app": {…}, "token": {…}}, or one flat object. Raises UsageError for any name or value that cannot be kept.
    """
    steps = connecting(channel)
    own = tuple(each.name for each in steps.secrets if not each.of_app)
    if steps.check is not None:
        return Given({}, _checked(channel, steps, held))
    if held and set(held) <= {"app", "token"} and all(isinstance(part, dict) for part in held.values()):
        app, token = dict(held.get("app", {})), dict(held.get("token", {}))
        _names(channel, steps, app, APP_FIELDS)
        _names(channel, steps, token, own)
    else:
        _names(channel, steps, held, (*APP_FIELDS, *own))
        app = {name: value for name, value in held.items() if name in APP_FIELDS}
        token = {name: value for name, value in held.items() if name in own}
    for name, value in {**app, **token}.items():
        if not (isinstance(value, str) or (name == "previous" and _all_text(value))):
            raise UsageError(f"'{name}' must be text (in JSON: between quotation marks).")
    if not (app or token):
        raise UsageError(f"The secrets are empty; {_known((*APP_FIELDS, *own))}.")
    return Given(app, token)


def check_names(account_id: str, app_key: str, channel: str = "") -> None:
    """Raise UsageError for an id that no parameter of SSM can be named after; of a `channel` it says what the id is."""
    if not _ACCOUNT_ID.fullmatch(account_id):
        what = connecting(channel).account if channel else ""
        raise UsageError(
            "An account's id is letters, digits, '.', '_' and '-' (a desk: TEAM/CHANNEL; a mailbox: its address)."
            + (f" Of {channel} it is {what}." if what else "")
        )
    if app_key and not _APP_KEY.fullmatch(app_key):
        raise UsageError("An app's key is up to 64 letters, digits, '_' and '-'.")


def _all_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _names(channel: str, steps: ConnectSteps, held: Iterable[str], known: tuple[str, ...]) -> None:
    called = {name: name for name in known}
    called |= {other: each.name for each in steps.secrets for other in each.also if each.name in known}
    for name in held:
        if name in known:
            continue
        near = difflib.get_close_matches(name, called, n=1, cutoff=_NEAR)
        meant = f": did you mean '{called[near[0]]}'?" if near else "."
        raise UsageError(f"There is no secret '{name[:40]}' of {channel}{meant} Known: {', '.join(known)}.")


def _known(known: tuple[str, ...]) -> str:
    return f"known: {', '.join(known)}; docs/connect.md shows their shape"


def _checked(channel: str, steps: ConnectSteps, held: Mapping[str, Any]) -> dict[str, str]:
    """Return secrets that only make sense together."""
    names = wanted(channel)
    _names(channel, steps, held, names)
    if set(held) != set(names) or not all(isinstance(value, str) for value in held.values()):
        shape = ", ".join(f'"{name}": "…"' for name in names)
        raise UsageError(f"The secrets of {channel} are a JSON object {{{shape}}}.")
    try:
        if steps.check is not None:
            steps.check(held)
    except Misconfigured as error:
        raise UsageError(str(error)) from None
    return dict(held)
