"""
Connections of which every step ends by one deadline: name, connection, TLS, request and answer together.

urllib3 limits each read, each piece sent and each address of a name by itself, so a server that sends a byte now and
then could hold its caller as long as it likes. Where a brand gives the address (`Public…`), the address is checked
(SSRF guard) before anything is sent to it, a TLS handshake included. No error carries a URL, a header or a body.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family, create_connection

from .deadline import left, limited, within

CONNECT_TIMEOUT_S = 3.0
_PIECE = 16_384  # bytes sent under one limit: what one TLS record holds
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address inside an IPv6 one


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not private, loopback, link-local, shared or multicast."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        found = inner
    elif found.version == 6 and found in _TRANSLATED:
        found = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.is_global and not found.is_multicast


class PrivateAddress(NewConnectionError):
    """SSRF guard: a host resolved to no public address (private, loopback, link-local …)."""


class _Reader(io.RawIOBase):
    """A socket's raw stream, each read of which waits no longer than the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(left())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer whose status line, headers and body are read before the deadline or not at all."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp = io.BufferedReader(_Reader(sock, self.fp.detach()))


class TimelyConnection(HTTPConnection):
    """Works only inside `within`."""

    response_class = _Answer

    def connect(self) -> None:
        """Name, connection and TLS together; nothing of a request has left when it fails."""
        try:
            with within(CONNECT_TIMEOUT_S):
                super().connect()
        except TimeoutError:
            raise ConnectTimeoutError(self, "no connection in time") from None
        except ConnectionError as error:
            raise NewConnectionError(self, type(error).__name__) from None

    def _new_conn(self) -> socket.socket:
        failed: OSError | None = None
        found = self._allowed(self._addresses())
        for at, address in enumerate(found):
            try:
                made = create_connection(
                    (address, self.port), left() / (len(found) - at), socket_options=self.socket_options
                )
            except OSError as error:
                failed = error
            else:
                made.settimeout(left())
                return made
        if isinstance(failed, TimeoutError):
            raise failed
        raise NewConnectionError(self, type(failed).__name__)

    def _addresses(self) -> list[str]:
        """The addresses of the host, in the resolver's order."""
        try:
            rows = limited(
                lambda: socket.getaddrinfo(self._dns_host, self.port, allowed_gai_family(), socket.SOCK_STREAM)
            )
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(type(error).__name__)) from None
        return [str(row[4][0]) for row in rows]

    def _allowed(self, addresses: list[str]) -> list[str]:
        return addresses

    def send(self, data: Any) -> None:
        """Sends bytes piece by piece: a server that reads slowly is not waited for either."""
        if self.sock is None:
            self.connect()
        view = memoryview(data)
        for at in range(0, len(view), _PIECE):
            self.sock.settimeout(left())
            super().send(view[at : at + _PIECE])

    def getresponse(self) -> Any:
        self.timeout = left()
        return super().getresponse()


class TimelyTlsConnection(TimelyConnection, HTTPSConnection):
    """A timely connection with TLS."""


class PublicTlsConnection(TimelyTlsConnection):
    """TLS to public addresses only. It connects to the address that it checked, so DNS rebinding cannot bypass it."""

    def _allowed(self, addresses: list[str]) -> list[str]:
        public = [address for address in addresses if is_public(address)]
        if not public:
            raise PrivateAddress(self, "not a public address")
        return public


class TimelyPool(HTTPConnectionPool):
    """Plain connections, to the local stand-ins."""

    ConnectionCls = TimelyConnection


class TimelyTlsPool(HTTPSConnectionPool):
    """TLS connections, to the platforms."""

    ConnectionCls = TimelyTlsConnection


class PublicTlsPool(HTTPSConnectionPool):
    """TLS connections to where a brand says."""

    ConnectionCls = PublicTlsConnection
