"""
A bot of Telegram's, as a channel.

Source: Telegram, "Bot API: sendMessage, sendChatAction, getFile, getMe, Making requests when getting updates".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from ...errors import Refused, Unconfirmed
from ...model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Event,
    OutboundPart,
    OutboxRow,
    Postback,
    Proof,
    QuickReply,
    Request,
    Response,
    Sent,
)
from ...move_port import WayIn
from ...ports import OK, Authenticator, ConnectSteps, ErrorTable, Http, HttpAnswer, Surface, Traits
from ...text import to_json
from .._json_values import Object, child, string
from .._media import download, plain
from .._signing import SharedToken
from . import calls, events
from .events import PRESSED
from .messages import NAME, id_of
from .places import Place, number, place_of

TEXT_LIMIT = 4096
BUTTONS, BUTTON_LIMIT, DATA_LIMIT = 8, 60, 64  # one below the other; of the last, bytes
FILE_LIMIT, PHOTO_LIMIT = 25 * 1024 * 1024, 10 * 1024 * 1024  # Telegram takes 50 MB of what is no photo
PHOTOS = ("image/jpeg", "image/png")
SURFACE = Surface(
    limit=TEXT_LIMIT,
    unit="chars",
    typing=True,
    quick_replies=BUTTONS,
    quick_reply_limit=BUTTON_LIMIT,
    files=1,
    file_limit=FILE_LIMIT,
    unsend_ms=48 * 3_600_000,
)
TRAITS = Traits(
    name=NAME,
    title="Telegram",
    private=SURFACE,
    public=replace(SURFACE, typing=False),
    echoes_own=True,  # from a business's account
    names_account=False,
    file_hosts=(calls.HOST,),
    way_in=WayIn("https://t.me/{place}?start={token}"),
    clock_ms=1_000,
)


class Telegram:
    """`Channel` for one bot."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = calls.ERRORS
    authenticator: ClassVar[Authenticator] = SharedToken("x-telegram-bot-api-secret-token")

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the update's events; pure and total."""
        return events.read(request.body)

    @classmethod
    def answered(cls, events: Sequence[Event]) -> Response:
        """
        Stop a pressed button from turning: the one call that the answer to a webhook may hold.

        https://core.telegram.org/bots/api#making-requests-when-getting-updates and …#answercallbackquery
        """
        pressed = (each.event_id.partition(PRESSED) for each in events if isinstance(each, Postback))
        query = next((query for before, mark, query in pressed if mark and not before), "")
        if not query:
            return OK
        told = {"method": "answerCallbackQuery", "callback_query_id": query}
        return Response(200, to_json(told), "application/json")

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """
        Say one text, or show one file, whose bytes go in the same request.

        Without a preview of links and without markup: no text of a brand is refused for a sign in it.

        A group that has become a supergroup has another id, which the refusal names: nothing was sent, and it is asked
        there. https://core.telegram.org/bots/api#sendmessage
        """
        if part.kind == "unsend":
            return self._delete(part)
        place = place_of(part.anchor)
        fields: Object = {"chat_id": _chat(part, place), **place.fields, **_answering(place)}
        fields |= _keyboard(part.quick_replies)
        answer = self._say(part, fields)
        moved = calls.moved_to(answer)
        if moved:
            answer = self._say(part, fields | {"chat_id": number(moved)})
        sent = calls.result(answer, part.attempt)
        chat = string(child(sent, "chat").get("id")) or moved or str(fields["chat_id"])
        message = string(sent.get("message_id"))
        if not message:
            raise Unconfirmed("no_message_id")
        return Sent(id_of(place.connection, chat, message))

    def _delete(self, part: OutboundPart) -> Sent:
        """
        Delete a message for everybody; one that is gone already is deleted.

        https://core.telegram.org/bots/api#deletemessage and …#deletebusinessmessages
        """
        connection, chat, message = ["", "", *part.target.split(":")][-3:]
        if not (chat and message):
            raise Refused("no_message")
        fields: Object = {"chat_id": number(chat), "message_id": number(message)}
        if connection:
            fields = {"business_connection_id": connection, "message_ids": [number(message)]}
        method = "deleteBusinessMessages" if connection else "deleteMessage"
        answer = calls.post(self._http, self._credentials, method, fields)
        if not calls.is_gone(answer):
            calls.taken(answer, part.attempt)
        return Sent("")

    def _say(self, part: OutboundPart, fields: Object) -> HttpAnswer:
        """
        Make the one request of a part.

        https://core.telegram.org/bots/api#sendphoto and …#senddocument
        """
        if part.files:
            file = part.files[0]
            kind = "photo" if file.media_type in PHOTOS and file.size <= PHOTO_LIMIT else "document"
            method = f"send{kind.capitalize()}"
            return calls.post_file(self._http, self._credentials, method, fields, kind, part)
        said = {"text": part.text, "link_preview_options": {"is_disabled": True}}
        return calls.post(self._http, self._credentials, "sendMessage", fields | said)

    def show_typing(self, part: OutboundPart) -> None:
        """
        Show "typing" for five seconds, or until the answer.

        https://core.telegram.org/bots/api#sendchataction
        """
        place = place_of(part.anchor)
        fields = {"chat_id": _chat(part, place), "action": "typing", **place.fields}
        calls.taken(calls.post(self._http, self._credentials, "sendChatAction", fields, timeout_s=2.0))

    def called(self, account_id: AccountId) -> str:
        """
        Return the bot's name.

        https://core.telegram.org/bots/api#getme
        """
        found = calls.result(calls.post(self._http, self._credentials, "getMe", {}, timeout_s=3.0))
        if string(found.get("id")) != account_id:
            raise Refused("another_account")
        name = string(found.get("username"))
        return f"@{name}" if name else string(found.get("first_name"))

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent once an echo (from a business's account alone) has named every part; Telegram lists nothing."""
        if row.parts and all(part.platform_id for part in row.parts):
            return Sent(row.parts[-1].platform_id)
        return CannotTell()

    def fetch(self, file: Attachment) -> bytes:
        """
        Read a file: its id gives a path that is good for an hour, the path gives the bytes. At most 20 MB.

        https://core.telegram.org/bots/api#getfile
        """
        if not file.platform_id:
            raise Refused("no_link")
        asked = calls.post(self._http, self._credentials, "getFile", {"file_id": file.platform_id}, timeout_s=3.0)
        path = string(calls.result(asked).get("file_path"))
        if not path:
            raise Refused("expired")
        return download(calls.file_url(self._credentials, path), self.traits.file_hosts, plain(self._http))


def _chat(part: OutboundPart, place: Place) -> int | str:
    return number(place.chat or part.address.person_id)


def _answering(place: Place) -> Object:
    """In a group an answer names what it answers; it is sent as well where that is gone."""
    if not place.message:
        return {}
    return {"reply_parameters": {"message_id": number(place.message), "allow_sending_without_reply": True}}


def _keyboard(replies: tuple[QuickReply, ...]) -> Object:
    """
    Return quick replies as buttons under the text, one below the other.

    https://core.telegram.org/bots/api#inlinekeyboardbutton
    """
    if not replies:
        return {}
    if any(len(each.payload.encode()) > DATA_LIMIT for each in replies):
        raise Refused("button_data_too_long")
    rows = [[{"text": each.title, "callback_data": each.payload}] for each in replies]
    return {"reply_markup": {"inline_keyboard": rows}}
