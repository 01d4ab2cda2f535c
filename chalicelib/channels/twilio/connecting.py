"""
How a number is connected: for text messages, and for WhatsApp by Twilio.

Source: Twilio, "Messaging webhooks", "API keys", "Webhooks: connection overrides", "WhatsApp senders".
"""

from __future__ import annotations

from dataclasses import replace

from ...errors import Refused
from ...model import AccountId, Credentials
from ...ports import ConnectSteps, Http, Price, Secret, Subscription
from .._json_values import child, objects, string
from . import calls
from .account import RETRIES

_SECRETS = (
    Secret(
        "current",
        "Auth token: console.twilio.com → Account info; it signs webhooks",
        also=("auth_token", "app_secret", "secret"),
        of_app=True,
    ),
    Secret("account_sid", "Account SID (AC…), on the same page", also=("sid",)),
    Secret(
        "key_sid",
        "SID of an API key (SK…): Account → API keys; without it the token is the auth token",
        also=("api_key_sid",),
        needed=False,
    ),
    Secret("token", "that key's secret, shown once; else the auth token", also=("api_key_secret", "access_token")),
    Secret(
        "service",
        "SID of a messaging service (MG…), where that chooses the number",
        also=("messaging_service_sid",),
        needed=False,
    ),
)
# The status of no row, before any that says something.
_PROBE = ("application/x-www-form-urlencoded", b"MessageSid=SM00000000000000000000000000000000&MessageStatus=queued")
_NUMBER = "the number in the international form, without its plus: 33757591200"


def _check_app(http: Http, credentials: Credentials) -> None:
    """Ask for one number with the auth token itself, which signs webhooks; the API key is another secret."""
    sid = credentials.extra.get("account_sid", "")
    if not sid:
        raise Refused("no_keys")  # nobody was asked: that is no refusal of the secret
    own = replace(credentials, token=next(iter(credentials.app_secrets), ""), extra={"account_sid": sid})
    calls.accepted(calls.get(http, own, "/IncomingPhoneNumbers.json", {"PageSize": "1"}))


def _of_number(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """
    Ask the number, or the messaging service that answers for it.

    https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource and …/messaging/api/service-resource
    """
    service = credentials.extra.get("service", "")
    told = calls.accepted(calls.service(http, credentials, service)) if service else {}
    if service and told.get("use_inbound_webhook_on_number") is not True:
        return _sent_to(told.get("inbound_request_url"))
    asked = {"PhoneNumber": f"+{account_id}"}
    found = objects(
        calls.accepted(calls.get(http, credentials, "/IncomingPhoneNumbers.json", asked)).get("incoming_phone_numbers")
    )
    return _sent_to(found[0].get("sms_url") if found else "")


def _of_sender(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:
    """
    Ask the WhatsApp sender.

    https://www.twilio.com/docs/whatsapp/api/senders
    """
    own = calls.sender(http, credentials, f"whatsapp:+{account_id}")
    return _sent_to(child(own, "webhook").get("callback_url") if own else "")


def _sent_to(url: object) -> Subscription:
    return Subscription(tuple(filter(None, (string(url),))))


SMS = ConnectSteps(
    hosts=calls.HOSTS,
    account=_NUMBER,
    secrets=_SECRETS,
    app_check=_check_app,
    subscription=_of_number,
    asks="Twilio: the number must be among those of the Twilio account",
    price=Price(  # of November 2026
        0.0075,
        2 * 0.08,
        0,
        "Twilio bills each segment, here two a message of ours (one with a cedilla holds 67 characters in each); "
        "0.08 to a French mobile and 0.0075 for what comes in are from memory, not read",
        units=2,
    ),
    steps=(
        (
            "Phone Numbers → Manage → Active numbers → the number → Messaging → A message comes in: Webhook, HTTP "
            "POST, {webhook} with all that stands behind the #: Twilio repeats no webhook unless it is asked to"
        ),
        "With a messaging service that answers for its numbers: the same address under Integration → Send a webhook",
    ),
    review="the regulatory bundle of the number's country",
    suffix=RETRIES,
    probe=_PROBE,
)
WHATSAPP = ConnectSteps(
    hosts=calls.HOSTS,
    account=_NUMBER,
    secrets=_SECRETS,
    app_check=_check_app,
    subscription=_of_sender,
    asks="Twilio: the number must be among the WhatsApp senders of the Twilio account",
    price=Price(  # of November 2026
        0.005,
        0.005 + 0.0288,
        0,
        "what Meta takes (see whatsapp; its free thousand is left out), and 0.005 to Twilio a message, both ways: from "
        "memory, not read",
    ),
    steps=(
        (
            "Messaging → Senders → WhatsApp senders → the sender → Webhook URL for incoming messages: {webhook} with "
            "all that stands behind the #, HTTP POST"
        ),
    ),
    review="the sender's registration and display name, which Meta decides on",
    suffix=RETRIES,
    probe=_PROBE,
)
