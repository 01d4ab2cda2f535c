"""The options about a stage's own domain name, for the commands that draw its stacks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..domains import Asked


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options; without them a stage keeps the domain it has."""
    parser.add_argument("--domain", default="", metavar="NAME", help="the stage's own address, such as bot.example.com")
    parser.add_argument(
        "--certificate", default="", metavar="ARN", help="its certificate in ACM, in the stage's region"
    )
    parser.add_argument("--no-domain", action="store_true", help="answer at AWS's address again")


def asked(args: argparse.Namespace) -> Asked:
    """Give what was asked for."""
    from ..domains import Asked

    return Asked(args.domain, args.certificate, args.no_domain)
