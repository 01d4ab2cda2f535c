"""Mails made up for tests: bytes as SES stores them, and the notification beside them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.channels.email import arrivals, incoming
from chalicelib.model import Event

FIXTURES = Path(__file__).parents[2] / "fixtures" / "email"
ACCOUNT = "sav@courrier.brumelle.example"
CUSTOMER = "maelys@exemple.example"
SECRET = "signs-reply-addresses"
PASS = {"spam": "PASS", "virus": "PASS", "spf": "PASS", "dkim": "PASS", "dmarc": "PASS"}


def raw(text: str = "Bonjour, où est ma commande ?", headers: Mapping[str, str] | None = None) -> bytes:
    """A mail; a header whose value is "" is left out."""
    given = {
        "From": f"Maëlys <{CUSTOMER}>",
        "To": ACCOUNT,
        "Subject": "Ma commande",
        "Message-ID": "<m1@mail.exemple.example>",
        "Content-Type": "text/plain; charset=utf-8",
        **(headers or {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"{lines}\r\n{text}".encode()


def multipart(*parts: str, kind: str = "mixed", headers: Mapping[str, str] | None = None) -> bytes:
    body = "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n"
    return raw(body, {"Content-Type": f'multipart/{kind}; boundary="B"', **(headers or {})})


def notification(recipients: Sequence[str] = (ACCOUNT,), source: str = CUSTOMER, **verdicts: str) -> dict[str, Any]:
    found = {f"{name}Verdict": {"status": word} for name, word in {**PASS, **verdicts}.items()}
    return {
        "notificationType": "Received",
        "mail": {"timestamp": "2026-11-27T08:14:03.119Z", "source": source, "messageId": "k1n5exemple0001"},
        "receipt": {"recipients": list(recipients), "action": {"objectKey": "mail/in/k1n5exemple0001"}, **found},
    }


def read(mail: bytes, told: Mapping[str, Any] | None = None, secrets: Sequence[str] = (SECRET,)) -> Event:
    """The event of a mail, taken through the whole way."""
    (arrival,) = arrivals.arrivals(json.dumps(told or notification()).encode())
    body = arrivals.body_of(arrival, mail, ACCOUNT, secrets)
    (event,) = incoming.read(body, "email")
    return event


def as_body(mail: bytes, **more: Any) -> bytes:
    return json.dumps({"raw": b64encode(mail).decode(), **more}).encode()
