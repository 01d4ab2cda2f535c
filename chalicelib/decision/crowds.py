"""
A cap on the automatic messages to all people of one mail domain a day: a crowd of addresses is somebody's, not people.

A sender is proved for a whole domain at once, so whoever has one can write as thousands, each within their own limit.
Providers, where everybody has an address, take many more. Over the cap a person answers. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from ..store import keys
from .input import DecisionInput
from .rollout import Free, cap_day

PROVIDERS_TIMES = 50  # as many as for another domain
_PROVIDERS = """
gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk hotmail.it hotmail.es live.com
live.fr msn.com yahoo.com yahoo.fr yahoo.co.uk yahoo.de yahoo.it yahoo.es ymail.com icloud.com me.com mac.com
aol.com aol.fr orange.fr wanadoo.fr free.fr sfr.fr neuf.fr 9online.fr cegetel.net club-internet.fr laposte.net
bbox.fr numericable.fr aliceadsl.fr proton.me protonmail.com pm.me gmx.fr gmx.com gmx.de gmx.net web.de t-online.de
freenet.de mail.com zoho.com fastmail.com hey.com libero.it virgilio.it tiscali.it skynet.be telenet.be proximus.be
bluewin.ch btinternet.com sky.com virginmedia.com comcast.net verizon.net att.net
"""
PROVIDERS = frozenset(_PROVIDERS.split())


def with_place(inputs: DecisionInput, free: Free) -> DecisionInput:
    """
    Return the input with the place of the domain's cap that an automatic message would take, or marked as crowded.

    One small read, only on channels that have such a cap, and for senders who are proved.
    """
    most = inputs.surface.bot_a_domain if inputs.surface is not None else 0
    domain = organisation(inputs.last.address.person_id)
    if not most or not domain or inputs.unproved:
        return inputs
    subject = f"domain:{keys.digest('domain', domain, length=16)}"
    found = free(
        subject, cap_day(inputs.playbook.hours, inputs.now), most * (PROVIDERS_TIMES if domain in PROVIDERS else 1)
    )
    return replace(inputs, place=found, crowded=found is None)


def organisation(person_id: str) -> str:
    """Return the domain that one owner has, of a mail address: without what stands before it; "" for no address."""
    labels = person_id.rpartition("@")[2].lower().split(".") if "@" in person_id else []
    if len(labels) < 2:
        return ""
    short = len(labels[-1]) == 2 and len(labels[-2]) <= 3 and len(labels) > 2  # co.uk, com.fr
    return ".".join(labels[-3:] if short else labels[-2:])
