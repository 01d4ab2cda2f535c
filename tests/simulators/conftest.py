"""The simulators in a process of their own, over the fake system."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .fake_system import FakeSystem

ROOT = Path(__file__).resolve().parents[2]


class Stand:
    """A running pair of simulators and fake system."""

    def __init__(self, system: FakeSystem, url: str) -> None:
        self.system = system
        self.url = url
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=10)

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, json=fields).json()

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/sim/state").json()
        return found

    def outbound(self, channel: str = "", since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/outbound", params={"channel": channel, "since": since}).json()
        return found

    def bubbles(self, **wanted: Any) -> list[dict[str, Any]]:
        return [one for one in self.state()["bubbles"] if all(one[key] == value for key, value in wanted.items())]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(look: Callable[[], Any], seconds: float = 8.0) -> Any:
    """Return the first true thing that `look` sees; fail after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(f"not seen within {seconds} s")


def start_stand(
    folder: Path, more: dict[str, Any] | None = None, checks: int = 7
) -> tuple[Stand, subprocess.Popen[bytes]]:
    """Start the fake system and the simulators over it."""
    system = FakeSystem()
    port = free_port()
    config = folder / "simulators.json"
    config.write_text(json.dumps({**system.config, **(more or {})}))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.simulators", "--port", str(port), "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, "GUICHET_SIM_PACE": "0.1"},
    )
    url = f"http://127.0.0.1:{port}"
    system.simulators = url
    stand = Stand(system, url)

    def ready() -> bool:
        try:
            return len(stand.client.get("/healthz").json()["checks"]) >= checks
        except httpx.HTTPError:
            return False

    until(ready, 20)
    return stand, process


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand, process = start_stand(tmp_path_factory.mktemp("stand"))
    yield stand
    process.terminate()
    process.wait(10)
    stand.client.close()
    stand.system.close()


@pytest.fixture
def stand(running: Stand) -> Stand:
    """The stand, calm: no faults, a kind network."""
    running.client.delete("/faults")
    running.post("/sim/network", duplicates=0, jitter_ms=0)
    running.system.stopped.clear()
    running.system.fail_next.clear()
    return running
