"""
Comments and visitors' posts on a Facebook page: all of them public, each with one private reply within seven days.

Source: Meta, "Webhooks: Page", "Graph API: Comment". Messenger on the same page is a channel and an account of its own;
both come to one webhook where they share a platform app (`Traits.shares`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ...errors import Refused
from ...model import (
    AccountId,
    Attachment,
    Event,
    Millis,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Sent,
)
from ...ports import ALWAYS_MS, ConnectSteps, ErrorTable, Listed, Surface, Traits
from .. import _meta
from .._media import download, plain
from . import calls, events, lists, proof

ERRORS = calls.ERRORS
NAME = events.NAME
TRAITS = Traits(
    name=NAME,
    title="Facebook",
    private=Surface(limit=2000, unit="chars", window_ms=7 * _meta.DAY_MS, proof="echo"),
    public=Surface(
        limit=1000,
        unit="chars",
        proof="list",
        comments=True,
        listed=True,
        unsend_ms=ALWAYS_MS,
        likes=True,
        private_reply_ms=7 * _meta.DAY_MS,
    ),
    echoes_own=True,
    lists=True,
    clock_ms=1_000,
    shares=_meta.PAGE,
    file_hosts=_meta.FILE_HOSTS,
)


class Facebook(_meta.Connected):
    """`Channel` for one page's comments."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = ERRORS

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the body's events in its order; pure and total."""
        return events.read(request)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """Answer in public or in private, hide, show again or like: one request."""
        return calls.send(self._http, self._credentials, part)

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: nobody is shown that a comment is being answered."""

    def called(self, account_id: AccountId) -> str:
        """
        Return the page's name. With a page's token, /me is the page.

        https://developers.facebook.com/docs/facebook-login/guides/access-tokens
        """
        return _meta.called(self._http, self._credentials, account_id, ERRORS)

    def prove(self, row: OutboxRow) -> Proof:
        """Read the answers to a comment for one that is certainly this row's; of a private reply nothing is listed."""
        return proof.prove(self._http, self._credentials, row)

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        """Read a page of the newest posts with their newest comments."""
        url = lists.url_of(account_id, since, page)
        return lists.read(account_id, since, _meta.get(self._http, self._credentials, url, lists.TIMEOUT_S))

    def fetch(self, file: Attachment) -> bytes:
        """Read a picture by its link, which anybody can open until it expires."""
        if not file.url:
            raise Refused("no_link")
        return download(file.url, self.traits.file_hosts, plain(self._http))
