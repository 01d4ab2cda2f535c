"""The stage's door: what it lets through, how fast, what it writes down, and that no second one stands beside it."""

from __future__ import annotations

import json
import re
from typing import Any

import app
from infra import http_api, names

Stack = dict[str, Any]


def of_type(stack: Stack, kind: str) -> list[Stack]:
    return [each["Properties"] for each in stack["Resources"].values() if each["Type"] == kind]


def routes(stack: Stack) -> set[str]:
    return {each["RouteKey"] for each in of_type(stack, "AWS::ApiGatewayV2::Route")}


def test_the_routes_are_those_of_the_app_and_no_other(app_stack: Stack) -> None:
    known = {f"{method} {path}" for path, methods in app.app.routes.items() for method in methods}

    assert routes(app_stack) == known
    assert len(of_type(app_stack, "AWS::ApiGatewayV2::Route")) == len(known) == 12


def test_there_is_one_stage_at_the_root_and_no_rest_api(app_stack: Stack) -> None:
    text = json.dumps(app_stack)
    (stage,) = of_type(app_stack, "AWS::ApiGatewayV2::Stage")

    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert "AWS::Serverless::Api" not in text
    assert "AWS::ApiGateway::" not in text
    assert "RestAPI" not in text


def test_the_function_is_asked_in_the_format_that_its_handler_reads(app_stack: Stack) -> None:
    (integration,) = of_type(app_stack, "AWS::ApiGatewayV2::Integration")
    module, _, handler = app_stack["Resources"]["APIHandler"]["Properties"]["Handler"].partition(".")

    assert integration["PayloadFormatVersion"] == "2.0"
    assert (module, getattr(app, handler)) == ("app", app.api)
    assert 1000 * app_stack["Resources"]["APIHandler"]["Properties"]["Timeout"] < integration["TimeoutInMillis"]


def test_only_this_api_may_call_the_function(app_stack: Stack) -> None:
    (permission,) = of_type(app_stack, "AWS::Lambda::Permission")

    assert "${HttpApi}" in permission["SourceArn"]["Fn::Sub"]


def test_every_route_has_a_limit_and_no_limit_names_a_route_that_is_not_there(app_stack: Stack) -> None:
    (stage,) = of_type(app_stack, "AWS::ApiGatewayV2::Stage")

    assert set(stage["RouteSettings"]) == routes(app_stack)
    for limits in (stage["DefaultRouteSettings"], *stage["RouteSettings"].values()):
        assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"]


def test_aws_makes_the_routes_before_the_stage_that_limits_them(app_stack: Stack) -> None:
    """Else AWS says "Unable to find Route by key" on the first deploy; the local AWS does not."""
    drawn = {name for name, each in app_stack["Resources"].items() if each["Type"] == "AWS::ApiGatewayV2::Route"}

    assert set(app_stack["Resources"]["HttpApiStage"]["DependsOn"]) == drawn


def test_a_forger_with_one_machine_does_not_take_the_places_of_platforms_and_agents() -> None:
    """Five hundred unsigned requests a second were enough to have every brand's webhooks refused."""
    webhooks = http_api.THROTTLE["POST /webhooks/{channel}/{account_key}"]

    assert webhooks[0] >= 2_000
    assert {rate for route, (rate, _) in http_api.THROTTLE.items() if route and rate < 200} == set()


def test_the_access_log_says_who_and_how_but_neither_key_nor_text(app_stack: Stack) -> None:
    (stage,) = of_type(app_stack, "AWS::ApiGatewayV2::Stage")
    written = json.loads(stage["AccessLogSettings"]["Format"])
    group = app_stack["Resources"][stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0]]["Properties"]

    assert {"ip", "route", "status"} <= set(written)
    assert not re.search(r"path|query|header|body|userAgent", " ".join(written.values()), re.IGNORECASE)
    assert (group["LogGroupName"], group["RetentionInDays"]) == ("/aws/vendedlogs/guichet-prod-api", 30)


def test_alarms_read_what_an_http_api_counts(app_stack: Stack) -> None:
    """A REST API's 5XXError of an ApiName would be a metric that nobody writes: silent for ever."""
    alarms = [each for each in of_type(app_stack, "AWS::CloudWatch::Alarm") if each["Namespace"] == "AWS/ApiGateway"]
    where = [{"Name": "ApiId", "Value": {"Ref": "HttpApi"}}, {"Name": "Stage", "Value": names.API_STAGE}]

    assert "5xx" in {each["MetricName"] for each in alarms}
    assert {each["MetricName"] for each in alarms} <= {"4xx", "5xx", "Count", "Latency", "IntegrationLatency"}
    assert [each["Dimensions"] for each in alarms] == [where] * len(alarms)
