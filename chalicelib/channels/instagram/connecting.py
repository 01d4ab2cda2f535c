"""
How an Instagram account is connected, in its three ways.

Source: Meta, "Instagram Platform: get started", "Webhooks", "Access tokens", "App review".
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Refused
from ...findings import Finding
from ...model import AccountId, Credentials, Millis
from ...ports import ConnectSteps, Http, Price, Secret, Subscription
from .. import _meta, _meta_consent
from .._json_values import objects, string
from .consent import BY_PAGE, CODE_HOST, CONSENT, FIELDS, leave, subscribe
from .login import INSTAGRAM, OWN_HOST, place_of


def check_app(http: Http, credentials: Credentials) -> None:
    """Ask for the app, where Meta's graph knows it: of an app of Instagram Login nobody can be asked."""
    if credentials.extra.get("login") == INSTAGRAM:
        raise Refused("not_asked")
    _meta.check_app(http, credentials)


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """
    Ask whether the account sends the app its events; and, where Meta's graph knows the app, where it sends them.

    https://developers.facebook.com/docs/instagram-platform/webhooks and …/graph-api/reference/app/subscriptions
    """
    place = place_of(credentials, account_id)
    told = _meta.accepted(_meta.get(http, credentials, f"{place.url}/subscribed_apps"), {})
    of_account = {str(field) for app in objects(told.get("data")) for field in app.get("subscribed_fields") or ()}
    if credentials.extra.get("login") == INSTAGRAM:
        return Subscription(None, tuple(each for each in FIELDS if each not in of_account))
    hooks = _meta_consent.hooks(http, credentials, "instagram")
    of_app = {name for hook in hooks for name in _meta_consent.fields_of(hook)}
    missing = tuple(each for each in FIELDS if each not in of_app & of_account)
    return Subscription(tuple(string(each.get("callback_url")) for each in hooks), missing)


def health(http: Http, credentials: Credentials, _: AccountId, now: Millis) -> Iterator[Finding]:
    """Say how long the token lasts and what it may; of a token of Instagram Login nobody can be asked."""
    if credentials.extra.get("login") != INSTAGRAM:
        yield from _meta_consent.health(http, credentials, BY_PAGE, now)


CONNECTING = ConnectSteps(
    hosts=(OWN_HOST.removeprefix("https://"), CODE_HOST, *_meta.HOSTS),  # `login` says which of them a token belongs to
    account="the account's number: `user_id` of GET /me (not its `id`), or the page's instagram_business_account",
    secrets=(
        _meta.APP_SECRETS[0]._replace(
            where="App secret. Of Instagram Login: the app → Instagram → API setup with Instagram login, where the "
            "Instagram app has a secret of its own; else App settings → Basic. It signs webhooks",
        ),
        *_meta.APP_SECRETS[1:],
        Secret(
            "login",
            "which way: instagram (Instagram Login), facebook (Facebook Login, by the page) or unified (a system user)",
            also=("login_type", "setup"),
        ),
        Secret(
            "page_id",
            "with facebook: the id of the page that the account is linked to; messages are sent in its name",
            also=("page",),
            needed=False,
        ),
        Secret(
            "token",
            "instagram: the account's long-lived token (API setup → Generate token), which Guichet renews; facebook: "
            "the page's token; unified: the system user's",
            also=("access_token", "page_token"),
        ),
    ),
    probe=("application/json", b'{"object":"instagram","entry":[]}'),
    app_check=check_app,
    subscription=subscription,
    health=health,
    consent=CONSENT,
    subscribe=subscribe,
    leave=leave,
    asks="Instagram, with the token, at the login's own node: it must be this account",
    price=Price(0, 0, 0, "Meta bills neither messages nor comments of Instagram"),
    steps=(
        (
            "App dashboard → Instagram → Webhooks (object Instagram): callback URL {webhook}, the verify token, and "
            f"the fields {', '.join(FIELDS)}; they are the same for all accounts of the app"
        ),
        (
            "POST /{node}/subscribed_apps with the same fields and the account's token; without this half nothing "
            "comes. The node: me (instagram), the page (facebook), the account (unified)"
        ),
        "In the Instagram app: Settings → Messages → Message requests → Connected tools → Allow access to messages",
    ),
    review="Advanced Access to instagram_business_manage_messages and instagram_business_manage_comments (with "
    "Facebook Login instagram_manage_messages, instagram_manage_comments and pages_manage_metadata), the app Live, and "
    "the verification of the business; Human Agent, for answers after 24 hours, beside them",
)
