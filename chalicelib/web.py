"""One HTTP request to a platform, and its answer: the port of `http.HttpClient`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

ANSWER_LIMIT = 4 * 1024 * 1024  # bytes; a platform's answer is a few hundred


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A platform's answer: status, lower-case headers, raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http(Protocol):
    """
    One HTTP request, never repeated.

    Raises Retryable when the connection was never made, Unconfirmed when the request left and no answer came.
    `url` is the platform's real URL: the implementation may send it to a loopback address instead. An answer of more
    than `most` bytes is Refused ("too_large").
    """

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout_s: float = 8.0,
        most: int = ANSWER_LIMIT,
    ) -> HttpAnswer: ...
