"""Start the simulators: `python -m infra.local.simulators --port N --config FILE`."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from .breaking import Abortable
from .config import ConfigError, load_config
from .server import build

HOST = "127.0.0.1"


def serve(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C. Returns 1 with one sentence when the port or the configuration is no good."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.simulators", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="loopback port to listen on")
    parser.add_argument("--config", type=Path, required=True, help="JSON file: accounts, secrets, webhook URLs")
    parser.add_argument("--state", type=Path, help="file that keeps the platforms between runs")
    parser.add_argument("--no-check", action="store_true", help="leave out the platforms' check of the webhook URLs")
    args = parser.parse_args(argv)
    try:
        config = load_config(args.config)
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, args.port))
    except OSError:
        print(f"Port {args.port} is taken: stop what uses it or give another --port.", file=sys.stderr)
        return 1
    port = listener.getsockname()[1]
    kept = args.state or args.config.with_suffix(".state.json")
    app = build(config, f"http://{HOST}:{port}", check=not args.no_check, state=kept)
    settings = uvicorn.Config(
        app, http=Abortable, ws="none", log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    uvicorn.Server(settings).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(serve())
