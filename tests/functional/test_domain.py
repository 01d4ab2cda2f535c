"""A stage's own domain on the local AWS: it leads to the functions, and stays when they go and come again."""

from __future__ import annotations

import http.client
import urllib.parse
from contextlib import closing
from typing import Any

import pytest

from chalicelib.errors import UsageError
from infra import apply, found, http_api, plan
from infra.aws import Cloud
from infra.domains import Asked, Domain
from infra.names import names
from infra.resources import data_template
from infra.stage import domain_for, domain_of
from tests.support.local_aws import LocalAws

pytestmark = pytest.mark.slow  # two deploys

DOMAIN = Domain("guichet.example.com", "arn:aws:acm:eu-west-3:000000000000:certificate/11111111-2222")
HOOK = "/webhooks/{channel}/{account_key}"
ROUTES = (
    *("POST /slack/events", f"GET {HOOK}", f"POST {HOOK}"),
    *("POST /slack/actions", "POST /slack/options", "POST /slack/commands"),
)
CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': event['routeKey']}\n"


def app_template(where: Cloud) -> dict[str, Any]:
    """The stage's API before a function that answers with its route."""
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": CODE},
        },
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
    }
    drawn = http_api.http_api(where.names, ROUTES, DOMAIN.name)
    return {
        "Resources": {"APIHandler": function, "Role": role, **drawn},
        "Outputs": http_api.outputs(DOMAIN.name),
    }


def deploy(where: Cloud) -> tuple[plan.Step, ...]:
    goal = plan.Wanted(
        (where.names.data_stack, data_template(where.names, DOMAIN)), (), (where.names.app_stack, app_template(where))
    )
    steps = plan.plan(goal, found.found(where, (where.names.data_stack, where.names.app_stack)))
    apply.apply(where, steps, lambda *_: None)
    return steps


def destroy(where: Cloud) -> None:
    stacks = (where.names.app_stack,)
    apply.apply(where, plan.plan_destroy(stacks, found.found(where, stacks)), lambda *_: None)


def call(where: Cloud, path: str) -> tuple[int, bytes]:
    """Post to the local AWS as a platform that found it by DNS."""
    with closing(http.client.HTTPConnection(urllib.parse.urlsplit(where.endpoint).netloc, timeout=60)) as there:
        there.request("POST", path, b"{}", {"Host": DOMAIN.name, "Content-Type": "application/json"})
        answer = there.getresponse()
        return answer.status, answer.read()


def test_the_domain_and_its_dns_target_stay_when_the_functions_go_and_come_again(stage: LocalAws) -> None:
    where = Cloud(names("kept"), stage.cloud.region, stage.cloud.endpoint)
    deploy(where)
    first = domain_of(where)
    assert first is not None
    assert (first.name, first.certificate) == (DOMAIN.name, DOMAIN.certificate)
    assert call(where, "/slack/events") == (200, b"POST /slack/events")

    destroy(where)
    assert domain_of(where) == first
    assert call(where, "/slack/events")[0] != 200

    assert [step.subject for step in deploy(where)] == ["guichet-kept-app"]
    assert domain_of(where) == first
    assert call(where, "/webhooks/x/k3y") == (200, b"POST /webhooks/{channel}/{account_key}")


def test_the_local_stage_refuses_a_domain_with_a_sentence(stage: LocalAws) -> None:
    with pytest.raises(UsageError, match="The local stage has no domain"):
        domain_for(stage.cloud, Asked(name="guichet.example.com"))
