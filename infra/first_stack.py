"""
How a data stack begins: created, or taking over what an earlier one left behind. Pure.

A new one's table has no deletion protection, so a failed creation can be undone. An update to the whole template
follows in both cases. A queue or bucket is imported by its name alone, so that this update writes every setting: what
an earlier stack left may be older than the source.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]
Identifier = dict[str, str]  # CloudFormation's primary identifier of a resource, such as {"QueueUrl": "https://…"}

# What a retained resource is known by in a template. Tables are taken over whole: time to live cannot be switched on
# twice, and their keys never change.
NAMED_BY = {
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::S3::Bucket": ("BucketName",),
}
LOCK = "DeletionProtectionEnabled"


def unlocked(template: Template) -> Template:
    """Give `template` with deletable tables: a creation that fails can be rolled back, and tried again."""
    first = copy.deepcopy(template)
    for resource in first.get("Resources", {}).values():
        if resource["Type"] == "AWS::DynamoDB::Table" and resource["Properties"].get(LOCK):
            resource["Properties"][LOCK] = False
    return first


def taken_over(template: Template, orphans: Mapping[str, Identifier]) -> Template:
    """Give the part of `template` that takes over `orphans` (by logical id); it refers to nothing else."""
    kept = {}
    for name, resource in template["Resources"].items():
        if name not in orphans:
            continue
        properties = resource["Properties"]
        wanted = NAMED_BY.get(resource["Type"], tuple(properties))
        kept[name] = {
            "Type": resource["Type"],
            "DeletionPolicy": resource["DeletionPolicy"],
            "UpdateReplacePolicy": resource["UpdateReplacePolicy"],
            "Properties": {each: properties[each] for each in wanted if each in properties},
        }
    return {**{key: template[key] for key in ("AWSTemplateFormatVersion", "Description")}, "Resources": kept}
