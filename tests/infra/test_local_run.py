"""`guichet run` as a person meets it: ready, refused with a sentence, stopped, and as it was the next time."""

from __future__ import annotations

import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from infra.names import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.slow]

GUICHET = str(Path(sys.executable).with_name("guichet"))
PATIENCE_S = 120.0  # a first run fetches the functions' dependencies


@dataclass
class Place:
    """A local stack of this test's own."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "GUICHET_LOCAL": str(self.folder)}

    @property
    def ready_file(self) -> Path:
        return self.folder / "ready.json"

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GUICHET, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self) -> subprocess.Popen[str]:
        command = [GUICHET, "run", "--headless", "--port", "0", "--ready", str(self.ready_file)]
        child = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE_S
        while not self.ready_file.exists():
            if child.poll() is not None or time.monotonic() > deadline:
                child.kill()
                pytest.fail(f"guichet run did not get ready: {child.communicate()[1]}")
            time.sleep(0.1)
        return child


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="module")
def running(place: Place) -> Iterator[subprocess.Popen[str]]:
    child = place.start()
    yield child
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def ready(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.ready_file.read_text(encoding="utf-8"))
    return found


def test_the_ready_file_names_what_others_script_against(place: Place, running: subprocess.Popen[str]) -> None:
    found = ready(place)
    meta = {"webhook_url", "account_id", "app_secret", "verify_token"}

    assert set(found) == {"page", "api", "brand", "accounts", "slack", "simulator"}
    assert set(found["accounts"]["messenger"]) == set(found["accounts"]["whatsapp"]) == meta
    assert set(found["accounts"]["x"]) == {"webhook_url", "account_id", "consumer_secret"}
    slack = {"events_url", "actions_url", "commands_url", "signing_secret", "team_id", "channel_id"}
    assert slack <= set(found["slack"])
    assert set(found["simulator"]) == {"outbound_url", "faults_url"}


def posted(place: Place, body: bytes, *, forged: bool = False) -> int:
    """Status of a Messenger webhook with this body, signed as Meta signs (or not)."""
    account = ready(place)["accounts"]["messenger"]
    key = "forged" if forged else account["app_secret"]
    signature = "sha256=" + hmac.digest(key.encode(), body, "sha256").hex()
    return httpx.post(
        account["webhook_url"], content=body, headers={"x-hub-signature-256": signature}, timeout=30
    ).status_code


@pytest.mark.parametrize("body", [b"7", b"[[[]]]", b"{not json", b"[" * 50_000, '{"é": 1}'.encode()])
def test_a_signed_body_nobody_understands_is_kept_and_answered_200(
    place: Place, running: subprocess.Popen[str], body: bytes
) -> None:
    """Through the real function, its rights and the real bucket: the platform must not send it again for hours."""
    assert posted(place, body) == 200
    assert posted(place, body, forged=True) == 403


def test_everything_listens_on_this_machine_only(place: Place, running: subprocess.Popen[str]) -> None:
    family = [psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)]
    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening == {"127.0.0.1"}


def test_a_second_run_is_refused_with_a_sentence(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("run", "--headless")

    assert done.returncode == 1
    assert f"already running (process {running.pid})" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = Place(tmp_path).call("run", "--headless", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr == f"guichet: Port {port} is taken; stop what uses it, or choose another with --port.\n"


def test_nothing_is_left_to_plan_after_a_run(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("plan", "--stage", "local", "--json")

    assert json.loads(done.stdout) == {"stage": "local", "steps": []}


def test_the_smoke_test_passes(place: Place, running: subprocess.Popen[str]) -> None:
    done = place.call("smoke", "--stage", "local", "--json")
    failed = [each for each in json.loads(done.stdout)["checks"] if not each["passed"]]

    assert (failed, done.returncode) == ([], 0)


def test_stopping_ends_every_process_and_the_next_run_is_the_same_stack(
    place: Place, running: subprocess.Popen[str]
) -> None:
    before = ready(place)
    family = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=5)

    assert running.returncode == 0
    assert alive == []
    assert not place.ready_file.exists()
    assert place.call("status", "--stage", "local").stderr.startswith("guichet: The local stack does not run;")

    again = place.start()
    after = ready(place)
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=60)

    assert after["accounts"]["messenger"] == before["accounts"]["messenger"]
