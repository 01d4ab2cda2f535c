"""`guichet slack-app`: the manifest by which Slack makes our app, with a stage's own addresses."""

from __future__ import annotations

import argparse

from ..names import LOCAL_STAGE, ROOT
from . import _output

NAME = "slack-app"
HELP = "print the Slack app's manifest with a stage's addresses, to paste at api.slack.com/apps"
MANIFEST = ROOT / "infra" / "slack-app.yaml"
_PLACE = "https://API"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")
    where.add_argument("--api", metavar="URL", help="where it will answer, for a stage that is not deployed yet")


def run(args: argparse.Namespace) -> int:
    """Print it as YAML, or as JSON with --json: Slack takes both."""
    import yaml

    from ..aws import explained
    from ..stage import api_url
    from ..stage_cloud import cloud

    api = args.api
    if api is None:
        opened = cloud(args.stage)
        with explained():
            api = api_url(opened)
    filled = MANIFEST.read_text(encoding="utf-8").replace(_PLACE, api.rstrip("/"))
    _output.answer(args, yaml.safe_load(filled), filled.rstrip())
    return 0
