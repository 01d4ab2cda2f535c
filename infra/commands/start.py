"""`guichet start --brand B`: lets the bot speak again."""

from __future__ import annotations

import argparse

from . import _switch

NAME = "start"
HELP = "let a brand's bot speak again"
configure = _switch.configure


def run(args: argparse.Namespace) -> int:
    """Start."""
    return _switch.switch(args, stopped=False)
