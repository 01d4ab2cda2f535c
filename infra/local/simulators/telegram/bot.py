"""
Telegram's Bot API, and what a phone does: private chats, a group, a business's own account, blocking, buttons.

Who writes "/block" blocks the bot, "/unblock" takes it back; "/migrate" in the group makes it a supergroup. Customers
of BUSINESS write to the owner's own account, which the bot answers for. Source: Telegram, "Bot API".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from ..config import AccountConfig
from ..faults import Fault
from ..files import SAMPLES
from ..router import Answer, Endpoint, PlatformCall
from ..signing import account_scoped, new_code, now_ms, plain_json
from ..webhook_sender import Persistence, WebhookDelivery, WebhookSender
from ..world import Bubble, Person, World
from . import updates
from .updates import Place
from .webhooks import USUAL, Webhooks, done, error

TEXT_LIMIT, DATA_LIMIT = 4_096, 64  # UTF-16 code units; bytes of a button
TYPING_MS = 5_000
FILES = {"sendPhoto": "photo", "sendDocument": "document"}  # each with the field that its file stands in
KINDS = {"sendMessage": "send", "sendChatAction": "signal", **dict.fromkeys(FILES, "send")}
BUSINESS = frozenset({"oliver"})
PERSISTENCE = Persistence(20.0, (1.0, 3.0, 9.0, 30.0))


class Telegram:
    """The Telegram side of the world."""

    name = "telegram"
    played: ClassVar[Played] = Played(
        title="Telegram",
        tab=7,
        account_ids={"maison-lune": "7000000011", "atelier-nord": "7000000012"},
        secret="secret_token",  # noqa: S106 - a name
        token="{account_id}:{drawn}",  # noqa: S106 - a form
        id_digits=10,
        public=True,
    )
    takes_files = True

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.numbers = count(now_ms() // 1000 % 1_000_000_000)  # of messages and updates: growing over runs
        self.blocked: set[tuple[str, str]] = set()  # (account, person)
        self.moved: dict[int, int] = {}  # group -> the supergroup that it has become
        self.turning: set[str] = set()  # presses that nobody has answered
        self.webhooks = Webhooks()

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint("/file/bot{token}/{file:path}", ("GET",), self.download),
            Endpoint("/bot{token}/{method}", ("GET", "POST"), self.call),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from typing marks and reads."""
        return KINDS.get(call.params.get("method", ""), "read")

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Telegram's words for an injected fault."""
        status = fault.status or (429 if fault.fault == "rate_limit" else 500)
        if status == 429:
            wait = max(1, round(fault.retry_after))
            return error(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        return error(status, USUAL.get(status, "Bad Request"))

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:  # noqa: ARG002 - others need them
        """Telegram asks nothing before it sends."""
        return "ok"

    # --- what the system calls ------------------------------------------------------------------

    def _account(self, token: str) -> AccountConfig | None:
        return self.world.config.by_token(self.name, token)

    def call(self, call: PlatformCall) -> Answer:
        """Do what a method says, for the bot whose token stands in the path."""
        account = self._account(call.params["token"])
        if account is None:
            return error(401, USUAL[401])
        if call.params["method"] in FILES:
            return self.show(account, call)
        act = {
            "sendMessage": self.send,
            "sendChatAction": self.typing,
            "getMe": self.me,
            "getFile": self.file,
            "deleteMessage": self.delete,
            "deleteBusinessMessages": self.delete,
            "getWebhookInfo": self.webhooks.told,
            "setWebhook": self.webhooks.set,
            "deleteWebhook": self.webhooks.delete,
        }.get(call.params["method"])
        return act(account, call.fields) if act else error(404, USUAL[404])

    def show(self, account: AccountConfig, call: PlatformCall) -> Answer:
        """Take a file, as a text is taken."""
        file = call.files.get(FILES[call.params["method"]])
        if file is None or not file.content:
            return error(400, "Bad Request: there is no file in the request")
        return self.send(account, {**call.fields, "text": file.name}, attached=file.name)

    def send(self, account: AccountConfig, fields: Mapping[str, Any], attached: str = "") -> Answer:
        """Take a text, or refuse it as Telegram would."""
        place = self._place(fields)
        refusal = self._refusal(account, fields, place)
        if refusal:
            return refusal
        person = self._person(account, fields, place)
        if person is None:
            return error(400, "Bad Request: chat not found")
        buttons = _buttons(fields)
        bubble = self._store(account, person, "" if attached else str(fields["text"]), place, buttons=buttons)
        bubble.attached = attached
        thread = self.world.thread(account, person)
        thread.typing_until = 0
        self.world.touch_thread(thread)
        told = updates.message(account, person, self._id(account, person), bubble, place, **self._ours(account, place))
        after = (lambda: self._post(account, "business_message", told),) if place.connection else ()
        return Answer(200, {"ok": True, "result": told}, after=after)

    def delete(self, account: AccountConfig, fields: Mapping[str, Any]) -> Answer:
        """Delete what the bot said, in a chat or in an owner's name."""
        connection, numbers = fields.get("business_connection_id"), fields.get("message_ids")
        if connection and isinstance(numbers, list):
            wanted = {f"{connection}:{number}" for number in numbers}
            known = [each.platform_id for each in self.world.bubbles.values() if each.channel == self.name]
            gone = [each for each in known if f"{each.split(':')[0]}:{each.split(':')[-1]}" in wanted]
        else:
            gone = [f"{fields.get('chat_id')}:{fields.get('message_id')}"]
        if not [each for each in gone if self.world.unsay(account, each, self.name)]:
            return error(400, "Bad Request: message to delete not found")
        return done(result=True)

    def _ours(self, account: AccountConfig, place: Place) -> dict[str, Any]:
        if place.connection:
            return {"from": updates.owner(account), "sender_business_bot": updates.bot(account)}
        return {"from": updates.bot(account)}

    @staticmethod
    def _place(fields: Mapping[str, Any]) -> Place:
        chat = str(fields.get("chat_id"))
        number = int(chat) if chat.removeprefix("-").isdigit() else 0
        return Place(number, str(fields.get("business_connection_id") or ""), group=number < 0)

    def _refusal(self, account: AccountConfig, fields: Mapping[str, Any], place: Place) -> Answer | None:
        text = fields.get("text")
        if not isinstance(text, str) or not text.strip():
            return error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
            return error(400, "Bad Request: message is too long")
        if any(not 0 < len(data.encode()) <= DATA_LIMIT for _, data in _buttons(fields)):
            return error(400, "Bad Request: BUTTON_DATA_INVALID")
        if place.chat in self.moved:
            now = self.moved[place.chat]
            return error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=now)
        if (account.account_id, str(place.chat)) in self.blocked:
            return error(403, USUAL[403])
        return self._not_business(account, place)

    def _not_business(self, account: AccountConfig, place: Place) -> Answer | None:
        """Why an answer in the owner's name, or without it, is refused."""
        if place.group:
            return None
        person = self.world.person_at(account, str(place.chat))
        if place.connection not in ("", self._connection(account)):
            return error(400, "Bad Request: business connection not found")
        if person.key in BUSINESS and not place.connection:
            return error(403, "Forbidden: bot can't initiate conversation with a user")
        if place.connection and not self.world.window_open(self.world.thread(account, person)):
            return error(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
        return None

    def _person(self, account: AccountConfig, fields: Mapping[str, Any], place: Place) -> Person | None:
        """Whom an answer is to: of a group's message whoever wrote that."""
        if not place.group:
            return self.world.person_at(account, str(place.chat))
        if place.chat != self._group(account):
            return None
        answered = (fields.get("reply_parameters") or {}).get("message_id")
        bubble = self.world.bubble_of(f"{place.chat}:{answered}") or self.world.bubble_of(
            f"{self._old(account)}:{answered}"
        )
        return self.world.people[bubble.person] if bubble else None

    def typing(self, account: AccountConfig, fields: Mapping[str, Any]) -> Answer:
        """Show that somebody writes, for five seconds."""
        place = self._place(fields)
        if place.group:
            return done(result=True)
        refusal = self._not_business(account, place)
        if refusal:
            return refusal
        thread = self.world.thread(account, self.world.person_at(account, str(place.chat)))
        thread.typing_until = now_ms() + TYPING_MS
        self.world.touch_thread(thread)
        return done(result=True)

    def me(self, account: AccountConfig, _: Mapping[str, Any]) -> Answer:
        """Name the bot."""
        return done(updates.bot(account) | {"can_join_groups": True, "can_read_all_group_messages": False})

    def file(self, account: AccountConfig, fields: Mapping[str, Any]) -> Answer:  # noqa: ARG002 - as its like
        """Give the path of a file."""
        name, _, size = str(fields.get("file_id")).partition("-")
        if name not in SAMPLES:
            return error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        told = {"file_id": f"{name}-{size}", "file_unique_id": f"u{name}", "file_size": len(SAMPLES[name].content)}
        return done(told | {"file_path": f"photos/{name}_{size}.dat"})

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes behind a path to whoever has the token."""
        name = call.params["file"].rpartition("/")[2].partition("_")[0]
        if self._account(call.params["token"]) is None or name not in SAMPLES:
            return error(404, USUAL[404])
        return Answer(200, SAMPLES[name].content)

    # --- what the platform sends ----------------------------------------------------------------

    def _id(self, account: AccountConfig, person: Person) -> str:
        return person.ids[f"{self.name}:{account.account_id}"]

    def _connection(self, account: AccountConfig) -> str:
        return f"Bc{account_scoped(account.account_id, 'business', 12)}"

    def _old(self, account: AccountConfig) -> int:
        return -int(account_scoped(account.account_id, "group", 9))

    def _group(self, account: AccountConfig) -> int:
        return self.moved.get(self._old(account), self._old(account))

    def _where(self, account: AccountConfig, person: Person, *, public: bool) -> Place:
        if public:
            return Place(self._group(account), group=True)
        return Place(int(self._id(account, person)), self._connection(account) if person.key in BUSINESS else "")

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes, presses a button, sends a file, or blocks the bot. In the group they name the bot."""
        public, file = asked.get("surface") == "public", str(asked.get("file") or "")
        name = f"@{updates.bot_name(account)}"
        if asked.get("ref"):  # a link of ours led them here: their app sends this by itself
            text = f"/start {asked['ref']}"
        if public and name.lower() not in text.lower():
            text = f"{name} {text}".strip()
        place = self._where(account, person, public=public)
        bubble = self._store(account, person, text, place, side="customer", file=file)
        thread = self.world.thread(account, person)
        thread.last_customer_at, thread.window_closed = bubble.at, False
        self.world.touch_thread(thread)
        self._tell(account, person, bubble, place, str(asked.get("payload") or ""))
        return bubble

    def _tell(self, account: AccountConfig, person: Person, bubble: Bubble, place: Place, payload: str) -> None:
        """Send the update of what a customer did."""
        person_id, word = self._id(account, person), bubble.text.strip().lower().rpartition(" ")[2]
        who = updates.user(person, person_id)
        under = self._under(account, person, payload) if payload else None
        if word in ("/block", "/unblock") and not place.group:
            blocked = word == "/block"
            (self.blocked.add if blocked else self.blocked.discard)((account.account_id, person_id))
            told = updates.member(account, who, bubble.at, blocked=blocked)
            self._post(account, "my_chat_member", told, bubble)
        elif word == "/migrate" and place.group:
            self._migrate(account, person, bubble, place)
        elif under is not None:
            query = new_code("", 18)
            self.turning.add(query)
            told = updates.pressed(account, who, under, payload, query)
            self._post(account, "callback_query", told, bubble)
        else:
            told = updates.message(account, person, person_id, bubble, place)
            self._post(account, "business_message" if place.connection else "message", told, bubble)

    def _migrate(self, account: AccountConfig, person: Person, bubble: Bubble, place: Place) -> None:
        new = int(f"-100{abs(place.chat)}")
        self.moved[place.chat] = new
        told = updates.message(account, person, self._id(account, person), bubble, place, migrate_to_chat_id=new)
        for key in ("text", "entities"):
            told.pop(key, None)
        self._post(account, "message", told, bubble)

    def _under(self, account: AccountConfig, person: Person, payload: str) -> dict[str, Any] | None:
        """The newest message to this customer that has this button."""
        sent = [
            one
            for surface in ("private", "public")
            for one in self.world.brand_bubbles(account, surface)
            if one.person == person.key and payload in {data for _, data in one.buttons}
        ]
        if not sent:
            return None
        place = self._where(account, person, public=sent[-1].surface == "public")
        more = {"reply_markup": updates.keyboard(sent[-1].buttons)}
        return updates.message(account, person, self._id(account, person), sent[-1], place, **more)

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """The owner answers from their own account, where the customer wrote to it; else only the bot could."""
        place = self._where(account, person, public=False)
        bubble = self._store(account, person, text, place, native=True)
        if place.connection:
            more = {"from": updates.owner(account)}
            told = updates.message(account, person, self._id(account, person), bubble, place, **more)
            self._post(account, "business_message", told)
        return bubble

    def _store(
        self,
        account: AccountConfig,
        person: Person,
        text: str,
        place: Place,
        *,
        side: str = "brand",
        native: bool = False,
        file: str = "",
        buttons: tuple[tuple[str, str], ...] = (),
    ) -> Bubble:
        surface = "public" if place.group else "private"
        number = f"{place.chat}:{next(self.numbers)}"
        platform_id = f"{place.connection}:{number}" if place.connection else number
        said = (new_code("B"), account.brand, self.name, person.key, side, surface, text, now_ms(), platform_id)
        status = "sent" if side == "brand" else "sending"
        made = Bubble(*said, status=status, native=native, file=file, buttons=buttons)  # type: ignore[arg-type]  # as Bubble has them
        return self.world.add_bubble(made)

    def _post(self, account: AccountConfig, kind: str, told: Any, bubble: Bubble | None = None) -> None:
        raw, (url, secret) = plain_json({"update_id": next(self.numbers), kind: told}), self.webhooks.of(account)
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
        delivery = WebhookDelivery(
            self.name,
            url,
            raw,
            headers,
            bubble.id if bubble else "",
            account.brand,
            persistence=PERSISTENCE,
            heard=self._heard,
        )
        self.sender.send(delivery, by_customer=bubble is not None)

    def _heard(self, text: str) -> None:
        """Take the one call that an answer to a webhook may hold: it is how a button stops turning."""
        try:
            asked = json.loads(text)
        except ValueError:
            return
        if isinstance(asked, dict) and asked.get("method") == "answerCallbackQuery":
            self.turning.discard(str(asked.get("callback_query_id")))


def _buttons(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = (fields.get("reply_markup") or {}).get(updates.BUTTON_ROWS) or ()
    return tuple((str(one.get("text")), str(one.get("callback_data"))) for row in rows for one in row)
