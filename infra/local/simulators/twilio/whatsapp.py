"""WhatsApp by Twilio: the sender's name is asked of another API, and an answer after a day comes back as a status."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from infra.local.played import Played

from ..config import AccountConfig
from ..router import Answer, Endpoint, PlatformCall
from ..world import Person
from .api import TwilioApi, played


class WhatsAppByTwilio(TwilioApi):
    """The WhatsApp side of Twilio's world."""

    name = "whatsapp_twilio"
    played: ClassVar[Played] = played("33757590051", "33757590052", title="WhatsApp (Twilio)", tab=4)
    prefix = "whatsapp:"

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint("/v2/Channels/Senders", ("GET",), self.senders),
            Endpoint("/v2/Channels/Senders/{sender}", ("POST",), self.set_sender),
            *super().endpoints(),
        )

    def senders(self, call: PlatformCall) -> Answer:
        """List the senders of whoever asks with a key of theirs."""
        found = self._owned(call)
        if isinstance(found, Answer):
            return found
        listed = [
            {
                "sid": f"XE{each.account_id}",
                "sender_id": self.address(each.account_id),
                "profile": {"name": each.brand},
                "webhook": {"callback_url": each.webhook_url, "callback_method": "POST"},
            }
            for each in found
        ]
        size, page = int(call.query.get("PageSize") or 50), int(call.query.get("Page") or 0)
        more = {**call.query, "Page": page + 1, "PageToken": f"PS{page + 1}"}
        following = f"https://messaging.twilio.com{call.path}?{urlencode(more)}"
        there = len(listed) > (page + 1) * size
        shown = listed[page * size : (page + 1) * size]
        return Answer(200, {"senders": shown, "meta": {"next_page_url": following if there else None}})

    def _owned(self, call: PlatformCall) -> list[AccountConfig] | Answer:
        found = [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]
        if call.headers.get("authorization") not in {key for each in found for key in self.keys_of(each)}:
            return Answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        return found

    def set_sender(self, call: PlatformCall) -> Answer:
        """Send what comes to a sender to another address."""
        found = self._owned(call)
        if isinstance(found, Answer):
            return found
        account = next((each for each in found if call.params["sender"] == f"XE{each.account_id}"), None)
        hook = call.fields.get("webhook")
        if account is None or not isinstance(hook, dict):
            return Answer(404, {"code": 20404, "message": "The requested resource was not found", "status": 404})
        self.world.change_account(account, webhook_url=str(hook.get("callback_url") or ""))
        return Answer(202, {"sid": call.params["sender"], "webhook": hook})

    def beside(self, account: AccountConfig, person: Person) -> dict[str, str]:
        """Name the customer as WhatsApp does."""
        number = person.ids[f"{self.name}:{account.account_id}"]
        return {"ProfileName": person.name, "WaId": number, "MessageType": "text"}

    def failure(self, account: AccountConfig, person: Person) -> str:
        """Return the code of an answer that is outside the day's window."""
        return "" if self.world.window_open(self.world.thread(account, person)) else "63016"
