"""`guichet demo`."""

from __future__ import annotations

import argparse
import sys

from . import _arguments

NAME = "demo"
HELP = "play a day of customers through the local stack and print what became of each"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--events",
        type=_arguments.number(1, 3000),
        default=300,
        metavar="N",
        help="deliveries to play, 1 to 3000 (300)",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before a running stack gets these customers")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed is another day (1)")


def run(args: argparse.Namespace) -> int:
    """Play the day; 0 when nothing was lost, doubled, wrong, or shown to the wrong one."""
    from chalicelib.channels import REGISTRY

    from ..demo import movers
    from ..demo.outcome import drawn, outcome
    from ..demo.play import play
    from ..demo.scenario import scenario
    from ..demo.stack import running_or_own
    from ..demo.stack_client import StackClient
    from ..names import LOCAL_STAGE
    from ..stage_cloud import cloud
    from ..stage_services import services_of
    from . import _output

    with running_or_own(_output.say, lambda brand: _agreed(args, brand)) as ready:
        client = StackClient(cloud(LOCAL_STAGE), ready)
        names = [name for name in REGISTRY if name in ready["accounts"]]
        public = frozenset(name for name in names if REGISTRY[name].traits.public is not None)
        pairs = movers.pairs(names, ready["accounts"], movers.new_run(), args.seed)
        moved = movers.play(client, services_of(LOCAL_STAGE), pairs, _output.progress)
        customers = scenario(names, public, args.events, args.seed)
        played = play(client, customers, args.seed, _output.progress)
        found = {"events": args.events, "seed": args.seed, "movers": moved} | outcome(client, customers, played)
    _output.answer(args, found, drawn(found))
    whole = found["received"] == found["messages"] and not found["lost"]
    kept = found["delivered"] == found["shown_by_platforms"]
    apart = not found["shown_to_the_wrong_one"] and not movers.wrong(moved) and not moved["unfinished"]
    well = whole and kept and apart
    return 0 if well and not (found["wrong"] or found["unfinished"] or found["dead_letters"]) else 1


def _agreed(args: argparse.Namespace, brand: str) -> bool:
    """Ask a person at a terminal; a script means what it says."""
    if args.yes or args.json or not sys.stdin.isatty():
        return True
    print(
        f"{brand} on the running stack gets {args.events} deliveries of invented customers, and their tickets; only "
        "'guichet run --fresh' takes them out again. Play them there? [y/N] ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    return sys.stdin.readline().strip().casefold() in {"y", "yes", "o", "oui"}
