"""
Diagnoses an account: everything is looked at, nothing is changed. Secrets are never shown.

Advice is a command that runs as it stands, or names what to do elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from ..channels import REGISTRY
from ..errors import Misconfigured, Refused, Retryable, SendError, TokenExpired
from ..model import Account, Credentials, Request
from ..ports import LOOKUP_CHANNEL, Http, ListsOnWish, ShakesHands
from ..stages import account_silence, token_renewal
from ..stages.sweep import FOREVER
from ..store import keys
from ..stored_ports import TellsItsWay
from ..workspaces import WORKSPACES
from .accounts import app_refused, whose
from .connecting import connecting
from .findings import Finding, again
from .permissions import needs
from .services import OWN, PATIENCE_S, AccountServices
from .subscriptions import subscribed
from .webhook_probe import desk_probed, probed

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS


@needs("account.read")
def doctor(here: AccountServices, account: Account, api: str) -> Iterator[Finding]:
    """Look at one account. `api` is the stage's address."""
    connect = again(here, account)
    here.secrets.forget()  # what is stored by now, whoever wrote it
    if account.channel == LOOKUP_CHANNEL:
        yield _asked(here, account)
        return
    account = here.directory.by_id(account.channel, account.account_id) or account
    waiting = here.directory.due(keys.parked_shard(account.channel, account.account_id), FOREVER, limit=1000)
    yield Finding("sends", not account.paused, account.paused or "not paused", f"connect it again: {connect}")
    yield Finding("rows waiting", not waiting, f"{len(waiting)}", "they leave when the account is connected again")
    try:
        held = here.secrets.account(account)
    except Misconfigured:
        held = Credentials()
    refused = app_refused(here, account, held) if held.app_secrets else ""
    seen = "missing" if not held.app_secrets else f"the platform does not take it ({refused})" if refused else "stored"
    yield Finding("app secret", seen == "stored", seen, f"give it: {connect}")
    needed = any(each.name == "token" and each.needed for each in connecting(account.channel).secrets)
    seen = "stored" if held.token else "missing" if needed else "not needed: our own rights serve"
    yield Finding("token", seen != "missing", seen, f"give it: {connect}")
    if seen != "missing":
        yield _platform(here, account, held)
    if held.token:
        yield from _token_end(here, account)
    if not api:
        yield Finding("address", well=False, seen="none yet", advice=f"`guichet deploy --stage {here.settings.stage}`")
    elif account.channel in WORKSPACES:
        yield from desk_probed(here, account, held, api)
        yield from subscribed(here, account, held, api)
    else:
        yield from _handshake(here, account, api)
        yield from probed(here, account, held, api)
        yield from subscribed(here, account, held, api)
        yield from _way_in(here, account, held)
        yield _last_event(here, account)
        yield from _list(here, account, held)


def _platform(here: AccountServices, account: Account, held: Credentials) -> Finding:
    """Ask the platform whose the token is, as `connect` does."""
    try:
        called = whose(here, account, held)
    except (TokenExpired, Refused) as error:
        reason = "the token is for another account" if error.code == "another_account" else str(error)
        return Finding("platform", well=False, seen=reason, advice=f"connect it again: {again(here, account)}")
    except SendError as error:
        return Finding("platform", well=False, seen=f"silent ({error})", advice="is it up? try once more")
    return Finding("platform", well=True, seen=f"takes the token of {called}")


def _asked(here: AccountServices, account: Account) -> Finding:
    """Ask the shop for an order that does not exist: its "no" is an answer, signed and read like any other."""
    try:
        seen = here.shops.look_up(account.brand, "order", "GUICHET-0")["status"]
    except SendError as error:
        advice = f"docs/playbook.md, or connect it again: {again(here, account)}"
        return Finding("look-up", well=False, seen=str(error), advice=advice)
    return Finding("look-up", well=True, seen=f"answers ({seen})")


def _way_in(here: AccountServices, account: Account, held: Credentials) -> Iterator[Finding]:
    """Ask a platform that calls no webhook whether what it stores still comes to us."""
    channel = here.speaking(account, held)
    if isinstance(channel, TellsItsWay):
        yield from channel.way_in(account.account_id)


def _last_event(here: AccountServices, account: Account) -> Finding:
    """Compare the account's last event with its own rhythm, as the sweep does."""
    activity, now = here.directory.activity(account), here.clock()
    seen = "none yet"
    if activity is not None:
        activity = account_silence.beaten(activity)  # the sweep does so every ten minutes
        ago, usual = (now - activity.last) // HOUR_MS, account_silence.patience(activity, now)
        seen = f"{f'{ago} h ago' if ago else 'within the hour'} (usual at this hour: within {usual} h)"
    steps = f"docs/connect.md#{account.channel}: what is set at the platform; then write to the account yourself"
    return Finding("last event", account_silence.silent_since(account, activity, now) is None, seen, steps)


def _list(here: AccountServices, account: Account, held: Credentials) -> Iterator[Finding]:
    """Say whether the platform's list can be read, and had messages that no webhook brought in the last week."""
    platform = REGISTRY[account.channel](held, _Silent())
    if isinstance(platform, ListsOnWish) and not platform.wishes_list():
        why = f"not read: the platform bills that (docs/connect.md#{account.channel} says how to ask for it)"
        yield Finding("list", well=True, seen=why)
        return
    read = here.directory.list_read(account)
    if read is None or read.account != account.key:
        return
    if read.error:
        advice = f"look at the findings above; another_app: docs/channels.md#{account.channel}"
        yield Finding("list", well=False, seen=f"cannot be read ({read.error})", advice=advice)
        return
    ago, told = here.clock() - read.found_at, here.clock() - read.told_at
    seen = [f"{read.found} messages were taken from it, the last {ago // HOUR_MS} h ago"] if read.found else []
    seen += [f"{read.lagged} of them it showed late"] if read.lagged else []
    seen += [f"{read.unplaced} messages in it say not whose they are: look at the platform"] if read.unplaced else []
    seen += [f"of {read.cut} conversations it shows not all that was written: look at the platform"] if read.cut else []
    well = (not read.found or ago > WEEK_MS) and (not read.told_at or told > WEEK_MS)
    steps = f"docs/connect.md#{account.channel}: what is set at the platform"
    yield Finding("list", well, "; ".join(seen) or "read", steps)


def _token_end(here: AccountServices, account: Account) -> Iterator[Finding]:
    """Say when the account's token ends, where it was renewed or should have been."""
    life = here.directory.token_life(account)
    if life is None or life.connected_at != account.connected_at or not (life.ends_at or life.error):
        return
    token_ms = here.for_handlers.traits(account.channel).token_ms
    left = (token_renewal.ends_at(life, account, token_ms) - here.clock()) // token_renewal.DAY_MS
    seen = f"ends in {left} days" + (f", and is not renewed ({life.error})" if life.error else "")
    yield Finding("token's end", not life.error, seen, f"connect it again before that: {again(here, account)}")


class _Silent:
    """An HTTP client that sends nothing: a handshake needs none."""

    def request(self, method: str, url: str, **_: object) -> Any:  # noqa: ARG002 - the port's
        raise Retryable("silent", method)  # some addresses hold a token


def _handshake(here: AccountServices, account: Account, api: str) -> Iterator[Finding]:
    """Call the webhook as a platform does that checks it, and compare with the channel's own answer."""
    held = here.secrets.app(account.channel, account.app_key)
    silent: Http = _Silent()
    platform = REGISTRY[account.channel](held, silent)
    if not isinstance(platform, ShakesHands):
        return
    query = platform.challenge(secrets.token_hex(8))
    path = f"/webhooks/{account.channel}/{account.key}"
    wanted = platform.handshake(Request(method="GET", path=path, query=query, headers={}, body=b""))
    status, body = _get(here.http(OWN), f"{api}{path}?{urlencode(query)}")
    right = wanted is not None and (status, body) == (wanted.status, wanted.body) and status == 200
    yield Finding(
        "handshake", right, f"HTTP {status}", "look at the app's secret and verify token, then at the api's log"
    )


def _get(http: Http, url: str) -> tuple[int, str]:
    try:
        answer = http.request("GET", url, headers={}, timeout_s=PATIENCE_S)
    except SendError:
        return 599, ""
    return answer.status, answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
