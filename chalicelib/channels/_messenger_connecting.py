"""
How a Facebook page is connected.

Source: Meta, "Messenger Platform: webhooks", "Access tokens", "App review: pages_messaging".
"""

from __future__ import annotations

from ..model import AccountId, Credentials
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from . import _meta, _meta_pages

EVENTS = (
    "messages",
    "messaging_postbacks",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_handovers",
    "standby",
)


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """Ask both halves: the app's webhook for pages, and whether this page sends the app its messages."""
    return _meta_pages.subscription(http, credentials, account_id, EVENTS)


CONNECTING = ConnectSteps(
    hosts=_meta.HOSTS,
    account="the page's id: the page → About → Page transparency",
    secrets=(
        *_meta.APP_SECRETS,
        Secret(
            "token",
            "the page's access token, of a system user (Business settings → Users → System users), so that it does "
            "not expire; it may pages_messaging, pages_manage_metadata and pages_read_engagement",
            also=("access_token", "page_token", "page_access_token"),
        ),
    ),
    probe=("application/json", b'{"object":"page","entry":[]}'),
    app_check=_meta.check_app,
    subscription=subscription,
    asks="Meta, with the page's token: GET /me must be this page",
    price=Price(0, 0, 0, "Meta bills no message of a page's answer window"),
    steps=(
        "App dashboard → Webhooks → Page: callback URL {webhook}, the verify token, and the fields "
        + ", ".join(EVENTS),
        (
            "App dashboard → Messenger → Settings → Webhooks: add the page, with the same fields; without this half "
            "nothing comes"
        ),
    ),
    review="Advanced Access to pages_messaging and the verification of the business: until then only people with a "
    "role in the app are heard. Human Agent, for answers after 24 hours, is asked for beside it",
)
