"""
What SES says of a mail that it received: to whom it came, when, and what it found.

Two places are believed: the notification, and in the stored mail the headers above X-SES-RECEIPT, which SES writes.
What stands below is the sender's: a forged "X-SES-Spam-Verdict: PASS" is an ordinary trick.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...model import Millis
from .._json_values import Object, child, millis, string
from .headers import is_address, mailbox, raw_text, within

VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")
RECEIPT = b"x-ses-receipt:"
_HEADERS_READ = 64_000  # bytes: SES writes its own first
_FOR = re.compile(r"\bfor <?([^\s<>;]{3,254})>?\s*;")
# At the beginning of a clause alone: what stands within one repeats words of the sender's own.
_RESULT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc)=(\w+)")
_JUDGED = re.compile(r"(?:^|;)\s*dmarc=\w+[^;]*?\bheader\.from=([^\s;]+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_VERDICT = re.compile(r"x-ses-(spam|virus)-verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """
    A mail's envelope. `verdicts`: SES's words (PASS, FAIL, GRAY …) by what it looked for; missing: not looked for.

    `source`: the envelope's sender, "" for a report. `stored`: the key of the mail in the bucket. `judged`: the domains
    in From that DMARC was asked about, where SES names them above the mail.
    """

    message_id: str = ""
    recipients: tuple[str, ...] = ()
    source: str = field(default="", repr=False)
    sent_at: Millis | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)
    stored: str = ""
    judged: tuple[str, ...] = ()

    def failed(self, *names: str) -> str:
        """Return the first of these that SES found wrong, "" if none."""
        return next((name for name in names if self.verdicts.get(name) == "FAIL"), "")

    def proves(self, domain: str) -> bool:
        """Whether the mail is of this domain, which we read in its From: SES found it aligned, and read no other."""
        return self.verdicts.get("dmarc") == "PASS" and all(within(domain, each) for each in self.judged)

    def sent_for(self, domain: str) -> bool:
        """Whether the envelope is of this domain, or one below it, and its server may send for it (SPF)."""
        return self.verdicts.get("spf") == "PASS" and within(self.source.rpartition("@")[2], domain)


def of_notification(told: Object) -> Envelope:
    """Return what the notification of a received mail says."""
    receipt, mail = child(told, "receipt"), child(told, "mail")
    given = receipt.get("recipients")
    listed = [string(one).strip().lower() for one in given] if type(given) is list else []
    found = {name: string(child(receipt, f"{name}Verdict").get("status")).upper() for name in VERDICTS}
    return Envelope(
        message_id=string(mail.get("messageId")),
        recipients=tuple(one for one in listed if is_address(one)),
        source=mailbox(string(mail.get("source"))).address,
        sent_at=millis(mail.get("timestamp")) or millis(receipt.get("timestamp")),
        verdicts={name: word for name, word in found.items() if word},
        stored=string(child(receipt, "action").get("objectKey")),
    )


def of_mail(raw: bytes) -> Envelope:
    """Return what SES wrote above the mail itself; nothing where it wrote nothing."""
    own = _own_headers(raw[:_HEADERS_READ])
    verdicts: dict[str, str] = {}
    recipients: list[str] = []
    source = ""
    judged: list[str] = []
    for name, value in own:
        seen = _VERDICT.fullmatch(name)
        if seen is not None:
            verdicts.setdefault(seen[1], value.strip().upper())
        elif name == "authentication-results":
            results = _QUOTED.sub("", value.lower())
            judged += [each.rpartition("@")[2] for each in _JUDGED.findall(results)]
            for what, word in _RESULT.findall(results):
                said = "PASS" if word == "pass" else _worse(word)
                if verdicts.setdefault(what, said) != said:
                    verdicts[what] = "FAIL"  # two that differ: one of them is not SES's
        elif name == "received" and not recipients:
            recipients = [one.lower() for one in _FOR.findall(value) if is_address(one.lower())]
        elif name == "return-path":
            source = mailbox(value).address
    return Envelope(recipients=tuple(recipients), source=source, verdicts=verdicts, judged=tuple(judged))


def _worse(word: str) -> str:
    return "FAIL" if word == "fail" else "GRAY"


def _own_headers(raw: bytes) -> list[tuple[str, str]]:
    """Return the headers above X-SES-RECEIPT, unfolded."""
    found: list[tuple[str, str]] = []
    ended = False
    for line in raw.split(b"\n"):
        text = raw_text(line.decode("utf-8", "replace"))
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
            continue
        if not text:
            break
        if line.lower().startswith(RECEIPT):
            ended = True
            break
        name, _, value = text.partition(":")
        found.append((name.strip().lower(), value.strip()))
    return found if ended else []
