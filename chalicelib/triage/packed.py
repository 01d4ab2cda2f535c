"""
Reads a bundle's archives of arrays (.npz) within bounds: one may be damaged, foreign, or made to fill memory.

Headers are not trusted: the unpacked size is bounded before reading, and an array is as long as its bytes. Pickles are
never opened.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

UNPACKED_MOST = 128_000_000  # bytes of one archive's arrays; the shipped one has 17 million

_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def arrays(content: bytes) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an archive by name, read-only. Raises ValueError for anything else, or for too much of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            if sum(each.file_size for each in listed) > UNPACKED_MOST:
                raise ValueError("too large")
            return {each.filename.removesuffix(".npy"): _array(archive.read(each)) for each in listed}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise ValueError("no archive of arrays") from None


def _array(raw: bytes) -> npt.NDArray[Any]:
    stream = io.BytesIO(raw)
    shape, by_columns, kind = _HEADERS.get(np.lib.format.read_magic(stream), _unknown)(stream)
    if kind.hasobject or min(shape, default=0) < 0 or len(raw) - stream.tell() != math.prod(shape) * kind.itemsize:
        raise ValueError("not the array that its header names")
    return np.frombuffer(raw, kind, offset=stream.tell()).reshape(shape, order="F" if by_columns else "C")


def _unknown(_: io.BytesIO) -> Any:
    raise ValueError("an array of another version")
