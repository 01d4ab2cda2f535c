"""`guichet unparsed list|show|replay|drop`: verified bodies that could not be processed."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError, WrongUsage

from .. import times
from ..names import LOCAL_STAGE
from . import _arguments, _output

if TYPE_CHECKING:
    from chalicelib.admin.unparsed import Replayed
    from chalicelib.store.blobs import Parked
    from chalicelib.wiring import Wiring

NAME = "unparsed"
HELP = "bodies that platforms sent and nobody could take in: list, show, take in again, or drop them"
WORDS = {
    "list": "print what is parked, and why",
    "show": "print one body, and what is understood of it by now",
    "replay": "take bodies in again, once their cause is repaired; what was taken in before stays as it is",
    "drop": "delete bodies that nobody needs",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, words in WORDS.items():
        one = actions.add_parser(name, help=words)
        if name != "list":
            one.add_argument("numbers", nargs=1 if name == "show" else "*", metavar="NUMBER", help="as `list` shows it")
        if name in ("replay", "drop"):
            one.add_argument("--all", action="store_true", help="everything that is parked (with --channel: there)")
        if name != "show":
            one.add_argument("--channel", metavar="C", type=_arguments.connectable, help="only this channel's")
        one.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from ..aws import explained
    from ..stage_services import services_of

    if args.action in ("replay", "drop") and bool(args.numbers) == args.all:
        raise WrongUsage(f"Say which bodies: `guichet unparsed {args.action} NUMBER…`, or --all.")
    services = services_of(args.stage)
    with explained():
        return {"list": _list, "show": _show, "replay": _replay, "drop": _drop}[args.action](services, args)


def _list(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.unparsed import listed

    found = listed(services, args.channel)
    lines = [
        f"{each.number}  {times.iso(each.received_at)}  {each.channel:<12} {each.bytes:>9} bytes  {each.reason}"
        for each in found
    ]
    _output.answer(args, {"parked": list(map(_document, found))}, "\n".join(lines) or "Nothing is parked.")
    return 0


def _document(parked: Parked) -> dict[str, Any]:
    named = ("number", "channel", "account_key", "reason", "bytes")
    return {name: getattr(parked, name) for name in named} | {"received_at": times.iso(parked.received_at)}


def _show(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.unparsed import body_of, chosen, events_of

    (parked,) = chosen(services, args.numbers, None)
    body = body_of(services, parked)
    kinds = [type(event).__name__ for event in events_of(parked, body)]
    text = body.decode("utf-8", "backslashreplace")
    document = _document(parked) | {"understood": kinds, "body": text}
    _output.answer(args, document, f"{json.dumps(_document(parked))}\nunderstood by now: {', '.join(kinds)}\n{text}")
    return 0


def _replay(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.unparsed import chosen, quiet, replay_each

    from ..identity import author

    todo, rows = chosen(services, args.numbers, args.channel), []
    for at, (parked, done) in enumerate(replay_each(services, todo, author(services)), 1):
        rows.append(_document(parked) | _became(done))
        _output.progress("taking in", at, len(todo))
    left, quieted = sum(not row["done"] for row in rows), quiet(services)
    lines = [f"{row['number']}: {_said(row)}" for row in rows] or ["Nothing is parked."]
    _output.answer(args, {"replayed": rows, "left": left, "quieted": quieted}, "\n".join(lines))
    return 1 if left else 0


def _became(done: Replayed | UsageError) -> dict[str, Any]:
    if isinstance(done, UsageError):
        return {"done": False, "counted": {}, "why": str(done)}
    why = f"still not understood: {', '.join(done.unread)}" if done.unread else ""
    return {"done": done.done, "counted": dict(done.counted), "why": why}


def _said(row: dict[str, Any]) -> str:
    counted = ", ".join(f"{count} {name}" for name, count in row["counted"].items() if count)
    return f"taken in ({counted or 'nothing in it leads to anything'})" if row["done"] else f"kept; {row['why']}"


def _drop(services: Wiring, args: argparse.Namespace) -> int:
    from chalicelib.admin.unparsed import chosen, drop, quiet

    from ..identity import author

    todo = chosen(services, args.numbers, args.channel)
    drop(services, todo, author(services))
    document = {"dropped": [each.number for each in todo], "quieted": quiet(services)}
    _output.answer(args, document, f"{len(todo)} bodies are deleted.")
    return 0
