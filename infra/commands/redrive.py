"""`guichet redrive`."""

from __future__ import annotations

import argparse

from ..names import LOCAL_STAGE, QUEUES
from . import _arguments, _output

NAME = "redrive"
HELP = "move a queue's dead letters back to it, once their cause is repaired"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")
    parser.add_argument("--queue", required=True, choices=QUEUES, type=_full, help="whose dead letters go back")
    parser.add_argument(
        "--limit", type=_arguments.number(1, 1_000_000), default=10_000, metavar="N", help="at most this many (10000)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say how many messages there are")


def _full(queue: str) -> str:
    """Let inbox stand for inbox.fifo."""
    return f"{queue}.fifo" if f"{queue}.fifo" in QUEUES else queue


def run(args: argparse.Namespace) -> int:
    """Move the dead letters and say how many."""
    from ..identity import author
    from ..redrive import noted, redrive, waiting
    from ..stage_cloud import cloud
    from ..stage_services import services_of

    if args.dry_run:
        dead = waiting(cloud(args.stage), args.queue)
        document = {"stage": args.stage, "queue": args.queue, "dead": dead, "moved": 0}
        _output.answer(args, document, f"{dead} messages of {args.queue} would be moved back.")
        return 0
    services, moved = services_of(args.stage), 0
    noted(services, args.queue, author(services))
    for moved in redrive(cloud(args.stage), args.queue, args.limit):
        _output.progress(f"moving messages of {args.queue}", moved, args.limit)
    _output.answer(
        args,
        {"stage": args.stage, "queue": args.queue, "moved": moved},
        f"{moved} messages of {args.queue} moved back.",
    )
    return 0
