"""Who gives a command: some may be given only by people whom the playbook names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chalicelib.errors import UsageError

from ..names import LOCAL_STAGE

if TYPE_CHECKING:
    from chalicelib.playbook.schema import Playbook

LOCAL = "local"  # who sits at the machine that the local stack runs on


def argument(parser: argparse.ArgumentParser) -> None:
    """Add --as."""
    parser.add_argument(
        "--as", dest="who", default="", metavar="NAME", help="who you are, as the playbook names you (admins)"
    )


def named(args: argparse.Namespace, playbook: Playbook, what: str) -> str:
    """
    Give who gives the command: on the local stack whoever sits there, else somebody whom the playbook names.

    Raises UsageError for anybody else.
    """
    from chalicelib.playbook.in_force import is_admin

    if not args.who and args.stage == LOCAL_STAGE:
        return LOCAL
    if is_admin(playbook, args.who):
        return str(args.who)
    people = ", ".join(playbook.admins)
    known = f"the playbook names {people}" if people else "the playbook names nobody yet (`admins`)"
    who = f"'{args.who}' is not one of them" if args.who else "say who you are with --as NAME"
    raise UsageError(f"Only named people may {what}: {known}; {who}.")
