"""Nobody writes their own verdict, and nobody hides behind a second sender."""

from __future__ import annotations

import time

import pytest

from chalicelib.channels.email.envelope import of_mail
from chalicelib.channels.email.headers import mailbox
from chalicelib.model import CAUTION, Message
from tests.unit.email.mails import CUSTOMER, notification, raw, read

FAILED = (
    b"Return-Path: <dmarc=pass@evil.example>\r\n"
    b"Authentication-Results: amazonses.com; spf=pass %s;\r\n"
    b" dkim=fail header.i=@evil.example; dmarc=fail header.from=victim.example;\r\n"
    b"X-SES-RECEIPT: AEFB\r\nFrom: victim@victim.example\r\n\r\nBonjour"
)


@pytest.mark.parametrize(
    "repeated",
    [
        b"(spfCheck: domain of dmarc=pass@evil.example) envelope-from=dmarc=pass@evil.example",
        b'envelope-from="a;dmarc=pass"@evil.example',
        b"envelope-from=a;dmarc=pass@evil.example",
    ],
)
def test_a_verdict_within_words_of_the_senders_own_proves_nothing(repeated: bytes) -> None:
    found = of_mail(FAILED % repeated)

    assert found.verdicts["dmarc"] == "FAIL"
    assert not found.proves("victim.example")


@pytest.mark.parametrize(
    "header",
    ["attacker@evil.example, <victim@x.example>", "(a(b) <victim@x.example> ) attacker@evil.example, v@x.example"],
)
def test_two_senders_are_several(header: str) -> None:
    assert mailbox(header).several


def test_a_sender_within_a_comment_in_a_comment_is_none() -> None:
    assert mailbox("(a(b) <victim@x.example> ) attacker@evil.example").address == "attacker@evil.example"


def test_two_senders_prove_nobody_whatever_ses_found() -> None:
    for twice in (f"{CUSTOMER}, mallory@evil.example", f"{CUSTOMER}\r\nFrom: mallory@evil.example"):
        event = read(raw(headers={"From": twice}))
        assert isinstance(event, Message)
        assert [words for kind, words in event.beside if kind == CAUTION] == ["several_senders", "unproved"]


@pytest.mark.parametrize(
    ("looked_at", "proves"),
    [("exemple.example", True), ("example", True), ("evil.example", False), ("xexemple.example", False)],
)
def test_a_verdict_counts_for_the_domain_alone_that_ses_looked_at(looked_at: str, proves: bool) -> None:  # noqa: FBT001
    above = f"Authentication-Results: amazonses.com; dmarc=pass header.from={looked_at};\r\nX-SES-RECEIPT: AEFB\r\n"
    event = read(above.encode() + raw())

    assert isinstance(event, Message)
    assert ((CAUTION, "unproved") not in event.beside) == proves


def test_whoever_is_named_by_the_envelope_alone_is_not_proved() -> None:
    event = read(raw(headers={"From": "=?utf-8?Q?Ma=C3=ABlys?= <ma\u00eblys@evil.example>"}), notification())

    assert event.address.person_id == CUSTOMER
    assert isinstance(event, Message)
    assert (CAUTION, "unproved") in event.beside


@pytest.mark.parametrize("sender", ["mae\0lys@exemple.example", "mae\x1blys@exemple.example"])
def test_a_sender_with_what_nobody_sees_in_their_address_is_none(sender: str) -> None:
    event = read(raw(headers={"From": sender}))

    assert isinstance(event, Message)
    assert event.address.person_id == CUSTOMER  # the envelope's
    assert (CAUTION, "unproved") in event.beside


def test_whoever_might_be_named_behind_what_is_read_of_a_header_makes_several() -> None:
    event = read(raw(headers={"From": f"{CUSTOMER}, {'a' * 5_000} <mallory@evil.example>"}))

    assert isinstance(event, Message)
    assert (CAUTION, "several_senders") in event.beside


@pytest.mark.parametrize("name", ["a" * 200_000, '"' + '\\"' * 100_000 + '"', "a@" * 100_000, "(" * 200_000])
def test_a_sender_of_200_kb_is_soon_read(name: str) -> None:
    mail = raw(headers={"From": f"{name} <{CUSTOMER}>"})
    took = []
    for _ in range(3):
        began = time.process_time()
        read(mail)
        took.append(time.process_time() - began)

    assert min(took) < 0.2
