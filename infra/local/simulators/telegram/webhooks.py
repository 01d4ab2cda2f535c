"""
How Telegram words its answers, and where a bot's updates go.

Source: Telegram, "Bot API: Making requests, setWebhook, getWebhookInfo".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..config import AccountConfig
from ..router import Answer

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
ALLOWED = (
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
USUAL = {
    400: "Bad Request: message text is empty",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def error(status: int, description: str, **parameters: Any) -> Answer:
    """Return an error as Telegram words it."""
    told: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, told | ({"parameters": parameters} if parameters else {}))


def done(result: Any) -> Answer:
    """Return a result as Telegram does."""
    return Answer(200, {"ok": True, "result": result})


class Webhooks:
    """Where each bot's updates go, and with which secret: at first as the configuration says."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[str, str]] = {}

    def of(self, account: AccountConfig) -> tuple[str, str]:
        """Return a bot's address and secret."""
        return self._set.get(account.account_id, (account.webhook_url, account.secret))

    def told(self, account: AccountConfig, _: Mapping[str, Any]) -> Answer:
        """Say where updates go."""
        told = {"url": self.of(account)[0], "has_custom_certificate": False, "pending_update_count": 0}
        return done(told | {"max_connections": 100, "allowed_updates": [*ALLOWED]})

    def set(self, account: AccountConfig, fields: Mapping[str, Any]) -> Answer:
        """Send updates there from now on."""
        url, secret = str(fields.get("url") or ""), str(fields.get("secret_token") or "")
        if not url.startswith(("https://", "http://127.0.0.1")):
            return error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not SECRET.fullmatch(secret):
            return error(400, "Bad Request: secret token contains unallowed characters")
        self._set[account.account_id] = (url, secret)
        return done(result=True)

    def delete(self, account: AccountConfig, _: Mapping[str, Any]) -> Answer:
        """Send updates nowhere."""
        self._set[account.account_id] = ("", "")
        return done(result=True)
