"""
The sentence encoder at run time: tokenizer and int8 ONNX file of a bundle, one thread, one text at a time.

ONNX Runtime and the tokenizer are imported and opened when the first text needs them: most texts never do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from . import features
from .stages import FloatArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MAX_TOKENS = 128


_open: WeakValueDictionary[str, SentenceEncoder] = WeakValueDictionary()
_opening = Lock()


def shared(checksum: str, make: Callable[[], SentenceEncoder]) -> SentenceEncoder:
    """The process's one encoder of this checksum, made if no bundle that is in use has it yet."""
    with _opening:
        found = _open.get(checksum)
        if found is None:
            found = _open[checksum] = make()
        return found


class SentenceEncoder:
    """`model` and `tokenizer` are the contents of a bundle's files, checked by the loader."""

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        self.bytes = len(model) + len(tokenizer)
        self._model = model
        self._tokenizer_json = tokenizer

    def vector(self, cleaned: str) -> FloatArray:
        """The unit vector (width) of a cleaned text, read by `features.written`; at most `MAX_TOKENS` tokens count."""
        ids = self._tokenizer.encode(features.written(cleaned)).ids
        if len(ids) > MAX_TOKENS:
            ids = ids[: MAX_TOKENS - 1] + ids[-1:]
        found: FloatArray = self._session.run(None, {"ids": np.array([ids], np.int64)})[0][0]
        return found

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer  # noqa: PLC0415 - 30 ms that a sure first stage saves

        return Tokenizer.from_buffer(self._tokenizer_json)

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime  # noqa: PLC0415 - 100 ms that a sure first stage saves

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # Lambda gives a vCPU or less
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        self._model = b""  # the session has its own copy
        return session
