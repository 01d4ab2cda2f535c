"""
Where agents work, in memory: what stands at its desks, and its one call. Its own shapes alone: nothing of Slack's.

A body is plain data: {"do": …, "desk": …, "row": …} and what that deed needs. The answer is a status and {"id": …}.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.ports import HttpAnswer
from chalicelib.store import keys

TOKEN = "memory-token"
_Json = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One message. `below`: the message whose thread it is in. `first`: as it was when it was posted."""

    id: str
    desk: str
    row: str
    below: str
    data: _Json
    first: _Json


@dataclass(slots=True)
class File:
    """A file: a place for it, its bytes, and the messages under which it is shown."""

    desk: str
    row: str
    data: bytes | None = None
    under: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """The workspace itself. `troubles`: what the next calls are answered; `dialogs`: what agents were asked."""

    clock: Callable[[], int]
    token: str = TOKEN
    entries: dict[str, Entry] = field(default_factory=dict)
    posts: list[Entry] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    given: dict[str, bytes] = field(default_factory=dict)  # what agents put into dialogs
    marks: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    whispers: list[tuple[str, str]] = field(default_factory=list)
    dialogs: list[_Json] = field(default_factory=list)
    troubles: list[HttpAnswer] = field(default_factory=list)
    file_troubles: list[HttpAnswer] = field(default_factory=list)
    down_until: int = 0
    _count: int = 0

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        """One call: `method` is always POST, and `url` names the deed for whoever reads a trace."""
        asked = json.loads(body)
        if self.clock() < self.down_until:
            return _answer(503)
        if headers.get("token") != self.token:
            return _answer(401)
        reads = asked["do"] in ("list", "fetch")
        troubles = self.file_troubles if asked["do"] in ("reserve", "upload", "share") else self.troubles
        if troubles and not reads:
            return troubles.pop(0)
        found: HttpAnswer = getattr(self, f"_{asked['do']}")(asked)
        return found

    def _post(self, asked: _Json) -> HttpAnswer:
        if asked["below"] and asked["below"] not in self.entries:
            return _answer(404)
        entry = Entry(self._id("m"), asked["desk"], asked["row"], asked["below"], asked["data"], asked["data"])
        self.entries[entry.id] = entry
        self.posts.append(entry)
        return _answer(200, entry.id)

    def _change(self, asked: _Json) -> HttpAnswer:
        if asked["id"] not in self.entries:
            return _answer(404)
        self.entries[asked["id"]].data = asked["data"]
        return _answer(200, asked["id"])

    def _pin(self, asked: _Json) -> HttpAnswer:
        if asked["id"] not in self.entries:
            return _answer(404)
        self.pins += [] if asked["id"] in self.pins else [asked["id"]]
        return _answer(200)

    def _mark(self, asked: _Json) -> HttpAnswer:
        self.marks += [] if asked["id"] in self.marks else [asked["id"]]
        return _answer(200)

    def _whisper(self, asked: _Json) -> HttpAnswer:
        self.whispers.append((asked["row"], asked["to"]))
        return _answer(200, self._id("w"))

    def _reserve(self, asked: _Json) -> HttpAnswer:
        own = self._id("f")
        self.files[own] = File(asked["desk"], asked["row"])
        return _answer(200, own)

    def _upload(self, asked: _Json) -> HttpAnswer:
        if asked["id"] not in self.files:
            return _answer(404)
        self.files[asked["id"]].data = bytes.fromhex(asked["hex"])
        return _answer(200, asked["id"])

    def puts(self, data: bytes) -> str:
        """An agent puts a file into a dialog: it is under no message."""
        own = self._id("p")
        self.given[own] = data
        return own

    def _fetch(self, asked: _Json) -> HttpAnswer:
        data = self.given.get(asked["id"])
        return HttpAnswer(200, {}, data) if data else _answer(404)

    def _share(self, asked: _Json) -> HttpAnswer:
        file = self.files.get(asked["id"])
        if file is None or file.data is None or asked["below"] not in self.entries:
            return _answer(404)
        file.under.append(asked["below"])
        return _answer(200, asked["id"])

    def _erase(self, asked: _Json) -> HttpAnswer:
        """A file, or the message with this id or of the row with this digest."""
        if asked["of"] == "file":
            return _answer(200 if self.files.pop(asked["id"], None) else 404)
        gone = {each.id for each in self.entries.values() if asked["id"] in (each.id, keys.digest(each.row))}
        self.entries = {own: each for own, each in self.entries.items() if own not in gone}
        return _answer(200 if gone else 404)

    def _list(self, asked: _Json) -> HttpAnswer:
        """What of a row is here: a message, a word to one person, or where its file is shown."""
        row = asked["row"]
        shown = [own for own, file in self.files.items() if file.row == row and file.under]
        found = [each.id for each in self.entries.values() if each.row == row] + shown
        return _answer(200, *found, *(f"w.{row}" for of, _ in self.whispers if of == row))

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}.{self._count:06d}"


def limited(after_s: int) -> HttpAnswer:
    """The answer to a call too many."""
    return HttpAnswer(429, {"retry-after": str(after_s)}, b"{}")


def _answer(status: int, *ids: str) -> HttpAnswer:
    return HttpAnswer(status, {}, json.dumps({"ids": ids}).encode())
