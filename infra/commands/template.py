"""`guichet template list|sync`: which words a platform has approved for a brand, in which category, at which price."""

from __future__ import annotations

import argparse

from . import _arguments, _brand, _output

NAME = "template"
HELP = "list the templates that a platform has approved, with category, state and price, or read them anew"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare list and sync."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="print what was read last")
    synced = actions.add_parser("sync", help="read them from the platform now, and print them; exit 1 where it refuses")
    for each in (listed, synced):
        each.add_argument("--channel", metavar="C", type=_arguments.channel, help="only this channel's")
        each.add_argument("--account", default="", metavar="ID", help="only this account's")
        _brand.brand_arguments(each)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from chalicelib.admin import templates

    from ..aws import explained
    from ..stage_services import brand_of, services_of

    services = services_of(args.stage)
    with explained():
        brand = brand_of(services, args.brand)
        accounts = templates.accounts_of(services, brand, args.channel or "", args.account)
        if args.action == "sync":
            found = [templates.synced(services, each) for each in accounts]
        else:
            found = [templates.listed(services, each) for each in accounts]
    _output.answer(args, {"brand": brand, "accounts": found}, "\n".join(templates.lines(found)))
    return 1 if args.action == "sync" and any(each["error"] for each in found) else 0
