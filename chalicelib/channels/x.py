"""
X: posts that mention or answer the account (public), and direct messages (private).

Source: docs.x.com, "Webhooks", "Manage Posts", "Direct Messages". `_x_events` reads its webhooks, `_x_calls` calls its
API.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from ..errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from ..media_types import MOST_BYTES
from ..model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    Event,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    Part,
    Proof,
    Request,
    Response,
    Sent,
)
from ..move_port import WayIn
from ..ports import ALWAYS_MS, Authenticator, ConnectSteps, ErrorTable, Http, HttpAnswer, Listed, Surface, Traits
from ..text import to_json
from . import _x_calls, _x_lists
from ._json_values import Object, child, first_of_each, load, load_object, malformed, millis, objects, string
from ._media import TIMEOUT_S, download, plain
from ._signing import BodyHmac, hmac_sha256
from ._x_events import NAME, read_account_activity, read_activity

API = "https://api.x.com/2"
_SIGNED_HOST = "ton.twitter.com"  # of direct messages' photos
TRAITS = Traits(
    name=NAME,
    title="X",
    way_in=WayIn("https://x.com/messages/compose?recipient_id={digits}&text={words}", ("twitter",)),
    private=Surface(limit=10_000, unit="chars", proof="list", listed=True),
    public=Surface(limit=280, unit="weighted", proof="list", listed=True, unsend_ms=ALWAYS_MS),
    echoes_own=True,
    lists=True,
    list_every=60,
    file_hosts=(_SIGNED_HOST, "pbs.twimg.com", "video.twimg.com"),
)
# X's own error code left, ours right; where X gives none, the status decides.
ERRORS: Mapping[int, type[SendError]] = {
    32: TokenExpired,
    34: Refused,
    64: TokenExpired,  # account suspended
    88: RateLimited,
    89: TokenExpired,
    99: TokenExpired,
    130: Retryable,
    144: Refused,
    150: Refused,
    185: RateLimited,  # daily posts used up
    186: Refused,
    187: Refused,
    215: TokenExpired,
    326: TokenExpired,  # account locked
    349: Refused,
    385: Refused,
    433: Refused,
}
STATUSES: Mapping[int, type[SendError]] = {
    401: TokenExpired,
    402: TokenExpired,  # no credits left: pause the account, keep the rows
    408: Unconfirmed,
    429: RateLimited,
}
_CHALLENGE = re.compile(r"[A-Za-z0-9+/=._~-]{1,256}")  # no JSON object is written with these
_SKEW_MS = 5_000  # our clock and X's
_PAGE = 100
_LINK = re.compile(r"https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.ASCII)


def _written(digest: bytes) -> bytes:
    return b"sha256=" + b2a_base64(digest, newline=False)


class X:
    """`Channel` for one account."""

    traits: ClassVar[Traits] = TRAITS
    errors: ClassVar[ErrorTable] = ERRORS
    authenticator: ClassVar[Authenticator] = BodyHmac("x-twitter-webhooks-signature", _written)

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    def handshake(self, request: Request) -> Response | None:
        """
        Answer the CRC: X asks at registration and each hour, and stops its events on a wrong answer.

        The answer is made with the secret that signs bodies: a token that could be a body is refused, or anybody who
        knows the URL could get forged events signed here.
        """
        token = request.query.get("crc_token")
        if request.method != "GET" or token is None:
            return None
        if not self._credentials.app_secrets:
            return Response(403, "no consumer secret")
        if not _CHALLENGE.fullmatch(token):
            return Response(403, "not a challenge")
        answer = {"response_token": _written(hmac_sha256(self._credentials.app_secrets[0], token.encode())).decode()}
        return Response(200, to_json(answer), "application/json")

    def challenge(self, token: str) -> Mapping[str, str]:
        return {"crc_token": token}

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]:
        """Return the body's events in its order; pure and total."""
        root = load(request.body)
        if type(root) is not dict:
            return malformed(NAME, request.body, "not an X event")
        events = read_account_activity(root)
        if events is None:
            events = [event for item in objects(root.get("data")) for event in read_activity(item) or ()]
        return first_of_each(events) if events else malformed(NAME, request.body, "not an X event")

    @classmethod
    def connecting(cls) -> ConnectSteps:
        from ._x_connecting import CONNECTING  # noqa: PLC0415 - no function connects an account

        return CONNECTING

    def send(self, part: OutboundPart) -> Sent:
        """
        Say one text: in public as an answer to `part.anchor`, else as a direct message.

        https://docs.x.com/x-api/posts/create-post and …/direct-messages/manage
        """
        if part.kind == "unsend":
            return self._delete(part)
        if part.public and not part.anchor:  # X takes by its API only what answers a post that names or quotes us
            raise Refused("not_summoned")
        if part.public:
            answer = self._call(lambda x: x.create_tweet(text=part.text, in_reply_to_tweet_id=part.anchor))
        else:
            person = part.address.person_id
            answer = self._call(lambda x: x.create_direct_message(participant_id=person, text=part.text))
        if not 200 <= answer.status < 300:
            raise failure(answer)
        made = child(load_object(answer.body), "data")
        sent = string(made.get("id")) or string(made.get("dm_event_id"))
        if not sent:
            raise Unconfirmed("no_id")
        return Sent(sent)

    def _delete(self, part: OutboundPart) -> Sent:
        """
        Delete a post of ours; one that is gone already is deleted. A direct message would only leave our own view.

        https://docs.x.com/x-api/posts/delete-post
        """
        if not part.public:
            raise Refused("direct_message")
        answer = self._call(lambda x: x.delete_tweet(part.target))
        if answer.status != 404 and not 200 <= answer.status < 300:
            raise failure(answer)
        return Sent("")

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: X shows no typing."""

    def fetch(self, file: Attachment) -> bytes:
        """Read a photo: those of posts lie open, those of direct messages ask for the account's signature."""
        if not file.url:
            raise Refused("no_link")

        def get(url: str) -> HttpAnswer:
            if urlsplit(url).hostname == _SIGNED_HOST:
                return _x_calls.read(self._credentials, self._http, url, TIMEOUT_S, MOST_BYTES)
            return plain(self._http)(url)

        return download(file.url, self.traits.file_hosts, get)

    def called(self, account_id: AccountId) -> str:
        """
        Return the account's handle.

        https://docs.x.com/x-api/users/get-my-user
        """
        answer = self._call(lambda x: x.get_me(user_auth=True))
        if not 200 <= answer.status < 300:
            raise failure(answer)
        found = child(load_object(answer.body), "data")
        if string(found.get("id")) != account_id:
            raise Refused("another_account")
        return f"@{string(found.get('username'))}"

    def wishes_list(self) -> bool:
        """Return whether the account asks for its lists to be read, which X bills."""
        return _x_lists.is_wished(self._credentials)

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        """
        Read a page of the posts that mention the account, then of its direct messages (`_x_lists`).

        https://docs.x.com/x-api/users/get-mentions and …/x-api/direct-messages/get-dm-events
        """
        answer = self._call(_x_lists.request(account_id, since, page))
        if not 200 <= answer.status < 300:
            raise failure(answer)
        return _x_lists.read(account_id, since, page, load_object(answer.body))

    def prove(self, row: OutboxRow) -> Proof:
        """
        Look for the first part without an id in X's own list of sent messages.

        NotSent only if the list reaches back before the row was made.
        """
        part = next((one for one in row.parts if not one.platform_id), None)
        if part is None:
            return Sent(row.parts[-1].platform_id) if row.parts else CannotTell()
        try:
            answer = self._list(row)
        except SendError:
            return CannotTell()
        return _judge(row, part, answer)

    def _list(self, row: OutboxRow) -> HttpAnswer:
        at = row.address
        if row.public:
            fields = ["created_at", "author_id", "referenced_tweets", "note_tweet"]
            return self._call(
                lambda x: x.get_users_tweets(at.account_id, max_results=_PAGE, tweet_fields=fields, user_auth=True)
            )
        fields = ["created_at", "sender_id", "text", "event_type"]
        return self._call(
            lambda x: x.get_direct_message_events(
                participant_id=at.person_id, max_results=_PAGE, dm_event_fields=fields, event_types="MessageCreate"
            )
        )

    def _call(self, make: _x_calls.Call) -> HttpAnswer:
        return _x_calls.call(self._credentials, self._http, make)


# --- errors -----------------------------------------------------------------------------------


def failure(answer: HttpAnswer) -> SendError:
    """Return our error for an answer of X: its own code first, then its status. No text of it is kept."""
    body = load_object(answer.body)
    code = _code(body)
    kind = ERRORS.get(code) if code else STATUSES.get(answer.status)
    if kind is None:
        readable = code or type(body.get("title")) is str or type(body.get("detail")) is str
        lost = Retryable if answer.status == 503 and readable else Unconfirmed
        kind = lost if answer.status >= 500 else Refused
    name = str(code) if code else f"http_{answer.status}"
    return RateLimited(name, _wait_s(answer)) if kind is RateLimited else kind(name)


def _code(body: Object) -> int:
    """X's error code; v2 gives none for a repeated post, only words."""
    for error in objects(body.get("errors")):
        code = error.get("code")
        if type(code) is int:
            return code
    return 187 if "duplicate content" in string(body.get("detail")) else 0


def _wait_s(answer: HttpAnswer) -> float:
    """Seconds until the exhausted limit opens again, measured on X's own clock (its Date header)."""
    headers = answer.headers
    now = _http_date(headers.get("date", ""))
    limits = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
    resets = [
        int(headers[f"{name}-reset"])
        for name in limits
        if headers.get(f"{name}-remaining", "0") == "0" and re.fullmatch(r"\d{1,11}", headers.get(f"{name}-reset", ""))
    ]
    if not resets or now is None:
        return 60.0
    return float(min(max(max(resets) - now, 1), 86_400))


def _http_date(value: str) -> int | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # only after a refusal

    try:
        return int(parsedate_to_datetime(value).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


# --- proof ------------------------------------------------------------------------------------


def _judge(row: OutboxRow, part: Part, answer: HttpAnswer) -> Proof:
    body = load_object(answer.body)
    if answer.status != 200 or "errors" in body or not ("data" in body or "meta" in body):
        return CannotTell()
    since = row.created_at - _SKEW_MS
    known = {one.platform_id for one in row.parts}
    listed = objects(body.get("data"))
    times = [millis(item.get("created_at")) for item in listed]
    if None in times:
        return CannotTell()
    for item, at in zip(listed, times, strict=True):
        if at is not None and at >= since and string(item.get("id")) not in known and _same(row, part, item):
            return Sent(string(item.get("id")))
    complete = "next_token" not in child(body, "meta") or any(at is not None and at < since for at in times)
    return NotSent() if complete else CannotTell()


def _same(row: OutboxRow, part: Part, item: Object) -> bool:
    """Whether a listed post or message is this part: ours, on the same anchor, with the same words."""
    said = _comparable(string(child(item, "note_tweet").get("text")) or string(item.get("text")))
    wanted = _comparable(part.text)
    if not row.public:
        return string(item.get("sender_id")) == row.address.account_id and said == wanted
    answered = {
        string(one.get("id")) for one in objects(item.get("referenced_tweets")) if one.get("type") == "replied_to"
    }
    anchors = {row.anchor, *(one.platform_id for one in row.parts)} - {""}
    on_anchor = bool(answered & anchors) if anchors else True
    return on_anchor and (said == wanted or said.endswith(f" {wanted}"))  # X puts the handle before an answer


def _comparable(text: str) -> str:
    """Words without what X changes: entities, links (t.co), runs of blanks."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(_LINK.sub("\ufffc", plain).split())
