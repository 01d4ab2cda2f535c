"""
Files kept on a disk by their SHA-256, as many as fit, so that no file is downloaded twice.

Every file is checked each time that it is read, so a crash, another process or a full disk can cost a download, never a
wrong byte. A file appears whole (written aside, then renamed); one process at a time writes, any number read. If the
disk takes no file, contents are returned without being kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import Misconfigured

_PART = ".part"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class FileCache:
    """A folder with at most `most` bytes of files; made when the first one is kept. Safe for threads and processes."""

    folder: Path
    most: int

    def content(self, digest: str, fetch: Callable[[], bytes]) -> bytes:
        """
        The bytes whose SHA-256 (hex) is `digest`: from here, or fetched and kept, the longest unread ones making room.

        Raises Misconfigured when the fetched bytes have another digest, and the errors of `fetch`.
        """
        found = self._read(digest)
        if found is not None:
            return found
        with self._alone():
            found = self._read(digest)  # another process brought it while this one waited
            if found is not None:
                return found
            fetched = fetch()
            if not _is(fetched, digest):
                raise Misconfigured(f"A file of a classifier bundle is not what its checksum says: {digest[:12]}.")
            with suppress(OSError):  # a full or read-only disk
                self._keep(digest, fetched)
            return fetched

    def kept(self) -> dict[str, int]:
        """The kept files: digest -> bytes, the longest unread first."""
        return {path.name: size for _, path, size in self._files()}

    def _read(self, digest: str) -> bytes | None:
        path = self.folder / digest
        try:
            found = path.read_bytes()
        except OSError:
            return None
        if not _is(found, digest):
            return None  # cut or changed: the next one that is kept takes its place
        with suppress(OSError):
            now = time.time_ns()
            os.utime(path, ns=(now, now))
        return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time; a lock dies with its process. Where no lock can be had, nothing can be kept either."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("w", encoding="ascii")
        except OSError:
            yield
            return
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _keep(self, digest: str, content: bytes) -> None:
        for left in self.folder.glob(f"*{_PART}"):  # its writer is dead: this process has the lock
            left.unlink(missing_ok=True)
        (self.folder / digest).unlink(missing_ok=True)
        if len(content) > self.most:
            return
        self._evict(len(content))
        aside = self.folder / f"{digest}{_PART}"
        aside.write_bytes(content)
        aside.rename(self.folder / digest)

    def _evict(self, needed: int) -> None:
        files = self._files()
        held = sum(size for _, _, size in files)
        for _, path, size in files:
            if held + needed <= self.most:
                return
            path.unlink(missing_ok=True)
            held -= size

    def _files(self) -> list[tuple[int, Path, int]]:
        """(last read in ns, path, bytes) of each kept file, the longest unread first."""
        found = []
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.name != _LOCK and not path.name.endswith(_PART):
                    with suppress(OSError):  # made room for meanwhile
                        state = path.stat()
                        found.append((state.st_mtime_ns, path, state.st_size))
        return sorted(found)


def _is(content: bytes, digest: str) -> bool:
    return hashlib.sha256(content).hexdigest() == digest
