"""
The pages on which a platform asks a person whether our app may speak for an account (OAuth), and the codes they give.

The page has a link for each way in which it may end, the unpleasant ones too: OUTCOMES. A code is good once, for the
address that it was asked for, with the verifier of its challenge.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from urllib.parse import urlencode

from .router import Answer, PlatformCall
from .signing import new_code, now_ms

LIVES_MS = 600_000
OUTCOMES: Mapping[str, str] = {
    "allow": "Allow",
    "decline": "Not now",
    "less": "Allow, but without the last permission",
    "nothing": "Allow, for no account at all",
    "old": "Allow, with a code that has run out",
    "another": "Allow, with the token of another account",
}


@dataclass(slots=True)
class Code:
    """What a person allowed: to which app, for which address, and how it shall end."""

    client_id: str
    redirect: str
    scopes: tuple[str, ...]
    challenge: str
    outcome: str
    secret: str = field(default="", repr=False)  # of the app that spent it
    at: int = field(default_factory=now_ms)
    spent: bool = False


class Consents:
    """The page of one platform, below `path`; its links go to `path`/decide."""

    def __init__(self, title: str, path: str) -> None:
        self._title, self._path = title, path
        self._codes: dict[str, Code] = {}

    def page(self, call: PlatformCall) -> Answer:
        """Show the page: a link for each way in which it may end."""
        here = call.path.rpartition("/")[2]
        ways = [(words, urlencode({**call.query, "outcome": name})) for name, words in OUTCOMES.items()]
        links = "".join(f'<li><a href="{here}/decide?{escape(way)}">{words}</a></li>' for words, way in ways)
        asked = escape(call.query.get("scope", "").replace(",", ", "))
        head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{self._title} (played)</title>'
        html = f"{head}<h1>{self._title}, played here</h1><p>An app asks to speak for you: {asked}</p><ul>{links}</ul>"
        return Answer(200, html, {"content-type": "text/html; charset=utf-8"})

    def decide(self, call: PlatformCall) -> Answer:
        """Send the person back to whoever asked, as the link says."""
        query = call.query
        back = {"state": query.get("state", "")}
        if query.get("outcome") == "decline":
            return moved(query["redirect_uri"], {"error": "access_denied", "error_reason": "user_denied", **back})
        code = new_code("code_", 40)
        self._codes[code] = Code(
            client_id=query.get("client_id", ""),
            redirect=query["redirect_uri"],
            scopes=tuple(filter(None, query.get("scope", "").split(","))),
            challenge=query.get("code_challenge", ""),
            outcome=query.get("outcome", "allow"),
        )
        return moved(query["redirect_uri"], {"code": code, **back})

    def spend(self, fields: Mapping[str, str]) -> Code | None:
        """Return what a code stands for, once; None for one that is not good."""
        found = self._codes.get(str(fields.get("code", "")))
        if found is None or found.spent or found.outcome == "old" or now_ms() - found.at > LIVES_MS:
            return None
        found.spent = True
        right = found.redirect == fields.get("redirect_uri")
        verified = not found.challenge or found.challenge == challenge_of(str(fields.get("code_verifier", "")))
        return found if right and verified else None


def moved(address: str, query: Mapping[str, str]) -> Answer:
    """Send a browser elsewhere."""
    return Answer(302, "", {"location": f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"})


def challenge_of(verifier: str) -> str:
    """Return PKCE's challenge (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def left_of(code: Code) -> tuple[str, ...]:
    """Return the permissions that were given."""
    return code.scopes[:-1] if code.outcome == "less" else code.scopes
