"""`guichet package`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..names import DEFAULT_REGION
from . import _output

NAME = "package"
HELP = "build the functions' zip, the model layer and the CloudFormation templates"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--stage", default="prod", metavar="S", help="the stage to write into the templates (prod)")
    parser.add_argument("--region", default=DEFAULT_REGION, metavar="R", help=f"where it will go ({DEFAULT_REGION})")
    parser.add_argument("--account", default="", metavar="ID", help="whose: then every name is written out")
    parser.add_argument(
        "--target", choices=("aws", "local"), default="aws", help="package for AWS, or for this machine"
    )


def run(args: argparse.Namespace) -> int:
    """Build everything that a deploy would upload, and print the sizes."""
    from .. import archive, stage
    from ..build import build
    from ..names import BUILD, names
    from ..targets import aws, local

    target = aws() if args.target == "aws" else local()
    built = build(target, _output.say)
    wanted = stage.wanted(stage.Aim(names(args.stage), args.region, args.account), target, built)
    files = {}
    for kind, (_, template) in (("data", wanted.data), ("app", wanted.app)):
        path: Path = BUILD / target.name / f"{args.stage}-{kind}.json"
        path.write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")
        files[kind] = str(path)
    if not built.bytecode:
        _output.say(f"no {target.runtime} on this machine: no bytecode ships, and cold starts take longer.")
    document = {
        "target": target.name,
        "runtime": target.runtime,
        "architecture": target.architecture,
        "bytecode": built.bytecode,
        "code": {"path": str(built.code.path), "zipped": built.code.zipped, "unzipped": built.code.unzipped},
        "layer": {"path": str(built.layer.path), "zipped": built.layer.zipped, "unzipped": built.layer.unzipped},
        "templates": files,
    }
    total = (built.code.unzipped + built.layer.unzipped) / archive.MIB
    text = "\n".join(
        [
            *(
                f"{part:<6} {each.zipped / archive.MB:6.1f} MB zip {each.unzipped / archive.MIB:7.1f} MiB  {each.path}"
                for part, each in (("code", built.code), ("layer", built.layer))
            ),
            f"total  {total:21.1f} MiB of 250, for {target.runtime} on {target.architecture}",
            *files.values(),
        ]
    )
    _output.answer(args, document, text)
    return 0
