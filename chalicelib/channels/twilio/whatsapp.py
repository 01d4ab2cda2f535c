"""WhatsApp by Twilio: what is other than with text messages. WhatsApp by Meta itself is another channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ...errors import Refused
from ...model import AccountId
from ...move_port import WayIn
from ...ports import ConnectSteps, Surface, Traits
from ...template_port import TemplatePage
from .._json_values import child, objects, string
from .._whatsapp_templates import LIMIT, PRICES, of_twilio
from . import calls
from .account import FILE_HOSTS, NOTHING, SETTLES_MS, TwilioSender

NAME = "whatsapp_twilio"
WINDOW_MS = 24 * 3600 * 1000  # then a template is needed: an answer is held until the customer writes
_OWN = 0.005  # USD that Twilio takes for each message, from memory


def _with_ours(prices: Mapping[str, float]) -> dict[str, float]:
    return {category: round(price + _OWN, 6) for category, price in prices.items()}


TRAITS = Traits(
    name=NAME,
    title="WhatsApp (Twilio)",
    phones=True,
    way_in=WayIn("https://wa.me/{digits}?text={words}", ("whatsapp",), "WhatsApp"),
    proves="phone",
    private=Surface(
        listed=True,
        limit=1600,
        unit="chars",
        window_ms=WINDOW_MS,
        proof="list",
        prove_after_ms=SETTLES_MS,
        template_limit=LIMIT,
    ),
    public=None,
    echoes_own=False,
    lists=True,
    clock_ms=1_000,  # of its lists
    failures={str(code): kind.__name__ for code, kind in calls.ERRORS.items()},
    accepted=NOTHING,
    file_hosts=FILE_HOSTS,
    template_prices={begins: _with_ours(prices) for begins, prices in PRICES.items()},
)


class WhatsAppByTwilio(TwilioSender):
    """`Channel` for one WhatsApp sender."""

    traits: ClassVar[Traits] = TRAITS
    prefix: ClassVar[str] = "whatsapp:"

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import WHATSAPP  # noqa: PLC0415 - no function connects an account

        return WHATSAPP

    def called(self, account_id: AccountId) -> str:
        """
        Return the sender's name on WhatsApp.

        https://www.twilio.com/docs/whatsapp/api/senders
        """
        own = calls.sender(self._http, self._credentials, self._number(account_id))
        if own is None:
            raise Refused("another_account")
        return string(child(own, "profile").get("name"))

    def templates(self, account_id: AccountId, page: str = "") -> TemplatePage:  # noqa: ARG002 - they are the Twilio account's
        """
        Return a page of the Twilio account's templates.

        https://www.twilio.com/docs/content/content-api-resources
        """
        found = calls.contents(self._http, self._credentials, page)
        if type(found.get("contents")) is not list:
            raise Refused("no_list")
        following = string(child(found, "meta").get("next_page_url"))
        return TemplatePage([of_twilio(one) for one in objects(found["contents"])], following)
