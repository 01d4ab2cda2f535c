"""Tokens of links: made alike, found again however they come, and taken out of what is kept."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.model import MOVED, BrandId, Echo, EventId, Message, Postback
from chalicelib.move_port import Way, WayIn, all_named, named
from chalicelib.move_tokens import UNSAID, found_in, hidden, mark_of, token_of, without
from chalicelib.stages.bounds import bounded

LUNE, NORD = BrandId("lune"), BrandId("nord")
TOKEN = token_of("s", LUNE, "seed", "whatsapp")
AT = address_of("whatsapp", "1001", "33600000001")


def test_one_offer_has_one_token_and_no_other_has_it() -> None:
    others = {
        token_of(secret, brand, seed, channel)
        for secret in "st"
        for brand in (LUNE, NORD)
        for seed in ("seed", "need")
        for channel in ("whatsapp", "sms")
    }

    assert token_of("s", LUNE, "seed", "whatsapp") == TOKEN
    assert len(others) == 16
    assert TOKEN in others


@given(st.text(max_size=60).filter(lambda text: not found_in(text)), st.text(max_size=60).map(lambda text: f" {text}"))
def test_a_token_is_found_and_nothing_else_is_lost_but_blanks(before: str, after: str) -> None:
    text = f"{before} {TOKEN}{after}" if not after[1:2].isalnum() else f"{before} {TOKEN} {after}"

    assert found_in(text) == TOKEN
    assert not found_in(without(text))
    assert "".join(without(text).split()).replace("(", "").replace(")", "") == "".join(
        text.replace(TOKEN, "").split()
    ).replace("(", "").replace(")", "")


@given(st.text(max_size=200))
def test_a_text_without_a_token_is_left_as_it_is(text: str) -> None:
    if not found_in(text):
        assert without(text) == hidden(text) == text


@pytest.mark.parametrize("text", ["gk" + "a" * 19, "gk" + "a" * 21, "xgk" + "a" * 20, "gk" + "1" * 20, "kg" + "a" * 20])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert found_in(text) == ""


def test_a_phone_may_write_it_in_capitals_and_a_link_may_encode_what_stands_before_it() -> None:
    assert found_in(TOKEN.upper()) == TOKEN
    assert mark_of(TOKEN.upper()) == mark_of(TOKEN)
    assert found_in(quote(f"Bonjour ! ({TOKEN})", safe="")) == TOKEN


def test_what_is_kept_of_an_offer_has_another_in_its_place() -> None:
    way = Way("whatsapp", "WhatsApp", WayIn("https://wa.me/{digits}?text={words}"), "+33 1 86 76 00 01")

    assert hidden(way.link(TOKEN, "Bonjour")) == way.link(UNSAID, "Bonjour")
    assert way.link(TOKEN, "Bonjour").startswith("https://wa.me/33186760001?text=Bonjour%20gk")


@pytest.mark.parametrize(
    ("channel", "fr", "en"),
    [
        ("whatsapp", "sur WhatsApp", "on WhatsApp"),
        ("whatsapp_twilio", "sur WhatsApp", "on WhatsApp"),
        ("email", "par e-mail", "by e-mail"),
        ("sms", "par SMS", "by SMS"),
        ("webchat", "sur le chat de notre site", "on our website's chat"),
    ],
)
def test_a_sentence_to_a_customer_says_a_channel_as_people_do(channel: str, fr: str, en: str) -> None:
    traits = REGISTRY[channel].traits

    assert traits.way_in is not None
    assert all_named(traits.title, traits.way_in) == {"fr": fr, "en": en}
    assert named(traits.title, traits.way_in, "de")["on_channel"] == named(traits.title, traits.way_in, "de")["channel"]
    assert "(" not in named(traits.title, traits.way_in, "fr")["channel"]


def test_a_customers_words_are_queued_with_its_mark_alone() -> None:
    said = Message(
        event_id=EventId("1"), address=AT, sent_at=None, text=f"Bonjour {TOKEN} !", beside=(("subject", TOKEN),)
    )
    kept = bounded(said, str)

    assert isinstance(kept, Message)
    assert TOKEN not in repr(kept) + kept.text + str(kept.beside)
    assert kept.text == "Bonjour !"
    assert (MOVED, mark_of(TOKEN)) in kept.beside


def test_a_press_of_start_and_what_a_page_gives_are_read_too() -> None:
    pressed = Postback(event_id=EventId("1"), address=AT, sent_at=None, payload="get_started", title=f"/start {TOKEN}")
    given_by_page = Postback(event_id=EventId("1"), address=AT, sent_at=None, payload="moved", beside=((MOVED, TOKEN),))

    for event in (pressed, given_by_page):
        kept = bounded(event, str)
        assert isinstance(kept, Postback)
        assert kept.beside == ((MOVED, mark_of(TOKEN)),)
        assert TOKEN not in kept.title


def test_nobody_brings_a_mark_of_their_own_making() -> None:
    made_up = Message(event_id=EventId("1"), address=AT, sent_at=None, text="Bonjour", beside=((MOVED, "a" * 32),))
    kept = bounded(made_up, str)

    assert isinstance(kept, Message)
    assert kept.beside == ()


def test_our_own_words_come_back_as_their_row_is_stored() -> None:
    echo = Echo(event_id=EventId("1"), address=AT, sent_at=None, text=f"https://t.me/bot?start={TOKEN}")
    kept = bounded(echo, str)

    assert isinstance(kept, Echo)
    assert kept.text == f"https://t.me/bot?start={UNSAID}"
