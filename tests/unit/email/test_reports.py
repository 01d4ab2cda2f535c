"""What SES says became of a mail of ours: its own mark brings the row back, and no stranger's mail can."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.email import incoming, reports, threads
from chalicelib.model import Event, Ignored, MalformedBody, OptOut, Receipt
from tests.unit.email.mails import ACCOUNT, CUSTOMER

ROW = "c7f3a1.000000000000007.0123456789abcdef0123456789abcdef"


def told(word: str, **about: Any) -> dict[str, Any]:
    tags = {"row": [threads.tag_of_row(ROW, 2)], "account": [threads.tag_of_account(ACCOUNT)]}
    mail = {"messageId": "0102-a", "destination": [CUSTOMER], "tags": tags, "timestamp": "2026-11-27T08:31:00.000Z"}
    return {"eventType": word, "mail": mail, **about}


def read(body: object) -> list[Event]:
    return list(incoming.read(json.dumps(body).encode(), "email"))


def bounced(kind: str, **more: str) -> dict[str, Any]:
    return told("Bounce", bounce={"bounceType": kind, "bouncedRecipients": [{"emailAddress": CUSTOMER, **more}]})


@pytest.mark.parametrize("word", ["Send", "Delivery"])
def test_a_mail_that_ses_took_is_sent(word: str) -> None:
    (event,) = read(told(word))

    assert isinstance(event, Receipt)
    assert (event.status, event.row_id, event.platform_id) == ("sent", f"{ROW}:2", "0102-a")
    assert (event.address.account_id, event.address.person_id) == (ACCOUNT, CUSTOMER)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (bounced("Permanent"), "bounce_permanent"),
        (bounced("Transient", action="failed", status="4.2.2"), "bounce_transient"),
        (bounced("Undetermined", action="failed"), "bounce_undetermined"),
        (bounced("Brandnew", action="failed"), "bounce_undetermined"),
        (told("Reject", reject={"reason": "Bad content"}), "reject"),
        (told("Rendering Failure", failure={"templateName": "x"}), "rendering_failure"),
    ],
)
def test_a_mail_that_did_not_arrive_has_failed(body: dict[str, Any], code: str) -> None:
    event = read(body)[0]

    assert isinstance(event, Receipt)
    assert (event.status, event.error_code, event.row_id) == ("failed", code, f"{ROW}:2")
    assert code in reports.FAILURES


def test_who_does_not_exist_or_complains_gets_no_automatic_mail_any_more() -> None:
    gone = read(bounced("Permanent"))
    complains = read(told("Complaint", complaint={"complainedRecipients": [{"emailAddress": CUSTOMER}]}))

    assert [type(each) for each in gone] == [Receipt, OptOut]
    assert [type(each) for each in complains] == [OptOut]
    assert complains[0].address.person_id == CUSTOMER


@pytest.mark.parametrize(
    "body",
    [
        bounced("Transient"),  # an absence, which SES takes for a bounce
        told("DeliveryDelay", deliveryDelay={"delayedRecipients": [{"emailAddress": CUSTOMER}]}),
        told("Open"),
        told("Click"),
        told("Brandnew"),
    ],
)
def test_what_is_no_end_changes_nothing(body: dict[str, Any]) -> None:
    assert all(isinstance(each, Ignored) for each in read(body))


def test_a_report_comes_in_the_envelope_of_sns_too() -> None:
    assert (
        read({"Type": "Notification", "Message": json.dumps(told("Send"))})[0].event_id
        == read(told("Send"))[0].event_id
    )


def test_a_report_that_names_nobody_is_kept() -> None:
    assert isinstance(read({"eventType": "Send", "mail": {}})[0], MalformedBody)


@given(st.from_regex(r"[a-z0-9.]{1,120}", fullmatch=True), st.integers(0, 9999))
def test_a_rows_mark_fits_into_a_tag_and_comes_back(row: str, index: int) -> None:
    tag = threads.tag_of_row(row, index)

    assert set(tag) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert threads.row_of_tag(tag) == f"{row}:{index}"


@given(st.emails())
def test_an_accounts_tag_comes_back(address: str) -> None:
    assert threads.account_of_tag(threads.tag_of_account(address)) == address
