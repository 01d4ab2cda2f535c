"""`guichet estimate`: what a month costs, the platforms' own prices included."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import _output

if TYPE_CHECKING:
    from ..estimate import Line

NAME = "estimate"
HELP = "say what a month costs on AWS and at the platforms, by list prices; asks nobody"
MIX = "whatsapp=60,messenger=30,x=10"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--messages", type=_count, default=5_000, metavar="N", help="customers' messages a month (5000)"
    )
    parser.add_argument(
        "--tickets", type=_percent, default=0.4, metavar="P", help="how many in a hundred become tickets (40)"
    )
    parser.add_argument("--mix", type=_mix, default=_mix(MIX), metavar="C=P,…", help=f"of a hundred messages ({MIX})")


def run(args: argparse.Namespace) -> int:
    """Print the lines and their sum."""
    from .. import estimate

    costs = estimate.measured()
    lines = estimate.estimate(estimate.Month(args.messages, args.tickets, args.mix), costs)
    billed = estimate.prices()
    sources = {channel: billed[channel].source for channel in args.mix}
    document = {
        "messages": args.messages,
        "tickets": args.tickets,
        "mix": args.mix,
        "lines": [asdict(line) for line in lines],
        "total_usd": round(sum(line.usd for line in lines), 2),
        "region": costs["region"],
        "prices": costs["prices"],
        "sources": sources,
    }
    _output.answer(args, document, drawn(lines, document))
    return 0


def drawn(lines: list[Line], document: dict[str, Any]) -> str:
    """Write the lines for a person."""
    rows = [f"{line.who:<10} {line.what:<40} {line.usd:>9.2f}" for line in lines]
    total = f"{'total':<10} {'USD a month':<40} {document['total_usd']:>9.2f}"
    notes = [f"{channel}: {source}" for channel, source in document["sources"].items()]
    where = f"AWS: {document['region']}, prices {document['prices']}, without tax; check both before you sign a budget"
    return "\n".join((*rows, total, "", where, *notes))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of messages")
    return int(text)


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is no share: give 0 to 100")
    return value / 100


def _mix(text: str) -> dict[str, float]:
    from chalicelib.channels import REGISTRY

    pairs = [each.partition("=") for each in text.split(",")]
    found = {name.strip(): _percent(share) for name, _, share in pairs}
    if len(found) != len(pairs) or not found.keys() <= REGISTRY.keys():
        raise argparse.ArgumentTypeError(f"name each of {', '.join(REGISTRY)} at most once, as in {MIX}")
    if abs(sum(found.values()) - 1) > 1e-9:
        raise argparse.ArgumentTypeError(f"the shares come to {100 * sum(found.values()):g}, not to 100")
    return found
