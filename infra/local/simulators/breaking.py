"""
The violent half of "Break it": close a connection without an answer, kill the worker that made a call.

Only a process that descends from the local AWS (whose pid the configuration names) is ever killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class Abortable(H11Protocol):
    """uvicorn's protocol, which also remembers each client's connection so that it can be cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        if self.client:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self.client:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


def abort(request: Request) -> None:
    """Cut the connection that carries `request`: the client sees it close without an answer."""
    if request.client and (transport := _transports.get((request.client.host, request.client.port))):
        transport.abort()


def ministack_pid(source: Mapping[str, str]) -> int | None:
    """Return the local AWS's process id, from the configuration or its pid file."""
    if source.get("pid"):
        return int(source["pid"])
    path = Path(source.get("pid_file", ""))
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _find_and_kill(client_port: int, server_port: int, root: int) -> int | None:
    for connection in psutil.net_connections("tcp"):
        if not connection.laddr or not connection.raddr or not connection.pid:
            continue
        if (connection.laddr.port, connection.raddr.port) != (client_port, server_port):
            continue
        if connection.pid == os.getpid():
            continue
        try:
            parents = [parent.pid for parent in psutil.Process(connection.pid).parents()]
            if root in parents:
                os.kill(connection.pid, signal.SIGKILL)
                return int(connection.pid)
        except (psutil.Error, ProcessLookupError):
            return None
    return None


async def kill_peer(request: Request, source: Mapping[str, str]) -> int | None:
    """
    Kill the process at the other end of `request` with SIGKILL; return its pid.

    Returns None, and kills nothing, unless that process descends from the local AWS.
    """
    root = ministack_pid(source)
    server: Any = request.scope.get("server")
    if root is None or request.client is None or not server:
        return None
    return await asyncio.to_thread(_find_and_kill, request.client.port, int(server[1]), root)
