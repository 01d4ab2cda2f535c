"""`guichet smoke`."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from . import _output

NAME = "smoke"
HELP = "try a deployed stage from outside, changing nothing; exit 1 when a check fails"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _output.stage_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print each check and what it saw."""
    from ..stage_cloud import cloud
    from ..stage_status import smoke

    where = cloud(args.stage)
    _output.say(where.said)
    checks = list(smoke(where))
    text = "\n".join(f"{'ok  ' if each.passed else 'FAIL'} {each.name}: {each.seen}" for each in checks)
    passed = all(each.passed for each in checks)
    document = {**where.document, "passed": passed, "checks": [asdict(each) for each in checks]}
    _output.answer(args, document, text)
    return 0 if passed else 1
