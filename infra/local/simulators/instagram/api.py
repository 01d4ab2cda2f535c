"""
Instagram's API: direct messages, comments, lists, tokens; and its webhooks (their bodies: `bodies`).

Source: Meta, "Instagram Platform: messaging API, comment moderation, private replies, conversations, webhooks, access
tokens". Each of the three ways to connect has its own node; another one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from .. import meta
from ..config import AccountConfig
from ..faults import Fault
from ..files import SAMPLES
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code, new_snowflake, now_ms
from ..webhook_sender import WebhookSender
from ..world import WINDOW_MS, Bubble, Person, Thread, World
from . import bodies
from .login import InstagramLogin

TEXT_BYTES = 1_000
COMMENT_CHARS = 300
HASHTAGS, LINKS = 4, 1
QUICK_REPLIES, QUICK_REPLY_CHARS = 13, 20
HUMAN_WINDOW_MS = PRIVATE_REPLY_MS = 7 * WINDOW_MS
RATE = (400, 613, "(#613) Calls to this api have exceeded the rate limit.")
OUTSIDE = "This message is sent outside of allowed window."
FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_referral",
    "message_reactions",
    "message_edit",
    "comments",
    "live_comments",
    "mentions",
)


def new_mid() -> str:
    """An id of a direct message."""
    return "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE" + new_code("", 24)


def _refused(code: int, message: str, *, status: int = 400, subcode: int = 0) -> Answer:
    return meta.graph_error(status, code, f"(#{code}) {message}", subcode=subcode)


class Instagram:
    """The Instagram side of the world."""

    name = "instagram"
    played: ClassVar[Played] = Played(
        title="Instagram",
        tab=3,
        account_ids={"maison-lune": "17841466230917061", "atelier-nord": "17841466230917062"},
        app_id="310000000000006",
        drawn={"verify_token": 8},
        invented={"login": "instagram", "page_id": "104377000000061"},
        told=("verify_token",),
        public=True,
    )
    takes_files = True

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.login = InstagramLogin(world, self.name, FIELDS)
        self.answered_privately: set[str] = set()  # comments

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call, on both of Instagram's hosts."""
        return (
            *self.login.endpoints(),
            Endpoint("/ig_messaging_cdn/{file}", ("GET",), self.download),
            Endpoint("/{version}/{node}/messages", ("POST",), self.send),
            Endpoint("/{version}/{comment}/replies", ("POST",), self.reply),
            Endpoint("/{version}/{comment}/replies", ("GET",), self.replies),
            Endpoint("/{version}/{node}/media", ("GET",), self.media),
            Endpoint("/{version}/{node}/conversations", ("GET",), self.conversations),
            Endpoint("/{version}/{node}/subscribed_apps", ("GET", "POST", "DELETE"), self.subscribed),
            Endpoint("/{version}/{app}/subscriptions", ("GET",), self.subscriptions),
            Endpoint("/{version}/{comment}", ("DELETE",), self.delete),
            Endpoint("/{version}/{node}", ("GET",), self.read),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from typing marks and reads."""
        if call.method != "POST" or not call.path.endswith(("/messages", "/replies")):
            return "read"
        return "signal" if call.fields.get("sender_action") else "send"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Graph's words for an injected fault."""
        return meta.injected(fault, RATE)

    # --- who calls ------------------------------------------------------------------------------

    def _account(self, call: PlatformCall) -> AccountConfig | Answer:
        return self.login.account_of(call.bearer) or meta.graph_error(
            400, 190, "Invalid OAuth access token - Cannot parse access token"
        )

    def _node(self, account: AccountConfig) -> str:
        nodes = {"instagram": "me", "facebook": account.extra.get("page_id", "")}
        return nodes.get(account.extra.get("login", ""), account.account_id)

    def _at_node(self, call: PlatformCall) -> AccountConfig | Answer:
        """The account of a call to its own node; any other node lacks the capability for ever."""
        account = self._account(call)
        if isinstance(account, Answer) or call.params["node"] == self._node(account):
            return account
        return _refused(3, "Application does not have the capability to make this API call.")

    def _accounts(self) -> list[AccountConfig]:
        return [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]

    def _id_of(self, account: AccountConfig, person: Person) -> str:
        return person.ids[f"{self.name}:{account.account_id}"]

    # --- direct messages ------------------------------------------------------------------------

    def send(self, call: PlatformCall) -> Answer:
        """Accept a direct message, a private answer to a comment or a sender action, or refuse it."""
        account = self._at_node(call)
        if isinstance(account, Answer):
            return account
        asked = call.fields.get("recipient")
        recipient: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
        comment_id = str(recipient.get("comment_id") or "")
        if comment_id:
            return self._private_reply(account, comment_id, call.fields)
        person_id = str(recipient.get("id") or "")
        if not person_id:
            return _refused(100, "The parameter recipient is required")
        person = self.world.person_at(account, person_id)
        thread = self.world.thread(account, person)
        if call.fields.get("sender_action"):
            thread.typing_until = now_ms() + 20_000
            self.world.touch_thread(thread)
            return Answer(200, {"recipient_id": person_id})
        if refusal := self._text_refused(call.fields) or self._late(call.fields, thread):
            return refusal
        return self._said(account, person, thread, call.fields)

    def _said(self, account: AccountConfig, person: Person, thread: Thread, fields: Mapping[str, Any]) -> Answer:
        bubble = self._store(account, person, "private", str(fields["message"]["text"]), new_mid())
        replies = fields["message"].get("quick_replies") or ()
        bubble.buttons = tuple((str(one.get("title")), str(one.get("payload"))) for one in replies)
        thread.typing_until = 0
        self.world.touch_thread(thread)
        answer = {"recipient_id": self._id_of(account, person), "message_id": bubble.platform_id}
        return Answer(200, answer, after=(lambda: self._own_event(account, person, bubble),))

    def _text_refused(self, fields: Mapping[str, Any]) -> Answer | None:
        message = fields.get("message")
        if not isinstance(message, Mapping) or not str(message.get("text") or ""):
            return _refused(100, "Must provide message text or attachment")
        if len(str(message["text"]).encode()) > TEXT_BYTES:
            return _refused(100, f"Length of param message[text] must be less than or equal to {TEXT_BYTES}")
        choices = message.get("quick_replies") or ()
        if len(choices) > QUICK_REPLIES or any(len(str(each.get("title"))) > QUICK_REPLY_CHARS for each in choices):
            return _refused(100, "quick_replies must have at most 13 elements of 20 characters")
        return None

    def _late(self, fields: Mapping[str, Any], thread: Thread) -> Answer | None:
        tagged = fields.get("messaging_type") == "MESSAGE_TAG" and fields.get("tag") == "HUMAN_AGENT"
        open_now = self.world.window_open(thread, length_ms=HUMAN_WINDOW_MS if tagged else WINDOW_MS)
        if open_now or (tagged and thread.window_closed):
            return None
        return _refused(10, OUTSIDE, status=403, subcode=2534022)

    def _private_reply(self, account: AccountConfig, comment_id: str, fields: Mapping[str, Any]) -> Answer:
        """The one private message to who wrote a comment; it opens no window."""
        origin = self.world.bubble_of(comment_id)
        if refusal := self._text_refused(fields):
            return refusal
        if origin is None or origin.brand != account.brand or origin.side != "customer":
            return _refused(100, "Invalid comment_id", subcode=2018292)
        if comment_id in self.answered_privately or now_ms() - origin.at > PRIVATE_REPLY_MS:
            return _refused(10900, "Activity already replied to")
        self.answered_privately.add(comment_id)
        person = self.world.people[origin.person]
        return self._said(account, person, self.world.thread(account, person), fields)

    def conversations(self, call: PlatformCall) -> Answer:
        """List conversations with their newest twenty messages."""
        account = self._at_node(call)
        if isinstance(account, Answer):
            return account
        return meta.conversations(self.world, account, call, lambda person, each: self._line(account, person, each))

    def _line(self, account: AccountConfig, person: Person, bubble: Bubble) -> dict[str, Any]:
        return bodies.listed_message(account, self._id_of(account, person), person.handle, bubble)

    # --- comments -------------------------------------------------------------------------------

    def reply(self, call: PlatformCall) -> Answer:
        """Put an answer under a comment; what answers an answer goes under the top one."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        origin, text = self.world.bubble_of(call.params["comment"]), str(call.fields.get("message") or "")
        if origin is None or origin.brand != account.brand or origin.surface != "public":
            return meta.graph_error(
                400, 100, f"Unsupported post request. Object with ID '{call.params['comment']}'", subcode=33
            )
        if origin.error == "hidden":
            return _refused(100, "The comment is hidden", subcode=2207008)
        links = len(re.findall(r"https?://", text))
        if not text or len(text) > COMMENT_CHARS or text.count("#") > HASHTAGS or links > LINKS:
            return _refused(100, "The comment cannot be posted", subcode=1772179)
        upper = origin.anchor or origin.platform_id
        person = self.world.people[origin.person]
        bubble = self._store(account, person, "public", text, new_snowflake(), upper)
        answer = {"id": bubble.platform_id}
        return Answer(200, answer, after=(lambda: self._own_event(account, person, bubble),))

    def delete(self, call: PlatformCall) -> Answer:
        """Delete a comment of the account's own."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        if not self.world.unsay(account, call.params["comment"], self.name):
            return meta.graph_error(400, 100, "Unsupported delete request", subcode=33)
        return Answer(200, {"success": True})

    def replies(self, call: PlatformCall) -> Answer:
        """List what stands under a comment, oldest first, on one page."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        under = [
            bodies.listed_comment(self._author(account, each), each)
            for each in self.world.bubbles.values()
            if each.channel == self.name and each.anchor == call.params["comment"]
        ]
        return Answer(200, {"data": under})

    def media(self, call: PlatformCall) -> Answer:
        """List the account's one post with its comments, the newest first, and what stands under each."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        found = [
            (each, bodies.listed_comment(self._author(account, each), each))
            for each in self.world.bubbles.values()
            if (each.brand, each.channel, each.surface) == (account.brand, self.name, "public")
            and each.error != "deleted"
        ]
        tops = [
            said | {"replies": {"data": [below for each, below in found if each.anchor == top.platform_id]}}
            for top, said in reversed(found)
            if not top.anchor
        ]
        at = found[0][0].at if found else now_ms()
        return Answer(200, {"data": [bodies.post(account, at, tops)]})

    def _author(self, account: AccountConfig, bubble: Bubble) -> dict[str, str]:
        if bubble.side == "brand":
            own = account.account_id
            return {"id": own, "username": account.screen_name, "self_ig_scoped_id": f"17{own[-14:]}"}
        person = self.world.people[bubble.person]
        return {"id": self._id_of(account, person), "username": person.handle}

    # --- the account, its token and its subscriptions -------------------------------------------

    def read(self, call: PlatformCall) -> Answer:
        """Return whose token this is, a customer's profile, or the app to its own token."""
        account = self._account(call)
        node = call.params["node"]
        if isinstance(account, Answer):
            return meta.application(self._accounts(), call.bearer, node)
        if node == self._node(account):
            own = {"id": account.account_id, "username": account.screen_name}
            if node == "me":
                return Answer(200, {"id": f"9{own['id'][1:]}", "user_id": own["id"], "username": own["username"]})
            linked = account.extra.get("login") == "facebook"
            return Answer(200, {"id": node, "instagram_business_account": own} if linked else own)
        person = self.world.person_at(account, node)
        return Answer(200, {"id": node, "name": person.name, "username": person.handle})

    def subscribed(self, call: PlatformCall) -> Answer:
        """Say or change what an account sends our app: its own half."""
        account = self._at_node(call)
        return account if isinstance(account, Answer) else self.login.subscribed(call, account)

    def subscriptions(self, call: PlatformCall) -> Answer:
        """List the webhooks of an app, in its own name: the app's half."""
        account = meta.app_of(self._accounts(), call.bearer)
        if account is None or call.params["app"] != account.app_id:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot get application info")
        fields = [{"name": name, "version": "v23.0"} for name in FIELDS]
        told = {"object": "instagram", "callback_url": account.webhook_url, "fields": fields, "active": True}
        return Answer(200, {"data": [told]})

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes behind a link, to whoever holds it."""
        file = SAMPLES.get(call.params["file"].partition("-")[0])
        return Answer(200, file.content) if file else Answer(404, "not found")

    # --- what the platform sends ----------------------------------------------------------------

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Ask the account's webhook for the challenge."""
        return await meta.handshake(client, account)

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer comments, or sends a direct message, a file, an answer to a story."""
        if asked.get("surface") == "public":
            return self._comments(account, person, text, str(asked.get("anchor") or ""))
        file, at = str(asked.get("file") or ""), now_ms()
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "private", text, at, new_mid())
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at, thread.window_closed = at, False
        self.world.touch_thread(thread)
        message: dict[str, Any] = {"mid": bubble.platform_id} | ({"text": text} if text else {})
        message |= {"quick_reply": {"payload": asked["payload"]}} if asked.get("payload") else {}
        if file:
            link = f"{bodies.CDN}/{file}-{new_code('', 12)}"
            message["attachments"] = [{"type": SAMPLES[file].attachment, "payload": {"url": link}}]
        if asked.get("story"):
            message["reply_to"] = {"story": {"id": new_snowflake(), "url": f"{bodies.CDN}/story"}}
        body = bodies.direct(account, self._id_of(account, person), message, at, own=False)
        self.sender.send(meta.delivery(account, body, bubble.id), by_customer=True)
        return bubble

    def _comments(self, account: AccountConfig, person: Person, text: str, anchor: str) -> Bubble:
        origin = self.world.bubble_of(anchor)
        upper = (origin.anchor or origin.platform_id) if origin else ""
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "public", text, now_ms())
        bubble = self.world.add_bubble(Bubble(*said, new_snowflake(), anchor=upper))  # type: ignore[arg-type]  # as above
        body = bodies.comment(account, self._author(account, bubble), bubble, upper)
        self.sender.send(meta.delivery(account, body, bubble.id), by_customer=True)
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A person of the brand answers in Instagram's own app: the system learns of it by its echo."""
        public = asked.get("surface") == "public"
        origin = self.world.bubble_of(str(asked.get("anchor") or ""))
        upper = (origin.anchor or origin.platform_id) if public and origin else ""
        own_id = new_snowflake() if public else new_mid()
        bubble = self._store(account, person, "public" if public else "private", text, own_id, upper, native=True)
        self._own_event(account, person, bubble)
        return bubble

    def _store(
        self,
        account: AccountConfig,
        person: Person,
        surface: str,
        text: str,
        own_id: str,
        anchor: str = "",
        *,
        native: bool = False,
    ) -> Bubble:
        said = (new_code("B"), account.brand, self.name, person.key, "brand", surface, text, now_ms(), own_id)
        kept = Bubble(*said, status="sent", anchor=anchor, native=native)  # type: ignore[arg-type]  # as Bubble has them
        return self.world.add_bubble(kept)

    def _own_event(self, account: AccountConfig, person: Person, bubble: Bubble) -> None:
        """Tell the system what the account said, from wherever: an echo, or a comment of its own."""
        if bubble.surface == "public":
            body = bodies.comment(account, self._author(account, bubble), bubble, bubble.anchor)
        else:
            message = {"mid": bubble.platform_id, "text": bubble.text}
            body = bodies.direct(account, self._id_of(account, person), message, bubble.at, own=True)
        self.sender.send(meta.delivery(account, body))
