"""
A stage's stacks on the local AWS, by a user who has the deployer's policies and no other right.

A stage of its own name, as on AWS: locked, tagged, rolled back, asked for by change sets.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError
from infra import apply, aws, choices, found, plan, stage_cloud
from infra.names import DEFAULT_REGION, ROOT
from infra.resources import data_template
from tests.support.local_aws import LocalAws

pytestmark = pytest.mark.stack

QUIET: apply.Progress = lambda *_: None  # noqa: E731
TAGS = {"guichet:stage": "eu", "team": "care"}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "guichet-eu-app"}}


@pytest.fixture
def cloud(stage: LocalAws) -> Iterator[aws.Cloud]:
    """The stage "eu", opened as on AWS with a deployer's keys; nothing of it is left afterwards."""
    iam = stage.cloud.client("iam")
    iam.create_user(UserName="deployer")
    for name in ("deployer-data", "deployer-app"):
        document = (ROOT / "infra" / "policies" / f"{name}.json").read_text(encoding="utf-8")
        iam.put_user_policy(UserName="deployer", PolicyName=name, PolicyDocument=document)
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    before = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": stage.cloud.endpoint,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    aws._session.cache_clear()
    try:
        with aws.explained():
            yield stage_cloud.cloud("eu")
    finally:
        os.environ.clear()
        os.environ.update(before)
        aws._session.cache_clear()
        iam.delete_access_key(UserName="deployer", AccessKeyId=key["AccessKeyId"])
        for name in ("deployer-data", "deployer-app"):
            iam.delete_user_policy(UserName="deployer", PolicyName=name)
        iam.delete_user(UserName="deployer")


def goal(cloud: aws.Cloud, tmp_path: Path, **app: Any) -> plan.Wanted:
    code = tmp_path / "code.zip"
    code.write_bytes(b"zip")
    data = data_template(cloud.names, account=cloud.account, region=cloud.region)
    del data["Resources"]["BucketPolicy"]  # the local AWS speaks plain HTTP, and would hold to it
    uploads = (plan.Upload("deploy/code-1.zip", code, 3),)
    stack = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Topic": TOPIC, **app}}
    return plan.Wanted((cloud.names.data_stack, data), uploads, (cloud.names.app_stack, stack), locked=True, tags=TAGS)


def steps_to(cloud: aws.Cloud, wanted: plan.Wanted) -> tuple[plan.Step, ...]:
    now = found.found(cloud, (wanted.data[0], wanted.app[0]), wanted.uploads)
    now = found.with_orphans(cloud, now, wanted.data[1])
    now = found.with_elsewhere(cloud, now, (wanted.elsewhere, wanted.left))
    return apply.previewed(cloud, plan.plan(wanted, now), now, apply.Manner(TAGS))


def deploy(cloud: aws.Cloud, wanted: plan.Wanted) -> list[str]:
    steps = steps_to(cloud, wanted)
    apply.apply(cloud, steps, QUIET, apply.Manner(TAGS))
    return [f"{each.verb} {each.subject.removeprefix('guichet-eu-')}" for each in steps]


def destroy(cloud: aws.Cloud) -> list[str]:
    stacks = (cloud.names.app_stack, cloud.names.data_stack)
    steps = plan.plan_destroy(stacks, found.found(cloud, stacks))
    apply.apply(cloud, steps, QUIET)
    return [f"{each.verb} {each.subject.removeprefix('guichet-eu-')}" for each in steps]


def queue_settings(stage: LocalAws, queue: str) -> Mapping[str, str]:
    client = stage.cloud.client("sqs")
    url = client.get_queue_url(QueueName=f"guichet-eu-{queue}")["QueueUrl"]
    attributes: dict[str, str] = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return attributes


def test_a_stage_is_made_locked_deleted_and_taken_over_with_its_conversations(
    cloud: aws.Cloud, stage: LocalAws, tmp_path: Path
) -> None:
    wanted = goal(cloud, tmp_path)
    made = ["create data", "lock data", "update data", "upload deploy/code-1.zip", "create app"]
    table, root = cloud.names.table, stage.cloud

    assert deploy(cloud, wanted) == made
    assert steps_to(cloud, wanted) == ()
    described = root.client("dynamodb").describe_table(TableName=table)["Table"]
    assert described["DeletionProtectionEnabled"] is True
    stack = root.client("cloudformation").describe_stacks(StackName=cloud.names.data_stack)["Stacks"][0]
    assert stack["EnableTerminationProtection"] is True
    assert {each["Key"]: each["Value"] for each in stack["Tags"]} == TAGS
    root.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    settings = queue_settings(stage, "inbox.fifo")

    assert destroy(cloud) == ["delete app", "unlock data", "delete data"]
    sqs = root.client("sqs")
    inbox = sqs.get_queue_url(QueueName="guichet-eu-inbox.fifo")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"VisibilityTimeout": "7"})

    assert deploy(cloud, wanted) == ["import data", "lock data", "update data", "create app"]
    assert root.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "a"}, "sk": {"S": "b"}})["Item"]
    assert queue_settings(stage, "inbox.fifo")["VisibilityTimeout"] == settings["VisibilityTimeout"] != "7"
    assert steps_to(cloud, wanted) == ()
    assert destroy(cloud) == ["delete app", "unlock data", "delete data"]
    _sweep_up(cloud, stage, wanted)


def test_a_first_creation_that_failed_can_be_tried_again(cloud: aws.Cloud, stage: LocalAws, tmp_path: Path) -> None:
    wanted = goal(cloud, tmp_path)
    broken = {**wanted.data[1], "Resources": {**wanted.data[1]["Resources"], "Twice": _again(wanted)}}
    bad = plan.Wanted((wanted.data[0], broken), wanted.uploads, wanted.app, locked=True)

    with pytest.raises(UsageError, match=r"ended as ROLLBACK_COMPLETE: \w+: .*"):
        deploy(cloud, bad)
    assert deploy(cloud, wanted)[:2] == ["delete data", "create data"]
    assert destroy(cloud) == ["delete app", "unlock data", "delete data"]
    _sweep_up(cloud, stage, wanted)


def _again(wanted: plan.Wanted) -> dict[str, Any]:
    """A second resource of one name, made last: the stack fails when all else is there."""
    resources = wanted.data[1]["Resources"]
    return {**resources["Bucket"], "DependsOn": list(resources)}


def test_a_replacement_is_told_before_it_is_made_and_a_change_set_that_nobody_wants_is_forgotten(
    cloud: aws.Cloud, stage: LocalAws, tmp_path: Path
) -> None:
    first, second = goal(cloud, tmp_path), goal(cloud, tmp_path)
    renamed = {**TOPIC, "Properties": {"TopicName": "guichet-eu-others"}}
    second.app[1]["Resources"]["Topic"] = renamed
    deploy(cloud, first)
    (update,) = steps_to(cloud, second)

    assert [(each.verb, each.resource, each.replaces) for each in update.changes] == [("~", "Topic", "replaces")]
    assert "REPLACES IT" in plan.drawn((update,))
    apply.forget(cloud, (update,))
    left = stage.cloud.client("cloudformation").list_change_sets(StackName=first.app[0])["Summaries"]
    assert update.change_set not in {each["ChangeSetId"] for each in left}
    assert deploy(cloud, second) == ["update app"]
    destroy(cloud)
    _sweep_up(cloud, stage, first)


def test_a_stack_of_another_region_is_made_changed_and_left(cloud: aws.Cloud, stage: LocalAws, tmp_path: Path) -> None:
    first = goal(cloud, tmp_path)
    there = plan.Elsewhere(cloud.names.mail_stack, "eu-west-1", first.app[1])
    other = {**TOPIC, "Properties": {"TopicName": "guichet-eu-app", "DisplayName": "x"}}
    tagged = {**first.app[1], "Resources": {"Topic": other}}
    moved = plan.Elsewhere(cloud.names.mail_stack, "eu-central-1", first.app[1])
    formation = stage.cloud.of_region("eu-central-1").client("cloudformation")

    assert deploy(cloud, replace(first, elsewhere=there))[-1] == "create mail"
    assert steps_to(cloud, replace(first, elsewhere=there)) == ()
    assert deploy(cloud, replace(first, elsewhere=replace(there, template=tagged))) == ["update mail"]
    assert deploy(cloud, replace(first, elsewhere=moved, left=there)) == ["create mail", "delete mail"]
    assert formation.describe_stacks(StackName=there.name)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert deploy(cloud, replace(first, left=there)) == []
    assert deploy(cloud, replace(first, left=moved)) == ["delete mail"]
    destroy(cloud)
    _sweep_up(cloud, stage, first)


def test_what_was_chosen_is_known_to_the_next_deploy(cloud: aws.Cloud, stage: LocalAws) -> None:
    assert choices.read(cloud) == choices.Choices()
    asked = {"tags": ["team=care"], "budget": "30", "budget_email": "boss@example.com", "role_path": None}
    choices.keep(cloud, choices.read(cloud).changed(asked))
    kept = choices.read(cloud)

    assert (kept.tags, kept.budget, kept.role_path) == ({"team": "care"}, "30", "")
    assert choices.read(cloud).changed({"tags": ["team=none"], "budget": "none", "budget_email": "none"}) == (
        choices.Choices()
    )
    stage.cloud.client("ssm").delete_parameter(Name="/guichet/eu/deploy")


def _sweep_up(cloud: aws.Cloud, stage: LocalAws, wanted: plan.Wanted) -> None:
    """Delete what was retained, as nobody would on AWS."""
    root = stage.cloud
    for each in wanted.data[1]["Resources"].values():
        named = each["Properties"]
        if each["Type"] == "AWS::SQS::Queue":
            sqs = root.client("sqs")
            sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=named["QueueName"])["QueueUrl"])
    topic = wanted.data[1]["Resources"]["AlarmTopic"]["Properties"]["TopicName"]
    root.client("sns").delete_topic(TopicArn=f"arn:aws:sns:{cloud.region}:{cloud.account}:{topic}")
    root.client("dynamodb").update_table(TableName=cloud.names.table, DeletionProtectionEnabled=False)
    root.client("dynamodb").delete_table(TableName=cloud.names.table)
    storage = root.client("s3")
    for each in storage.list_objects_v2(Bucket=cloud.bucket).get("Contents", ()):
        storage.delete_object(Bucket=cloud.bucket, Key=each["Key"])
    storage.delete_bucket(Bucket=cloud.bucket)
