"""
Receives every call of the system to a simulated platform: decode, log, inject faults, answer.

A platform is a table of `Endpoint`s, whose `act` is a plain function of a `PlatformCall`. What happens after the answer
was sent (webhooks, receipts) is returned in `Answer.after`, and happens even when the answer is lost.
"""

from __future__ import annotations

import asyncio
import email.policy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .breaking import abort, kill_peer
from .faults import Fault, Faults
from .world import Call, World

SECRET_FIELDS = (
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "fb_exchange_token",
    "input_token",
    "oauth_token",
    "oauth_verifier",
    "state",
    "token",
    "verify_token",
)
NEVER_S = 90.0  # longer than any client waits


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlatformCall:
    """A call of the system, decoded. `path` is the platform's own; `fields` come from JSON or a form."""

    method: str
    path: str
    raw_query: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    fields: Mapping[str, Any] = field(repr=False)
    raw: bytes = field(default=b"", repr=False)
    files: Mapping[str, SentFile] = field(default_factory=dict, repr=False)  # of a form, by its fields

    @property
    def bearer(self) -> str:
        """The token, wherever the platform lets it stand."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
        return str(self.query.get("access_token") or self.fields.get("access_token") or self.fields.get("token") or "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A platform's answer, and what it does afterwards."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    after: tuple[Callable[[], None], ...] = ()


class Platform(Protocol):
    """One simulated platform behind the router."""

    name: str

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""

    def kind(self, call: PlatformCall, /) -> str:
        """Return "send" (says something), "signal" (typing, seen) or "read"."""

    def fault_answer(self, fault: Fault) -> Answer:
        """Return the platform's own words for an injected error or rate limit."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path of a platform, below its prefix."""

    path: str
    methods: tuple[str, ...]
    act: Callable[[PlatformCall], Answer]


class PlatformRouter:
    """Routes a platform's endpoints under a prefix, and injects the faults."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults

    def routes(self, platform: Platform, endpoints: tuple[Endpoint, ...]) -> list[Route]:
        """Return the routes of a platform, below `/<name>`."""
        prefix = f"/{platform.name}"

        def serve(endpoint: Endpoint) -> Callable[[Request], Any]:
            async def view(request: Request) -> Response:
                return await self._pass(platform, endpoint, request, prefix)

            return view

        return [Route(prefix + one.path, serve(one), methods=list(one.methods)) for one in endpoints]

    async def _pass(self, platform: Platform, endpoint: Endpoint, request: Request, prefix: str) -> Response:
        call, shown = await read_call(request, prefix)
        path = self.world.config.without_tokens(call.path)
        line = self.world.log_call(platform.name, call.method, path, shown, iso_now())
        line.kind = platform.kind(call)
        fault = self.faults.take(platform.name, line.kind)
        if fault and fault.fault == "timeout":
            line.outcome = "timeout"
            await never_answer(request)
            return Response(status_code=504)
        answer = self._answer(platform, endpoint, call, fault)
        line.status, line.outcome = answer.status, fault.fault if fault else "answered"
        for effect in answer.after:
            effect()
        if fault and fault.fault in ("drop_after_send", "kill_after_send"):
            await self._lose(request, fault, line)
        return as_response(answer)

    def _answer(self, platform: Platform, endpoint: Endpoint, call: PlatformCall, fault: Fault | None) -> Answer:
        if fault is None or fault.fault in ("drop_after_send", "kill_after_send"):
            return endpoint.act(call)
        answer = platform.fault_answer(fault)
        if fault.body is not None:
            return Answer(fault.status or answer.status, fault.body, answer.headers)
        return answer

    async def _lose(self, request: Request, fault: Fault, line: Call) -> None:
        if fault.fault == "kill_after_send":
            killed = await kill_peer(request, self.world.config.ministack)
            line.outcome = "killed" if killed else "kill_refused"
            self.world.count("killed", int(bool(killed)))
            self.world.note("worker_killed" if killed else "kill_refused", level="break", subject=str(killed or ""))
        abort(request)


async def never_answer(request: Request) -> None:
    """Hold the connection until the client gives up, then close it."""
    try:
        async with asyncio.timeout(NEVER_S):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        abort(request)


def _form_of(content_type: str, raw: bytes) -> tuple[dict[str, Any], dict[str, SentFile]]:
    """A form with files, as a mail's parser reads it: its fields (JSON is read), and its files."""
    head = f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode()
    fields: dict[str, Any] = {}
    files: dict[str, SentFile] = {}
    for part in email.message_from_bytes(head + raw, policy=email.policy.HTTP).iter_parts():
        name, content = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            files[name] = SentFile(part.get_filename() or "", part.get_content_type(), data)
            continue
        text = data.decode("utf-8", "replace")
        fields[name] = json.loads(text) if text.startswith("{") else text
    return fields, files


async def read_call(request: Request, prefix: str) -> tuple[PlatformCall, Any]:
    """Decode a call; return it and its body as the outbound log shows it."""
    raw = await request.body()
    path = request.url.path.removeprefix(prefix)
    query = dict(request.query_params)
    fields: dict[str, Any] = {}
    content_type = request.headers.get("content-type", "")
    shown: Any = raw.decode("utf-8", "replace") if raw else {}
    if content_type == "application/octet-stream":
        shown = {"bytes": len(raw)}
    files: dict[str, SentFile] = {}
    if content_type.startswith("multipart/form-data"):
        fields, files = _form_of(content_type, raw)
        shown = fields | {name: {"file": file.name, "bytes": len(file.content)} for name, file in files.items()}
    elif "json" in content_type or raw[:1] == b"{":
        try:
            decoded = json.loads(raw or b"{}")
            fields = decoded if isinstance(decoded, dict) else {}
            shown = decoded
        except ValueError:
            pass
    elif raw and content_type != "application/octet-stream":
        fields = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        shown = fields
    if not raw and query:
        shown = dict(query)
    safe = {key: shown[key] for key in shown if key not in SECRET_FIELDS} if isinstance(shown, dict) else shown
    call = PlatformCall(
        request.method,
        path,
        request.url.query,
        dict(request.path_params),
        query,
        dict(request.headers),
        fields,
        raw,
        files,
    )
    return call, safe


def as_response(answer: Answer) -> Response:
    """Turn an answer into Starlette's."""
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, headers=dict(answer.headers), media_type="application/octet-stream")
    if isinstance(answer.body, str):
        return PlainTextResponse(answer.body, answer.status, headers=dict(answer.headers))
    return JSONResponse(answer.body, answer.status, headers=dict(answer.headers))


def iso_now() -> str:
    """Now, ISO 8601 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
