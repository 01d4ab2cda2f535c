"""
Requests to Twilio's messaging API, and its errors.

Source: Twilio, "Messages resource", "Requests to Twilio", "Error and warning dictionary".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from ...errors import RateLimited, Refused, SendError, TokenExpired, Unconfirmed, WindowClosed
from ...model import Credentials
from ...ports import Http, HttpAnswer
from .._json_values import Object, child, load_object, objects, string

HOST = "api.twilio.com"
API = f"https://{HOST}/2010-04-01/Accounts"
SENDERS = "https://messaging.twilio.com/v2/Channels/Senders"
_SENDERS_PAGE, _SENDERS_PAGES = 1_000, 2
SERVICES = "https://messaging.twilio.com/v1/Services"
_CONTENTS = "https://content.twilio.com/v1/ContentAndApprovals"
_CONTENTS_PAGE = 100
HOSTS = (HOST, "messaging.twilio.com", "content.twilio.com")
DAILY_CAP = 63038
_DAILY_WAIT_S = 3_600.0  # the cap opens again at midnight of a zone that no answer names: asked each hour

# Twilio's code left, ours right; of an answer, and of a message that failed later. Codes in no table are Refused.
ERRORS: Mapping[int, type[SendError]] = {
    14107: RateLimited,
    20003: TokenExpired,
    20404: TokenExpired,  # there is no such account
    20429: RateLimited,
    21211: Refused,
    21408: Refused,  # this country is not allowed
    21606: TokenExpired,  # the sender is not ours, or cannot send this
    21607: TokenExpired,
    21610: Refused,  # opted out
    21614: Refused,
    21617: Refused,  # too long
    21655: Refused,  # no such template
    21656: Refused,  # its values are not as it asks
    30001: RateLimited,  # the sender's queue is full
    30003: Refused,  # the phone is off: often passing, so a person is told
    30004: Refused,
    30005: Refused,
    30006: Refused,
    30007: Refused,  # filtered by the network
    30008: Refused,
    63003: Refused,
    63007: TokenExpired,  # no such sender
    63016: WindowClosed,
    63017: RateLimited,
    63018: RateLimited,
    63024: Refused,
    63027: Refused,  # no such template in this language
    63028: Refused,  # another number of values
    63040: Refused,  # the template was rejected
    63041: Refused,  # it is paused
    63042: Refused,  # it is disabled
    63049: Refused,  # WhatsApp chose not to deliver it
    DAILY_CAP: RateLimited,
}


def account_url(credentials: Credentials, path: str) -> str:
    """Return an address of the account's resources. Raises TokenExpired (connect it again) without an account SID."""
    sid = credentials.extra.get("account_sid", "")
    if not (sid and credentials.token):
        raise TokenExpired("no_keys", "it needs account_sid and token: reconnect it")
    return f"{API}/{sid}{path}"


def authorization(credentials: Credentials) -> dict[str, str]:
    """Return the header of an API key (or of the account's own token): it goes to the API's host alone."""
    user = credentials.extra.get("key_sid") or credentials.extra.get("account_sid", "")
    return {"authorization": "Basic " + b64encode(f"{user}:{credentials.token}".encode()).decode()}


def post(http: Http, credentials: Credentials, path: str, fields: Mapping[str, str]) -> HttpAnswer:
    """Make one call that changes something."""
    headers = authorization(credentials) | {"content-type": "application/x-www-form-urlencoded"}
    return http.request("POST", account_url(credentials, path), headers=headers, body=urlencode(fields).encode())


def change(http: Http, credentials: Credentials, url: str, body: bytes, content_type: str) -> HttpAnswer:
    """Make one call that changes a resource of Twilio's, at its whole address."""
    headers = authorization(credentials) | {"content-type": content_type}
    return http.request("POST", url, headers=headers, body=body)


def get(http: Http, credentials: Credentials, path: str, query: Mapping[str, str] | None = None) -> HttpAnswer:
    """Make one call that reads."""
    url = account_url(credentials, path) + (f"?{urlencode(query)}" if query else "")
    return http.request("GET", url, headers=authorization(credentials), timeout_s=4.0)


def following(http: Http, credentials: Credentials, page: str) -> HttpAnswer:
    """Ask for a page of a list by the address that came with the page before. Raises Refused for a foreign one."""
    first = account_url(credentials, "/Messages.json?")
    url = f"https://{HOST}{page}"
    if not url.startswith(first):
        raise Refused("foreign_page")
    return http.request("GET", url, headers=authorization(credentials), timeout_s=4.0)


def sender(http: Http, credentials: Credentials, address: str) -> Object | None:
    """
    Return an account's sender on a channel that is not the telephone network's; None if it has none of this address.

    By two requests at most. Raises Refused where it has more senders than they show, and not this one among them.

    https://www.twilio.com/docs/whatsapp/api/senders and …/docs/usage/twilios-response#pagination
    """
    account_url(credentials, "")  # it must have its keys
    query = urlencode({"Channel": address.partition(":")[0], "PageSize": str(_SENDERS_PAGE)})
    url = f"{SENDERS}?{query}"
    for _ in range(_SENDERS_PAGES):
        answer = http.request("GET", url, headers=authorization(credentials), timeout_s=4.0)
        listed = accepted(answer)
        found = next((one for one in objects(listed.get("senders")) if one.get("sender_id") == address), None)
        url = string(child(listed, "meta").get("next_page_url"))
        if found is not None or not url:
            return found
        if not url.startswith(f"{SENDERS}?"):
            raise Refused("foreign_page")
    raise Refused("too_many_senders")


def contents(http: Http, credentials: Credentials, page: str) -> Object:
    """
    Return a page of the account's templates with WhatsApp's word on each; `page`: the address of a later one.

    https://www.twilio.com/docs/content/content-api-resources
    """
    account_url(credentials, "")  # it must have its keys
    if page and not page.startswith(f"{_CONTENTS}?"):
        raise Refused("foreign_page")
    url = page or f"{_CONTENTS}?{urlencode({'PageSize': str(_CONTENTS_PAGE)})}"
    return accepted(http.request("GET", url, headers=authorization(credentials), timeout_s=4.0))


def service(http: Http, credentials: Credentials, sid: str) -> HttpAnswer:
    """Ask for a messaging service."""
    account_url(credentials, "")  # it must have its keys
    return http.request("GET", f"{SERVICES}/{quote(sid, safe='')}", headers=authorization(credentials), timeout_s=4.0)


def accepted(answer: HttpAnswer, attempt: int = 0) -> Object:
    """Return the body of a 2xx answer; else raise our error for Twilio's."""
    if 200 <= answer.status < 300:
        return load_object(answer.body)
    raise failure(answer, attempt)


def failure(answer: HttpAnswer, attempt: int = 0) -> SendError:
    """Return our error for an answer: by its code, else by its status. No text of it is kept."""
    code = load_object(answer.body).get("code")
    kind = ERRORS.get(code) if type(code) is int else None
    name = str(code) if type(code) is int else f"http_{answer.status}"
    kind = kind or _by_status(answer.status)
    return RateLimited(name, _wait_s(answer, code, attempt)) if kind is RateLimited else kind(name)


def _by_status(status: int) -> type[SendError]:
    if status == 429:
        return RateLimited
    if status == 401:
        return TokenExpired
    return Unconfirmed if status >= 500 or status == 408 else Refused


def _wait_s(answer: HttpAnswer, code: object, attempt: int) -> float:
    """The seconds of Retry-After, else ever more, at most 17 minutes; an hour at the day's cap."""
    if code == DAILY_CAP:
        return _DAILY_WAIT_S
    given = answer.headers.get("retry-after", "")
    if given.isascii() and given.isdigit() and len(given) < 6:
        return max(1.0, float(given))
    return float(4 ** min(max(attempt, 1), 5))
