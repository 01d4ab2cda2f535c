"""
Twilio's messaging API and webhooks: what is sent is queued, its statuses go to the address that was given with it.

Source: Twilio, "Messages resource", "Webhooks: security", "Connection overrides", "Error and warning dictionary".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from infra.local.played import Played

from ..config import AccountConfig
from ..faults import Fault
from ..files import SAMPLES
from ..pace import DELIVERED_S, SENT_S, pause
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code, now_ms
from ..webhook_sender import Persistence, WebhookDelivery, WebhookSender
from ..world import Bubble, Person, World

BODY_LIMIT = 1_600
PATIENCE_S = 15.0
REPEATED, ONCE = Persistence(PATIENCE_S, (1.0, 3.0)), Persistence(PATIENCE_S, ())  # with and without "#rc=…"
RATE = (429, 20429, "Too Many Requests")
USUAL = {401: (20003, "Authenticate"), 403: (20003, "Permission denied"), 404: (20404, "Not found"), 429: RATE[1:]}
_API = "/2010-04-01/Accounts/{account}"


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Value of X-Twilio-Signature for a form that is posted to `url`, whose fragment is not a part of it."""
    signed = url.partition("#")[0] + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def played(maison: str, atelier: str, **more: Any) -> Played:
    """Return what a channel of Twilio's says of itself, by its brands' numbers."""
    return Played(
        account_ids={"maison-lune": maison, "atelier-nord": atelier},
        secret="auth_token",  # noqa: S106 - a name
        invented={"account_sid": "AC00000000000000000000000000000041"},
        told=("account_sid",),
        by_phone=True,
        **more,
    )


def error(status: int, code: int, message: str) -> Answer:
    """Return an error as Twilio words it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": message, "more_info": more, "status": status})


def new_sid(kind: str) -> str:
    """A SID: two letters and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


class TwilioApi:
    """One channel of Twilio's over the world. `prefix` stands before each number."""

    name: str
    prefix: str = ""
    takes_files = True

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.opted_out: set[tuple[str, str]] = set()  # (account, number)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint(f"{_API}/Messages.json", ("POST",), self.send),
            Endpoint(f"{_API}/Messages.json", ("GET",), self.listed),
            Endpoint(f"{_API}/IncomingPhoneNumbers.json", ("GET",), self.numbers),
            Endpoint(f"{_API}/IncomingPhoneNumbers/{{number}}.json", ("POST",), self.set_number),
            Endpoint(f"{_API}/Messages/{{message}}/Media.json", ("GET",), self.files),
            Endpoint(f"{_API}/Messages/{{message}}/Media/{{media}}", ("GET",), self.media),
            Endpoint("/{account}/{media}", ("GET",), self.download),
        )

    def kind(self, call: PlatformCall) -> str:
        """Tell sends from reads."""
        return "send" if call.method == "POST" and call.path.endswith("/Messages.json") else "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Twilio's words for an injected fault."""
        status = fault.status or (RATE[0] if fault.fault == "rate_limit" else 500)
        code, message = USUAL.get(status, (20500, "An internal server error has occurred"))
        answer = error(status, code, message)
        return Answer(status, answer.body, {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after else {})

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:  # noqa: ARG002 - others need them
        """Twilio asks nothing before it sends."""
        return "ok"

    # --- what the system calls ------------------------------------------------------------------

    def _authorized(self, call: PlatformCall) -> list[AccountConfig] | Answer:
        """The senders of the Twilio account, or the refusal. Brands may share one account, as here."""
        found = [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]
        own = [each for each in found if each.account_sid == call.params["account"]]
        if call.headers.get("authorization") not in {key for each in own for key in self.keys_of(each)}:
            return error(401, 20003, "Authenticate")
        return own

    @staticmethod
    def keys_of(account: AccountConfig) -> tuple[str, ...]:
        """Return the headers that an account's key and its auth token make."""
        pairs = (f"{account.account_sid}:{secret}" for secret in (account.token, account.secret))
        return tuple("Basic " + base64.b64encode(each.encode()).decode() for each in pairs)

    def send(self, call: PlatformCall) -> Answer:
        """Queue a message, or refuse it as Twilio would."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        sender = next((each for each in own if self.address(each.account_id) == call.fields.get("From")), None)
        refusal = self._refusal(call.fields, sender)
        if refusal or sender is None:
            return refusal or error(
                400, 21606, "The 'From' phone number provided is not a valid message-capable number"
            )
        number = str(call.fields["To"]).removeprefix(self.prefix).removeprefix("+")
        person = self.world.person_at(sender, number)
        callback = str(call.fields.get("StatusCallback") or "")
        proof = callback.partition("#")[0].rpartition("/")[2].replace("-", ":")
        bubble = self._store(sender, person, str(call.fields["Body"]), proof)
        told = self._resource(sender, number, bubble) | {"status": "queued"}
        return Answer(201, told, after=(lambda: self.sender.start(self._statuses(sender, number, bubble, callback)),))

    def _refusal(self, fields: Mapping[str, Any], sender: AccountConfig | None) -> Answer | None:
        to, body, callback = (str(fields.get(name) or "") for name in ("To", "Body", "StatusCallback"))
        if not to:
            return error(400, 21604, "A 'To' phone number is required.")
        if not body:
            return error(400, 21602, "Message body is required.")
        if not to.removeprefix(self.prefix).removeprefix("+").isdigit():
            return error(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if len(body) > BODY_LIMIT:
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if "_" in (urlsplit(callback).hostname or ""):
            return error(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
        number = to.removeprefix(self.prefix).removeprefix("+")
        if sender is not None and (sender.account_id, number) in self.opted_out:
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        return None

    def listed(self, call: PlatformCall) -> Answer:
        """List the messages to a number, ours or a customer's, the newest first, page by page."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        number = call.query.get("To", "").removeprefix(self.prefix).removeprefix("+")
        ours = next((each for each in own if each.account_id == number), None)
        found = self._came(ours, call) if ours else self._sent(own, number)
        sids = [one["sid"] for one in found]
        after = call.query.get("PageToken", "").removeprefix("PA")
        first, size = sids.index(after) + 1 if after in sids else 0, int(call.query.get("PageSize") or 50)
        page = found[first : first + size]
        more = urlencode({**call.query, "Page": first // size + 1, "PageToken": f"PA{page[-1]['sid']}"}) if page else ""
        there = len(found) > first + size
        return Answer(
            200, {"messages": page, "next_page_uri": f"{call.path}?{more}" if there else None, "page_size": size}
        )

    def _sent(self, own: list[AccountConfig], number: str) -> list[dict[str, Any]]:
        return [
            self._resource(each, number, bubble)
            for each in own
            for bubble in self.world.brand_bubbles(each, "private")
            if self.world.people[bubble.person].ids.get(f"{self.name}:{each.account_id}") == number
        ][::-1]

    def _came(self, account: AccountConfig, call: PlatformCall) -> list[dict[str, Any]]:
        """What customers wrote to one of our numbers since a day of Greenwich."""
        since = call.query.get("DateSent>", "")
        return [
            self._inbound(account, bubble)
            for bubble in reversed(self.world.bubbles.values())
            if (bubble.brand, bubble.channel, bubble.side) == (account.brand, self.name, "customer")
            and time.strftime("%Y-%m-%d", time.gmtime(bubble.at / 1000)) >= since
        ]

    def _inbound(self, account: AccountConfig, bubble: Bubble) -> dict[str, Any]:
        number = self.world.people[bubble.person].ids[f"{self.name}:{account.account_id}"]
        there = self._resource(account, number, bubble)
        came = {"from": there["to"], "to": there["from"], "direction": "inbound", "status": "received"}
        return {**there, **came, "num_media": "1" if bubble.file else "0"}

    def files(self, call: PlatformCall) -> Answer:
        """List the one file of a message."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        said = [one for one in self.world.bubbles.values() if one.platform_id == call.params["message"] and one.file]
        uri = f"{call.path.removesuffix('.json')}/"
        return Answer(200, {"media_list": [{"uri": f"{uri}{one.file}-{new_code('', 12)}.json"} for one in said]})

    def numbers(self, call: PlatformCall) -> Answer:
        """List the account's numbers, all or the one asked for."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        wanted = call.query.get("PhoneNumber", "")
        found = [
            {
                "sid": f"PN{each.account_id}",
                "phone_number": f"+{each.account_id}",
                "friendly_name": each.brand,
                "sms_url": each.webhook_url,
            }
            for each in own
            if wanted in ("", f"+{each.account_id}")
        ]
        return Answer(200, {"incoming_phone_numbers": found})

    def set_number(self, call: PlatformCall) -> Answer:
        """Send what comes to a number to another address."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        account = next((each for each in own if call.params["number"] == f"PN{each.account_id}"), None)
        if account is None:
            return error(404, 20404, "The requested resource was not found")
        self.world.change_account(account, webhook_url=str(call.fields.get("SmsUrl") or ""))
        return Answer(200, {"sid": call.params["number"], "sms_url": call.fields.get("SmsUrl")})

    def media(self, call: PlatformCall) -> Answer:
        """Lead to the file on the CDN."""
        own = self._authorized(call)
        if isinstance(own, Answer):
            return own
        link = f"https://mms.twiliocdn.com/{call.params['account']}/{call.params['media']}"
        return Answer(307, "", {"location": link})

    def download(self, call: PlatformCall) -> Answer:
        """Give the bytes to whoever has the link; a request that carries our key is a leak, and is refused."""
        file = SAMPLES.get(call.params["media"].partition("-")[0])
        if file is None or "authorization" in call.headers:
            return Answer(400 if file else 404, "refused")
        return Answer(200, file.content)

    # --- what the platform sends ----------------------------------------------------------------

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes, or sends a picture: keep it, show it, send the webhook."""
        file = str(asked.get("file") or "")
        at, sid = now_ms(), new_sid("SM")
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "private", text, at, sid)
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at, thread.window_closed = at, False
        self.world.touch_thread(thread)
        number = person.ids[f"{self.name}:{account.account_id}"]
        fields = {
            **dict.fromkeys(("ToState", "ToCity", "ToZip", "FromState", "FromCity", "FromZip"), ""),
            **dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), sid),
            "AccountSid": account.account_sid,
            "From": self.address(number),
            "To": self.address(account.account_id),
            "Body": text,
            "NumMedia": "1" if file else "0",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        } | self.beside(account, person)
        if file:
            link = f"https://api.twilio.com/2010-04-01/Accounts/{account.account_sid}/Messages/{sid}/Media/"
            fields |= {"MediaUrl0": f"{link}{file}-{new_code('', 12)}", "MediaContentType0": SAMPLES[file].media_type}

        def heard(text: str) -> None:
            """What the webhook's answer says becomes a message to the customer."""
            if text.strip() and not text.lstrip().startswith("<"):
                self._store(account, person, text, "", native=True)

        if account.webhook_url:
            self.sender.send(self._delivery(account, account.webhook_url, fields, bubble.id, heard), by_customer=True)
        self.after_write(account, person, text)
        return bubble

    def beside(self, account: AccountConfig, person: Person) -> dict[str, str]:  # noqa: ARG002 - for channels that need them
        """Return the fields that only this channel's webhooks have."""
        return {}

    def after_write(self, account: AccountConfig, person: Person, text: str) -> None:
        """Do what Twilio itself does after a message."""

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """Somebody answers from Twilio's console: nobody is told of it."""
        return self._store(account, person, text, "", native=True)

    def _store(self, account: AccountConfig, person: Person, text: str, proof: str, *, native: bool = False) -> Bubble:
        said = (new_code("B"), account.brand, self.name, person.key, "brand", "private", text, now_ms(), new_sid("SM"))
        bubble = Bubble(*said, status="sent", proof=proof, native=native)  # type: ignore[arg-type]  # as Bubble has them
        return self.world.add_bubble(bubble)

    async def _statuses(self, account: AccountConfig, number: str, bubble: Bubble, callback: str) -> None:
        """Two statuses at nearly the same time: nothing promises which comes first."""
        await pause(SENT_S)
        code = self.failure(account, self.world.people[bubble.person])
        if code:
            self.world.touch(bubble, "failed", code)
            self._status(account, number, bubble, callback, "undelivered", code)
            return
        self._status(account, number, bubble, callback, "sent")
        await pause(DELIVERED_S)
        self.world.touch(bubble, "delivered")
        self._status(account, number, bubble, callback, "delivered")

    def failure(self, account: AccountConfig, person: Person) -> str:  # noqa: ARG002 - for channels that have a window
        """Return the code with which a queued message fails, "" for one that is delivered."""
        return ""

    def _status(
        self, account: AccountConfig, number: str, bubble: Bubble, callback: str, status: str, code: str = ""
    ) -> None:
        if not callback:
            return
        fields = {
            **dict.fromkeys(("MessageSid", "SmsSid"), bubble.platform_id),
            **dict.fromkeys(("MessageStatus", "SmsStatus"), status),
            "AccountSid": account.account_sid,
            "From": self.address(account.account_id),
            "To": self.address(number),
            "ApiVersion": "2010-04-01",
        } | ({"ErrorCode": code} if code else {})
        self.sender.send(self._delivery(account, callback, fields))

    def _delivery(
        self, account: AccountConfig, url: str, fields: Mapping[str, str], bubble_id: str = "", heard: Any = None
    ) -> WebhookDelivery:
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "x-twilio-signature": signature(account.secret, url, fields),
            "i-twilio-idempotency-token": secrets.token_hex(16),
        }
        where, _, asked = url.partition("#")
        persistence = REPEATED if "rc=" in asked else ONCE
        raw = urlencode(fields).encode()
        return WebhookDelivery(
            self.name, where, raw, headers, bubble_id, account.brand, persistence=persistence, heard=heard
        )

    def address(self, number: str) -> str:
        """Return a number as Twilio writes it here."""
        return f"{self.prefix}+{number}"

    def _resource(self, account: AccountConfig, number: str, bubble: Bubble) -> dict[str, Any]:
        return {
            "sid": bubble.platform_id,
            "account_sid": account.account_sid,
            "from": self.address(account.account_id),
            "to": self.address(number),
            "body": bubble.text,
            "direction": "outbound-reply" if bubble.native else "outbound-api",
            "status": bubble.status,
            "date_created": formatdate(bubble.at / 1000, localtime=False).replace("-0000", "+0000"),
            "error_code": None,
        }
