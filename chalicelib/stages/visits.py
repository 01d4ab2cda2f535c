"""
The web chat's server: what a visitor's browser asks of us. It decides nothing; what is said goes to intake's own door.

Every request but the script's names its page's origin, which must stand in the account's list, and says in its body
whose it is. A body is JSON sent as plain text: so no browser asks first whether it may (no preflight), and no token
stands in an address. What is read back is the visitor's own history alone (`store.visits`). Where somebody is asked to
wait, to write less or to come again, the answer says so in a word that the widget has a sentence for.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ..conversation import ABOVE, MADE_OF, OFFERED, TimelineMessage
from ..errors import Refused
from ..media_types import EXTENSIONS, sniff
from ..model import Account, Address, BrandId, Credentials, Millis, Request, Response
from ..ports import Channel, Metrics
from ..store import visits
from ..store.blobs import Blobs, chat_folder
from ..store.table import Table
from ..text import to_json
from ..visitor_port import HostsVisitors, Moves, NoVisitor, Nowhere, Visitor
from .intake import OPAQUE_KEY, IntakeServices, heard, take

TEXT_MOST = 4_000  # characters of one message
BODY_MOST = 24_000  # bytes, without a file
FILE_MOST = 3_500_000  # bytes: Lambda takes 6 MB of an event, and base64 adds a third
FILES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/gif", "application/pdf")
A_MINUTE, AN_ADDRESS_A_MINUTE = 10, 60  # messages of one visitor at an IP address, and of the address
SESSIONS_A_MINUTE = 30  # of one IP address
OPENS_MS = 10 * 60_000  # how long a file's link does
DAY_S, WEEK_S = 86_400, 604_800
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_CURSOR = re.compile(r"(?:\d{13}#[0-9a-f]{16})?")
_NAMED = re.compile(r"[^\w .()+-]+")
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitServices:
    """Dependencies of the web chat's server."""

    intake: IntakeServices
    table: Callable[[BrandId], Table]
    blobs: Blobs
    credentials: Callable[[Account], Credentials]
    moves: Moves = field(default_factory=Nowhere)
    names: Callable[[BrandId], Mapping[str, str]] = lambda _: {}  # what customers read over an agent's words, by agent

    @property
    def metrics(self) -> Metrics:
        return self.intake.metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of a page that may show this account's chat: what it told, and when (ms)."""

    account: Account
    kind: type[HostsVisitors]
    channel: type[Channel]
    held: Credentials
    told: Mapping[str, Any]
    address: str
    now: Millis
    services: VisitServices

    def table(self) -> Table:
        return self.services.table(self.account.brand)

    def too_many(self, of: str, visitor: str, limits: tuple[int, int]) -> bool:
        """Count one request of an IP address, and of a visitor there, under digests: whether it was one too many."""
        secret, what = next(iter(self.held.app_secrets), ""), f"{of} {self.address or visitor}"
        if visits.allowed(self.table(), secret, what, visitor, limits, self.now):
            return False
        self.services.metrics("visitor_limited", channel=self.account.channel)
        return True

    def visitor(self) -> Visitor:
        """Return whose the request is. Raises NoVisitor."""
        return self.kind.visitor(str(self.told.get("session", "")), self.account, self.held, self.now)

    def where(self, visitor: Visitor) -> Address:
        return Address(self.account.channel, self.account.account_id, visitor.person_id)


def answer(request: Request, services: VisitServices) -> Response:
    """Answer one request below /chat/. Raises only where the browser should ask again (queue or table down)."""
    account_key, what, *rest = request.path.split("/")[2:]
    account = services.intake.by_key(account_key) if OPAQUE_KEY.fullmatch(account_key) else None
    channel = services.intake.registry.get(account.channel) if account else None
    if account is None or channel is None or not issubclass(channel, HostsVisitors):
        return Response(404, "there is no such chat")
    if request.method == "GET" and what == "widget.js":
        return _script(channel, request)
    held = services.credentials(account)
    if request.method == "GET":
        return _file(rest[0] if what == "file" and rest else "", account, channel, held, services)
    origin = request.headers.get("origin", ())
    if len(origin) != 1 or not channel.allows(origin[0], held):
        services.metrics("visitor_origin", channel=account.channel)
        return Response(403, "this page may not show the chat")
    told = _told(request.body)
    visit = Visit(
        account=account,
        kind=channel,
        channel=channel,
        held=held,
        told=told,
        address=request.address,
        now=services.intake.clock(),
        services=services,
    )
    return _allowed(origin[0], _answered(what, visit))


def _answered(what: str, visit: Visit) -> Response:
    act = _ACTS.get(what)
    if act is None or visit.account.paused:
        return Response(404, to_json({"no": "closed"}), JSON)
    try:
        return Response(200, to_json(act(visit)), JSON)
    except NoVisitor as error:
        visit.services.metrics(error.counted, channel=visit.account.channel)
        return Response(401, to_json({"no": error.why}), JSON)


def _allowed(origin: str, response: Response) -> Response:
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Cache-Control": "no-store"}
    return replace(response, headers={**response.headers, **headers})


def _told(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


# --- the script -------------------------------------------------------------------------------


def _script(kind: type[HostsVisitors], request: Request) -> Response:
    """Return the widget: a day in the browser's cache, and a week more while a new one is looked for."""
    script = kind.script()
    tag = f'"{sha256(script).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": f"public, max-age={DAY_S}, stale-while-revalidate={WEEK_S}",
        "ETag": tag,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    known = tag in request.headers.get("if-none-match", ())
    return Response(304 if known else 200, "" if known else script.decode(), "text/javascript; charset=utf-8", headers)


# --- who writes -------------------------------------------------------------------------------


def _arrive(visit: Visit) -> dict[str, Any]:
    """Give a browser its session: an anonymous one by its own secret, a signed one by what the shop's server signed."""
    if visit.too_many("session", "", (SESSIONS_A_MINUTE, SESSIONS_A_MINUTE)):
        return _later(visit)
    visitor = visit.kind.arrives(visit.told, visit.account, visit.held, visit.now)
    if visitor.once and not visits.used_once(
        visit.table(),
        visit.account.channel,
        visit.account.account_id,
        visitor.once,
        visitor.browser,
        visit.now,
    ):
        raise NoVisitor("used")
    return {
        "session": visit.kind.session(visitor, visit.account, visit.held),
        "lasts_s": (visitor.until - visit.now) // 1000,
        "signed": visitor.signed,
        "called": visit.account.name,
        "elsewhere": list(visit.services.moves.titles(visit.account.brand, visit.where(visitor))),
    }


# --- what a visitor says ----------------------------------------------------------------------


def _say(visit: Visit) -> dict[str, Any]:
    """Take one message or press; `id` is the browser's own ULID: made again it is the same event."""
    visitor, number = visit.visitor(), visit.told.get("id")
    if type(number) is not str or not _ULID.fullmatch(number):
        return {"no": "unreadable"}
    if visit.too_many("address", visitor.person_id, (AN_ADDRESS_A_MINUTE, A_MINUTE)):
        return _later(visit)
    try:
        said = _said(visit, visitor, number)
    except Refused as error:
        return {"no": error.code}
    body = visit.kind.body_of(visitor, said, visit.now)
    intake = visit.services.intake
    posted = Request("POST", f"/webhooks/{visit.account.channel}/{visit.account.key}", {}, {}, body)
    take(heard(visit.channel, posted, intake.registry), visit.account, body, intake)
    return {"taken": int(visit.now)}


def _later(visit: Visit) -> dict[str, Any]:
    return {"no": "wait", "wait_s": 60 - visit.now // 1000 % 60}


def _said(visit: Visit, visitor: Visitor, number: str) -> dict[str, Any]:
    """Return what is handed to intake. Raises Refused, whose code the widget has a sentence for."""
    told, moved = visit.told, visit.told.get("moved")
    more = {"moved": moved} if type(moved) is str and moved and len(moved) <= 64 else {}
    press = told.get("press")
    if isinstance(press, dict):
        words = {name: str(press.get(name, ""))[:300] for name in ("payload", "title")}
        return {"press": {"id": number, **words}, **more}
    text, file = told.get("text", ""), told.get("file")
    if type(text) is not str or len(text) > TEXT_MOST:
        raise Refused("too_long")
    said: dict[str, Any] = {"id": number, "text": text}
    if isinstance(file, dict):
        said["file"] = _kept(visit, visitor, number, file)
    if not (text.strip() or "file" in said):
        raise Refused("nothing")
    return {"message": said, **more}


def _kept(visit: Visit, visitor: Visitor, number: str, file: Mapping[str, Any]) -> dict[str, str]:
    """Keep a visitor's file, whose kind its bytes say; return where it lies."""
    coded = file.get("data")
    if type(coded) is not str or len(coded) > FILE_MOST * 4 // 3 + 4:
        raise Refused("file_size")
    try:
        content = b64decode(coded, validate=True)
    except ValueError:
        raise Refused("unreadable") from None
    media_type = sniff(content)
    if media_type not in FILES:
        raise Refused("file_type")
    key = f"{chat_folder(visit.account.brand, visit.where(visitor).group)}{number}"
    visit.services.blobs.keep(key, content, media_type)
    stem = _NAMED.sub("", str(file.get("name", "")).rpartition("/")[2].rpartition(".")[0])[:60].strip()
    return {"key": key, "type": media_type, "name": f"{stem}.{EXTENSIONS[media_type]}" if stem else ""}


def _move(visit: Visit) -> dict[str, Any]:
    """Return links on which this visitor's conversation goes on elsewhere; asked with one number they are the same."""
    visitor, number = visit.visitor(), visit.told.get("id")
    if type(number) is not str or not _ULID.fullmatch(number):
        return {"no": "unreadable"}
    if visit.too_many("address", visitor.person_id, (AN_ADDRESS_A_MINUTE, A_MINUTE)):
        return _later(visit)
    ways = visit.services.moves.offers(visit.account.brand, visit.where(visitor), number)
    shown = [{"on": dict(each.on), "link": each.link} for each in ways]
    return {"ways": shown, "lasts_s": max(0, min((each.until for each in ways), default=0) - visit.now) // 1000}


# --- what a visitor reads ---------------------------------------------------------------------


def _history(visit: Visit) -> dict[str, Any]:
    """Return what was said to this visitor's own address, after a cursor or before one."""
    visitor = visit.visitor()
    after, before = str(visit.told.get("after", "")), str(visit.told.get("before", ""))
    if not (_CURSOR.fullmatch(after) and _CURSOR.fullmatch(before)):
        return {"no": "unreadable"}
    page = visits.later(visit.table(), visit.where(visitor), after, before)
    return {
        "messages": [_shown(each, visit) for each in page.messages],
        "after": page.after,
        **({"before": page.before} if page.before else {}),
    }


def _shown(message: TimelineMessage, visit: Visit) -> dict[str, Any]:
    """Return a message as the widget shows it. No id of ours leaves but its place in time."""
    own = message.author == "customer"
    told: dict[str, Any] = {
        "id": message.event_id.partition(":")[0] if own else message.message_id.partition(".")[2],
        "who": "you" if own else "bot" if message.author == "bot" else "person",
        "at": int(message.sent_at),
    }
    if (agent := message.decided.agent) and (name := visit.services.names(visit.account.brand).get(agent)):
        told["name"] = name
    if message.deleted:
        return told | {"gone": True}
    said = [words for kind, words in message.beside if kind == ("choice" if own else ABOVE)]
    text = said[0] if said else message.text
    made = None if own else next((words for kind, words in message.beside if kind == MADE_OF), None)
    told["text"] = text if made is None else visit.services.moves.worded(visit.account.brand, text, made)
    if files := _files(message, visit):
        told["files"] = files
    if choices := _choices(message):
        told["choices"] = choices
    return told


def _files(message: TimelineMessage, visit: Visit) -> list[dict[str, str]]:
    """Return a message's files, those that lie in the bucket with a link of some minutes."""
    files = []
    for number, kind in enumerate(message.attachments):
        media = message.media.get(str(number), {})
        file = {"kind": kind}
        if key := media.get("key"):
            until = Millis(visit.now + OPENS_MS)
            file["link"] = visit.kind.link(str(key), visit.account, visit.held, until)
        files.append(file)
    return files


def _choices(message: TimelineMessage) -> list[list[str]]:
    """Return the choices of a question of ours: what each button says, and what its press brings back."""
    if message.author == "customer":
        return []
    found = (words.partition(" ") for kind, words in message.beside if kind == OFFERED)
    return [[title, payload] for payload, _, title in found]


def _file(
    token: str, account: Account, kind: type[HostsVisitors], held: Credentials, services: VisitServices
) -> Response:
    """Return a file by its link of some minutes: nothing runs in it, and no cache keeps it for others."""
    try:
        content = services.blobs.read(kind.linked(token, account, held, services.intake.clock()))
    except (NoVisitor, Refused):
        return Response(404, "This link is over. Open the chat again.")
    media_type = sniff(content)
    if media_type not in EXTENSIONS:
        return Response(404, "This file cannot be shown.")
    headers = {
        "Cache-Control": "private, max-age=600",
        "Content-Disposition": f'inline; filename="file.{EXTENSIONS[media_type]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, "", media_type, headers, content)


_ACTS: Mapping[str, Callable[[Visit], dict[str, Any]]] = {
    "session": _arrive,
    "messages": _say,
    "history": _history,
    "move": _move,
}
