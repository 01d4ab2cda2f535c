"""
The one HTTP client of the channels: one request, never repeated, never redirected.

Tells "the connection was never made" (Retryable) from "the request left and no answer came" (Unconfirmed). No error of
it carries a URL, a header or a body. It may be pointed at a loopback address, and nowhere else. Where a brand gives the
address (`public_only`), it speaks https to public addresses alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError, SSLError

from . import tls
from .connections import PublicTlsPool, TimelyPool, TimelyTlsPool
from .deadline import has_time, left, within
from .errors import Misconfigured, Refused, Retryable, Unconfirmed
from .ports import ANSWER_LIMIT, HttpAnswer

IDLE_LIMIT_S = 20.0  # a connection idle for longer may be dead without a word: it is not trusted with a message
_CHUNK = 65_536
logging.getLogger("urllib3").setLevel(logging.WARNING)  # at DEBUG it writes addresses, which may hold a token
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, ProxyError, SSLError)


class HttpClient:
    """
    `Http` of the ports, by urllib3 with keep-alive.

    `local_base` ("http://127.0.0.1:PORT/name") takes the place of the scheme and host of every URL; "" leaves them.
    `clock` gives seconds. `public_only`: https, to public addresses.
    """

    def __init__(
        self, local_base: str = "", clock: Callable[[], float] = time.time, *, public_only: bool = False
    ) -> None:
        if local_base and urlsplit(local_base).hostname not in _LOOPBACK:
            raise Misconfigured("LOCAL_BASES may name loopback addresses only: use http://127.0.0.1:PORT/…")
        self._local_base = local_base.rstrip("/")
        self._clock = clock
        kept = None if local_base else tls.context()
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=2, retries=False, ssl_context=kept)
        self._public_only = public_only
        self._pool.pool_classes_by_scheme = (
            {"https": PublicTlsPool} if public_only else {"http": TimelyPool, "https": TimelyTlsPool}
        )
        self._used_at = clock()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout_s: float = 8.0,
        most: int = ANSWER_LIMIT,
    ) -> HttpAnswer:
        """
        Send one request and return the answer, whatever its status. Everything ends within `timeout_s`.

        Raises Retryable when no connection was made, Unconfirmed when no whole answer came back, Refused when a file
        is larger than `most`.
        """
        if self._public_only and urlsplit(url).scheme != "https":
            raise Refused("not_https")
        now = self._clock()
        if not 0 <= now - self._used_at <= IDLE_LIMIT_S:
            self._pool.clear()
        self._used_at = now
        try:
            with within(timeout_s):
                if not has_time():
                    raise Retryable("no_connection", "no time left")
                answer = self._begin(method, self._target(url), headers, body)
                content = self._content(answer, most)
        except _NEVER_CONNECTED as error:
            raise Retryable("no_connection", type(error).__name__) from None
        except (HTTPError, OSError) as error:
            raise Unconfirmed("no_answer", type(error).__name__) from None
        received = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status, received, content)

    def _begin(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            method,
            url,
            body=body or None,
            headers=dict(headers),
            timeout=left(),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def _content(self, answer: urllib3.BaseHTTPResponse, most: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        with answer:  # closed, and its connection with it, unless all of it was read
            for chunk in answer.stream(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > most > ANSWER_LIMIT:
                    raise Refused("too_large")
                if size > most:
                    raise Unconfirmed("no_answer", "answer too long")
                left()
            answer.release_conn()
        return b"".join(chunks)

    def _target(self, url: str) -> str:
        if not self._local_base:
            return url
        parts = urlsplit(url)
        return f"{self._local_base}{parts.path}{'?' if parts.query else ''}{parts.query}"
