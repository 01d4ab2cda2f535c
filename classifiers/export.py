"""
Writes a bundle that `chalicelib.triage.load_bundle` accepts: weights, language detector, model card.

Quantisation: weights are int8, with a scale each column.

Byte for byte the same for the same training: archives carry no times, JSON has sorted keys.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.language_detector import LanguageModel
from chalicelib.triage.load_bundle import FORMAT, checksum_of
from chalicelib.triage.scorer import TENTHS
from chalicelib.triage.stages import HEADS, EncoderStage

from .card import report_of
from .prove import NEVER_SURE, TARGET, words_for
from .train import Trained

NAME = "guichet"


def export(trained: Trained, folder: Path, name: str = NAME) -> dict[str, Any]:
    """Writes the bundle into `folder` (made if absent) and returns its card."""
    refuse_foreign(folder)
    contents = {"linear.npz": _linear(trained), "language.npz": packed_language(trained.language)}
    stages: list[dict[str, Any]] = [{"kind": "linear", "file": "linear.npz", "heads": list(HEADS)}]
    if trained.encoder is not None:
        contents |= {
            "encoder.onnx": trained.encoder.model,
            "tokenizer.json": trained.encoder.tokenizer,
            "head.npz": _head(trained.labels, trained.encoder.stage),
        }
        names = {"file": "encoder.onnx", "tokenizer": "tokenizer.json", "head": "head.npz"}
        stages.append({"kind": "encoder", **names})
    card: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "features": {"version": features.VERSION, "bits": trained.stage.bits},
        "labels": list(trained.labels),
        "stages": stages,
        "language": {"file": "language.npz", "floor": trained.language.floor},
        "decision": _decision(trained),
        "files": {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()},
        "report": report_of(trained),
    }
    card["checksum"] = checksum_of(card)
    for stale in {"encoder.onnx", "tokenizer.json", "head.npz"} - set(contents):
        (folder / stale).unlink(missing_ok=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    return card


def refuse_foreign(folder: Path) -> None:
    """Makes the folder. Raises UsageError where it cannot be written to, or holds files that are not a bundle's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        there = list(folder.iterdir())
    except OSError:
        raise UsageError(f"{folder} is no folder that can be written to: give another --out.") from None
    try:
        ours = "checksum" in json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        ours = False
    if there and not ours:
        raise UsageError(f"{folder} holds files that are not a bundle's: give an empty folder to --out.")


def packed_language(model: LanguageModel) -> bytes:
    """The detector's file: int8 weights with a scale a column."""
    scale = np.maximum(np.abs(model.weights).max(axis=0), 1e-9) / 127.0
    return packed(
        {
            "languages": np.array(model.languages),
            "weights": np.rint(model.weights / scale).astype(np.int8),
            "scale": scale.astype(np.float32),
            "bias": model.bias.astype(np.float32),
        }
    )


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """An .npz whose bytes depend on the arrays alone (numpy's own stamps the time)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            raw = io.BytesIO()
            np.save(raw, array, allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), raw.getvalue(), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def _linear(trained: Trained) -> bytes:
    stage = trained.stage
    return packed(
        {"labels": np.array(stage.labels), "weights": stage.weights, "scale": stage.scale, "bias": stage.bias}
    )


def _head(labels: tuple[str, ...], stage: EncoderStage) -> bytes:
    return packed(
        {
            "labels": np.array(labels),
            "weights": stage.weights.astype(np.float32),
            "bias": stage.bias.astype(np.float32),
        }
    )


def _decision(trained: Trained) -> dict[str, Any]:
    return {
        "languages": {
            name: {
                "alone": _finite(asdict(learned.alone)),
                "joined": _finite(asdict(learned.joined)),
                "blend": asdict(learned.blend),
            }
            for name, learned in trained.languages.items()
        },
        "danger_ceiling": trained.danger_ceiling,
        "signals": trained.thresholds,
        "choices": {language: asdict(found.cut) for language, found in trained.choosing.items()},
        "scores": {language: _shares(trained, language) for language in trained.proofs},
        "bounds": {
            language: {
                intent: {
                    "bound": min(proof.bound, NEVER_SURE),
                    "proved": proof.proved,
                    "proof": words_for(proof, trained.targets.get(intent, TARGET)),
                }
                for intent, proof in rows.items()
            }
            for language, rows in trained.proofs.items()
        },
    }


def _shares(trained: Trained, language: str) -> list[float]:
    """How the probabilities of unseen messages fall into tenths: what live ones are compared with."""
    found = [row.probability for row in trained.scored if row.language == language]
    counts, _ = np.histogram(found, bins=TENTHS, range=(0.0, 1.0))
    return [round(float(count) / max(1, len(found)), 4) for count in counts]


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    """The values without the ones that JSON has no number for: their defaults hold."""
    return {name: value for name, value in values.items() if math.isfinite(value)}
