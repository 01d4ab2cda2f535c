"""
SES's side of the world: mails come by SMTP or from the page, ours go out by its API, its events follow.

Whoever has an address that begins with "bounce", "complaint", "suppressed" or "absent" is as the mailbox simulator of
SES has them: their mails come back, are complained about, are not taken, or are answered by a machine.

Source: AWS, "Amazon SES API v2: SendEmail", "Using the mailbox simulator", "Signing AWS API requests".
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
import time
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from ..config import AccountConfig
from ..faults import Fault
from ..files import SAMPLES
from ..pace import DELIVERED_S, SENT_S, pause
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code, now_ms
from ..webhook_sender import Persistence, WebhookDelivery, WebhookSender
from ..world import Bubble, Person, World
from . import mails, smtp
from .mails import Thread

NAME = "email"
KEY_ID = "AKIAGUICHETLOCAL0041"
REGION = "eu-west-3"
QUEUE = Persistence(20.0, (1.0, 3.0, 9.0))
_CREDENTIAL = re.compile(
    r"Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/ses/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)"
)
_ADDRESS = re.compile(r"([^\s<>\"]+@[^\s<>\"]+)>?\s*$")


def error(status: int, kind: str, message: str) -> Answer:
    """Return an error as SES words it."""
    return Answer(status, {"message": message}, {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/"})


class Email:
    """The e-mail side of the world."""

    name = NAME
    takes_files = True
    played: ClassVar[Played] = Played(
        title="E-mail",
        tab=6,
        account_ids={
            "maison-lune": "sav@courrier.maison-lune.example",
            "atelier-nord": "bonjour@courrier.atelier-nord.example",
        },
        secret="signing_secret",  # noqa: S106 - a name
        invented={"key_id": KEY_ID, "region": REGION},
        told=("key_id",),
        person_id="{handle}@clients.example",
    )

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.threads: dict[tuple[str, str], Thread] = {}  # (account, person's address)
        self.smtp = smtp.SmtpServer(self._is_ours, self._came)
        self.active_set = "guichet-local"  # "": an administrator made none the active one

    async def open(self) -> None:
        """Listen for mail programs of this machine."""
        port = await self.smtp.open()
        self.world.note("smtp_open", subject=f"{smtp.HOST}:{port}")

    async def close(self) -> None:
        """Listen no more."""
        await self.smtp.close()

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint("/v2/email/outbound-emails", ("POST",), self.send),
            Endpoint("/v2/email/account", ("GET",), self.account),
            Endpoint("/v2/email/identities/{domain}", ("GET",), self.identity),
            Endpoint("/", ("POST",), self.rules),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from reads."""
        return "send" if call.method == "POST" else "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return SES's words for an injected fault."""
        if fault.fault == "rate_limit":
            return error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        if fault.body is not None:  # it names its error itself
            return Answer(fault.status or 500, fault.body)
        return error(fault.status or 500, "InternalFailure", "")

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:  # noqa: ARG002 - others need them
        """SES asks nothing before it stores a mail."""
        return "ok"

    # --- what the system calls ------------------------------------------------------------------

    def _refused(self, call: PlatformCall) -> Answer | None:
        """Return the refusal of a request that is not signed with the account's key."""
        found = _CREDENTIAL.search(call.headers.get("authorization", ""))
        if found is None:
            return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        key_id, day, region, names, given = found.groups()
        known = [each.accounts[NAME].token for each in self.world.config.brands if NAME in each.accounts]
        if key_id != KEY_ID:
            return error(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        if not any(hmac.compare_digest(given, _signature(call, each, day, region, names)) for each in known):
            return error(403, "InvalidSignatureException", "The request signature we calculated does not match.")
        return None

    def account(self, call: PlatformCall) -> Answer:
        """Say that the AWS account may send."""
        refused = self._refused(call)
        return refused or Answer(200, {"SendingEnabled": True, "ProductionAccessEnabled": True})

    def identity(self, call: PlatformCall) -> Answer:
        """Say that a mailbox's domain is verified."""
        refused = self._refused(call)
        if refused is not None:
            return refused
        boxes = [each.accounts[NAME] for each in self.world.config.brands if NAME in each.accounts]
        if call.params["domain"] not in {each.account_id.partition("@")[2] for each in boxes}:
            return error(404, "NotFoundException", "Email identity does not exist.")
        return Answer(200, {"VerifiedForSendingStatus": True})

    def rules(self, call: PlatformCall) -> Answer:
        """Say which rule set is active: what version 1 of the API is asked, in XML; by the functions' own rights."""
        if "/ses/aws4_request" not in call.headers.get("authorization", ""):
            return error(403, "MissingAuthenticationToken", "Missing Authentication Token")
        if call.fields.get("Action") != "DescribeActiveReceiptRuleSet":
            return error(400, "InvalidAction", "Unknown action.")
        boxes = [each.accounts[NAME].account_id for each in self.world.config.brands if NAME in each.accounts]
        domains = [each.partition("@")[2] for each in boxes]
        text = mails.active_rules(self.active_set, self.world.config.table["bucket"], domains)
        return Answer(200, text, {"content-type": "text/xml"})

    def send(self, call: PlatformCall) -> Answer:
        """Take a mail, or refuse it as SES would."""
        refused = self._refused(call)
        if refused is not None:
            return refused
        try:
            raw = b64decode(call.fields["Content"]["Raw"]["Data"], validate=True)
            (to,) = call.fields["Destination"]["ToAddresses"]
            tags = {one["Name"]: one["Value"] for one in call.fields.get("EmailTags", ())}
            mail = mails.parsed(raw)
        except (KeyError, TypeError, ValueError):
            return error(400, "BadRequestException", "Invalid request.")
        if any(not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", each) for each in (*tags, *tags.values())):
            return error(400, "BadRequestException", "Invalid tag.")
        account = self.world.config.account(NAME, _address(call.fields.get("FromEmailAddress")))
        if account is None:
            return error(400, "MessageRejected", "Email address is not verified.")
        number = f"0102{secrets.token_hex(14)}-000000"
        person = self.world.person_at(account, to.lower())
        bubble = self._store(account, person, mails.words_of(mail), number, tags.get("row", ""))
        self.threads[account.account_id, to.lower()] = Thread(
            _address(mail["Reply-To"] or mail["From"]),
            f"<{number}@{REGION}.amazonses.com>",
            str(mail["References"] or ""),
            str(mail["Subject"] or ""),
            bubble.text,
        )
        after = (lambda: self.sender.start(self._events(account, person, bubble, to.lower(), tags, raw)),)
        return Answer(200, {"MessageId": number}, after=after)

    async def _events(
        self, account: AccountConfig, person: Person, bubble: Bubble, to: str, tags: Mapping[str, str], raw: bytes
    ) -> None:
        """Tell what becomes of a mail."""
        local = to.partition("@")[0]

        def tell(kind: str, **about: Any) -> None:
            told = mails.event(kind, bubble.platform_id, to, tags, about)
            self.sender.send(self._notice(account, told))

        await pause(SENT_S)
        tell("Send")
        await asyncio.to_thread(smtp.relay, raw, account.account_id, to)
        await pause(DELIVERED_S)
        if local.startswith(("bounce", "suppressed")):
            self.world.touch(bubble, "failed", "5.1.1")
            tell("Bounce", bounceType="Permanent", bouncedRecipients=[{"emailAddress": to, "status": "5.1.1"}])
            return
        self.world.touch(bubble, "delivered")
        tell("Delivery", recipients=[to])
        if local.startswith("complaint"):
            tell("Complaint", complainedRecipients=[{"emailAddress": to}], complaintFeedbackType="abuse")
        if local.startswith("absent"):
            away = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
            self._write(account, person, "Je suis absent jusqu'au 7 décembre.", {"headers": away}, shown=False)

    # --- what comes -----------------------------------------------------------------------------

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes: an answer to the last mail that they got, else a new one."""
        return self._write(account, person, text, asked, shown=True)

    def _write(
        self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any], *, shown: bool
    ) -> Bubble:
        """`asked`: file; headers and verdicts that are not the usual ones; subject; "new": no answer."""
        address = person.ids[f"{NAME}:{account.account_id}"]
        thread = None if asked.get("new") else self.threads.get((account.account_id, address))
        to = thread.reply_to if thread else account.account_id
        subject = str(asked.get("subject") or (f"Re: {thread.subject}" if thread else "Message"))
        number, file = new_code("m", 12), str(asked.get("file") or "")
        mail = mails.written(
            f"{person.name} <{address}>" if person.name.replace(" ", "").isalpha() else address,
            to, subject, text, thread, number, dict(asked.get("headers") or {}),
        )  # fmt: skip
        if file:
            kind, _, sort = SAMPLES[file].media_type.partition("/")
            mail.add_attachment(SAMPLES[file].content, maintype=kind, subtype=sort, filename=f"{file}.{sort}")
        bubble = (
            self._show(account, person, text, number, file)
            if shown
            else Bubble("", account.brand, NAME, person.key, "customer", "private", text, now_ms(), number)
        )
        verdicts = dict(asked.get("verdicts") or {})
        self.sender.start(self._arrive(account, mail.as_bytes(), [to], address, verdicts, bubble.id))
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """A colleague answers from their own mail program, with the mailbox in copy."""
        address = person.ids[f"{NAME}:{account.account_id}"]
        thread = self.threads.get((account.account_id, address))
        reply = thread.reply_to if thread else account.account_id
        own = account.account_id.partition("@")[2].partition(".")[2]
        sender, number = f"lea@{own}", new_code("m", 12)
        mail = mails.written(f"Léa <{sender}>", address, "Re: Message", text, None, number, {"Cc": reply})
        bubble = self._store(account, person, text, number, "", native=True)
        self.sender.start(self._arrive(account, mail.as_bytes(), [reply], sender, {}, ""))
        return bubble

    def _is_ours(self, address: str) -> bool:
        return self._owner(address) is not None

    def _owner(self, address: str) -> AccountConfig | None:
        local, _, domain = address.rpartition("@")
        return self.world.config.account(NAME, f"{local.partition('+')[0]}@{domain}")

    def _came(self, raw: bytes, source: str, recipients: list[str]) -> None:
        """Take a mail that came by SMTP."""
        mail = mails.parsed(raw)
        for recipient in recipients:
            account = self._owner(recipient)
            if account is None:
                continue
            address = _address(mail["From"]) or source
            person = self.world.person_at(account, address, str(mail["From"] or "").partition("<")[0].strip(' "'))
            bubble = self._show(account, person, mails.words_of(mail), new_code("m", 12), "")
            forged = source and address.rpartition("@")[2] != source.rpartition("@")[2]
            verdicts = {"dmarc": "FAIL"} if forged else {}
            self.sender.start(self._arrive(account, raw, [recipient], source, verdicts, bubble.id))

    async def _arrive(
        self,
        account: AccountConfig,
        raw: bytes,
        recipients: list[str],
        source: str,
        verdicts: Mapping[str, str],
        bubble_id: str,
    ) -> None:
        """Store a mail as SES does, then tell the queue."""
        number = new_code("", 24).lower()
        found = {**dict.fromkeys(mails.VERDICTS, "PASS"), **verdicts}
        where = self.world.config.table
        key = f"{where['endpoint']}/{where['bucket']}/{mails.PREFIX}{number}"
        body = mails.stored(raw, recipients[0], source, found)
        answer = await self.sender.client.put(key, content=body, headers={"authorization": _authorization("s3")})
        answer.raise_for_status()
        told = mails.received(number, recipients, source, found)
        self.sender.send(self._notice(account, told, bubble_id), by_customer=bool(bubble_id))

    def _notice(self, account: AccountConfig, told: Mapping[str, Any], bubble_id: str = "") -> WebhookDelivery:
        """Return what puts a notice of SES on the queue, as its topic does."""
        where = self.world.config.table
        asked = {"QueueUrl": where["mail_queue"], "MessageBody": json.dumps(told)}
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": "AmazonSQS.SendMessage",
            "authorization": _authorization("sqs"),
        }
        body = json.dumps(asked).encode()
        return WebhookDelivery(
            NAME, f"{where['endpoint']}/", body, headers, bubble_id, account.brand, persistence=QUEUE
        )

    def _show(self, account: AccountConfig, person: Person, text: str, number: str, file: str) -> Bubble:
        said = (new_code("B"), account.brand, NAME, person.key, "customer", "private", text, now_ms(), number)
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at = bubble.at
        self.world.touch_thread(thread)
        return bubble

    def _store(
        self, account: AccountConfig, person: Person, text: str, number: str, proof: str, *, native: bool = False
    ) -> Bubble:
        said = (new_code("B"), account.brand, NAME, person.key, "brand", "private", text, now_ms(), number)
        bubble = Bubble(*said, status="sent", proof=proof, native=native)  # type: ignore[arg-type]  # as Bubble has them
        return self.world.add_bubble(bubble)


def _address(header: object) -> str:
    found = _ADDRESS.search(str(header or ""))
    return found[1].lower() if found else ""


def _authorization(service: str) -> str:
    """Whose request it is: the local AWS reads the account and region, and looks at no signature."""
    day = time.strftime("%Y%m%d", time.gmtime())
    scope = f"test/{day}/{REGION}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def _signature(call: PlatformCall, secret: str, day: str, region: str, names: str) -> str:
    """Return the signature of a call to SES (Signature Version 4)."""
    held = {**call.headers, "host": f"email.{region}.amazonaws.com"}
    lines = "".join(f"{name}:{held.get(name, '').strip()}\n" for name in names.split(";"))
    digest = hashlib.sha256(call.raw).hexdigest()
    canonical = f"{call.method}\n{call.path}\n\n{lines}\n{names}\n{digest}"
    scope = f"{day}/{region}/ses/aws4_request"
    stamp = held.get("x-amz-date", "")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
