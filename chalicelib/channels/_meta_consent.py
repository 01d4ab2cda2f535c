"""
How Meta's page gives accounts to us (Facebook Login), and how our app gets their events.

Source: Meta, "Facebook Login: manually build a login flow", "Access tokens: long-lived", "Graph API: app
subscriptions". Secrets and codes travel in bodies; the one exception is Meta's own: what `debug_token` looks at is a
parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

from ..consent import Answered, Asked, Asking, Grant, Half
from ..errors import Refused, SendError
from ..findings import Finding
from ..model import Credentials, Millis
from ..ports import Http
from . import _meta
from ._json_values import Object, child, objects, string

PAGE = f"https://www.facebook.com/{_meta.VERSION}/dialog/oauth"
SOON_DAYS = 10  # before a token runs out it is told
PAGES_MOST = 10  # of a list of accounts, a hundred each
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


def asked(credentials: Credentials, asking: Asking, scopes: Iterable[str]) -> Asked:
    """
    Return the address of Meta's page. Raises Refused where the app's id is not known.

    https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
    """
    _meta.app_token(credentials)
    query = {
        "client_id": credentials.app_id,
        "redirect_uri": asking.redirect,
        "state": asking.state,
        "response_type": "code",
        "scope": ",".join(scopes),
        "auth_type": "rerequest",
        "code_challenge": asking.challenge,
        "code_challenge_method": "S256",
    }
    return Asked(f"{PAGE}?{urlencode(query)}")


def exchange(http: Http, credentials: Credentials, answered: Answered) -> Grant:
    """
    Return the long-lived token of the person who consented.

    https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
    """
    code = {
        "redirect_uri": answered.redirect,
        "code": answered.brought["code"],
        "code_verifier": answered.verifier,
    }
    short = _token(http, credentials, code)
    lasting = {"grant_type": "fb_exchange_token", "fb_exchange_token": short}
    return {"token": _token(http, credentials, lasting)}


def _token(http: Http, credentials: Credentials, fields: dict[str, str]) -> str:
    of_app = {"client_id": credentials.app_id, "client_secret": credentials.app_secrets[0]}
    body = urlencode(of_app | fields).encode()
    told = _meta.accepted(http.request("POST", f"{_meta.GRAPH}/oauth/access_token", headers=_FORM, body=body), {})
    token = string(told.get("access_token"))
    if not token:
        raise Refused("no_token")
    return token


def missing(http: Http, credentials: Credentials, scopes: Collection[str]) -> tuple[str, ...]:
    """
    Return the permissions that the person did not give.

    https://developers.facebook.com/docs/graph-api/reference/user/permissions
    """
    told = objects(_meta.accepted(_meta.get(http, credentials, f"{_meta.GRAPH}/me/permissions"), {}).get("data"))
    given = {string(each.get("permission")) for each in told if each.get("status") == "granted"}
    return tuple(each for each in scopes if each not in given)


def listed(http: Http, credentials: Credentials, edge: str, fields: str) -> Iterator[Object]:
    """Yield what an edge lists, page by page; the platform's own next link has a token in it, so it is not followed."""
    after = ""
    for _ in range(PAGES_MOST):
        query = {"fields": fields, "limit": "100"} | ({"after": after} if after else {})
        told = _meta.accepted(_meta.get(http, credentials, f"{_meta.GRAPH}/{edge}?{urlencode(query)}"), {})
        yield from objects(told.get("data"))
        paging = child(told, "paging")
        after = string(child(paging, "cursors").get("after")) if paging.get("next") else ""
        if not after:
            return


def looked_at(http: Http, credentials: Credentials) -> Object:
    """
    Return what Meta says of the token: whether it is valid, until when, and for what.

    https://developers.facebook.com/docs/graph-api/reference/debug_token
    """
    keys = replace(credentials, token=_meta.app_token(credentials))
    url = f"{_meta.GRAPH}/debug_token?{urlencode({'input_token': credentials.token})}"
    return child(_meta.accepted(_meta.get(http, keys, url), {}), "data")


def health(http: Http, credentials: Credentials, scopes: Collection[str], now: Millis) -> Iterator[Finding]:
    """Say how long the token lasts, and which of the permissions it has not. Raises SendError where Meta does not."""
    told = looked_at(http, credentials)
    until = told.get("expires_at")
    if type(until) is int:
        days = (until * 1000 - now) // _meta.DAY_MS
        seen = f"in {days} days" if until and days >= 0 else "it has run out" if until else "never"
        advice = "connect it again, or take a system user's token, which does not expire"
        yield Finding("expiry", not until or days >= SOON_DAYS, seen, advice)
    given = told.get("scopes")
    if isinstance(given, list):
        lacking = [each for each in scopes if each not in given]
        seen = f"not given: {', '.join(lacking)}" if lacking else "all are given"
        yield Finding("permissions", not lacking, seen, "connect it again and leave every box ticked")


# --- the app's half -----------------------------------------------------------------------------


def hooks(http: Http, credentials: Credentials, kind: str) -> list[Object]:
    """
    Return the app's webhooks for one kind of object.

    https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
    """
    keys = replace(credentials, token=_meta.app_token(credentials))
    app = quote(credentials.app_id, safe="")
    told = _meta.accepted(_meta.get(http, keys, f"{_meta.GRAPH}/{app}/subscriptions"), {})
    return [each for each in objects(told.get("data")) if each.get("object") == kind and each.get("active")]


def fields_of(hook: Object) -> list[str]:
    """Return the names of the fields that a webhook brings."""
    return [string(field.get("name")) for field in objects(hook.get("fields"))]


def set_hook(http: Http, credentials: Credentials, kind: str, wanted: Collection[str]) -> Half:
    """
    Give the app our address for one kind of object, with what it brings already and what we need.

    An app has one address for all its pages. One that leads somewhere else is left alone: it may be another stage's.
    """
    what = f"the app's webhook for {kind}"
    try:
        there = hooks(http, credentials, kind)
        before = string(there[0].get("callback_url")) if there else ""
        if before and not _of_one_stage(before, credentials.webhook_url):
            return Half(what, "it leads elsewhere, and was left as it is: change it in the app's dashboard")
        fields = dict.fromkeys([*(name for hook in there for name in fields_of(hook)), *wanted])
        try:
            _set_address(http, credentials, kind, before or credentials.webhook_url, fields)
        except Refused:
            if before in ("", credentials.webhook_url):
                raise
            # The page that it was of is gone: Meta asks the address for its challenge, and nobody answers there.
            _set_address(http, credentials, kind, credentials.webhook_url, fields)
    except SendError as error:
        return Half(what, str(error))
    return Half(what)


def _set_address(http: Http, credentials: Credentials, kind: str, address: str, fields: Iterable[str]) -> None:
    keys = replace(credentials, token=_meta.app_token(credentials))
    payload = {
        "object": kind,
        "callback_url": address,
        "verify_token": credentials.verify_token,
        "fields": ",".join(fields),
    }
    url = f"{_meta.GRAPH}/{quote(credentials.app_id, safe='')}/subscriptions"
    _meta.accepted(_meta.post(http, keys, url, payload), {})


def _of_one_stage(url: str, ours: str) -> bool:
    """Return whether two webhooks are one stage's: an app's address serves all its pages there."""
    return url.partition("/webhooks/")[0] == ours.partition("/webhooks/")[0]
