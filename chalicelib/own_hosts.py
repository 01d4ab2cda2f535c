"""
Keeps an account's credentials at its platform's own hosts: the one gate between a channel and the network.

A channel names its hosts (`ConnectSteps.hosts`), `wiring` puts this gate before every client that it gives out. To any
other host goes only what a stranger could ask, and only to read: no body, no header that could identify anybody, none
of the account's secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from .errors import Refused
from .model import Credentials
from .ports import ANSWER_LIMIT, Http, HttpAnswer

# Nothing that two readers could read in two ways: no user, no port but https's own, no blank, no backslash; a host in
# another alphabet, in numbers of another base or with a dot behind it is none of a list of plain names.
_URL = re.compile(r"https://([A-Za-z0-9.-]{1,253})(?::443)?(?=[/?#]|\Z)[!-\[\]-~]*")
_BARE = frozenset({"accept", "accept-encoding", "content-type", "content-length", "range", "user-agent"})
_READING = frozenset({"GET", "HEAD"})
_LEAST = 8  # characters: shorter ones are no secrets, and stand in every text


class OwnHosts:
    """
    `Http` for one account. `hosts`: full names of those that may see `credentials`.

    Raises Refused ("foreign_host") before anything is sent; the error names neither address nor secret.
    """

    def __init__(self, http: Http, hosts: Sequence[str], credentials: Credentials) -> None:
        self._http = http
        self._hosts = frozenset(hosts)
        self._secrets = tuple(secret for secret in _secrets(credentials) if len(secret) >= _LEAST)

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
        """Send one request, if its host may see it."""
        if host_of(url) not in self._hosts and not self._is_bare(method, url, headers, body):
            raise Refused("foreign_host", "not one of the platform's own hosts: nothing was sent")
        return self._http.request(method, url, headers=headers, body=body, timeout_s=timeout_s, most=most)

    def _is_bare(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether a request only reads, and says nothing of whose it is."""
        if (
            method not in _READING
            or body
            or "@" in url.partition("//")[2].partition("/")[0]
            or {name.lower() for name in headers} - _BARE
        ):
            return False
        told = f"{url}\n{unquote(url)}\n" + "\n".join(headers.values())
        return not any(secret in told for secret in self._secrets)


def host_of(url: str) -> str:
    """Return the host of a plain https address, in small letters; "" for any other."""
    found = _URL.fullmatch(url)
    return found[1].lower() if found else ""


def _secrets(held: Credentials) -> Iterator[str]:
    yield from held.app_secrets
    yield from (held.token, held.verify_token)
    yield from (value for name, value in held.extra.items() if "secret" in name or "token" in name)
