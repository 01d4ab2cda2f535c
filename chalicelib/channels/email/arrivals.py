"""
Makes of a message of the mail queue the body that `incoming` reads: whose mail it is, and what is proved of it.

This is the only place where a mail is held against secrets; it is called by the stage that has them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence

from ...stored_ports import Arrival
from .._json_values import Object, load, objects, string
from . import reports, threads
from .envelope import of_mail, of_notification
from .headers import ids_in, mailbox, mailboxes
from .incoming import unwrapped
from .mime import headers_of, read


def arrivals(body: bytes) -> list[Arrival]:
    """Return what a message tells of; none for one that is not SES's."""
    told = unwrapped(load(body))
    return [found for one in objects(told) if (found := _arrival(one)) is not None]


def _arrival(told: Object) -> Arrival | None:
    if reports.is_report(told):
        return Arrival((reports.account_of(told),), "", told)
    if told.get("notificationType") == "Received":
        envelope = of_notification(told)
        return Arrival(_accounts(envelope.recipients), envelope.stored, told) if envelope.stored else None
    key = string(told.get("found"))  # by the sweep, which has the key alone
    return Arrival((), key, {}) if key else None


def _accounts(recipients: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(threads.parted(one)[0] for one in recipients))


def accounts_in(raw: bytes) -> tuple[str, ...]:
    """Return whose a stored mail can be, by what SES wrote above it."""
    return _accounts(of_mail(raw).recipients)


def body_of(arrival: Arrival, raw: bytes, account_id: str, secrets: Sequence[str]) -> bytes:
    """Return the body of one mail for one of its accounts; of a report what SES said."""
    if not arrival.stored:
        return json.dumps(arrival.told).encode()
    headers = headers_of(raw)
    envelope = of_notification(dict(arrival.told)) if arrival.told else of_mail(raw)
    first = {name: next(iter(values), "") for name, values in headers.items()}
    person = mailbox(first.get("from")).address or envelope.source
    tags = [tag for account, tag in map(threads.parted, envelope.recipients) if account == account_id and tag]
    named = [*mailboxes(first.get("to")), *mailboxes(first.get("cc"))]
    customers = [
        one for one in named for tag in tags if one != person and threads.belongs(secrets, account_id, one, tag)
    ]
    ids = [*ids_in(first.get("references")), *ids_in(first.get("in-reply-to")), *_reported(raw, first)]
    return json.dumps(
        {
            "account": account_id,
            "notification": arrival.told,
            "stored": arrival.stored,
            "thread": threads.thread_of(secrets, account_id, envelope.recipients, person),
            "rows": threads.rows_in(secrets, ids)[-3:],
            "customer": next(iter(customers), ""),
            "raw": b64encode(raw).decode(),
        }
    ).encode()


def _reported(raw: bytes, first: dict[str, str]) -> list[str]:
    """Return the ids of the mail that a delivery report brings back."""
    if "multipart/report" not in first.get("content-type", "").lower():
        return []
    return ids_in(read(raw).report.get("references"))


def found(stored: str) -> bytes:
    """Return a message about a stored mail that no queue told of."""
    return json.dumps({"found": stored}).encode()
