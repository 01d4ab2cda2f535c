"""
How an account of X is connected.

Source: docs.x.com, "Webhooks", "Account Activity", "Apps: keys and tokens".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from ..consent import Consent, Half
from ..errors import Refused, Retryable, SendError, TokenExpired
from ..findings import Finding
from ..model import AccountId, Credentials, Millis
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from ..text import to_json
from . import _x_consent
from ._json_values import Object, child, load_object, objects, string
from ._x_lists import WISH

API = _x_consent.API
FULL_ACCESS = "read-write-directmessages"
SCOPES = ("Read and write and Direct message",)  # set in the app; the page asks for all that the app may


def app_token(http: Http, credentials: Credentials) -> str:
    """
    Return a token in the app's own name. Raises TokenExpired where X does not take the app's key and secret.

    https://docs.x.com/resources/fundamentals/authentication
    """
    key, secret = credentials.extra.get("consumer_key", ""), next(iter(credentials.app_secrets), "")
    if not (key and secret):
        raise Refused("no_keys")
    pair = b64encode(f"{quote(key, safe='')}:{quote(secret, safe='')}".encode()).decode()
    headers = {"authorization": f"Basic {pair}", "content-type": "application/x-www-form-urlencoded"}
    made = http.request("POST", f"{API}/oauth2/token", headers=headers, body=b"grant_type=client_credentials")
    if made.status in (401, 403):
        raise TokenExpired(f"http_{made.status}")
    token = string(load_object(made.body).get("access_token"))
    if not token:
        raise Retryable(f"http_{made.status}")
    return token


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:  # noqa: ARG001 - the port's
    """
    Ask for the app's webhooks, in the app's own name; those that X has switched off are left out.

    https://docs.x.com/x-api/webhooks/get-webhook
    """
    return Subscription(tuple(string(each.get("url")) for each in _webhooks(http, credentials)))


def _webhooks(http: Http, credentials: Credentials) -> list[Object]:
    """Return the app's webhooks that X has not switched off."""
    headers = {"authorization": f"Bearer {app_token(http, credentials)}"}
    told = http.request("GET", f"{API}/2/webhooks", headers=headers)
    if told.status != 200:
        raise Refused(f"http_{told.status}")
    return [each for each in objects(load_object(told.body).get("data")) if each.get("valid")]


def _health(http: Http, credentials: Credentials, account_id: AccountId, now: Millis) -> Iterator[Finding]:  # noqa: ARG001 - the port's
    """
    Say what the tokens may. They do not expire.

    https://docs.x.com/resources/fundamentals/developer-apps (App permissions)
    """
    told = _x_consent.signed(http, credentials, "GET", f"{API}/2/users/me").headers.get("x-access-level", "")
    if told:
        advice = "give the app Read and write and Direct message, then connect again: a token keeps its rights"
        yield Finding("permissions", told == FULL_ACCESS, told, advice)


def _subscribe(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:  # noqa: ARG001 - the port's
    """
    Register our address, and subscribe the account to it. X asks the address for its challenge at once.

    https://docs.x.com/x-api/webhooks/create-webhook and …/x-api/account-activity/create-subscription
    """
    whats = ("X has our address", "the account's events go there")
    try:
        ours = [each for each in _webhooks(http, credentials) if each.get("url") == credentials.webhook_url]
        hook = string(ours[0].get("id")) if ours else _registered(http, credentials)
    except SendError as error:
        return Half(whats[0], str(error)), Half(whats[1], "the address must be there first")
    url = f"{API}/2/account_activity/webhooks/{quote(hook, safe='')}/subscriptions/all"
    told = _x_consent.signed(http, credentials, "POST", url)
    why = "" if told.status in (200, 201, 204, 409) else f"http_{told.status}"  # 409: it is subscribed
    return Half(whats[0]), Half(whats[1], why)


def _registered(http: Http, credentials: Credentials) -> str:
    headers = {"authorization": f"Bearer {app_token(http, credentials)}", "content-type": "application/json"}
    body = to_json({"url": credentials.webhook_url}).encode()
    told = http.request("POST", f"{API}/2/webhooks", headers=headers, body=body)
    made = load_object(told.body)
    hook = string(made.get("id")) or string(child(made, "data").get("id"))
    if told.status not in (200, 201) or not hook:
        raise Refused(f"http_{told.status}")
    return hook


def _leave(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """
    End the account's subscription, then its token.

    https://docs.x.com/x-api/account-activity/delete-subscription and …/fundamentals/authentication
    """
    return (
        Half("the account's events go nowhere", _unsubscribed(http, credentials, account_id)),
        Half("the token is void", _ended(http, credentials)),
    )


def _unsubscribed(http: Http, credentials: Credentials, account_id: AccountId) -> str:
    try:
        headers = {"authorization": f"Bearer {app_token(http, credentials)}"}
        for hook in _webhooks(http, credentials):
            path = f"{quote(string(hook.get('id')), safe='')}/subscriptions/{quote(account_id, safe='')}/all"
            told = http.request("DELETE", f"{API}/2/account_activity/webhooks/{path}", headers=headers)
            if told.status not in (200, 204, 404):
                return f"http_{told.status}"
    except SendError as error:
        return str(error)
    return ""


def _ended(http: Http, credentials: Credentials) -> str:
    try:
        told = _x_consent.signed(http, credentials, "POST", f"{API}/1.1/oauth/invalidate_token")
    except SendError as error:
        return str(error)
    return "" if told.status in (200, 401) else f"http_{told.status}"  # 401: it is void already


CONNECTING = ConnectSteps(
    hosts=("api.x.com", "api.twitter.com", "ton.twitter.com"),  # the last has the photos of direct messages
    account="the account's number, not its handle: GET /2/users/me",
    secrets=(
        Secret(
            "current",
            "API key secret: developer.x.com → the app → Keys and tokens; it signs webhooks",
            also=("consumer_secret", "api_secret", "api_key_secret", "app_secret", "secret"),
            of_app=True,
        ),
        Secret("app_id", "the app's id, on the same page", of_app=True, needed=False),
        Secret(
            "token",
            "the account's access token, made after the app got Read and write and Direct message",
            also=("access_token",),
        ),
        Secret("token_secret", "that token's secret, shown beside it", also=("access_token_secret",)),
        Secret(
            WISH,
            "yes to have X's lists read each hour for what webhooks lost. X bills what they show: 0.005 USD a mention, "
            "0.010 a direct message (both ways, once a day, and the 20 newest each day: 6 a month where nobody writes)",
            also=("list",),
            needed=False,
        ),
        Secret("consumer_key", "API key, shown beside the API key secret", also=("api_key",)),
    ),
    probe=("application/json", b'{"for_user_id":"0"}'),
    app_check=app_token,
    subscription=subscription,
    health=_health,
    consent=Consent(
        scopes=SCOPES,
        asks=("current", "consumer_key"),
        takes=("oauth_token", "oauth_verifier"),
        begin=_x_consent.asked,
        exchange=_x_consent.exchange,
        accounts=_x_consent.accounts,
    ),
    subscribe=_subscribe,
    leave=_leave,
    asks="X, with the account's tokens: GET /2/users/me must be this account",
    price=Price(  # of November 2026
        0.010,
        0.015,
        0,
        "direct messages, paid by use since spring 2026: a copy of X's price page; a post with a link costs 0.20",
        linked=0.20,
    ),
    steps=(
        "Register the webhook: POST /2/webhooks with {webhook}; X asks it at once, and each hour, for a challenge",
        "Subscribe the account: POST /2/account_activity/webhooks/{webhook id}/subscriptions/all with its tokens",
    ),
    review="the app's plan must have Account Activity (or X Activity); no other review",
)
