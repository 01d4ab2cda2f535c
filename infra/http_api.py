"""
The stage's HTTP API: its routes, their limits, its access log and its domain. Pure.

Written as CloudFormation's own resources. The routes are those of app.py, as Chalice found them. An HTTP API costs a
third of a REST API (docs/decisions/2026-11-29-an-http-api.md); AWS WAF cannot stand before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .names import API_STAGE, Names

Resources = dict[str, Any]

API = "HttpApi"  # logical id; alarms and outputs refer to it
HANDLER = "app.api"
KEEP_LOGS_DAYS = 30
LONGEST_MS = 30_000  # API Gateway's own limit; the function's is shorter

# Requests a second and in a burst, by route ("" = every other). They are shared by all who call, before a signature was
# looked at: wide enough that one forger does not silence the platforms, a ceiling on what a day of it costs.
THROTTLE = {
    "": (100, 200),
    "POST /webhooks/{channel}/{account_key}": (2_000, 4_000),
    "POST /webhooks/{channel}/{account_key}/{mark}": (2_000, 4_000),
    "GET /webhooks/{channel}/{account_key}": (200, 400),
    "GET /connect/{channel}": (200, 400),
    "GET /chat/{account_key}/{what}": (500, 1_000),
    "POST /chat/{account_key}/{what}": (500, 1_000),
    "GET /chat/{account_key}/{what}/{token}": (200, 400),
    "PUT /v1/contacts/attributes": (200, 400),
    "POST /slack/events": (500, 1_000),
    "POST /slack/actions": (500, 1_000),
    "POST /slack/options": (500, 1_000),
    "POST /slack/commands": (200, 400),
}

# One JSON line a request: who called what, and how it went. No path, query, header or body: keys and texts lie there.
ACCESS = {
    "at": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "error": "$context.error.responseType",
    "id": "$context.requestId",
}


def routes_of(definition: Resources) -> list[str]:
    """List the route keys ("POST /slack/events") of a Swagger document, in its order."""
    return [f"{method.upper()} {path}" for path, methods in definition["paths"].items() for method in methods]


def http_api(names: Names, routes: Iterable[str], domain: str = "") -> Resources:
    """
    Draw the API by logical id; its function is APIHandler.

    `domain`: a name of the data stack (infra.domains) that leads here; AWS's own address goes on to answer.
    """
    drawn = {_identifier(route): _route(route) for route in routes}
    found = {
        API: {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": names.api, "ProtocolType": "HTTP"}},
        "HttpApiFunction": _integration(),
        **drawn,
        "HttpApiLogGroup": _log_group(names),
        "HttpApiStage": _stage(sorted(drawn), [each for each in THROTTLE if each]),
        "HttpApiPermission": _permission(),
    }
    if domain:
        found["HttpApiMapping"] = _mapping(domain)
    return found


def outputs(domain: str = "") -> Resources:
    """Name what others ask the stack for: the API, and the address that platforms are given."""
    address = f"https://{domain}" if domain else {"Fn::GetAtt": [API, "ApiEndpoint"]}
    return {"ApiId": {"Value": {"Ref": API}}, "Api": {"Value": address}}


def addresses(local: str = "", domain: str = "") -> Resources:
    """
    Name the API's own addresses, the one that platforms are given first, with a blank between.

    `local`: the address below which the local AWS has it by its id.
    """
    if local:
        return {"Fn::Sub": f"{local}/${{{API}}}"}
    own = f"${{{API}.ApiEndpoint}}"
    return {"Fn::Sub": f"https://{domain} {own}" if domain else own}


def _identifier(route: str) -> str:
    return "Route" + "".join(word.title() for word in re.findall(r"[A-Za-z]+", route))


def _route(route: str) -> Resources:
    target = {"Fn::Sub": "integrations/${HttpApiFunction}"}
    return _of_api("Route", {"RouteKey": route, "AuthorizationType": "NONE", "Target": target})


def _integration() -> Resources:
    return _of_api(
        "Integration",
        {
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": {"Fn::GetAtt": ["APIHandler", "Arn"]},
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": LONGEST_MS,
        },
    )


def _log_group(names: Names) -> Resources:
    # AWS grants itself this whole prefix in one line of the account's policy for logs, which has room for few others.
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": f"/aws/vendedlogs/{names.api}-api", "RetentionInDays": KEEP_LOGS_DAYS},
    }


def _stage(drawn: list[str], limited: list[str]) -> Resources:
    stage = _of_api(
        "Stage",
        {
            "StageName": API_STAGE,
            "AutoDeploy": True,
            "DefaultRouteSettings": _limits(""),
            "RouteSettings": {route: _limits(route) for route in limited},
            "AccessLogSettings": {
                "DestinationArn": {"Fn::GetAtt": ["HttpApiLogGroup", "Arn"]},
                "Format": "{" + ",".join(f'"{name}":"{value}"' for name, value in ACCESS.items()) + "}",
            },
        },
    )
    # AWS refuses the limits of a route that is not there yet.
    return stage | {"DependsOn": drawn}


def _limits(route: str) -> dict[str, int]:
    rate, burst = THROTTLE[route]
    return {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}


def _permission() -> Resources:
    arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/*"
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "APIHandler"},
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": arn},
        },
    }


def _mapping(domain: str) -> Resources:
    return _of_api("ApiMapping", {"DomainName": domain, "Stage": {"Ref": "HttpApiStage"}})


def _of_api(kind: str, properties: Resources) -> Resources:
    return {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": {"ApiId": {"Ref": API}, **properties}}
