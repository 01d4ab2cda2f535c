"""
What Meta's platforms share: the signature, the subscription handshake, Graph calls and their errors.

Source: Meta, "Webhooks: getting started" and "Graph API: handling errors".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import ClassVar
from urllib.parse import quote

from ..errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from ..model import AccountId, Credentials, OutboundPart, Request, Response
from ..ports import Authenticator, Http, HttpAnswer, Secret
from ..text import to_json
from ._json_values import Object, child, load_object, string
from ._multipart import form
from ._signing import BodyHmac

VERSION = "v23.0"
GRAPH = f"https://graph.facebook.com/{VERSION}"
HOSTS = ("graph.facebook.com",)
FILE_HOSTS = (".fbcdn.net", ".fbsbx.com")  # of what people send each other
DAY_MS = 24 * 3600 * 1000
PAGE = "page"  # an app has one webhook for all that its pages are: messages and comments

# Graph error code, or (code, subcode), left; ours right. Codes in no table are Refused.
Table = Mapping[int | tuple[int, int], type[SendError]]
COMMON: Table = {
    0: TokenExpired,
    1: Retryable,
    2: Retryable,
    4: RateLimited,
    10: TokenExpired,  # permission taken away: reconnect the account
    17: RateLimited,
    32: RateLimited,
    102: TokenExpired,
    190: TokenExpired,
    341: RateLimited,
    613: RateLimited,
    1200: Retryable,
}
_PERMISSIONS = range(200, 300)  # all of them: reconnect the account


APP_SECRETS = (
    Secret(
        "current",
        "App secret: developers.facebook.com → the app → App settings → Basic; it signs webhooks",
        also=("app_secret", "client_secret", "secret"),
        of_app=True,
    ),
    Secret("verify_token", "a text of your own making, which Meta is told with the webhook's address", of_app=True),
    Secret("app_id", "App ID, beside the app secret", of_app=True, needed=False),
)


def _written(digest: bytes) -> bytes:
    return b"sha256=" + digest.hex().encode()


SIGNED = BodyHmac("x-hub-signature-256", _written)


def handshake(request: Request, verify_token: str) -> Response | None:
    """Answer Meta's GET with its challenge, 403 on a wrong token; None where the request is no handshake."""
    if request.method != "GET" or "hub.mode" not in request.query:
        return None
    given = request.query.get("hub.verify_token", "").encode()
    right = bool(verify_token) and compare_digest(given, verify_token.encode())
    if request.query["hub.mode"] != "subscribe" or not right:
        return Response(403, "wrong verify token")
    return Response(200, request.query.get("hub.challenge", ""))


def challenge(token: str, verify_token: str) -> dict[str, str]:
    """Return the query of Meta's GET."""
    return {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": token}


class Connected:
    """What the channels of Meta are made with, and how they prove a webhook and its address."""

    authenticator: ClassVar[Authenticator] = SIGNED

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    def handshake(self, request: Request) -> Response | None:
        return handshake(request, self._credentials.verify_token)

    def challenge(self, token: str) -> Mapping[str, str]:
        return challenge(token, self._credentials.verify_token)


def quick_replies(part: OutboundPart) -> Object:
    """Return the field of a message's choices, none where it has none."""
    shown = [{"content_type": "text", "title": each.title, "payload": each.payload} for each in part.quick_replies]
    return {"quick_replies": shown} if shown else {}


def post(http: Http, credentials: Credentials, url: str, payload: Object, timeout_s: float = 8.0) -> HttpAnswer:
    """Make one Graph call. The token travels in the header, where no proxy writes it down."""
    headers = {"authorization": f"Bearer {credentials.token}", "content-type": "application/json"}
    return http.request("POST", url, headers=headers, body=to_json(payload).encode(), timeout_s=timeout_s)


def post_file(
    http: Http, credentials: Credentials, url: str, fields: Mapping[str, str], name: str, part: OutboundPart
) -> HttpAnswer:
    """Make one Graph call with the part's file in it, under this name."""
    content_type, body = form(fields, name, part.files[0], part.contents[0])
    headers = {"authorization": f"Bearer {credentials.token}", "content-type": content_type}
    return http.request("POST", url, headers=headers, body=body, timeout_s=8.0)


def get(http: Http, credentials: Credentials, url: str, timeout_s: float = 2.0) -> HttpAnswer:
    """Make one Graph call that reads."""
    headers = {"authorization": f"Bearer {credentials.token}", "accept": "application/json"}
    return http.request("GET", url, headers=headers, timeout_s=timeout_s)


def delete(http: Http, credentials: Credentials, url: str) -> HttpAnswer:
    """Make one Graph call that takes something back."""
    return http.request("DELETE", url, headers={"authorization": f"Bearer {credentials.token}"})


def called(
    http: Http, credentials: Credentials, account_id: AccountId, table: Table, *, node: str = "me", field: str = "name"
) -> str:
    """Return the name of our token's account. Raises Refused where its node there is another account."""
    url = f"{GRAPH}/{quote(node, safe='')}?fields=id,{field}"
    found = accepted(get(http, credentials, url), table)
    if string(found.get("id")) != account_id:
        raise Refused("another_account")
    return string(found.get(field))


def app_token(credentials: Credentials) -> str:
    """
    Return the app's own token. Raises Refused where the app's id was not given.

    https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens
    """
    if not (credentials.app_id and credentials.app_secrets):
        raise Refused("no_app_id")
    return f"{credentials.app_id}|{credentials.app_secrets[0]}"


def check_app(http: Http, credentials: Credentials) -> None:
    """
    Ask for the app in its own name. Raises Refused where its id was not given, TokenExpired for another's secret.

    https://developers.facebook.com/docs/graph-api/reference/application
    """
    keys = replace(credentials, token=app_token(credentials))
    accepted(get(http, keys, f"{GRAPH}/{quote(credentials.app_id, safe='')}?fields=id"), {})


def accepted(answer: HttpAnswer, table: Table, attempt: int = 0) -> Object:
    """Return the body of a 2xx answer; else raise our error for the platform's."""
    if 200 <= answer.status < 300:
        return load_object(answer.body)
    raise failure(answer, table, attempt)


def is_gone(answer: HttpAnswer) -> bool:
    """Return whether a node that was ours to change is there no more."""
    error = child(load_object(answer.body), "error")
    return answer.status == 400 and (error.get("code"), error.get("error_subcode")) == (100, 33)


def failure(answer: HttpAnswer, table: Table, attempt: int = 0) -> SendError:
    """Return our error for a Graph answer: its own code first, then its status. No text of it is kept."""
    error = child(load_object(answer.body), "error")
    code, subcode = error.get("code"), error.get("error_subcode")
    if type(code) is not int:
        return _by_status(answer)
    name = f"{code}/{subcode}" if type(subcode) is int else str(code)
    pair = (code, subcode) if type(subcode) is int else code
    kind = table.get(pair) or table.get(code) or COMMON.get(code)
    if kind is None:
        kind = _unlisted(answer.status, code, transient=error.get("is_transient") is True)
    return RateLimited(name, _wait_s(answer, attempt)) if kind is RateLimited else kind(name)


def _unlisted(status: int, code: int, *, transient: bool) -> type[SendError]:
    if transient:
        return Retryable
    if code in _PERMISSIONS:
        return TokenExpired
    if status == 429:
        return RateLimited
    return Unconfirmed if status >= 500 else Refused


def _by_status(answer: HttpAnswer) -> SendError:
    name = f"http_{answer.status}"
    if answer.status == 429:
        return RateLimited(name, _wait_s(answer, 0))
    if answer.status == 401:
        return TokenExpired(name)
    return Unconfirmed(name) if answer.status >= 500 or answer.status == 408 else Refused(name)


def _wait_s(answer: HttpAnswer, attempt: int) -> float:
    """The seconds of Retry-After, else 4^n seconds (Meta's advice for pair rates), at most 17 minutes."""
    given = answer.headers.get("retry-after", "")
    if given.isascii() and given.isdigit() and len(given) < 7:
        return float(given)
    return float(4 ** min(max(attempt, 1), 5))


def row_token(row_id: str, index: int) -> str:
    """The reference that a sent part carries, so that its echo or status names its row."""
    return f"{row_id}:{index}"


def error_code(holder: Object) -> str:
    """The code of the first of `errors`, "" where there is none."""
    found = holder.get("errors")
    return string(child({"first": found[0]}, "first").get("code")) if type(found) is list and found else ""
