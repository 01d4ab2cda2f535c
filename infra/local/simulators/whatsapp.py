"""
WhatsApp Cloud API: sending, and webhooks for messages, statuses and the business app's own messages.

Source: Meta's WhatsApp Cloud API pages (messages, webhooks, error codes, throughput).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from . import meta, whatsapp_templates
from .config import AccountConfig
from .faults import Fault
from .files import SAMPLES
from .meta_login import MetaLogin, answers
from .pace import DELIVERED_S, READ_S, SENT_S, pause
from .router import Answer, Endpoint, PlatformCall
from .signing import account_scoped, new_code, new_wamid, now_ms
from .webhook_sender import WebhookSender
from .whatsapp_bodies import content, has_buttons, media_id, said
from .world import Bubble, Person, World

TEXT_LIMIT = 4_096
PROOF_LIMIT = 512
MEDIA = ("image", "video", "audio", "document")
MEDIA_TYPES = ("image/jpeg", "image/png", "video/mp4", "video/3gpp", "audio/mpeg", "audio/mp4", "application/pdf")
FIELDS = ("messages", "smb_message_echoes", "user_preferences")
BURST = 45  # messages to one person at once; one more every six seconds
REFILL_MS = 6_000
RATE = (429, 130429, "(#130429) Rate limit hit")
PAIR = "(#131056) (Business Account, Consumer Account) pair rate limit hit"


def _is_user_id(person_id: str) -> bool:
    """Whether this is a business-scoped user ID ("FR.1349820271167"), which who shows no number is known by."""
    return "." in person_id


class WhatsApp:
    """The WhatsApp side of the world."""

    name = "whatsapp"
    played: ClassVar[Played] = meta.played(
        title="WhatsApp",
        tab=1,
        account_ids={"maison-lune": "106500000000021", "atelier-nord": "106500000000022"},
        app_id="310000000000002",
        by_phone=True,
    )
    takes_files = True

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.login = MetaLogin(world, self.name, "whatsapp_business_account", FIELDS, lasting_is_own=True)
        self._addresses: dict[str, str] = {}
        self._pairs: dict[tuple[str, str], tuple[float, int]] = {}
        self._uploads: dict[str, str] = {}  # media id -> the file's name

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            *self.login.endpoints(),
            Endpoint("/{version}/{waba}/phone_numbers", ("GET",), self.numbers),
            Endpoint("/{version}/{waba}/subscribed_apps", ("POST",), self.subscribe),
            Endpoint("/{version}/{waba}/message_templates", ("GET",), self.templates),
            Endpoint("/{version}/{phone}", ("POST",), self.set_address),
            Endpoint("/{version}/{phone}/messages", ("POST",), self.send),
            Endpoint("/{version}/{phone}/media", ("POST",), self.upload),
            Endpoint("/whatsapp_business/attachments/", ("GET",), self.download),
            Endpoint("/{version}/{media}", ("GET",), self.media),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from read and typing marks."""
        if call.method != "POST" or not call.path.endswith("/messages"):
            return "read"
        return "signal" if call.fields.get("status") == "read" else "send"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Graph's words for an injected fault."""
        return meta.injected(fault, RATE)

    # --- what the system calls ------------------------------------------------------------------

    def send(self, call: PlatformCall) -> Answer:
        """Accept a text or a read mark, or refuse it as the platform would."""
        account = self.world.config.account(self.name, call.params["phone"])
        if account is None:
            nobody = f"Unsupported post request. Object with ID '{call.params['phone']}' does not exist"
            return meta.graph_error(400, 100, nobody, subcode=33)
        if call.bearer != account.token:
            return meta.graph_error(401, 190, "Error validating access token: the session is invalid")
        if call.fields.get("messaging_product") != "whatsapp":
            return meta.graph_error(400, 100, "(#100) The parameter messaging_product is required.")
        if call.fields.get("status") == "read":
            return self._mark(account, call.fields)
        refusal = (whatsapp_templates.refusal if call.fields.get("type") == "template" else self._refusal)(call.fields)
        if refusal:
            return refusal
        asked = str(call.fields.get("to") or call.fields.get("recipient"))
        number = asked if _is_user_id(asked) else re.sub(r"\D", "", asked)
        if not self._pair_allows(account.account_id, number):
            return meta.graph_error(400, 131056, PAIR, details="Message failed to send because there were too many.")
        person = self.world.person_at(account, number)
        proof = str(call.fields.get("biz_opaque_callback_data") or "")
        told, buttons = said(call.fields)
        bubble = self._store(account, person, whatsapp_templates.reads(call.fields) or told, proof, buttons=buttons)
        bubble.attached = self._uploads.get(media_id(call.fields), "")
        thread = self.world.thread(account, person)
        thread.typing_until = 0
        self.world.touch_thread(thread)
        body = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": asked, "user_id" if _is_user_id(number) else "wa_id": number}],
            "messages": [{"id": bubble.platform_id}],
        }
        category = (whatsapp_templates.wanted(call.fields) or {}).get("category", "")
        return Answer(200, body, after=(lambda: self.sender.start(self._statuses(account, person, bubble, category)),))

    def _refusal(self, fields: Mapping[str, Any]) -> Answer | None:
        text = fields.get("text")
        to, user_id = str(fields.get("to") or ""), str(fields.get("recipient") or "")
        if not to and not user_id:
            return meta.graph_error(400, 100, "(#100) The parameter to is required.")
        if not to and not _is_user_id(user_id):
            return meta.graph_error(400, 100, "(#100) The parameter recipient must be a business-scoped user ID.")
        if fields.get("type") in ("interactive", *MEDIA):
            wrong = meta.graph_error(400, 131009, "(#131009) Parameter value is not valid")
            right = media_id(fields) in self._uploads or has_buttons(fields.get("interactive"))
            return None if right else wrong
        if fields.get("type", "text") != "text":
            return meta.graph_error(400, 131051, "(#131051) Unsupported message type")
        if not isinstance(text, Mapping) or not str(text.get("body") or ""):
            return meta.graph_error(400, 100, "(#100) The parameter text['body'] is required.")
        if len(str(text["body"])) > TEXT_LIMIT:
            return meta.graph_error(
                400, 100, f"(#100) Param text['body'] must be at most {TEXT_LIMIT} characters long."
            )
        if len(str(fields.get("biz_opaque_callback_data") or "")) > PROOF_LIMIT:
            return meta.graph_error(400, 131009, "(#131009) Parameter value is not valid")
        return None

    def upload(self, call: PlatformCall) -> Answer:
        """Take a file of a kind that WhatsApp shows; give its id."""
        account, file = self.world.config.account(self.name, call.params["phone"]), call.files.get("file")
        if account is None or call.bearer != account.token:
            return meta.graph_error(401, 190, "Error validating access token: the session is invalid")
        if file is None or not file.content:
            return meta.graph_error(400, 100, "(#100) The parameter file is required.")
        if file.media_type not in MEDIA_TYPES:
            return meta.graph_error(400, 131053, "(#131053) Media upload error")
        self._uploads[media_id := new_code("", 16)] = file.name
        return Answer(200, {"id": media_id})

    def _mark(self, account: AccountConfig, fields: Mapping[str, Any]) -> Answer:
        bubble = self.world.bubble_of(str(fields.get("message_id") or ""))
        if bubble:
            thread = self.world.thread(account, self.world.people[bubble.person])
            thread.seen_at = now_ms()
            if fields.get("typing_indicator"):
                thread.typing_until = now_ms() + 25_000
            self.world.touch_thread(thread)
        return Answer(200, {"success": True})

    def _pair_allows(self, phone: str, number: str) -> bool:
        at = now_ms()
        left, since = self._pairs.get((phone, number), (float(BURST), at))
        left = min(float(BURST), left + (at - since) / REFILL_MS)
        self._pairs[phone, number] = (left - 1 if left >= 1 else left, at)
        return left >= 1

    def numbers(self, call: PlatformCall) -> Answer:
        """List the numbers of a WhatsApp account, to whoever consented."""
        code = self.login.person(call)
        if code is None:
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        found = [each for each in self.login.given(code) if call.params["waba"] == f"waba-{each.account_id}"]
        told = [{"id": each.account_id, "verified_name": each.brand, "display_phone_number": "+33 1"} for each in found]
        return Answer(200, {"data": told})

    def templates(self, call: PlatformCall) -> Answer:
        """List the templates of a WhatsApp account, to who may change it."""
        return (
            Answer(200, {"data": whatsapp_templates.LISTED})
            if self._owner(call)
            else meta.graph_error(400, 190, "Invalid token")
        )

    def subscribe(self, call: PlatformCall) -> Answer:
        """Have a WhatsApp account send the app its events."""
        return Answer(200, {"success": True}) if self._owner(call) else meta.graph_error(400, 190, "Invalid token")

    def set_address(self, call: PlatformCall) -> Answer:
        """Give a number an address of its own, or take it back."""
        told = call.fields.get("webhook_configuration")
        if not (self._owner(call) and isinstance(told, Mapping)):
            return meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
        url = str(told.get("override_callback_uri") or "")
        if url and not answers(url, str(told.get("verify_token"))):
            return meta.graph_error(400, 2200, "(#2200) Callback verification failed")
        self._addresses[call.params["phone"]] = url
        self.world.lead(self.name, call.params["phone"], url)
        return Answer(200, {"success": True})

    def _owner(self, call: PlatformCall) -> bool:
        """Whether the token may change something: a person's who consented, or a number's own."""
        return bool(self.login.person(call) or self.world.config.by_token(self.name, call.bearer))

    def media(self, call: PlatformCall) -> Answer:
        """Give the link of a file by its id, or what a number of the account's is called."""
        account, name = self.world.config.by_token(self.name, call.bearer), call.params["media"].partition("-")[0]
        if account is None:
            return meta.application(self.login.accounts(), call.bearer, call.params["media"])
        if call.params["media"] == account.account_id:
            own = {"phone_number": self._addresses.get(account.account_id, ""), "application": account.webhook_url}
            told: dict[str, Any] = {
                "verified_name": account.brand,
                "webhook_configuration": {name: url for name, url in own.items() if url},
            }
            asked = call.query.get("fields", "").split(",")
            return Answer(200, {"id": account.account_id, **{name: told[name] for name in asked if name in told}})
        if name not in SAMPLES:
            return meta.graph_error(400, 100, "Unsupported get request.", subcode=33)
        file = SAMPLES[name]
        link = f"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={call.params['media']}"
        size = len(file.content)
        return Answer(200, {"id": call.params["media"], "url": link, "mime_type": file.media_type, "file_size": size})

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes behind a link, to who has the token."""
        file = SAMPLES.get(call.query.get("mid", "").partition("-")[0])
        if self.world.config.by_token(self.name, call.bearer) is None or file is None:
            return Answer(404, "not found")
        return Answer(200, file.content)

    # --- what the platform sends ----------------------------------------------------------------

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Ask the account's webhook for the challenge."""
        return await meta.handshake(client, account)

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes, or sends a file: keep it, show it, send the webhook."""
        file = str(asked.get("file") or "")
        at = now_ms()
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "private", text, at, new_wamid())
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at, thread.window_closed = at, False
        self.world.touch_thread(thread)
        number = person.ids[f"{self.name}:{account.account_id}"]
        value = {
            "contacts": [{"profile": {"name": person.name}, "user_id" if _is_user_id(number) else "wa_id": number}],
            "messages": [
                {
                    "from_user_id" if _is_user_id(number) else "from": number,
                    "id": bubble.platform_id,
                    "timestamp": str(at // 1000),
                    **content(text, file, str(asked.get("payload") or "")),
                }
            ],
        }
        self.sender.send(meta.delivery(account, self._body(account, "messages", value), bubble.id), by_customer=True)
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """A person answers in the WhatsApp Business app (coexistence): an smb_message_echoes webhook."""
        bubble = self._store(account, person, text, "", native=True)
        echo = {
            "from": self._display(account),
            "to": person.ids[f"{self.name}:{account.account_id}"],
            "id": bubble.platform_id,
            "timestamp": str(bubble.at // 1000),
            "type": "text",
            "text": {"body": text},
        }
        body = self._body(account, "smb_message_echoes", {"message_echoes": [echo]})
        self.sender.send(meta.delivery(account, body))
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
                new_wamid(),
                status="sent",
                proof=proof,
                native=native,
                buttons=buttons,
            )
        )

    async def _statuses(self, account: AccountConfig, person: Person, bubble: Bubble, category: str) -> None:
        """Say what becomes of a message. `category`: of its template, which needs no window and is billed."""
        if not (category or self.world.window_open(self.world.thread(account, person))):
            await pause(SENT_S)
            self.world.touch(bubble, "failed", "131047")
            self._status(account, person, bubble, "failed")
            return
        for status, wait in (("sent", SENT_S), ("delivered", DELIVERED_S), ("read", READ_S)):
            await pause(wait)
            self.world.touch(bubble, status)  # type: ignore[arg-type]
            self._status(account, person, bubble, status, category)

    def _status(self, account: AccountConfig, person: Person, bubble: Bubble, status: str, category: str = "") -> None:
        number = person.ids[f"{self.name}:{account.account_id}"]
        line: dict[str, Any] = {
            "id": bubble.platform_id,
            "status": status,
            "timestamp": str(now_ms() // 1000),
            "recipient_user_id" if _is_user_id(number) else "recipient_id": number,
        }
        if bubble.proof:
            line["biz_opaque_callback_data"] = bubble.proof
        if status == "failed":
            line["errors"] = [
                {
                    "code": 131047,
                    "title": "Re-engagement message",
                    "message": "Re-engagement message",
                    "error_data": {"details": "More than 24 hours have passed since the customer last replied."},
                }
            ]
        elif status != "read":
            line["conversation"] = {"id": account_scoped(account.account_id, number, 32), "origin": {"type": "service"}}
            line["pricing"] = whatsapp_templates.pricing(category)
        self.sender.send(meta.delivery(account, self._body(account, "messages", {"statuses": [line]})))

    def _display(self, account: AccountConfig) -> str:
        return "33" + account_scoped(account.account_id, "display", 9)

    def _body(self, account: AccountConfig, field: str, value: Mapping[str, object]) -> dict[str, object]:
        head = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": self._display(account), "phone_number_id": account.account_id},
        }
        change = {"value": {**head, **value}, "field": field}
        waba = account_scoped(account.account_id, "waba", 15)
        return {"object": "whatsapp_business_account", "entry": [{"id": waba, "changes": [change]}]}
