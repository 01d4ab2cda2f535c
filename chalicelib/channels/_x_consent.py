"""
How X's page gives an account to us: OAuth 1.0a in three steps, which is what sends and reads for us afterwards.

Source: docs.x.com, "OAuth 1.0a: obtaining access tokens" and "Apps: callback URLs". It knows no `state`: our mark is
a parameter of the callback, which X signs with the rest, and the request token must be the one that was asked for.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, urlencode

from ..consent import Answered, Asked, Asking, Choice, Grant, Offer
from ..errors import Refused, Retryable, TokenExpired
from ..model import Credentials
from ..ports import Http, HttpAnswer

API = "https://api.x.com"


def asked(http: Http, credentials: Credentials, asking: Asking) -> Asked:
    """
    Ask for a request token, and return the address of X's page.

    https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens
    """
    back = f"{asking.redirect}?{urlencode({'state': asking.state})}"
    told = _fields(_sent(http, "POST", f"{API}/oauth/request_token", _client(credentials, callback_uri=back)))
    if told.get("oauth_callback_confirmed") != "true" or not {"oauth_token", "oauth_token_secret"} <= told.keys():
        raise Refused("no_request_token")
    kept = {name: told[name] for name in ("oauth_token", "oauth_token_secret")}
    return Asked(f"{API}/oauth/authorize?{urlencode({'oauth_token': kept['oauth_token']})}", kept)


def exchange(http: Http, credentials: Credentials, answered: Answered) -> Grant:
    """Return the tokens of the person who consented, which do not expire."""
    kept, brought = answered.kept, answered.brought
    if not compare_digest(brought["oauth_token"].encode(), kept["oauth_token"].encode()):
        raise Refused("another_consent")
    client = _client(
        credentials,
        resource_owner_key=kept["oauth_token"],
        resource_owner_secret=kept["oauth_token_secret"],
        verifier=brought["oauth_verifier"],
    )
    told = _fields(_sent(http, "POST", f"{API}/oauth/access_token", client))
    if not {"oauth_token", "oauth_token_secret", "user_id"} <= told.keys():
        raise Refused("no_token")
    return told


def accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:  # noqa: ARG001 - the port's
    """Return the one account of the person who consented."""
    held = {
        "token": grant["oauth_token"],
        "token_secret": grant["oauth_token_secret"],
        "consumer_key": credentials.extra["consumer_key"],
    }
    return (Choice(account_id=grant["user_id"], name=f"@{grant.get('screen_name', '')}", held=held),), ()


def signed(http: Http, credentials: Credentials, method: str, url: str) -> HttpAnswer:
    """Make one request without a body in the name of the account."""
    secret = credentials.extra.get("token_secret", "")
    return _sent(
        http, method, url, _client(credentials, resource_owner_key=credentials.token, resource_owner_secret=secret)
    )


def _client(credentials: Credentials, **more: str) -> Any:
    key, secret = credentials.extra.get("consumer_key", ""), next(iter(credentials.app_secrets), "")
    if not (key and secret):
        raise Refused("no_keys")
    from oauthlib.oauth1 import Client  # noqa: PLC0415 - no function of ours asks for a consent

    return Client(key, client_secret=secret, **more)


def _sent(http: Http, method: str, url: str, client: Any) -> HttpAnswer:
    _, headers, _ = client.sign(url, http_method=method)
    return http.request(method, url, headers={"authorization": headers["Authorization"]})


def _fields(told: HttpAnswer) -> dict[str, str]:
    """Read a form that X answers with. Raises SendError for any other answer."""
    if told.status in (401, 403):
        raise TokenExpired(f"http_{told.status}")
    if told.status != 200:
        raise Retryable(f"http_{told.status}") if told.status >= 500 else Refused(f"http_{told.status}")
    return {name: values[0] for name, values in parse_qs(told.body.decode("utf-8", "replace")).items()}
