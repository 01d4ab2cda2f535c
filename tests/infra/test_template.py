"""What goes to AWS: nothing switched on, nothing lost, every limit kept."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.rig import meter
from chalicelib import receiving, settings
from chalicelib.errors import UsageError
from chalicelib.stages import deliver
from infra import first_stack, governance, names, targets, template
from infra.choices import Choices
from tests.simulation import dynamo

ARTEFACTS = template.Artefacts(code_key="deploy/code-0.zip", layer_key="deploy/layer-0.zip")

Stack = dict[str, Any]

# Everything a stage may consist of. None of them costs by the hour (alarms cost by the month, storage by the byte).
PAID_BY_USE = {
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::Queue",
    "AWS::Lambda::Function",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::LayerVersion",
    "AWS::Events::Rule",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::IAM::Role",
    "AWS::CloudWatch::Alarm",
    "AWS::SNS::Topic",
}


def of_type(stack: Stack, kind: str) -> dict[str, Stack]:
    return {name: each["Properties"] for name, each in stack["Resources"].items() if each["Type"] == kind}


def test_nothing_is_switched_on_when_nobody_writes(aws_stack: Stack, data_stack: Stack) -> None:
    kinds = {each["Type"] for stack in (aws_stack, data_stack) for each in stack["Resources"].values()}

    assert kinds <= PAID_BY_USE
    assert "ProvisionedConcurren" not in json.dumps(aws_stack)
    assert "ProvisionedThroughput" not in json.dumps(data_stack)
    assert "VpcConfig" not in json.dumps(aws_stack)


def test_no_transform_runs_in_the_account(aws_stack: Stack, data_stack: Stack) -> None:
    for stack in (aws_stack, data_stack):
        assert "Transform" not in json.dumps(stack)
        assert not [each for each in stack["Resources"].values() if each["Type"].startswith("AWS::Serverless")]


def test_roles_have_no_names_of_ours_so_that_the_weaker_capability_is_enough(aws_stack: Stack) -> None:
    assert {name for each in of_type(aws_stack, "AWS::IAM::Role").values() for name in each} == {
        "AssumeRolePolicyDocument",
        "Policies",
    }


def test_conversations_outlive_every_stack_but_one_whose_creation_failed(data_stack: Stack) -> None:
    held = {name: each for name, each in data_stack["Resources"].items() if each["Type"] != "AWS::S3::BucketPolicy"}
    policies = {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in held.values()}

    assert policies == {("RetainExceptOnCreate", "Retain")}
    assert data_stack["Resources"]["Table"]["Properties"]["DeletionProtectionEnabled"] is True


def test_every_name_of_the_data_stack_is_written_out(data_stack: Stack) -> None:
    named = {
        name: each["Properties"][key]
        for name, each in data_stack["Resources"].items()
        for key in ("TableName", "QueueName", "BucketName", "TopicName")
        if key in each["Properties"]
    }

    assert len(named) == len(data_stack["Resources"]) - 1  # a bucket's policy has none
    assert {type(name) for name in named.values()} == {str}
    assert named["Bucket"] == "guichet-prod-123456789012-eu-west-3"


def test_a_cut_off_upload_is_forgotten(data_stack: Stack) -> None:
    (bucket,) = of_type(data_stack, "AWS::S3::Bucket").values()
    (rule,) = [each for each in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" not in each]

    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
    assert (rule["Status"], rule["Prefix"]) == ("Enabled", "")


def test_the_table_is_paid_by_request_and_forgets_by_ttl(data_stack: Stack) -> None:
    (table,) = of_type(data_stack, "AWS::DynamoDB::Table").values()
    indexes = {each["IndexName"]: each for each in table["GlobalSecondaryIndexes"]}

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert "StreamSpecification" not in table
    assert set(indexes) == {"due", "open"}
    assert all(each["Projection"] == {"ProjectionType": "KEYS_ONLY"} for each in indexes.values())


def test_every_index_is_kept_by_the_table_in_memory_and_metered_by_the_bench(data_stack: Stack) -> None:
    (table,) = of_type(data_stack, "AWS::DynamoDB::Table").values()
    drawn = {
        each["IndexName"]: tuple(key["AttributeName"] for key in each["KeySchema"])
        for each in table["GlobalSecondaryIndexes"]
    }

    assert drawn == dynamo.INDEXES
    assert tuple(drawn.values()) == meter.INDEXES


def test_every_queue_has_a_dead_letter_queue_of_its_kind(data_stack: Stack) -> None:
    queues = of_type(data_stack, "AWS::SQS::Queue")
    for name in names.QUEUES:
        alive, dead = queues[names.logical(name)], queues[names.logical(name) + "Dead"]

        assert alive.get("FifoQueue", False) == dead.get("FifoQueue", False) == name.endswith(".fifo")
        assert dead["MessageRetentionPeriod"] == 14 * 86_400
        # A message keeps its age when it dies: the dead-letter queue must keep it for longer than the queue did.
        assert alive["MessageRetentionPeriod"] < dead["MessageRetentionPeriod"]


def test_fifo_queues_give_every_customer_their_own_throughput(data_stack: Stack) -> None:
    fifo = [each for each in of_type(data_stack, "AWS::SQS::Queue").values() if each.get("FifoQueue")]

    assert len(fifo) == 2 * len([queue for queue in names.QUEUES if queue.endswith(".fifo")])
    assert {each["DeduplicationScope"] for each in fifo} == {"messageGroup"}
    assert {each["FifoThroughputLimit"] for each in fifo} == {"perMessageGroupId"}


def test_a_dead_workers_messages_come_again_five_seconds_after_it_could_still_run(
    app_stack: Stack, data_stack: Stack
) -> None:
    queues = of_type(data_stack, "AWS::SQS::Queue")
    for function, source in template.SOURCES.items():
        timeout = app_stack["Resources"][function]["Properties"]["Timeout"]

        assert queues[names.logical(source.queue)]["VisibilityTimeout"] == timeout + 5
        assert source.window_s < 5  # Lambda waits this long for a fuller batch, while the first messages are hidden
        assert timeout <= (15 if source.queue != "receipts" else 20)


def test_the_lease_of_a_row_knows_how_long_deliver_may_run(app_stack: Stack) -> None:
    for function in ("Deliver", "Timers"):
        assert 1000 * (app_stack["Resources"][function]["Properties"]["Timeout"] + 5) == deliver.LEASE_MS


def test_what_fails_every_time_is_tried_for_at_least_as_long_as_before_it_is_a_dead_letter(data_stack: Stack) -> None:
    for name in names.QUEUES:
        most = of_type(data_stack, "AWS::SQS::Queue")[names.logical(name)]["RedrivePolicy"]["maxReceiveCount"]
        waits = [receiving.wait_s(received) for received in range(1, most + 1)]

        assert waits[:5] == [2, 10, 60, 300, 300]
        assert sum(waits) > 2 * 900  # twice a quarter of an hour: some receives are spent without a try


def test_functions_answer_with_the_messages_that_failed(app_stack: Stack) -> None:
    functions = of_type(app_stack, "AWS::Serverless::Function")
    read = {}
    for function in template.SOURCES:
        (event,) = functions[function]["Events"].values()
        assert event["Type"] == "SQS"
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        read[function] = event["Properties"]["Queue"]["Fn::Sub"].rpartition(":")[2]

    assert read == {
        "Process": "guichet-prod-inbox.fifo",
        "Deliver": "guichet-prod-outbox.fifo",
        "Desk": "guichet-prod-desk.fifo",
        "Receipts": "guichet-prod-receipts",
        "Timers": "guichet-prod-timers",
    }


def test_fifo_sources_ask_for_what_sqs_allows(app_stack: Stack) -> None:
    for function, source in template.SOURCES.items():
        if source.queue.endswith(".fifo"):
            assert source.batch <= 10
            assert source.window_s == 0
        if source.batch > 10:
            assert source.window_s >= 1, function


def test_only_process_carries_the_model(app_stack: Stack) -> None:
    functions = of_type(app_stack, "AWS::Serverless::Function")
    layered = {name: each["Layers"] for name, each in functions.items() if each.get("Layers")}
    told = {name for name, each in functions.items() if "MODEL_DIR" in each["Environment"]["Variables"]}

    assert layered == {"Process": [{"Ref": "ModelLayer"}]}
    assert told == {"Process"}


def test_memory_and_places(app_stack: Stack) -> None:
    functions = of_type(app_stack, "AWS::Serverless::Function")

    assert functions["APIHandler"]["MemorySize"] == 512
    assert functions["Process"]["MemorySize"] == 1024
    assert 256 <= functions["Deliver"]["MemorySize"] <= 512
    assert {each["Runtime"] for each in functions.values()} == {targets.aws().runtime}
    assert {tuple(each["Architectures"]) for each in functions.values()} == {("arm64",)}


def test_the_environment_holds_all_that_settings_require_and_no_secret(app_stack: Stack) -> None:
    for function in of_type(app_stack, "AWS::Serverless::Function").values():
        variables = function["Environment"]["Variables"]
        assert set(settings._REQUIRED) <= set(variables)
        assert not {name for name in variables if "TOKEN" in name or "PASSWORD" in name or name.endswith("SECRET")}
        assert "LOCAL_BASES" not in variables


def test_log_groups_belong_to_their_functions_and_forget(app_stack: Stack) -> None:
    logs = {
        each["LogGroupName"]: each["RetentionInDays"] for each in of_type(app_stack, "AWS::Logs::LogGroup").values()
    }

    functions = {name: days for name, days in logs.items() if name.startswith("/aws/lambda/")}

    assert functions == {f"/aws/lambda/guichet-prod-{function}": 30 for function in names.FUNCTIONS}


def test_lambda_writes_no_lines_of_its_own_and_loses_none_of_ours(app_stack: Stack) -> None:
    """A higher level for our own lines would drop the metrics with them: they have none, and count as INFO."""
    for function in of_type(app_stack, "AWS::Serverless::Function").values():
        logging = function["LoggingConfig"]
        assert logging == {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"}


def test_every_alarm_rings_where_people_stay_subscribed(app_stack: Stack, data_stack: Stack) -> None:
    (topic,) = of_type(data_stack, "AWS::SNS::Topic").values()
    for alarm in of_type(app_stack, "AWS::CloudWatch::Alarm").values():
        for action in (*alarm["AlarmActions"], *alarm["OKActions"]):
            assert action["Fn::Sub"].rpartition(":")[2] == topic["TopicName"]


def test_every_queue_is_watched_alive_and_dead(app_stack: Stack) -> None:
    watched = {
        (each["MetricName"], each["Dimensions"][0]["Value"])
        for each in of_type(app_stack, "AWS::CloudWatch::Alarm").values()
        if each["Namespace"] == "AWS/SQS"
    }
    stage = names.names("prod")
    for queue in names.QUEUES:
        assert ("ApproximateNumberOfMessagesVisible", stage.dead(queue)) in watched
    for queue in {source.queue for source in template.SOURCES.values()}:
        assert ("ApproximateAgeOfOldestMessage", stage.queue(queue)) in watched


def test_drawing_the_template_changes_nothing_else(sam: Stack) -> None:
    before = copy.deepcopy(sam)
    drawn = [template.app_template(sam, names.names("prod"), targets.aws(), ARTEFACTS) for _ in range(2)]

    assert sam == before
    assert drawn[0] == drawn[1]


def test_local_and_cloud_differ_only_where_targets_says(sam: Stack) -> None:
    stage = names.names("prod")
    cloud = template.app_template(sam, stage, targets.aws(), ARTEFACTS)
    local = template.app_template(sam, stage, targets.local("/model", "{}"), ARTEFACTS)
    for stack in (cloud, local):
        for each in stack["Resources"].values():
            for name in ("Runtime", "Architectures", "CompatibleRuntimes", "CompatibleArchitectures"):
                each.get("Properties", {}).pop(name, None)
            variables = each.get("Properties", {}).get("Environment", {}).get("Variables", {})
            for name in ("LOCAL_BASES", "MODEL_DIR", "MODEL_CACHE"):
                variables.pop(name, None)

    assert cloud == local


def test_cloudformation_takes_every_template(aws_stack: Stack, data_stack: Stack, tmp_path: Path) -> None:
    bounded = Choices(
        permissions_boundary="arn:aws:iam::123456789012:policy/bound",
        role_path="/guichet/",
        budget="30",
        budget_email="boss@example.com",
    )
    governed = governance.governed(copy.deepcopy(aws_stack), names.names("prod"), bounded)
    orphans = {name: {"QueueUrl": "https://sqs/q"} for name in data_stack["Resources"] if name != "BucketPolicy"}
    files = []
    for name, stack in (
        ("app", aws_stack),
        ("governed", governed),
        ("data", data_stack),
        ("first", first_stack.unlocked(data_stack)),
        ("taken", first_stack.taken_over(data_stack, orphans)),
    ):
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(stack), encoding="utf-8")
    lint = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, files)]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_stage_names_that_aws_would_refuse_are_refused_here() -> None:
    for wrong in ("", "Prod", "1st", "a" * 21, "a_b", "../x"):
        with pytest.raises(UsageError):
            names.names(wrong)


def told_addresses(stack: Stack) -> dict[str, Any]:
    functions = of_type(stack, "AWS::Serverless::Function")
    variables = {name: each["Environment"]["Variables"] for name, each in functions.items()}
    return {name: each["PUBLIC_URLS"] for name, each in variables.items() if "PUBLIC_URLS" in each}


def test_what_takes_delivers_or_looks_knows_where_platforms_reach_the_stage(sam: Stack, app_stack: Stack) -> None:
    """Signatures over a URL are checked with these, never with a Host header; statuses are asked for there."""
    known = {"Fn::Sub": "${HttpApi.ApiEndpoint}"}
    assert told_addresses(app_stack) == dict.fromkeys(("APIHandler", "Deliver", "Timers", "Sweep"), known)

    own = template.app_template(sam, names.names("prod"), targets.aws(), ARTEFACTS, "hooks.example.com")
    assert told_addresses(own)["APIHandler"] == {"Fn::Sub": "https://hooks.example.com ${HttpApi.ApiEndpoint}"}

    here = template.app_template(sam, names.names("local"), targets.local(api="http://127.0.0.1:1/apis"), ARTEFACTS)
    assert told_addresses(here)["Deliver"] == {"Fn::Sub": "http://127.0.0.1:1/apis/${HttpApi}"}
