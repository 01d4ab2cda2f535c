"""`guichet deploy`."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from . import _deploying, _domain, _output

NAME = "deploy"
HELP = "package and deploy a stage; prints what changed and where it answers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    _domain.configure(parser)
    _deploying.choice_arguments(parser)
    parser.add_argument(
        "--alarm-email", default="", metavar="ADDRESS", help="who is woken, from now on: AWS asks them to confirm"
    )


def run(args: argparse.Namespace) -> int:
    """Execute the steps that `plan` shows, after asking."""
    from .. import choices, plan, stage, subscribers
    from ..aws import explained
    from ..build import build, compiled
    from ..stage_cloud import cloud
    from ._stage import target_of

    email = subscribers.checked(args.alarm_email) if args.alarm_email else ""
    where = cloud(args.stage)
    _output.say(where.said)
    aim = stage.aim(where, _deploying.chosen(args, where), _domain.asked(args))
    target = target_of(args.stage)

    def agree(steps: tuple[plan.Step, ...]) -> None:
        if steps and not args.yes and not where.is_local:
            _deploying.ask(args.stage, plan.drawn(steps), "Changing")
        if not where.is_local:
            choices.keep(where, aim.chosen)

    built = build(target, _output.say)
    if not where.is_local:
        compiled(built, target)
    done = stage.deploy_built(where, target, built, _output.progress, aim, agree)
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
