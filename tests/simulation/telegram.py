"""Telegram in memory: a bot's private chats and group, an owner's account that it answers for; it lists nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from chalicelib.ports import HttpAnswer

from .platforms import JPEG, SECRET, Hook, Platform, a_file, answer, form_of, post

CONNECTION = "Bc0001"
OWNER, GROUP, SUPERGROUP = 9_001, -5_001, -1_005_001


def refused(status: int, description: str, **parameters: Any) -> HttpAnswer:
    told: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return answer(status, told | ({"parameters": parameters} if parameters else {}))


TOKEN_DEAD = refused(401, "Unauthorized")
BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
WINDOW_OVER = refused(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
LIMIT = refused(429, "Too Many Requests: retry after 30", retry_after=30)
DOWN = refused(502, "Bad Gateway")


def _fields(headers: Any, body: bytes) -> dict[str, Any]:
    """The fields of a call, of one with a file in it as well."""
    if body[:1] == b"{":
        return dict(json.loads(body))
    told = form_of(headers, body)
    return {name: int(value) if name == "chat_id" else value for name, value in told.items()}


@dataclass
class TelegramBot(Platform):
    """
    One bot. `late_echo`: a business's account echoes so many milliseconds after the send's answer.

    `turning`: presses whose button nobody has stopped. `asked`: calls of the bot, by method and chat.
    """

    late_echo: int = 300
    blocked: set[str] = field(default_factory=set)
    moved: bool = False  # the group is a supergroup by now
    turning: set[str] = field(default_factory=set)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # of a message in the group -> who wrote it

    def signature(self, raw: bytes) -> dict[str, str]:
        return {"x-telegram-bot-api-secret-token": SECRET}

    def told(self, body: str) -> None:
        said = json.loads(body) if body.startswith("{") else {}
        if said.get("method") == "answerCallbackQuery":
            self.turning.discard(said["callback_query_id"])

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        parts = urlsplit(url)
        assert parts.hostname == "api.telegram.org", "the token went to another host"
        assert self.token not in str(headers), "the token stands where no call needs it"
        if not parts.path.startswith((f"/bot{self.token}/", f"/file/bot{self.token}/")):
            return TOKEN_DEAD
        if parts.path.startswith("/file/"):
            return self.file_troubles.pop(0) if self.file_troubles else a_file(JPEG + parts.path[-12:].encode())
        call, fields = parts.path.rpartition("/")[2], _fields(headers, body)
        self.asked.append((call, fields.get("chat_id")))
        if call == "getFile":
            return answer(200, {"ok": True, "result": {"file_path": f"photos/{fields['file_id']}.jpg"}})
        if call == "sendChatAction":
            return answer(200, {"ok": True, "result": True})
        if call in ("deleteMessage", "deleteBusinessMessages"):
            return self.troubles.pop(0) if self.troubles else self._deleted(fields)
        assert call in ("sendMessage", "sendPhoto", "sendDocument"), call
        return self.troubles.pop(0) if self.troubles else self._send(fields)

    def _send(self, fields: dict[str, Any]) -> HttpAnswer:
        chat, connection = fields["chat_id"], fields.get("business_connection_id", "")
        if str(chat) in self.blocked:
            return BLOCKED
        if chat == GROUP and self.moved:
            return refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=SUPERGROUP
            )
        group = chat in (GROUP, SUPERGROUP)
        person = self.names[str(fields["reply_parameters"]["message_id"])] if group else str(chat)
        number = self._number()
        rows = fields.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = tuple((one["text"], one["callback_data"]) for row in rows for one in row)
        mine = f"{connection}:{chat}:{number}" if connection else f"{chat}:{number}"
        file, text = fields.get("photo", fields.get("document", b"")), fields.get("text", "")
        self.keep(person, text, "", mine, public=group, anchor=connection, buttons=buttons, file=file)
        place = {"id": chat, "type": "supergroup" if group else "private"}
        made = {"message_id": number, "date": self.clock.now // 1000, "chat": place, "text": text}
        if connection and not self.mute:
            who = {"from": {"id": OWNER, "is_bot": False}, "sender_business_bot": {"id": 7_001, "is_bot": True}}
            self._update("business_message", made | who | {"business_connection_id": connection}, self.late_echo)
        return answer(200, {"ok": True, "result": made})

    def _deleted(self, fields: dict[str, Any]) -> HttpAnswer:
        gone = [f"{fields.get('chat_id')}:{fields.get('message_id')}"]
        if connection := fields.get("business_connection_id"):
            gone = [one.platform_id for one in self.said if one.platform_id.startswith(f"{connection}:")]
            gone = [one for one in gone if int(one.rpartition(":")[2]) in fields["message_ids"]]
        if not self.deletes(gone):
            return refused(400, "Bad Request: message to delete not found")
        return answer(200, {"ok": True, "result": True})

    def _number(self) -> int:
        return int(self.new_id("")) + 100

    def _update(self, kind: str, told: Any, after_ms: int = 0) -> None:
        raw = json.dumps({"update_id": self._number(), kind: told}).encode()
        path = f"/webhooks/{self.name}/{self.key}"
        self.hooks.append(Hook(self.clock.now + after_ms, path, post(path, raw, self.signature(raw))))

    def _message(self, person: str, number: int, **more: Any) -> dict[str, Any]:
        return {
            "message_id": number,
            "from": {"id": int(person), "is_bot": False, "first_name": "Léa"},
            "chat": {"id": int(person), "type": "private", "first_name": "Léa"},
            "date": self.clock.now // 1000,
            **more,
        }

    # --- what people do -----------------------------------------------------------------------

    def writes(self, person: str, text: str, *, times: int = 1, **more: Any) -> int:
        number = self._number()
        for _ in range(times):
            self._update("message", self._message(person, number, text=text, **more))
        return number

    def begins(self, person: str) -> None:
        self.writes(person, "/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])

    def writes_to_owner(self, person: str, text: str, *, times: int = 1) -> int:
        """A customer writes to the account of a business that the bot answers for."""
        number = self._number()
        for _ in range(times):
            self._update("business_message", self._to_owner(person, number, text=text))
        return number

    def _to_owner(self, person: str, number: int, **more: Any) -> dict[str, Any]:
        return self._message(person, number, business_connection_id=CONNECTION, **more)

    def writes_in_group(self, person: str, text: str) -> None:
        number, name = self._number(), "@lune_bot"
        self.names[str(number)] = person
        mark = [{"type": "mention", "offset": 0, "length": len(name)}]
        place = {"id": SUPERGROUP if self.moved else GROUP, "type": "group"}
        self._update("message", self._message(person, number, text=f"{name} {text}", entities=mark, chat=place))

    def becomes_supergroup(self, person: str) -> None:
        self.moved = True
        place = {"id": GROUP, "type": "group"}
        self._update("message", self._message(person, self._number(), chat=place, migrate_to_chat_id=SUPERGROUP))

    def sends_album(self, person: str, count: int, caption: str) -> None:
        """Photos of one album, an update each; the first has the words."""
        for number in range(count):
            size = {"file_id": f"photo{number}", "width": 800, "height": 600}
            more = {"caption": caption} if number == 0 else {}
            told = self._message(person, self._number(), media_group_id="a1", photo=[size], **more)
            self._update("message", told, after_ms=number * 150)

    def presses(self, person: str, title: str, payload: str, platform_id: str = "") -> None:
        query = str(self._number())
        self.turning.add(query)
        connection, _, number = (["", *platform_id.split(":")])[-3:]
        keyboard = {"inline_keyboard": [[{"text": title, "callback_data": payload}]]}
        under = self._message(person, int(number), reply_markup=keyboard)
        under["from"] = {"id": 7_001, "is_bot": True}
        under |= {"business_connection_id": connection} if connection else {}
        who = {"id": int(person), "is_bot": False, "first_name": "Léa"}
        self._update("callback_query", {"id": query, "from": who, "message": under, "data": payload})

    def blocks(self, person: str, *, blocked: bool = True) -> None:
        (self.blocked.add if blocked else self.blocked.discard)(person)
        told = self._message(person, 0, new_chat_member={"status": "kicked" if blocked else "member"})
        self._update("my_chat_member", told)

    def edits(self, person: str, number: int, text: str) -> None:
        told = self._message(person, number, text=text, edit_date=self.clock.now // 1000)
        self._update("edited_message", told)

    def deletes_at_owner(self, person: str, *numbers: int) -> None:
        place = {"id": int(person), "type": "private"}
        told = {"business_connection_id": CONNECTION, "chat": place, "message_ids": [*numbers]}
        self._update("deleted_business_messages", told)

    def reacts(self, person: str, platform_id: str, emoji: str) -> None:
        told = self._message(person, int(platform_id.rpartition(":")[2]), user={"id": int(person)})
        self._update("message_reaction", told | {"new_reaction": [{"type": "emoji", "emoji": emoji}]})

    def native(self, person: str, text: str) -> None:
        """The owner answers from their own account."""
        told = self._to_owner(person, self._number(), text=text)
        told["from"] = {"id": OWNER, "is_bot": False, "first_name": "Lune"}
        self._update("business_message", told)
