"""The channels that Guichet speaks, by name: a new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from ..ports import Channel
from .email.channel import Email
from .facebook import Facebook
from .instagram.channel import Instagram
from .messenger import Messenger
from .telegram.channel import Telegram
from .twilio.sms import Sms
from .twilio.whatsapp import WhatsAppByTwilio
from .webchat.channel import WebChat
from .whatsapp import WhatsApp
from .x import X

REGISTRY: Mapping[str, type[Channel]] = {
    kind.traits.name: kind
    for kind in (Messenger, WhatsApp, X, Instagram, Sms, WhatsAppByTwilio, Facebook, Telegram, Email, WebChat)
}
