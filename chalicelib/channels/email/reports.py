"""
Reads what SES tells of mails that we sent: events of the configuration set, each about one of ours. Pure and total.

"Sent" is what SES took; only a bounce, a complaint or a refusal says otherwise later.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model import Address, Event, EventId, Ignored, MalformedBody, OptOut, Receipt
from .._json_values import Object, address, child, fingerprint, millis, objects, string
from . import threads
from .headers import mailbox

# SES's word, in small letters, and ours for what became of a mail; the code of a failed one.
FAILURES: Mapping[str, str] = {
    "bounce_permanent": "Refused",
    "bounce_transient": "Refused",  # SES has tried for hours: a person is told
    "bounce_undetermined": "Refused",
    "reject": "Refused",
    "rendering_failure": "Refused",
    "suppressed": "Refused",
}
_SENT = frozenset({"send", "delivery"})
_FAILED = frozenset({"reject", "rendering failure"})
_PARTS = {"rendering failure": "failure", "deliverydelay": "deliveryDelay"}


def is_report(told: Object) -> bool:
    """Whether this is an event about a mail of ours, and not a mail that came."""
    return "eventType" in told or string(told.get("notificationType")) in ("Bounce", "Complaint", "Delivery")


def read(told: Object, channel: str) -> Sequence[Event]:
    """Return what one event says."""
    word = string(told.get("eventType") or told.get("notificationType")).strip().lower()
    mail, about = child(told, "mail"), child(told, _PARTS.get(word, word))
    found = []
    for person in _people(word, about, mail):
        found += _of_person(word, about, mail, address(channel, _account(mail), person))
    if found:
        return found
    none = address(channel, _account(mail))
    own_id = fingerprint(told)
    return (MalformedBody(event_id=own_id, address=none, sent_at=None, reason="report names nobody"),)


def _of_person(word: str, about: Object, mail: Object, at: Address) -> list[Event]:
    sent_at = millis(about.get("timestamp")) or millis(mail.get("timestamp"))
    own_id = EventId(f"{word}:{string(mail.get('messageId'))[:120]}:{fingerprint(at.person_id)[2:18]}")
    row = threads.row_of_tag(_tag(mail, "row"))
    base: dict[str, Any] = {"address": at, "sent_at": sent_at}
    code = _failure(word, about)
    if not code and word not in _SENT and word != "complaint":
        return [Ignored(event_id=own_id, reason=word.replace(" ", "_")[:40] or "report", **base)]
    found: list[Event] = []
    if word == "complaint" or code == "bounce_permanent":
        found.append(OptOut(event_id=EventId(f"stop:{own_id}"), **base))
    if word != "complaint" or code:
        platform_id = string(mail.get("messageId"))
        status: Literal["failed", "sent"] = "failed" if code else "sent"
        if not (row or platform_id):
            return [MalformedBody(event_id=own_id, reason="report of no mail", **base)]
        receipt = Receipt(event_id=own_id, status=status, row_id=row, platform_id=platform_id, error_code=code, **base)
        found.insert(0, receipt)
    return found


def _failure(word: str, about: Object) -> str:
    """Return why a mail did not arrive; "" where it did, or where SES still tries."""
    if word in _FAILED:
        return word.replace(" ", "_")
    if word == "complaint":
        return "suppressed" if string(about.get("complaintSubType")) == "OnAccountSuppressionList" else ""
    if word != "bounce":
        return ""
    kind = string(about.get("bounceType")).lower()
    if kind == "permanent":
        return "bounce_permanent"
    refused = any(
        string(one.get("action")).lower() == "failed" or string(one.get("status"))[:1] in ("4", "5")
        for one in objects(about.get("bouncedRecipients"))
    )
    # Without a failed recipient it is an absence, which SES takes for a bounce that passes.
    return (f"bounce_{kind}" if f"bounce_{kind}" in FAILURES else "bounce_undetermined") if refused else ""


def _people(word: str, about: Object, mail: Object) -> list[str]:
    named = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients", "deliverydelay": "delayedRecipients"}
    found = [string(one.get("emailAddress")) for one in objects(about.get(named.get(word, "")))]
    if not found:
        given = mail.get("destination")
        found = [string(one) for one in given] if type(given) is list else []
    people = [mailbox(one).address for one in found[:50]]
    return list(dict.fromkeys(one for one in people if one))


def account_of(told: Object) -> str:
    """Return the account whose mail an event is about."""
    return _account(child(told, "mail"))


def _account(mail: Object) -> str:
    """Return the account that sent it: our own tag names it; else the address that it was sent from."""
    return (
        threads.account_of_tag(_tag(mail, "account")) or threads.parted(mailbox(string(mail.get("source"))).address)[0]
    )


def _tag(mail: Object, name: str) -> str:
    given = child(mail, "tags").get(name)
    return string(given[0]) if type(given) is list and given else string(given)
