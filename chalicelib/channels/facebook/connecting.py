"""
How a page's comments are connected.

Source: Meta, "Webhooks: Pages", "Permissions", "App review: pages_manage_engagement, pages_read_user_content".
"""

from __future__ import annotations

from dataclasses import replace

from ...consent import Consent, Grant, Half, Offer
from ...model import AccountId, Credentials
from ...ports import ConnectSteps, Http, Price, Secret, Subscription
from .. import _meta, _meta_consent, _meta_pages

EVENTS = ("feed", "mention")
RIGHTS = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_messaging",
)


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """Ask both halves: the app's webhook for pages, and whether this page sends the app its feed."""
    return _meta_pages.subscription(http, credentials, account_id, EVENTS)


def _accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:
    """Return the pages of the person who consented."""
    person = replace(credentials, token=grant["token"])
    return _meta_pages.pages(http, person, "MODERATE"), _meta_consent.missing(http, person, RIGHTS)


def _subscribe(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Set both halves, beside what Messenger needs of the same page."""
    return (
        _meta_consent.set_hook(http, credentials, "page", EVENTS),
        _meta_pages.set_page(http, credentials, account_id, EVENTS),
    )


CONNECTING = ConnectSteps(
    hosts=_meta.HOSTS,
    account="the page's id: the page → About → Page transparency",
    secrets=(
        *_meta.APP_SECRETS,
        Secret(
            "token",
            "the page's access token, of a system user (Business settings → Users → System users), so that it does "
            "not expire; it may " + ", ".join(RIGHTS) + ", and its user may moderate the page",
            also=("access_token", "page_token", "page_access_token"),
        ),
    ),
    probe=("application/json", b'{"object":"page","entry":[]}'),
    app_check=_meta.check_app,
    subscription=subscription,
    health=lambda http, credentials, _, now: _meta_consent.health(http, credentials, RIGHTS, now),
    consent=Consent(
        scopes=RIGHTS,
        asks=("current", "verify_token", "app_id"),
        begin=lambda _, credentials, asking: _meta_consent.asked(credentials, asking, RIGHTS),
        exchange=_meta_consent.exchange,
        accounts=_accounts,
    ),
    subscribe=_subscribe,
    leave=lambda http, credentials, account_id: _meta_pages.leave(http, credentials, account_id, EVENTS),
    asks="Meta, with the page's token: GET /me must be this page",
    price=Price(0, 0, 0, "Meta bills no comment and no answer to one"),
    steps=(
        "App dashboard → Webhooks → Page: the fields " + " and ".join(EVENTS) + ". Where no address is set yet, give "
        "{webhook} and the verify token; an app has one address for its pages, and Messenger's serves both",
        (
            "Subscribe the page itself: POST /{page}/subscribed_apps with the same fields, beside those of Messenger; "
            "without this half nothing comes, and both look healthy"
        ),
    ),
    review="Advanced Access to pages_read_engagement, pages_read_user_content and pages_manage_engagement, and the "
    "verification of the business: until then comments come without writer and words, which is told once",
)
