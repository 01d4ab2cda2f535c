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
from .connecting import connecting
from .findings import Finding, again
from .services import OWN, PATIENCE_S, AccountServices

REFUSALS = (401, 403)
CACHE_MIN = 5  # minutes that a function keeps an app's secrets: `store.secrets.MAX_AGE_MS`
_NOBODYS = "a secret that no platform has"


def probed(here: AccountServices, account: Account, held: Credentials, api: str) -> Iterator[Finding]:
    """Send both; two findings. Nothing where the app has no secret: nothing could verify."""
    if not held.app_secrets:
        return
    kind, (media_type, body) = REGISTRY[account.channel], connecting(account.channel).probe
    url = f"{api}/webhooks/{account.channel}/{account.key}"
    path = f"/webhooks/{account.channel}/{account.key}"
    request = Request("POST", path, {}, {}, body, (url,))
    smoke = f"`guichet smoke --stage {here.settings.stage}`"
    sign, plain = kind.authenticator.sign, {"content-type": media_type}
    status = _posted(here, request, plain | dict(sign(request, held.app_secrets[0])))
    yield Finding(
        "signed event",
        status == kind.traits.accepted.status,
        _said(status),
        f"a function keeps secrets for {CACHE_MIN} minutes: if the secret is older, connect it again: "
        f"{again(here, account)}"
        if status in REFUSALS
        else f"the stage does not take events: {smoke}",
    )
    wrong = plain | dict(sign(request, _NOBODYS)) | own_mark(request, held.app_secrets[0])
    status = _posted(here, request, wrong)
    yield Finding("forged event", status in REFUSALS, _said(status), f"the stage should refuse it: {smoke}")


def _posted(here: AccountServices, request: Request, headers: Mapping[str, str]) -> int:
    try:
        answer = here.http(OWN).request(
            request.method, request.urls[0], headers=headers, body=request.body, timeout_s=PATIENCE_S
        )
    except SendError:
        return 0
    return answer.status


def _said(status: int) -> str:
    return f"HTTP {status}" if status else "no answer"
