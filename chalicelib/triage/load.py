"""
Opens a bundle: card, checksums, label order and format are checked before a single weight is used.

A bundle is a folder: `card.json` and the files that it names with their SHA-256. `stages` lists what scores a text, in
order; this runtime knows "linear". Another kind (the encoder that comes next) is refused, never skipped.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import Misconfigured
from . import features, language
from .scorer import Bound, Calibration, LinearScorer, LinearStage

FORMAT = 1
ARTEFACT = Path(__file__).parent / "artefact"
_CARD = "card.json"


def load(folder: str | Path | None = None) -> LinearScorer:
    """The scorer of a bundle ("" or None: the shipped one). Raises Misconfigured with one sentence on any mismatch."""
    path = Path(folder) if folder else ARTEFACT
    card = _read_card(path)
    if card.get("format") != FORMAT or card.get("features", {}).get("version") != features.VERSION:
        raise Misconfigured(
            f"The classifier bundle in {path} was made for another version of Guichet: train it again (make train)."
        )
    contents = {name: _checked(path, name, digest) for name, digest in card["files"].items()}
    stages = [stage["kind"] for stage in card["stages"]]
    if stages != ["linear"]:
        raise Misconfigured(
            f"The classifier bundle in {path} needs stages {stages}, and this runtime knows linear only."
        )
    try:
        return _build(card, contents, checksum_of(card))
    except (KeyError, ValueError, TypeError) as error:
        raise Misconfigured(
            f"The classifier bundle in {path} is incomplete ({type(error).__name__}): train it again (make train)."
        ) from None


def checksum_of(card: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the names and digests of the bundle's files and the decision values of its card."""
    deciding = {key: card[key] for key in ("format", "features", "labels", "stages", "decision", "files")}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


def language_model(content: bytes, floor: float) -> language.LanguageModel:
    """The detector packed in a bundle's language file. Raises KeyError or ValueError on another shape."""
    known = _arrays(content)
    languages = tuple(str(name) for name in known["languages"])
    if known["weights"].shape != (1 << language.BITS, len(languages)):
        raise ValueError("shape")
    return language.LanguageModel(
        languages=languages,
        weights=known["weights"].astype(np.float32) * known["scale"].astype(np.float32),
        bias=known["bias"].astype(np.float32),
        floor=floor,
    )


def _read_card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads((path / _CARD).read_text(encoding="utf-8"))
        if card["checksum"] == checksum_of(card):
            return dict(card)
    except FileNotFoundError:
        raise Misconfigured(f"There is no classifier bundle in {path}: run `make train`, or unset MODEL_DIR.") from None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Misconfigured(f"The card of the classifier bundle in {path} was changed or cut: train it again (make train).")


def _checked(path: Path, name: str, digest: str) -> bytes:
    try:
        content = (path / name).read_bytes()
    except OSError:
        content = b""
    if Path(name).name != name or hashlib.sha256(content).hexdigest() != digest:
        raise Misconfigured(
            f"The classifier file {name} in {path} is missing or does not match its card: train it again."
        )
    return content


def _arrays(content: bytes) -> dict[str, npt.NDArray[Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as opened:
        return {name: opened[name] for name in opened.files}


def _build(card: Mapping[str, Any], contents: Mapping[str, bytes], checksum: str) -> LinearScorer:
    labels = tuple(card["labels"])
    heads = tuple(card["stages"][0]["heads"])
    linear = _arrays(contents[card["stages"][0]["file"]])
    bits = int(card["features"]["bits"])
    if linear["weights"].shape != (1 << bits, len(labels) + len(heads)) or tuple(linear["labels"]) != labels:
        raise ValueError("shape")
    decision = card["decision"]
    return LinearScorer(
        model=f"{card['name']}@{checksum[:12]}",
        stage=LinearStage(
            labels=labels,
            heads=heads,
            bits=bits,
            weights=linear["weights"],
            scale=linear["scale"].astype(np.float32),
            bias=linear["bias"].astype(np.float32),
        ),
        language=language_model(contents[card["language"]["file"]], float(card["language"]["floor"])),
        calibrations={
            name: Calibration(temperature=float(pair["temperature"]), offset=float(pair["offset"]))
            for name, pair in decision["calibrations"].items()
        },
        energy_floors={name: float(value) for name, value in decision["energy_floors"].items()},
        danger_ceiling=float(decision["danger_ceiling"]),
        bounds={
            (lang, intent): Bound(value=float(row["bound"]), proved=bool(row["proved"]), proof=str(row["proof"]))
            for lang, rows in decision["bounds"].items()
            for intent, row in rows.items()
        },
    )
