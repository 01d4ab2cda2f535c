"""The table in memory answers as the local AWS does: the calls of whole runs, made to both."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.names import names
from infra.resources import data_template

from .paths import PATHS
from .world import World

PYTHON = Path(__file__).resolve().parents[2] / ".ministack-venv" / "bin" / "python"


@pytest.fixture
def real(server: Any) -> Iterator[Any]:
    """An empty table: all brands share one partition, and a path must find its own brand alone there."""
    properties = data_template(names("test"))["Resources"]["Table"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    server.create_table(TableName="guichet-test", **{name: properties[name] for name in wanted})
    yield server
    server.delete_table(TableName="guichet-test")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not PYTHON.is_file():
        pytest.skip("the local AWS is not installed: run 'make setup'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = str(tmp_path_factory.mktemp("aws"))
    given = {"BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "SERVICES": "dynamodb"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(
        [str(PYTHON), "-m", "ministack"],
        env=kept | given | {"TMPDIR": place, "STATE_DIR": place},
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _client(port)
        finally:
            process.terminate()


def _client(port: int) -> Any:
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/_ministack/health", timeout=1).close()  # noqa: S310 - our own loopback
            break
        except OSError:
            time.sleep(0.1)
    session = boto3.session.Session("local", "local", region_name="eu-west-3")
    return session.client("dynamodb", endpoint_url=url)


def _answer(client: Any, name: str, given: dict[str, Any]) -> Any:
    try:
        answer = getattr(client, name)(**given)
    except ClientError as error:
        reasons = [each["Code"] for each in error.response.get("CancellationReasons", [])]
        return error.response["Error"]["Code"], reasons
    return {key: answer[key] for key in ("Item", "Items", "Attributes") if key in answer}


def _comparable(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: answer[key] for key in ("Item", "Items", "Attributes") if key in answer}
    return answer


@pytest.mark.slow
@pytest.mark.stack
@pytest.mark.parametrize(
    "name", ["ask and look-up", "agent's reply taken back", "rate limit beyond the timers", "two messages in a burst"]
)
def test_the_table_in_memory_answers_as_the_local_aws_does(name: str, real: Any) -> None:
    brand = "b" + "".join(letter for letter in name if letter.isalpha())
    world = World(brand=brand, seed=3)
    world.dynamo.journal = []
    path = PATHS[name]
    path.prepare(world)
    world.run(*path.steps())
    for item in world.set_up:
        real.put_item(TableName="guichet-test", Item=item)

    for call, given, answer in world.dynamo.journal:
        assert _answer(real, call, given) == _comparable(answer), (call, given)
