"""
Instagram: `Channel` for one professional account.

Source: Meta, "Instagram Platform: messaging, comments, private replies, mentions". `messages` and `comments` read its
webhooks, `login` says which host and node a call goes to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote

from ...errors import Refused, TokenExpired, Unconfirmed
from ...model import (
    AccountId,
    Address,
    Attachment,
    CannotTell,
    Event,
    Millis,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Sent,
)
from ...move_port import WayIn
from ...ports import ALWAYS_MS, ConnectSteps, ErrorTable, HttpAnswer, Listed, Surface, Traits
from ...token_port import Renewed
from .. import _meta, _meta_items
from .._json_values import Object, child, events_of, load, malformed, millis, objects, string
from .._media import download, plain
from . import anchors, comment_lists, lists, mentions, proof, renewal
from .comments import MENTION, changes_of, read_change
from .errors import ERRORS, comment_refused
from .login import FACEBOOK, INSTAGRAM, Place, place_of
from .messages import NAME, read

TRAITS = Traits(
    name=NAME,
    title="Instagram",
    private=Surface(
        listed=True,
        limit=1000,
        unit="bytes",
        window_ms=_meta.DAY_MS,
        human_window_ms=7 * _meta.DAY_MS,
        proof="echo",
        typing=True,
        quick_replies=13,
        quick_reply_limit=20,
    ),
    public=Surface(
        limit=300,
        unit="chars",
        proof="list",
        comments=True,
        listed=True,
        unsend_ms=ALWAYS_MS,
        private_reply_ms=7 * _meta.DAY_MS,
    ),
    echoes_own=True,
    echoes_refer=False,
    profiles=True,
    lists=True,
    token_ms=renewal.LIVES_MS,
    clock_ms=1_000,  # of comments and of its lists
    file_hosts=(*_meta.FILE_HOSTS, ".cdninstagram.com"),
    way_in=WayIn("https://ig.me/m/{place}?ref={token}", ("insta",)),
)
_HIDDEN: Mapping[str, bool] = {"hide": True, "unhide": False}  # kinds of rows that say nothing


class Instagram(_meta.Connected):
    """`Channel` for one account, whichever way it is connected."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = ERRORS

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the body's events in its order; pure and total."""
        root = load(request.body)
        if type(root) is not dict or root.get("object") != "instagram" or type(root.get("entry")) is not list:
            return malformed(NAME, request.body, "not an Instagram event")
        events: list[Event] = []
        for entry in objects(root["entry"]):
            own = string(entry.get("id"))
            at = millis(entry.get("time"))
            events += [read(own, item) for item in objects(entry.get("messaging"))]
            events += [_meta_items.in_standby(read(own, item)) for item in objects(entry.get("standby"))]
            events += [read_change(own, change, at) for change in changes_of(entry)]
        return events_of(NAME, root, events)

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from .connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """Say one text: under a comment or a mention, or as a direct message; or hide a comment, or show it again."""
        if part.kind in _HIDDEN:
            return self._hide(part)
        if part.kind == "unsend":
            return self._delete(part)
        if part.public:
            url, payload = self._comment(part)
            answer = _meta.post(self._http, self._credentials, url, payload)
            sent = string(_meta.accepted(answer, ERRORS, part.attempt).get("id"))
        else:
            url = f"{self._place(part.address).url}/messages"
            answer = _meta.post(self._http, self._credentials, url, _message(part))
            sent = string(_meta.accepted(answer, ERRORS, part.attempt).get("message_id"))
        if not sent:
            raise Unconfirmed("no_id")
        return Sent(sent)

    def _hide(self, part: OutboundPart) -> Sent:
        """
        Hide the comment that the part hangs on, or show it again.

        https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment#updating
        """
        anchor = anchors.read(part.anchor)
        if anchor.kind not in ("comment", "live"):
            raise Refused("no_comment")
        url = f"{self._place(part.address).api}/{quote(anchor.own, safe='')}"
        payload: Object = {"hide": _HIDDEN[part.kind]}
        _meta.accepted(_meta.post(self._http, self._credentials, url, payload), ERRORS, part.attempt)
        return Sent("")

    def _delete(self, part: OutboundPart) -> Sent:
        """
        Delete our own comment under a post of the account; what is gone already is deleted.

        Under somebody else's post its owner alone may. No direct message can be deleted.
        https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment#deleting
        """
        if not part.public or anchors.read(part.anchor).kind != "comment":
            raise Refused("no_comment")
        url = f"{self._place(part.address).api}/{quote(part.target, safe='')}"
        answer = _meta.delete(self._http, self._credentials, url)
        if not _meta.is_gone(answer):
            _meta.accepted(answer, ERRORS, part.attempt)
        return Sent("")

    def _comment(self, part: OutboundPart) -> tuple[str, Object]:
        """
        Return address and fields of a public answer. Raises Refused for what Instagram takes nowhere.

        https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment/replies and
        …/ig-user/mentions
        """
        place, anchor = self._place(part.address), anchors.read(part.anchor)
        if why := comment_refused(part.text):
            raise Refused(why)
        if anchor.kind == "mention":
            if self._login == INSTAGRAM:
                raise Refused("mention")  # only the other logins answer where the account is named
            named = {"media_id": anchor.upper} | ({"comment_id": anchor.own} if anchor.own else {})
            return f"{place.api}/{quote(part.address.account_id, safe='')}/mentions", named | {"message": part.text}
        if anchor.kind != "comment":
            raise Refused("live_comment" if anchor.kind == "live" else "no_comment")
        return f"{place.api}/{quote(anchor.upper, safe='')}/replies", {"message": part.text}

    def show_typing(self, part: OutboundPart) -> None:
        payload: Object = {"recipient": {"id": part.address.person_id}, "sender_action": "typing_on"}
        url = f"{self._place(part.address).url}/messages"
        _meta.accepted(_meta.post(self._http, self._credentials, url, payload, timeout_s=2.0), ERRORS)

    def name_of(self, address: Address) -> str:
        """
        Return a customer's name, else their handle; "" where the platform shows neither.

        https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
        """
        if not address.person_id.isdigit():  # of a mention nobody is known
            return ""
        url = f"{self._place(address).api}/{quote(address.person_id, safe='')}?fields=name,username"
        found = _meta.accepted(self._get(url), ERRORS)
        return string(found.get("name")) or string(found.get("username"))

    def called(self, account_id: AccountId) -> str:
        """
        Return the account's handle, read with its token at the node that the login has.

        https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/get-started
        """
        place = place_of(self._credentials, account_id)
        linked = quote("instagram_business_account{id,username}")
        fields = {INSTAGRAM: "user_id,username", FACEBOOK: linked}.get(self._login, "id,username")
        found = _meta.accepted(self._get(f"{place.url}?fields={fields}"), ERRORS)
        if self._login == FACEBOOK:
            found = child(found, "instagram_business_account")
        # With Instagram Login `id` is another number than the one that webhooks name.
        if string(found.get("user_id" if self._login == INSTAGRAM else "id")) != account_id:
            raise Refused("another_account")
        return f"@{string(found.get('username'))}"

    def prove(self, row: OutboxRow) -> Proof:
        """Return Sent once every part has its id; of a comment ask for the list of those under the same one."""
        if row.parts and all(part.platform_id for part in row.parts):
            return Sent(row.parts[-1].platform_id)
        if not row.public:
            return CannotTell()  # a missing echo proves nothing
        return proof.of_comment(row, lambda path: self._get(f"{self._place(row.address).api}/{path}"))

    def fetch(self, file: Attachment) -> bytes:
        """Read a file by its link, which anybody can open until it expires; or the words of a mention."""
        if file.kind == MENTION:
            return mentions.words(self._http, self._credentials, file.platform_id)
        if not file.url:
            raise Refused("no_link")
        return download(file.url, self.traits.file_hosts, plain(self._http))

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        """
        Read a page of the account's conversations with their newest messages; behind the last, of its media's comments.

        Where the login may not read comments, doctor says so: here that ends the list.
        """
        place = place_of(self._credentials, account_id)
        if page.startswith(comment_lists.PAGE):
            node = place.node if self._login != FACEBOOK else account_id
            answer = self._get(f"{place.api}/{comment_lists.path_of(node, page)}", timeout_s=6.0)
            try:
                return comment_lists.read(account_id, since, answer)
            except TokenExpired:
                return Listed(())
        listed = lists.read(account_id, since, self._get(f"{place.url}/{lists.path_of(page)}", timeout_s=6.0))
        return listed if listed.following else listed._replace(following=comment_lists.PAGE)

    def renew(self) -> Renewed | None:
        return renewal.renew(self._http, self._credentials)

    @property
    def _login(self) -> str:
        return self._credentials.extra.get("login", "")

    def _place(self, at: Address) -> Place:
        return place_of(self._credentials, at.account_id)

    def _get(self, url: str, timeout_s: float = 4.0) -> HttpAnswer:
        return _meta.get(self._http, self._credentials, url, timeout_s)


def _message(part: OutboundPart) -> Object:
    """
    A direct message, or the one private answer to a comment. A person's after 24 hours goes under HUMAN_AGENT (7 days).

    https://developers.facebook.com/docs/instagram-platform/private-replies
    """
    message: Object = {"text": part.text} | _meta.quick_replies(part)
    anchor = anchors.read(part.anchor)
    to_comment = anchor.kind in ("comment", "live")
    if to_comment and part.index:
        raise Refused("one_private_reply")  # the comment stands for its writer once
    payload: Object = {
        "recipient": {"comment_id": anchor.own} if to_comment else {"id": part.address.person_id},
        "message": message,
    }
    if part.by_human and part.beyond_window and not to_comment:
        payload |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return payload
