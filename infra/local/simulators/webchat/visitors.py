"""
Customers of the invented shop, each with the chat open in a browser: they are signed in, write, and look for answers.

The platform is Guichet itself, so what is played here is its outside: the shop's server, which signs who is who (a JWT
by RFC 7519), and browsers, which ask as the widget does. Nothing here is what the system calls.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from infra.local.played import Played

from ..config import AccountConfig
from ..faults import Fault
from ..files import SAMPLES
from ..router import Answer, Endpoint, PlatformCall
from ..signing import new_code, now_ms
from ..webhook_sender import Persistence, WebhookDelivery, WebhookSender
from ..world import Bubble, Person, World

NAME = "webchat"
ORIGIN = "https://boutique.example"
BROWSER = Persistence(10.0, (1.0, 3.0, 9.0, 30.0))
LOOKS_S, LOOKS_FOR_S = float(os.environ.get("GUICHET_SIM_LOOKS_S", "1")), 900.0  # 0: only when they are told to
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LASTS_S = 300
ANONYMOUS = re.compile(r"a:[0-9a-f]{40}")


def ulid() -> str:
    """Return an id as a browser makes one: 48 bits of time, 80 of chance."""
    number = now_ms() << 80 | secrets.randbits(80)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(26)))


def coded(raw: bytes) -> str:
    """Return bytes as a JWT writes them."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def identity(account: AccountConfig, subject: str, name: str, mail: str = "") -> str:
    """Return what the shop's server signs for somebody who is signed in; `mail`: an address that it has verified."""
    at = int(time.time())
    claims: dict[str, object] = {
        "aud": account.account_id, "sub": subject, "name": name, "iat": at, "exp": at + LASTS_S,
        "jti": secrets.token_hex(8),
    }  # fmt: skip
    if mail:
        claims |= {"email": mail, "email_verified": True}
    words = ".".join(coded(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{words}.{coded(hmac.digest(account.secret.encode(), words.encode(), 'sha256'))}"


@dataclass(slots=True)
class Browser:
    """One customer's: what it keeps, and what it has seen."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default="", repr=False)
    until: int = 0
    after: str = ""
    seen: set[str] = field(default_factory=set)
    looks_until: float = 0.0
    looking: bool = False
    arriving: asyncio.Lock = field(default_factory=asyncio.Lock)


class WebChat:
    """The web chat's side of the world."""

    name = NAME
    takes_files = True
    played: ClassVar[Played] = Played(
        title="Web chat",
        tab=7,
        account_ids={"maison-lune": "www.maison-lune.example", "atelier-nord": "www.atelier-nord.example"},
        secret="signing_secret",  # noqa: S106 - a name
        invented={"origins": ORIGIN},
        told=("origins",),
        person_id="u:{handle}",
    )

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self.world = world
        self.sender = sender
        self.browsers: dict[tuple[str, str], Browser] = {}

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return nothing: the system calls nobody."""
        return ()

    def kind(self, call: PlatformCall) -> str:  # noqa: ARG002 - as its like
        """Tell a read; nobody asks."""
        return "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return an answer; nobody asks."""
        return Answer(fault.status or 500, {})

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str:
        """Load the widget, as a page does."""
        try:
            answer = await client.get(chat_of(account, "widget.js"), timeout=20.0)
        except httpx.HTTPError as failure:
            return type(failure).__name__
        return "ok" if answer.is_success and "javascript" in answer.headers["content-type"] else str(answer.status_code)

    # --- what customers do ----------------------------------------------------------------------

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:
        """A customer writes, presses a button or sends a photo."""
        number, file = ulid(), str(asked.get("file") or "")
        said = (new_code("B"), account.brand, NAME, person.key, "customer", "private", text, now_ms(), number)
        bubble = self.world.add_bubble(Bubble(*said, file=file))  # type: ignore[arg-type]  # as Bubble has them
        told: dict[str, Any] = {"id": number, "text": text}
        if asked.get("payload"):
            told = {"id": number, "press": {"payload": str(asked["payload"]), "title": text}}
        elif file:
            content = base64.b64encode(SAMPLES[file].content).decode()
            told["file"] = {"name": f"{file}.jpg", "data": content}
        thread = self.world.thread(account, person)
        thread.last_customer_at = bubble.at
        self.world.touch_thread(thread)
        self.sender.start(self._say(account, person, told, bubble))
        return bubble

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble:  # noqa: ARG002 - others need it
        """Nobody answers but from the desk: there is no app of the platform's own."""
        raise LookupError("The web chat has no app of its own: answer from the desk.")

    async def _say(self, account: AccountConfig, person: Person, told: dict[str, Any], bubble: Bubble) -> None:
        browser = self._browser(account, person)
        if not await self._session(account, person, browser):
            self.world.touch(bubble, "refused", "no session")
            return
        body = json.dumps({"session": browser.session, **told}).encode()
        headers = {"content-type": "text/plain", "origin": ORIGIN}
        url = chat_of(account, "messages")
        delivery = WebhookDelivery(NAME, url, body, headers, bubble.id, account.brand, persistence=BROWSER)
        self.sender.send(delivery, by_customer=True)
        browser.looks_until = time.monotonic() + LOOKS_FOR_S
        if not browser.looking and LOOKS_S:
            browser.looking = True
            self.sender.start(self._look(account, person, browser))

    def _browser(self, account: AccountConfig, person: Person) -> Browser:
        return self.browsers.setdefault((account.account_id, person.key), Browser())

    async def _session(self, account: AccountConfig, person: Person, browser: Browser) -> bool:
        async with browser.arriving:
            if not browser.session or browser.until <= now_ms() + 60_000:
                await self._arrive(account, person, browser)
        return bool(browser.session)

    async def _arrive(self, account: AccountConfig, person: Person, browser: Browser) -> None:
        subject = person.ids[f"{NAME}:{account.account_id}"].removeprefix("u:")
        told = {"secret": browser.secret, "identity": identity(account, subject, person.name)}
        answer = await self._ask(account, "session", told)
        browser.session, browser.until = str(answer.get("session", "")), now_ms() + 1000 * int(answer.get("lasts_s", 0))

    async def _ask(self, account: AccountConfig, what: str, told: dict[str, Any]) -> dict[str, Any]:
        headers = {"content-type": "text/plain", "origin": ORIGIN}
        try:
            answer = await self.sender.client.post(
                chat_of(account, what), content=json.dumps(told).encode(), headers=headers, timeout=20.0
            )
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError):
            return {}
        return found

    # --- what they read -------------------------------------------------------------------------

    async def _look(self, account: AccountConfig, person: Person, browser: Browser) -> None:
        """Look for answers as the widget does, for a while after the customer's last words."""
        while time.monotonic() < browser.looks_until:
            await asyncio.sleep(LOOKS_S)
            await self.look(account, person)
        browser.looking = False

    async def look(self, account: AccountConfig, person: Person) -> None:
        """Look once."""
        browser = self._browser(account, person)
        if not await self._session(account, person, browser):
            return
        page = await self._ask(account, "history", {"session": browser.session, "after": browser.after})
        browser.after = str(page.get("after", browser.after))
        for one in page.get("messages", ()):
            self._read(account, person, browser, one)

    def _read(self, account: AccountConfig, person: Person, browser: Browser, one: Mapping[str, Any]) -> None:
        if one["who"] == "you":
            return
        if one.get("gone"):
            self.world.unsay(account, one["id"], NAME)
        elif one["id"] not in browser.seen:
            browser.seen.add(one["id"])
            said = (
                new_code("B"),
                account.brand,
                NAME,
                person.key,
                "brand",
                "private",
                one["text"],
                now_ms(),
                one["id"],
            )
            buttons = tuple((title, payload) for title, payload in one.get("choices", ()))
            made = Bubble(*said, status="read", proof=one["id"], buttons=buttons)  # type: ignore[arg-type]  # the same
            made.attached = ", ".join(each["kind"] for each in one.get("files", ()))
            self.world.add_bubble(made)


def is_anonymous(person_id: str) -> bool:
    """Return whether this is how the web chat calls a visitor who is not signed in."""
    return ANONYMOUS.fullmatch(person_id) is not None


def chat_of(account: AccountConfig, what: str) -> str:
    """Return an address of the account's chat, which stands beside its webhook's."""
    parts = urlsplit(account.webhook_url)
    path = parts.path.replace(f"/webhooks/{NAME}/", "/chat/")
    return parts._replace(path=f"{path}/{what}", fragment="").geturl()
