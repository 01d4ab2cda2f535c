"""
How a bot is connected.

Source: Telegram, "Bot API: setWebhook, getWebhookInfo, getMe", "Bots: BotFather, privacy mode", "Telegram Business".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ...consent import Half
from ...errors import SendError
from ...findings import Finding
from ...model import AccountId, Credentials, Millis
from ...ports import ConnectSteps, Http, Price, Secret, Subscription
from ...text import to_json
from .._json_values import Object, string
from . import calls

# All that is read. A list that leaves one out stays as it was, and the usual one lacks reactions.
EVENTS = (
    "message",
    "edited_message",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "callback_query",
    "message_reaction",
    "my_chat_member",
)
_NOT_USUAL = frozenset({"message_reaction"})
_FAILED = re.compile(r"\b[1-5][0-9]{2}\b")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def subscription(http: Http, credentials: Credentials, account_id: AccountId) -> Subscription:  # noqa: ARG001 - the port's
    """
    Ask where the bot's updates go, which of them, and what became of the last one that could not be brought.

    https://core.telegram.org/bots/api#getwebhookinfo
    """
    told = calls.result(calls.post(http, credentials, "getWebhookInfo", {}, timeout_s=3.0))
    url, listed = string(told.get("url")), told.get("allowed_updates")
    sent = listed if type(listed) is list and listed else [each for each in EVENTS if each not in _NOT_USUAL]
    missing = tuple(each for each in EVENTS if each not in sent)
    return Subscription((url,) if url else (), missing, _trouble(told))


def health(http: Http, credentials: Credentials, _: AccountId, __: Millis) -> Iterator[Finding]:
    """
    Say that the token lasts, and whether the bot hears in its groups what is not said to it.

    https://core.telegram.org/bots/features#privacy-mode
    """
    told = calls.result(calls.post(http, credentials, "getMe", {}, timeout_s=3.0))
    yield Finding("expiry", well=True, seen="never")
    hears_all = told.get("can_read_all_group_messages") is True
    seen = "off: it is brought all that is said in its groups" if hears_all else "on"
    yield Finding("privacy mode", not hears_all, seen, "@BotFather → /setprivacy → the bot → Enable")


def subscribe(http: Http, credentials: Credentials, _: AccountId) -> tuple[Half, ...]:
    """
    Have the bot's updates sent to us. It has one address: one that leads elsewhere may be another stage's, and stays.

    https://core.telegram.org/bots/api#setwebhook
    """
    what = "the bot's webhook"
    try:
        if not credentials.webhook_url or not credentials.app_secrets:
            return (Half(what, "there is no address or no secret to give: deploy the stage, and connect it again"),)
        if not _SECRET.fullmatch(credentials.app_secrets[0]):
            return (Half(what, "its secret may be 1 to 256 of A-Z, a-z, 0-9, _ and -: connect it again with another"),)
        if _leads_elsewhere(_webhook(http, credentials), credentials.webhook_url):
            return (Half(what, "it leads elsewhere, and was left as it is: call deleteWebhook of the bot first"),)
        asked: Object = {
            "url": credentials.webhook_url,
            "secret_token": credentials.app_secrets[0],
            "max_connections": 100,
            "allowed_updates": [*EVENTS],
        }
        calls.taken(calls.post(http, credentials, "setWebhook", asked))
    except SendError as error:
        return (Half(what, str(error)),)
    return (Half(what),)


def leave(http: Http, credentials: Credentials, _: AccountId) -> tuple[Half, ...]:
    """
    Have the bot's updates sent nowhere, unless they are sent somewhere else by now; say how its token ends.

    https://core.telegram.org/bots/api#deletewebhook
    """
    what, token = "the bot's webhook is gone", Half("the token is void", "only you can end it: @BotFather → /revoke")
    try:
        if not _leads_elsewhere(_webhook(http, credentials), credentials.webhook_url):
            calls.taken(calls.post(http, credentials, "deleteWebhook", {}))
    except SendError as error:
        return Half(what, str(error)), token
    return Half(what), token


def _webhook(http: Http, credentials: Credentials) -> str:
    return string(calls.result(calls.post(http, credentials, "getWebhookInfo", {}, timeout_s=3.0)).get("url"))


def _leads_elsewhere(url: str, ours: str) -> bool:
    """Whether an address is none of this account's: its path holds the account's key, whatever the stage is called."""
    return bool(url) and urlsplit(url).path != urlsplit(ours).path


def _trouble(told: Object) -> str:
    """
    Say that updates wait, and why the last could not be brought; "" where none waits.

    Telegram keeps the last error for good: it is told only while something waits. Its text may name an address, so only
    a status is taken out of it.
    """
    waiting, at = told.get("pending_update_count"), told.get("last_error_date")
    if type(waiting) is not int or type(at) is not int or waiting < 1 or not 0 < at < 10**10:
        return ""
    found = _FAILED.search(string(told.get("last_error_message")))
    why = f"HTTP {found[0]}" if found else "no answer"
    return f"{waiting} wait; the last try ended with {why} on {datetime.fromtimestamp(at, UTC):%Y-%m-%d at %H:%M} UTC"


CONNECTING = ConnectSteps(
    hosts=(calls.HOST,),
    account="the bot's number, which stands before the colon of its token",
    secrets=(
        Secret(
            "current",
            "a text of your own making (1 to 256 of A-Z, a-z, 0-9, _ and -; `openssl rand -hex 32`), which Telegram is "
            "told as secret_token; one for each bot",
            also=("secret_token", "webhook_secret", "secret"),
            of_app=True,
        ),
        Secret("token", "the bot's token: @BotFather → /newbot, or /mybots → the bot → API Token", also=("bot_token",)),
    ),
    asks="Telegram, with the bot's token: getMe must be this bot",
    price=Price(
        0, 0, 0, "Telegram bills no message of a bot's; 30 a second are free, more (paid broadcasts) is not used"
    ),
    steps=(
        (
            "By `guichet account connect`, or by hand: setWebhook of the bot with url {webhook}, secret_token (the "
            f"text of your own making), max_connections 100 and allowed_updates {to_json(EVENTS)}: all of it each "
            "time, since a list that is left out stays as it was"
        ),
        "@BotFather → /setprivacy → Enable (the usual): in groups the bot then hears only what is said to it",
        (
            "For a business's own account: @BotFather → /mybots → the bot → Bot Settings → Business Mode → Enable; "
            "then, in that account, Settings → Telegram Business → Chatbots → the bot's name, with the right to answer"
        ),
    ),
    probe=("application/json", b'{"update_id":0}'),
    subscription=subscription,
    health=health,
    subscribe=subscribe,
    leave=leave,
)
