"""
Facebook Messenger: private messages to a page (object "page").

Source: Meta, "Messenger Platform: webhooks" and "Send API". Page comments are another channel: Ignored here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote

from ..errors import RateLimited, Refused, Unconfirmed, WindowClosed
from ..model import (
    AccountId,
    AccountNotice,
    Address,
    Attachment,
    CannotTell,
    Echo,
    Event,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    OptOut,
    OutboundPart,
    OutboxRow,
    Proof,
    Receipt,
    ReceiptStatus,
    Request,
    Sent,
)
from ..move_port import WayIn
from ..ports import ConnectSteps, ErrorTable, Listed, Surface, Traits
from ..text import to_json
from . import _meta, _meta_items, _meta_lists
from ._json_values import (
    Object,
    address,
    child,
    event_id,
    events_of,
    fingerprint,
    load,
    malformed,
    millis,
    objects,
    string,
)
from ._media import download, plain

NAME = "messenger"
TRAITS = Traits(
    name=NAME,
    title="Messenger",
    private=Surface(
        listed=True,
        limit=2000,
        unit="chars",
        window_ms=_meta.DAY_MS,
        human_window_ms=7 * _meta.DAY_MS,
        proof="echo",
        typing=True,
        quick_replies=13,
        quick_reply_limit=20,
        files=1,
        file_limit=25 * 1024 * 1024,
    ),
    public=None,
    echoes_own=True,
    profiles=True,
    lists=True,
    shares=_meta.PAGE,
    way_in=WayIn("https://m.me/{place}?ref={token}"),
    file_hosts=_meta.FILE_HOSTS,
)
ERRORS: _meta.Table = {
    (10, 2018065): WindowClosed,
    (10, 2018108): Refused,  # this person takes no messages
    (10, 2018278): WindowClosed,
    (10, 2018300): Refused,  # another app holds the thread
    100: Refused,
    (200, 1545041): Refused,  # this person is not available
    368: Refused,
    551: Refused,
    613: RateLimited,
}
_OF_MESSAGE = "id,created_time,from,to,message,attachments,sticker,shares"
_ROW_TOKEN = re.compile(r"[^\s:]+:\d{1,4}")
_THUMBS = frozenset({"369239263222822", "369239343222814", "369239383222810"})  # small, middle, large


class Messenger(_meta.Connected):
    """`Channel` for one page."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = ERRORS

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the body's events in its order; pure and total."""
        root = load(request.body)
        if type(root) is not dict or root.get("object") != "page" or type(root.get("entry")) is not list:
            return malformed(NAME, request.body, "not a page event")
        events: list[Event] = []
        for entry in objects(root["entry"]):
            page = string(entry.get("id"))
            events += [_read(page, item) for item in objects(entry.get("messaging"))]
            events += [_meta_items.in_standby(_read(page, item)) for item in objects(entry.get("standby"))]
            events += [_change(page, change) for change in objects(entry.get("changes"))]
        return events_of(NAME, root, events)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from ._messenger_connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """
        Say one text with its quick replies, or show one file, whose bytes go in the same request.

        A person's answer after the 24 hours goes under the HUMAN_AGENT tag (seven days).
        https://developers.facebook.com/docs/messenger-platform/send-messages (and /quick-replies)
        """
        late = part.by_human and part.beyond_window
        message: Object = {"metadata": _meta.row_token(part.row_id, part.index)}
        message |= {"attachment": _attached(part)} if part.files else {"text": part.text}
        message |= _meta.quick_replies(part)
        payload: Object = {
            "recipient": {"id": part.address.person_id},
            "messaging_type": "MESSAGE_TAG" if late else "RESPONSE",
            "message": message,
        }
        if late:
            payload["tag"] = "HUMAN_AGENT"
        url = self._url(part.address)
        if part.files:
            fields = {name: value if type(value) is str else to_json(value) for name, value in payload.items()}
            answer = _meta.post_file(self._http, self._credentials, url, fields, "filedata", part)
        else:
            answer = _meta.post(self._http, self._credentials, url, payload)
        sent = string(_meta.accepted(answer, ERRORS, part.attempt).get("message_id"))
        if not sent:
            raise Unconfirmed("no_message_id")
        return Sent(sent)

    def show_typing(self, part: OutboundPart) -> None:
        payload: Object = {"recipient": {"id": part.address.person_id}, "sender_action": "typing_on"}
        answer = _meta.post(self._http, self._credentials, self._url(part.address), payload, timeout_s=2.0)
        _meta.accepted(answer, ERRORS)

    def name_of(self, address: Address) -> str:
        """
        Return the name in a customer's public profile, "" where they show none.

        https://developers.facebook.com/docs/messenger-platform/identity/user-profile
        """
        fields = "first_name,last_name"
        url = f"{_meta.GRAPH}/{quote(address.person_id, safe='')}?fields={fields}"
        found = _meta.accepted(_meta.get(self._http, self._credentials, url), ERRORS)
        return " ".join(filter(None, (string(found.get(name)) for name in fields.split(","))))

    def called(self, account_id: AccountId) -> str:
        """
        Return the page's name. With a page's token, /me is the page.

        https://developers.facebook.com/docs/facebook-login/guides/access-tokens
        """
        return _meta.called(self._http, self._credentials, account_id, ERRORS)

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent once an echo has named every part; a missing echo proves nothing."""
        if row.parts and all(part.platform_id for part in row.parts):
            return Sent(row.parts[-1].platform_id)
        return CannotTell()

    def fetch(self, file: Attachment) -> bytes:
        """Read a file by its link, which anybody can open until it expires."""
        if not file.url:
            raise Refused("no_link")
        return download(file.url, self.traits.file_hosts, plain(self._http))

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        """Read a page of the page's conversations with their newest messages (`_meta_lists`)."""
        url = f"{_meta.GRAPH}/{quote(account_id, safe='')}/{_meta_lists.path_of(NAME, _OF_MESSAGE, page)}"
        answer = _meta.get(self._http, self._credentials, url, _meta_lists.TIMEOUT_S)
        return _meta_lists.read(answer, since, ERRORS, lambda one: _read(account_id, _as_sent(account_id, one)))

    def _url(self, to: Address) -> str:
        return f"{_meta.GRAPH}/{to.account_id}/messages"


def _as_sent(page: str, one: Object) -> Object:
    """
    Return a listed message in the shape of its webhook.

    https://developers.facebook.com/docs/graph-api/reference/message
    """
    attachments = _meta_lists.files(one)
    if sticker := string(one.get("sticker")):
        attachments = [{"type": "sticker", "payload": {"url": sticker}}]
    shares = objects(child(one, "shares").get("data"))
    attachments += [{"type": "fallback", "payload": {"url": string(each.get("link"))}} for each in shares]
    return _meta_lists.as_sent(page, one, {"attachments": attachments} if attachments else {})


def _attached(part: OutboundPart) -> Object:
    """
    Return how a message names the kind of the file that comes with it.

    https://developers.facebook.com/docs/messenger-platform/send-messages/saving-assets
    """
    kind = part.files[0].media_type.partition("/")[0]
    return {"type": kind if kind in ("image", "video", "audio") else "file", "payload": {}}


# --- reading one item of messaging[] ----------------------------------------------------------


def _read(page: str, item: Object) -> Event:
    at, own = _meta_items.between(NAME, page, item)
    message = item.get("message")
    sent_at = millis(item.get("timestamp"))
    if not at.person_id:
        return MalformedBody(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="names no customer")
    if type(message) is dict:
        return _echo(item, message, at, sent_at) if own else _message(item, message, at, sent_at)
    return _meta_items.by_key(item, at, sent_at, _READERS, _UNHEARD)


def _message(item: Object, message: Object, at: Address, sent_at: Millis | None) -> Event:
    mid = event_id(message.get("mid"), item)
    if other := _meta_items.unsent_or_pressed(mid, message, at, sent_at):
        return other
    text = string(message.get("text"))
    attachments = tuple(_attachment(one) for one in objects(message.get("attachments")))
    if not text and attachments and all(one.platform_id in _THUMBS for one in attachments):
        text, attachments = "\N{THUMBS UP SIGN}", ()  # the like button: it comes as a picture
    if not text and not attachments:
        attachments = (Attachment("unsupported"),)
    return Message(
        event_id=mid,
        address=at,
        sent_at=sent_at,
        target_id=string(child(message, "reply_to").get("mid")),
        text=text,
        attachments=attachments,
        beside=(*(_meta_items.referred(message) or _meta_items.referred(item)), *_meta_items.products(message)),
    )


def _attachment(one: Object) -> Attachment:
    payload = child(one, "payload")
    sticker = string(payload.get("sticker_id"))
    if sticker:
        return Attachment("sticker", string(payload.get("url")), sticker)
    place = child(payload, "coordinates")
    if place:
        return Attachment("location", f"geo:{_number(place.get('lat'))},{_number(place.get('long'))}")
    return Attachment(string(one.get("type")) or "unsupported", string(payload.get("url")) or string(one.get("url")))


def _number(value: object) -> str:
    return repr(value) if type(value) is float else string(value)


def _echo(item: Object, message: Object, at: Address, sent_at: Millis | None) -> Event:
    mark = string(message.get("metadata"))
    ours = _ROW_TOKEN.fullmatch(mark) is not None
    return Echo(
        event_id=event_id(message.get("mid"), item),
        address=at,
        sent_at=sent_at,
        text=string(message.get("text")),
        row_id=mark if ours else "",
        own_app=ours,
    )


def _receipt(status: ReceiptStatus, item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    watermark = millis(found.get("watermark"))
    if watermark is None:
        return MalformedBody(
            event_id=fingerprint(item), address=at, sent_at=sent_at, reason="receipt without watermark"
        )
    own_id = event_id(f"{status}:{at.person_id}:{watermark}", item)
    return Receipt(event_id=own_id, address=at, sent_at=sent_at, status=status, watermark=watermark)


def _delivery(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    return _receipt("delivered", item, found, at, sent_at)


def _seen(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    return _receipt("read", item, found, at, sent_at)


def _optin(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    wish = string(found.get("notification_messages_status"))
    if wish in {"STOP_NOTIFICATIONS", "STOP NOTIFICATIONS"}:
        return OptOut(event_id=fingerprint(item), address=at, sent_at=sent_at)
    if wish in {"RESUME_NOTIFICATIONS", "RESUME NOTIFICATIONS"}:
        return OptOut(event_id=fingerprint(item), address=at, sent_at=sent_at, undone=True)
    return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="optin")


def _policy(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    action = string(found.get("action"))
    notice = f"policy_{action}" if action in {"warning", "block", "unblock"} else "policy"
    return AccountNotice(event_id=fingerprint(item), address=at, sent_at=sent_at, notice=notice)


_READERS: Mapping[str, _meta_items.Reader] = {
    **_meta_items.READERS,
    "delivery": _delivery,
    "read": _seen,
    "optin": _optin,
    "policy_enforcement": _policy,
    "policy-enforcement": _policy,
}
# Understood, and nothing to do about: our reason is the platform's own key.
_UNHEARD = ("referral", "account_linking", "request_thread_control", "app_roles", "game_play", "typing", "order")


# --- standby[] and changes[] ------------------------------------------------------------------


def _change(page: str, change: Object) -> Event:
    field, value = string(change.get("field")), child(change, "value")
    if page != _meta_items.TEST_ENTRY and field in {"messages", "messaging_postbacks", "messaging_referrals"} and value:
        return _read(page, value)
    reason = "test" if page == _meta_items.TEST_ENTRY else "feed" if field == "feed" else "unknown"
    at = address(NAME, page)
    sent_at = millis(value.get("created_time")) or millis(value.get("timestamp"))
    return Ignored(event_id=fingerprint(change), address=at, sent_at=sent_at, reason=reason)
