"""Nobody writes their own verdict, and nobody hides behind a second sender."""

from __future__ import annotations

import pytest

from chalicelib.channels.email.envelope import of_mail
from chalicelib.channels.email.headers import mailbox

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
    assert not found.proves_sender


@pytest.mark.parametrize(
    "header",
    ["attacker@evil.example, <victim@x.example>", "(a(b) <victim@x.example> ) attacker@evil.example, v@x.example"],
)
def test_two_senders_are_several(header: str) -> None:
    assert mailbox(header).several


def test_a_sender_within_a_comment_in_a_comment_is_none() -> None:
    assert mailbox("(a(b) <victim@x.example> ) attacker@evil.example").address == "attacker@evil.example"
