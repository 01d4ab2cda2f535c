"""Instagram in memory: direct messages whose echoes name no row, comments, the lists of both, and tokens that end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.ports import HttpAnswer

from .platforms import GRAPH_LATER, GRAPH_TOKEN_DEAD, JPEG, Platform, a_file, answer, conversations, iso, listed_message

CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn"
WINDOW_OVER = answer(403, {"error": {"code": 10, "error_subcode": 2534022, "message": "outside of allowed window"}})
ANOTHER_APP = answer(400, {"error": {"code": 100, "error_subcode": 2534037, "message": "another app owns it"}})
HIDDEN = answer(400, {"error": {"code": 100, "error_subcode": 2207008, "message": "The comment is hidden"}})
GONE = answer(400, {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported delete request"}})
ONCE = answer(400, {"error": {"code": 10900, "message": "Activity already replied to"}})
DAY_S = 86_400
MEDIA = "18139494541499012"


@dataclass
class InstagramApi(Platform):
    """
    One account by Instagram Login. `late_echo`: an echo comes so many milliseconds after the send's answer.

    `renewals`: answers to who asks for a new token, in order; else it gives one that lives sixty days.
    """

    late_echo: int = 300
    above: dict[str, str] = field(default_factory=dict)  # a comment that answers one -> the top comment
    elder: set[str] = field(default_factory=set)  # tokens that another was given for: good until their own end
    writers: dict[str, str] = field(default_factory=dict)  # who wrote a comment
    written_to: set[str] = field(default_factory=set)  # comments whose writer was written to: once each
    elsewhere: dict[str, str] = field(default_factory=dict)  # comments in which the account is named
    by_page: bool = False  # connected by Facebook Login
    commented: list[dict[str, Any]] = field(default_factory=list)  # every comment, as its lists have it
    renewals: list[HttpAnswer] = field(default_factory=list)
    renewed_at: list[int] = field(default_factory=list)

    def request(self, method: str, url: str, *, headers: Any, body: bytes = b"", **_: Any) -> HttpAnswer:
        parts = urlsplit(url)
        if parts.hostname == "lookaside.fbsbx.com":
            return self.file_troubles.pop(0) if self.file_troubles else a_file(JPEG)
        host = "graph.facebook.com" if self.by_page else "graph.instagram.com"
        assert parts.hostname == host, "a token went to another login's host"
        if parts.path == "/refresh_access_token":
            return self._renew(parse_qs(parts.query)["access_token"][0])
        if headers["authorization"] not in {f"Bearer {each}" for each in (self.token, *self.elder)}:
            return GRAPH_TOKEN_DEAD
        node = parts.path.split("/")[2]
        if method == "GET":
            what = parts.path.rpartition("/")[2]
            return conversations(self, url) if what == "conversations" else self._read(node, what, unquote(parts.query))
        return self._delete(node) if method == "DELETE" else self._say(parts.path, node, json.loads(body))

    def _delete(self, node: str) -> HttpAnswer:
        if self.troubles:
            return self.troubles.pop(0)
        return answer(200, {"success": True}) if self.deletes([node]) else GONE

    def _say(self, path: str, node: str, fields: Any) -> HttpAnswer:
        if "sender_action" in fields:
            return answer(200, {"recipient_id": fields["recipient"]["id"]})
        if self.troubles:
            return self.troubles.pop(0)
        if path.endswith("/replies"):
            return self._replied(node, fields["message"])
        assert node == ("104377" if self.by_page else "me"), "a message was sent in another's name"
        return self._messaged(fields)

    def _messaged(self, fields: Mapping[str, Any]) -> HttpAnswer:
        """A direct message, or the one private answer to a comment."""
        comment = fields["recipient"].get("comment_id", "")
        if comment in self.written_to or (comment and comment not in self.writers):
            return ONCE
        self.written_to |= {comment} - {""}
        mid, person = self.new_id("aWdS"), self.writers.get(comment) or fields["recipient"]["id"]
        replies = fields["message"].get("quick_replies", ())
        buttons = tuple((each["title"], each["payload"]) for each in replies)
        self.keep(person, fields["message"]["text"], "", mid, buttons=buttons)
        self.heard.append(listed_message(self, mid, fields["message"]["text"], self.account_id, person))
        if not self.mute:
            self._echo(person, mid, fields["message"]["text"], self.late_echo)
        return answer(200, {"recipient_id": person, "message_id": mid})

    def _renew(self, token: str) -> HttpAnswer:
        if token not in {self.token, *self.elder}:
            return GRAPH_TOKEN_DEAD
        if self.renewals:
            return self.renewals.pop(0)
        self.renewed_at.append(self.clock.now)
        self.elder.add(self.token)
        self.token = f"IGAA{len(self.renewed_at):06d}"
        return answer(200, {"access_token": self.token, "token_type": "bearer", "expires_in": 60 * DAY_S})

    def _read(self, node: str, what: str, query: str) -> HttpAnswer:
        if "mentioned_comment" in query:
            comment = query.partition("(")[2].partition(")")[0]
            return answer(200, {"id": node, "mentioned_comment": {"id": comment, "text": self.elsewhere[comment]}})
        if what == "replies":
            under = [
                {"id": one.platform_id, "text": one.text, "timestamp": iso(one.at), "from": {"id": self.account_id}}
                for one in self.said
                if one.public and one.anchor == node
            ]
            return answer(200, {"data": under})
        if what == "media":
            return self._media()
        if what == "me":
            return answer(200, {"id": "9", "user_id": self.account_id, "username": "maison"})
        return answer(200, {"id": node, "name": "Manon Petit", "username": "manon.pt"})

    def _media(self) -> HttpAnswer:
        """The account's one post, with its comments and what stands under each, the newest first."""
        if self.clock.now < self.unlisted_until:
            return GRAPH_LATER
        tops = [{**each} for each in reversed(self.commented) if each["id"] not in self.above]
        for top in tops:
            top["replies"] = {"data": [each for each in self.commented if self.above.get(each["id"]) == top["id"]]}
        post = {"id": MEDIA, "timestamp": iso(self.connected_at), "username": "maison", "comments": {"data": tops}}
        return answer(200, {"data": [post]})

    # --- comments -----------------------------------------------------------------------------

    def comments(self, person: str, text: str, *, under: str = "", times: int = 1) -> str:
        """Somebody comments, or answers a comment: it stands under the top one."""
        own_id = self.new_id("1805")
        self.writers[own_id] = person
        upper = self.above.get(under, under)
        if upper:
            self.above[own_id] = upper
        for _ in range(times):
            self._comment({"id": person, "username": "manon.pt"}, own_id, text, upper)
        self.withhold(times)
        return own_id

    def _replied(self, node: str, text: str) -> HttpAnswer:
        upper = self.above.get(node, node)
        own_id = self.new_id("1806")
        self.above[own_id] = upper
        self.keep(self.writers.get(node, ""), text, "", own_id, public=True, anchor=upper)
        if not self.mute:
            self._own_comment(own_id, text, upper, self.late_echo)
        return answer(200, {"id": own_id})

    def mentions(self, text: str) -> None:
        """Somebody names the account in a comment elsewhere: the webhook has ids alone."""
        comment = self.new_id("1789")
        self.elsewhere[comment] = text
        value = {"media_id": "17918195224117851", "comment_id": comment}
        change = {"field": "mentions", "value": value}
        at = self.clock.now // 1000
        self.hook({"object": self.name, "entry": [{"id": self.account_id, "time": at, "changes": [change]}]})

    def native_comment(self, under: str, text: str) -> None:
        """A colleague answers a comment in the app."""
        self._own_comment(self.new_id("1807"), text, self.above.get(under, under), 0)

    def _own_comment(self, own_id: str, text: str, upper: str, after_ms: int) -> None:
        own = {"id": self.account_id, "username": "maison", "self_ig_scoped_id": "1741100927730001"}
        self._comment(own, own_id, text, upper, after_ms)

    def _comment(self, author: Mapping[str, str], own_id: str, text: str, upper: str, after_ms: int = 0) -> None:
        if all(each["id"] != own_id for each in self.commented):
            self.commented.append({"id": own_id, "text": text, "timestamp": iso(self.clock.now), "from": author})
        media = {"id": MEDIA, "media_product_type": "FEED"}
        value = {"from": author, "media": media, "id": own_id, "text": text} | ({"parent_id": upper} if upper else {})
        change = {"field": "comments", "value": value}
        at = (self.clock.now + after_ms) // 1000
        self.hook({"object": self.name, "entry": [{"id": self.account_id, "time": at, "changes": [change]}]}, after_ms)

    # --- direct messages ----------------------------------------------------------------------

    def writes(self, person: str, text: str, *, times: int = 1, **more: Any) -> str:
        """A customer writes; `more`: of the message (a story that it answers, what it shares)."""
        mid = self.new_id("aWdR")
        for _ in range(times):
            self._item(person, {"message": {"mid": mid, **({"text": text} if text else {}), **more}})
        self.heard.append(listed_message(self, mid, text, person, self.account_id))
        self.withhold(times)
        return mid

    def refers(self, person: str, ref: str) -> None:
        """A customer opens the conversation by a link with this reference."""
        self._item(person, {"referral": {"ref": ref, "source": "IGME-SOURCE-LINK", "type": "OPEN_THREAD"}})

    def presses(self, person: str, title: str, payload: str, platform_id: str = "") -> None:
        """A customer presses a quick reply, under whichever message, or sends what a press would."""
        pressed = {"mid": self.new_id("m_R"), "text": title, "quick_reply": {"payload": payload}}
        self._item(person, {"message": pressed})

    def sends_file(self, person: str) -> None:
        self.writes(person, "", attachments=[{"type": "image", "payload": {"url": f"{CDN}/?asset_id=1"}}])

    def mentions_in_a_story(self, person: str) -> None:
        self.writes(person, "", attachments=[{"type": "story_mention", "payload": {"url": f"{CDN}/?asset_id=2"}}])

    def unsends(self, person: str, mid: str) -> None:
        self._item(person, {"message": {"mid": mid, "is_deleted": True}})

    def edits(self, person: str, mid: str, text: str, count: int = 1) -> None:
        self._item(person, {"message_edit": {"mid": mid, "text": text, "num_edit": count}})

    def reacts(self, person: str, platform_id: str, emoji: str) -> None:
        self._item(person, {"reaction": {"mid": platform_id, "action": "react", "emoji": emoji, "reaction": "other"}})

    def native(self, person: str, text: str) -> None:
        mid = self.new_id("aWdN")
        self._echo(person, mid, text, 0)
        self.heard.append(listed_message(self, mid, text, self.account_id, person))
        self.withhold()

    def _echo(self, person: str, mid: str, text: str, after_ms: int) -> None:
        self._item(person, {"message": {"mid": mid, "text": text, "is_echo": True}}, after_ms, own=True)

    def _item(self, person: str, item: Mapping[str, Any], after_ms: int = 0, *, own: bool = False) -> None:
        sender, recipient = (self.account_id, person) if own else (person, self.account_id)
        at = self.clock.now + after_ms
        item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at, **item}
        self.hook({"object": self.name, "entry": [{"id": self.account_id, "messaging": [item]}]}, after_ms)
