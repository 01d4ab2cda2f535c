"""
`guichet inspect`: what webhook bodies mean, or (--split) what a text becomes; no network, no table and no signature.

One JSON line a file, in the given order, ready to be piped; a body that is no event at all is one `malformed` event.
Card numbers and IBANs are covered, as they are everywhere else.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.errors import UsageError
from chalicelib.events import kind_of
from chalicelib.masking import mask_secrets
from chalicelib.model import Attachment, Event, Postback, posted

from . import _output

NAME = "inspect"
HELP = "Show what webhook bodies mean, one line a file, or what a text becomes; needs no network, table or signature."

Parse = Callable[[bytes, str], Sequence[Event]]
_TIMES = frozenset({"sent_at", "watermark"})
_WORDS = frozenset({"text", "title", "payload"})


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("channel", metavar="CHANNEL", choices=sorted(readers()), help=", ".join(sorted(readers())))
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="a webhook's raw body (with --split a text); - reads stdin"
    )
    parser.add_argument("--headers", metavar="FILE", type=Path, help="the request's headers: JSON or one a line")
    parser.add_argument("--split", action="store_true", help="show a text's parts, how each counts, and what they cost")
    parser.add_argument("--public", action="store_true", help="with --split: as a public post")


def run(args: argparse.Namespace) -> int:
    """Print a line a file; 1 if a file could not be read."""
    if args.split:
        return _split(args)
    if args.public:
        raise UsageError("--public goes with --split")
    parse = readers()[args.channel]
    content_type = _content_type(args.headers) if args.headers else ""
    unreadable = 0
    for path in map(Path, args.files):
        try:
            body = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        except OSError as error:
            unreadable += 1
            print(f"guichet: cannot read {path}: {error.strerror}.", file=sys.stderr)
            continue
        line = {"file": str(path), "events": [describe(event) for event in parse(body, content_type)]}
        _output.answer(args, line, _sentence(line))
    return 1 if unreadable else 0


def _split(args: argparse.Namespace) -> int:
    """Print what each text becomes."""
    from . import _splitting

    for given in args.files:
        found = _splitting.split(args.channel, sys.stdin.read() if given == "-" else given, public=args.public)
        _output.answer(args, found, _splitting.drawn(found))
    return 0


def readers() -> Mapping[str, Parse]:
    """Everything that can be inspected: each channel, and Slack, whose bodies are JSON or forms."""
    return {**{name: _of_channel(name) for name in REGISTRY}, "slack": _of_slack}


def _of_channel(name: str) -> Parse:
    def parse(body: bytes, _content_type: str) -> Sequence[Event]:
        return REGISTRY[name].parse(posted(body))

    return parse


def _of_slack(body: bytes, content_type: str) -> Sequence[Event]:
    from chalicelib.workspaces.slack.parse import parse  # only where Slack is asked for

    return parse(body, content_type)


def describe(event: Event) -> dict[str, Any]:
    """Return one event as the command prints it: the fields every kind has first, then the kind's own."""
    text = event.title if isinstance(event, Postback) else getattr(event, "text", "")
    shown: dict[str, Any] = {
        "kind": kind_of(event),
        "event_id": event.event_id,
        "account_id": event.address.account_id,
        "sender_id": event.address.person_id,
        "text": mask_secrets(text),
        "sent_at": _iso(event.sent_at),
        "public": event.public,
        "attachments": [_attachment(one) for one in getattr(event, "attachments", ())],
        "target_id": event.target_id,
    }
    for field in fields(event):
        if field.name not in shown and field.name != "address":
            shown[field.name] = _value(field.name, getattr(event, field.name))
    return shown


def _value(name: str, value: Any) -> Any:
    if name in _TIMES:
        return _iso(value)
    if name in _WORDS:
        return mask_secrets(value)
    return dict(value) if name == "fields" else value


def _attachment(one: Attachment) -> dict[str, str]:
    return {"kind": one.kind, "url": one.url, "platform_id": one.platform_id}


def _iso(at: int | None) -> str | None:
    """ISO 8601 in UTC with milliseconds."""
    if at is None:
        return None
    whole = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sentence(line: Mapping[str, Any]) -> str:
    """The line for a person: the file, then an event a line."""
    rows = [str(line["file"])]
    for event in line["events"]:
        who = f"{event['account_id'] or '-'} / {event['sender_id'] or '-'}"
        what = event["text"] or event.get("reason") or event.get("status") or event.get("notice") or ""
        rows.append(f"  {event['kind']:<15}{event['sent_at'] or '-':<26}{who}  {what}".rstrip())
    return "\n".join(rows)


def _content_type(path: Path) -> str:
    """The Content-Type of a headers file: a JSON object (values may be lists), or "Name: value" lines."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"cannot read the headers in {path}: give a JSON object or one `Name: value` a line") from None
    try:
        held = json.loads(text)
    except ValueError:
        held = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    if not isinstance(held, dict):
        raise UsageError(f"the headers in {path} are no object: give a JSON object or one `Name: value` a line")
    named = {str(name).strip().lower(): value for name, value in held.items()}
    found = named.get("content-type", "")
    return str(found[0] if isinstance(found, list) and found else found).strip()
