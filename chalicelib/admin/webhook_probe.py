"""
Tries a stage's own webhook as a platform would: signed with the account's secret, and with a wrong one.

What is sent says nothing (`ConnectSteps.probe`): nothing of it is queued, parked or counted as an event of the account.
The wrong signature bears a mark that only a holder of the secret can make, so that no alarm takes it for a forgery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..channels import REGISTRY
from ..channels._signing import own_mark
from ..errors import SendError
from ..model import Account, Credentials, Request
from ..workspaces import WORKSPACES
from .connecting import connecting
from .findings import Finding, again
from .services import OWN, PATIENCE_S, AccountServices

REFUSALS = (401, 403)
ACCEPTED = 200
CACHE_MIN = 5  # minutes that a function keeps an app's secrets: `store.secrets.MAX_AGE_MS`
NOBODYS = "a secret that no platform has"


def probed(here: AccountServices, account: Account, held: Credentials, api: str) -> Iterator[Finding]:
    """Send both; two findings, one where a queue brings all. Nothing where the app has no secret."""
    if not held.app_secrets:
        return
    kind, (request, plain) = REGISTRY[account.channel], probe(account.channel, account.key, api)
    sign = kind.authenticator.sign
    if kind.authenticator.kind != "internal":  # else nothing by HTTP is the platform's, whoever signs it
        status = _posted(here, api, request, plain | dict(sign(request, held.app_secrets[0])))
        yield _signed(here, account, status, kind.traits.accepted.status)
    wrong = plain | dict(sign(request, NOBODYS)) | own_mark(request, held.app_secrets[0])
    status = _posted(here, api, request, wrong)
    advice = f"the stage should refuse it: {_smoke(here)}"
    yield Finding("forged event", status in REFUSALS, _said(status), advice)


def probe(channel: str, key: str, api: str) -> tuple[Request, dict[str, str]]:
    """Return the channel's event that says nothing, to an account's webhook at `api`; and its headers, unsigned."""
    media_type, body = connecting(channel).probe
    path = f"/webhooks/{channel}/{key}"
    return Request("POST", path, {}, {}, body, (f"{api}{path}",)), {"content-type": media_type}


def desk_probed(here: AccountServices, account: Account, held: Credentials, api: str) -> Iterator[Finding]:
    """Send what the agents' workspace signs to our own address; one finding. Nothing where the app has no secret."""
    if not held.app_secrets:
        return
    request = WORKSPACES[account.channel].probe(held.app_secrets[0], here.clock())
    status = _posted(here, api, request, {name: "".join(values) for name, values in request.headers.items()})
    yield _signed(here, account, status, ACCEPTED)


def _signed(here: AccountServices, account: Account, status: int, accepted: int) -> Finding:
    refused = (
        f"a function keeps secrets for {CACHE_MIN} minutes: if the secret is older, connect it again: "
        f"{again(here, account)}"
    )
    advice = refused if status in REFUSALS else f"the stage does not take events: {_smoke(here)}"
    return Finding("signed event", status == accepted, _said(status), advice)


def _smoke(here: AccountServices) -> str:
    return f"`guichet smoke --stage {here.settings.stage}`"


def _posted(here: AccountServices, api: str, request: Request, headers: Mapping[str, str]) -> int:
    url = f"{api}{request.path}"
    try:
        answer = here.http(OWN).request(request.method, url, headers=headers, body=request.body, timeout_s=PATIENCE_S)
    except SendError:
        return 0
    return answer.status


def _said(status: int) -> str:
    return f"HTTP {status}" if status else "no answer"
