"""A plan is arithmetic: wanted minus found, and the same twice."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UsageError
from infra import plan
from infra.plan import Found, Stack, Upload, Wanted

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a"}}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t"}}
UPLOAD = Upload("deploy/code-1.zip", Path("code.zip"), 10)


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def wanted(data: dict[str, Any], app: dict[str, Any]) -> Wanted:
    return Wanted(("d", data), (UPLOAD,), ("a", app))


def brief(steps: tuple[plan.Step, ...]) -> list[str]:
    return [f"{step.verb} {step.subject}" for step in steps]


def test_a_new_stage_gets_its_data_then_its_files_then_its_functions() -> None:
    steps = plan.plan(wanted(template(T=TABLE), template(Q=QUEUE)), Found({}, frozenset()))

    assert brief(steps) == ["create d", "upload deploy/code-1.zip", "create a"]
    assert [change.verb for change in steps[0].changes] == ["+"]


def test_a_stage_as_it_should_be_needs_nothing() -> None:
    data, app = template(T=TABLE), template(Q=QUEUE)
    stacks = {"d": Stack("CREATE_COMPLETE", data), "a": Stack("UPDATE_COMPLETE", app)}

    assert plan.plan(wanted(data, app), Found(stacks, frozenset({UPLOAD.key}))) == ()


def test_changes_are_named_by_resource_and_property() -> None:
    old, new = template(Q=QUEUE, T=TABLE), template(Q={**QUEUE, "Properties": {"QueueName": "b"}}, N=TABLE)
    stacks = {"d": Stack("CREATE_COMPLETE", {}), "a": Stack("CREATE_COMPLETE", old)}
    (step,) = plan.plan(wanted({}, new), Found(stacks, frozenset({UPLOAD.key})))

    assert [(each.verb, each.resource, each.what) for each in step.changes] == [
        ("+", "N", ""),
        ("~", "Q", "QueueName"),
        ("-", "T", ""),
    ]


@pytest.mark.parametrize("status", sorted(plan.DEAD_STATES))
def test_a_stack_that_was_never_born_is_made_again(status: str) -> None:
    stacks = {"d": Stack("CREATE_COMPLETE", {}), "a": Stack(status, {})}
    steps = plan.plan(wanted({}, template(Q=QUEUE)), Found(stacks, frozenset({UPLOAD.key})))

    assert brief(steps) == ["delete a", "create a"]


def test_a_stack_that_aws_works_on_is_left_alone() -> None:
    stacks = {"d": Stack("UPDATE_IN_PROGRESS", {})}

    with pytest.raises(UsageError, match="wait for it"):
        plan.plan(wanted({}, {}), Found(stacks, frozenset()))


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name a'"),
        ("UPDATE_FAILED", "rollback-stack --stack-name a'"),
        ("IMPORT_ROLLBACK_FAILED", "delete-stack --stack-name a'"),
        ("DELETE_FAILED", "delete-stack --stack-name a --retain-resources Q T'"),
    ],
)
def test_a_stuck_stack_is_named_with_its_way_out(status: str, way: str) -> None:
    stacks = {"d": Stack("CREATE_COMPLETE", {}), "a": Stack(status, {}, ("Q", "T"))}

    with pytest.raises(UsageError, match=f"stuck in {status} because of Q, T.*{way}"):
        plan.plan(wanted({}, template(Q=QUEUE)), Found(stacks, frozenset({UPLOAD.key})))


def test_a_data_stack_is_made_deletable_then_locked_so_that_a_failed_creation_can_be_tried_again() -> None:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t", "DeletionProtectionEnabled": True}}
    goal = Wanted(("d", template(T=table)), (), ("a", template(Q=QUEUE)), locked=True)
    create, lock, update, app = plan.plan(goal, Found({}, frozenset()))

    assert (create.verb, lock.verb, update.verb, app.subject) == ("create", "lock", "update", "a")
    assert create.template is not None
    assert create.template["Resources"]["T"]["Properties"]["DeletionProtectionEnabled"] is False
    assert update.template == goal.data[1]
    assert [each.what for each in update.changes] == ["DeletionProtectionEnabled"]
    # Whoever dies between the two finds the rest to do.
    after = Found(
        {"d": Stack("CREATE_COMPLETE", create.template), "a": Stack("CREATE_COMPLETE", goal.app[1])}, frozenset()
    )
    assert brief(plan.plan(goal, after)) == ["lock d", "update d"]


def test_what_an_earlier_data_stack_left_is_taken_over_and_then_written_anew() -> None:
    policies = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    queue = {"Type": "AWS::SQS::Queue", **policies, "Properties": {"QueueName": "q", "VisibilityTimeout": 9}}
    table = {**TABLE, **policies}
    data = {"AWSTemplateFormatVersion": "2010-09-09", "Description": "d", **template(Q=queue, T=table, N=queue)}
    orphans = {"Q": {"QueueUrl": "https://q"}, "T": {"TableName": "t"}}
    goal = Wanted(("d", data), (), ("a", {}), locked=True)
    taken, lock, update, _ = plan.plan(goal, Found({}, frozenset(), orphans))

    assert (taken.verb, lock.verb, update.verb) == ("import", "lock", "update")
    assert taken.template is not None
    assert {name: each["Properties"] for name, each in taken.template["Resources"].items()} == {
        "Q": {"QueueName": "q"},
        "T": {"TableName": "t"},
    }
    assert {(each.verb, each.resource, each.what) for each in update.changes} == {
        ("~", "Q", "VisibilityTimeout"),
        ("+", "N", ""),
    }


def test_a_locked_stack_is_unlocked_before_it_is_deleted() -> None:
    found = Found({"d": Stack("CREATE_COMPLETE", template(Q=QUEUE), locked=True)}, frozenset())

    assert brief(plan.plan_destroy(("a", "d"), found)) == ["unlock d", "delete d"]


def test_a_tag_alone_is_a_change() -> None:
    app = template(Q=QUEUE)
    stacks = {"d": Stack("CREATE_COMPLETE", {}, tags={"team": "a"}), "a": Stack("CREATE_COMPLETE", app)}
    goal = Wanted(("d", {}), (), ("a", app), tags={"team": "a"})

    assert brief(plan.plan(goal, Found(stacks, frozenset()))) == ["update a"]


def test_what_aws_would_replace_is_said_aloud() -> None:
    change = plan.Change("~", "Role", "AWS::IAM::Role", "Path", "replaces")

    assert plan.drawn((plan.Step("update", "a", {}, (change,)),)).endswith("AWS::IAM::Role  Path  REPLACES IT")


def test_destroying_names_only_what_is_there() -> None:
    found = Found({"a": Stack("CREATE_COMPLETE", template(Q=QUEUE))}, frozenset())

    assert brief(plan.plan_destroy(("a", "d"), found)) == ["delete a"]


resources = st.dictionaries(
    st.sampled_from("ABCDEF"), st.builds(lambda n: {"Type": "AWS::X", "Properties": {"N": n}}, st.integers(0, 3))
)


@given(resources, resources)
def test_carrying_out_a_plan_leaves_nothing_to_plan(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = {"d": Stack("CREATE_COMPLETE", {}), "a": Stack("CREATE_COMPLETE", {"Resources": old})}
    goal = wanted({}, {"Resources": new})
    steps = plan.plan(goal, Found(before, frozenset()))
    stacks = before | {
        step.subject: Stack("UPDATE_COMPLETE", step.template) for step in steps if step.template is not None
    }
    keys = frozenset(step.upload.key for step in steps if step.upload)

    assert plan.plan(goal, Found(stacks, keys)) == ()


def test_only_apply_and_its_callers_touch_aws() -> None:
    # targets look for a Python on the machine
    pure = ("names", "resources", "template", "http_api", "alarms", "plan", "first_stack", "governance", "translation")
    for name in pure:
        tree = ast.parse((Path(plan.__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        found = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }

        assert found & {"boto3", "botocore", "subprocess", "os", "time", "random"} == set(), name
