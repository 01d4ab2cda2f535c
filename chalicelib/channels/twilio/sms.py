"""Text messages (SMS, and MMS that come in) by Twilio, from one number or one messaging service."""

from __future__ import annotations

from typing import ClassVar

from ...move_port import WayIn
from ...ports import ConnectSteps, Surface, Traits
from .account import FILE_HOSTS, NOTHING, SETTLES_MS, TwilioSender
from .calls import ERRORS

NAME = "sms"
# More is another message: each segment is billed, and networks join few of them well.
SEGMENTS = 3
TEXT_SEGMENTS = 10  # 670 characters with a cedilla in them: what nobody should get as text messages is refused
TRAITS = Traits(
    name=NAME,
    title="SMS",
    phones=True,
    way_in=WayIn("sms:+{digits}?body={words}", ("texto", "text message"), on={"fr": "par SMS", "en": "by SMS"}),
    private=Surface(
        listed=True, limit=SEGMENTS, unit="segments", proof="list", prove_after_ms=SETTLES_MS, text_limit=TEXT_SEGMENTS
    ),
    public=None,
    echoes_own=False,
    lists=True,
    clock_ms=1_000,  # of its lists
    failures={str(code): kind.__name__ for code, kind in ERRORS.items()},
    accepted=NOTHING,
    file_hosts=FILE_HOSTS,
)


class Sms(TwilioSender):
    """`Channel` for one number."""

    traits: ClassVar[Traits] = TRAITS
    keywords: ClassVar[bool] = True

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import SMS  # noqa: PLC0415 - no function connects an account

        return SMS
