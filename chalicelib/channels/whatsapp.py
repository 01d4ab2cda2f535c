"""
WhatsApp Cloud API: messages to a business phone number (object "whatsapp_business_account").

Source: Meta, "WhatsApp Business Platform: messages" and "Error codes". `_whatsapp_events` reads its webhooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

from ..errors import RateLimited, Refused, Retryable, TokenExpired, Unconfirmed, WindowClosed
from ..model import (
    AccountId,
    Address,
    Attachment,
    CannotTell,
    Event,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Sent,
)
from ..move_port import WayIn
from ..ports import ConnectSteps, ErrorTable, Surface, Traits
from ..template_port import TemplatePage
from . import _meta
from ._json_values import Object, child, events_of, load, malformed, objects, string
from ._media import download, plain
from ._whatsapp_events import NAME, read_change
from ._whatsapp_templates import LIMIT, PRICES, listed

OBJECT = "whatsapp_business_account"
ERRORS: _meta.Table = {
    3: TokenExpired,
    100: Refused,
    368: Refused,
    80007: RateLimited,
    80008: RateLimited,  # the account's lists
    130429: RateLimited,
    130472: Refused,
    130497: Refused,
    131000: Retryable,
    131005: TokenExpired,  # permission taken away
    131008: Refused,
    131009: Refused,
    131016: Retryable,
    131021: Refused,
    131026: Refused,
    131030: Refused,
    131031: TokenExpired,  # account locked: pause it, keep the rows
    131042: TokenExpired,  # payment: the same
    131045: Refused,
    131047: WindowClosed,
    131048: RateLimited,
    131049: Refused,
    131050: Refused,
    131051: Refused,
    131052: Refused,
    131053: Refused,
    131056: RateLimited,
    131057: Retryable,
    131062: Refused,  # this kind cannot go to a business-scoped id
    133016: RateLimited,
    **dict.fromkeys(range(132000, 132017), Refused),
}
TRAITS = Traits(
    name=NAME,
    title="WhatsApp",
    phones=True,
    way_in=WayIn("https://wa.me/{digits}?text={words}"),
    proves="phone",
    private=Surface(
        limit=4096,
        unit="chars",
        window_ms=_meta.DAY_MS,
        proof="status",
        typing=True,
        quick_replies=3,
        quick_reply_limit=20,
        quick_reply_text_limit=1024,
        files=1,
        file_limit=5 * 1024 * 1024,  # an image's; more of other kinds
        template_limit=LIMIT,
    ),
    public=None,
    echoes_own=False,
    clock_ms=1_000,
    failures={str(code): kind.__name__ for code, kind in ERRORS.items()},
    file_hosts=("lookaside.fbsbx.com",),
    template_prices=PRICES,
)


class WhatsApp(_meta.Connected):
    """`Channel` for one business phone number."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = ERRORS

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the body's events in its order; pure and total."""
        root = load(request.body)
        if type(root) is not dict or root.get("object") != OBJECT or type(root.get("entry")) is not list:
            return malformed(NAME, request.body, "not a WhatsApp event")
        events: list[Event] = []
        for entry in objects(root["entry"]):
            for change in objects(entry.get("changes")):
                events += read_change(change)
        return events_of(NAME, root, events)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from ._whatsapp_connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """
        Say one text with its reply buttons, an approved template, or show one uploaded file.

        The statuses will carry the row's token.

        https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
        """
        person = part.address.person_id
        payload: Object = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient" if "." in person else "to": person,
            **(_shown(part) if part.files else _content(part)),
            "biz_opaque_callback_data": _meta.row_token(part.row_id, part.index),
        }
        answer = _meta.post(self._http, self._credentials, self._url(part.address), payload)
        messages = objects(_meta.accepted(answer, ERRORS, part.attempt).get("messages"))
        sent = string(messages[0].get("id")) if messages else ""
        if not sent:
            raise Unconfirmed("no_message_id")
        return Sent(sent)

    def upload(self, part: OutboundPart) -> str:
        """
        Upload a part's file; return the platform's id of it. A lost answer is Retryable: nobody sees what it left.

        https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
        """
        url = f"{_meta.GRAPH}/{part.address.account_id}/media"
        fields = {"messaging_product": "whatsapp", "type": part.files[0].media_type}
        try:
            answer = _meta.post_file(self._http, self._credentials, url, fields, "file", part)
            media_id = string(_meta.accepted(answer, ERRORS, part.attempt).get("id"))
        except Unconfirmed as error:
            raise Retryable(error.code) from None
        if not media_id:
            raise Retryable("no_media_id")
        return media_id

    def show_typing(self, part: OutboundPart) -> None:
        """Mark the customer's message `part.anchor` as read and show the typing dots under it."""
        if not part.anchor:
            return
        payload: Object = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": part.anchor,
            "typing_indicator": {"type": "text"},
        }
        answer = _meta.post(self._http, self._credentials, self._url(part.address), payload, timeout_s=2.0)
        _meta.accepted(answer, ERRORS)

    def called(self, account_id: AccountId) -> str:
        """
        Return the business's verified name; a token that may not read its number may not write from it.

        https://developers.facebook.com/docs/whatsapp/business-management-api/manage-phone-numbers
        """
        return _meta.called(self._http, self._credentials, account_id, ERRORS, node=account_id, field="verified_name")

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent once a status has named every part; a missing status proves nothing."""
        if row.parts and all(part.platform_id for part in row.parts):
            return Sent(row.parts[-1].platform_id)
        return CannotTell()

    def fetch(self, file: Attachment) -> bytes:
        """
        Read a file: its id gives a link that is good for five minutes, the link gives the bytes; both need our token.

        https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
        """
        if not file.platform_id:
            raise Refused("no_link")
        headers = {"authorization": f"Bearer {self._credentials.token}"}
        where = f"{_meta.GRAPH}/{quote(file.platform_id, safe='')}"
        answer = self._http.request("GET", where, headers=headers, timeout_s=3.0)
        link = string(_meta.accepted(answer, ERRORS).get("url"))
        return download(link, self.traits.file_hosts, plain(self._http, headers))

    def templates(self, account_id: AccountId, page: str = "") -> TemplatePage:  # noqa: ARG002 - they are its WhatsApp account's
        """
        Return a page of the WhatsApp account's templates. Raises Refused where its id was not given.

        https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates
        """
        waba = self._credentials.extra.get("waba", "")
        if not waba:
            raise Refused("no_waba")
        asked = "fields=name,language,category,status,rejected_reason,components&limit=100"
        asked += f"&after={quote(page, safe='')}" if page else ""
        url = f"{_meta.GRAPH}/{quote(waba, safe='')}/message_templates?{asked}"
        found = _meta.accepted(_meta.get(self._http, self._credentials, url, timeout_s=4.0), ERRORS)
        if type(found.get("data")) is not list:
            raise Refused("no_list")
        paging = child(found, "paging")
        after = string(child(paging, "cursors").get("after")) if paging.get("next") else ""
        return TemplatePage([listed(one) for one in objects(found["data"])], "" if after == page else after)

    def _url(self, to: Address) -> str:
        return f"{_meta.GRAPH}/{to.account_id}/messages"


def _content(part: OutboundPart) -> Object:
    """Return a part as WhatsApp writes it: a template with its values, a text, or a text above reply buttons."""
    if part.template is not None:
        values: list[Object] = [{"type": "text", "text": each} for each in part.template.values]
        told: Object = {"name": part.template.name, "language": {"code": part.template.language}}
        told |= {"components": [{"type": "body", "parameters": values}]} if values else {}
        return {"type": "template", "template": told}
    if not part.quick_replies:
        return {"type": "text", "text": {"body": part.text}}
    buttons: list[Object] = [
        {"type": "reply", "reply": {"id": each.payload, "title": each.title}} for each in part.quick_replies
    ]
    inner: Object = {"type": "button", "body": {"text": part.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": inner}


def _shown(part: OutboundPart) -> Object:
    """Return a file as WhatsApp writes it: by its kind, what is no picture, film or sound with its name."""
    kind = part.files[0].media_type.partition("/")[0]
    if kind in ("image", "video", "audio"):
        return {"type": kind, kind: {"id": part.uploaded}}
    return {"type": "document", "document": {"id": part.uploaded, "filename": part.files[0].name}}
