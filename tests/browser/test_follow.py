"""The page reads the links that lead on, as the channels themselves write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.move_port import Way

pytestmark = pytest.mark.browser

READ = """async (text) => {
    const { world, here } = await import('/js/state.js');
    const { leads } = await import('/js/follow.js');
    world.brands.find((one) => one.brand === here.brand).channels = [...world.channels.keys()];
    return leads(text);
}"""
TOKEN, WORDS = "abcd1234efgh5678", "Bonjour, je continue ici\u202f:"


@pytest.mark.parametrize(
    ("channel", "place", "brings"),
    [
        ("whatsapp", "+33 1 86 76 00 21", "text"),
        ("messenger", "maisonlune", "ref"),
        ("telegram", "maisonlune_bot", "ref"),
        ("x", "17400000", "text"),
        ("email", "aide@maison-lune.example", "text"),
        ("sms", "+33 7 57 59 00 41", "text"),
        ("webchat", "https://shop.example/aide", "hash"),
    ],
)
def test_a_link_that_leads_on_is_read_as_its_channel_writes_it(
    visit: Callable[..., Any], channel: str, place: str, brings: str
) -> None:
    way_in = REGISTRY[channel].traits.way_in
    assert way_in is not None
    link = Way(channel, "", way_in, place).link(TOKEN, WORDS)
    found = visit().evaluate(READ, f"Continuez sur {channel} :\n{link}\nÀ tout de suite.")
    said = {"text": f"{WORDS} {TOKEN}", "ref": TOKEN, "hash": f"#guichet={TOKEN}"}

    assert found == {"text": "", "ref": "", "hash": ""} | {"channel": channel, brings: said[brings]}


@pytest.mark.parametrize("text", ["https://maison-lune.example/compte", "https://m.me.evil.example/x?ref=abcd", "m.me"])
def test_any_other_link_leads_nowhere(visit: Callable[..., Any], text: str) -> None:
    assert visit().evaluate(READ, text) is None
