"""
Whose a mail is: the address in From, or the one that a form of the shop names; and whether that is proved. Pure.

Proved is DMARC's word about the domain in From. A customer's own reply address is no proof by itself, since whoever saw
it can write to it: it needs an envelope of the same domain, from a server that may send for it (SPF).

A shop's contact form writes from the shop's own address, or its platform's, with the customer in Reply-To. What a form
names is a claim: a person answers, and the answer goes to that address, never back to the form.
"""

from __future__ import annotations

from typing import NamedTuple

from . import loops
from .envelope import Envelope
from .headers import NOBODY, Mailbox, mailbox, within
from .mime import Mail
from .threads import Thread, parted

# Whose forms write from the platform's own domain. Those of PrestaShop, WooCommerce, Magento use the shop's address.
FORMS = ("shopify.com", "shopifyemail.com", "squarespace.info")


class Sender(NamedTuple):
    """Who a mail is from. `form`: it is whom a form names. `written_by`: the address in From, "" where none is."""

    mailbox: Mailbox
    form: bool
    written_by: Mailbox

    @property
    def address(self) -> str:
        """The person's address."""
        return self.mailbox.address


def sender_of(mail: Mail, envelope: Envelope, account_id: str) -> Sender:
    """Return whose a mail is; the envelope's sender where From names nobody."""
    written_by = mailbox(mail.first("from"))
    named = mailbox(mail.first("reply-to"))
    if _from_a_form(written_by, account_id) and _a_customers(named, written_by, account_id):
        return Sender(named, form=True, written_by=written_by)
    return Sender(written_by if written_by.address else Mailbox(envelope.source), form=False, written_by=written_by)


def is_staff(person: str, account_id: str) -> bool:
    """Whether an address is of the account's own domain, or of the one above it."""
    return within(account_id.rpartition("@")[2], person.rpartition("@")[2])


def ours(mail: Mail, account_id: str, rows: tuple[str, ...]) -> bool:
    """Whether this is a mail of ours that came back: from the brand's own address, and with our marks in it."""
    written_by = mailbox(mail.first("from")).address
    back, tag = parted(mailbox(mail.first("reply-to")).address)
    marked = is_staff(written_by, account_id) and bool(tag) and back == account_id
    return marked or (bool(rows) and parted(written_by)[0] == account_id)


def several(mail: Mail) -> bool:
    """Whether a mail names more than one sender: nobody can say which of them was proved."""
    return mailbox(mail.first("from")).several or len(mail.headers.get("from", ())) > 1


def proved(mail: Mail, envelope: Envelope) -> bool:
    """Whether SES found the mail to be of the one domain in its From (DMARC)."""
    written_by = mailbox(mail.first("from"))
    return written_by != NOBODY and not several(mail) and envelope.proves(written_by.domain)


def vouched(mail: Mail, envelope: Envelope, thread: Thread) -> bool:
    """Whether a mail is surely of the address in its From: proved, or sent from there to its own reply address."""
    if proved(mail, envelope):
        return True
    written_by = mailbox(mail.first("from"))
    alone = written_by != NOBODY and not several(mail)
    return thread == "own" and alone and envelope.sent_for(written_by.domain)


def _from_a_form(written_by: Mailbox, account_id: str) -> bool:
    return bool(written_by.address) and (
        is_staff(written_by.address, account_id)
        or loops.is_no_reply(written_by)
        or any(within(written_by.domain, each) for each in FORMS)
    )


def _a_customers(named: Mailbox, written_by: Mailbox, account_id: str) -> bool:
    """Whether Reply-To names one address, of neither the form's domain nor the shop's."""
    if named == NOBODY or named.several or named.domain == written_by.domain:
        return False
    return not is_staff(named.address, account_id) and not loops.is_no_reply(named)
