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

from .. import shop
from ..channels import REGISTRY
from ..errors import Misconfigured, UsageError
from ..ports import LOOKUP_CHANNEL, Traits
from ..workspaces import WORKSPACES

APP_FIELDS = ("current", "previous", "verify_token", "app_id")
SHOP_FIELDS = ("url", "secret")
# What platforms and their pages call it -> what it is called here.
MEANT = {
    "app_secret": "current",
    "client_secret": "current",
    "consumer_secret": "current",
    "api_secret": "current",
    "signing_secret": "current",
    "secret": "current",
    "auth_token": "current",
    "access_token": "token",
    "page_token": "token",
    "bot_token": "token",
    "access_token_secret": "token_secret",
    "api_key": "consumer_key",
    "sid": "account_sid",
    "api_key_sid": "key_sid",
    "api_key_secret": "token",
    "messaging_service_sid": "service",
}
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}(?:/[A-Za-z0-9_.-]{1,128})?")
_APP_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Given:
    """Secrets as they are stored: those of the platform app, those of the account alone. Either may be empty."""

    app: Mapping[str, Any]
    token: Mapping[str, str]


def traits_of(channel: str) -> Traits:
    """Return a channel's traits; a workspace is one."""
    return WORKSPACES[channel].traits if channel in WORKSPACES else REGISTRY[channel].traits


def wanted(channel: str) -> tuple[str, ...]:
    """Return the names of the secrets that an account of this channel needs, in the order of asking."""
    if channel == LOOKUP_CHANNEL:
        return SHOP_FIELDS
    traits = traits_of(channel)
    return (*traits.app, *traits.secrets)


def given(channel: str, held: Mapping[str, Any]) -> Given:
    """
    Read {"app": {…}, "token": {…}}, or one flat object. Raises UsageError for any name or value that cannot be kept.
    """
    if channel == LOOKUP_CHANNEL:
        return Given({}, _endpoint(held))
    known = traits_of(channel).secrets
    if held and set(held) <= {"app", "token"} and all(isinstance(part, dict) for part in held.values()):
        app, token = dict(held.get("app", {})), dict(held.get("token", {}))
        _names(channel, app, APP_FIELDS)
        _names(channel, token, known)
    else:
        _names(channel, held, (*APP_FIELDS, *known))
        app = {name: value for name, value in held.items() if name in APP_FIELDS}
        token = {name: value for name, value in held.items() if name in known}
    for name, value in {**app, **token}.items():
        if not (isinstance(value, str) or (name == "previous" and _all_text(value))):
            raise UsageError(f"'{name}' must be text (in JSON: between quotation marks).")
    if not (app or token):
        raise UsageError(f"The secrets are empty; {_known((*APP_FIELDS, *known))}.")
    return Given(app, token)


def check_names(account_id: str, app_key: str) -> None:
    """Raise UsageError for an id that no parameter of SSM can be named after."""
    if not _ACCOUNT_ID.fullmatch(account_id):
        raise UsageError("An account's id is letters, digits, '.', '_' and '-' (Slack: TEAM/CHANNEL).")
    if app_key and not _APP_KEY.fullmatch(app_key):
        raise UsageError("An app's key is up to 64 letters, digits, '_' and '-'.")


def _all_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _names(channel: str, held: Iterable[str], known: tuple[str, ...]) -> None:
    for name in held:
        if name in known:
            continue
        near = [MEANT[name]] if MEANT.get(name) in known else difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        meant = f": did you mean '{near[0]}'?" if near else "."
        raise UsageError(f"There is no secret '{name[:40]}' of {channel}{meant} Known: {', '.join(known)}.")


def _known(known: tuple[str, ...]) -> str:
    return f"known: {', '.join(known)}; docs/operate.md shows their shape"


def _endpoint(held: Mapping[str, Any]) -> dict[str, str]:
    """The brand's order service: {"url": "https://…", "secret": "…"}, and nothing else."""
    _names("shop", held, SHOP_FIELDS)
    if set(held) != set(SHOP_FIELDS) or not all(isinstance(value, str) for value in held.values()):
        raise UsageError('The secrets of a look-up are a JSON object {"url": "https://…", "secret": "…"}.')
    try:
        shop.endpoint(held)
    except Misconfigured as error:
        raise UsageError(str(error)) from None
    return dict(held)
