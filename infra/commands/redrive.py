"""`guichet redrive`."""

from __future__ import annotations

import argparse

from ..names import LOCAL_STAGE, MAIL_QUEUE, QUEUES, names
from . import _arguments, _output

NAME = "redrive"
HELP = "move a queue's dead letters back to it, once their cause is repaired"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")
    parser.add_argument(
        "--queue", required=True, choices=(*QUEUES, MAIL_QUEUE), type=_full, help="whose dead letters go back"
    )
    parser.add_argument(
        "--limit", type=_arguments.number(1, 1_000_000), default=10_000, metavar="N", help="at most this many (10000)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say how many messages there are")


def _full(queue: str) -> str:
    """Let inbox stand for inbox.fifo."""
    return f"{queue}.fifo" if f"{queue}.fifo" in QUEUES else queue


def run(args: argparse.Namespace) -> int:
    """Move the dead letters and say how many."""
    from chalicelib.admin.redrive import QueueNames, redrive, waiting

    from ..aws import explained
    from ..identity import author
    from ..stage_services import services_of

    services, named = services_of(args.stage), names(args.stage)
    queue = QueueNames(args.queue, named.dead(args.queue), named.queue(args.queue))
    with explained():
        if args.dry_run:
            dead = waiting(services, queue)
            document = {"stage": args.stage, "queue": args.queue, "dead": dead, "moved": 0}
            _output.answer(args, document, f"{dead} messages of {args.queue} would be moved back.")
            return 0
        moved = 0
        for moved in redrive(services, queue, args.limit, author(services)):
            _output.progress(f"moving messages of {args.queue}", moved, args.limit)
    document = {"stage": args.stage, "queue": args.queue, "moved": moved}
    _output.answer(args, document, f"{moved} messages of {args.queue} moved back.")
    return 0
