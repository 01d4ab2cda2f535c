"""
Calls to the Bot API, and what its errors mean.

The token stands in the path of every call: no error names an address. Source: Telegram, "Bot API: Making requests",
"ResponseParameters", "getFile".
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from ...errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed, WindowClosed
from ...model import Credentials, OutboundPart
from ...ports import ErrorTable, Http, HttpAnswer
from ...text import to_json
from .._json_values import Object, child, load_object, string
from .._multipart import form

HOST = "api.telegram.org"
_WAIT_MOST = 17 * 60.0  # seconds; where Telegram names none
# What a description has in it, in small letters: codes are few, and may change. What is not here goes by its status.
ERRORS: ErrorTable = {
    "business_peer_usage_missing": WindowClosed,  # nobody wrote in this chat for a day
    "bot was blocked by the user": Refused,
    "user is deactivated": Refused,
    "bot can't initiate conversation": Refused,
    "bot can't send messages to bots": Refused,
    "bot was kicked": Refused,
    "bot is not a member": Refused,
    "chat not found": Refused,
    "not enough rights": Refused,
    "have no rights to send": Refused,
    "chat_write_forbidden": Refused,
    "topic_closed": Refused,
    "message thread not found": Refused,
    "business connection not found": Refused,
    "business_connection_invalid": Refused,
    "business_connection_not_allowed": Refused,  # no right to answer
    "business_peer_invalid": Refused,  # this chat is none of the bot's
    "peer_id_invalid": Refused,
    "message is too long": Refused,
    "message can't be deleted": Refused,
    "button_data_invalid": Refused,
    "file is too big": Refused,
    "wrong file_id": Refused,
    "file is temporarily unavailable": Retryable,
    "terminated by other": TokenExpired,  # two programs read the bot's messages: an administrator decides
    "unauthorized": TokenExpired,
}
_GONE = "message to delete not found"
_STATUSES: Mapping[int, type[SendError]] = {
    401: TokenExpired,
    404: TokenExpired,  # of a path, which holds the token
    408: Unconfirmed,
    409: TokenExpired,
    429: RateLimited,
}


def post(http: Http, credentials: Credentials, method: str, fields: Object, timeout_s: float = 8.0) -> HttpAnswer:
    """Make one call. Raises TokenExpired where there is no token to make it with."""
    if not credentials.token:
        raise TokenExpired("no_token")
    url = f"https://{HOST}/bot{quote(credentials.token, safe=':')}/{method}"
    headers = {"content-type": "application/json"}
    return http.request("POST", url, headers=headers, body=to_json(fields).encode(), timeout_s=timeout_s)


def post_file(
    http: Http, credentials: Credentials, method: str, fields: Object, name: str, part: OutboundPart
) -> HttpAnswer:
    """Make one call with the part's file in it, under this name. Raises TokenExpired as `post` does."""
    if not credentials.token:
        raise TokenExpired("no_token")
    told = {key: value if type(value) is str else to_json(value) for key, value in fields.items()}
    content_type, body = form(told, name, part.files[0], part.contents[0])
    url = f"https://{HOST}/bot{quote(credentials.token, safe=':')}/{method}"
    return http.request("POST", url, headers={"content-type": content_type}, body=body, timeout_s=8.0)


def file_url(credentials: Credentials, path: str) -> str:
    """Return where a file lies for the next hour; the address opens it, and holds the token."""
    return f"https://{HOST}/file/bot{quote(credentials.token, safe=':')}/{quote(path, safe='/')}"


def result(answer: HttpAnswer, attempt: int = 0) -> Object:
    """Return the result of a call that was taken; else raise our error for Telegram's."""
    taken(answer, attempt)
    body = load_object(answer.body)
    if body.get("ok") is not True:
        raise Unconfirmed("no_result")
    return child(body, "result")


def taken(answer: HttpAnswer, attempt: int = 0) -> None:
    """Raise our error for Telegram's, of a call whose result says nothing."""
    if not 200 <= answer.status < 300:
        raise failure(answer, attempt)


def moved_to(answer: HttpAnswer) -> str:
    """Return the id under which a group goes on that this answer refused for; "" where it says none."""
    if answer.status != 400:
        return ""
    return string(child(load_object(answer.body), "parameters").get("migrate_to_chat_id"))


def is_gone(answer: HttpAnswer) -> bool:
    """Return whether Telegram says that there is no such message to delete."""
    return answer.status == 400 and _GONE in string(load_object(answer.body).get("description")).lower()


def failure(answer: HttpAnswer, attempt: int = 0) -> SendError:
    """Return our error for an answer: by its words where we know them, else by its status. No text of it is kept."""
    body = load_object(answer.body)
    words = string(body.get("description")).lower()
    known = next((each for each in ERRORS if each in words), "")
    code = f"{answer.status} {known}".strip().replace(" ", "_")
    usual = Unconfirmed if answer.status >= 500 else Refused
    kind = ERRORS[known] if known and answer.status < 500 else _STATUSES.get(answer.status, usual)
    return RateLimited(code, _wait_s(body, attempt)) if kind is RateLimited else kind(code)


def _wait_s(body: Object, attempt: int) -> float:
    told = child(body, "parameters").get("retry_after")
    if type(told) is int and 0 < told < 10**6:
        return float(told)
    return min(float(4 ** max(1, attempt)), _WAIT_MOST)
