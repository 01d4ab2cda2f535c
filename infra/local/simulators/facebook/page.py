"""
The Facebook side of the world: comments under a page's post, answers, private replies, hiding and liking.

Source: Meta's Graph API (comment, comments edge), Messenger Platform (private replies), Page webhooks (feed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from infra.local.played import Played

from .. import meta
from ..config import AccountConfig
from ..faults import Fault
from ..meta_login import MetaLogin
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code, new_mid, new_snowflake, now_ms
from ..webhook_sender import WebhookDelivery, WebhookSender
from ..world import WINDOW_MS, Bubble, Person, World
from . import bodies
from .bodies import feed, line, post_of

TEXT_LIMIT = 8_000
PRIVATE_LIMIT = 2_000
PRIVATE_MS = 7 * WINDOW_MS
RATE = (400, 32, "(#32) Page request limit reached")
FIELDS = ("feed", "mention")
GONE = "Unsupported post request. Object with ID '{0}' does not exist, cannot be loaded due to missing permissions"


class Facebook:
    """The comments of each brand's page: one post, under which everybody writes."""

    name = "facebook"
    played: ClassVar[Played] = meta.played(
        title="Facebook",
        tab=6,
        account_ids={"maison-lune": "104200000000011", "atelier-nord": "104200000000012"},
        app_id="310000000000001",
        public=True,
    )
    takes_files = False

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.login = MetaLogin(world, self.name, "page", FIELDS)
        self._replied: set[str] = set()  # comments that were answered in private
        self.hidden: set[str] = set()
        self.liked: set[str] = set()

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (
            *self.login.endpoints(),
            Endpoint("/{version}/me/accounts", ("GET",), self.login.pages),
            Endpoint("/{version}/{page}/messages", ("POST",), self.private_reply),
            Endpoint("/{version}/{page}/subscribed_apps", ("GET", "POST", "DELETE"), self.subscribed),
            Endpoint("/{version}/{comment}/comments", ("POST",), self.answer),
            Endpoint("/{version}/{comment}/comments", ("GET",), self.answers),
            Endpoint("/{version}/{page}/feed", ("GET",), self.feed),
            Endpoint("/{version}/{comment}/likes", ("POST",), self.like),
            Endpoint("/{version}/{comment}", ("POST",), self.change),
            Endpoint("/{version}/{comment}", ("DELETE",), self.delete),
            Endpoint("/{version}/{node}", ("GET",), self.node),
        )

    def kind(self, call: PlatformCall) -> str:
        """Words are sends; a like and a hidden comment are signals."""
        if call.method != "POST" or call.path.endswith(("/access_token", "/subscriptions", "/subscribed_apps")):
            return "read"
        return "send" if call.path.endswith(("/comments", "/messages")) else "signal"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return Graph's words for an injected fault."""
        return meta.injected(fault, RATE)

    # --- what the system calls ------------------------------------------------------------------

    def _account(self, call: PlatformCall) -> AccountConfig | Answer:
        account = self.world.config.by_token(self.name, call.bearer)
        return account or meta.graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")

    def _comment(self, call: PlatformCall) -> tuple[AccountConfig, Bubble] | Answer:
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        bubble = self.world.bubble_of(call.params["comment"])
        if bubble is None or bubble.error == "deleted" or bubble.brand != account.brand:
            return meta.graph_error(400, 100, GONE.format(call.params["comment"]), subcode=33)
        return account, bubble

    def answer(self, call: PlatformCall) -> Answer:
        """Publish an answer under a comment; under a comment's comment it hangs on the upper one."""
        found = self._comment(call)
        if isinstance(found, Answer):
            return found
        account, commented = found
        text = str(call.fields.get("message") or "")
        if not text or len(text) > TEXT_LIMIT:
            return meta.graph_error(400, 100, "(#100) Invalid parameter")
        person = self.world.people[commented.person]
        bubble = self._store(account, person, text, commented.anchor or commented.platform_id)
        return Answer(200, {"id": bubble.platform_id}, after=(lambda: self._own_event(account, bubble),))

    def answers(self, call: PlatformCall) -> Answer:
        """List what stands under a comment, the newest first."""
        found = self._comment(call)
        if isinstance(found, Answer):
            return found
        account, commented = found
        since = call.query.get("since", "")
        under = [
            each
            for each in self.world.bubbles.values()
            if (each.brand, each.channel, each.anchor) == (account.brand, self.name, commented.platform_id)
            and each.at // 1000 >= (int(since) if since.isdigit() else 0)
        ]
        return Answer(200, {"data": [line(each, self._who(account, each)) for each in reversed(under)]})

    def feed(self, call: PlatformCall) -> Answer:
        """List the page's one post with its comments, the newest first."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        found = [
            each
            for each in self.world.bubbles.values()
            if (each.brand, each.channel, each.surface) == (account.brand, self.name, "public")
            and each.error != "deleted"
        ]
        under = [bodies.listed(each, self._who(account, each)) for each in reversed(found)]
        return Answer(200, {"data": [bodies.post(account, found[0].at if found else now_ms(), under)]})

    def delete(self, call: PlatformCall) -> Answer:
        """Delete a comment of the page's own."""
        found = self._comment(call)
        if isinstance(found, Answer):
            return found
        if not self.world.unsay(found[0], found[1].platform_id, self.name):
            return meta.graph_error(400, 100, GONE.format(call.params["comment"]), subcode=33)
        return Answer(200, {"success": True})

    def like(self, call: PlatformCall) -> Answer:
        """Like a comment in the page's name."""
        found = self._comment(call)
        if isinstance(found, Answer):
            return found
        self.liked.add(found[1].platform_id)
        return Answer(200, {"success": True})

    def change(self, call: PlatformCall) -> Answer:
        """Hide a comment, or show it again: its writer and their friends see it all the same."""
        found = self._comment(call)
        if isinstance(found, Answer):
            return found
        account, commented = found
        hide = call.fields.get("is_hidden")
        if not isinstance(hide, bool):
            return meta.graph_error(400, 100, "(#100) Invalid parameter")
        (self.hidden.add if hide else self.hidden.discard)(commented.platform_id)
        commented.error = "hidden" if hide else ""
        self.world.touch(commented, commented.status)
        body = feed(account, commented, self._who(account, commented), "hide" if hide else "unhide")
        return Answer(200, {"success": True}, after=(lambda: self.sender.send(self._delivery(account, body)),))

    def private_reply(self, call: PlatformCall) -> Answer:
        """Write to whom commented: once a comment, within seven days."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        named, message = call.fields.get("recipient"), call.fields.get("message")
        own = str(named.get("comment_id") or "") if isinstance(named, Mapping) else ""
        text = str(message.get("text") or "") if isinstance(message, Mapping) else ""
        commented = self.world.bubble_of(own)
        if commented is None or not text or len(text) > PRIVATE_LIMIT:
            return meta.graph_error(400, 100, "(#100) Invalid parameter", subcode=2018292)
        if own in self._replied:
            return meta.graph_error(400, 10900, "Activity already replied to")
        if now_ms() - commented.at > PRIVATE_MS:
            return meta.graph_error(400, 10902, "Object cannot be replied to")
        self._replied.add(own)
        person = self.world.people[commented.person]
        proof = str(message.get("metadata") or "") if isinstance(message, Mapping) else ""
        said = (new_code("B"), account.brand, self.name, person.key, "brand", "private", text, now_ms(), new_mid())
        bubble = self.world.add_bubble(Bubble(*said, status="sent", proof=proof))  # type: ignore[arg-type]  # as Bubble has them
        return Answer(200, {"recipient_id": self._id_of(account, person), "message_id": bubble.platform_id})

    def node(self, call: PlatformCall) -> Answer:
        """Name the page of a token ("me"), or an app to whoever has its own token."""
        account = self.world.config.by_token(self.name, call.bearer)
        if account is None:
            return meta.application(self._accounts(), call.bearer, call.params["node"])
        if call.params["node"] == "me":
            return Answer(200, {"id": account.account_id, "name": account.brand})
        return meta.graph_error(400, 100, GONE.format(call.params["node"]), subcode=33)

    def subscribed(self, call: PlatformCall) -> Answer:
        """List the apps to which a page sends its events, and which: the page's half; or change that."""
        account = self._account(call)
        if isinstance(account, Answer):
            return account
        return self.login.subscribed(account, call)

    # --- what the platform sends ----------------------------------------------------------------

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Ask the account's webhook for the challenge."""
        return await meta.handshake(client, account)

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer comments under the page's post, or under a comment (`anchor`)."""
        said = (new_code("B"), account.brand, self.name, person.key, "customer", "public", text, now_ms())
        own, anchor = self._comment_id(account), self._upper(str(asked.get("anchor") or ""))
        bubble = self.world.add_bubble(Bubble(*said, own, anchor=anchor))  # type: ignore[arg-type]  # as Bubble has them
        thread = self.world.thread(account, person)
        thread.last_customer_at = bubble.at
        self.world.touch_thread(thread)
        body = feed(account, bubble, self._who(account, bubble))
        self.sender.send(self._delivery(account, body, bubble.id), by_customer=True)
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A colleague answers in Business Suite: it looks like an answer of ours."""
        last = [each for each in self.world.bubbles.values() if each.channel == self.name and each.side == "customer"]
        mine = [each.platform_id for each in last if (each.person, each.brand) == (person.key, account.brand)]
        anchor = str(asked.get("anchor") or "") or (mine[-1] if mine else "")
        bubble = self._store(account, person, text, self._upper(anchor), native=True)
        self._own_event(account, bubble)
        return bubble

    def _upper(self, anchor: str) -> str:
        """Facebook has two levels: what answers an answer stands beside it."""
        answered = self.world.bubble_of(anchor)
        return (answered.anchor or anchor) if answered else ""

    def _comment_id(self, account: AccountConfig) -> str:
        return f"{post_of(account).partition('_')[2]}_{new_snowflake()}"

    def _accounts(self) -> list[AccountConfig]:
        return [each.accounts[self.name] for each in self.world.config.brands if self.name in each.accounts]

    def _id_of(self, account: AccountConfig, person: Person) -> str:
        return person.ids[f"{self.name}:{account.account_id}"]

    def _who(self, account: AccountConfig, bubble: Bubble) -> tuple[str, str]:
        if bubble.side == "brand":
            return account.account_id, account.brand
        person = self.world.people[bubble.person]
        return self._id_of(account, person), person.name

    def _store(self, account: AccountConfig, person: Person, text: str, anchor: str, *, native: bool = False) -> Bubble:
        said = (new_code("B"), account.brand, self.name, person.key, "brand", "public", text, now_ms())
        own = self._comment_id(account)
        return self.world.add_bubble(Bubble(*said, own, status="sent", anchor=anchor, native=native))  # type: ignore[arg-type]  # as Bubble has them

    def _own_event(self, account: AccountConfig, bubble: Bubble) -> None:
        self.sender.send(self._delivery(account, feed(account, bubble, self._who(account, bubble))))

    def _delivery(self, account: AccountConfig, body: Mapping[str, object], bubble_id: str = "") -> WebhookDelivery:
        return meta.delivery(account, body, bubble_id)
