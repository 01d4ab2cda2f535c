"""
DynamoDB, SQS and SSM by AWS's own JSON protocol: one kept connection a service, signed here.

Has botocore's method names, arguments, answers and error shapes for the few operations in OPERATIONS, so that either
may stand behind the store. Own code for one reason: botocore takes 0.2 s of each cold start and most of a warm call's
CPU. Repeats only what is safe to repeat: every write carries a condition, a deduplication id or a token. No error of it
carries a key, an item or a message.
"""

from __future__ import annotations

import http.client
import json
import random
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from . import tls
from .sigv4 import AwsKeys, sign

# Our word (botocore's) -> AWS's, by service; and the protocol of each service.
OPERATIONS = {
    "dynamodb": {
        "get_item": "GetItem",
        "batch_get_item": "BatchGetItem",
        "put_item": "PutItem",
        "update_item": "UpdateItem",
        "delete_item": "DeleteItem",
        "query": "Query",
        "transact_write_items": "TransactWriteItems",
    },
    "sqs": {
        "send_message": "SendMessage",
        "send_message_batch": "SendMessageBatch",
        "change_message_visibility_batch": "ChangeMessageVisibilityBatch",
        "delete_message_batch": "DeleteMessageBatch",
    },
    "ssm": {"get_parameter": "GetParameter", "put_parameter": "PutParameter"},
}
TARGETS = {"dynamodb": "DynamoDB_20120810", "sqs": "AmazonSQS", "ssm": "AmazonSSM"}
VERSIONS = {"dynamodb": "1.0", "sqs": "1.0", "ssm": "1.1"}
# Errors that AWS asks to try again, beside every 5xx.
THROTTLES = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "RequestThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
    }
)
TRIES = 3
# A service that hangs is given up after nine seconds: a function must be able to say so before its own time is over.
CONNECT_S, READ_S = 1.0, 3.0
IDLE_S = 20.0  # a connection idle for longer may be dead without a word


class ClientError(Exception):
    """AWS refused. `response` has botocore's shape: Error.Code, CancellationReasons (their codes only)."""

    def __init__(self, operation: str, status: int, code: str, reasons: list[dict[str, str]] | None = None) -> None:
        super().__init__(f"{operation}: {code} ({status})")
        self.operation_name = operation
        self.response: dict[str, Any] = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        if reasons is not None:
            self.response["CancellationReasons"] = reasons


class ConditionalCheckFailedException(ClientError):
    """A single write's condition did not hold."""


class Exceptions:
    """Where callers find the error classes, as on botocore's clients."""

    ClientError = ClientError
    ConditionalCheckFailedException = ConditionalCheckFailedException


class JsonService:
    """
    One service. `endpoint` is the local AWS's address, "" for AWS's own. `clock` gives seconds.

    Raises ClientError for what AWS refuses, OSError when it cannot be reached.
    """

    exceptions = Exceptions

    def __init__(
        self, service: str, region: str, keys: AwsKeys, endpoint: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._service = service
        self._scope = (region, service)
        self._keys = keys
        parts = urlsplit(endpoint or f"https://{service}.{region}.amazonaws.com")
        self._secure = parts.scheme == "https"
        self._host = parts.netloc
        self._connection: http.client.HTTPConnection | None = None
        self._clock = clock
        self._used_at = 0.0

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = OPERATIONS[self._service].get(name)
        if operation is None:
            raise AttributeError(
                f"{self._service} has no operation {name} here: add it to chalicelib.aws_json.OPERATIONS"
            )

        def call(**arguments: Any) -> dict[str, Any]:
            return self._call(operation, arguments)

        self.__dict__[name] = call
        return call

    def _call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            arguments.setdefault("ClientRequestToken", uuid.uuid4().hex)
        body = json.dumps(arguments, separators=(",", ":")).encode()
        for attempt in range(1, TRIES + 1):
            try:
                status, answer = self._send(operation, body)
            except OSError:
                if attempt == TRIES:
                    raise
            else:
                if status < 300:
                    return json.loads(answer) if answer else {}
                error = _error(operation, status, answer)
                code = error.response["Error"]["Code"]
                if attempt == TRIES or not (status >= 500 or code in THROTTLES):
                    raise error
            time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    def _send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        headers = {
            "host": self._host,
            "content-type": f"application/x-amz-json-{VERSIONS[self._service]}",
            "x-amz-target": f"{TARGETS[self._service]}.{operation}",
        }
        signed = sign(headers, body, self._keys, self._scope, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
        now = self._clock()
        if not 0 <= now - self._used_at <= IDLE_S:
            self._drop()
        kept, self._used_at = self._connection is not None, now
        try:
            return self._exchange(signed, body)
        except ConnectionError:
            if not kept:
                raise
            # AWS closes idle connections, and a frozen Lambda does not notice: once more on a new one.
            return self._exchange(signed, body)

    def _exchange(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        try:
            connection = self._connection = self._connection or self._connect()
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            self._drop()
            raise
        except http.client.HTTPException as error:
            self._drop()
            raise ConnectionError(f"{self._service} gave no whole answer ({type(error).__name__})") from error

    def _connect(self) -> http.client.HTTPConnection:
        if not self._secure:
            connection = http.client.HTTPConnection(self._host, timeout=CONNECT_S)
        else:
            connection = http.client.HTTPSConnection(self._host, timeout=CONNECT_S, context=tls.context())
        connection.connect()
        connection.sock.settimeout(READ_S)
        return connection

    def close(self) -> None:
        """Close the kept connection; the next call makes another."""
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _error(operation: str, status: int, answer: bytes) -> ClientError:
    """Read AWS's error: the code after "#", and of a cancelled transaction the reasons' codes. Never its text."""
    try:
        document = json.loads(answer)
    except ValueError:
        document = {}
    code = str(document.get("__type", "") or document.get("code", "")).rpartition("#")[2] or f"Http{status}"
    reasons = document.get("CancellationReasons")
    if reasons is not None:
        reasons = [{"Code": str(each.get("Code", "None"))} for each in reasons]
    kind = ConditionalCheckFailedException if code == "ConditionalCheckFailedException" else ClientError
    return kind(operation, status, code, reasons)
