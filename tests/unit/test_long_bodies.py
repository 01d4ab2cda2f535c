"""Bodies with more in them than any platform sends: read in time that grows with their size, and with nothing else."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.model import posted

Item = dict[str, Any]
ITEMS = 20_000
BAR = 30  # times what the standard library takes to read the body's JSON; 3 to 10 here, hundreds once it is quadratic


def page(items: list[Item]) -> Item:
    return {"object": "page", "entry": [{"id": "1", "messaging": items}]}


def phone(**value: Any) -> Item:
    value = {"metadata": {"phone_number_id": "1"}} | value
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}


def spoken(number: int, **message: Any) -> Item:
    said = {"mid": f"m_{number}", "text": "bonjour"} | message
    return {"sender": {"id": str(number + 5)}, "recipient": {"id": "1"}, "timestamp": 1795597200000, "message": said}


def written(number: int, **more: Any) -> Item:
    text = {"timestamp": "1795597200", "type": "text", "text": {"body": "bonjour"}}
    return {"from": f"336{number:08d}", "id": f"wamid.{number}"} | text | more


def direct(number: int) -> Item:
    made = {"target": {"recipient_id": "1"}, "sender_id": "5", "message_data": {"text": "bonjour"}}
    return {"type": "message_create", "id": str(number), "created_timestamp": "1795597200000", "message_create": made}


def contact(number: int) -> Item:
    return {"wa_id": f"336{number:08d}", "profile": {"name": "Zoé"}}


def many(make: Callable[[int], Item]) -> list[Item]:
    return list(map(make, range(ITEMS)))


BODIES: dict[str, tuple[str, Callable[[], Item]]] = {
    "messages of a page": ("messenger", lambda: page(many(spoken))),
    "attachments of one message": (
        "messenger",
        lambda: page([spoken(1, attachments=many(lambda n: {"type": "image", "payload": {"url": str(n)}}))]),
    ),
    "a text of a megabyte": ("messenger", lambda: page([spoken(1, text="é bonjour " * 100_000)])),
    "reactions": ("messenger", lambda: page(many(lambda n: spoken(n) | {"message": 0, "reaction": {"mid": str(n)}}))),
    "messages of a number": ("whatsapp", lambda: phone(messages=many(written))),
    "messages and their contacts": ("whatsapp", lambda: phone(messages=many(written), contacts=many(contact))),
    "cards of one message": (
        "whatsapp",
        lambda: phone(messages=[written(1, type="contacts", contacts=many(lambda n: {"phones": [{"phone": str(n)}]}))]),
    ),
    "direct messages": ("x", lambda: {"for_user_id": "1", "direct_message_events": many(direct), "users": {}}),
}


def cpu(act: Callable[[], object]) -> float:
    """Seconds of this thread, without looks through what thousands of other tests have left in memory."""
    gc.collect()
    gc.disable()
    try:
        began = time.thread_time()
        act()
        return time.thread_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize("name", BODIES)
def test_a_body_of_twenty_thousand_items_is_read_in_a_few_times_what_its_json_takes(name: str) -> None:
    channel, make = BODIES[name]
    body = json.dumps(make()).encode()
    events = REGISTRY[channel].parse(posted(body))

    assert len(events) in (1, ITEMS)
    assert cpu(lambda: REGISTRY[channel].parse(posted(body))) < BAR * cpu(lambda: json.loads(body)) + 0.02
