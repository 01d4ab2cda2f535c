"""Text messages by Twilio: STOP and START are heeded, and answered, by Twilio itself."""

from __future__ import annotations

from typing import ClassVar

from infra.local.played import Played

from ..config import AccountConfig
from ..world import Person
from .api import TwilioApi, played

STOPS = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"})
STARTS = frozenset({"start", "unstop", "yes"})
STOPPED = "You have successfully been unsubscribed. You will not receive any more messages from this number."
STARTED = "You have successfully been re-subscribed to messages from this number."


class Sms(TwilioApi):
    """The SMS side of the world."""

    name = "sms"
    played: ClassVar[Played] = played("33757590041", "33757590042", title="SMS", tab=3)

    def after_write(self, account: AccountConfig, person: Person, text: str) -> None:
        """Block or unblock the number, and say so."""
        pair, word = (account.account_id, person.ids[f"{self.name}:{account.account_id}"]), text.strip().lower()
        if word in STOPS:
            self.opted_out.add(pair)
            self._store(account, person, STOPPED, "", native=True)
        elif word in STARTS and pair in self.opted_out:
            self.opted_out.discard(pair)
            self._store(account, person, STARTED, "", native=True)
