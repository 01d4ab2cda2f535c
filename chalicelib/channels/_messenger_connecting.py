"""
How a Facebook page is connected.

Source: Meta, "Messenger Platform: webhooks", "Access tokens", "App review: pages_messaging".
"""

from __future__ import annotations

from dataclasses import replace

from ..consent import Consent, Grant, Half, Offer
from ..model import AccountId, Credentials
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from . import _meta, _meta_consent, _meta_pages

EVENTS = (
    "messages",
    "messaging_postbacks",
    "messaging_referrals",  # who comes by an m.me link that leads on
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_handovers",
    "standby",
)


SCOPES = ("pages_show_list", "pages_manage_metadata", "pages_read_engagement", "pages_messaging")


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """Ask both halves: the app's webhook for pages, and whether this page sends the app its messages."""
    return _meta_pages.subscription(http, credentials, account_id, EVENTS)


def _accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:
    """Return the pages of the person who consented."""
    person = replace(credentials, token=grant["token"])
    return _meta_pages.pages(http, person, "MESSAGING"), _meta_consent.missing(http, person, SCOPES)


def _subscribe(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Set both halves: without the page's, nothing comes and all looks well."""
    return (
        _meta_consent.set_hook(http, credentials, "page", EVENTS),
        _meta_pages.set_page(http, credentials, account_id, EVENTS),
    )


def _leave(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Take the page's half back; the app's serves other pages."""
    return _meta_pages.leave(http, credentials, account_id, EVENTS)


CONNECTING = ConnectSteps(
    hosts=_meta.HOSTS,
    account="the page's id: the page → About → Page transparency",
    secrets=(
        *_meta.APP_SECRETS,
        Secret(
            "token",
            "the page's access token, of a system user (Business settings → Users → System users), so that it does "
            f"not expire; it may {', '.join(SCOPES)}",
            also=("access_token", "page_token", "page_access_token"),
        ),
    ),
    probe=("application/json", b'{"object":"page","entry":[]}'),
    app_check=_meta.check_app,
    subscription=subscription,
    health=lambda http, credentials, _, now: _meta_consent.health(http, credentials, SCOPES, now),
    consent=Consent(
        scopes=SCOPES,
        asks=("current", "verify_token", "app_id"),
        begin=lambda _, credentials, asking: _meta_consent.asked(credentials, asking, SCOPES),
        exchange=_meta_consent.exchange,
        accounts=_accounts,
    ),
    subscribe=_subscribe,
    leave=_leave,
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
