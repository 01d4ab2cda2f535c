"""`guichet destroy`."""

from __future__ import annotations

import argparse

from . import _deploying, _output

NAME = "destroy"
HELP = "delete a stage's functions and routes; its conversations stay"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--data", action="store_true", help="delete the data stack too; AWS still keeps the table, bucket and queues"
    )


def run(args: argparse.Namespace) -> int:
    """Delete the app stack (and the data stack), after asking."""
    from .. import apply, choices, domains, found, plan, stage
    from ..aws import explained
    from ..stage_cloud import cloud

    where = cloud(args.stage)
    _output.say(where.said)
    stacks = (where.names.app_stack, where.names.data_stack) if args.data else (where.names.app_stack,)
    with explained():
        steps = plan.plan_destroy(stacks, found.found(where, stacks))
        if args.data and (region := stage.received_in(where)):
            mails = (where.names.mail_stack,)
            steps = (*plan.plan_destroy(mails, found.found(where.of_region(region), mails), region), *steps)
        lost = domains.lost(stage.domain_of(where)) if steps and not where.is_local else ""
        if lost:
            _output.say(lost)
        if steps and not args.yes:
            _deploying.ask(args.stage, plan.drawn(steps), "Deleting")
        apply.apply(where, steps, _output.progress, apply.Manner(role=choices.read(where).role_arn))
    text = plan.drawn(steps) if steps else f"Nothing to do: the stage {args.stage} is not deployed."
    _output.answer(args, {**where.document, "steps": plan.as_json(steps), "lost": lost or None}, text)
    return 0
