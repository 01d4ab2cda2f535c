"""The zips: the same bytes for the same content, and refused when Lambda would refuse them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from infra import archive


def folder(root: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_the_same_content_is_the_same_zip_whenever_it_was_written(tmp_path: Path) -> None:
    first = folder(tmp_path / "1", b=b"2", a__c=b"1")
    second = folder(tmp_path / "2", a__c=b"1", b=b"2")
    for path in archive.files_of(second):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o755)
    one, two = archive.write(first, tmp_path / "1.zip"), archive.write(second, tmp_path / "2.zip")

    assert one.sha256 == two.sha256
    assert one.key("code") == two.key("code")
    assert (one.unzipped, one.components) == (2, {"a": 1, "single files": 1})


def test_other_content_has_another_key(tmp_path: Path) -> None:
    one = archive.write(folder(tmp_path / "1", a=b"1"), tmp_path / "1.zip")
    two = archive.write(folder(tmp_path / "2", a=b"2"), tmp_path / "2.zip")

    assert one.key("code") != two.key("code")


def test_a_layer_without_numpy_is_refused(tmp_path: Path) -> None:
    code = archive.write(folder(tmp_path / "1", a=b"1"), tmp_path / "1.zip")
    layer = archive.write(folder(tmp_path / "2", artefact__card=b"2"), tmp_path / "2.zip")

    with pytest.raises(UsageError, match="without python/numpy/"):
        archive.check(code, layer, ["python/numpy/"])


def test_more_than_lambda_takes_is_refused(tmp_path: Path) -> None:
    layer = archive.write(folder(tmp_path / "2", python__numpy__a=b"2"), tmp_path / "2.zip")
    big = archive.Archive(tmp_path / "x", 1, archive.UNZIPPED_LIMIT, "0", {})
    fat = archive.Archive(tmp_path / "x", archive.CODE_ZIP_LIMIT + 1, 1, "0", {"botocore data": 1})

    with pytest.raises(UsageError, match="250 MiB"):
        archive.check(big, layer, ["python/numpy/"])
    with pytest.raises(UsageError, match="25 MB"):
        archive.check(fat, layer, ["python/numpy/"])
