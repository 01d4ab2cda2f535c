"""`guichet run` in a folder of its own, as a person starts it: functions, local AWS, platforms and page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.names import ROOT

GUICHET = str(Path(sys.executable).with_name("guichet"))
PATIENCE_S = 240.0  # a slow machine takes a minute and a half; none waits longer than it must


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

    def call(self, *arguments: str, patience_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GUICHET, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=patience_s,
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
