"""
How a number is connected: for text messages, and for WhatsApp by Twilio.

Source: Twilio, "Messaging webhooks", "API keys", "Webhooks: connection overrides", "WhatsApp senders".
"""

from __future__ import annotations

from ...ports import ConnectSteps, Secret
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
SMS = ConnectSteps(
    account=_NUMBER,
    secrets=_SECRETS,
    asks="Twilio: the number must be among those of the Twilio account",
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
    account=_NUMBER,
    secrets=_SECRETS,
    asks="Twilio: the number must be among the WhatsApp senders of the Twilio account",
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
