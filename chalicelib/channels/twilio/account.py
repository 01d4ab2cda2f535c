"""
A sender of Twilio's messaging, as a channel: what text messages and WhatsApp by Twilio have in common.

Source: Twilio, "Messages resource", "Media resource", "IncomingPhoneNumber resource", "Webhooks: security".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from ... import gsm
from ...errors import Refused, SendError, Unconfirmed
from ...model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Event,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    Part,
    Proof,
    Request,
    Response,
    Sent,
)
from ...ports import Authenticator, ErrorTable, Http, HttpAnswer, Listed, Traits
from ...text import to_json
from .._json_values import Object, load_object, objects, string
from .._media import download, plain
from .._signing import UrlFormHmac
from . import calls, events, lists

SETTLES_MS = 60_000  # the list may lag behind what was sent
VALID_S = 14_400  # a message that waits longer than four hours in Twilio's queue is not sent any more
RETRIES = "#rc=5&rp=all"  # asks Twilio to repeat a webhook; it does not by itself
NOTHING = Response(204)  # any text in the answer to a webhook would be sent to the customer as a message
FILE_HOSTS = (calls.HOST, ".twiliocdn.com")
_SKEW_MS = 5_000  # our clock and Twilio's
_PAGE = 100
_SHORT_CODE = 6  # digits at most; a number in the international form has more


class TwilioSender:
    """`Channel` for one number. `prefix` stands before each number, `keywords`: see `events.read`."""

    traits: ClassVar[Traits]
    prefix: ClassVar[str] = ""
    keywords: ClassVar[bool] = False
    errors: ClassVar[ErrorTable] = calls.ERRORS
    authenticator: ClassVar[Authenticator] = UrlFormHmac(
        "x-twilio-signature", refused=("x-twilio-webhooks-signature-settings",)
    )

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the one event of a request; pure and total."""
        return (events.read(request, cls.traits.name, cls.prefix, keywords=cls.keywords),)

    def send(self, part: OutboundPart) -> Sent:
        """
        Say one text, or an approved template. 201 means queued.

        What became of it comes as a status, to an address that names the row.

        https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
        """
        fields = {
            "To": self._number(part.address.person_id),
            **self._sender(part.address.account_id),
            **_said(part),
            "ValidityPeriod": str(VALID_S),
        }
        if self._credentials.webhook_url:
            mark = events.mark_of(part.row_id, part.index)
            fields["StatusCallback"] = f"{self._credentials.webhook_url}/{mark}{RETRIES}"
        answer = calls.post(self._http, self._credentials, "/Messages.json", fields)
        sent = string(calls.accepted(answer, part.attempt).get("sid"))
        if not sent:
            raise Unconfirmed("no_sid")
        return Sent(sent)

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: none is shown."""

    def fetch(self, file: Attachment) -> bytes:
        """
        Read a file: Twilio asks for our key and leads to its CDN, which must not see the key.

        https://www.twilio.com/docs/messaging/api/media-resource
        """
        if not file.url:
            raise Refused("no_link")

        def get(url: str) -> HttpAnswer:
            own = urlsplit(url).hostname == calls.HOST
            return plain(self._http, calls.authorization(self._credentials) if own else None)(url)

        return download(lists.link_of(self._http, self._credentials, file.url), self.traits.file_hosts, get)

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        """
        Return a page of what came to the number since then.

        https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
        """
        if page:
            answer = calls.following(self._http, self._credentials, page)
        else:
            asked = lists.first_page(self._number(account_id), since)
            answer = calls.get(self._http, self._credentials, "/Messages.json", asked)
        return lists.read_page(calls.accepted(answer), since, self.traits.name, self.prefix, keywords=self.keywords)

    def called(self, account_id: AccountId) -> str:
        """
        Return what the number is called in the Twilio account.

        https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
        """
        asked = {"PhoneNumber": self._number(account_id).removeprefix(self.prefix)}
        answer = calls.get(self._http, self._credentials, "/IncomingPhoneNumbers.json", asked)
        found = objects(calls.accepted(answer).get("incoming_phone_numbers"))
        if not found:
            raise Refused("another_account")
        return string(found[0].get("friendly_name"))

    def prove(self, row: OutboxRow) -> Proof:
        """
        Look for the first part without an id in Twilio's own list of what was sent to this person.

        Its filter by the day is not used: it passes over what still waits in Twilio's queue.
        """
        part = next((one for one in row.parts if not one.platform_id), None)
        if part is None:
            return Sent(row.parts[-1].platform_id) if row.parts else CannotTell()
        asked = {"To": self._number(row.address.person_id), "PageSize": str(_PAGE)}
        try:
            answer = calls.get(self._http, self._credentials, "/Messages.json", asked)
        except SendError:
            return CannotTell()
        return _judge(row, part, answer)

    def _number(self, number: str) -> str:
        """Return a number as Twilio writes it; what is none (a short code, an id) has no plus."""
        plus = "+" if number.isdigit() and len(number) > _SHORT_CODE else ""
        return f"{self.prefix}{plus}{number}"

    def _sender(self, account_id: str) -> dict[str, str]:
        service = self._credentials.extra.get("service", "")
        return {"MessagingServiceSid": service} if service else {"From": self._number(account_id)}


def _said(part: OutboundPart) -> dict[str, str]:
    """Return the fields of a part's words: the text itself, or the template that says it, with its values."""
    if part.template is None:
        return {"Body": part.text}
    values = {str(number): value for number, value in enumerate(part.template.values, 1)}
    return {"ContentSid": part.template.name, **({"ContentVariables": to_json(values)} if values else {})}


def _judge(row: OutboxRow, part: Part, answer: HttpAnswer) -> Proof:
    body = load_object(answer.body)
    if answer.status != 200 or type(body.get("messages")) is not list:
        return CannotTell()
    since = row.created_at - _SKEW_MS
    known = {one.platform_id for one in row.parts}
    listed = objects(body["messages"])
    times = [lists.written_at(one) for one in listed]
    if None in times:
        return CannotTell()
    for one, at in zip(listed, times, strict=True):
        if at is not None and at >= since and string(one.get("sid")) not in known and _same(part, one):
            return Sent(string(one.get("sid")))
    if part.template is not None:  # its words stand in the list as Twilio filled them: their absence proves nothing
        return CannotTell()
    complete = not body.get("next_page_uri") or any(at is not None and at < since for at in times)
    return NotSent() if complete else CannotTell()


def _same(part: Part, listed: Object) -> bool:
    """Whether a listed message is this part. A messaging service may make its typography plain ("smart encoding")."""
    ours = string(listed.get("direction")) in ("outbound-api", "outbound-reply")
    return ours and gsm.plain(string(listed.get("body"))).strip() == gsm.plain(part.text).strip()
