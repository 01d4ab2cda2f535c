"""What a company's account asks for is checked before AWS sees it, and reaches each thing that it is about."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from chalicelib.errors import WrongUsage
from infra import governance, names
from infra.choices import Choices

BOUND = "arn:aws:iam::123456789012:policy/bound"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"permissions_boundary": "bound"}, "--permissions-boundary is the ARN of a policy"),
        ({"role_arn": BOUND}, "--role-arn is the ARN of a role"),
        ({"role_path": "guichet"}, "--role-path is a path"),
        ({"budget": "many", "budget_email": "a@b.example"}, "--budget is US dollars"),
        ({"budget": "30"}, "--budget and --budget-email together"),
        ({"budget": "30", "budget_email": "nobody"}, "--budget-email is an address"),
        ({"tags": ["team"]}, "--tag is KEY=VALUE"),
        ({"tags": ["guichet:stage=x"]}, "not free"),
        ({"tags": ["aws:x=y"]}, "not free"),
        ({"tags": ["team=a;b"]}, "AWS takes no such tag"),
    ],
)
def test_what_aws_would_refuse_is_refused_here(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        Choices().changed(asked)


def test_what_is_not_asked_stays_and_none_takes_back() -> None:
    before = Choices({"team": "care", "cost": "7"}, permissions_boundary=BOUND, role_path="/guichet/")
    after = before.changed({"tags": ["team=none"], "role_path": "none", "permissions_boundary": None})

    assert after == Choices({"cost": "7"}, permissions_boundary=BOUND)


def test_every_role_is_bounded_and_lies_where_it_should(aws_stack: dict[str, Any]) -> None:
    chosen = Choices(permissions_boundary=BOUND, role_path="/guichet/")
    drawn = governance.governed(copy.deepcopy(aws_stack), names.names("prod"), chosen)
    roles = [each["Properties"] for each in drawn["Resources"].values() if each["Type"] == "AWS::IAM::Role"]

    assert {(each["PermissionsBoundary"], each["Path"]) for each in roles} == {(BOUND, "/guichet/")}
    assert len(roles) == len(names.FUNCTIONS)


def test_a_budget_tells_its_address_before_the_month_is_over(aws_stack: dict[str, Any]) -> None:
    chosen = Choices(budget="30", budget_email="boss@example.com")
    drawn = governance.governed(copy.deepcopy(aws_stack), names.names("prod"), chosen)
    budget = drawn["Resources"]["Budget"]["Properties"]

    assert budget["Budget"]["BudgetLimit"] == {"Amount": 30.0, "Unit": "USD"}
    assert {
        (each["Notification"]["NotificationType"], each["Subscribers"][0]["Address"])
        for each in budget["NotificationsWithSubscribers"]
    } == {("ACTUAL", "boss@example.com"), ("FORECASTED", "boss@example.com")}
    assert "Budget" not in governance.governed(copy.deepcopy(aws_stack), names.names("prod"), Choices())["Resources"]


def test_every_stack_carries_its_stage() -> None:
    assert governance.stack_tags(names.names("prod"), Choices({"team": "care"})) == {
        "guichet:stage": "prod",
        "team": "care",
    }
