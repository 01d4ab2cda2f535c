"""
The libraries that read mails and signed forms, for `bench/intake.py`: none of them ships.

Where one is not installed (django-anymail is in no lock), its task is None, and no bar is held.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

Task = Callable[[], object]
ACCOUNT = "sav@courrier.bench.example"
PERSON = "maelys@exemple.example"
MAIL = (
    f"From: =?utf-8?Q?Ma=C3=ABlys?= <{PERSON}>\r\nTo: {ACCOUNT}\r\nSubject: =?utf-8?Q?O=C3=B9_est_ma_commande?=\r\n"
    "Message-ID: <m1@mail.exemple.example>\r\nDate: Fri, 27 Nov 2026 08:14:03 +0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="B"\r\n\r\n'
    "--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Bonjour, o=C3=B9 est ma commande 10482 ?\r\n\r\nLe jeu. 26 nov. 2026, SAV a\r\n=C3=A9crit :\r\n> Bonjour,\r\n"
    "\r\n--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour, o&ugrave; est ma commande 10482 ?</p>\r\n"
    "--B--\r\n"
).encode()
RECEIVED: dict[str, Any] = {
    "notificationType": "Received",
    "mail": {"timestamp": "2026-11-27T08:14:03.119Z", "source": PERSON, "messageId": "k1", "destination": [ACCOUNT]},
    "receipt": {
        "timestamp": "2026-11-27T08:14:03.119Z",
        "recipients": [ACCOUNT],
        **{f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")},
        "action": {"type": "S3", "objectKey": "mail/in/k1"},
    },
}


def our_mail(kind: Any, secret: str) -> Task:
    """A mail as we take it in: SES's notice, the stored mail, its marks held against a secret, its one event."""
    posted = importlib.import_module("chalicelib.model").posted
    told = json.dumps(RECEIVED).encode()

    def task() -> None:
        (arrival,) = kind.arrivals(told)
        (event,) = kind.parse(posted(kind.body_of(arrival, MAIL, ACCOUNT, (secret,))))
        if event.address.person_id != PERSON:
            raise SystemExit("we do not read our own sample mail")

    return task


def anymail() -> Task | None:
    """django-anymail's view of the same mail: SES's notice with the mail in it, its sender, text, and files."""
    if importlib.util.find_spec("anymail") is None:
        return None
    importlib.import_module("django.conf").settings.configure()
    views: Any = importlib.import_module("anymail.webhooks.amazon_ses")
    view = views.AmazonSESInboundWebhookView()
    action = {"type": "SNS", "encoding": "BASE64"}
    given = {**RECEIVED, "receipt": {**RECEIVED["receipt"], "action": action}, "content": b64encode(MAIL).decode()}
    told = json.dumps(given)

    def task() -> None:
        (event,) = view.esp_to_anymail_events(json.loads(told), {})
        read = event.message
        if (read.from_email.addr_spec, bool(read.text and read.html), read.attachments) != (PERSON, True, []):
            raise SystemExit("anymail does not read our sample mail")

    return task


def twilio(url: str, body: bytes, token: str) -> Task | None:
    """Twilio's own check of the signature of the same form, and the form's fields."""
    if importlib.util.find_spec("twilio") is None:
        return None
    library: Any = importlib.import_module("twilio.request_validator")
    validator = library.RequestValidator(token)
    text = body.decode()
    signature = validator.compute_signature(url, dict(parse_qsl(text, keep_blank_values=True)))

    def task() -> None:
        if not validator.validate(url, dict(parse_qsl(text, keep_blank_values=True)), signature):
            raise SystemExit("twilio refused its own sample")

    return task
