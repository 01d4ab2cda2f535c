"""Files by checksum on a disk: as many as fit, the longest unread gone first, whatever else happens there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Misconfigured
from chalicelib.triage.file_cache import FileCache

ROOT = Path(__file__).resolve().parents[3]


def content(number: int, size: int) -> bytes:
    return bytes([number]) * size


def digest(of: bytes) -> str:
    return hashlib.sha256(of).hexdigest()


class Source:
    """What is fetched, and how often."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def __call__(self, of: bytes) -> Callable[[], bytes]:
        def fetch() -> bytes:
            self.fetched.append(digest(of))
            return of

        return fetch


SIZES = (10, 20, 30, 40, 60, 70, 150)


@settings(max_examples=60)
@given(asked=st.lists(st.integers(0, len(SIZES) - 1), max_size=40))
def test_the_longest_unread_go_first_and_never_more_than_needed(
    asked: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against the plain model of it: a list of what was read, the newest last, cut from the front."""
    cache, source = FileCache(tmp_path_factory.mktemp("cache"), 100), Source()
    model: list[int] = []
    downloads = 0
    for each in asked:
        of = content(each, SIZES[each])

        assert cache.content(digest(of), source(of)) == of

        if each in model:
            model.remove(each)
            model.append(each)
        else:
            downloads += 1
            if SIZES[each] <= 100:
                while sum(SIZES[other] for other in model) + SIZES[each] > 100:
                    model.pop(0)
                model.append(each)
        assert list(cache.kept()) == [digest(content(other, SIZES[other])) for other in model]
        assert sum(cache.kept().values()) <= 100
        assert len(source.fetched) == downloads


@pytest.mark.parametrize("left", [b"", b"\x01" * 9, b"\x02" * 10, b"\x01" * 11])
def test_a_file_that_was_cut_or_changed_is_fetched_again(tmp_path: Path, left: bytes) -> None:
    cache, source, of = FileCache(tmp_path, 100), Source(), content(1, 10)
    (tmp_path / digest(of)).write_bytes(left)

    assert [cache.content(digest(of), source(of)) for _ in range(3)] == [of] * 3
    assert len(source.fetched) == 1


def test_what_is_not_what_its_checksum_says_is_refused_and_not_kept(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 100)
    with pytest.raises(Misconfigured, match="checksum"):
        cache.content(digest(b"one"), lambda: b"other")

    assert cache.kept() == {}


def test_a_fetch_that_fails_leaves_nothing_and_holds_nobody_up(tmp_path: Path) -> None:
    cache, source = FileCache(tmp_path, 100), Source()

    def broken() -> bytes:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        cache.content(digest(b"one"), broken)

    assert cache.content(digest(b"one"), source(b"one")) == b"one"


def test_what_a_dead_process_left_half_written_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 64}.part").write_bytes(b"half")
    (tmp_path / f"{digest(b'one')}.part").write_bytes(b"o")
    cache, source = FileCache(tmp_path, 100), Source()

    assert cache.content(digest(b"one"), source(b"one")) == b"one"
    assert {path.name for path in tmp_path.iterdir()} == {digest(b"one"), "lock"}


def test_where_the_disk_takes_nothing_the_contents_come_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    cache, source = FileCache(tmp_path / "file" / "models", 100), Source()

    assert [cache.content(digest(b"one"), source(b"one")) for _ in range(2)] == [b"one"] * 2
    assert len(source.fetched) == 2
    assert cache.kept() == {}


def test_threads_that_want_the_same_file_at_once_fetch_it_once(tmp_path: Path) -> None:
    source, of, got = Source(), content(3, 50), list[bytes]()
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        got.append(FileCache(tmp_path, 100).content(digest(of), source(of)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert (got, len(source.fetched)) == ([of] * 8, 1)


_DIES = """
import sys, os, hashlib
from pathlib import Path
from chalicelib.triage.file_cache import FileCache
def fetch():
    print("fetching", flush=True)
    os._exit(9)
FileCache(Path(sys.argv[1]), 100).content("a" * 64, fetch)
"""


def test_a_process_that_dies_while_it_fetches_keeps_nobody_out(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DIES, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    source = Source()

    assert (done.returncode, done.stdout.strip()) == (9, "fetching")
    assert FileCache(tmp_path, 100).content(digest(b"one"), source(b"one")) == b"one"
