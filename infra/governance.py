"""
What a company's account asks of a stack: where its roles lie and what bounds them, whose it is, what it may cost. Pure.
"""

from __future__ import annotations

from typing import Any

from .choices import Choices
from .names import Names

Template = dict[str, Any]
SHARE = 80  # percent of the budget at which somebody is told; and once more when the month's forecast passes it


def stack_tags(names: Names, choices: Choices) -> dict[str, str]:
    """Give the tags of both stacks; CloudFormation writes them on everything that it makes and that can have tags."""
    return {"guichet:stage": names.stage, **choices.tags}


def governed(template: Template, names: Names, choices: Choices) -> Template:
    """Write the choices into the app stack's plain template, in place; gives it back."""
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        if choices.permissions_boundary:
            resource["Properties"]["PermissionsBoundary"] = choices.permissions_boundary
        if choices.role_path:
            resource["Properties"]["Path"] = choices.role_path
    if choices.budget:
        template["Resources"]["Budget"] = _budget(names, choices)
    return template


def _budget(names: Names, choices: Choices) -> Template:
    """
    The whole account's month: AWS counts by tag only what the payer has activated, and silently nothing before.

    The address is told directly: a topic would need a policy that lets AWS Budgets in.
    """
    told = [{"SubscriptionType": "EMAIL", "Address": choices.budget_email}]

    def when(kind: str, percent: int) -> Template:
        condition = {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": percent}
        return {"Notification": condition, "Subscribers": told}

    return {
        "Type": "AWS::Budgets::Budget",
        "Properties": {
            "Budget": {
                "BudgetName": names.table,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": float(choices.budget), "Unit": "USD"},
            },
            "NotificationsWithSubscribers": [when("ACTUAL", SHARE), when("FORECASTED", 100)],
        },
    }
