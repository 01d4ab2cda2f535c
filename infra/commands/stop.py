"""`guichet stop --brand B`: silences the bot within seconds, rows already waiting included."""

from __future__ import annotations

import argparse

from . import _switch

NAME = "stop"
HELP = "silence a brand's bot at once, rows already waiting included"
configure = _switch.configure


def run(args: argparse.Namespace) -> int:
    """Stop."""
    return _switch.switch(args, stopped=True)
