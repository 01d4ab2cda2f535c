"""
Connects and disconnects a brand's accounts. Secrets are never printed, kept or logged.

Both may be interrupted anywhere and repeated: connecting writes the secrets before the account, disconnecting deletes
them before it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.errors import Refused, SendError, TokenExpired, UsageError
from chalicelib.model import DESK_CHANNEL, Account, AccountId, AccountKey, BrandId, ChannelName, Credentials
from chalicelib.ports import LOOKUP_CHANNEL, KnowsItself
from chalicelib.stages.sweep import FOREVER, reconnect
from chalicelib.store import audit, keys
from chalicelib.store.audit import Author, What
from chalicelib.store.secrets import app_name, secrets_of, token_name
from chalicelib.wiring import DESK_APP, Wiring
from chalicelib.workspaces.slack.channel import SlackDesk

from .given import Given, check_names, given
from .secret_writes import delete, put_app, put_token

NOTIFY_MS = 10_000  # how long an administrator waits for rows to be rung; the sweep rings what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What to connect. `held` is the secrets' JSON object; "" for `key` and `name` keeps what is stored, or makes one.

    `unasked`: the platform is not asked whether it accepts the token.
    """

    brand: BrandId
    channel: ChannelName
    account_id: AccountId
    held: Mapping[str, Any]
    app_key: str = ""
    name: str = ""
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Connected:
    """The account, how many recipients were notified, and what the platform says of the token ("" if nothing)."""

    account: Account
    notified: int
    called: str


def connect(services: Wiring, asked: Asked, author: Author) -> Connected:
    """
    Ask the platform, write the secrets, connect the account (again), and notify for the rows that waited for it.

    The audit log says so before anything is written: by the account's id, without a secret.

    Raises UsageError for secrets of another shape, a token that the platform refuses, and an account of another brand.
    """
    told = given(asked.channel, asked.held)
    before = services.directory.by_id(asked.channel, asked.account_id)
    if before is not None and before.brand != asked.brand:
        raise UsageError(f"The {asked.channel} account {asked.account_id} belongs to another brand already.")
    app_key = asked.app_key or (before.app_key if before else _usual_app(asked))
    check_names(asked.account_id, app_key)
    account = Account(
        key=before.key if before else AccountKey(secrets.token_urlsafe(16)),
        brand=asked.brand,
        channel=asked.channel,
        account_id=asked.account_id,
        app_key=app_key,
        name=asked.name or (before.name if before else ""),
        connected_at=author.at,
    )
    called = "" if asked.unasked else _called(services, account, told)
    _note(services, account, author, "account.connect", ("connected" if before else "", "connected"))
    if told.app:
        put_app(services, account.channel, app_key, told.app)
    if told.token:
        put_token(services, account.channel, account.account_id, told.token)
    services.directory.put_account(account)
    notified = reconnect(account.channel, account.account_id, services.for_handlers, services.clock() + NOTIFY_MS)
    return Connected(account, notified, called)


def _note(services: Wiring, account: Account, author: Author, what: What, change: tuple[str, str]) -> None:
    about, (before, after) = f"{account.channel} {account.account_id}", change
    audit.note(services.table(account.brand), author, what, about, before=before, after=after)


def _usual_app(asked: Asked) -> str:
    return DESK_APP if asked.channel == DESK_CHANNEL else str(asked.brand)


def _called(services: Wiring, account: Account, told: Given) -> str:
    """Return the platform's name for the account, with the new secrets. Raises UsageError where it refuses."""
    if account.channel == LOOKUP_CHANNEL or not told.token:
        return ""
    services.secrets.forget()  # what is stored by now, whoever wrote it
    credentials = _as_they_will_be(services.secrets.account(account), told)
    try:
        return whose(services, account, credentials)
    except (TokenExpired, Refused) as error:
        reason = "it is for another account" if error.code == "another_account" else str(error)
        raise UsageError(
            f"{account.channel} does not take this token for {account.account_id} ({reason}); nothing was written. "
            "To write it all the same: --unasked."
        ) from None
    except SendError:
        return ""


def _as_they_will_be(held: Credentials, told: Given) -> Credentials:
    current = secrets_of(told.app)
    token = {**held.extra, **({"token": held.token} if held.token else {}), **told.token}
    return Credentials(
        app_secrets=tuple(dict.fromkeys((*current, *held.app_secrets))),
        verify_token=told.app.get("verify_token", held.verify_token),
        app_id=told.app.get("app_id", held.app_id),
        token=token.get("token", ""),
        extra={name: value for name, value in token.items() if name != "token"},
    )


def whose(services: Wiring, account: Account, credentials: Credentials) -> str:
    """Return the platform's name for a token's account. Raises SendError as `KnowsItself` does."""
    http = services.http(account.channel)
    kind = SlackDesk if account.channel == DESK_CHANNEL else REGISTRY[account.channel]
    channel = kind(credentials, http)
    return channel.called(account.account_id) if isinstance(channel, KnowsItself) else ""


# --- letting go -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is deleted with an account, and what stays: `waiting` rows are sent only if it is connected again."""

    account: Account
    waiting: int
    app_too: bool


def leaving(services: Wiring, channel: ChannelName, account_id: AccountId) -> Leaving:
    """Say what a disconnect would do. Raises UsageError for an account that is not connected."""
    account = services.directory.by_id(channel, account_id)
    if account is None:
        raise UsageError(f"No {channel} account {account_id} is connected; `guichet account list` shows all.")
    waiting = services.directory.due(keys.parked_shard(channel, account_id), FOREVER, limit=1_000)
    others = [
        each
        for each in services.directory.accounts()
        if (each.channel, each.app_key) == (channel, account.app_key) and each.account_id != account_id
    ]
    return Leaving(account, len(waiting), not others and channel != LOOKUP_CHANNEL)


def disconnect(services: Wiring, what: Leaving, author: Author) -> None:
    """
    Stop sending, delete the secrets, then the account. Its webhooks are then answered with 200 and ignored.

    An app's secrets are deleted with its last account. Conversations, tickets and waiting rows stay. The audit log says
    so before.
    """
    account = what.account
    _note(services, account, author, "account.disconnect", ("connected", "disconnected"))
    services.directory.pause(account, "disconnected", by="disconnect")
    delete(services, token_name(account.channel, account.account_id))
    if what.app_too:
        delete(services, app_name(account.channel, account.app_key))
    services.directory.remove_account(account)
