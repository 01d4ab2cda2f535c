"""
E-mail by SES: `Channel` for one mailbox.

A mail comes by a queue, never by HTTP: SES stores it in the bucket and tells the queue (`ComesByQueue`). Each answer
hangs on the mail that it answers, has the customer's signed reply address, and is marked as automatic where no person
wrote it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from ...errors import Refused, SendError, TokenExpired, Unconfirmed
from ...findings import Finding
from ...model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Event,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Sent,
)
from ...move_port import WayIn
from ...ports import Authenticator, ConnectSteps, ErrorTable, Http, Surface, Traits
from ...stored_ports import Arrival
from .._json_values import load_object, string
from .._signing import Internal
from . import anchors, calls, compose, threads
from .headers import is_address

NAME = "email"
PROVED_MS = 120_000  # SES's first event about a mail comes within seconds; SNS and the queue have their time
HOUR_MS = 3_600_000
TRAITS = Traits(
    name=NAME,
    title="E-mail",
    way_in=WayIn(
        "mailto:{place}?subject={words}",
        ("mail", "email", "courriel", "mel"),
        "e-mail",
        {"fr": "par e-mail", "en": "by e-mail"},
    ),
    proves="mail",
    private=Surface(
        limit=20_000,
        unit="chars",
        proof="status",
        prove_after_ms=PROVED_MS,
        subject_limit=150,
        html_limit=100_000,
        files=3,
        file_limit=4_000_000,
        files_beside_text=True,
        people_answer_replies=True,
        bot_a_day=3,
        bot_pause_ms=HOUR_MS,
        bot_a_domain=40,
    ),
    public=None,
    echoes_own=False,
    failures={
        "bounce_permanent": "Refused",
        "bounce_transient": "Refused",
        "bounce_undetermined": "Refused",
        "reject": "Refused",
        "rendering_failure": "Refused",
        "suppressed": "Refused",
    },
)
_SEND = "/v2/email/outbound-emails"


class Email:
    """`Channel` for one mailbox."""

    traits: ClassVar[Traits] = TRAITS
    authenticator: ClassVar[Authenticator] = Internal()
    errors: ClassVar[ErrorTable] = calls.ERRORS

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    # --- what came ----------------------------------------------------------------------------

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the events of a body that `body_of` made, or of SES's; pure and total."""
        from .incoming import read  # noqa: PLC0415 - `email` and its parsers: only where a mail is read

        return read(request.body, NAME)

    @classmethod
    def arrivals(cls, body: bytes) -> Sequence[Arrival]:
        from .arrivals import arrivals  # noqa: PLC0415 - the same

        return arrivals(body)

    @classmethod
    def accounts_in(cls, stored: bytes) -> Sequence[str]:
        from .arrivals import accounts_in  # noqa: PLC0415 - the same

        return accounts_in(stored)

    @classmethod
    def body_of(cls, arrival: Arrival, stored: bytes, account_id: str, secrets: Sequence[str]) -> bytes:
        from .arrivals import body_of  # noqa: PLC0415 - the same

        return body_of(arrival, stored, account_id, secrets)

    @classmethod
    def found(cls, stored: str) -> bytes:
        from .arrivals import found  # noqa: PLC0415 - the same

        return found(stored)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    # --- what is said -------------------------------------------------------------------------

    def send(self, part: OutboundPart) -> Sent:
        """
        Send one mail. SES's answer means that it took it: what became of it comes as events, by our tags.

        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
        """
        anchor = anchors.read(part.anchor)
        to = anchor.to or part.address.person_id
        if not is_address(to):
            raise Refused("no_address")
        asked: dict[str, Any] = {
            "FromEmailAddress": self._from(part.address.account_id),
            "Destination": {"ToAddresses": [to]},
            "Content": {"Raw": {"Data": b64encode(self._mail(part, anchor, to)).decode()}},
            "EmailTags": [
                {"Name": "row", "Value": threads.tag_of_row(part.row_id, part.index)},
                {"Name": "account", "Value": threads.tag_of_account(part.address.account_id)},
            ],
        }
        if self._credentials.extra.get("configuration_set"):
            asked["ConfigurationSetName"] = self._credentials.extra["configuration_set"]
        answer = calls.post(self._http, self._credentials, _SEND, asked)
        sent = string(calls.accepted(answer, part.attempt).get("MessageId"))
        if not sent:
            raise Unconfirmed("no_id")
        return Sent(sent)

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: a mail has no such thing."""

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent once an event of SES has named every part; a missing event proves nothing."""
        if row.parts and all(part.platform_id for part in row.parts):
            return Sent(row.parts[-1].platform_id)
        return CannotTell()

    # --- files --------------------------------------------------------------------------------

    def fetch(self, file: Attachment) -> bytes:  # noqa: ARG002 - as the port says
        """Refuse: no file of a mail lies anywhere but in our bucket (`file_in`)."""
        raise Refused("no_link")

    def file_in(self, stored: bytes, file: Attachment) -> bytes:
        """Return a file out of its stored mail."""
        from .mime import file_in  # noqa: PLC0415 - only where there is one

        place = int(file.platform_id) if file.platform_id.isascii() and file.platform_id.isdigit() else -1
        found = file_in(stored, place)
        if found is None:
            raise Refused("no_file")
        return found

    # --- the account --------------------------------------------------------------------------

    def called(self, account_id: AccountId) -> str:
        """
        Return the address that mails are sent from, and whether SES is still in its sandbox.

        Raises Refused where the address is of a domain that is not verified there.
        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
        """
        domain = self._address(account_id).rpartition("@")[2]
        if not is_address(f"a@{domain}"):
            raise Refused("no_domain")
        identity = calls.get(self._http, self._credentials, f"/v2/email/identities/{domain}")
        if identity.status == 404 or calls.accepted(identity).get("VerifiedForSendingStatus") is not True:
            raise Refused("another_account")
        told = calls.get(self._http, self._credentials, "/v2/email/account")
        held = (
            load_object(told.body) if told.status == 200 else {}
        )  # the functions may not ask: no rule names one account
        if held.get("SendingEnabled") is False:
            raise TokenExpired("sending_disabled", "SES has switched this AWS account's sending off")
        sandbox = " (sandbox: verified addresses only)" if held.get("ProductionAccessEnabled") is False else ""
        return f"{self._address(account_id)}{sandbox}"

    def way_in(self, account_id: AccountId) -> Iterator[Finding]:
        """Say whether SES's active rule set still stores the account's mails with us."""
        from . import rules  # noqa: PLC0415 - doctor alone

        region = calls.receiving_region(self._credentials)
        try:
            answer = calls.active_rules(self._http, self._credentials)
            if not 200 <= answer.status < 300:
                raise calls.failure(answer)
            active, found = rules.read(answer.body)
        except SendError as error:
            yield Finding(
                "callback", well=True, seen=f"SES does not say which rule set is active in {region} ({error})"
            )
            return
        bucket = self._credentials.extra.get("role_bucket", "")
        yield from rules.findings(active, found, account_id, bucket, region)

    def _address(self, account_id: str) -> str:
        return self._credentials.extra.get("from") or account_id

    def _from(self, account_id: str) -> str:
        try:
            return compose.named(self._credentials.extra.get("from_name", ""), self._address(account_id))
        except ValueError:
            raise TokenExpired("no_sender", "the account has no address to send from: reconnect it") from None

    def _mail(self, part: OutboundPart, anchor: anchors.Anchor, to: str) -> bytes:
        secret = next((each for each in self._credentials.app_secrets if each), "")
        if not secret:
            raise TokenExpired("no_secret", "it needs a secret that signs reply addresses: reconnect it")
        account_id = part.address.account_id
        answered = [anchor.message_id] if anchor.message_id else []
        own = threads.own_id(secret, part.row_id, part.index, account_id)
        subject = part.subject or _answering(anchor.subject) or "Re:"
        given_token = threads.token(secret, account_id, part.address.person_id)
        headers = {
            "From": self._from(account_id),
            "To": compose.named("", to),
            "Reply-To": threads.reply_address(account_id, given_token),
            "Subject": compose.words(subject),
            "In-Reply-To": compose.ids(answered),
            "References": compose.ids([*anchor.before, *answered, own]),
            **({} if part.by_human else {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}),
        }
        enclosed = [
            compose.Enclosed(one.media_type, one.name, content)
            for one, content in zip(part.files, part.contents, strict=True)
        ]
        return compose.mail(headers, part.text, part.html or compose.page(part.text), enclosed)


def _answering(subject: str) -> str:
    """Return a subject as its answer has it."""
    if not subject:
        return ""
    return subject if subject.lower().startswith(("re:", "re :")) else f"Re: {subject}"
