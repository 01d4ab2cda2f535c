"""Codes: made from a secret, read where nothing else is said; and where the shop says that an order's customer is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import gsm
from chalicelib.codes import UNSAID, code_of, is_right, typed_in
from chalicelib.decision.code_words import speaks_of_elsewhere
from chalicelib.errors import Retryable
from chalicelib.model import BrandId, Millis
from chalicelib.ports import HttpAnswer
from chalicelib.qr_codes import png_of, svg_of
from chalicelib.shop import LOCAL, contact_of

LUNE = BrandId("lune")


@given(st.text(min_size=1, max_size=20), st.text(max_size=40))
def test_a_code_is_six_digits_and_is_right_for_its_mark_alone(secret: str, mark: str) -> None:
    code = code_of(secret, LUNE, mark)

    assert len(code) == 6
    assert code.isdigit()
    assert is_right(secret, LUNE, mark, code)
    assert not is_right(secret, LUNE, mark, f"{(int(code) + 1) % 10**6:06d}")


def test_a_code_is_of_one_brand_one_stage_and_one_question() -> None:
    made = {
        code_of(*each) for each in [("s", LUNE, "m"), ("s", BrandId("nord"), "m"), ("t", LUNE, "m"), ("s", LUNE, "n")]
    }

    assert len(made) == 4


def test_without_a_secret_nothing_is_right() -> None:
    assert not is_right("", LUNE, "m", code_of("", LUNE, "m"))


@pytest.mark.parametrize(
    "text", ["123456", "123 456", "123-456", " 123456.",
     "Code 123456", "mon code est 123456", "Le code : 123456", "My code is 123456", "voici 123456"],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert typed_in(text) == "123456"


@pytest.mark.parametrize(
    "text", ["ML123456", "12345", "1234567",
     "123456 et 654321", "Ma commande 123456 ?", "j'ai reçu 123456 hier", "06 12 34 56 78", ""],
)  # fmt: skip
def test_what_says_more_is_no_code(text: str) -> None:
    assert typed_in(text) == ""


@given(st.text(max_size=300))
def test_any_text_is_read_in_time(text: str) -> None:
    found = typed_in(text)
    assert found == "" or (len(found) == 6 and found.isdigit())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Je vous ai déjà écrit par mail, où est mon colis ?", True),
        ("J'ai déjà envoyé un message sur Instagram pour ML123456", True),
        ("Suite à mon e-mail d'hier", True),
        ("I already emailed you about this on Instagram", True),
        ("Quelle est votre adresse mail ?", False),
        ("Je n'ai pas reçu le mail de confirmation", False),
        ("Où est mon colis ML123456 ?", False),
    ],
)
def test_who_wrote_elsewhere_says_so(text: str, says: bool) -> None:  # noqa: FBT001 - a column of the table
    assert speaks_of_elsewhere(text) is says


class Shop:
    """Answers one request, and keeps it."""

    def __init__(self, status: int, body: Any) -> None:
        self.answer, self.asked = HttpAnswer(status, {}, json.dumps(body).encode()), dict[str, str]()

    def request(self, method: str, url: str, *, headers: Mapping[str, str], **_: Any) -> HttpAnswer:
        self.asked = dict(headers)
        return self.answer


@pytest.mark.parametrize(
    ("status", "body", "key", "told"),
    [
        (
            200,
            {"status": "shipped", "contact_email": "Elsa@mail.example"},
            "ML1",
            {"contact_email": "Elsa@mail.example"},
        ),
        (200, {"status": "shipped", "contact_phone": " 0612345678 "}, "ML1", {"contact_phone": "0612345678"}),
        (200, {"status": "shipped"}, "ML1", {}),  # an older shop
        (200, {"contact_email": "elsa@mail.example, tom@mail.example"}, "ML1", {}),
        (200, {"contact_email": 7, "contact_phone": None}, "ML1", {}),
        (200, {"contact_email": "a" * 250 + "@mail.example"}, "ML1", {}),
    ],
)
def test_a_shop_says_where_its_customer_is(status: int, body: Any, key: str, told: dict[str, str]) -> None:
    shop = Shop(status, body)

    assert contact_of(shop, LOCAL, LUNE, key, Millis(0)) == {"status": "found"} | told
    assert shop.asked["x-guichet-wants"] == "contact"


def test_who_has_no_order_or_gives_another_second_key_is_nowhere() -> None:
    known = {"postcode": "69001", "contact_email": "elsa@mail.example"}

    assert contact_of(Shop(404, {}), LOCAL, LUNE, "ML1", Millis(0)) == {"status": "not_found"}
    assert contact_of(Shop(200, known), LOCAL, LUNE, "ML1?postcode=75001", Millis(0)) == {"status": "not_found"}
    assert "contact_email" in contact_of(Shop(200, known), LOCAL, LUNE, "ML1?postcode=69001", Millis(0))


@pytest.mark.parametrize(("status", "body"), [(500, {}), (200, [1]), (200, "x")])
def test_any_other_answer_is_none(status: int, body: Any) -> None:
    with pytest.raises(Retryable):
        contact_of(Shop(status, body), LOCAL, LUNE, "ML1", Millis(0))


def test_a_link_is_drawn_as_markup_and_as_a_picture() -> None:
    link = "https://wa.me/33186760001?text=Bonjour"

    assert svg_of(link).startswith("<svg")
    assert "<script" not in svg_of(link)
    assert png_of(link).startswith(b"\x89PNG")


def test_what_stands_for_a_code_is_still_there_after_an_sms_was_made_plain() -> None:
    assert gsm.thrifty(UNSAID) == gsm.plain(UNSAID) == UNSAID
