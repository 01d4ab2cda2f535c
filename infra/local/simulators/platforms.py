"""All platforms of one workspace, joined: built once by the server, spoken to by the page's endpoints."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, ClassVar, Protocol, runtime_checkable

import httpx

from infra.local.played import Played, simulators

from .breaking import ministack_pid
from .config import AccountConfig, SimulatorConfig
from .faults import Faults
from .router import Platform
from .shop import Shop
from .signing import account_scoped, new_code
from .slack_api import SlackApi
from .slack_desk import SlackDesk
from .slack_workspace import SlackWorkspace
from .webhook_sender import WebhookSender
from .world import Bubble, Person, World

CHECK_TRIES = 60
FRENCH = ("Inès Fabre", "Hugo Lemaire", "Manon Petit", "Yanis Haddad", "Louise Garnier", "Théo Marchal")
ENGLISH = ("Grace Holt", "Jack Turner", "Amelia Ward", "Noah Finch", "Isla Brooks", "Leo Carter")


class ChannelSimulator(Platform, Protocol):
    """
    One platform where customers write. `asked` is what the page gave beside the text (surface, anchor, file).

    `takes_files`: customers can send some here. `check` asks the account's webhook as the platform does when the
    address is given to it: "ok", or what was wrong.
    """

    takes_files: bool
    played: ClassVar[Played]

    def __init__(self, world: World, sender: WebhookSender) -> None: ...

    def write(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble: ...

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: Mapping[str, Any]) -> Bubble: ...

    async def check(self, client: httpx.AsyncClient, account: AccountConfig) -> str: ...


@runtime_checkable
class Serves(Protocol):
    """A platform that customers reach by a server of its own (SMTP) as well."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...


class Platforms:
    """All channels, Slack and the shop over one world."""

    def __init__(self, config: SimulatorConfig, client: httpx.AsyncClient, base_url: str) -> None:
        self.world = World(config)
        self.faults = Faults()
        self.client = client
        self.sender = WebhookSender(self.world, client, self.faults)
        self.channels: dict[str, ChannelSimulator] = {
            name: kind(self.world, self.sender) for name, kind in simulators().items()
        }
        self.workspace = SlackWorkspace(self.world)
        self.desk = SlackDesk(self.world, self.workspace, self.sender, client, base_url)
        self.slack = SlackApi(self.world, self.workspace, self.desk.tell)
        self.shop = Shop()

    async def open(self) -> None:
        """Listen, where a platform has a server of its own."""
        for each in self.channels.values():
            if isinstance(each, Serves):
                await each.open()

    async def close(self) -> None:
        """Listen no more."""
        for each in self.channels.values():
            if isinstance(each, Serves):
                await each.close()

    def can_kill(self) -> bool:
        """Whether "Break it" knows whose workers it may kill."""
        return ministack_pid(self.world.config.ministack) is not None

    def write(self, account: AccountConfig, person: Person, text: str, asked: dict[str, Any]) -> Bubble:
        """A customer writes on the channel of `account`."""
        return self.channels[account.channel].write(account, person, text, asked)

    def write_native(self, account: AccountConfig, person: Person, text: str, asked: dict[str, Any]) -> Bubble:
        """A person of the brand answers in the platform's own app."""
        return self.channels[account.channel].write_native(account, person, text, asked)

    def new_person(self, name: str, language: str) -> dict[str, Any]:
        """Enrol a new customer; without a name the next of a fixed list is taken."""
        names = ENGLISH if language == "en" else FRENCH
        made = len(self.world.people)
        key = new_code("p", 8).lower()
        name = name or names[made % len(names)]
        handle = name.split()[0].lower().encode("ascii", "ignore").decode() + "_" + key[-3:]
        phone = self._free_phone("447700900" if language == "en" else "33639980", key)
        person = self.world.enrol(Person(key, name, language, handle, phone))
        return asdict(person)

    def _free_phone(self, prefix: str, key: str) -> str:
        """A number that nobody has: two people with one number would be one customer."""
        taken = {person.phone for person in self.world.people.values()}
        first = int(account_scoped("phone", key, 3))
        numbers = (f"{prefix}{(first + step) % 1000:03d}" for step in range(1000))
        return next((number for number in numbers if number not in taken), f"{prefix}{len(taken)}")

    def revoke(self, account: AccountConfig) -> None:
        """Take an account's token back: it works no more, and only the platform's own page gives the next."""
        form = self.channels[account.channel].played.token
        token = form.format(account_id=account.account_id, drawn=secrets.token_hex(24))
        more = {"token_secret": secrets.token_hex(24)} if account.token_secret else {}
        self.world.change_account(account, token=token, **more)
        self.world.note("token_revoked", level="break", subject=account.channel)

    # --- checks at the start --------------------------------------------------------------------

    async def check_webhooks(self) -> None:
        """Run every platform's check of its webhook URL, one after the other: all at once are many cold functions."""
        for brand in self.world.config.brands:
            for account in brand.accounts.values():
                await self._until_ok(f"{brand.brand} {account.channel}", account)
        if self.world.config.slack:
            await self._until_ok("slack", None)

    async def _until_ok(self, name: str, account: AccountConfig | None) -> None:
        for _ in range(CHECK_TRIES):
            self.world.checks[name] = await self._check(account)
            self.world.bus.publish("checks", dict(self.world.checks))
            if self.world.checks[name] == "ok":
                return
            await asyncio.sleep(1)

    async def _check(self, account: AccountConfig | None) -> str:
        if account is None:
            return await self.desk.verify_url()
        return await self.channels[account.channel].check(self.client, account)

    # --- breaking -------------------------------------------------------------------------------

    async def forge(self, channel: str) -> dict[str, Any]:
        """Post the last webhook with one byte of its text changed under the old signature; return the refusal."""
        delivery = self.sender.last.get(channel or "any")
        if delivery is None:
            return {"status": 0, "error": "nobody wrote yet"}
        forged = replace(delivery, body=delivery.body[:-1] + b" }", bubble_id="")
        status = await self.sender.post(forged)
        self.world.count("refused", int(status in (401, 403)))
        self.world.note("forged", level="break", subject=str(status))
        return {"status": status}

    def repeat(self, channel: str, times: int) -> dict[str, Any]:
        """Deliver the last webhook `times` more times."""
        delivery = self.sender.last.get(channel or "any")
        if delivery is None:
            return {"times": 0, "error": "nobody wrote yet"}
        for _ in range(times):
            self.sender.again(delivery)
        self.world.note("repeated", level="break", subject=str(times))
        return {"times": times}
