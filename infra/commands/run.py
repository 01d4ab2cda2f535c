"""`guichet run`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from . import _arguments

if TYPE_CHECKING:
    from ..local.serve import Options

NAME = "run"
HELP = "package, deploy to the local AWS, start the simulators and the page; Ctrl-C stops all of it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--port",
        type=_arguments.number(0, 65_535),
        metavar="N",
        help="the page's port (default: the last run's, else 8700; 0: any)",
    )
    parser.add_argument("--ready", type=Path, metavar="FILE", help="write this JSON file when everything answers")
    parser.add_argument("--headless", action="store_true", help="never open a browser")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs kept")


def run(args: argparse.Namespace) -> int:
    """Run the local stack in the foreground; with --json print the ready document once everything answers."""
    from ..local.serve import serve
    from . import _output

    return serve(options_of(args), _output.say, _output.progress)


def options_of(args: argparse.Namespace) -> Options:
    """Give what was asked for."""
    from ..local.serve import Options
    from . import _output

    def told(ready: dict[str, object]) -> None:
        _output.answer(args, ready, "")

    return Options(
        page_port=args.port,
        ready=args.ready,
        headless=args.headless,
        fresh=args.fresh,
        told=told if args.json else None,
    )
