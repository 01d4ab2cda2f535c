"""
Messenger: the Send API, and page webhooks (messages, echoes, deliveries, reads).

Source: Meta's Messenger Platform pages (Send API reference, webhooks reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from . import meta
from .config import AccountConfig
from .faults import Fault
from .files import SAMPLES
from .meta_login import MetaLogin
from .pace import DELIVERED_S, READ_S, pause
from .router import Answer, Endpoint, PlatformCall
from .signing import new_code, new_mid, now_ms
from .webhook_sender import WebhookDelivery, WebhookSender
from .world import WINDOW_MS, Bubble, Person, Thread, World

TEXT_LIMIT = 2_000
METADATA_LIMIT = 1_000
ATTACHMENTS = ("image", "audio", "video", "file")
QUICK_REPLIES, TITLE_LIMIT, PAYLOAD_LIMIT = 13, 20, 1_000
HUMAN_WINDOW_MS = 7 * WINDOW_MS
PAGE_INBOX_APP = 26390203743090  # the app_id that echoes of Meta's own page inbox carry
RATE = (400, 613, "(#613) Calls to this api have exceeded the rate limit.")
OUTSIDE = "(#10) This message is sent outside of allowed window."
FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_handovers",
    "standby",
)


class Messenger:
    """The Messenger side of the world."""

    name = "messenger"
    played: ClassVar[Played] = meta.played(
        title="Messenger",
        tab=2,
        account_ids={"maison-lune": "104200000000011", "atelier-nord": "104200000000012"},
        app_id="310000000000001",
    )
    takes_files = True

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.login = MetaLogin(world, self.name, "page", FIELDS)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            *self.login.endpoints(),
            Endpoint("/{version}/me/accounts", ("GET",), self.login.pages),
            Endpoint("/{version}/{page}/messages", ("POST",), self.send),
            Endpoint("/v/{file}", ("GET",), self.download),
            Endpoint("/{version}/{page}/subscribed_apps", ("GET", "POST", "DELETE"), self.subscribed),
            Endpoint("/{version}/{page}/conversations", ("GET",), self.conversations),
            Endpoint("/{version}/{psid}", ("GET",), self.profile),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from typing marks and reads."""
        if call.method != "POST" or not call.path.endswith("/messages"):
            return "read"
        return "signal" if call.fields.get("sender_action") else "send"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Graph's words for an injected fault."""
        return meta.injected(fault, RATE)

    # --- what the system calls ------------------------------------------------------------------

    def _account(self, call: PlatformCall) -> AccountConfig | Answer:
        page = call.params["page"]
        config = self.world.config
        account = config.by_token(self.name, call.bearer) if page == "me" else config.account(self.name, page)
        if account is None and page != "me":
            return meta.graph_error(
                400, 100, f"Unsupported post request. Object with ID '{page}' does not exist", subcode=33
            )
        if account is None or call.bearer != account.token:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        return account

    def send(self, call: PlatformCall) -> Answer:
        """Accept a text or a sender action, or refuse it as the platform would."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        recipient = call.fields.get("recipient")
        psid = str(recipient.get("id") or "") if isinstance(recipient, Mapping) else ""
        if not psid:
            return meta.graph_error(400, 100, "(#100) The parameter recipient is required")
        person = self.world.person_at(account, psid)
        thread = self.world.thread(account, person)
        action = call.fields.get("sender_action")
        if action:
            return self._signal(thread, psid, str(action))
        message = call.fields.get("message")
        refusal = self._refusal(message, call, thread)
        if refusal or not isinstance(message, Mapping):
            return refusal or meta.graph_error(400, 100, "(#100) The parameter message is required")
        replies = tuple((str(one["title"]), str(one["payload"])) for one in message.get("quick_replies") or ())
        said, proof = str(message.get("text") or ""), str(message.get("metadata") or "")
        bubble = self._store(account, person, said, proof, buttons=replies)
        bubble.attached = call.files["filedata"].name if "filedata" in call.files else ""
        thread.typing_until = 0
        self.world.touch_thread(thread)
        return Answer(
            200,
            {"recipient_id": psid, "message_id": bubble.platform_id},
            after=(lambda: self._after_send(account, person, bubble),),
        )

    def _refusal(self, message: Any, call: PlatformCall, thread: Thread) -> Answer | None:
        fields, file = call.fields, call.files.get("filedata")
        if not isinstance(message, Mapping) or not (message.get("text") or (message.get("attachment") and file)):
            return meta.graph_error(400, 100, "(#100) Must provide message text or attachment")
        if file and (not file.content or (message["attachment"].get("type") not in ATTACHMENTS)):
            return meta.graph_error(400, 100, "(#100) Upload attachment failure.", subcode=2018047)
        if len(str(message.get("text") or "")) > TEXT_LIMIT:
            return meta.graph_error(
                400, 100, f"(#100) Length of param message[text] must be less than or equal to {TEXT_LIMIT}"
            )
        if len(str(message.get("metadata") or "")) > METADATA_LIMIT:
            return meta.graph_error(
                400, 100, f"(#100) Length of param message[metadata] must be less than or equal to {METADATA_LIMIT}"
            )
        refusal = _replies_refused(message.get("quick_replies") or ())
        if refusal:
            return meta.graph_error(400, 100, refusal)
        tagged = fields.get("messaging_type") == "MESSAGE_TAG" and fields.get("tag") == "HUMAN_AGENT"
        if not self.world.window_open(thread, length_ms=HUMAN_WINDOW_MS if tagged else WINDOW_MS) and not (
            tagged and thread.window_closed
        ):
            return meta.graph_error(400, 10, OUTSIDE, subcode=2018278)
        return None

    def _signal(self, thread: Thread, psid: str, action: str) -> Answer:
        if action not in ("typing_on", "typing_off", "mark_seen"):
            return meta.graph_error(400, 100, "(#100) sender_action must be typing_on, typing_off or mark_seen")
        if action == "mark_seen":
            thread.seen_at = now_ms()
        else:
            thread.typing_until = now_ms() + 20_000 if action == "typing_on" else 0
        self.world.touch_thread(thread)
        return Answer(200, {"recipient_id": psid})

    def profile(self, call: PlatformCall) -> Answer:
        """Return a customer's public profile; "me" is the page that the token is for."""
        account = self.world.config.by_token(self.name, call.bearer)
        if account is None:
            return meta.application(self.login.accounts(), call.bearer, call.params["psid"])
        if call.params["psid"] == "me":
            return Answer(200, {"id": account.account_id, "name": account.brand})
        person = self.world.person_at(account, call.params["psid"])
        first, _, last = person.name.partition(" ")
        return Answer(200, {"id": call.params["psid"], "first_name": first, "last_name": last})

    def conversations(self, call: PlatformCall) -> Answer:
        """List conversations with their newest twenty messages."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        return meta.conversations(self.world, account, call, lambda person, each: _line(account, person, each))

    def subscribed(self, call: PlatformCall) -> Answer:
        """List the apps to which a page sends its events, and which: the page's half; or change that."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        return self.login.subscribed(account, call)

    # --- what the platform sends ----------------------------------------------------------------

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes behind a link, to whoever holds it."""
        file = SAMPLES.get(call.params["file"].partition("-")[0])
        return Answer(200, file.content) if file else Answer(404, "not found")

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Ask the account's webhook for the challenge."""
        return await meta.handshake(client, account)

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes, or sends a file: keep it, show it, send the webhook."""
        file = str(asked.get("file") or "")
        at = now_ms()
        psid = person.ids[f"{self.name}:{account.account_id}"]
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "private", text, at, new_mid())
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at, thread.window_closed = at, False
        self.world.touch_thread(thread)
        message: dict[str, Any] = {"mid": bubble.platform_id} | ({"text": text} if text else {})
        message |= {"quick_reply": {"payload": asked["payload"]}} if asked.get("payload") else {}
        if file:
            link = f"https://scontent.xx.fbcdn.net/v/{file}-{new_code('', 12)}"
            message["attachments"] = [{"type": SAMPLES[file].attachment, "payload": {"url": link}}]
        if asked.get("ref"):  # a link of ours led them here: the platform says so before their first words
            led = {"referral": {"ref": str(asked["ref"]), "source": "SHORTLINK", "type": "OPEN_THREAD"}}
            self.sender.send(self._delivery(account, psid, at, led, bubble.id), by_customer=True)
        event = {"message": message}
        self.sender.send(self._delivery(account, psid, at, event, bubble.id), by_customer=True)
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """A person answers in Meta's page inbox: the system learns of it by an echo that is not its own."""
        bubble = self._store(account, person, text, "", native=True)
        self._echo(account, person, bubble)
        return bubble

    def _store(
        self,
        account: AccountConfig,
        person: Person,
        text: str,
        proof: str,
        *,
        native: bool = False,
        buttons: tuple[tuple[str, str], ...] = (),
    ) -> Bubble:
        return self.world.add_bubble(
            Bubble(
                new_code("B"),
                account.brand,
                self.name,
                person.key,
                "brand",
                "private",
                text,
                now_ms(),
                new_mid(),
                status="sent",
                proof=proof,
                native=native,
                buttons=buttons,
            )
        )

    def _after_send(self, account: AccountConfig, person: Person, bubble: Bubble) -> None:
        self._echo(account, person, bubble)
        self.sender.start(self._receipts(bubble))

    def _echo(self, account: AccountConfig, person: Person, bubble: Bubble) -> None:
        psid = person.ids[f"{self.name}:{account.account_id}"]
        app_id: int | str = PAGE_INBOX_APP
        if not bubble.native:
            app_id = int(account.app_id) if account.app_id.isdigit() else account.app_id
        message: dict[str, Any] = {"mid": bubble.platform_id, "text": bubble.text, "is_echo": True, "app_id": app_id}
        if bubble.proof:
            message["metadata"] = bubble.proof
        self.sender.send(self._delivery(account, psid, bubble.at, {"message": message}, own=True))

    async def _receipts(self, bubble: Bubble) -> None:
        """Seen on the phone, told to nobody: the app does not subscribe to deliveries and reads."""
        await pause(DELIVERED_S)
        self.world.touch(bubble, "delivered")
        await pause(READ_S)
        self.world.touch(bubble, "read")

    def _delivery(
        self,
        account: AccountConfig,
        psid: str,
        at: int,
        event: Mapping[str, object],
        bubble_id: str = "",
        *,
        own: bool = False,
    ) -> WebhookDelivery:
        sender, recipient = (account.account_id, psid) if own else (psid, account.account_id)
        messaging = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at, **event}
        body = {"object": "page", "entry": [{"id": account.account_id, "time": now_ms(), "messaging": [messaging]}]}
        return meta.delivery(account, body, bubble_id)


def _line(account: AccountConfig, person: Person, bubble: Bubble) -> dict[str, Any]:
    """Write a message as the list has it, with its file."""
    link = f"https://scontent.xx.fbcdn.net/v/{bubble.file}-listed"
    kind = SAMPLES[bubble.file].attachment if bubble.file else ""
    file = {"image_data": {"url": link}} if kind == "image" else {"file_url": link}
    return meta.listed_message(account, person, bubble) | ({"attachments": {"data": [file]}} if bubble.file else {})


def _replies_refused(replies: Any) -> str:
    """Why the platform would not take these quick replies; "" where it does. Longer titles it would cut: a mistake."""
    if len(replies) > QUICK_REPLIES:
        return f"(#100) quick_replies must have at most {QUICK_REPLIES} elements"
    for one in replies:
        if one.get("content_type") != "text" or not one.get("title") or not one.get("payload"):
            return "(#100) quick_replies need a content_type, a title and a payload"
        if len(str(one["title"])) > TITLE_LIMIT or len(str(one["payload"])) > PAYLOAD_LIMIT:
            return "(#100) a quick reply's title or payload is too long"
    return ""
