"""
The web chat, as a channel. Its platform is our own table: what is said has arrived when it stands in the timeline.

So nothing is sent to anybody. An answer's row becomes a message of its conversation in the transaction that ends it,
which is what visitors read (`stages.visits`): it is said once by construction, and a worker that died is simply ended
by the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from ...errors import Refused
from ...model import (
    Account,
    AccountId,
    Attachment,
    Credentials,
    Event,
    Millis,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Sent,
)
from ...move_port import WayIn
from ...ports import Authenticator, ConnectSteps, ErrorTable, Http, Surface, Traits
from ...visitor_port import Visitor
from .._signing import BodyHmac
from . import events, sessions

TEXT_LIMIT = 4_000
FILE_LIMIT = 4_000_000  # bytes: an answer of ours to a browser holds no more
TRAITS = Traits(
    name=events.NAME,
    title="Web chat",
    private=Surface(
        limit=TEXT_LIMIT,
        unit="chars",
        proof="own",
        prove_after_ms=0,
        quick_replies=8,
        quick_reply_limit=60,
        files=3,
        file_limit=FILE_LIMIT,
        files_beside_text=True,
        unsend_ms=30 * 86_400_000,
    ),
    public=None,
    echoes_own=False,
    names_account=False,
    way_in=WayIn(
        "{place}#guichet={token}",
        ("chat", "tchat"),
        "chat",
        {"fr": "sur le chat de notre site", "en": "on our website's chat"},
    ),
)
WIDGET = Path(__file__).parent / "widget.js"
_COMMENTS = re.compile(r"^\s*/\*.*?\*/\n|^\s+", re.MULTILINE | re.DOTALL)


def _hex(digest: bytes) -> bytes:
    return b"sha256=" + digest.hex().encode()


class WebChat:
    """`Channel` for the chat of one brand's pages."""

    traits: ClassVar[Traits] = TRAITS
    authenticator: ClassVar[Authenticator] = BodyHmac("x-guichet-signature", _hex)
    errors: ClassVar[ErrorTable] = {}

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the events of a body that `body_of` made; pure and total."""
        return events.read(request.body)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    # --- what is said -------------------------------------------------------------------------

    def send(self, part: OutboundPart) -> Sent:
        """Say nothing to anybody: the end of its row is what visitors see. What is taken back goes with its words."""
        return Sent("" if part.kind == "unsend" else f"{part.row_id}:{part.index}")

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: a write for each question would cost more than the answer's own."""

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent: a row that is claimed and not ended needs nothing but its end."""
        known = [part.platform_id for part in row.parts if part.platform_id]
        return Sent(known[-1] if len(known) == len(row.parts) else f"{row.row_id}:{len(known)}")

    # --- files --------------------------------------------------------------------------------

    def fetch(self, file: Attachment) -> bytes:  # noqa: ARG002 - as the port says
        """Refuse: no file lies anywhere but in our bucket (`file_in`)."""
        raise Refused("no_link")

    def file_in(self, stored: bytes, file: Attachment) -> bytes:  # noqa: ARG002 - as the port says
        """Return a visitor's file: the stored object is nothing else."""
        return stored

    # --- the account --------------------------------------------------------------------------

    def called(self, account_id: AccountId) -> str:  # noqa: ARG002 - as the port says
        """Return whose pages may show it. Raises Refused for secrets that nobody could use; nobody is asked."""
        from .connecting import fault  # noqa: PLC0415 - doctor and connect alone

        if why := fault(self._credentials):
            raise Refused(why)
        return ", ".join(self._credentials.extra["origins"].split())

    # --- visitors -----------------------------------------------------------------------------

    @classmethod
    def allows(cls, origin: str, held: Credentials) -> bool:
        """Whether this origin stands in the account's list, to the letter."""
        return bool(origin) and origin in held.extra.get("origins", "").split()

    @classmethod
    def arrives(cls, told: Mapping[str, Any], account: Account, held: Credentials, now: Millis) -> Visitor:
        return sessions.arrives(told, account, held, now)

    @classmethod
    def session(cls, visitor: Visitor, account: Account, held: Credentials) -> str:
        return sessions.session(visitor, account, held)

    @classmethod
    def visitor(cls, session: str, account: Account, held: Credentials, now: Millis) -> Visitor:
        return sessions.visitor(session, account, held, now)

    @classmethod
    def body_of(cls, visitor: Visitor, said: Mapping[str, Any], now: Millis) -> bytes:
        return events.body_of(visitor, dict(said), now)

    @classmethod
    def link(cls, key: str, account: Account, held: Credentials, until: Millis) -> str:
        return sessions.link(key, account, held, until)

    @classmethod
    def linked(cls, token: str, account: Account, held: Credentials, now: Millis) -> str:
        return sessions.linked(token, account, held, now)

    @classmethod
    def script(cls) -> bytes:
        """Return what pages load: the file without its comments and its margins."""
        return _COMMENTS.sub("", WIDGET.read_text(encoding="utf-8")).encode()
