"""
Connects and disconnects a brand's accounts. Secrets are never printed, kept or logged.

Both may be interrupted anywhere and repeated: connecting writes the secrets before the account, disconnecting deletes
them before it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..consent import Half
from ..errors import Misconfigured, Refused, Retryable, SendError, TokenExpired, UsageError
from ..model import Account, AccountId, AccountKey, BrandId, ChannelName, Credentials
from ..ports import LOOKUP_CHANNEL, KnowsItself
from ..stages.sweep import FOREVER, reconnect
from ..store import audit, keys, person_keys
from ..store.audit import Author, What
from ..store.secrets import app_name, secrets_of, token_name
from .connecting import connecting
from .given_secrets import Given, check_names, given
from .permissions import needs
from .secret_store import delete, put_app, put_token
from .services import AccountServices
from .times import iso

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
    """
    The account, how many recipients were notified, and what the platform says of the token ("" if nothing).

    `new`: it was not connected before, so that nobody has told its platform yet.
    """

    account: Account
    notified: int
    called: str
    new: bool


@needs("account.connect")
def connect(here: AccountServices, asked: Asked, author: Author) -> Connected:
    """
    Ask the platform, write the secrets, connect the account (again), and notify for the rows that waited for it.

    The audit log says so before anything is written: by the account's id, without a secret.

    Raises UsageError for secrets of another shape, a token that the platform refuses, and an account of another brand.
    """
    steps = connecting(asked.channel)
    told = given(asked.channel, asked.held)
    before = here.directory.by_id(asked.channel, asked.account_id)
    if before is not None and before.brand != asked.brand:
        raise UsageError(f"The {asked.channel} account {asked.account_id} belongs to another brand already.")
    app_key = asked.app_key or (before.app_key if before else steps.app_key or str(asked.brand))
    check_names(asked.account_id, app_key, asked.channel)
    account = Account(
        key=before.key if before else _key(here, asked),
        brand=asked.brand,
        channel=asked.channel,
        account_id=asked.account_id,
        app_key=app_key,
        name=asked.name or (before.name if before else ""),
        connected_at=author.at,
    )
    called = "" if asked.unasked else _called(here, account, told)
    was = "" if before is None else _standing(before)
    _note(here, account, author, "account.connect", (was, "connected"))
    if told.app:
        put_app(here, account.channel, app_key, told.app)
    if told.token:
        put_token(here, account.channel, account.account_id, told.token)
    if not here.secrets.app(person_keys.SECRET_APP, person_keys.SECRET_KEY).app_secrets:
        put_app(here, person_keys.SECRET_APP, person_keys.SECRET_KEY, {"current": secrets.token_urlsafe(48)})
    here.secrets.forget()  # a process that goes on living has just read what was there before
    here.directory.put_account(account)
    notified = reconnect(account.channel, account.account_id, here.for_handlers, here.clock() + NOTIFY_MS)
    return Connected(account, notified, called, before is None)


def _key(here: AccountServices, asked: Asked) -> AccountKey:
    """
    Return the key of the webhook's address: the one from before for an account that comes back to its brand.

    A platform may call its old address for ever: an app's, or one that a person wrote into a dashboard.
    """
    kept = here.directory.kept_key(asked.brand, asked.channel, asked.account_id)
    return kept or AccountKey(secrets.token_urlsafe(16))


def _standing(account: Account) -> str:
    """Say how an account stood before a change, for the audit log."""
    return f"paused ({account.paused})" if account.paused else "connected"


def _note(here: AccountServices, account: Account, author: Author, what: What, change: tuple[str, str]) -> None:
    about, (before, after) = f"{account.channel} {account.account_id}", change
    audit.note(here.table(account.brand), author, what, about, before=before, after=after)


def _called(here: AccountServices, account: Account, told: Given) -> str:
    """Return the platform's name for the account, with the new secrets. Raises UsageError where it refuses one."""
    if account.channel == LOOKUP_CHANNEL:
        return ""
    here.secrets.forget()  # what is stored by now, whoever wrote it
    credentials = as_they_will_be(here.secrets.account(account), told)
    if told.app.get("current") and (why := app_refused(here, account, credentials)):
        raise UsageError(_refusal(account, "app secret", why))
    if not credentials.token and any(each.name == "token" for each in connecting(account.channel).secrets):
        return ""
    try:
        return whose(here, account, credentials)
    except (TokenExpired, Refused) as error:
        if not told.token:
            return ""  # the one that is kept: doctor tells it
        reason = "it is for another account" if error.code == "another_account" else str(error)
        raise UsageError(_refusal(account, "token", reason)) from None
    except SendError:
        return ""


def _refusal(account: Account, what: str, reason: str) -> str:
    name = "token" if what == "token" else "current"
    where = next((each.where for each in connecting(account.channel).secrets if each.name == name), "")
    return (
        f"{account.channel} does not take this {what} for {account.account_id} ({reason}); nothing was written. "
        f"Copy it again ({where}), or write it all the same: --unasked."
    )


def app_refused(here: AccountServices, account: Account, credentials: Credentials) -> str:
    """Ask the platform about the app's secret: why it does not take it, "" where it does or does not say."""
    ask = connecting(account.channel).app_check
    try:
        if ask is not None:
            ask(here.http_of(account.channel, credentials), credentials)
    except TokenExpired as error:
        return str(error)
    except SendError:
        return ""
    return ""


def as_they_will_be(held: Credentials, told: Given) -> Credentials:
    """Return an account's credentials with what was given for it."""
    current = secrets_of(told.app)
    token = {**held.extra, **({"token": held.token} if held.token else {}), **told.token}
    return Credentials(
        app_secrets=tuple(dict.fromkeys((*current, *held.app_secrets))),
        verify_token=told.app.get("verify_token", held.verify_token),
        app_id=told.app.get("app_id", held.app_id),
        token=token.get("token", ""),
        extra={name: value for name, value in token.items() if name != "token"},
    )


def whose(here: AccountServices, account: Account, credentials: Credentials) -> str:
    """Return the platform's name for a token's account. Raises SendError as `KnowsItself` does."""
    channel = here.speaking(account, credentials)
    return channel.called(account.account_id) if isinstance(channel, KnowsItself) else ""


# --- which there are --------------------------------------------------------------------------


@needs("account.read")
def chosen(
    here: AccountServices, brand: BrandId | None, channel: str | None = None, account_id: str | None = None
) -> list[Account]:
    """
    Return the accounts that fit, sorted; None fits all.

    Raises UsageError where a channel or an account was asked for, and none of it is connected.
    """
    found = [
        account
        for account in here.directory.accounts(brand)
        if channel in (None, account.channel) and account_id in (None, account.account_id)
    ]
    if not found and (account_id or channel):
        raise UsageError("No account is connected that fits; `guichet account list` shows all.")
    fresh = [here.directory.by_id(account.channel, account.account_id) or account for account in found]
    return sorted(fresh, key=lambda each: (each.brand, each.channel, each.account_id))


def shown(account: Account, api: str) -> dict[str, Any]:
    """Return an account as JSON values, without secrets. `api`: the stage's address, "" while it has none."""
    calls_us = account.channel != LOOKUP_CHANNEL
    suffix = connecting(account.channel).suffix
    return {
        "brand": account.brand,
        "channel": account.channel,
        "account_id": account.account_id,
        "name": account.name,
        "app": account.app_key,
        "paused": account.paused or None,
        "connected_at": iso(account.connected_at),
        # A path while there is no address yet; a shop is asked, and never calls.
        "webhook_url": f"{api}/webhooks/{account.channel}/{account.key}{suffix}" if calls_us else None,
    }


def to_do(account: Account, api: str) -> list[str]:
    """Return what is done at the platform once an account is connected, in its order."""
    webhook, widget = shown(account, api)["webhook_url"] or "", f"{api}/chat/{account.key}/widget.js"
    return [
        each.replace("{webhook}", webhook).replace("{widget}", widget) for each in connecting(account.channel).steps
    ]


# --- letting go -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is deleted with an account, and what stays: `waiting` rows are sent only if it is connected again."""

    account: Account
    waiting: int
    app_too: bool


@needs("account.read")
def leaving(here: AccountServices, channel: ChannelName, account_id: AccountId) -> Leaving:
    """Say what a disconnect would do. Raises UsageError for an account that is not connected."""
    account = here.directory.by_id(channel, account_id)
    if account is None:
        raise UsageError(f"No {channel} account {account_id} is connected; `guichet account list` shows all.")
    waiting = here.directory.due(keys.parked_shard(channel, account_id), FOREVER, limit=1_000)
    others = [
        each
        for each in here.directory.accounts()
        if (each.channel, each.app_key) == (channel, account.app_key) and each.account_id != account_id
    ]
    return Leaving(account, len(waiting), not others and channel != LOOKUP_CHANNEL)


@needs("account.disconnect")
def disconnect(here: AccountServices, what: Leaving, author: Author) -> tuple[Half, ...]:
    """
    Stop sending, take back what was set at the platform, delete the secrets, then the account.

    Returns what became of it at the platform: whoever cannot be reached there holds nobody here. Webhooks that still
    come are answered with 200 and ignored. An app's secrets are deleted with its last account. Conversations, tickets
    and waiting rows stay. The audit log says so before.
    """
    account = what.account
    _note(here, account, author, "account.disconnect", (_standing(account), "disconnected"))
    here.directory.pause(account, "disconnected", by="disconnect")
    halves = _left(here, account)
    delete(here, token_name(account.channel, account.account_id))
    if what.app_too:
        delete(here, app_name(account.channel, account.app_key))
    here.directory.keep_key(account)
    here.directory.remove_account(account)
    return halves


def _left(here: AccountServices, account: Account) -> tuple[Half, ...]:
    leave = connecting(account.channel).leave
    if leave is None:
        return ()
    here.secrets.forget()  # what is stored by now, whoever wrote it
    try:
        held = here.secrets.account(account)
    except (Misconfigured, Retryable):
        held = Credentials()
    if not held.token:  # it was interrupted, and is done again
        return ()
    base = next(iter(here.settings.public_urls), "")
    held = replace(held, webhook_url=f"{base}/webhooks/{account.channel}/{account.key}")
    return leave(here.http_of(account.channel, held), held, account.account_id)
