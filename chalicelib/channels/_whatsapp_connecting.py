"""
How a phone number of the WhatsApp Cloud API is connected.

Source: Meta, "Cloud API: get started", "Set up webhooks", "Business management API: subscribe to a WABA".
"""

from __future__ import annotations

from urllib.parse import quote

from ..model import AccountId, Credentials
from ..ports import ConnectSteps, Http, Price, Secret, Subscription
from . import _meta
from ._json_values import child, string

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


CONNECTING = ConnectSteps(
    hosts=(*_meta.HOSTS, "lookaside.fbsbx.com"),  # where files lie: it asks for the token
    account="the phone number's id (not the number): App dashboard → WhatsApp → API setup",
    secrets=(
        *_meta.APP_SECRETS,
        Secret(
            "token",
            "the access token of a system user who has the WhatsApp account (Business settings → Users → System "
            "users); it may whatsapp_business_messaging and whatsapp_business_management",
            also=("access_token", "system_user_token"),
        ),
    ),
    probe=("application/json", b'{"object":"whatsapp_business_account","entry":[]}'),
    app_check=_meta.check_app,
    subscription=subscription,
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
