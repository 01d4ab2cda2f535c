"""A shop's page in memory: browsers that ask our own server, and read there what was said to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.model import Request
from chalicelib.ports import HttpAnswer

from .platforms import JPEG, SECRET, Hook, Platform

if TYPE_CHECKING:
    from .world import World

ORIGIN = "https://www.brand.example"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number: int) -> str:
    return "01JDYB3W6Q" + "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(16)))


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jwt(claims: dict[str, Any], secret: str = SECRET, head: dict[str, Any] | None = None) -> str:
    """What a shop's server signs, by hand: no library of ours is trusted with it here."""
    parts = [coded(json.dumps(each).encode()) for each in (head or {"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join([*parts, coded(hmac.digest(secret.encode(), ".".join(parts).encode(), "sha256"))])


@dataclass
class ShopPage(Platform):
    """The chat of one account. `sessions`: of each browser that has one; `said` is what the browsers read, in order."""

    sessions: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)  # who is signed in at the shop
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)  # what it signs of them beside who they are
    limited: int = 0  # how often somebody was asked to wait

    def secret_of(self, person: str) -> str:
        return coded(hashlib.sha256(person.encode()).digest())

    def person_id(self, person: str) -> str:
        if person in self.signed:
            return f"u:{self.claims.get(person, {}).get('sub', person)}"
        text = f"visitor\0{self.account_id}\0{self.secret_of(person)}"
        return f"a:{hashlib.sha256(text.encode()).hexdigest()[:40]}"

    def asks(self, what: str, told: dict[str, Any], after_ms: int = 0) -> None:
        path = f"/chat/{self.key}/{what}"
        self.hooks.append(Hook(self.clock.now + after_ms, path, self.asked(what, told)))

    def asked(self, what: str, told: dict[str, Any], origin: str = ORIGIN) -> Request:
        path, body = f"/chat/{self.key}/{what}", json.dumps(told).encode()
        return Request("POST", path, {}, {"origin": (origin,)}, body, address="192.0.2.7")

    def request(self, method: str, url: str, **_: Any) -> HttpAnswer:
        raise AssertionError(f"nobody is asked for an answer: {method} {url}")

    def told(self, body: str) -> None:
        answer = json.loads(body) if body.startswith("{") else {}
        for link in (
            each["link"] for one in answer.get("messages", ()) for each in one.get("files", ()) if "link" in each
        ):
            path = f"/chat/{self.key}/file/{link}"
            self.hooks.append(Hook(self.clock.now, path, Request("GET", path, {}, {}, b"")))
        self.limited += answer.get("no") == "wait"
        if "session" in answer:
            words = answer["session"].partition(".")[0]
            own = json.loads(base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)))["v"]
            person = next(each for each in [*self.waiting, *self.sessions] if self.person_id(each) == own)
            self.sessions[person] = answer["session"]
            for said in self.waiting.pop(person, ()):
                self.asks("messages", {"session": answer["session"], **said})

    def _says(self, person: str, said: dict[str, Any], times: int = 1) -> str:
        said = {"id": ulid(int(self.new_id(""))), **said}
        for _ in range(times):
            if person in self.sessions:
                self.asks("messages", {"session": self.sessions[person], **said})
                continue
            if person not in self.waiting:
                self.asks("session", {"secret": self.secret_of(person)} | self._identity(person))
            self.waiting.setdefault(person, []).append(said)
        return str(said["id"])

    def _identity(self, person: str) -> dict[str, str]:
        if person not in self.signed:
            return {}
        at = self.clock.now // 1000
        told = {"aud": self.account_id, "sub": person, "jti": f"j{person}", "exp": at + 300}
        return {"identity": jwt(told | self.claims.get(person, {}))}

    def writes(self, person: str, text: str, *, times: int = 1) -> str:
        return self._says(person, {"text": text}, times)

    def sends_file(self, person: str) -> str:
        return self._says(person, {"file": {"name": "colis.jpg", "data": base64.b64encode(JPEG).decode()}})

    def presses(self, person: str, title: str, payload: str, platform_id: str = "") -> str:
        return self._says(person, {"press": {"payload": payload, "title": title}})

    def looks(self, person: str) -> None:
        """A browser reads its history, and opens the files that it finds there."""
        self.asks("history", {"session": self.sessions[person]})

    def reads(self, world: World) -> None:
        """Every browser reads its history from the beginning: what stands there is what was said."""
        self.said.clear()
        self.gone.clear()
        for person, session in self.sessions.items():
            for one in self.history(world, session)["messages"]:
                if one["who"] == "you":
                    continue
                buttons = tuple((title, payload) for title, payload in one.get("choices", ()))
                self.keep(person, one.get("text", ""), "", one["id"], buttons=buttons)
                if one.get("gone"):
                    self.gone.add(one["id"])

    def history(self, world: World, session: str, after: str = "", before: str = "") -> dict[str, Any]:
        told = {"session": session, "after": after, "before": before}
        answer = world.visited(self.asked("history", told))
        assert answer.status == 200, answer
        found: dict[str, Any] = json.loads(answer.body)
        return found
