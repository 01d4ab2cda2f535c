"""SES in memory: mails lie in the bucket before a queue tells of them; ours are taken, and told of by events."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from chalicelib.model import Request
from chalicelib.ports import HttpAnswer

from .platforms import JPEG, Hook, Platform, answer

QUEUE = "/queue/mail"
DOMAIN = "clients.example"
VERDICTS = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")}


def problem(kind: str, status: int = 400) -> HttpAnswer:
    return answer(status, {"message": "invented"}, x_amzn_errortype=kind)


@dataclass
class SesMail(Platform):
    """
    One mailbox. `deaf`: it stores mails and tells nobody. `bounces`: what it took comes back.

    A hook's body is what the queue is told; `stored` holds the mails by their keys until then.
    """

    stored: dict[str, bytes] = field(default_factory=dict)
    deaf: bool = False
    bounces: bool = False
    last: EmailMessage | None = None

    def writes(self, person: str, text: str, *, times: int = 1, file: bytes = b"", answers: bool = False) -> str:
        mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=900))
        number = self.new_id("mail")
        to = self.account_id
        mail["From"], mail["Subject"], mail["Message-ID"] = f"{person}@{DOMAIN}", "Question", f"<{number}@{DOMAIN}>"
        if answers and self.last is not None:
            to = str(self.last["Reply-To"])
            mail["In-Reply-To"], mail["References"] = (
                f"<{self.said[-1].platform_id}@amazonses.com>",
                self.last["References"],
            )
            text += "\n\nLe 27/11/2026 à 18:02, SAV a\nécrit :\n\n> Bonjour,"
        mail["To"] = to
        mail.set_content(text or "\n")
        if file:
            mail.add_attachment(file, maintype="image", subtype="jpeg", filename="photo.jpg")
        for copy in range(times):
            self._arrives(f"{number}-{copy}", mail.as_bytes(), to, f"{person}@{DOMAIN}")
        return number

    def sends_file(self, person: str) -> None:
        self.writes(person, "", file=JPEG)

    def forged(self, person: str, text: str) -> None:
        """Somebody writes under this address from a server that may not."""
        mail, number = EmailMessage(), self.new_id("mail")
        mail["From"], mail["Subject"], mail["To"] = f"{person}@{DOMAIN}", "Question", self.account_id
        mail.set_content(text)
        self._arrives(number, mail.as_bytes(), self.account_id, "mallory@elsewhere.example", dmarc="fail")

    def _arrives(self, number: str, raw: bytes, to: str, source: str, *, dmarc: str = "pass") -> None:
        """A copy of a mail, as an alias brings it, has a number of its own."""
        key = f"mail/in/{number}"
        proved = f"Authentication-Results: amazonses.com; dmarc={dmarc};"
        failed = {f"{name}Verdict": {"status": "FAIL"} for name in ("spf", "dkim", "dmarc")}
        verdicts = {} if dmarc == "pass" else failed
        head = f"Received: by ses\r\n for {to};\r\n{proved}\r\nX-SES-RECEIPT: x\r\n"
        self.stored[key] = head.encode() + raw
        told = {
            "notificationType": "Received",
            "mail": {"messageId": number, "source": source, "timestamp": self._now()},
            "receipt": {"recipients": [to], "action": {"objectKey": key}, **VERDICTS, **verdicts},
        }
        self._tell({"key": key, "told": None if self.deaf else told})

    def _now(self) -> str:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.clock.now / 1000, UTC).isoformat().replace("+00:00", "Z")

    def _tell(self, what: dict[str, Any], after_ms: int = 0) -> None:
        request = Request("POST", QUEUE, {}, {}, json.dumps(what).encode())
        self.hooks.append(Hook(self.clock.now + after_ms, QUEUE, request))

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        assert "/ses/aws4_request" in headers["authorization"], "not signed for SES"
        assert url.startswith("https://email.eu-west-3.amazonaws.com/v2/email/")
        if method == "GET":
            return answer(200, {"VerifiedForSendingStatus": True, "SendingEnabled": True})
        if self.troubles:
            return self.troubles.pop(0)
        asked = json.loads(body)
        mail = message_from_bytes(b64decode(asked["Content"]["Raw"]["Data"]), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        plain, number = mail.get_body(("plain",)), self.new_id("0102-")
        assert plain is not None
        self.last = mail
        tags = {one["Name"]: [one["Value"]] for one in asked["EmailTags"]}
        row, _, index = tags["row"][0].rpartition("-")
        (to,) = asked["Destination"]["ToAddresses"]
        person = parseaddr(to)[1].partition("@")[0]
        text = str(plain.get_content()).replace("\r\n", "\n").strip()
        self.keep(person, text, f"{row.replace('_', '.')}:{index}", number)
        if not self.mute:
            self._events(number, to, tags)
        return answer(200, {"MessageId": number})

    def _events(self, number: str, to: str, tags: dict[str, list[str]]) -> None:
        mail = {"messageId": number, "destination": [to], "tags": tags, "timestamp": self._now()}
        told: list[dict[str, Any]] = [{"eventType": "Send", "mail": mail, "send": {}}]
        if self.bounces:
            bounced = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": to}]}
            told.append({"eventType": "Bounce", "mail": mail, "bounce": bounced})
        else:
            told.append({"eventType": "Delivery", "mail": mail, "delivery": {}})
        for number_of, one in enumerate(told):
            self._tell({"key": "", "told": one}, 400 + 300 * number_of)
