"""How commands speak: answers on stdout (JSON with --json), progress on stderr and only to a terminal."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

BAR = 24


def answer(args: argparse.Namespace, document: Any, text: str) -> None:
    """Print the answer: `document` with --json, else `text`."""
    print(_json(document) if args.json else _writable(text), flush=True)


def _json(document: Any) -> str:
    """Write JSON as people read it, escaped where stdout lacks a character (as it lacks half of one)."""
    text = json.dumps(document, ensure_ascii=False)
    return text if text == _writable(text) else json.dumps(document)


def _writable(text: str) -> str:
    """Escape what stdout cannot write."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def say(text: str) -> None:
    """Tell a person what is going on."""
    print(f"guichet: {text}", file=sys.stderr, flush=True)


def progress(what: str, done: int, total: int) -> None:
    """Draw a progress bar on a terminal; say nothing when piped."""
    if not sys.stderr.isatty():
        return
    filled = BAR * done // max(total, 1)
    end = "\n" if done >= total else ""
    print(f"\r{'█' * filled}{'░' * (BAR - filled)} {done}/{total} {what:<40}", end=end, file=sys.stderr, flush=True)


def stage_argument(parser: argparse.ArgumentParser, default: str = "") -> None:
    """Add --stage; without a default nothing is guessed."""
    if default:
        parser.add_argument("--stage", default=default, metavar="S", help="default: the running local stack")
        return
    parser.add_argument(
        "--stage", required=True, metavar="S", help="prod, staging, … or local for the running local AWS"
    )
