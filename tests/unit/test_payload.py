"""API Gateway's event in, our request out: on AWS's own sample, and on what an attacker would send."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import app
from bench.rig.http_event import http_event
from chalicelib.channels import REGISTRY
from chalicelib.errors import Unverified
from chalicelib.payload import proxy_answer, proxy_event
from chalicelib.workspaces.slack.verify import verify
from tests.contract.samples import SAMPLES, SECRET, URL, fixtures

SAMPLE = json.loads((Path(__file__).parents[1] / "fixtures" / "http_api_event.json").read_text(encoding="utf-8"))
CHANNELS = sorted(REGISTRY)


def event(**changes: Any) -> dict[str, Any]:
    return {**http_event("POST", "/webhooks/x/k3y", "", {"Content-Type": "application/json"}, b"{}"), **changes}


def test_the_documented_sample_keeps_path_method_headers_query_and_body() -> None:
    request = app.incoming(proxy_event(SAMPLE))

    assert (request.method, request.path) == ("POST", "/my/path")
    assert dict(request.headers) == {"header1": ("value1",), "header2": ("value1,value2",)}
    assert dict(request.query) == {"parameter1": "value2", "parameter2": "value"}
    assert request.body == b"Hello from Lambda"


def test_a_parameter_given_twice_keeps_both_values() -> None:
    assert proxy_event(SAMPLE)["multiValueQueryStringParameters"] == {
        "parameter1": ["value1", "value2"],
        "parameter2": ["value"],
    }


def test_the_route_is_read_from_its_key_and_the_path_filled_from_its_parameters() -> None:
    given = proxy_event(event())

    assert given["requestContext"] == {
        "httpMethod": "POST",
        "resourcePath": "/webhooks/{channel}/{account_key}",
        "identity": {"sourceIp": "127.0.0.1"},
    }
    assert app.incoming(given).path == "/webhooks/x/k3y"


def test_a_handshake_keeps_an_empty_value_and_what_was_escaped() -> None:
    query = "hub.mode=subscribe&hub.verify_token=a%2Bb%2Cc%26d&hub.challenge=&crc_token=Zm9v%3D"
    given = app.incoming(proxy_event(http_event("GET", "/webhooks/x/k3y", query, {}, b"")))

    assert given.query == {
        "hub.mode": "subscribe",
        "hub.verify_token": "a+b,c&d",
        "hub.challenge": "",
        "crc_token": "Zm9v=",
    }


@pytest.mark.parametrize("left_out", ["body", "headers", "pathParameters", "queryStringParameters", "stageVariables"])
def test_what_aws_leaves_out_of_a_bare_request_is_missed_by_nobody(left_out: str) -> None:
    bare = {name: value for name, value in SAMPLE.items() if name not in {left_out, "rawQueryString"}}
    request = app.incoming(proxy_event(bare))

    assert request.query == {}
    assert (request.body == b"") is (left_out == "body")


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", "payload=é".encode(), b""])
def test_a_body_that_is_no_text_arrives_byte_by_byte(body: bytes) -> None:
    given = http_event("POST", "/slack/actions", "", {"Content-Type": "application/x-www-form-urlencoded"}, body)

    assert given["isBase64Encoded"]
    assert app.incoming(proxy_event(given)).body == body


@pytest.mark.parametrize("name", [name for name in CHANNELS if REGISTRY[name].authenticator.kind != "internal"])
@pytest.mark.parametrize("media", ["application/json", "application/json; charset=utf-8", "text/plain", ""])
def test_a_signed_webhook_verifies_through_the_event_whatever_its_media_type(name: str, media: str) -> None:
    for body in (each for each in fixtures(name).values() if each.decode(errors="replace").encode() == each):
        assert verifies(name, request_of(name, body, media, SAMPLES[name].sign(body, SECRET)))


@pytest.mark.parametrize("name", [name for name in CHANNELS if REGISTRY[name].authenticator.kind == "body_hmac"])
def test_json_that_is_not_utf8_cannot_verify_for_its_bytes_were_replaced_on_the_way(name: str) -> None:
    """Known and accepted: docs/decisions/2026-11-29-an-http-api.md. No platform sends such a body."""
    body = b'{"a": "\xe9"}'
    signature = SAMPLES[name].sign(body, SECRET)

    assert not verifies(name, request_of(name, body, "application/json", signature))
    assert verifies(name, request_of(name, body, "application/octet-stream", signature))


@pytest.mark.parametrize("name", CHANNELS)
def test_a_signature_sent_twice_arrives_joined_and_verifies_as_neither(name: str) -> None:
    body = b"{}"
    good = SAMPLES[name].sign(body, SECRET)
    for given in (f"{good},{good}", f"{good}, {good}", f"wrong,{good}", f"{good},"):
        assert not verifies(name, request_of(name, body, "application/json", given))


@pytest.mark.parametrize("stamp", ["1763801402,1763801402", "1763801402, 1", ""])
def test_a_slack_timestamp_sent_twice_is_none(stamp: str) -> None:
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + "0" * 64}
    request = app.incoming(proxy_event(http_event("POST", "/slack/events", "", headers, b"{}")))

    with pytest.raises(Unverified, match="odd"):
        verify(request, ["secret"], 1_763_801_402_000)  # type: ignore[arg-type]


def test_a_body_that_claims_to_be_base64_and_is_not_gets_400_through_chalice() -> None:
    answer = app.api(event(body="%%%", isBase64Encoded=True), None)

    assert answer["statusCode"] == 400
    assert set(answer) <= {"statusCode", "headers", "body", "isBase64Encoded"}
    assert all(isinstance(value, str) for value in (*answer["headers"].values(), answer["body"]))


def test_a_method_that_the_route_does_not_know_gets_405_through_chalice() -> None:
    assert app.api(http_event("DELETE", "/slack/actions", "", {}, b""), None)["statusCode"] == 405


def test_an_answer_keeps_only_what_the_format_knows() -> None:
    given = {"statusCode": 200, "body": "ok", "headers": {}, "multiValueHeaders": {}, "isBase64Encoded": False}

    assert proxy_answer(given) == {"statusCode": 200, "body": "ok", "headers": {}, "isBase64Encoded": False}


def test_the_drawn_event_and_the_documented_one_have_the_same_names() -> None:
    drawn = http_event("POST", "/webhooks/x/k3y", "a=b", {}, base64.b64encode(b"x"))

    assert set(drawn) <= set(SAMPLE)
    assert set(drawn["requestContext"]) <= set(SAMPLE["requestContext"])
    assert set(drawn["requestContext"]["http"]) <= set(SAMPLE["requestContext"]["http"])


def request_of(name: str, body: bytes, media: str, signature: str) -> Any:
    """What intake is given of a signed webhook that came through the HTTP API."""
    headers = {"Content-Type": media} if media else {}
    headers[SAMPLES[name].signature_header] = signature
    found = app.incoming(proxy_event(http_event("POST", f"/webhooks/{name}/k3y", "", headers, body)))
    return replace(found, urls=(URL.format(channel=name),))


def verifies(name: str, request: Any) -> bool:
    try:
        REGISTRY[name].authenticator.verify(request, (SECRET,))
    except Unverified:
        return False
    return True
