"""Mails by a stranger's program, to be taken for another or to break something: each ends as one event."""

from __future__ import annotations

import asyncio
import smtplib
import time
from base64 import b64encode

import pytest

from chalicelib.channels.email import threads
from chalicelib.model import CAUTION, Event, Ignored, MalformedBody, Message
from tests.simulators.test_email import ACCOUNT, SECRET, Stand, played

ZOE = "zoe@clients.example"
REPLY = threads.reply_address(ACCOUNT, threads.token(SECRET, ACCOUNT, ZOE))
HEAD = f"From: Zoé <{ZOE}>\r\nTo: {ACCOUNT}\r\nSubject: Colis\r\nMessage-ID: <1@clients.example>\r\n"
WORDS = "Où est mon colis ?"


def sent(raw: bytes, source: str = ZOE, to: str = ACCOUNT) -> Event:
    """What one mail means, sent by a mail program to the simulated SES."""

    async def act(stand: Stand) -> None:
        port = await stand.played.smtp.open(range(1))

        def program() -> None:
            with smtplib.SMTP("127.0.0.1", port, timeout=20) as out:
                out.sendmail(source, [to], raw)

        await asyncio.to_thread(program)
        await stand.played.smtp.close()

    (event,) = played(act).aws.events()
    return event


def cautions(event: Event) -> list[str]:
    assert isinstance(event, Message)
    return [words for kind, words in event.beside if kind == CAUTION]


def test_who_takes_anothers_name_is_told_to_be_forged() -> None:
    assert "forged" in cautions(sent(f"{HEAD}\r\n{WORDS}".encode(), "mallory@evil.example"))
    assert "forged" in cautions(sent(f"{HEAD}\r\n{WORDS}".encode(), "mallory@evil.example", REPLY))
    assert cautions(sent(f"{HEAD}\r\n{WORDS}".encode())) == []


@pytest.mark.parametrize(
    "senders",
    [
        "From: Zoé <zoe@clients.example>, mallory@clients.example",
        "From: zoe@clients.example\r\nFrom: mallory@clients.example",
        'From: "zoe@clients.example" <mallory@clients.example>',
        "From: zoe@clients.example <mallory@clients.example>",
        "From: =?utf-8?Q?zoe=40clients.example?= <mallory@clients.example>",
        "From: (zoe@clients.example) mallory@clients.example",
        "From: Groupe: zoe@clients.example, mallory@clients.example;",
        "From: zoe@clients.example\r\n mallory@clients.example",
        "From: <zoe@clients.example\0@clients.example>",
        "From:",
    ],
)
def test_nobody_is_answered_under_two_names(senders: str) -> None:
    event = sent(f"{senders}\r\nTo: {ACCOUNT}\r\nSubject: x\r\n\r\n{WORDS}".encode(), "mallory@clients.example", REPLY)

    assert isinstance(event, Message)
    assert event.address.person_id == "mallory@clients.example" or cautions(event)
    assert cautions(event)  # a third party's, at least


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Auto-Submitted: auto-replied", Ignored),
        ("AUTO-SUBMITTED:auto-replied; owner-email=x@y.example", Ignored),
        ("Auto-Submitted: auto-generated", Message),
        ("Precedence: list\r\nList-Id: <x.example>", Message),
        ("X-Loop: sav", Message),
        ("X-Autoreply: yes", Ignored),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=B", Ignored),
    ],
)
def test_what_a_machine_writes_gets_no_answer(headers: str, kind: type) -> None:
    event = sent(f"{headers}\r\n{HEAD}\r\n{WORDS}".encode())

    assert isinstance(event, kind)
    assert not isinstance(event, Message) or cautions(event) or "X-Loop" in headers


def nested(deep: int) -> str:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(deep))
    return f"{HEAD}{head}Content-Type: text/plain\r\n\r\n{WORDS}\r\n"


ODD = {
    "nested": nested(19),
    "nested too deep": nested(400),
    "thousand parts": HEAD + 'Content-Type: multipart/mixed; boundary="B"\r\n\r\n'
    + "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 1000 + "--B--\r\n",
    "boundary of nothing": HEAD + 'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----\r\n',
    "no boundary": HEAD + "Content-Type: multipart/alternative\r\n\r\nx\r\n",
    "a boundary that never comes": HEAD + f"Content-Type: multipart/mixed; boundary=B\r\n\r\n{WORDS}\r\n",
    "no charset": HEAD + "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nOù est-il ?\r\n",
    "a charset of nobody": HEAD + "Content-Type: text/plain; charset=x-klingon\r\n\r\nOù est-il ?\r\n",
    "a charset that is a codec": HEAD + "Content-Type: text/plain; charset=zip\r\n\r\nOù est-il ?\r\n",
    "utf-7": HEAD + "Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-\r\n",
    "base64 that ends early": HEAD + "Content-Transfer-Encoding: base64\r\n\r\nT8O5IGVzdC1pbA=\r\n",
    "an encoding of nobody": HEAD + f"Content-Transfer-Encoding: x-uu-xx\r\n\r\n{WORDS}\r\n",
    "uuencode": HEAD + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n",
    "winmail.dat alone": HEAD + "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\r\n",
    "html alone": HEAD + f"Content-Type: text/html\r\n\r\n<p>{WORDS}<script>steal()</script>\r\n",
    "empty html": HEAD + "Content-Type: text/html\r\n\r\n<img src=cid:x>\r\n",
    "encrypted": HEAD + "Content-Type: multipart/encrypted; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B--\r\n",
    "a name with a path": HEAD + "Content-Type: application/pdf\r\nContent-Disposition: attachment;"
    ' filename="../../etc/passwd"\r\n\r\nx\r\n',
    "headers alone": HEAD,
    "no headers": "\r\nbonjour\r\n",
    "nul bytes": HEAD + "\r\nbon\0jour\r\n",
    "a header of 60 KB": "X-Long: " + "a " * 30_000 + "\r\n" + HEAD + f"\r\n{WORDS}\r\n",
    "ten thousand headers": "X-A: b\r\n" * 10_000 + HEAD + f"\r\n{WORDS}\r\n",
    "references without end": HEAD + "References: " + "<a@b.example>\r\n " * 5_000 + f"\r\n\r\n{WORDS}\r\n",
    "an invitation": HEAD + "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n",
    "a mail in a mail": HEAD + "Content-Type: message/rfc822\r\n\r\nFrom: victim@x.example\r\n\r\nDonnez tout\r\n",
    "external body": HEAD + 'Content-Type: message/external-body; access-type=URL; URL="http://x"\r\n\r\n\r\n',
    "partial": HEAD + "Content-Type: message/partial; id=1; number=1; total=2\r\n\r\nx\r\n",
    "format flowed": HEAD + f"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n{WORDS} \r\nsuite\r\n",
    "unclosed tags": HEAD + "Content-Type: text/html\r\n\r\n" + "<a \r\n" * 60_000,
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_one_event_and_soon_read(name: str) -> None:
    began = time.process_time()
    event = sent(ODD[name].encode())

    assert isinstance(event, Message | MalformedBody)
    assert not isinstance(event, Message) or event.text or event.attachments
    assert time.process_time() - began < 5


def test_ten_megabytes_are_read_and_their_file_is_not_in_the_event() -> None:
    photo = b64encode(b"\xff\xd8\xff" + b"x" * 7_500_000)
    lines = b"\r\n".join(photo[at : at + 76] for at in range(0, len(photo), 76))
    head = (
        f'{HEAD}Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\n{WORDS}\r\n'
    )
    part = '--B\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename="a.jpg"\r\n'
    raw = f"{head}{part}Content-Transfer-Encoding: base64\r\n\r\n".encode() + lines + b"\r\n--B--\r\n"
    event = sent(raw)

    assert len(raw) > 10_000_000
    assert isinstance(event, Message)
    assert (event.text, [each.kind for each in event.attachments]) == (WORDS.replace("ù", "ù"), ["image"])
    assert len(repr(event)) < 2_000
