"""
Downloads a customer's file, from the platform's own hosts only, wherever its link or a redirect leads.

No error carries a link: some links open the file to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urljoin, urlsplit

from ..deadline import within
from ..errors import RateLimited, Refused, Retryable
from ..media_types import MOST_BYTES
from ..ports import Http, HttpAnswer

HOPS = 3
TIMEOUT_S = 7.0
_MOVED = frozenset({301, 302, 303, 307, 308})
Get = Callable[[str], HttpAnswer]


def plain(http: Http, headers: dict[str, str] | None = None) -> Get:
    """Return a function that requests a link as it is."""
    return lambda url: http.request("GET", url, headers=headers or {}, timeout_s=TIMEOUT_S, most=MOST_BYTES)


def download(url: str, hosts: Sequence[str], get: Get) -> bytes:
    """
    Return the bytes behind a link. `hosts`: names, or ".name" for all below it. Raises SendError.

    Refused for a link that leads to another host or has expired, or whose file is too large. All hops share one limit.
    """
    with within(TIMEOUT_S):
        for _ in range(HOPS):
            if not _allowed(url, hosts):
                raise Refused("foreign_link")
            answer = get(url)
            if answer.status in _MOVED:
                url = urljoin(url, answer.headers.get("location", ""))
                continue
            return _body(answer)
    raise Refused("too_many_redirects")


def _allowed(url: str, hosts: Sequence[str]) -> bool:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    named = any(host == name or (name.startswith(".") and host.endswith(name)) for name in hosts)
    return named and parts.scheme == "https" and port in (None, 443) and parts.username is None


def _body(answer: HttpAnswer) -> bytes:
    if answer.status == 429:
        raise RateLimited("429", 30.0)
    if answer.status >= 500:
        raise Retryable(str(answer.status))
    if answer.status != 200:
        raise Refused("expired" if answer.status in (401, 403, 404, 410) else f"http_{answer.status}")
    if not answer.body:
        raise Refused("empty")
    return answer.body
