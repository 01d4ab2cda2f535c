"""
What a mail means: a customer's message, a colleague's answer, a report about ours, or nothing. Pure and total.

The customer is the address in From, or whom a form of the shop names (`senders`). Where that is not proved, or where
the words may be another's, the mail carries a caution: a person reads it, and nothing automatic is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...model import (
    CAUTION,
    Address,
    Attachment,
    Echo,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Receipt,
    gravest_first,
)
from .._json_values import address
from . import anchors, loops, mime, quotes, senders, threads
from .envelope import Envelope
from .headers import NOBODY, Mailbox, ids_in, mailbox, mailboxes
from .senders import Sender
from .threads import Thread

SUBJECT_MOST = 200
_ID_MOST = 220
_ANSWERS = ("re:", "re :", "rép:", "rép :", "aw:", "sv:", "antw:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it came, with what the stage that took it found: whose reply address it came to, rows of ours in it."""

    account_id: str
    envelope: Envelope
    mail: mime.Mail = field(repr=False)
    thread: Thread = ""
    rows: tuple[str, ...] = ()
    customer: str = ""  # of a colleague's mail: the customer whom it answers, if their token proves it


def event_of(letter: Letter, channel: str) -> Event:
    """Return the one event of a mail."""
    sender = senders.sender_of(letter.mail, letter.envelope, letter.account_id)
    person = sender.address
    at = address(channel, letter.account_id, person)
    own_id, sent_at = _event_id(letter, person), letter.envelope.sent_at
    if letter.envelope.failed("virus"):
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason="virus")
    which = loops.machine(letter.mail, letter.envelope)
    if which == "bounce" and letter.rows and _failed(letter.mail):
        return _bounced(letter, channel, own_id)
    own = senders.ours(letter.mail, letter.account_id, letter.rows)
    if which in loops.NOTHING or own:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason=which or "own")
    if not person:
        return MalformedBody(event_id=own_id, address=at, sent_at=sent_at, reason="names no sender")
    if _is_colleagues(letter, sender):
        text = quotes.written(letter.mail.text, letter.mail.words("subject")).text
        where = address(channel, letter.account_id, letter.customer)
        return Echo(event_id=own_id, address=where, sent_at=sent_at, text=text)
    return _message(letter, sender, at, own_id, which)


def _is_colleagues(letter: Letter, sender: Sender) -> bool:
    """Whether a colleague surely wrote this mail to a customer whose token stands in it."""
    known = bool(letter.customer) and senders.is_staff(sender.written_by.address, letter.account_id)
    return known and not sender.form and senders.proved(letter.mail, letter.envelope)


def _event_id(letter: Letter, person: str) -> EventId:
    """
    Return one id for every copy of a mail: an alias and a forward bring it twice, each under another id of SES's.

    The Message-ID alone would not do: some programs give one to several mails.
    """
    given = ids_in(letter.mail.first("message-id"))
    if not given:
        return EventId(f"ses:{letter.envelope.message_id}"[:200]) if letter.envelope.message_id else _print(letter, "")
    return _print(letter, f"{person}\0{given[0]}")


def _print(letter: Letter, known: str) -> EventId:
    files = "\0".join(f"{one.kind} {one.name}" for one in letter.mail.files)
    said = "\0".join((known, letter.mail.words("subject"), letter.mail.text, files))
    return EventId("m:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32])


def _failed(mail: mime.Mail) -> bool:
    return mail.report.get("action", "").strip().lower() == "failed"


def _bounced(letter: Letter, channel: str, own_id: EventId) -> Event:
    """Return the report of another mail server that an answer of ours, named by our own signed id, did not arrive."""
    status = letter.mail.report.get("status", "")
    named = mailbox(letter.mail.report.get("final-recipient", "").rpartition(";")[2]).address
    return Receipt(
        event_id=own_id,
        address=address(channel, letter.account_id, named),
        sent_at=letter.envelope.sent_at,
        status="failed",
        row_id=letter.rows[-1],
        error_code="bounce_permanent" if status.startswith("5") else "bounce_transient",
    )


def _message(letter: Letter, sender: Sender, at: Address, own_id: EventId, which: loops.Machine) -> Message:
    mail = letter.mail
    subject = mail.words("subject")[:SUBJECT_MOST]
    own = quotes.written(mail.text, subject)
    files = tuple(Attachment(one.kind, letter.envelope.stored, str(one.place)) for one in mail.files)
    text = own.text or ("" if _answers(subject) else subject)
    if mail.unread or not (text or files):
        files = (*files, Attachment("unsupported"))
    cautions = [(CAUTION, each) for each in _cautions(letter, sender, own, which)]
    shown = [("subject", subject)] if subject and subject != text else []
    names = [("file", one.name) for one in mail.files if one.name]
    return Message(
        event_id=own_id,
        address=at,
        sent_at=letter.envelope.sent_at,
        text=text,
        attachments=files,
        display_name=sender.mailbox.name,
        target_id=_answered(letter),
        beside=(*cautions, *shown, *names),
        reply_anchor=anchor_of(mail, sender.mailbox if _vouched(letter, sender) else NOBODY, subject),
    )


def _answers(subject: str) -> bool:
    return subject.lower().startswith(_ANSWERS)


def _answered(letter: Letter) -> str:
    """
    Return which mail of ours this one answers: its row, else what it names; "" for a new mail.

    Whoever wrote it: the engine shows only what stands in the writer's own conversation.
    """
    if letter.rows:
        return letter.rows[-1]
    named = ids_in(letter.mail.first("in-reply-to"))
    if named and named[0].endswith(".amazonses.com"):
        return named[0].partition("@")[0][:_ID_MOST]
    return "reply" if letter.thread else ""


def _vouched(letter: Letter, sender: Sender) -> bool:
    """Whether the mail is surely of its sender; what a form names never is."""
    return not sender.form and senders.vouched(letter.mail, letter.envelope, letter.thread)


def _cautions(letter: Letter, sender: Sender, own: quotes.Written, which: loops.Machine) -> Sequence[str]:
    """Return why only a person may answer, the gravest first."""
    envelope = letter.envelope
    copied = letter.account_id not in _to(letter) and letter.account_id in _named(letter, "cc")
    found = {
        "spam": envelope.failed("spam"),
        "forged": envelope.failed("dmarc"),
        "third_party": letter.thread == "other",
        "form": sender.form,
        "staff": not sender.form and senders.is_staff(sender.address, letter.account_id),
        "several_senders": senders.several(letter.mail),
        which: which != "no_reply" or not sender.form,
        "forwarded": own.forwarded,
        "quoted": own.whole,
        "copied": copied,
        "unproved": not sender.form and not _vouched(letter, sender),
    }
    return gravest_first(name for name, found_so in found.items() if name and found_so)


def _named(letter: Letter, header: str) -> set[str]:
    return {threads.parted(one)[0] for one in mailboxes(letter.mail.first(header))}


def _to(letter: Letter) -> set[str]:
    return _named(letter, "to")


def anchor_of(mail: mime.Mail, proved: Mailbox, subject: str) -> str:
    """
    Return what an answer needs: the mail's id and those before it, its subject, where its sender wants answers.

    `proved`: NOBODY where nothing proves the sender, whose wish is then not heard.
    """
    wanted = mailbox(mail.first("reply-to"))
    own_id = next(iter(ids_in(mail.first("message-id"))), "")
    before = [*ids_in(mail.first("references")), *ids_in(mail.first("in-reply-to"))]
    to = wanted.address if wanted != NOBODY and wanted.domain == proved.domain else ""
    return anchors.written(own_id, to, subject, before)
