"""
Mails as they are written in the world, and as SES stores and tells them.

Source: AWS, "Contents of notifications for Amazon SES email receiving", "Event data that SES publishes to SNS".
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formatdate
from typing import Any

VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")
PREFIX = "mail/in/"
_STAMP = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Thread:
    """The last mail that a person got: what an answer to it needs."""

    reply_to: str
    message_id: str
    references: str
    subject: str
    text: str = field(repr=False)


def parsed(raw: bytes) -> EmailMessage:
    """Return a mail taken apart."""
    found: EmailMessage = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
    return found


def words_of(mail: EmailMessage) -> str:
    """Return a mail's text, as its page shows it."""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    data = body.get_payload(decode=True)
    try:
        found = data.decode(body.get_content_charset("utf-8"), "replace") if isinstance(data, bytes) else ""
    except LookupError:  # a charset of nobody
        found = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    return found.replace("\r\n", "\n").strip()


def written(
    sender: str, to: str, subject: str, text: str, thread: Thread | None, number: str, headers: Mapping[str, str]
) -> EmailMessage:
    """Return a mail as a mail program writes it; an answer quotes what it answers."""
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=900))  # folded, a long message id is no id any more
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(localtime=False), f"<{number}@clients.example>"
    if thread is not None:
        mail["In-Reply-To"] = thread.message_id
        mail["References"] = f"{thread.references} {thread.message_id}".strip()
        quoted = "\n".join(f"> {line}" for line in thread.text.splitlines())
        text = f"{text}\n\nLe jeu. 26 nov. 2026 à 18:02, Service client <{thread.reply_to}> a\nécrit :\n\n{quoted}\n"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text or "\n")
    return mail


def stored(raw: bytes, recipient: str, source: str, verdicts: Mapping[str, str]) -> bytes:
    """Return a mail as SES stores it: below its own headers."""
    domain = source.rpartition("@")[2]
    results = "; ".join(f"{name}={verdicts[name].lower()}" for name in ("spf", "dkim", "dmarc"))
    head = (
        f"Return-Path: <{source}>\r\n"
        f"Received: from mx.{domain} (mx.{domain} [192.0.2.25])\r\n by inbound-smtp.eu-west-3.amazonaws.com with SMTP"
        f" id local\r\n for {recipient};\r\n {formatdate()}\r\n"
        f"X-SES-Spam-Verdict: {verdicts['spam']}\r\nX-SES-Virus-Verdict: {verdicts['virus']}\r\n"
        f"Authentication-Results: amazonses.com; {results};\r\nX-SES-RECEIPT: local\r\n"
    )
    return head.encode() + raw


def received(number: str, recipients: Sequence[str], source: str, verdicts: Mapping[str, str]) -> dict[str, Any]:
    """Return what SES tells of a mail that it stored."""
    now = time.strftime(_STAMP, time.gmtime()) + ".000Z"
    return {
        "notificationType": "Received",
        "mail": {"timestamp": now, "source": source, "messageId": number, "destination": list(recipients)},
        "receipt": {
            "timestamp": now,
            "recipients": list(recipients),
            **{f"{name}Verdict": {"status": verdicts[name]} for name in VERDICTS},
            "action": {"type": "S3", "objectKeyPrefix": PREFIX, "objectKey": f"{PREFIX}{number}"},
        },
    }


def active_rules(name: str, bucket: str, domains: Sequence[str]) -> str:
    """Return what SES says of its active rule set; `name` is "" where there is none."""
    action = "DescribeActiveReceiptRuleSet"
    recipients = "".join(f"<member>{each}</member>" for each in domains)
    stored = f"<S3Action><BucketName>{bucket}</BucketName><ObjectKeyPrefix>{PREFIX}</ObjectKeyPrefix>"
    topic = "<TopicArn>arn:aws:sns:eu-west-3:000000000000:guichet-local-mail</TopicArn></S3Action>"
    rule = (
        "<member><Name>guichet</Name><Enabled>true</Enabled><TlsPolicy>Optional</TlsPolicy>"
        f"<ScanEnabled>true</ScanEnabled><Recipients>{recipients}</Recipients>"
        f"<Actions><member>{stored}{topic}</member></Actions></member>"
    )
    told = f"<Metadata><Name>{name}</Name></Metadata><Rules>{rule}</Rules>" if name else ""
    return (
        f'<{action}Response xmlns="http://ses.amazonaws.com/doc/2010-12-01/">'
        f"<{action}Result>{told}</{action}Result></{action}Response>"
    )


def event(kind: str, message_id: str, to: str, tags: Mapping[str, str], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what SES tells of a mail of ours."""
    now = time.strftime(_STAMP, time.gmtime()) + ".000Z"
    part = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    mail = {"timestamp": now, "messageId": message_id, "destination": [to]}
    return {
        "eventType": kind,
        "mail": {**mail, "tags": {name: [value] for name, value in tags.items()}},
        part: {"timestamp": now, **about},
    }
