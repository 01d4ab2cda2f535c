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
        return (Endpoint("/v2/Channels/Senders", ("GET",), self.senders), *super().endpoints())

    def senders(self, call: PlatformCall) -> Answer:
        """List the senders of whoever asks with a key of theirs."""
        found = [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]
        if call.headers.get("authorization") not in {key for each in found for key in self.keys_of(each)}:
            return Answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        listed = [
            {
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

    def beside(self, account: AccountConfig, person: Person) -> dict[str, str]:
        """Name the customer as WhatsApp does."""
        number = person.ids[f"{self.name}:{account.account_id}"]
        return {"ProfileName": person.name, "WaId": number, "MessageType": "text"}

    def failure(self, account: AccountConfig, person: Person) -> str:
        """Return the code of an answer that is outside the day's window."""
        return "" if self.world.window_open(self.world.thread(account, person)) else "63016"
