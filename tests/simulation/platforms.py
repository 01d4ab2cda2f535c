"""
The platforms in memory: what reached them, what they answer, what they send back as webhooks.

Each is an `Http` of the ports. `said` is what a customer sees: (person, text, row token, call number).
"""

from __future__ import annotations

import base64
import email.policy
import hashlib
import hmac
import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.model import Request
from chalicelib.ports import HttpAnswer

SECRET, TOKEN = "an invented app secret of forty characters", "token-1"
_LINKS = re.compile(r"[\w-]+\.example\S*")


class Said(NamedTuple):
    """One thing that reached a person."""

    person: str
    text: str
    token: str
    platform_id: str
    at: int
    public: bool = False
    anchor: str = ""
    buttons: tuple[tuple[str, str], ...] = ()  # (title, payload) of each
    file: bytes = b""
    kind: str = ""  # as the platform names what it is


class Hook(NamedTuple):
    """A webhook that a platform will send at `due` (ms), and again while it is not answered with 200."""

    due: int
    path: str
    request: Request
    tries: int = 0


def answer(status: int, body: Any, **headers: str) -> HttpAnswer:
    return HttpAnswer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode()
    )


def post(path: str, body: bytes, headers: Mapping[str, str]) -> Request:
    return Request(method="POST", path=path, query={}, headers={k: (v,) for k, v in headers.items()}, body=body)


@dataclass(slots=True)
class Platform:
    """
    What all have in common. `troubles` are answers given, in order, in place of taking what is sent.

    `deaf`: it sends no webhook of what is written there, by customers or in its own app (`withhold`); its list has it.
    """

    clock: Any
    account_id: str
    key: str
    name: str = ""
    token: str = TOKEN
    connected_at: int = 0
    said: list[Said] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    troubles: list[HttpAnswer] = field(default_factory=list)
    mute: bool = False  # sends no receipts and no echoes
    files: dict[str, bytes] = field(default_factory=dict)  # what customers sent, by the platform's id
    file_troubles: list[HttpAnswer] = field(default_factory=list)  # answers to who asks for one
    deaf: bool = False
    unlisted_until: int = 0  # its list answers that it is down until then
    heard: list[dict[str, Any]] = field(default_factory=list)  # what was written there, as its list gives it
    unheard: list[int] = field(default_factory=list)  # when it kept a webhook to itself
    kept: list[Hook] = field(default_factory=list)  # webhooks that it did not send
    uploads: dict[str, bytes] = field(default_factory=dict)  # what the account uploaded, by the platform's id
    upload_troubles: list[HttpAnswer] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)  # what the account deleted of what it had said
    _count: int = 0

    def new_id(self, stem: str) -> str:
        self._count += 1
        return f"{stem}{self._count:06d}"

    def hook(self, body: Mapping[str, Any], after_ms: int = 0) -> None:
        raw = json.dumps(body).encode()
        path = f"/webhooks/{self.name}/{self.key}"
        self.hooks.append(Hook(self.clock.now + after_ms, path, post(path, raw, self.signature(raw))))

    def withhold(self, times: int = 1) -> None:
        """Keep the newest webhooks to itself, where it is deaf."""
        if self.deaf:
            self.unheard.append(self.clock.now)
            self.kept += [self.hooks.pop() for _ in range(times)]

    def signature(self, raw: bytes) -> dict[str, str]:
        return {"x-hub-signature-256": "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}

    def told(self, body: str) -> None:
        """What the answer to a webhook of ours says."""

    def reads(self, world: Any) -> None:
        """Look at what was said, where nobody tells this platform."""

    def deletes(self, platform_ids: Collection[str]) -> bool:
        """Delete what was said; False where nothing of it is there."""
        found = {one.platform_id for one in self.said} & set(platform_ids) - self.gone
        self.gone |= found
        return bool(found)

    def keep(self, person: str, text: str, token: str, platform_id: str, **more: Any) -> None:
        self.said.append(Said(person, text, token, platform_id, self.clock.now, **more))


GRAPH_TOKEN_DEAD = answer(401, {"error": {"code": 190, "message": "Error validating access token"}})
GRAPH_REFUSED = answer(400, {"error": {"code": 131026, "message": "Message undeliverable"}})
GRAPH_LIMIT = answer(400, {"error": {"code": 131056, "message": "pair rate limit hit"}}, retry_after="30")
GRAPH_LONG_LIMIT = answer(429, {"error": {"code": 130429, "message": "Rate limit hit"}}, retry_after="1800")
GRAPH_PAUSED = answer(400, {"error": {"code": 132015, "message": "Template is Paused"}})
GRAPH_LATER = answer(500, {"error": {"code": 131000, "message": "Something went wrong"}})


PDF = b"%PDF-1.4 " + b"an invoice " * 20
JPEG = b"\xff\xd8\xff\xe0" + b"a photo " * 20
CONVERSATIONS, MESSAGES = 2, 20  # of a page of a list, of a conversation there
OGG = b"OggS" + b"a voice note " * 20


def form_of(headers: Mapping[str, str], body: bytes) -> dict[str, bytes]:
    """The fields of a form with a file, by their names, as a mail's parser reads them."""
    head = b"MIME-Version: 1.0\r\nContent-Type: " + headers["content-type"].encode() + b"\r\n\r\n"
    parts = email.message_from_bytes(head + body, policy=email.policy.HTTP).iter_parts()
    found = ((part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in parts)
    return {str(name): value for name, value in found if isinstance(value, bytes)}


def a_file(body: bytes) -> HttpAnswer:
    return HttpAnswer(200, {"content-type": "application/octet-stream"}, body)


class WhatsAppCloud(Platform):
    templates: Sequence[Mapping[str, Any]] = ()  # of its WhatsApp account, as its list gives them

    def _file(self, url: str) -> HttpAnswer:
        parts = urlsplit(url)
        if parts.hostname == "graph.facebook.com":
            media_id = parts.path.rpartition("/")[2]
            link = f"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={media_id}"
            return answer(200, {"id": media_id, "url": link}) if media_id in self.files else GRAPH_REFUSED
        return a_file(self.files[parse_qs(parts.query)["mid"][0]])

    def sends_file(self, person: str, kind: str, body: bytes, caption: str = "", wamid: str = "") -> str:
        """A photo, voice note or document, which is there under its media id."""
        wamid, media_id = wamid or self.new_id("wamid.R"), self.new_id("88000")
        self.files[media_id] = body
        content = {"id": media_id, "mime_type": "image/jpeg"} | ({"caption": caption} if caption else {})
        self.deliver(wamid, person, {"type": kind, kind: content})
        return wamid

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        if headers["authorization"] != f"Bearer {self.token}":
            return GRAPH_TOKEN_DEAD
        if method == "GET":
            return self._read(url)
        if urlsplit(url).path.endswith("/media"):
            if self.upload_troubles:
                return self.upload_troubles.pop(0)
            media_id, uploaded = self.new_id("99000"), form_of(headers, body)
            self.uploads[media_id] = uploaded["file"]
            return answer(200, {"id": media_id})
        fields = json.loads(body)
        if fields.get("status") == "read":
            return answer(200, {"success": True})
        if self.troubles:
            return self.troubles.pop(0)
        person = fields["to"] if "to" in fields else fields["recipient"]
        wamid, token = self.new_id("wamid.S"), fields["biz_opaque_callback_data"]
        self._show(person, wamid, token, fields)
        if not self.mute:
            for delay, status in ((400, "sent"), (1_500, "delivered"), (60_000, "read")):
                self.status(person, wamid, token, status, delay)
        return answer(200, {"messages": [{"id": wamid}]})

    def _read(self, url: str) -> HttpAnswer:
        if urlsplit(url).path.endswith("/message_templates"):
            return answer(200, {"data": list(self.templates)})
        return self.file_troubles.pop(0) if self.file_troubles else self._file(url)

    def _show(self, person: str, wamid: str, token: str, fields: Mapping[str, Any]) -> None:
        """What was sent reaches the person: a text, a text with buttons, a template, a file."""
        kind, inner = fields["type"], fields.get("interactive", {})
        if kind in ("text", "interactive"):
            replies = [each["reply"] for each in inner.get("action", {}).get("buttons", ())]
            buttons = tuple((each["title"], each["id"]) for each in replies)
            said = inner["body"]["text"] if inner else fields["text"]["body"]
            self.keep(person, said, token, wamid, buttons=buttons)
        elif kind == "template":
            told = next(each for each in self.templates if each["name"] == fields["template"]["name"])
            said = told["components"][0]["text"]
            values = [each["text"] for part in fields["template"]["components"] for each in part["parameters"]]
            for number, value in enumerate(values, 1):
                said = said.replace(f"{{{{{number}}}}}", value)
            self.keep(person, said, token, wamid, kind=kind)
        else:
            self.keep(person, "", token, wamid, file=self.uploads[fields[kind]["id"]], kind=kind)

    def presses(self, person: str, title: str, payload: str, wamid: str = "") -> None:
        """A customer presses a button of a message of ours, or sends what a press would."""
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        self.deliver(
            self.new_id("wamid.R"), person, {"type": "interactive", "interactive": reply, "context": {"id": wamid}}
        )

    def status(self, person: str, wamid: str, token: str, status: str, after_ms: int = 0, code: int = 0) -> None:
        said: dict[str, Any] = {"id": wamid, "status": status, "timestamp": str(self.clock.now // 1000)}
        said |= {"recipient_id": person, "biz_opaque_callback_data": token}
        said |= {"errors": [{"code": code}]} if code else {}
        self._change("messages", {"statuses": [said]}, after_ms)

    def writes(self, person: str, text: str, *, times: int = 1, name: str = "Léa", user: str = "") -> str:
        """`person` is a number, "" where the platform names only the business-scoped id `user`."""
        wamid = self.new_id("wamid.R")
        message = {"id": wamid, "type": "text", "text": {"body": text}}
        self._deliver(person, [message], times=times, name=name, user=user)
        return wamid

    def changes_number(self, old: str, new: str) -> None:
        """The platform says that a customer has a new number."""
        said = {"body": f"User A changed from {old} to {new}", "wa_id": new, "type": "user_changed_number"}
        self.deliver(self.new_id("wamid.C"), old, {"type": "system", "system": said})

    def deliver(
        self, wamid: str, person: str, content: Mapping[str, Any], *, times: int = 1, name: str = "Léa"
    ) -> None:
        self._deliver(person, [{"id": wamid, **content}], times=times, name=name)

    def writes_at_once(self, person: str, *texts: str, times: int = 1) -> None:
        """Several messages in one webhook."""
        messages = [{"id": self.new_id("wamid.R"), "type": "text", "text": {"body": text}} for text in texts]
        self._deliver(person, messages, times=times, name="Léa")

    def _deliver(
        self, person: str, messages: Sequence[Mapping[str, Any]], *, times: int, name: str, user: str = ""
    ) -> None:
        who = ({"from": person} if person else {}) | ({"from_user_id": user} if user else {})
        contact = ({"wa_id": person} if person else {}) | ({"user_id": user} if user else {})
        said = [{**who, "timestamp": str(self.clock.now // 1000), **each} for each in messages]
        value = {"contacts": [{**contact, "profile": {"name": name}}], "messages": said}
        for _ in range(times):
            self._change("messages", value)

    def reacts(self, person: str, platform_id: str, emoji: str) -> None:
        self.deliver(
            self.new_id("wamid.E"),
            person,
            {"type": "reaction", "reaction": {"message_id": platform_id, "emoji": emoji}},
        )

    def prefers(self, person: str, wish: str) -> None:
        """The customer wants no more messages, or wants them again."""
        said = {"wa_id": person, "value": wish, "timestamp": str(self.clock.now // 1000)}
        self._change("user_preferences", {"user_preferences": [said]})

    def native(self, person: str, text: str) -> None:
        """Somebody answers in the business's own app."""
        echo: dict[str, Any] = {"id": self.new_id("wamid.N"), "to": person, "type": "text", "text": {"body": text}}
        self._change("smb_message_echoes", {"message_echoes": [echo | {"timestamp": str(self.clock.now // 1000)}]})

    def _change(self, field_: str, value: Mapping[str, Any], after_ms: int = 0) -> None:
        value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": self.account_id}, **value}
        change = {"field": field_, "value": value}
        self.hook({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": [change]}]}, after_ms)


class MessengerSend(Platform):
    profile: Mapping[str, str] = {"first_name": "Manon", "last_name": "Petit"}
    asked_names: int = 0
    lost: Mapping[str, str] = {}  # the message that it answered with an error

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        if method == "GET" and (urlsplit(url).hostname or "").endswith(
            "fbcdn.net"
        ):  # whoever holds the link has the file
            return self.file_troubles.pop(0) if self.file_troubles else a_file(JPEG)
        if headers["authorization"] != f"Bearer {self.token}":
            return GRAPH_TOKEN_DEAD
        if method == "GET" and urlsplit(url).path.endswith("/conversations"):
            return conversations(self, url)
        if method == "GET":
            name = urlsplit(url).path.rpartition("/")[2]
            if name == "me":
                return answer(200, {"id": self.account_id, "name": "Maison Lune"})
            self.asked_names += 1
            return answer(200, {"id": name, **self.profile})
        form = {} if body[:1] == b"{" else form_of(headers, body)
        fields = {name: json.loads(form[name]) for name in ("recipient", "message")} if form else json.loads(body)
        person = fields["recipient"]["id"]
        if "sender_action" in fields:
            return answer(200, {"recipient_id": person})
        if self.troubles:
            self.lost = fields["message"]
            return self.troubles.pop(0)
        mid, message = self.new_id("m_S"), fields["message"]
        buttons = tuple((each["title"], each["payload"]) for each in message.get("quick_replies", ()))
        text, kind = message.get("text", ""), message.get("attachment", {}).get("type", "")
        self.keep(person, text, message["metadata"], mid, buttons=buttons, file=form.get("filedata", b""), kind=kind)
        self._hears(person, mid, text, own=True)
        if not self.mute:
            self._echo(person, mid, text, {"metadata": message["metadata"], "app_id": 7}, 300)
            read = {"read": {"watermark": self.clock.now + 60_000}}
            self._item({"sender": {"id": person}, "recipient": {"id": self.account_id}, **read}, 60_000)
        return answer(200, {"recipient_id": person, "message_id": mid})

    def writes(self, person: str, text: str, *, times: int = 1) -> str:
        mid = self.new_id("m_R")
        for _ in range(times):
            who = {"sender": {"id": person}, "recipient": {"id": self.account_id}}
            self._item({**who, "message": {"mid": mid, "text": text}})
        self._hears(person, mid, text)
        self.withhold(times)
        return mid

    def refers(self, person: str, ref: str) -> None:
        """A customer opens the conversation by a link with this reference, and has written here before or not."""
        who = {"sender": {"id": person}, "recipient": {"id": self.account_id}}
        self._item({**who, "referral": {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}})

    def had_it(self, person: str) -> None:
        """It took the message after all that it answered with an error: its list shows it."""
        mid = self.new_id("m_S")
        self.keep(person, self.lost["text"], self.lost["metadata"], mid)
        self._hears(person, mid, self.lost["text"], own=True)
        self.unheard.append(self.clock.now)

    def elsewhere(self, person: str, text: str) -> None:
        """A customer writes in a conversation that another app holds."""
        mid, who = self.new_id("m_R"), {"sender": {"id": person}, "recipient": {"id": self.account_id}}
        item = {**who, "timestamp": self.clock.now, "message": {"mid": mid, "text": text}}
        self.hook({"object": "page", "entry": [{"id": self.account_id, "standby": [item]}]})
        self._hears(person, mid, text)
        self.unheard.append(self.clock.now)

    def _hears(self, person: str, mid: str, text: str, *, own: bool = False) -> None:
        sender, to = (self.account_id, person) if own else (person, self.account_id)
        self.heard.append(listed_message(self, mid, text, sender, to))

    def presses(self, person: str, title: str, payload: str, wamid: str = "") -> None:
        """A customer presses a quick reply under a message of ours, or sends what a press would."""
        who = {"sender": {"id": person}, "recipient": {"id": self.account_id}}
        self._item({**who, "message": {"mid": self.new_id("m_R"), "text": title, "quick_reply": {"payload": payload}}})

    def reacts(self, person: str, platform_id: str, emoji: str) -> None:
        reaction = {"mid": platform_id, "action": "react", "emoji": emoji, "reaction": "other"}
        self._item({"sender": {"id": person}, "recipient": {"id": self.account_id}, "reaction": reaction})

    def sends_file(self, person: str, url: str) -> None:
        who = {"sender": {"id": person}, "recipient": {"id": self.account_id}}
        file = {"type": "image", "payload": {"url": url}}
        self._item({**who, "message": {"mid": self.new_id("m_R"), "attachments": [file]}})

    def native(self, person: str, text: str) -> None:
        mid = self.new_id("m_N")
        self._echo(person, mid, text, {"app_id": 26390203743090})
        self._hears(person, mid, text, own=True)
        self.withhold()

    def _echo(self, person: str, mid: str, text: str, more: Mapping[str, Any], after_ms: int = 0) -> None:
        who = {"sender": {"id": self.account_id}, "recipient": {"id": person}}
        self._item({**who, "message": {"mid": mid, "text": text, "is_echo": True, **more}}, after_ms)

    def _item(self, item: Mapping[str, Any], after_ms: int = 0) -> None:
        item = {"timestamp": self.clock.now + after_ms, **item}
        self.hook({"object": "page", "entry": [{"id": self.account_id, "messaging": [item]}]}, after_ms)


def iso(at: int) -> str:
    """A time as Meta writes it: whole seconds."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def listed_message(platform: Platform, mid: str, text: str, sender: str, to: str) -> dict[str, Any]:
    """A message as Meta's lists have it: by whom, and not whether we sent it."""
    at = iso(platform.clock.now)
    return {"id": mid, "created_time": at, "from": {"id": sender}, "to": {"data": [{"id": to}]}, "message": text}


def conversations(platform: Platform, url: str) -> HttpAnswer:
    """Meta's list: a page of conversations with their newest messages, those with the newest first."""
    if platform.clock.now < platform.unlisted_until:
        return GRAPH_LATER
    asked = parse_qs(urlsplit(url).query)
    assert asked["platform"] == [platform.name]
    talks: dict[str, list[dict[str, Any]]] = {}
    for each in reversed(platform.heard):
        ids = {each["from"]["id"], each["to"]["data"][0]["id"]} - {platform.account_id}
        talks.setdefault(ids.pop(), []).append(each)
    first = int(asked.get("after", ["0"])[0])
    shown = list(talks.values())[first : first + CONVERSATIONS]
    data = [{"updated_time": each[0]["created_time"], "messages": {"data": each[:MESSAGES]}} for each in shown]
    paging: dict[str, Any] = {"cursors": {"after": str(first + CONVERSATIONS)}}
    if len(talks) > first + CONVERSATIONS:
        paging["next"] = "https://graph.facebook.com/v23.0/next"
    return answer(200, {"data": data, "paging": paging})


class XApi(Platform):
    """Direct messages and posts; its list is the truth, and links come back shortened."""

    def signature(self, raw: bytes) -> dict[str, str]:
        signed = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
        return {"x-twitter-webhooks-signature": "sha256=" + base64.b64encode(signed).decode()}

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        authorization = next(value for name, value in headers.items() if name.lower() == "authorization")
        if f'oauth_token="{self.token}"' not in authorization:
            return answer(401, {"title": "Unauthorized", "status": 401})
        path = urlsplit(url).path
        if urlsplit(url).hostname == "ton.twitter.com":
            return a_file(JPEG)
        if method == "GET" and path.endswith("/users/me"):
            return answer(200, {"data": {"id": self.account_id, "username": "maison"}})
        if method == "GET" and path.endswith(("/mentions", "/dm_events")) and "with" not in path:
            return self._came(path, {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()})
        if method == "GET":
            return self._listed(public=path.endswith("/tweets"), person=path.split("/")[4] if "with" in path else "")
        if self.troubles:
            return self.troubles.pop(0)
        return self._delete(path) if method == "DELETE" else self._say(path, body)

    def _delete(self, path: str) -> HttpAnswer:
        return answer(200, {"data": {"deleted": self.deletes([path.rpartition("/")[2]])}})

    def _say(self, path: str, body: bytes) -> HttpAnswer:
        fields = json.loads(body)
        public, own_id = path.endswith("/tweets"), self.new_id("190000000")
        anchor = fields.get("reply", {}).get("in_reply_to_tweet_id", "")
        person = "" if public else path.split("/")[4]
        text = _LINKS.sub("https://t.co/abc", fields["text"])
        if any(old.text == text and old.public and public for old in self.said):
            return answer(
                403, {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403}
            )
        self.keep(person, text, "", own_id, public=public, anchor=anchor)
        if not public:
            self._hears(own_id, text, self.account_id, person)
        if not self.mute:
            self._own(person, text, own_id, public=public, anchor=anchor, after_ms=200)
        return answer(201, {"data": {"id": own_id} if public else {"dm_event_id": own_id}})

    def _listed(self, *, public: bool, person: str) -> HttpAnswer:
        found = [
            {
                "id": one.platform_id,
                "text": one.text,
                "sender_id": self.account_id,
                "author_id": self.account_id,
                "event_type": "MessageCreate",
                "created_at": _iso(one.at),
                "referenced_tweets": [{"type": "replied_to", "id": one.anchor}] if one.anchor else [],
            }
            for one in reversed(self.said)
            if one.public == public and (public or one.person == person)
        ]
        return answer(
            200, {"data": found, "meta": {"result_count": len(found)}} if found else {"meta": {"result_count": 0}}
        )

    def _came(self, path: str, asked: Mapping[str, str]) -> HttpAnswer:
        """A page of posts that mention the account since a time, or of all its direct messages."""
        if self.clock.now < self.unlisted_until:
            return answer(503, {"title": "Service Unavailable", "status": 503})
        posts, since = path.endswith("/mentions"), asked.get("start_time", "")[:19]
        found = [
            each for each in reversed(self.heard) if ("author_id" in each) == posts and each["created_at"] >= since
        ]
        first = int(asked.get("pagination_token", "0"))
        page = found[first : first + CONVERSATIONS]
        meta = {"result_count": len(page)}
        more = {"next_token": str(first + CONVERSATIONS)} if len(found) > first + CONVERSATIONS else {}
        return answer(200, {"meta": meta | more} | ({"data": page} if page else {}))

    def _hears(self, own_id: str, text: str, sender: str, person: str, *, public: bool = False) -> None:
        at = {"id": own_id, "text": text, "created_at": _iso(self.clock.now)}
        direct = {
            "sender_id": sender,
            "event_type": "MessageCreate",
            "dm_conversation_id": f"{self.account_id}-{person}",
        }
        self.heard.append(at | ({"author_id": sender} if public else direct))

    def writes(self, person: str, text: str, *, times: int = 1, public: bool = False) -> str:
        own_id = self.new_id("180000000")
        self._hears(own_id, text, person, person, public=public)
        for _ in range(times):
            if public:
                user = {"id_str": person, "name": "Léa"}
                tweet = {"id_str": own_id, "timestamp_ms": str(self.clock.now), "user": user, "text": text}
                self.hook({"for_user_id": self.account_id, "tweet_create_events": [tweet]})
            else:
                self._direct(person, self.account_id, text, own_id)
        self.withhold(times)
        return own_id

    def sends_file(self, person: str) -> None:
        media = {"type": "photo", "media_url_https": "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg", "id_str": "7"}
        self._direct(person, self.account_id, "", self.new_id("180000000"), media=media)

    def native(self, person: str, text: str) -> None:
        own_id = self.new_id("195000000")
        self._own(person, text, own_id, public=False, anchor="")
        self._hears(own_id, text, self.account_id, person)
        self.withhold()

    def _own(self, person: str, text: str, own_id: str, *, public: bool, anchor: str, after_ms: int = 0) -> None:
        if public:
            tweet = {
                "id_str": own_id,
                "timestamp_ms": str(self.clock.now),
                "text": text,
                "user": {"id_str": self.account_id},
            }
            tweet |= {"in_reply_to_status_id_str": anchor}
            self.hook({"for_user_id": self.account_id, "tweet_create_events": [tweet]}, after_ms)
        else:
            self._direct(self.account_id, person, text, own_id, after_ms)

    def _direct(
        self, sender: str, to: str, text: str, own_id: str, after_ms: int = 0, media: Mapping[str, Any] | None = None
    ) -> None:
        said = {"text": text} | ({"attachment": {"type": "media", "media": media}} if media else {})
        made = {"sender_id": sender, "target": {"recipient_id": to}, "message_data": said}
        event = {
            "type": "message_create",
            "id": own_id,
            "created_timestamp": str(self.clock.now),
            "message_create": made,
        }
        self.hook({"for_user_id": self.account_id, "direct_message_events": [event]}, after_ms)


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class SlackWorkspace:
    """One workspace: messages by ts, views that were opened."""

    clock: Any
    token: str = TOKEN
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[HttpAnswer] = field(default_factory=list)
    down_until: int = 0
    loses: list[HttpAnswer] = field(default_factory=list)  # given instead of the answer to what was posted all the same
    unlisted: bool = False  # a channel so busy that what is looked for stands behind the first page
    keeps: set[str] = field(default_factory=set)  # messages that Slack will not delete
    edits: int = 0
    pins: list[str] = field(default_factory=list)
    may_pin: bool = True
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # reserved, uploaded ("bytes"), shared ("in")
    file_troubles: list[HttpAnswer] = field(default_factory=list)
    given: dict[str, bytes] = field(default_factory=dict)  # what agents put into dialogs, by its id
    _count: int = 0

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        if self.clock.now < self.down_until:
            return answer(200, {"ok": False, "error": "service_unavailable"})
        if parts.hostname == "files.slack.com" and method == "POST":
            self.files[name]["bytes"] = body
            return HttpAnswer(200, {}, b"OK")
        if headers["authorization"] != f"Bearer {self.token}":
            return answer(200, {"ok": False, "error": "invalid_auth"})
        if parts.hostname == "files.slack.com":
            return a_file(self.given[name]) if name in self.given else answer(404, {})
        if self.troubles and method == "POST":
            return self.troubles.pop(0)
        if method == "GET":
            query = parse_qs(parts.query)
            return self._file_info(query["file"][0]) if name == "files.info" else self._history(query)
        return self._file_call(name, json.loads(body)) or self._post(name, json.loads(body))

    def puts(self, name: str, data: bytes) -> dict[str, Any]:
        """An agent puts a file into a dialog: Slack tells of it as it does of any, and shows it nowhere."""
        own = f"P{len(self.given) + 1:06d}"
        self.given[own] = data
        link = f"https://files.slack.com/files-pri/T0GUICHET-{own}/{own}"
        return {"id": own, "name": name, "size": len(data), "mimetype": "application/pdf", "url_private": link}

    def _file_call(self, name: str, fields: dict[str, Any]) -> HttpAnswer | None:
        if name.startswith("files.") and self.file_troubles:
            return self.file_troubles.pop(0)
        if name == "files.getUploadURLExternal":
            file_id = f"F{len(self.files) + 1:06d}"
            self.files[file_id] = {"name": fields["filename"], "length": fields["length"], "in": []}
            link = f"https://files.slack.com/upload/v1/{file_id}"
            return answer(200, {"ok": True, "file_id": file_id, "upload_url": link})
        if name == "files.completeUploadExternal":
            file = self.files.get(fields["files"][0]["id"], {})
            if len(file.get("bytes", b"")) != file.get("length", -1):
                return answer(200, {"ok": False, "error": "file_not_found"})
            file["in"].append((fields["channel_id"], fields["thread_ts"]))
            return answer(200, {"ok": True, "files": [{"id": fields["files"][0]["id"]}]})
        if name == "files.delete":
            known = self.files.pop(fields["file"], None)
            return answer(200, {"ok": True} if known else {"ok": False, "error": "file_not_found"})
        return None

    def _file_info(self, file_id: str) -> HttpAnswer:
        if file_id not in self.files:
            return answer(200, {"ok": False, "error": "file_not_found"})
        shares: dict[str, list[dict[str, str]]] = {}
        for channel, ts in self.files[file_id]["in"]:
            shares.setdefault(channel, []).append({"thread_ts": ts})
        return answer(200, {"ok": True, "file": {"id": file_id, "shares": {"private": shares} if shares else {}}})

    def _post(self, name: str, fields: dict[str, Any]) -> HttpAnswer:
        if name == "chat.postMessage":
            self._count += 1
            ts = f"{self.clock.now // 1000}.{self._count:06d}"
            self.messages[ts] = {**fields, "ts": ts, "at": self.clock.now, "first": fields.get("blocks")}
            self.posts.append(self.messages[ts])
            if self.loses:
                return self.loses.pop(0)
            return answer(200, {"ok": True, "ts": ts})
        if name == "chat.update":
            if fields["ts"] not in self.messages:
                return answer(200, {"ok": False, "error": "message_not_found"})
            self.messages[fields["ts"]] |= fields
            self.edits += 1
            return answer(200, {"ok": True, "ts": fields["ts"]})
        if name == "chat.delete":
            return self._deleted(fields["ts"])
        if name == "views.publish":
            self.homes[fields["user_id"]] = fields["view"]
        if name in ("views.open", "views.update"):
            self.views.append({**fields["view"], "id": f"V{len(self.views)}", "hash": "h"})
            return answer(200, {"ok": True})
        if name in ("reactions.add", "pins.add"):
            return self._pinned(fields["timestamp"]) if name == "pins.add" else self._reacted(fields)
        return answer(200, {"ok": True, "message_ts": "1.1"})

    def _reacted(self, fields: dict[str, Any]) -> HttpAnswer:
        again = (fields["timestamp"], fields["name"]) in self.reactions
        self.reactions.append((fields["timestamp"], fields["name"]))
        return answer(200, {"ok": False, "error": "already_reacted"} if again else {"ok": True})

    def _pinned(self, ts: str) -> HttpAnswer:
        error = "" if self.may_pin else "missing_scope"
        error = error or ("" if ts in self.messages else "message_not_found")
        error = error or ("already_pinned" if ts in self.pins else "")
        self.pins += [] if error else [ts]
        return answer(200, {"ok": False, "error": error} if error else {"ok": True})

    def _deleted(self, ts: str) -> HttpAnswer:
        if ts in self.keeps:
            return answer(200, {"ok": False, "error": "cant_delete_message"})
        known = self.messages.pop(ts, None)
        return answer(200, {"ok": True} if known else {"ok": False, "error": "message_not_found"})

    def _history(self, query: Mapping[str, list[str]]) -> HttpAnswer:
        oldest, thread = float(query["oldest"][0]), query.get("ts", [""])[0]
        found = [
            {"ts": ts, "text": one.get("text", ""), "metadata": one.get("metadata")}
            for ts, one in reversed(self.messages.items())
            if float(ts) >= oldest
            and one["channel"] == query["channel"][0]
            and (one.get("thread_ts", "") == thread if thread else "thread_ts" not in one)
        ]
        found = [] if self.unlisted else found
        return answer(200, {"ok": True, "messages": found, "has_more": self.unlisted})

    def everything(self, channel: str) -> str:
        """All that stands in a Slack channel, as text to look for words in."""
        return json.dumps([m for m in self.messages.values() if m["channel"] == channel], ensure_ascii=False)


@dataclass(slots=True)
class Shop:
    """Answers order look-ups."""

    orders: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        asked = unquote(url.rpartition("/")[2])
        self.asked.append(asked)
        number, second = asked.partition("?")[::2]
        name, given = second.partition("=")[::2]
        found = self.orders.get(number)
        if found and second and found.get(name) != given:
            found = None
        if found and headers.get("x-guichet-wants") != "contact":  # it tells that only where it is asked for
            found = {name: value for name, value in found.items() if not name.startswith("contact_")}
        return answer(200, found) if found else answer(404, {})


def tokens_of(said: list[Said]) -> dict[str, int]:
    """How often each row token reached somebody."""
    found: dict[str, int] = defaultdict(int)
    for one in said:
        found[one.token] += 1
    return found
