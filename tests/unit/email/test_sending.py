"""A mail of ours is one signed request: threaded, marked, to the customer alone; SES's errors are errors of ours."""

from __future__ import annotations

import email
import email.policy
from base64 import b64decode
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.email import anchors, calls, compose, threads
from chalicelib.channels.email.channel import Email
from chalicelib.channels.email.headers import words_of
from chalicelib.errors import RateLimited, Refused, SendError, TokenExpired, Unconfirmed, Unverified
from chalicelib.http import HttpClient
from chalicelib.model import (
    AccountId,
    Address,
    Attachment,
    BlobRef,
    ChannelName,
    Credentials,
    OutboundPart,
    PersonId,
    Request,
    RowId,
    Sent,
)
from tests.contract.conftest import Platform, platform
from tests.unit.email.mails import ACCOUNT, CUSTOMER, SECRET, multipart

__all__ = ["platform"]

ROW = RowId("c7f3a1.000000000000007.0123456789abcdef0123456789abcdef")
ANCHOR = anchors.written("m1@mail.example", "", "Où est ma commande ?", ["a@b.example"])
HELD = Credentials(
    app_secrets=(SECRET,),
    token="secret-key",
    extra={
        "key_id": "AKIDEXAMPLE",
        "region": "eu-west-3",
        "from": "sav@brumelle.example",
        "from_name": "Brumelle, SAV",
    },
)


@pytest.fixture
def channel(platform: Platform) -> Email:
    platform.body = {"MessageId": "0102-a"}
    return Email(HELD, HttpClient(platform.base))


def part(**more: Any) -> OutboundPart:
    address = Address(ChannelName("email"), AccountId(ACCOUNT), PersonId(CUSTOMER))
    made: dict[str, Any] = {
        "row_id": ROW,
        "index": 0,
        "attempt": 1,
        "address": address,
        "kind": "reply",
        "text": "Bonjour,\n\nVotre colis : https://suivi.example/1?a=1&b=2.",
    }
    return OutboundPart(**{"anchor": ANCHOR, **made, **more})


def sent(platform: Platform) -> tuple[dict[str, Any], EmailMessage]:
    asked = platform.json()
    parsed = email.message_from_bytes(b64decode(asked["Content"]["Raw"]["Data"]), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return asked, parsed


def test_an_answer_hangs_on_the_mail_that_it_answers_and_brings_its_row_back(
    channel: Email, platform: Platform
) -> None:
    assert channel.send(part()) == Sent("0102-a")

    asked, mail = sent(platform)
    own = threads.own_id(SECRET, ROW, 0, ACCOUNT)
    assert asked["Destination"] == {"ToAddresses": [CUSTOMER]}
    assert {one["Name"]: one["Value"] for one in asked["EmailTags"]} == {
        "row": threads.tag_of_row(ROW, 0),
        "account": threads.tag_of_account(ACCOUNT),
    }
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Où est ma commande ?", "<m1@mail.example>")
    assert mail["References"] == f"<a@b.example> <m1@mail.example> <{own}>"
    assert str(mail["From"]) == '"Brumelle, SAV" <sav@brumelle.example>'
    assert mail["Reply-To"] == threads.reply_address(ACCOUNT, threads.token(SECRET, ACCOUNT, CUSTOMER))


def test_text_and_html_say_the_same_and_markup_of_a_text_stays_text(channel: Email, platform: Platform) -> None:
    channel.send(part(text="1 < 2 & « ç »\nhttps://a.example/<b>"))
    mail = sent(platform)[1]
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))

    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r", "").strip() == "1 < 2 & « ç »\nhttps://a.example/<b>"
    assert "1 &lt; 2 &amp; « ç »<br>" in page.get_content()
    assert "<b>" not in page.get_content()


@pytest.mark.parametrize("by_human", [False, True])
def test_what_no_person_wrote_is_marked_as_automatic(channel: Email, platform: Platform, *, by_human: bool) -> None:
    channel.send(part(by_human=by_human))

    assert (sent(platform)[1]["Auto-Submitted"] is None) == by_human


def test_files_are_enclosed(channel: Email, platform: Platform) -> None:
    file = BlobRef(key="media/1", media_type="image/png", size=3, name='pho"to.png')
    channel.send(part(files=(file,), contents=(b"abc",)))

    (enclosed,) = sent(platform)[1].iter_attachments()
    assert (enclosed.get_content_type(), enclosed.get_content()) == ("image/png", b"abc")


@pytest.mark.parametrize("anchor", ["", "m:0123", "mail", "mail\n\n\n\n\n", "mail\n\n\n\n"])
def test_an_answer_without_a_mail_to_hang_on_is_a_mail(channel: Email, platform: Platform, anchor: str) -> None:
    channel.send(part(anchor=anchor))

    assert sent(platform)[1]["Subject"] == "Re:"


def test_no_header_can_be_smuggled_in(channel: Email, platform: Platform) -> None:
    evil = "mail\na\rBcc: x@y.example\n\na\rBcc: x@y.example\nb>\rBcc: <x@y.example"
    channel.send(part(anchor=evil))

    assert sent(platform)[1]["Bcc"] is None


def test_who_has_no_address_gets_no_mail(channel: Email, platform: Platform) -> None:
    with pytest.raises(Refused):
        channel.send(replace(part(), address=Address(ChannelName("email"), AccountId(ACCOUNT), PersonId("x"))))
    assert platform.seen == []


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (replace(HELD, app_secrets=()), "no_secret"),
        (replace(HELD, extra={**HELD.extra, "region": "mars-1"}), "no_region"),
        (replace(HELD, extra={**HELD.extra, "from": "nobody"}), "no_sender"),
    ],
)
def test_an_account_that_is_not_complete_waits_for_its_reconnect(
    held: Credentials, code: str, platform: Platform
) -> None:
    with pytest.raises(TokenExpired, match=code):
        Email(held, HttpClient(platform.base)).send(part())
    assert platform.seen == []


@pytest.mark.parametrize(("code", "error"), list(calls.ERRORS.items()))
def test_each_error_of_ses_is_one_of_ours(
    channel: Email, platform: Platform, code: str, error: type[SendError]
) -> None:
    for headers, body in (
        ({"x-amzn-errortype": f"{code}:http://x/"}, {}),
        ({}, {"__type": f"com.amazonaws.ses#{code}"}),
    ):
        platform.status, platform.headers, platform.body = 400, headers, body
        with pytest.raises(error) as caught:
            channel.send(part())
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RateLimited), (403, TokenExpired), (500, Unconfirmed), (503, Unconfirmed), (404, Refused)],
)
def test_an_error_without_a_name_is_told_by_its_status(
    channel: Email, platform: Platform, status: int, error: type[SendError]
) -> None:
    platform.status, platform.body = status, "x"
    with pytest.raises(error):
        channel.send(part())


def test_a_request_is_signed_for_ses_and_holds_no_key(channel: Email, platform: Platform) -> None:
    channel.send(part())
    _, path, headers, body = platform.seen[0]

    assert path.endswith("/v2/email/outbound-emails")
    assert "/eu-west-3/ses/aws4_request" in headers["authorization"]
    assert b"secret-key" not in body
    assert "secret-key" not in str(headers)


def test_no_request_by_http_is_a_mail_whoever_signs_it() -> None:
    for headers in ({}, {"x-amz-sns-message-type": ("Notification",)}):
        with pytest.raises(Unverified):
            Email.authenticator.verify(Request("POST", "/", {}, headers, b"{}"), (SECRET,))


def test_a_file_of_a_mail_is_found_in_the_stored_mail(channel: Email) -> None:
    stored = multipart("Content-Type: text/plain\r\n\r\nx", "Content-Type: image/png\r\n\r\nbytes")

    assert channel.file_in(stored, Attachment("image", "mail/1", "1")).strip() == b"bytes"
    for place in ("7", "-1", "x", "", "²"):
        with pytest.raises(Refused):
            channel.file_in(stored, Attachment("image", "mail/1", place))
    with pytest.raises(Refused):
        channel.fetch(Attachment("image", "https://elsewhere.example", "1"))


@given(st.text(max_size=300))
def test_words_of_a_header_come_back_and_stay_on_their_lines(text: str) -> None:
    written = compose.words(text)

    assert all(len(line) <= compose.LINE_MOST and line.isascii() for line in written.split("\r\n"))
    assert all(line.startswith(" ") for line in written.split("\r\n")[1:])
    assert "\n" not in written.replace("\r\n ", "")
    if text.isprintable() and "=?" not in text:
        assert words_of(written) == " ".join(words_of(text).split())
