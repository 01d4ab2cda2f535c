"""
What an administrator chose for a stage beyond its name: tags, boundaries, a role for CloudFormation, a budget.

They are kept beside the stage's secrets (`/guichet/<stage>/deploy`, a plain parameter: nothing in it is secret), so the
next deploy, by whomever, makes the same stacks without being told again.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError, WrongUsage

from .aws import Cloud, explained

_ADDED = ("mail", "mail_region")  # since 0.2.0
NOTHING = "none"  # takes a choice back
_ARN = r"arn:aws[a-z-]*:iam::(\d{12}|aws):"
_RULES = {
    "permissions_boundary": (_ARN + r"policy/\S+", "the ARN of a policy"),
    "role_arn": (_ARN + r"role/\S+", "the ARN of a role"),
    "role_path": (r"/([!-~]+/)?", "a path such as /guichet/"),
    "budget": (r"[1-9]\d{0,6}(\.\d\d?)?", "US dollars a month, such as 30"),
    "mail": (
        r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[ ,]+(?:[a-z0-9-]+\.)+[a-z]{2,})*",
        "domains such as courrier.brand.example",
    ),
    "mail_region": (r"[a-z]{2,}(?:-[a-z]+)+-\d", "a region such as eu-west-1"),
    "budget_email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; "" is AWS's default. `tags` are in addition to `guichet:stage`, which every stack has."""

    tags: Mapping[str, str] = field(default_factory=dict)
    permissions_boundary: str = ""
    role_path: str = ""
    role_arn: str = ""
    budget: str = ""
    budget_email: str = ""
    mail: str = ""
    mail_region: str = ""

    def __post_init__(self) -> None:
        """Raise WrongUsage for what AWS would refuse."""
        for name, (rule, sentence) in _RULES.items():
            value = getattr(self, name)
            if value and not re.fullmatch(rule, value):
                raise WrongUsage(f"--{name.replace('_', '-')} is {sentence}, or 'none'; this is not: {value}")
        if bool(self.budget) != bool(self.budget_email):
            raise WrongUsage("A budget needs somebody to tell: give --budget and --budget-email together.")
        if self.mail_region and not self.mail:
            raise WrongUsage("--mail-region says where SES receives the mails of --mail: give both.")
        for key, value in self.tags.items():
            if not re.fullmatch(r"[\w .:/=+@-]{1,127}", key) or not re.fullmatch(r"[\w .:/=+@-]{0,255}", value):
                raise WrongUsage(f"AWS takes no such tag: {key}={value}")
            if key.startswith(("aws:", "guichet:")):
                raise WrongUsage(f"The tag {key} is not free: aws: is AWS's, guichet: is ours.")

    def changed(self, asked: Mapping[str, Any]) -> Choices:
        """Give the choices with what was asked (None: as it was, "none": taken back)."""
        given = {name: value for name, value in asked.items() if value is not None}
        tags = dict(self.tags)
        for tag in given.pop("tags", ()):
            key, equals, value = tag.partition("=")
            if not equals:
                raise WrongUsage(f"--tag is KEY=VALUE; this is not: {tag}")
            tags[key] = value
        plain = {name: "" if value == NOTHING else str(value) for name, value in given.items()}
        if plain.get("mail") == "":
            plain.setdefault("mail_region", "")
        kept = {key: value for key, value in tags.items() if value != NOTHING}
        return dataclasses.replace(self, tags=kept, **plain)


def read(cloud: Cloud) -> Choices:
    """Give what was chosen before; the local AWS has no choices."""
    if cloud.is_local:
        return Choices()
    with explained():
        try:
            value = cloud.client("ssm").get_parameter(Name=_name(cloud))["Parameter"]["Value"]
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return Choices()
            raise
    try:
        return Choices(**json.loads(value))
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"The parameter {_name(cloud)} was written by another version of Guichet, or by hand: deploy with that "
            "version, or delete it and choose again."
        ) from error


def keep(cloud: Cloud, choices: Choices) -> None:
    """Keep the choices for the next deploy."""
    with explained():
        cloud.client("ssm").put_parameter(
            Name=_name(cloud), Value=json.dumps(_written(choices)), Type="String", Overwrite=True
        )


def _written(choices: Choices) -> dict[str, Any]:
    """Return what is kept: what an older Guichet does not know is left out while nothing is chosen."""
    held = dataclasses.asdict(choices)
    return {name: value for name, value in held.items() if value or name not in _ADDED}


def _name(cloud: Cloud) -> str:
    return f"{cloud.names.secrets_prefix}/deploy"
