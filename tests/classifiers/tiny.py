"""A sentence encoder of two thin layers with random weights: the real file format, milliseconds to make."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from classifiers.encoder import onnx_file

WIDTH, HEADS, LAYERS, INNER, PLACES = 32, 4, 2, 64, 128
PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *"abcdefghijklmnopqrstuvwxyz?'",
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
]


def state(seed: int = 3) -> dict[str, np.ndarray]:
    """Weights named as a BERT's."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.2, shape).astype(np.float32)

    out = {
        "embeddings.word_embeddings.weight": drawn(len(PIECES), WIDTH),
        "embeddings.position_embeddings.weight": drawn(PLACES, WIDTH) * 0.1,
        "embeddings.token_type_embeddings.weight": drawn(2, WIDTH),
        **_norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        for name in ("query", "key", "value"):
            out |= _dense(f"{prefix}attention.self.{name}", drawn(WIDTH, WIDTH), drawn(WIDTH))
        out |= _dense(f"{prefix}attention.output.dense", drawn(WIDTH, WIDTH), drawn(WIDTH))
        out |= _norm(f"{prefix}attention.output.LayerNorm")
        out |= _dense(f"{prefix}intermediate.dense", drawn(INNER, WIDTH), drawn(INNER))
        out |= _dense(f"{prefix}output.dense", drawn(WIDTH, INNER), drawn(WIDTH))
        out |= _norm(f"{prefix}output.LayerNorm")
    return out


def tokenizer() -> bytes:
    """A tokenizer of letters."""
    from classifiers.encoder.tokens import tokenizer_of

    return tokenizer_of(PIECES).to_str().encode()


def write(folder: Path) -> Path:
    """An encoder folder as --encoder takes it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(onnx_file.write(state(), HEADS))
    (folder / "tokenizer.json").write_bytes(tokenizer())
    return folder


def _dense(name: str, weight: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}.weight": weight, f"{name}.bias": bias}


def _norm(name: str) -> dict[str, np.ndarray]:
    return _dense(name, np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32))
