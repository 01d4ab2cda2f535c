"""
A brand's accounts: connecting one, and telling what is wrong with one. Secrets are never printed, kept or logged.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib import shop
from chalicelib.channels import REGISTRY
from chalicelib.errors import Misconfigured, Retryable, SendError, UsageError
from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName, Millis, Request
from chalicelib.pipeline.sweep import FOREVER, reconnect
from chalicelib.ports import DESK_CHANNEL, LOOKUP_CHANNEL, Http
from chalicelib.store import keys
from chalicelib.wiring import DESK_APP, Wiring

from .aws import explained
from .secret_writes import put_app, put_token

APP_FIELDS = ("current", "previous", "verify_token", "app_id")
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to connect. `held` is the secrets' JSON object; `key` and `name` "" keep what is stored, or are made."""

    brand: BrandId
    channel: ChannelName
    account_id: AccountId
    held: Mapping[str, Any]
    app_key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `doctor` looked at. `advice` says what to do where it is not well."""

    name: str
    well: bool
    seen: str
    advice: str = ""


def connect(doors: Wiring, asked: Asked, now: Millis) -> tuple[Account, int]:
    """
    Write the secrets, connect the account (again), and ring what waited for it.

    Gives the account and how many customers' rows were rung. Raises UsageError for secrets of another shape, and for
    an account that another brand has.
    """
    app, token = _endpoint_in(asked.held) if asked.channel == LOOKUP_CHANNEL else _secrets_in(asked.held)
    before = doors.directory.by_id(asked.channel, asked.account_id)
    if before is not None and before.brand != asked.brand:
        raise UsageError(f"The {asked.channel} account {asked.account_id} belongs to another brand already.")
    app_key = asked.app_key or (before.app_key if before else _usual_app(asked))
    if app:
        put_app(doors, asked.channel, app_key, app)
    if token:
        put_token(doors, asked.channel, asked.account_id, token)
    account = Account(
        key=before.key if before else AccountKey(secrets.token_urlsafe(16)),
        brand=asked.brand,
        channel=asked.channel,
        account_id=asked.account_id,
        app_key=app_key,
        name=asked.name or (before.name if before else ""),
        connected_at=now,
    )
    doors.directory.put_account(account)
    return account, reconnect(asked.channel, asked.account_id, doors.deps)


def _usual_app(asked: Asked) -> str:
    return DESK_APP if asked.channel == DESK_CHANNEL else str(asked.brand)


def _secrets_in(held: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The app's and the account's half of {"app": {…}, "token": {…}}, or of one flat object."""
    if isinstance(held.get("app"), dict) or isinstance(held.get("token"), dict):
        app, token = held.get("app", {}), held.get("token", {})
    else:
        app = {name: value for name, value in held.items() if name in APP_FIELDS}
        token = {name: value for name, value in held.items() if name not in APP_FIELDS}
    strings = all(isinstance(value, str) for part in (app, token) for value in part.values())
    if not (app or token) or not strings or set(app) - set(APP_FIELDS):
        raise UsageError(
            'The secrets must be a JSON object such as {"app": {"current": "…", "verify_token": "…", "app_id": "…"}, '
            '"token": {"token": "…"}}, all values text.'
        )
    return app, token


def _endpoint_in(held: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The brand's order service: {"url": "https://…", "secret": "…"}, and nothing else."""
    if set(held) != {"url", "secret"} or not all(isinstance(value, str) for value in held.values()):
        raise UsageError('The secrets of a look-up are a JSON object {"url": "https://…", "secret": "…"}.')
    try:
        shop.endpoint(held)
    except Misconfigured as error:
        raise UsageError(str(error)) from None
    return {}, dict(held)


# --- doctor -----------------------------------------------------------------------------------


def doctor(doors: Wiring, account: Account, api: str) -> Iterator[Finding]:
    """Look at one account from all sides; changes nothing. `api` is the stage's address."""
    again = (
        f"`guichet account connect --brand {account.brand} --channel {account.channel} --account {account.account_id}`"
    )
    if account.channel == LOOKUP_CHANNEL:
        yield _asked(doors, account)
        return
    with explained():
        account = doors.directory.by_id(account.channel, account.account_id) or account
        waiting = doors.directory.due(keys.parked_shard(account.channel, account.account_id), FOREVER, limit=1000)
    yield Finding("sends", not account.paused, account.paused or "not paused", f"connect it again: {again}")
    yield Finding("rows waiting", not waiting, f"{len(waiting)}", "they leave when the account is connected again")
    try:
        held = doors.secrets.account(account)
        kept = {"app secret": bool(held.app_secrets), "token": bool(held.token)}
    except Misconfigured:
        kept = {"app secret": False, "token": False}
    for name, there in kept.items():
        yield Finding(name, there, "stored" if there else "missing", f"give it: {again} --secrets FILE")
    if not api:
        yield Finding("address", bool(api), "none yet", f"`guichet deploy --stage {doors.settings.stage}`")
    elif account.channel != DESK_CHANNEL:
        yield _handshake(doors, account, api)
    base = doors.settings.local_bases.get(account.channel)
    if base:
        yield _reachable(base)


def _asked(doors: Wiring, account: Account) -> Finding:
    """Ask for an order that no shop has: that it says so is an answer, signed and read like any other."""
    try:
        with explained():
            seen = doors.look_up(account.brand, "order", "GUICHET-0")["status"]
    except SendError as error:
        again = f"`guichet account connect --brand {account.brand} --channel {LOOKUP_CHANNEL}`"
        return Finding("look-up", well=False, seen=str(error), advice=f"docs/playbook.md, or connect it again: {again}")
    return Finding("look-up", well=True, seen=f"answers ({seen})")


class _Silent:
    """A handshake sends nothing."""

    def request(self, method: str, url: str, **_: object) -> Any:
        raise Retryable("silent", f"{method} {url}")


def _handshake(doors: Wiring, account: Account, api: str) -> Finding:
    """Ask as the platform asks, and compare with what the channel itself would answer."""
    held = doors.secrets.app(account.channel, account.app_key)
    challenge = secrets.token_hex(8)
    query = {"hub.mode": "subscribe", "hub.verify_token": held.verify_token, "hub.challenge": challenge}
    query["crc_token"] = challenge
    path = f"/webhooks/{account.channel}/{account.key}"
    silent: Http = _Silent()
    wanted = REGISTRY[account.channel](held, silent).handshake(
        Request(method="GET", path=path, query=query, headers={}, body=b"")
    )
    status, body = _get(f"{api}{path}?{urllib.parse.urlencode(query)}")
    right = wanted is not None and (status, body) == (wanted.status, wanted.body) and status == 200
    return Finding(
        "handshake", right, f"HTTP {status}", "look at the app's secret and verify token, then at the api's log"
    )


def _reachable(base: str) -> Finding:
    status, _ = _get(base)
    return Finding("platform", status < 599, f"answers at {base}" if status < 599 else f"silent at {base}", "is it up?")


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - the stage's own address
            return int(answer.status), answer.read(10_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 599, ""
