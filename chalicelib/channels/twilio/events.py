"""
Reads Twilio's messaging webhooks, which are forms: a message that came, or the status of one of ours. Pure and total.

Source: Twilio, "Messaging webhooks: incoming message" and "Outbound message status in status callbacks".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from ...model import (
    Address,
    Attachment,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    OptOut,
    Postback,
    Receipt,
    ReceiptStatus,
    Request,
)
from .._forms import fields_of
from .._json_values import address, event_id, malformed

Fields = Mapping[str, str]
# Whole messages that Twilio heeds by itself, on a number as on a messaging service. "YES" opts in as well, but is an
# answer to questions: it stays a message.
STOPS = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"})
STARTS = frozenset({"start", "unstop"})
# "sent" alone proves that a row was sent; what comes before it says nothing that the answer to the send did not.
STATUSES: Mapping[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
_MARK = re.compile(r"(?P<row>[a-z0-9.]{1,200})-(?P<index>[0-9]{1,4})")
_MEDIA_MOST = 60
_SHOWN_DIGITS = 4  # of a number, to agents
_KINDS: Mapping[str, str] = {"image": "image", "video": "video", "audio": "audio"}


def mark_of(row_id: str, index: int) -> str:
    """Return a part's reference as it stands in the address that its statuses are sent to."""
    return f"{row_id}-{index}"


def bare(number: str, prefix: str) -> str:
    """Return a number without its prefix and plus; what is no number (a short code, a name) as it is."""
    return number.removeprefix(prefix).strip().removeprefix("+")


def read(request: Request, channel: str, prefix: str, *, keywords: bool) -> Event:
    """Return what a request says. `keywords`: Twilio heeds STOP here without being told so."""
    one = dict(fields_of(request.body))
    sid = one.get("MessageSid") or one.get("SmsSid") or ""
    if not sid:
        return malformed(channel, request.body, "not a Twilio message")[0]
    if "MessageStatus" in one:
        return _status(one, sid, channel, prefix, request.path)
    return came(one, sid, channel, prefix, keywords=keywords)


def came(one: Fields, sid: str, channel: str, prefix: str, *, keywords: bool) -> Event:
    """Return what a message says that came, by the fields of its webhook."""
    at = address(channel, bare(one.get("To", ""), prefix), bare(one.get("From", ""), prefix))
    own_id = event_id(sid, one)
    if not at.person_id:
        return MalformedBody(event_id=own_id, address=at, sent_at=None, reason="names no customer")
    wish = _wish(one, keywords=keywords)
    if wish in ("stop", "start"):
        return OptOut(event_id=own_id, address=at, sent_at=None, undone=wish == "start")
    if wish == "help":  # Twilio has answered it
        return Ignored(event_id=own_id, address=at, sent_at=None, reason="help")
    if "ButtonPayload" in one:
        title = one.get("ButtonText") or one.get("Body", "")
        payload = one["ButtonPayload"]
        alias = _other_id(one, at)
        return Postback(event_id=own_id, address=at, sent_at=None, payload=payload, title=title, alias=alias)
    return _message(one, own_id, at)


def _wish(one: Fields, *, keywords: bool) -> Literal["stop", "start", "help", ""]:
    """What Twilio itself took the message for, and has answered."""
    told = one.get("OptOutType", "").lower()
    if told in ("stop", "start", "help"):
        return told  # type: ignore[return-value]  # one of the three
    said = one.get("Body", "").strip().lower()
    if keywords and said in STOPS:
        return "stop"
    return "start" if keywords and said in STARTS else ""


def _message(one: Fields, own_id: EventId, at: Address) -> Message:
    text, attachments = one.get("Body", ""), _attachments(one)
    return Message(
        event_id=own_id,
        address=at,
        sent_at=None,  # none is given: the time of its receipt counts
        target_id=one.get("OriginalRepliedMessageSid", ""),
        text=text,
        attachments=attachments if text or attachments else (Attachment("unsupported"),),
        display_name=one.get("ProfileName", "") or _end_of(at.person_id),
        alias=_other_id(one, at),
        beside=(("ad", one["ReferralHeadline"]),) if one.get("ReferralHeadline") else (),
    )


def _other_id(one: Fields, at: Address) -> str:
    """The customer's id of WhatsApp's own, where they are named by their number."""
    other = one.get("ExternalUserId", "")
    return other if other != at.person_id else ""


def _end_of(number: str) -> str:
    """Return what tells one customer without a name from another: the end of the number; "" where it is none."""
    return f"•••• {number[-_SHOWN_DIGITS:]}" if number.isdigit() and len(number) > 2 * _SHOWN_DIGITS else ""


def _attachments(one: Fields) -> tuple[Attachment, ...]:
    found = []
    for number in range(_MEDIA_MOST):
        url = one.get(f"MediaUrl{number}")
        if not url:
            break
        sort = one.get(f"MediaContentType{number}", "").partition("/")[0]
        found.append(Attachment(_KINDS.get(sort, "document"), url))
    if one.get("Latitude") and one.get("Longitude"):
        found.append(Attachment("location", f"geo:{one['Latitude']},{one['Longitude']}"))
    return tuple(found)


def _status(one: Fields, sid: str, channel: str, prefix: str, path: str) -> Event:
    """A status of a message: if it is ours, its row stands in the path, which we wrote and Twilio has signed."""
    told = one["MessageStatus"].lower()
    status = STATUSES.get(told)
    at = address(channel, bare(one.get("From", ""), prefix), bare(one.get("To", ""), prefix))
    own_id = event_id(f"{told}:{sid}", one)
    marked = _MARK.fullmatch("".join(path.split("/")[4:5]))
    if status is None:
        return Ignored(event_id=own_id, address=at, sent_at=None, reason="status")
    return Receipt(
        event_id=own_id,
        address=at,
        sent_at=None,
        status=status,
        row_id=f"{marked['row']}:{marked['index']}" if marked else "",
        platform_id=sid,
        error_code=one.get("ErrorCode", ""),
    )
