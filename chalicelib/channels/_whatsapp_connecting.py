"""
How a phone number of the WhatsApp Cloud API is connected.

Source: Meta, "Cloud API: get started", "Set up webhooks", "Business management API: subscribe to a WABA".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from ..consent import Choice, Consent, Grant, Half, Offer
from ..errors import SendError
from ..findings import Finding
from ..model import AccountId, Credentials, Millis
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from . import _meta, _meta_consent
from ._json_values import child, objects, string

SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
EVENTS = ("messages", "smb_message_echoes", "user_preferences")


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """
    Ask where the number's events go: its own address before the WhatsApp account's, and the app's last.

    https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks/override
    """
    url = f"{_meta.GRAPH}/{quote(account_id, safe='')}?fields=webhook_configuration"
    told = child(_meta.accepted(_meta.get(http, credentials, url), {}), "webhook_configuration")
    found = [string(told.get(name)) for name in ("phone_number", "whatsapp_business_account", "application")]
    return Subscription(tuple(each for each in found if each)[:1])


def _accounts(http: Http, credentials: Credentials, grant: Grant) -> Offer:
    """
    Return the numbers of the WhatsApp accounts that were chosen on Meta's page.

    https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/phone_numbers
    """
    person = replace(credentials, token=grant["token"])
    chosen = objects(_meta_consent.looked_at(http, person).get("granular_scopes"))
    ids = [
        string(each) for scope in chosen if scope.get("scope") == SCOPES[0] for each in scope.get("target_ids") or ()
    ]
    found = []
    for waba in dict.fromkeys(ids):
        edge = f"{quote(waba, safe='')}/phone_numbers"
        for number in _meta_consent.listed(http, person, edge, "id,display_phone_number,verified_name"):
            name = f"{string(number.get('verified_name'))} {string(number.get('display_phone_number'))}".strip()
            held = {"token": person.token, "waba": waba}
            found.append(Choice(account_id=string(number.get("id")), name=name, held=held))
    return tuple(found), _meta_consent.missing(http, person, SCOPES)


def _subscribe(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Set the app's half, the WhatsApp account's, and this number's own address."""
    return (
        _meta_consent.set_hook(http, credentials, "whatsapp_business_account", EVENTS),
        _of_waba(http, credentials),
        _number(http, credentials, account_id, credentials.webhook_url),
    )


def _health(http: Http, credentials: Credentials, account_id: AccountId, now: Millis) -> Iterator[Finding]:
    """
    Say how long the token lasts, how customers rate the number, and how many people a day it may begin to write to.

    https://developers.facebook.com/docs/whatsapp/messaging-limits
    """
    with suppress(SendError):
        yield from _meta_consent.health(http, credentials, SCOPES, now)
    told = _number_says(http, credentials, account_id, "quality_rating")
    if told:
        advice = "customers block or report it: say less, and only what was asked; Meta lowers its limit next"
        yield Finding("quality", told != "RED", told, advice)
    if told := _number_says(http, credentials, account_id, "messaging_limit_tier"):
        yield Finding("limit", told not in ("TIER_NOT_SET", "TIER_0"), told, "verify the business at Meta")


def _number_says(http: Http, credentials: Credentials, account_id: AccountId, field: str) -> str:
    url = f"{_meta.GRAPH}/{quote(account_id, safe='')}?fields={field}"
    try:
        return string(_meta.accepted(_meta.get(http, credentials, url), {}).get(field))
    except SendError:
        return ""


def _of_waba(http: Http, credentials: Credentials) -> Half:
    """
    Subscribe the app to the WhatsApp account.

    https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/subscribed_apps
    """
    what, waba = "the WhatsApp account sends the app its events", credentials.extra.get("waba", "")
    if not waba:
        return Half(what, "its id is not known: give `waba`, or do step 2 by hand")
    try:
        url = f"{_meta.GRAPH}/{quote(waba, safe='')}/subscribed_apps"
        _meta.accepted(_meta.post(http, credentials, url, {}), {})
    except SendError as error:
        return Half(what, str(error))
    return Half(what)


def _number(http: Http, credentials: Credentials, account_id: AccountId, webhook: str) -> Half:
    """
    Give the number an address of its own, "" for that of its WhatsApp account or app.

    https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks/override
    """
    what = "the number's events come to its own address" if webhook else "the number has no address of ours any more"
    told = {"override_callback_uri": webhook} | ({"verify_token": credentials.verify_token} if webhook else {})
    try:
        url = f"{_meta.GRAPH}/{quote(account_id, safe='')}"
        _meta.accepted(_meta.post(http, credentials, url, {"webhook_configuration": told}), {})
    except SendError as error:
        return Half(what, str(error))
    return Half(what)


def _leave(http: Http, credentials: Credentials, account_id: AccountId) -> tuple[Half, ...]:
    """Take the number's own address back; the WhatsApp account's half may serve other numbers."""
    token = Half("the token is void", "Meta ends it only with its user: Business settings → Users → System users")
    return _number(http, credentials, account_id, ""), token


CONNECTING = ConnectSteps(
    hosts=(*_meta.HOSTS, "lookaside.fbsbx.com"),  # where files lie: it asks for the token
    account="the phone number's id (not the number): App dashboard → WhatsApp → API setup",
    secrets=(
        *_meta.APP_SECRETS,
        Secret(
            "token",
            "the access token of a system user who has the WhatsApp account (Business settings → Users → System "
            f"users); it may {' and '.join(SCOPES)}",
            also=("access_token", "system_user_token"),
        ),
        Secret("waba", "the WhatsApp account's id, beside the number's", also=("waba_id",), needed=False),
    ),
    probe=("application/json", b'{"object":"whatsapp_business_account","entry":[]}'),
    app_check=_meta.check_app,
    subscription=subscription,
    health=_health,
    consent=Consent(
        scopes=SCOPES,
        asks=("current", "verify_token", "app_id"),
        begin=lambda _, credentials, asking: _meta_consent.asked(credentials, asking, SCOPES),
        exchange=_meta_consent.exchange,
        accounts=_accounts,
    ),
    subscribe=_subscribe,
    leave=_leave,
    asks="Meta, with the token: GET /{phone number id} must be this number",
    price=Price(  # of November 2026, 1 EUR = 1.16 USD
        0,
        0.0288,
        1_000,
        "since October 2026 an answer in the 24 h window costs the country's utility rate, and a thousand a number and "
        "month are free: told by vendors, not read at Meta; 0.0248 EUR is France's rate of 2025",
    ),
    steps=(
        "App dashboard → WhatsApp → Configuration: callback URL {webhook}, the verify token, and the fields "
        + ", ".join(EVENTS),
        "Subscribe the app to the WhatsApp account, once: POST /{WhatsApp account id}/subscribed_apps with the token",
    ),
    review="the verification of the business and the number's display name; a means of payment must be there before "
    "the first template",
)
