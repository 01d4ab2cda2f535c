"""`guichet deploy`."""

from __future__ import annotations

import argparse

from . import _output

NAME = "deploy"
HELP = "package and deploy a stage; prints what changed and where it answers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Execute the steps that `plan` shows."""
    from .. import plan, stage
    from ..aws import cloud
    from ._stage import target_of

    where = cloud(args.stage)
    _output.say(where.said)
    done = stage.deploy(where, target_of(args.stage), _output.say, _output.progress)
    document = {**where.document, "steps": plan.as_json(done.steps), "api": done.api}
    _output.answer(args, document, f"{plan.drawn(done.steps)}\nThe stage {args.stage} answers at {done.api}")
    return 0
