"""
Loopback ports that stay the same from run to run, so that addresses and the deployed template do too.
"""

from __future__ import annotations

import json
import socket

from chalicelib.errors import UsageError

from .state import Home, write_json

HOST = "127.0.0.1"
PAGE_PORT = 8700


def choose(place: Home, page_port: int | None) -> tuple[int, int]:
    """
    Choose the ports of the local AWS and of the page, and remember them.

    `page_port` is what a person asked for (0: any); raises UsageError when that one is taken. Without it: the last
    run's, else 8700, else any free one.
    """
    kept = json.loads(place.ports.read_text(encoding="utf-8")) if place.ports.is_file() else {}
    aws = kept.get("aws", 0)
    aws = aws if aws and is_free(aws) else free()
    if page_port:
        if not is_free(page_port):
            raise UsageError(f"Port {page_port} is taken; stop what uses it, or choose another with --port.")
        page = page_port
    elif page_port == 0:
        page = free()
    else:
        page = next((port for port in (kept.get("page", 0), PAGE_PORT) if port and is_free(port)), 0) or free()
    write_json(place.ports, {"aws": aws, "page": page})
    return aws, page


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free() -> int:
    """Find a free loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
