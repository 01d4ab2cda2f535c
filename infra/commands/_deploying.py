"""What `plan` and `deploy` share: the choices of a stage, and the question before anything is changed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from chalicelib.errors import UsageError

if TYPE_CHECKING:
    from ..aws import Cloud
    from ..choices import Choices

CHOICES = ("permissions_boundary", "role_path", "role_arn", "budget", "budget_email", "mail", "mail_region")


def choice_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a company's account may ask for; each is kept for the next deploy, and "none" takes it back."""
    company = parser.add_argument_group("choices", "kept for the next deploy; 'none' takes one back")
    company.add_argument("--tag", dest="tags", action="append", metavar="KEY=VALUE", help="on all that the stacks make")
    company.add_argument("--permissions-boundary", metavar="ARN", help="the policy that bounds the functions' roles")
    company.add_argument("--role-path", metavar="/PATH/", help="where the functions' roles lie")
    company.add_argument("--role-arn", metavar="ARN", help="the role with which CloudFormation works")
    company.add_argument("--budget", metavar="USD", help="tell --budget-email when the account's month costs more")
    company.add_argument("--mail", metavar="DOMAIN", help="receive e-mails to this domain (docs/connect.md)")
    company.add_argument(
        "--mail-region", metavar="REGION", help="where SES receives them, if it does not in the stage's region"
    )
    company.add_argument("--budget-email", metavar="ADDRESS", help="whom the budget tells")


def chosen(args: argparse.Namespace, where: Cloud) -> Choices:
    """Give the stage's choices with what the command line asks."""
    from .. import choices

    asked = {name: getattr(args, name) for name in (*CHOICES, "tags")}
    if where.is_local and any(value is not None for value in asked.values()):
        raise UsageError("The local stage has no choices: they are about an AWS account.")
    return choices.read(where).changed(asked)


def ask(stage: str, text: str, what: str) -> None:
    """Ask a person to type the stage's name; raises UsageError when they do not, or when nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageError(f"{what} {stage} needs --yes when nobody can be asked.")
    print(text, file=sys.stderr)
    if input(f"Type the stage's name to go on ({stage}): ").strip() != stage:
        raise UsageError("Nothing was changed.")
