"""
How a number is connected: for text messages, and for WhatsApp by Twilio.

Source: Twilio, "Messaging webhooks", "API keys", "Webhooks: connection overrides", "WhatsApp senders".
"""

from __future__ import annotations

from dataclasses import replace

from ...errors import Refused
from ...model import Credentials
from ...ports import ConnectSteps, Http, Price, Secret
from . import calls, webhooks
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


SMS = ConnectSteps(
    hosts=calls.HOSTS,
    account=_NUMBER,
    secrets=_SECRETS,
    app_check=_check_app,
    subscription=webhooks.subscription(webhooks.of_number),
    subscribe=webhooks.subscribe(webhooks.of_number),
    leave=webhooks.leave(webhooks.of_number),
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
    subscription=webhooks.subscription(webhooks.of_sender),
    subscribe=webhooks.subscribe(webhooks.of_sender),
    leave=webhooks.leave(webhooks.of_sender),
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
