"""Mails from contact forms: the customer is whom Reply-To names, a claim; the answer never goes to the form."""

from __future__ import annotations

import pytest

from chalicelib.channels.email import anchors, threads
from chalicelib.model import CAUTION, Event, Ignored, Message
from tests.unit.email.mails import ACCOUNT, CUSTOMER, SECRET, notification, raw, read

FORM = {"Subject": "Message depuis le formulaire de contact", "Reply-To": f"Ma\u00eblys <{CUSTOMER}>"}


def cautions(event: Event) -> list[str]:
    assert isinstance(event, Message)
    return [words for kind, words in event.beside if kind == CAUTION]


@pytest.mark.parametrize(
    "sender",
    [
        ACCOUNT,  # PrestaShop, Magento: the shop's address
        "Boutique <sav@brumelle.example>",
        "wordpress@brumelle.example",
        "noreply@brumelle.example",
        "Brumelle (Shopify) <mailer@shopify.com>",
        "store+61@t.shopifyemail.com",
        "form-submission@squarespace.info",
        "no-reply@formulaires.example",
    ],
)
def test_what_comes_by_a_form_is_the_customers_and_for_a_person(sender: str) -> None:
    event = read(raw(headers={"From": sender, **FORM}), notification(source="www@brumelle.example"))

    assert isinstance(event, Message)
    assert (event.address.person_id, event.display_name) == (CUSTOMER, "Ma\u00eblys")
    assert cautions(event) == ["form"]
    assert anchors.read(event.reply_anchor).to == ""


def test_two_customers_of_one_form_are_two_people() -> None:
    other = {**FORM, "Reply-To": "paul@autre.example"}
    first, second = (read(raw(headers={"From": ACCOUNT, **each})) for each in (FORM, other))

    assert {first.address.person_id, second.address.person_id} == {CUSTOMER, "paul@autre.example"}
    assert first.event_id != second.event_id


def test_a_form_is_told_to_be_forged_where_it_is() -> None:
    event = read(raw(headers={"From": ACCOUNT, **FORM}), notification(dmarc="FAIL", spam="FAIL"))

    assert cautions(event) == ["spam", "forged", "form"]


@pytest.mark.parametrize(
    "named", ["", "lea@brumelle.example", "a@x.example, b@y.example", "no-reply@x.example", "nobody", ACCOUNT]
)
def test_a_form_that_names_no_customer_is_for_a_person_and_never_lost(named: str) -> None:
    event = read(raw("Nom : Ma\u00eblys. Bonjour", {"From": ACCOUNT, "Reply-To": named}))

    assert isinstance(event, Message)
    assert event.address.person_id == ACCOUNT
    assert cautions(event) == ["staff"]


def test_no_token_in_a_form_proves_its_customer() -> None:
    told = notification((threads.reply_address(ACCOUNT, threads.token(SECRET, ACCOUNT, CUSTOMER)),))

    assert "form" in cautions(read(raw(headers={"From": "lea@brumelle.example", **FORM}), told))


def test_an_ordinary_senders_wish_for_another_domain_makes_nobody_the_customer() -> None:
    event = read(raw(headers={"From": "paul@autre.example", "Reply-To": CUSTOMER}))

    assert event.address.person_id == "paul@autre.example"


def test_an_answer_of_ours_that_a_form_wrapped_is_still_ours() -> None:
    own = threads.own_id(SECRET, "c1.1.1", 0, ACCOUNT)

    assert isinstance(read(raw(headers={"From": ACCOUNT, "References": f"<{own}>", **FORM})), Ignored)
