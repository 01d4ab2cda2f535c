"""
How a page's comments are connected.

Source: Meta, "Webhooks: Pages", "Permissions", "App review: pages_manage_engagement, pages_read_user_content".
"""

from __future__ import annotations

from ...model import AccountId, Credentials
from ...ports import ConnectSteps, Http, Price, Secret, Subscription
from .. import _meta, _meta_pages

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
