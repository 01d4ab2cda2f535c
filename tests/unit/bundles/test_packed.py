"""Archives of arrays that are none, or that would fill the memory."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from chalicelib.triage import packed
from classifiers import export

ARRAYS = {"weights": np.arange(12, dtype=np.int8).reshape(3, 4), "labels": np.array(["a", "bé"])}


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, raw in members.items():
            zipped.writestr(f"{name}.npy", raw)
    return out.getvalue()


def npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def test_arrays_come_back_as_they_were_packed() -> None:
    found = packed.arrays(export.packed({**ARRAYS, "columns": np.asfortranarray(np.eye(3, 2))}))

    assert all(np.array_equal(found[name], array) for name, array in ARRAYS.items())
    assert np.array_equal(found["columns"], np.eye(3, 2))


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    raw = archive(weights=bytes(packed.UNPACKED_MOST + 1))

    assert len(raw) < 200_000
    with pytest.raises(ValueError, match="too large"):
        packed.arrays(raw)


def test_a_member_longer_than_its_directory_says_is_refused() -> None:
    """A directory that lies about the unpacked size: what is read is what it says, and that is no array."""
    raw = bytearray(archive(weights=npy(np.zeros(1_000_000, np.int8))))
    at = raw.rindex(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", 200)
    with pytest.raises(ValueError, match="array"):
        packed.arrays(bytes(raw))


def test_a_header_that_names_more_than_there_is_allocates_nothing() -> None:
    for shape in ((3, 5), (9_999_999_999_999, 4), (0, 4), (-3, -4), (3,)):
        out = io.BytesIO()
        np.lib.format.write_array_header_1_0(out, {"descr": "|i1", "fortran_order": False, "shape": shape})
        with pytest.raises(ValueError, match="header"):
            packed.arrays(archive(weights=out.getvalue() + bytes(12)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK",
        export.packed(ARRAYS)[:-30],
        archive(weights=b"no array"),
        archive(weights=b"\x93NUMPY\x09\x00"),
        archive(weights=npy(np.zeros(3)).replace(b"NUMPY", b"NUMPX")),
        npy(np.zeros(3)),
    ],
)
def test_what_is_no_archive_of_arrays_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - one kind of error, whatever is wrong
        packed.arrays(raw)


def test_pickled_objects_are_never_opened() -> None:
    out = io.BytesIO()
    np.save(out, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="header"):
        packed.arrays(archive(weights=out.getvalue()))
