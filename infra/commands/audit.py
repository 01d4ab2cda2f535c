"""`guichet audit`: who changed what, and what stopped by itself, the newest first."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .. import times
from . import _arguments, _brand, _output

if TYPE_CHECKING:
    from chalicelib.store.audit import Line

NAME = "audit"
HELP = "list who changed what of a brand, and what stopped by itself, the newest first; kept for a year"
DAYS_MOST = 365
DAY_MS = 86_400_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--since", type=_arguments.days_to(DAYS_MOST), default=30, metavar="30d", help="how far back (30d)"
    )
    parser.add_argument(
        "--limit", type=_arguments.number(1, 100_000), default=200, metavar="N", help="at most this many (200)"
    )
    _brand.brand_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the lines of the audit log."""
    from chalicelib.admin.changes import changes
    from chalicelib.model import Millis

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services, since = services_of(args.stage), Millis(times.now() - args.since * DAY_MS)
    with explained():
        brand = brand_of(services, args.brand)
        found = changes(services, brand, since, args.limit)
    rows: list[dict[str, Any]] = [
        {name: value or None for name, value in asdict(line).items()} | {"at": times.iso(line.at)} for line in found
    ]
    document = {"brand": brand, "stage": args.stage, "since": times.iso(since), "changes": rows}
    nothing = f"Nothing of {brand} was changed, and nothing stopped, since {times.iso(since)}."
    lines = "\n".join(map(_drawn, found)) or nothing
    _output.answer(args, document, lines)
    return 0


def _drawn(line: Line) -> str:
    change = f"{line.before or '-'} → {line.after or '-'}" if line.before or line.after else ""
    return "  ".join(filter(None, (times.iso(line.at), f"{line.by:<16}", f"{line.what:<18}", line.about, change)))
