"""
One web server for everything simulated: platform prefixes, /shop, /outbound, /faults, /sim, /accounts and the page.

Requests whose Host is not this machine are refused, and what changes things takes JSON only: a web page from elsewhere
that this machine's browser has open cannot reach in.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import memory
from .accounts import Accounts
from .config import SimulatorConfig
from .faults import FaultError
from .people import People
from .platforms import Platforms
from .router import Platform, PlatformRouter
from .sim import Sim
from .webchat.shop_pages import ShopPages

PAGE = Path(__file__).resolve().parent.parent / "page"
SECURITY_HEADERS = (
    (b"content-security-policy", b"default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class WithSecurityHeaders:
    """Adds the headers that keep the page to itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {
                    name.lower() for name, _ in message["headers"]
                }  # an invented shop's page has a policy of its own
                message["headers"] = [*message["headers"], *(each for each in SECURITY_HEADERS if each[0] not in own)]
            await send(message)

        await self.app(scope, receive, sending)


class Control:
    """/outbound, /faults and the page's "Break it"."""

    def __init__(self, platforms: Platforms) -> None:
        self.platforms = platforms

    def routes(self) -> list[Route]:
        """Return the control routes."""
        return [
            Route("/outbound", self.outbound, methods=["GET"]),
            Route("/faults", self.list_faults, methods=["GET"]),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/sim/break", self.break_it, methods=["POST"]),
            Route("/healthz", self.health, methods=["GET"]),
        ]

    async def health(self, _request: Request) -> Response:
        """Answer once the server listens."""
        return JSONResponse({"ok": True, "checks": self.platforms.world.checks})

    async def outbound(self, request: Request) -> Response:
        """List the calls that the system made: ?channel=C&since=N (calls after number N)."""
        channel = request.query_params.get("channel", "")
        since = request.query_params.get("since", "0")
        if not since.isdigit():
            return JSONResponse({"error": "since is a sequence number."}, 400)
        lines = [
            asdict(call)
            for call in self.platforms.world.outbound
            if call.seq > int(since) and channel in ("", call.channel)
        ]
        return JSONResponse(lines)

    async def list_faults(self, _request: Request) -> Response:
        """List the faults that still wait."""
        return JSONResponse(self.platforms.faults.listed())

    async def add_fault(self, request: Request) -> Response:
        """Queue a fault, or a list of them."""
        try:
            raw = json.loads(await request.body())
        except ValueError:
            raw = None
        faults = raw if isinstance(raw, list) else [raw]
        if not faults or not all(isinstance(fault, dict) for fault in faults):
            return JSONResponse({"error": "Send a JSON object with channel and fault."}, 400)
        try:
            added = [asdict(self.platforms.faults.add(fault)) for fault in faults]
        except FaultError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        return JSONResponse(added if isinstance(raw, list) else added[0], 201)

    async def clear_faults(self, request: Request) -> Response:
        """Forget the waiting faults, of ?channel=C or of all."""
        self.platforms.faults.clear(request.query_params.get("channel", ""))
        return JSONResponse([])

    async def break_it(self, request: Request) -> Response:
        """{"what": "kill|repeat|forge|rate_limit|outage|drop|timeout", "channel"}: one of the page's mischiefs."""
        try:
            asked: dict[str, Any] = json.loads(await request.body() or b"{}")
        except ValueError:
            asked = {}
        what, channel = asked.get("what"), str(asked.get("channel") or "")
        if what == "forge":
            return JSONResponse(await self.platforms.forge(channel))
        if what == "repeat":
            return JSONResponse(self.platforms.repeat(channel, min(20, int(asked.get("times") or 5))))
        if what not in MISCHIEF:
            return JSONResponse({"error": f"Give what: one of forge, repeat, {', '.join(MISCHIEF)}."}, 400)
        try:
            fault = self.platforms.faults.add({"channel": channel, **MISCHIEF[what]})
        except FaultError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        self.platforms.world.note(f"armed_{what}", level="break", subject=channel)
        return JSONResponse(asdict(fault))


#: the page's word -> the fault it injects
MISCHIEF: dict[str, dict[str, Any]] = {
    "kill": {"fault": "kill_after_send", "calls": "sends"},
    "drop": {"fault": "drop_after_send", "calls": "sends"},
    "timeout": {"fault": "timeout", "calls": "sends"},
    "rate_limit": {"fault": "rate_limit", "retry_after": 4, "calls": "sends"},
    "outage": {"fault": "error", "status": 503, "times": 2, "calls": "sends"},
}


def build(config: SimulatorConfig, base_url: str, *, check: bool = True, state: Path | None = None) -> Starlette:
    """
    Build the web application. `base_url` is its own address, for Slack's response_url.

    `state` is the file that keeps the platforms between runs. `check` runs the platforms' webhook checks in the
    background at the start.
    """
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
    client = httpx.AsyncClient(limits=limits, trust_env=False)
    platforms = Platforms(config, client, base_url)
    if state:
        memory.restore(platforms, state)
    router = PlatformRouter(platforms.world, platforms.faults)
    routes: list[BaseRoute] = [*Control(platforms).routes(), *Sim(platforms).routes()]
    routes += Accounts(platforms, base_url).routes() + People(platforms, base_url).routes()
    routes += ShopPages(platforms.world).routes()
    served: list[Platform] = [*platforms.channels.values(), platforms.slack, platforms.shop]
    for platform in served:
        routes.extend(router.routes(platform, platform.endpoints()))
    if PAGE.is_dir():
        routes.append(Mount("/", StaticFiles(directory=PAGE, html=True)))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if check:
            platforms.sender.start(platforms.check_webhooks())
        await platforms.open()
        if state:
            platforms.sender.start(memory.save_often(platforms, state))
        yield
        if state:
            memory.save(platforms, state)
        await platforms.close()
        await client.aclose()

    guard = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[guard, Middleware(WithSecurityHeaders)])
    app.state.platforms = platforms
    return app
