"""
From SAM to the CloudFormation that AWS will make, by AWS's own translator. Pure.

What is planned, linted, tested and deployed is this: no transform runs in the account, none of its rights is needed,
and nothing is made that nobody saw.
"""

from __future__ import annotations

import copy
from typing import Any

Template = dict[str, Any]


def translated(template: Template, region: str) -> Template:
    """Give `template` (with AWS::Serverless resources, left as it was) as plain CloudFormation for a region."""
    from boto3.session import Session
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    session = Session("-", "-", region_name=region)  # its region and partition are looked at; nothing is asked of AWS
    metrics = Metrics("Guichet", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=session, metrics=metrics)
    plain: Template = translator.translate(copy.deepcopy(template), {})
    metrics.publish()  # to nobody: it warns of what is not published
    return plain
