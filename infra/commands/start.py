"""`guichet start --brand B`: lets the bot speak again."""

from __future__ import annotations

import argparse

from . import _admin, _switch

NAME = "start"
HELP = "let a brand's bot speak again (named people)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _switch.configure(parser)
    _admin.argument(parser)


def run(args: argparse.Namespace) -> int:
    """Start."""
    return _switch.switch(args, stopped=False)
