"""
Child processes that never outlive us: started, waited for, watched, stopped.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import UsageError

PR_SET_PDEATHSIG = 1  # prctl(2): the kernel signals the child when its parent dies, however it dies
STOP_PATIENCE_S = 30.0  # the local AWS writes its state when it stops; killed before, it would lose it


@dataclass(frozen=True, slots=True)
class Child:
    """One running child in its own process group, so that Ctrl-C reaches us alone. `title` is for people."""

    title: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def require_alive(self) -> None:
        """Raise UsageError when it has stopped by itself."""
        status = self.process.poll()
        if status is not None and status < 0:
            raise UsageError(f"{self.title} was killed ({signal.Signals(-status).name}).")
        if status is not None:
            raise UsageError(f"{self.title} stopped by itself (exit {status}): {_last_line(self.log)}.")


def start(title: str, command: Sequence[str], environment: Mapping[str, str], log: Path, cwd: Path) -> Child:
    """Start a child whose output goes to `log`."""
    libc = ctypes.CDLL(None, use_errno=True)

    def follow_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=follow_parent,  # noqa: PLW1509 - no threads are running yet, and only prctl is called
        )
    return Child(title, process, log)


def stop(child: Child) -> None:
    """Ask it to stop (it saves its state), wait, then kill what is left of its group."""
    ask_to_stop(child)
    if child.process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(STOP_PATIENCE_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.process.wait()


def ask_to_stop(child: Child) -> None:
    """Ask it to stop, without waiting; asking twice is harmless."""
    if child.process.poll() is None:
        child.process.terminate()


def wait_for(url: str, child: Child, seconds: float = 60.0) -> None:
    """Wait until `url` answers anything but 5xx; raises UsageError when the child dies or takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        child.require_alive()
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise UsageError(f"{child.title} does not answer after {seconds:.0f} s; its log is {child.log}.")
        time.sleep(0.05)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    # A function's own lines are JSON: none of them says why the process that ran it ended.
    told = [line for line in lines if not line.lstrip().startswith("{")]
    return f"{told[-1]} ({log})" if told else f"its log is {log}"
