"""
X: posts and direct messages by API v2, OAuth 1.0a checked, and Account Activity webhooks (their bodies: `x_events`).

Source: X's API v2 reference (manage posts, direct messages) and the Account Activity data objects.
"""

from __future__ import annotations

import base64
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote

import httpx

from infra.local.played import Played

from . import x_events
from .config import AccountConfig
from .faults import Fault
from .router import Answer, Endpoint, PlatformCall
from .signing import new_code, new_snowflake, now_ms, oauth1_fields, oauth1_valid, plain_json, x_signature
from .webhook_sender import Persistence, WebhookDelivery, WebhookSender
from .world import Bubble, Person, World
from .x_login import XLogin, app_token
from .x_weight import LIMIT, weighted_length

DM_LIMIT = 10_000
TITLES = {400: "Invalid Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."


def problem(status: int, detail: str) -> Answer:
    """Return an error as X's API v2 words it."""
    title = TITLES.get(status, "Service Unavailable")
    return Answer(status, {"title": title, "detail": detail, "type": "about:blank", "status": status})


def iso(at: int) -> str:
    """X's created_at in API v2."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# X documents no second try of a single event: one is made here so that a cold start does not eat a demonstration.
PERSISTENCE = Persistence(10.0, (2.0,))


def _has_secret(account: AccountConfig, header: str) -> bool:
    """Whether a Basic header carries the app's secret, whatever its key."""
    try:
        pair = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return False
    return unquote(pair.partition(":")[2]) == account.secret


class X:
    """The X side of the world."""

    name = "x"
    played: ClassVar[Played] = Played(
        title="X",
        tab=5,
        account_ids={"maison-lune": "1740000000000000031", "atelier-nord": "1740000000000000032"},
        app_id="27000001",
        secret="consumer_secret",  # noqa: S106 - a name
        drawn={"token_secret": 24, "consumer_key": 12},
        public=True,
    )
    takes_files = False

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.login = XLogin(world, self.name)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            Endpoint("/2/tweets", ("POST",), self.post),
            Endpoint("/2/tweets/{post}", ("DELETE",), self.delete),
            Endpoint("/2/dm_conversations/with/{person}/messages", ("POST",), self.message),
            Endpoint("/2/dm_conversations/with/{person}/dm_events", ("GET",), self.messages),
            Endpoint("/oauth2/token", ("POST",), self.own_token),
            *self.login.endpoints(),
            Endpoint("/2/users/me", ("GET",), self.me),
            Endpoint("/2/users/{user}/tweets", ("GET",), self.posts),
            Endpoint("/2/dm_events", ("GET",), self.all_messages),
            Endpoint("/2/users/{user}/mentions", ("GET",), self.mentions),
        )

    def kind(self, call: PlatformCall) -> str:
        """Posts and messages are sends; a token is none."""
        says = call.path == "/2/tweets" or call.path.startswith("/2/dm_conversations/")
        return "send" if call.method == "POST" and says else "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return X's words for an injected fault. A rate limit names its end in x-rate-limit-reset (seconds)."""
        if fault.fault == "rate_limit":
            answer = problem(fault.status or 429, "Too Many Requests")
            reset = now_ms() // 1000 + int(fault.retry_after or 15)
            headers = {"x-rate-limit-limit": "50", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
            return Answer(answer.status, answer.body, headers)
        status = fault.status or 503
        return problem(status, TITLES.get(status, "Service Unavailable"))

    def _account(self, call: PlatformCall) -> AccountConfig | Answer:
        header = call.headers.get("authorization", "")
        oauth = oauth1_fields(header) if header.startswith("OAuth ") else {}
        account = self.world.config.by_token(self.name, oauth.get("oauth_token") or call.bearer)
        if account is None:
            return problem(401, "Unauthorized")
        pair = (account.secret, account.token_secret)
        if oauth and not oauth1_valid(call.method, call.path, call.raw_query, header, pair):
            print("simulators: x: an OAuth 1.0a signature does not cover its request", file=sys.stderr)
            return problem(401, "Unauthorized")
        return account

    # --- what the system calls ------------------------------------------------------------------

    def post(self, call: PlatformCall) -> Answer:
        """Publish a post, or refuse it: too long, a duplicate, or an answer to a post that is gone."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        text = str(call.fields.get("text") or "")
        reply = call.fields.get("reply")
        anchor = str(reply.get("in_reply_to_tweet_id") or "") if isinstance(reply, dict) else ""
        if not text:
            return problem(400, "One or more parameters to your request was invalid.")
        if weighted_length(text) > LIMIT:
            return problem(403, "Your Tweet text is too long.")
        if any(bubble.text == text for bubble in self.world.brand_bubbles(account, "public")):
            return problem(403, DUPLICATE)
        origin = self.world.bubble_of(anchor)
        if origin and origin.error == "deleted":
            return problem(403, GONE)
        person = self.world.people[origin.person] if origin else self.world.person_at(account, f"0{anchor}")
        bubble = self._store(account, person, "public", text, anchor)
        body = {"data": {"id": bubble.platform_id, "text": text, "edit_history_tweet_ids": [bubble.platform_id]}}
        return Answer(201, body, after=(lambda: self._own_event(account, person, bubble),))

    def delete(self, call: PlatformCall) -> Answer:
        """Delete a post of the account's own."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        gone = self.world.unsay(account, call.params["post"], self.name)
        return Answer(200, {"data": {"deleted": True}}) if gone else problem(404, "Not Found")

    def message(self, call: PlatformCall) -> Answer:
        """Send a direct message."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        text = str(call.fields.get("text") or "")
        if not text or len(text) > DM_LIMIT:
            return problem(400, "One or more parameters to your request was invalid.")
        person = self.world.person_at(account, call.params["person"])
        bubble = self._store(account, person, "private", text, "")
        conversation = self._conversation(account, call.params["person"])
        body = {"data": {"dm_conversation_id": conversation, "dm_event_id": bubble.platform_id}}
        return Answer(201, body, after=(lambda: self._own_event(account, person, bubble),))

    def messages(self, call: PlatformCall) -> Answer:
        """List the direct messages with one person, newest first."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        person = self.world.person_at(account, call.params["person"])
        return self._page(call, [self._direct(account, each) for each in self._newest(account, "private", person.key)])

    def all_messages(self, call: PlatformCall) -> Answer:
        """List all direct messages of the account, both ways, newest first."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        return self._page(call, [self._direct(account, each) for each in self._newest(account, "private")])

    def _direct(self, account: AccountConfig, bubble: Bubble) -> dict[str, Any]:
        person_id = self.world.people[bubble.person].ids[f"{self.name}:{account.account_id}"]
        return {
            "id": bubble.platform_id,
            "event_type": "MessageCreate",
            "text": bubble.text,
            "sender_id": account.account_id if bubble.side == "brand" else person_id,
            "dm_conversation_id": self._conversation(account, person_id),
            "created_at": iso(bubble.at),
        }

    def posts(self, call: PlatformCall) -> Answer:
        """List what the account posted, newest first."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        own = [bubble for bubble in self._newest(account, "public") if bubble.side == "brand"]
        return self._page(call, [self._line(account, bubble) for bubble in own])

    def mentions(self, call: PlatformCall) -> Answer:
        """List the posts that mention the account, newest first."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        since = call.query.get("start_time", "").removesuffix("Z")
        others = [
            bubble
            for bubble in self._newest(account, "public")
            if bubble.side == "customer" and iso(bubble.at) >= since
        ]
        return self._page(call, [self._line(account, bubble) for bubble in others])

    def me(self, call: PlatformCall) -> Answer:
        """Return whose token this is."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        return Answer(200, {"data": {"id": account.account_id, "name": account.brand, "username": account.screen_name}})

    def own_token(self, call: PlatformCall) -> Answer:
        """Give the app's own token to who has its key and secret."""
        given = call.headers.get("authorization", "")
        own = next((each for each in self._accounts() if _has_secret(each, given)), None)
        if own is None:
            return Answer(403, {"errors": [{"code": 99, "message": "Unable to verify your credentials"}]})
        return Answer(200, {"token_type": "bearer", "access_token": app_token(own)})

    def _accounts(self) -> list[AccountConfig]:
        return [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]

    def _newest(self, account: AccountConfig, surface: str, person: str = "") -> list[Bubble]:
        found = [
            bubble
            for bubble in self.world.bubbles.values()
            if (bubble.brand, bubble.channel, bubble.surface) == (account.brand, self.name, surface)
            and person in ("", bubble.person)
        ]
        return found[::-1]

    def _line(self, account: AccountConfig, bubble: Bubble) -> dict[str, Any]:
        person_id = self.world.people[bubble.person].ids[f"{self.name}:{account.account_id}"]
        line: dict[str, Any] = {
            "id": bubble.platform_id,
            "text": bubble.text,
            "author_id": account.account_id if bubble.side == "brand" else person_id,
            "created_at": iso(bubble.at),
            "edit_history_tweet_ids": [bubble.platform_id],
        }
        if bubble.anchor:
            line["referenced_tweets"] = [{"type": "replied_to", "id": bubble.anchor}]
        return line

    def _page(self, call: PlatformCall, lines: list[dict[str, Any]]) -> Answer:
        asked, token = call.query.get("max_results", ""), call.query.get("pagination_token", "0")
        first, size = int(token), int(asked) if asked.isdigit() else 100
        there = len(lines) > first + size
        lines = lines[first : first + size]
        meta: dict[str, Any] = {"result_count": len(lines)} | ({"next_token": str(first + size)} if there else {})
        return Answer(200, {"data": lines, "meta": meta} if lines else {"meta": meta})

    def _conversation(self, account: AccountConfig, person_id: str) -> str:
        return "-".join(sorted((account.account_id, person_id), key=lambda one: (len(one), one)))

    def _store(
        self, account: AccountConfig, person: Person, surface: str, text: str, anchor: str, *, native: bool = False
    ) -> Bubble:
        kind: Any = surface
        return self.world.add_bubble(
            Bubble(
                new_code("B"),
                account.brand,
                self.name,
                person.key,
                "brand",
                kind,
                text,
                now_ms(),
                new_snowflake(),
                status="sent",
                anchor=anchor,
                native=native,
            )
        )

    # --- what the platform sends ----------------------------------------------------------------

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer posts or sends a direct message. A post that does not mention the brand is made to."""
        public, anchor = asked.get("surface") == "public", str(asked.get("anchor") or "")
        if public and f"@{account.screen_name}".lower() not in text.lower():
            text = f"@{account.screen_name} {text}"
        bubble = self.world.add_bubble(
            Bubble(
                new_code("B"),
                account.brand,
                self.name,
                person.key,
                "customer",
                "public" if public else "private",
                text,
                now_ms(),
                new_snowflake(),
                anchor=anchor,
            )
        )
        thread = self.world.thread(account, person)
        thread.last_customer_at = bubble.at
        self.world.touch_thread(thread)
        body = x_events.event(self.name, account, person, bubble)
        self.sender.send(self._delivery(account, body, bubble.id), by_customer=True)
        return bubble

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Run the CRC check on the account's webhook."""
        return await challenge(client, account)

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A person of the brand answers in X's own app."""
        public, anchor = asked.get("surface") == "public", str(asked.get("anchor") or "")
        bubble = self._store(account, person, "public" if public else "private", text, anchor, native=True)
        self._own_event(account, person, bubble)
        return bubble

    def _own_event(self, account: AccountConfig, person: Person, bubble: Bubble) -> None:
        body = x_events.event(self.name, account, person, bubble)
        self.sender.send(self._delivery(account, body))

    def _delivery(self, account: AccountConfig, body: dict[str, object], bubble_id: str = "") -> WebhookDelivery:
        raw = plain_json(body)
        headers = {
            "content-type": "application/json",
            "x-twitter-webhooks-signature": x_signature(account.secret, raw),
        }
        return WebhookDelivery(
            self.name, account.webhook_url, raw, headers, bubble_id, account.brand, persistence=PERSISTENCE
        )


async def challenge(client: httpx.AsyncClient, account: AccountConfig) -> str:
    """Run X's CRC check on the webhook URL; return "ok" or what was wrong."""
    token = base64.b64encode(secrets.token_bytes(24)).decode()
    try:
        answer = await client.get(account.webhook_url, params={"crc_token": token, "nonce": new_code("")}, timeout=10)
    except httpx.HTTPError as failure:
        return type(failure).__name__
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    try:
        given = answer.json().get("response_token")
    except (ValueError, AttributeError):
        return "not JSON"
    return "ok" if given == x_signature(account.secret, token.encode()) else "wrong response_token"
