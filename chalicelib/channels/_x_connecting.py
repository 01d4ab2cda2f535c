"""
How an account of X is connected.

Source: docs.x.com, "Webhooks", "Account Activity", "Apps: keys and tokens".
"""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

from ..errors import Refused, Retryable, TokenExpired
from ..model import AccountId, Credentials
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from ._json_values import load_object, objects, string

API = "https://api.x.com"


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
    told = http.request("GET", f"{API}/2/webhooks", headers={"authorization": f"Bearer {app_token(http, credentials)}"})
    if told.status != 200:
        raise Refused(f"http_{told.status}")
    listed = objects(load_object(told.body).get("data"))
    return Subscription(tuple(string(each.get("url")) for each in listed if each.get("valid")))


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
        Secret("consumer_key", "API key, shown beside the API key secret", also=("api_key",)),
    ),
    probe=("application/json", b'{"for_user_id":"0"}'),
    app_check=app_token,
    subscription=subscription,
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
