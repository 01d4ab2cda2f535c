"""
Whether a machine wrote a mail: no machine is answered, or two of them write to one another for ever (RFC 3834).

What a machine says about our own mail, or about its owner's absence, changes nothing. What else it says may be news
for somebody: a carrier's notice, a customer's mail that a mailing list passed on. A person gets that, never the bot.
"""

from __future__ import annotations

import re
from typing import Literal

from .envelope import Envelope
from .headers import Mailbox, mailbox
from .mime import Mail

Machine = Literal["", "bounce", "auto_reply", "calendar_reply", "automatic", "list", "no_reply"]
NOTHING = frozenset({"bounce", "auto_reply", "calendar_reply"})  # change nothing, and are for nobody

_DAEMONS = re.compile(r"(?:mailer-daemon|mail-daemon|mailerdaemon|mdaemon)(?:[+._-].*)?")
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no|ne|not?|do-?not|dont|nepas|ne-pas)[._-]?(?:reply|repondre|pas-?repondre)(?:[._+-].*)?"
    r"|bounces?(?:[+._-].*)?|notifications?|noreponse"
)
_AWAY = re.compile(
    r"(?:r[ée]ponse automatique|absence du bureau|absent du bureau|message d['’]absence"
    r"|automatic reply|auto(?:matic)?[ -]?reply|out of (?:the )?office|autoreply|automatische antwort|abwesenheit)\b",
    re.IGNORECASE,
)
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-respond", "x-auto-reply-from")
_LIST_HEADERS = (
    "list-id",
    "list-unsubscribe",
    "list-post",
    "list-help",
    "mailing-list",
    "x-mailing-list",
    "feedback-id",
)


def machine(mail: Mail, envelope: Envelope) -> Machine:
    """Return which machine wrote a mail, as far as its headers say; "" for a person."""
    submitted = mail.first("auto-submitted").split(";")[0].strip().lower()
    precedence = mail.first("precedence").strip().lower()
    sender = mailbox(mail.first("from"))
    local = sender.address.partition("@")[0]
    if mail.kind == "multipart/report" or _DAEMONS.fullmatch(local) or _is_report(mail, envelope):
        return "bounce"
    replied = submitted.startswith("auto-replied") or precedence == "auto_reply"
    if replied or any(name in mail.headers for name in _AUTO_HEADERS) or _says_away(mail, submitted):
        return "auto_reply"
    if mail.method in ("REPLY", "COUNTER", "REFRESH"):
        return "calendar_reply"
    if submitted not in ("", "no"):
        return "automatic"
    if precedence in ("bulk", "list", "junk") or any(name in mail.headers for name in _LIST_HEADERS):
        return "list"
    if is_no_reply(sender):
        return "no_reply"
    suppressed = mail.first("x-auto-response-suppress").lower()
    return "automatic" if any(word in suppressed for word in ("all", "oof", "autoreply")) else ""


def is_no_reply(sender: Mailbox) -> bool:
    """Whether an address says of itself that nobody reads what comes to it."""
    return _NO_REPLY.fullmatch(sender.address.partition("@")[0]) is not None


def _is_report(mail: Mail, envelope: Envelope) -> bool:
    """Whether the envelope has no sender, which says that no answer is wanted (RFC 5321)."""
    return mail.first("return-path").strip() == "<>" and not envelope.source


def _says_away(mail: Mail, submitted: str) -> bool:
    """Whether an absence is told by programs that mark it by the subject alone, beside some mark of a machine."""
    marked = submitted not in ("", "no") or "x-auto-response-suppress" in mail.headers
    return marked and _AWAY.match(mail.words("subject")) is not None
