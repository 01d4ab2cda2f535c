"""Our own AWS client signs as botocore does, answers as botocore does, and repeats only what is safe."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws_json import OPERATIONS, ClientError, JsonService
from chalicelib.sigv4 import AwsKeys, sign
from infra.names import ROOT
from tests.support.serving import Handler, serving

KEYS = AwsKeys("AKID", "secret")
CALL = re.compile(r"\.([a-z]+(?:_[a-z]+)+)\(")


@given(body=st.binary(max_size=200), token=st.sampled_from(["", "session"]), service=st.sampled_from(["sqs", "ssm"]))
def test_signatures_are_botocores(body: bytes, token: str, service: str) -> None:
    host = f"{service}.eu-west-3.amazonaws.com"
    headers = {"host": host, "content-type": "application/x-amz-json-1.0", "x-amz-target": "A.B"}
    request = AWSRequest("POST", f"https://{host}/", data=body, headers=headers)
    SigV4Auth(Credentials("AKID", "secret", token or None), service, "eu-west-3").add_auth(request)
    stamp = request.headers["X-Amz-Date"]

    ours = sign(headers, body, AwsKeys("AKID", "secret", token), ("eu-west-3", service), stamp)

    assert ours["authorization"] == request.headers["Authorization"]


def test_every_operation_that_the_functions_call_is_one_that_our_client_has() -> None:
    """Administrators' commands have boto3; the functions have this client alone."""
    models = {name: botocore.session.get_session().get_service_model(name) for name in OPERATIONS}
    of_aws = {name: {xform_name(each) for each in model.operation_names} for name, model in models.items()}
    code = [path for path in (ROOT / "chalicelib").rglob("*.py") if "admin" not in path.parts]
    called = {name for path in code for name in CALL.findall(path.read_text(encoding="utf-8"))}

    for service, operations in OPERATIONS.items():
        only_here = of_aws[service] - set().union(*(of_aws[other] for other in of_aws if other != service))
        assert called & only_here <= operations.keys()
    assert {"put_parameter", "send_message"} <= called


def test_keys_show_no_secret() -> None:
    assert "secret" not in repr(AwsKeys("AKID", "secret", "session-token"))
    assert "session-token" not in repr(AwsKeys("AKID", "secret", "session-token"))


@dataclass
class Script:
    """What the fake service answers, in order, and what it was asked."""

    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    drop_next: bool = False
    connections: int = 0


@pytest.fixture
def fake() -> Iterator[tuple[str, Script]]:
    script = Script()

    class Service(Handler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            script.connections += 1
            super().setup()

        def do_POST(self) -> None:  # noqa: N802 - a name that http.server wants
            body = self.rfile.read(int(self.headers["Content-Length"]))
            script.asked.append((self.headers["X-Amz-Target"], json.loads(body)))
            if script.drop_next:
                script.drop_next = False
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, answer = script.answers.pop(0) if script.answers else (200, {})
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with serving(Service) as address:
        yield address, script


@pytest.fixture
def client(fake: tuple[str, Script]) -> Iterator[JsonService]:
    service = JsonService("dynamodb", "eu-west-3", KEYS, fake[0])
    yield service
    service.close()


@pytest.fixture
def script(fake: tuple[str, Script]) -> Script:
    return fake[1]


def test_arguments_go_out_and_answers_come_back_as_they_are(client: JsonService, script: Script) -> None:
    script.answers = [(200, {"Item": {"pk": {"S": "a"}}})]

    assert client.get_item(TableName="t", Key={"pk": {"S": "é"}}) == {"Item": {"pk": {"S": "a"}}}
    assert script.asked == [("DynamoDB_20120810.GetItem", {"TableName": "t", "Key": {"pk": {"S": "é"}}})]


def test_a_failed_condition_is_its_own_error_and_is_not_repeated(client: JsonService, script: Script) -> None:
    script.answers = [(400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"})]

    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName="t", Item={})
    assert len(script.asked) == 1


def test_a_cancelled_transaction_says_why_for_each_item_and_shows_none(client: JsonService, script: Script) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"text": {"S": "private words"}}}]
    script.answers = [
        (400, {"__type": "x#TransactionCanceledException", "Message": "no", "CancellationReasons": reasons})
    ]

    with pytest.raises(ClientError) as caught:
        client.transact_write_items(TransactItems=[])

    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert [each["Code"] for each in caught.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert "private" not in repr(caught.value) + str(caught.value.response)


def test_a_repeated_transaction_carries_the_same_token(client: JsonService, script: Script) -> None:
    script.answers = [(500, {}), (200, {})]
    client.transact_write_items(TransactItems=[])
    tokens = [body["ClientRequestToken"] for _, body in script.asked]

    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_throttles_are_repeated_at_most_three_times(client: JsonService, script: Script) -> None:
    script.answers = [(400, {"__type": "x#ThrottlingException"})] * 5

    with pytest.raises(ClientError, match="ThrottlingException"):
        client.query(TableName="t")
    assert len(script.asked) == 3


def test_a_connection_that_died_while_frozen_is_made_again(client: JsonService, script: Script) -> None:
    client.get_item(TableName="t", Key={})
    script.drop_next = True
    client.get_item(TableName="t", Key={})

    assert len(script.asked) == 3


def test_a_connection_that_was_idle_for_long_is_not_trusted(fake: tuple[str, Script]) -> None:
    address, script = fake
    times = iter((100.0, 119.0, 140.0, 50.0))  # the last: a clock that was set back
    service = JsonService("dynamodb", "eu-west-3", KEYS, address, clock=lambda: next(times))

    seen = []
    for _ in range(4):
        service.get_item(TableName="t", Key={})
        seen.append(script.connections)
    service.close()

    assert seen == [1, 1, 2, 3]


def test_an_operation_that_is_not_in_the_table_is_refused_by_name(client: JsonService) -> None:
    with pytest.raises(AttributeError, match="scan"):
        client.scan(TableName="t")
