"""
What the page asks of the simulators: write as a customer, act as an agent, break things, and listen.

All paths begin with /sim/ and take and give JSON. None of them touches the system but as a platform does.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from chalicelib.channels import REGISTRY
from infra.local.explain_source import stops, why
from infra.local.figures_source import figures

from .config import AccountConfig
from .files import SAMPLES, media_type_of
from .platforms import Platforms
from .slack_workspace import MEMBERS
from .world import Person

HEARTBEAT_S = 15.0
COOKED = Callable[[dict[str, Any]], Awaitable[Any]]


class AskError(ValueError):
    """The page, or a script in its place, asked for something that cannot be; the message says what to send."""


class Sim:
    """The page's endpoints."""

    def __init__(self, platforms: Platforms) -> None:
        self.platforms = platforms
        self.world = platforms.world

    def routes(self) -> list[Route]:
        """Return the routes below /sim."""
        posts: dict[str, COOKED] = {
            "write": self.write,
            "native": self.native,
            "look": self.look,
            "person": self.person,
            "window": self.window,
            "network": self.network,
            "stop": self.stop,
            "consent": self.consent,
            "slack/action": self.slack_action,
            "slack/submit": self.slack_submit,
            "slack/put": self.slack_put,
            "slack/close": self.slack_close,
            "slack/options": self.slack_options,
            "slack/command": self.slack_command,
            "slack/thread": self.slack_thread,
        }
        return [
            Route("/sim/state", self._state),
            Route("/sim/events", self._events),
            Route("/sim/why", self._why),
            Route("/sim/file/{name}", self._file),
            Route("/sim/stops", self._stops),
            Route("/sim/figures", self._figures),
            *(Route(f"/sim/{name}", _cooked(act), methods=["POST"]) for name, act in posts.items()),
        ]

    # --- reading --------------------------------------------------------------------------------

    def _snapshot(self) -> dict[str, Any]:
        return {
            **self.world.snapshot(),
            "channels": [
                {"name": name, "title": one.played.title, "public": one.played.public, "files": one.takes_files}
                | {"link": way.link if (way := REGISTRY[name].traits.way_in) else ""}
                for name, one in self.platforms.channels.items()
            ],
            "slack": self.platforms.workspace.snapshot(),
            "faults": self.platforms.faults.listed(),
            "can_kill": self.platforms.can_kill(),
        }

    async def _state(self, _request: Request) -> Response:
        return JSONResponse(self._snapshot())

    async def _events(self, _request: Request) -> Response:
        queue = self.world.bus.listen()

        async def lines() -> AsyncIterator[str]:
            try:
                yield "retry: 1000\n\n"
                while True:
                    try:
                        change = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                        yield f"data: {json.dumps(change, ensure_ascii=False)}\n\n"
                    except TimeoutError:
                        yield ": still here\n\n"
            finally:
                self.world.bus.forget(queue)

        return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _file(self, request: Request) -> Response:
        """The bytes of what a customer sent, or of a file in Slack, for the page to show."""
        name = request.path_params["name"]
        sample, kept = SAMPLES.get(name), self.platforms.slack.files.kept.get(name)
        content = sample.content if sample else kept.content if kept else b""
        return Response(content, 200 if content else 404, media_type=media_type_of(content))

    async def _why(self, request: Request) -> Response:
        key = request.query_params.get("message") or request.query_params.get("row") or ""
        bubble = self.world.bubble_of(key)
        keys = [key]
        if bubble and bubble.proof:
            keys.append(bubble.proof.rpartition(":")[0] or bubble.proof)
        for one in keys:
            found = await asyncio.to_thread(why, one, self.world.config.table)
            if found is not None:
                return JSONResponse(found)
        return JSONResponse(None)

    async def _stops(self, request: Request) -> Response:
        """What is stopped of a brand's bot, as its table says: a part of it may have stopped by itself."""
        brand = self.world.config.brand(request.query_params.get("brand") or "") or self.world.config.brands[0]
        return JSONResponse(await asyncio.to_thread(stops, brand.brand, self.world.config.table))

    async def _figures(self, request: Request) -> Response:
        brand = request.query_params.get("brand") or ""
        return JSONResponse(await asyncio.to_thread(figures, brand, self.world.config.table))

    # --- customers ------------------------------------------------------------------------------

    def _account(self, asked: dict[str, Any]) -> AccountConfig:
        brand = self.world.config.brand(str(asked.get("brand") or "")) or self.world.config.brands[0]
        account = brand.accounts.get(str(asked.get("channel") or ""))
        if account is None:
            raise AskError(f"Give a channel of {brand.brand}: one of {', '.join(brand.accounts)}.")
        return account

    def _person(self, asked: dict[str, Any], account: AccountConfig) -> Person:
        if asked.get("person_id"):
            return self.world.person_at(account, str(asked["person_id"]), str(asked.get("name") or ""))
        person = self.world.people.get(str(asked.get("person") or ""))
        if person is None or f"{account.channel}:{account.account_id}" not in person.ids:
            raise AskError("Give a person of this account, or a person_id.")
        return person

    async def write(self, asked: dict[str, Any]) -> Any:
        """
        A customer writes: {brand, channel, person | person_id, text, surface, anchor}; `file`: "photo", "voice".

        `ref`: what the link that led them here named, where the platform tells it.
        """
        account = self._account(asked)
        if asked.get("file") and not (
            asked["file"] in SAMPLES and self.platforms.channels[account.channel].takes_files
        ):
            raise AskError(f"Give a file that can be sent here: {', '.join(SAMPLES)}, on a channel that takes files.")
        text = str(asked.get("text") or "").strip() if asked.get("file") else _text(asked)
        bubble = self.platforms.write(account, self._person(asked, account), text, asked)
        return {"id": bubble.id, "platform_id": bubble.platform_id}

    async def native(self, asked: dict[str, Any]) -> Any:
        """A person of the brand answers in the platform's own app."""
        account = self._account(asked)
        bubble = self.platforms.write_native(account, self._person(asked, account), _text(asked), asked)
        return {"id": bubble.id, "platform_id": bubble.platform_id}

    async def look(self, asked: dict[str, Any]) -> Any:
        """A customer whose platform tells them nothing looks for answers once: {brand, channel, person}."""
        account = self._account(asked)
        looks = getattr(self.platforms.channels[account.channel], "look", None)
        if looks is None:
            raise AskError("Give a channel whose customers look for answers by themselves.")
        await looks(account, self._person(asked, account))
        return {}

    async def person(self, asked: dict[str, Any]) -> Any:
        """A new customer comes in: {name, language}. They have an id on every account."""
        return self.platforms.new_person(str(asked.get("name") or ""), str(asked.get("language") or "fr"))

    async def window(self, asked: dict[str, Any]) -> Any:
        """Close or open a customer's answer window by hand, as if a day had passed."""
        account = self._account(asked)
        thread = self.world.thread(account, self._person(asked, account))
        thread.window_closed = bool(asked.get("closed"))
        self.world.touch_thread(thread)
        return {"closed": thread.window_closed}

    async def network(self, asked: dict[str, Any]) -> Any:
        """Make the road to the system unkind: {duplicates, jitter_ms}."""
        network = self.platforms.sender.network
        network.duplicates = max(0, min(10, int(asked.get("duplicates") or 0)))
        network.jitter_ms = max(0, min(10_000, int(asked.get("jitter_ms") or 0)))
        return {"duplicates": network.duplicates, "jitter_ms": network.jitter_ms}

    # --- agents ---------------------------------------------------------------------------------

    def _agent(self, asked: dict[str, Any]) -> str:
        user = str(asked.get("user") or MEMBERS[0].id)
        if user not in {member.id for member in MEMBERS}:
            raise AskError("Give a user of the workspace.")
        return user

    async def consent(self, asked: dict[str, Any]) -> dict[str, bool]:
        """Make every app one that has no webhook yet (`forget`), or one whose webhook is as in the beginning."""
        for channel in self.platforms.channels.values():
            login = getattr(channel, "login", None)
            if login is not None:
                login.begin(forget=bool(asked.get("forget")))
        return {"ok": True}

    async def stop(self, asked: dict[str, Any]) -> Any:
        """The STOP button: an agent's `/guichet stop` (or `start`) in the brand's channel, nothing else."""
        brand = self.world.config.brand(str(asked.get("brand") or "")) or self.world.config.brands[0]
        verb = "stop" if asked.get("stopped", True) else "start"
        return await self.platforms.desk.command(self._agent(asked), brand.slack_channel, verb)

    async def slack_action(self, asked: dict[str, Any]) -> Any:
        """Click an element of a message (ts) or a modal (view_id)."""
        ts, view_id = str(asked.get("ts") or ""), str(asked.get("view_id") or "")
        if ts not in self.platforms.workspace.messages and view_id not in self.platforms.workspace.views:
            raise AskError("Give the ts of a message or the view_id of an open modal.")
        return await self.platforms.desk.act(self._agent(asked), asked.get("action") or {}, ts=ts, view_id=view_id)

    def _view(self, asked: dict[str, Any]) -> str:
        view_id = str(asked.get("view_id") or "")
        if view_id not in self.platforms.workspace.views:
            raise AskError("That modal is closed.")
        return view_id

    async def slack_submit(self, asked: dict[str, Any]) -> Any:
        """Submit a modal with what was typed."""
        return await self.platforms.desk.submit(self._view(asked), asked.get("values") or {})

    async def slack_put(self, asked: dict[str, Any]) -> Any:
        """Put a file (`content` in base64) into a modal's field. Slack gives an object that the submission holds."""
        name, content = str(asked.get("name") or ""), base64.b64decode(str(asked.get("content") or ""))
        if not name or not content:
            raise AskError("Give a file's name and its content.")
        return self.platforms.slack.files.put(name, content)

    async def slack_close(self, asked: dict[str, Any]) -> Any:
        """Close a modal."""
        return await self.platforms.desk.close(self._view(asked))

    async def slack_options(self, asked: dict[str, Any]) -> Any:
        """Ask for the options of an external select."""
        return await self.platforms.desk.options(
            self._agent(asked),
            str(asked.get("block_id") or ""),
            str(asked.get("action_id") or ""),
            str(asked.get("value") or ""),
            ts=str(asked.get("ts") or ""),
            view_id=str(asked.get("view_id") or ""),
        )

    async def slack_command(self, asked: dict[str, Any]) -> Any:
        """Type /guichet in a channel."""
        channel = str(asked.get("channel") or "")
        if channel not in self.platforms.workspace.channels:
            raise AskError("Give a Slack channel id of the configuration.")
        return await self.platforms.desk.command(self._agent(asked), channel, str(asked.get("text") or ""))

    async def slack_thread(self, asked: dict[str, Any]) -> Any:
        """Type words in a ticket's thread (or in the channel)."""
        channel = str(asked.get("channel") or "")
        if channel not in self.platforms.workspace.channels:
            raise AskError("Give a Slack channel id of the configuration.")
        ts = str(asked.get("thread_ts") or "")
        message = self.platforms.desk.type_in_thread(self._agent(asked), channel, ts, _text(asked))
        return {"ts": message.ts}


def _text(asked: dict[str, Any]) -> str:
    text = str(asked.get("text") or "").strip()
    if not text:
        raise AskError("Give a text.")
    return text


def _cooked(act: COOKED) -> Callable[[Request], Awaitable[Response]]:
    async def view(request: Request) -> Response:
        try:
            asked = json.loads(await request.body() or b"{}")
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return JSONResponse({"error": "Send a JSON object."}, 400)
        try:
            return JSONResponse(await act(asked))
        except (AskError, LookupError, TypeError) as wrong:
            return JSONResponse({"error": str(wrong)}, 400)

    return view
