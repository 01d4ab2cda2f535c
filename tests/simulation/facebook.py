"""A Facebook page in memory: its comments, the list under each, private replies, and what was hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.ports import HttpAnswer

from .platforms import GRAPH_LATER, GRAPH_TOKEN_DEAD, Platform, answer, iso

POST = "902215588420071"
GONE = answer(400, {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported post request"}})
ONCE = answer(400, {"error": {"code": 10900, "message": "Activity already replied to"}})


@dataclass(slots=True)
class FacebookPage(Platform):
    """`writers`: who wrote a comment, by its id; `uppers`: what a comment's comment hangs on."""

    writers: dict[str, str] = field(default_factory=dict)
    uppers: dict[str, str] = field(default_factory=dict)
    hidden: list[tuple[str, bool]] = field(default_factory=list)  # every call: the comment, and whether it was hidden
    liked: list[str] = field(default_factory=list)
    replied: set[str] = field(default_factory=set)
    unsaid: int = 0  # so many public answers are taken, and the answer to who sent them does not say so

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        if headers["authorization"] != f"Bearer {self.token}":
            return GRAPH_TOKEN_DEAD
        _version, node, edge = [*urlsplit(url).path.strip("/").split("/"), ""][:3]
        if method == "GET":
            return self._feed(url) if edge == "feed" else self._listed(node)
        if self.troubles:
            return self.troubles.pop(0)
        if method == "DELETE":
            return answer(200, {"success": True}) if self.deletes([node]) else GONE
        fields = json.loads(body)
        if edge == "messages":
            return self._private(fields)
        if node not in self.writers:
            return GONE
        if edge == "likes":
            self.liked.append(node)
        elif "is_hidden" in fields:
            self.hidden.append((node, fields["is_hidden"]))
            self._change(node, self.writers[node], "", "hide" if fields["is_hidden"] else "unhide", 300)
        else:
            return self._answered(node, fields["message"])
        return answer(200, {"success": True})

    def _answered(self, node: str, text: str) -> HttpAnswer:
        own, upper = self.new_id(f"{POST}_9"), self.uppers.get(node, node)
        self.keep(self.writers[node], text, "", own, public=True, anchor=upper)
        self.uppers[own] = upper
        self._hears(own, self.account_id, text)
        if not self.mute:
            self._change(own, self.account_id, text, "add", 200)
        if self.unsaid:
            self.unsaid -= 1
            return answer(200, {})
        return answer(200, {"id": own})

    def _private(self, fields: Mapping[str, Any]) -> HttpAnswer:
        named, message = fields["recipient"], fields["message"]
        comment = named.get("comment_id", "")
        if comment in self.replied:
            return ONCE
        self.replied.add(comment)
        mid = self.new_id("m_P")
        person = self.writers[comment]
        self.keep(person, message["text"], message["metadata"], mid, anchor=comment)
        if not self.mute:  # it comes as Messenger's echo: an app has one webhook for all that its pages are
            echo = {"mid": mid, "text": message["text"], "is_echo": True, "metadata": message["metadata"], "app_id": 7}
            item = {"sender": {"id": self.account_id}, "recipient": {"id": person}, "timestamp": self.clock.now + 300}
            self.hook(
                {"object": "page", "entry": [{"id": self.account_id, "messaging": [item | {"message": echo}]}]}, 300
            )
        return answer(200, {"recipient_id": self.writers[comment], "message_id": mid})

    def _listed(self, node: str) -> HttpAnswer:
        under = [
            {
                "id": one.platform_id,
                "from": {"id": self.account_id, "name": "Maison Lune"},
                "message": one.text,
                "created_time": one.at // 1000,
            }
            for one in reversed(self.said)
            if one.public and one.anchor == node
        ]
        return answer(200, {"data": under})

    def _feed(self, url: str) -> HttpAnswer:
        """The page's posts with their comments, the newest first; one post a page."""
        if self.clock.now < self.unlisted_until:
            return GRAPH_LATER
        posts = sorted({each["post"] for each in self.heard}, reverse=True)
        first = int(parse_qs(urlsplit(url).query).get("after", ["0"])[0])
        data = []
        for post in posts[first : first + 1]:
            under = [each for each in reversed(self.heard) if each["post"] == post]
            own = {"id": self.account_id, "name": "Maison Lune"}
            listed = {"id": post, "from": own, "created_time": iso(self.connected_at), "comments": {"data": under}}
            data.append(listed)
        paging: dict[str, Any] = {"cursors": {"after": str(first + 1)}}
        if len(posts) > first + 1:
            paging["next"] = "https://graph.facebook.com/v23.0/next"
        return answer(200, {"data": data, "paging": paging})

    def _hears(self, own: str, person: str, text: str) -> None:
        """Put a comment into the page's list."""
        post, upper = self._post(own.partition("_")[0]), self.uppers.get(own, "")
        said = {"id": own, "message": text, "created_time": iso(self.clock.now), "from": {"id": person, "name": "Léa"}}
        self.heard.append(said | {"post": post} | ({"parent": {"id": upper}} if upper else {}))

    # --- what people do -------------------------------------------------------------------------

    def writes(self, person: str, text: str, *, times: int = 1, under: str = "", post: str = POST) -> str:
        """Somebody comments; `under`: the comment that they answer."""
        own = self.new_id(f"{post}_1")
        self.writers[own] = person
        if under:
            self.uppers[own] = self.uppers.get(under, under)
        for _ in range(times):
            self._change(own, person, text, "add")
        self._hears(own, person, text)
        self.withhold(times)
        return own

    def latest(self) -> str:
        """The newest comment."""
        return list(self.writers)[-1]

    def edits(self, comment: str, text: str) -> None:
        self._change(comment, self.writers[comment], text, "edited")

    def removes(self, comment: str, *, told: bool = True) -> None:
        """Somebody takes a comment back; not `told`: the webhook does not say who."""
        self.heard = [each for each in self.heard if each["id"] != comment]
        self._change(comment, self.writers[comment] if told else "", "", "remove")

    def native(self, person: str, text: str) -> None:
        """A colleague answers this person's last comment in Business Suite."""
        node = [comment for comment, writer in self.writers.items() if writer == person][-1]
        own = self.new_id(f"{POST}_8")
        self.uppers[own] = self.uppers.get(node, node)
        self._change(own, self.account_id, text, "add")
        self._hears(own, self.account_id, text)

    def writes_unseen(self) -> None:
        """Somebody comments, and the app may not see who, nor what."""
        value = {"post_id": self._post(POST), "comment_id": self.new_id(f"{POST}_7"), "item": "comment", "verb": "add"}
        self._hooked(value | {"created_time": self.clock.now // 1000})

    def _post(self, post: str) -> str:
        return f"{self.account_id}_{post}"

    def _change(self, own: str, person: str, text: str, verb: str, after_ms: int = 0) -> None:
        post = self._post(own.partition("_")[0])
        value: dict[str, Any] = {"post_id": post, "comment_id": own, "parent_id": self.uppers.get(own, post)}
        value |= {"item": "comment", "verb": verb, "created_time": (self.clock.now + after_ms) // 1000}
        value |= {"message": text} if verb in ("add", "edited") else {}
        value |= {"from": {"id": person, "name": "Léa Martin"}} if person else {}
        self._hooked(value, after_ms)

    def _hooked(self, value: Mapping[str, Any], after_ms: int = 0) -> None:
        change = {"field": "feed", "value": value}
        self.hook({"object": "page", "entry": [{"id": self.account_id, "time": 1, "changes": [change]}]}, after_ms)
