"""`guichet status`."""

from __future__ import annotations

import argparse
from typing import Any

from ..names import LOCAL_STAGE
from . import _output

NAME = "status"
HELP = "show a stage's stacks, address, queues, alarms, stopped bots, exceptions and brands' own classifiers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser, LOCAL_STAGE)


def run(args: argparse.Namespace) -> int:
    """Print how the stage is."""
    from ..stage_cloud import cloud
    from ..stage_status import status

    found = status(cloud(args.stage))
    _output.answer(args, found, _drawn(found))
    return 0


def _drawn(found: dict[str, Any]) -> str:
    from ..subscribers import Subscribers

    lines = [f"{found['stage']} in {found['region']}: {found['api']}"]
    lines += [f"  {name:<28} {state}" for name, state in found["stacks"].items()]
    lines.append(f"  {'queue':<12} {'waiting':>8} {'in flight':>10} {'dead':>6}")
    lines += [
        f"  {queue:<12} {each['waiting']:>8} {each['in_flight']:>10} {each['dead']:>6}"
        for queue, each in found["queues"].items()
    ]
    heard = Subscribers(**found["subscribers"]).words
    lines.append(f"  alarms: {', '.join(found['alarms']) or 'silent'} ({heard})")
    lines += [f"  silent: {each['brand']} {each['account']} since {each['since']}" for each in found["silent"]]
    lines += [f"  {each['brand']} {each['account']}: {_gap(each)}" for each in found["gaps"]]
    lines += [f"  stopped: {brand} {stop['words']}" for brand, stops in found["stopped"].items() for stop in stops]
    lines += [f"  {brand} uses {each['words']}" for brand, each in found["bundles"].items()]
    lines += [
        f"  exception: {brand} {each['id']} until {each['ends']}"
        for brand, found_there in found["exceptions"].items()
        for each in found_there
    ]
    return "\n".join(lines)


def _gap(each: dict[str, Any]) -> str:
    told = [f"{each['found']} messages were taken from its list, the last {each['last']}"] if each["found"] else []
    told += [f"{each['lagged']} of them it showed late"] if each["lagged"] else []
    told += [f"{each['unplaced']} messages in it say not whose they are"] if each["unplaced"] else []
    told += [f"of {each['cut']} conversations it shows not all that was written"] if each["cut"] else []
    return "; ".join([*told, *([f"its list cannot be read ({each['error']})"] if each["error"] else [])])
