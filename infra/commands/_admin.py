"""Who gives a command: some may be given only by people whom the playbook names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..names import LOCAL_STAGE

if TYPE_CHECKING:
    from chalicelib.playbook.schema import Playbook


def argument(parser: argparse.ArgumentParser) -> None:
    """Add --as."""
    parser.add_argument(
        "--as", dest="who", default="", metavar="NAME", help="who you are, as the playbook names you (admins)"
    )


def named(args: argparse.Namespace, playbook: Playbook, what: str) -> str:
    """Give who gives the command: on the local stack whoever sits there, else somebody whom the playbook names."""
    from chalicelib.admin import named_people

    return named_people.named(playbook, args.who, what, local=args.stage == LOCAL_STAGE)
