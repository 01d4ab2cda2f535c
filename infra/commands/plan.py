"""`guichet plan`."""

from __future__ import annotations

import argparse

from . import _deploying, _domain, _output

NAME = "plan"
HELP = "show what a deploy would change, without changing it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)
    _domain.configure(parser)
    _deploying.choice_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the steps that `deploy` would take."""
    from .. import concurrency, plan, stage
    from ..stage_cloud import cloud
    from ._stage import target_of

    where = cloud(args.stage)
    _output.say(where.said)
    concurrency.tell(where, _output.say)
    aim = stage.aim(where, _deploying.chosen(args, where), _domain.asked(args))
    steps = stage.planned(where, aim, target_of(args.stage), _output.say)
    _output.answer(args, {**where.document, "steps": plan.as_json(steps)}, plan.drawn(steps))
    return 0
