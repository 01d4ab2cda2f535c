"""
What the local stack keeps between runs, and what a running one tells the other commands.

Everything lies in .local/ (or the folder that GUICHET_LOCAL names, so that tests have their own).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.store.items import NEWEST, OLDEST, VERSION

from ..names import ROOT


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one local stack."""

    folder: Path

    @property
    def lock(self) -> Path:
        return self.folder / "run.lock"

    @property
    def running(self) -> Path:
        return self.folder / "running.json"

    @property
    def ports(self) -> Path:
        return self.folder / "ports.json"

    @property
    def identities(self) -> Path:
        return self.folder / "identities.json"

    @property
    def version(self) -> Path:
        return self.folder / "version.json"

    @property
    def simulators(self) -> Path:
        return self.folder / "simulators.json"

    @property
    def platforms(self) -> Path:
        """What the simulated platforms keep."""
        return self.simulators.with_suffix(".state.json")

    @property
    def platforms_begun(self) -> Path:
        """The same when the run got ready that has not ended yet."""
        return self.simulators.with_suffix(".begun.json")

    @property
    def aws(self) -> Path:
        return self.folder / "aws"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def scratch(self) -> Path:
        return self.folder / "tmp"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Running:
    """A local stack that answers: its process, the local AWS's endpoint, the page, and the ready document."""

    pid: int
    endpoint: str
    page: str
    ready: dict[str, Any]


def home() -> Home:
    """Give the folder of this machine's local stack, made if it is missing; only its owner may read it."""
    folder = Path(os.environ.get("GUICHET_LOCAL") or ROOT / ".local")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / "logs").mkdir(exist_ok=True)
    return Home(folder)


@contextmanager
def only_one(place: Home) -> Iterator[None]:
    """Hold the right to run here; raises UsageError naming the one that has it. The right dies with its process."""
    with place.lock.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            raise UsageError(
                f"guichet run is already running (process {pid}); stop it with Ctrl-C there, or 'kill {pid}'."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def forget(place: Home) -> None:
    """Delete what earlier runs kept, but the logs and the lock."""
    shutil.rmtree(place.aws, ignore_errors=True)  # the scratch folder is swept at each start
    begun = place.platforms_begun
    for path in (place.running, place.identities, place.simulators, place.platforms, begun, place.ports, place.version):
        path.unlink(missing_ok=True)


def require_readable(place: Home) -> None:
    """Note which version of items is written here; raises UsageError if an earlier run's cannot be read."""
    kept = VERSION
    if place.aws.exists():
        try:
            kept = int(json.loads(place.version.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            kept = 0  # a run of a version that did not write it yet
    if not OLDEST <= kept <= NEWEST:
        raise UsageError(
            "The conversations that an earlier run kept are of another version of Guichet, which this one cannot "
            "read. Forget them with 'guichet run --fresh' (make run ARGS=--fresh), or go back to that version."
        )
    write_json(place.version, max(kept, VERSION))


def running() -> Running:
    """Give the running stack; raises UsageError when none answers."""
    place = home()
    if place.running.is_file() and _held(place):
        return Running(**json.loads(place.running.read_text(encoding="utf-8")))
    raise UsageError("The local stack does not run; start it with 'make run' in another terminal.")


def _held(place: Home) -> bool:
    """Tell whether a live process holds the lock (the file alone may be left by one that was killed)."""
    with place.lock.open("a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def announce(place: Home, running_now: Running) -> None:
    """Tell the other commands where the stack answers."""
    write_json(place.running, asdict(running_now))


def write_json(path: Path, document: Any) -> None:
    """Write JSON so that a reader sees the old file or the whole new one, and only the owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
        file.write("\n")
    Path(temporary).replace(path)
