"""
The files in infra/policies suffice for what they are for, and grant nothing that nobody needs.

What a deploy needs is what AWS's own resource types say (cfn-lint carries their schemas) for the types we use,
less what belongs to properties that ours do not have; and what our own code calls.
"""

from __future__ import annotations

import ast
import copy
import fnmatch
import functools
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from infra import choices, governance, names
from infra.mail import NO_MAIL, Mails
from infra.names import ROOT
from infra.resources import data_template

FOLDER = ROOT / "infra" / "policies"
DEPLOYER = ("deployer-data", "deployer-app")
LIMIT = 6_144  # characters of a managed policy, white space apart

# Rights that a type's handlers name for properties that our templates do not have, or that nobody could grant.
NOT_OURS = {
    "*": (r"(kms|kinesis|ec2|elasticfilesystem|firehose|s3tables|s3files|billing):.*", r"s3:(getObject|REST.*)"),
    "AWS::DynamoDB::Table": (
        r"dynamodb:(DescribeImport|ImportTable|UpdateContributorInsights|(Enable|Disable|Update)KinesisStreamingDestination)",
        r"dynamodb:((Put|Delete)ResourcePolicy|\w*Replica|Scan|Query|\w+Item)",
        r"(iam|logs|s3):.*",
    ),
    "AWS::S3::Bucket": (
        r"iam:PassRole",
        r"s3:(Create|Delete)BucketMetadataTableConfiguration|s3:UpdateBucketMetadata\w+|s3:(Delete|Put)Object\w*",
        r"s3:Delete(BucketAnalytics|BucketMetrics)Configuration|s3:DeleteBucket(Cors|Encryption|Lifecycle|Replication|Website)",
        r"s3:Put(Accelerate|Analytics|IntelligentTiering|Inventory|Metrics|Replication)Configuration",
        r"s3:PutBucket(Abac|Acl|CORS|Logging|Notification|ObjectLockConfiguration|OwnershipControls|Replication|Versioning|Website)",
    ),
    "AWS::Lambda::Function": (
        r"lambda:(AssociateRuntimeAlias|PassCapacityProvider|PublishVersion|GetCodeSigningConfig)",
        r"lambda:(Put|Delete)Function(CodeSigning|Recursion|Scaling)Config|lambda:PutRuntimeManagementConfig",
    ),
    "AWS::IAM::Role": (r"iam:(Attach|Detach)RolePolicy",),
    "AWS::Events::Rule": (r"iam:PassRole",),
    "AWS::ApiGatewayV2::Integration": (r"iam:PassRole",),
    "AWS::SNS::Topic": (r"iam:.*", r"sns:PutDataProtectionPolicy"),
    "AWS::SNS::Subscription": (r"iam:.*",),
    "AWS::Logs::LogGroup": (
        r"logs:\w*(KmsKey|IndexPolicy|BearerTokenAuthentication|DeletionProtection|ResourcePolicy)",
        r"logs:(Put|Delete)DataProtectionPolicy",
    ),
}
# What a deployer's own command line calls, and what frees a stuck stack (infra.plan.WAYS_OUT).
BY_HAND = {"cloudformation:ContinueUpdateRollback", "cloudformation:RollbackStack"}
# Operations whose right has another name.
RIGHTS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
}
# Rights that have no operation or type of their own: tags of stacks, an upload that is given up, the access log, which
# API Gateway switches on with its caller's rights, and the role that it makes itself for an account's first domain.
BESIDE = (
    r"cloudformation:(Tag|Untag)Resource|s3:AbortMultipartUpload|s3:PutObject|lambda:GetAccountSettings",
    r"logs:(\w+LogDelivery|ListLogDeliveries|(Put|Describe)ResourcePolic(y|ies))",
    r"apigateway:(AddCertificateToDomain|RemoveCertificateFromDomain|TagResource|UntagResource)",
    r"sns:\w+SubscriptionAttributes|iam:CreateServiceLinkedRole",
)


def statements(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["Statement"]
    return found


def actions(*policies: str) -> set[str]:
    return {action for name in policies for each in statements(name) for action in each["Action"]}


@functools.cache
def schemas() -> dict[str, Any]:
    """AWS's resource types, by name, as cfn-lint carries them."""
    found = {}
    for path in Path(str(files("cfnlint") / "data" / "schemas" / "resources")).glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        found[schema.get("typeName", path.name)] = schema
    return found


def needed(kind: str) -> set[str]:
    """What AWS's own handlers of a type call, less what ours never makes them call."""
    handlers = schemas()[kind]["handlers"]
    done = [handlers[name] for name in ("create", "read", "update", "delete") if name in handlers]
    called = {right for each in done for right in each["permissions"]}
    spared = NOT_OURS["*"] + NOT_OURS.get(kind, ())
    return {right for right in called if not any(re.fullmatch(each, right) for each in spared)}


@pytest.fixture(scope="module")
def kinds(aws_stack: dict[str, Any], data_stack: dict[str, Any]) -> set[str]:
    """Every type that a stage may consist of, with all that can be chosen."""
    chosen = choices.Choices(budget="30", budget_email="boss@example.com")
    app = governance.governed(copy.deepcopy(aws_stack), names.names("prod"), chosen)
    return {each["Type"] for stack in (app, data_stack) for each in stack["Resources"].values()}


def test_a_deployer_may_make_change_and_delete_whatever_the_templates_hold(kinds: set[str]) -> None:
    lacking = {kind: needed(kind) - actions(*DEPLOYER) for kind in kinds}

    assert {kind: rights for kind, rights in lacking.items() if rights} == {}


def test_whoever_deploys_mail_needs_one_policy_more_and_nothing_beyond_it() -> None:
    plain, mail = ({each["Type"] for each in drawn(mails).values()} for mails in (NO_MAIL, Mails(("x.example",))))
    lacking = {right for kind in mail - plain for right in needed(kind)} - actions(*DEPLOYER)

    assert lacking | {"ses:DescribeActiveReceiptRuleSet"} == actions("deployer-mail")  # `plan` asks it of SES


def drawn(mails: Mails) -> dict[str, dict[str, Any]]:
    resources: dict[str, dict[str, Any]] = data_template(names.names("prod"), mails=mails)["Resources"]
    return resources


def _source(module: str) -> str:
    """A module's text: of infra, or of the use cases that ship."""
    folders = (ROOT / "infra", ROOT / "chalicelib" / "admin")
    (path,) = (found for folder in folders if (found := folder / f"{module}.py").exists())
    return path.read_text(encoding="utf-8")


def called(*modules: str) -> set[str]:
    """The operations of AWS that modules call by their names in botocore, as rights."""
    session = botocore.session.get_session()
    operations = {
        xform_name(operation): f"{service}:{operation}"
        for service in ("cloudformation", "s3", "sqs", "dynamodb", "ssm", "sts", "sns", "cloudwatch")
        for operation in session.get_service_model(service).operation_names
    }
    words = {
        node.attr if isinstance(node, ast.Attribute) else str(node.value)
        for module in modules
        for node in ast.walk(ast.parse(_source(module)))
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    }
    found = {operations[word] for word in words if word in operations}
    return {RIGHTS.get(right, right) for right in found}


def test_a_deployer_may_call_what_plan_deploy_and_destroy_call() -> None:
    calls = called("aws", "apply", "found", "change_sets", "choices", "stage", "subscribers")

    assert {"cloudformation:CreateChangeSet", "ssm:PutParameter", "sts:GetCallerIdentity"} <= calls
    assert calls - actions(*DEPLOYER) == set()


def test_a_deployer_may_do_nothing_that_no_deploy_does(kinds: set[str]) -> None:
    calls = called("aws", "apply", "found", "change_sets", "choices", "stage", "subscribers")
    wanted = BY_HAND | calls | {right for kind in kinds for right in needed(kind)}
    beyond = {right for right in actions(*DEPLOYER) - wanted if not any(re.fullmatch(each, right) for each in BESIDE)}

    assert beyond == set()


def test_who_only_reads_changes_nothing_and_sees_no_secret() -> None:
    may = actions("read-only")

    assert {right for right in may if not re.match(r"\w+:(Get|Describe|List|Query|Scan)", right)} == set()
    assert not {right for right in may if fnmatch.fnmatch(right, "ssm:GetParameter*")}
    assert called("stage_status", "found") - may == set()


def test_who_administers_brands_may_not_touch_a_stack_a_function_or_a_role() -> None:
    services = {right.partition(":")[0] for right in actions("brand-admin")}

    assert services == {"sts", "cloudformation", "dynamodb", "sqs", "s3", "ssm", "cloudwatch", "sns", "lambda"}
    assert {right for right in actions("brand-admin") if right.startswith(("cloudformation", "lambda", "sns"))} == {
        right for right in actions("read-only") if right.startswith(("cloudformation", "lambda", "sns"))
    }
    calls = called("accounts", "redrive", "stage_services", "bundles", "secret_store", "connecting", "consents") - {
        "sns:Subscribe"
    }  # a platform's own word
    assert calls - actions("brand-admin") == set()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_a_policy_is_small_enough_names_each_action_and_stays_with_what_is_ours(name: str) -> None:
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")

    assert len("".join(text.split())) <= LIMIT
    assert not {action for action in actions(name) if "*" in action}
    for each in statements(name):
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        whose = {resource for resource in resources if "guichet" not in resource}
        assert not whose or all(
            re.fullmatch(
                # AWS knows no narrower resource for these, or its ids are not ours to choose.
                r"sts:.*|ssm:DescribeParameters|cloudwatch:DescribeAlarms|lambda:GetAccountSettings"
                r"|lambda:\w*EventSourceMapping|lambda:(ListTags|TagResource|UntagResource)|apigateway:.*"
                r"|ses:\w*Receipt\w+|iam:CreateServiceLinkedRole|logs:(\w+LogDelivery|ListLogDeliveries|Describe\w+|PutResourcePolicy)",
                action,
            )
            for action in each["Action"]
        ), each["Sid"]
