"""
Opens a bundle: card, checksums, label order and format are checked before a single weight is used.

A bundle is a folder: `card.json` and the files that it names with their SHA-256. `stages` lists what scores a text, in
order; this runtime knows "linear", alone or followed by "encoder". Another kind is refused, never skipped.
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
from .encoder import SentenceEncoder
from .scorer import Blend, Bound, BundleScorer, Calibration, Language
from .stages import HEADS, EncoderStage, LinearStage

FORMAT = 3
ARTEFACT = Path(__file__).parent / "artefact"
_CARD = "card.json"


def load(folder: str | Path | None = None) -> BundleScorer:
    """The scorer of a bundle ("" or None: the shipped one). Raises Misconfigured with one sentence on any mismatch."""
    path = Path(folder) if folder else ARTEFACT
    card = _read_card(path)
    if card.get("format") != FORMAT or card.get("features", {}).get("version") != features.VERSION:
        raise Misconfigured(
            f"The classifier bundle in {path} was made for another version of Guichet: train it again (make train)."
        )
    contents = {name: _checked(path, name, digest) for name, digest in card["files"].items()}
    stages = [stage["kind"] for stage in card["stages"]]
    if stages not in (["linear"], ["linear", "encoder"]):
        raise Misconfigured(
            f"The classifier bundle in {path} needs stages {stages}; this runtime knows linear, then encoder."
        )
    try:
        return _build(card, contents, checksum_of(card))
    except (KeyError, ValueError, TypeError) as error:
        raise Misconfigured(
            f"The classifier bundle in {path} is incomplete ({type(error).__name__}): train it again (make train)."
        ) from None


def checksum_of(card: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the names and digests of the bundle's files and the decision values of its card."""
    deciding = {key: card[key] for key in ("format", "features", "labels", "stages", "language", "decision", "files")}
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
    except (FileNotFoundError, NotADirectoryError):
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


def _build(card: Mapping[str, Any], contents: Mapping[str, bytes], checksum: str) -> BundleScorer:
    labels = tuple(card["labels"])
    decision = card["decision"]
    return BundleScorer(
        model=f"{card['name']}@{checksum[:12]}",
        stage=_linear(card, contents, labels),
        encoder=_encoder(card["stages"][1], contents, labels) if len(card["stages"]) > 1 else None,
        language=language_model(contents[card["language"]["file"]], float(card["language"]["floor"])),
        languages={name: _language(row) for name, row in decision["languages"].items()},
        danger_ceiling=float(decision["danger_ceiling"]),
        bounds={
            (lang, intent): Bound(value=float(row["bound"]), proved=bool(row["proved"]), proof=str(row["proof"]))
            for lang, rows in decision["bounds"].items()
            for intent, row in rows.items()
        },
        expected={lang: tuple(map(float, shares)) for lang, shares in decision["scores"].items()},
    )


def _linear(card: Mapping[str, Any], contents: Mapping[str, bytes], labels: tuple[str, ...]) -> LinearStage:
    stage = card["stages"][0]
    arrays = _arrays(contents[stage["file"]])
    heads, bits = tuple(stage["heads"]), int(card["features"]["bits"])
    shaped = arrays["weights"].shape == (1 << bits, len(labels) + len(heads))
    if not shaped or tuple(arrays["labels"]) != labels or heads != HEADS:
        raise ValueError("shape")
    return LinearStage(
        labels=labels,
        heads=heads,
        bits=bits,
        weights=arrays["weights"],
        scale=arrays["scale"].astype(np.float32),
        bias=arrays["bias"].astype(np.float32),
    )


def _encoder(stage: Mapping[str, Any], contents: Mapping[str, bytes], labels: tuple[str, ...]) -> EncoderStage:
    arrays = _arrays(contents[stage["head"]])
    shaped = arrays["weights"].shape[1:] == arrays["bias"].shape == (len(labels) + len(HEADS),)
    if not shaped or tuple(arrays["labels"]) != labels:
        raise ValueError("shape")
    return EncoderStage(
        encoder=SentenceEncoder(contents[stage["file"]], contents[stage["tokenizer"]]),
        weights=arrays["weights"].astype(np.float32),
        bias=arrays["bias"].astype(np.float32),
    )


def _language(row: Mapping[str, Any]) -> Language:
    return Language(
        alone=Calibration(**_numbers(row["alone"])),
        joined=Calibration(**_numbers(row["joined"])),
        blend=Blend(**_numbers(row["blend"])),
    )


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in row.items()}
