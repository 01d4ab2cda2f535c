"""`guichet deploy`."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from . import _domain, _output

NAME = "deploy"
HELP = "package and deploy a stage; prints what changed and where it answers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)
    _domain.configure(parser)
    parser.add_argument(
        "--alarm-email", default="", metavar="ADDRESS", help="who is woken, from now on: AWS asks them to confirm"
    )


def run(args: argparse.Namespace) -> int:
    """Execute the steps that `plan` shows."""
    from .. import plan, stage, subscribers
    from ..aws import cloud, explained
    from ._stage import target_of

    email = subscribers.checked(args.alarm_email) if args.alarm_email else ""
    where = cloud(args.stage)
    _output.say(where.said)
    done = stage.deploy(where, target_of(args.stage), _output.say, _output.progress, _domain.asked(args))
    with explained():
        if email:
            subscribers.subscribe(where, email)
        heard = subscribers.subscribers(where)
    domain = asdict(done.domain) if done.domain else None
    document = {**where.document, "steps": plan.as_json(done.steps), "api": done.api, "domain": domain}
    text = f"{plan.drawn(done.steps)}\nThe stage {args.stage} answers at {done.api}\nAlarms: {heard.advice}"
    document["subscribers"] = asdict(heard)
    _output.answer(args, document, f"{text}\n{done.domain.to_do}" if done.domain else text)
    return 0
