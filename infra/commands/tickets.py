"""`guichet tickets index`: puts open tickets into the index that lists read."""

from __future__ import annotations

import argparse
import dataclasses

from chalicelib.errors import UsageError

from . import _arguments, _brand, _output

NAME = "tickets"
HELP = "put a brand's open tickets of before the index into it, so that lists show them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    index = actions.add_parser(
        "index", help="put every open ticket that the index lacks into it; may be stopped and run again"
    )
    index.add_argument("--yes", action="store_true", help="do it; without it only what it costs is said")
    index.add_argument(
        "--pace",
        type=_arguments.number(10, 100_000),
        default=1_000,
        metavar="UNITS",
        help="read units a second that it may take from the table (1000)",
    )
    _brand.brand_arguments(index)


def run(args: argparse.Namespace) -> int:
    """Say what it costs, or do it and say what was done."""
    from chalicelib.admin import ticket_index, whole_table

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        table = services.table(brand)
        if not args.yes:
            raise UsageError(
                f"Nothing was written: say `guichet tickets index --brand {brand} --stage {args.stage} --yes`. "
                f"{whole_table.price(table, args.pace, 'It')}"
            )
        done = ticket_index.index(table, whole_table.Pace(args.pace))
    document = {"brand": brand, "stage": args.stage} | dataclasses.asdict(done)
    words = f"{done.open} tickets of {brand} are open; {done.added} of them were missing from the index, and are in it."
    _output.answer(args, document, words)
    return 0
