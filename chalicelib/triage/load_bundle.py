"""
Opens a bundle: model card, checksums, label order and format are checked before a single weight is used.

A bundle is a folder: `card.json` and the files that it names with their SHA-256. `stages` lists what scores a text, in
order; this runtime knows "linear", alone or followed by "encoder". Another kind is refused, never skipped.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import Misconfigured
from . import features, language_detector, packed
from .choices import Cut
from .encoder import SentenceEncoder, shared
from .reading import Blend, Calibration, Language
from .scorer import Bound, BundleScorer, Thresholds
from .stages import HEADS, EncoderStage, LinearStage

FORMAT = 4
ARTEFACT = Path(__file__).parent / "artefact"
_CARD = "card.json"
_TRIED = "Bonjour, where is my order?"
_BITS = range(8, 25)


def load(folder: str | Path | None = None) -> BundleScorer:
    """
    The scorer of a bundle ("" or None: the shipped one). Raises Misconfigured with one sentence on any mismatch.

    A bundle of a folder is tried on a text as well; the shipped one was tried before it shipped.
    """
    path = Path(folder) if folder else ARTEFACT
    card = card_in(path)
    files = {name: _checked(path, name, digest) for name, digest in card["files"].items()}
    scorer = build(card, files, f"in {path}")
    return scorer if path == ARTEFACT else tried(scorer, f"in {path}")


def card_in(path: Path) -> dict[str, Any]:
    """The card of the bundle in a folder. Raises Misconfigured as `read_card` does, and for a folder without a card."""
    try:
        return read_card((path / _CARD).read_bytes(), f"in {path}")
    except (FileNotFoundError, NotADirectoryError):
        raise Misconfigured(f"There is no classifier bundle in {path}: run `make train`, or unset MODEL_DIR.") from None
    except OSError:
        raise Misconfigured(f"The card of the classifier bundle in {path} cannot be read: train it again.") from None


def read_card(content: bytes, where: str) -> dict[str, Any]:
    """A card whose own checksum, format and file names are right. Raises Misconfigured with one sentence otherwise."""
    card: Any = None
    try:
        card = json.loads(content)
        whole = card["checksum"] == checksum_of(card) and all(map(_plain, card["files"], card["files"].values()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise Misconfigured(
            f"The card of the classifier bundle {where} was changed or cut: train it again (make train)."
        )
    made_for = card["features"].get("version") if isinstance(card["features"], dict) else None
    if (card["format"], made_for) != (FORMAT, features.VERSION):
        raise Misconfigured(
            f"The classifier bundle {where} was made for another version of Guichet: train it again (make train)."
        )
    return dict(card)


def _plain(name: str, digest: str) -> bool:
    """Whether a file's name stays in its folder, and its digest is a SHA-256."""
    return Path(name).name == name and re.fullmatch(r"[0-9a-f]{64}", digest) is not None


def build(card: Mapping[str, Any], files: Mapping[str, bytes], where: str) -> BundleScorer:
    """The scorer of a card and its files, whose content the caller has checked. Raises Misconfigured."""
    try:
        stages = [stage["kind"] for stage in card["stages"]]
        if stages not in (["linear"], ["linear", "encoder"]):
            raise Misconfigured(
                f"The classifier bundle {where} needs stages {stages}; this runtime knows linear, then encoder."
            )
        return _build(card, files, checksum_of(card))
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise Misconfigured(f"The classifier bundle {where} is incomplete: train it again (make train).") from None


def tried(scorer: BundleScorer, where: str) -> BundleScorer:
    """
    The scorer, once both stages read a text: a foreign encoder, or one of another width, fails now.

    Raises Misconfigured. Errors of the encoder's library have no common class, and none may stop a message.
    """
    try:
        scorer.classify(_TRIED)
        reads = scorer.encoder is None or bool(np.isfinite(scorer.encoder.logits(_TRIED)).all())
    except Exception:  # noqa: BLE001 - see above
        reads = False
    if not reads:
        raise Misconfigured(f"The classifier bundle {where} cannot read a text: train it again (make train).")
    return scorer


def checksum_of(card: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the names and digests of the bundle's files and the decision values of its card."""
    deciding = {key: card[key] for key in ("format", "features", "labels", "stages", "language", "decision", "files")}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


def language_model(content: bytes, floor: float) -> language_detector.LanguageModel:
    """The detector packed in a bundle's language file. Raises KeyError or ValueError on another shape."""
    known = packed.arrays(content)
    languages = tuple(str(name) for name in known["languages"])
    weights = known["weights"]
    if weights.shape != (1 << language_detector.BITS, len(languages)) or weights.dtype.kind not in "if":
        raise ValueError("shape")
    return language_detector.LanguageModel(
        languages=languages,
        weights=weights.astype(np.float32) * _floats(known["scale"], known["scale"].shape),
        bias=_floats(known["bias"], (len(languages),)),
        floor=floor,
    )


def _floats(found: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """An array as float32. Raises ValueError for another shape, or a value that is no number."""
    if found.dtype.kind != "f" or found.shape != shape or not np.isfinite(found).all():
        raise ValueError("shape")
    return found.astype(np.float32)


def _checked(path: Path, name: str, digest: str) -> bytes:
    try:
        content = (path / name).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Misconfigured(
            f"The classifier file {name} in {path} is missing or does not match its card: train it again."
        )
    return content


def _build(card: Mapping[str, Any], contents: Mapping[str, bytes], checksum: str) -> BundleScorer:
    labels = tuple(card["labels"])
    decision = card["decision"]
    return BundleScorer(
        model=f"{card['name']}@{checksum[:12]}",
        stage=_linear(card, contents, labels),
        encoder=_encoder(card, contents, labels) if len(card["stages"]) > 1 else None,
        language=language_model(contents[card["language"]["file"]], _number(card["language"]["floor"])),
        languages={name: _language(row) for name, row in decision["languages"].items()},
        danger_ceiling=_number(decision["danger_ceiling"]),
        bounds={
            (lang, intent): Bound(value=_number(row["bound"]), proved=bool(row["proved"]), proof=str(row["proof"]))
            for lang, rows in decision["bounds"].items()
            for intent, row in rows.items()
        },
        cuts={name: _cut(**row) for name, row in decision["choices"].items()},
        thresholds=Thresholds(**{path: _numbers(row) for path, row in decision["signals"].items()}),
        expected={lang: tuple(map(_number, shares)) for lang, shares in decision["scores"].items()},
    )


def _linear(card: Mapping[str, Any], contents: Mapping[str, bytes], labels: tuple[str, ...]) -> LinearStage:
    stage = card["stages"][0]
    arrays = packed.arrays(contents[stage["file"]])
    heads, bits = tuple(stage["heads"]), card["features"]["bits"]
    if type(bits) is not int or bits not in _BITS or heads != HEADS or tuple(arrays["labels"]) != labels:
        raise ValueError("shape")
    columns = len(labels) + len(heads)
    if arrays["weights"].shape != (1 << bits, columns) or arrays["weights"].dtype != np.int8:
        raise ValueError("shape")
    return LinearStage(
        labels=labels,
        bits=bits,
        weights=arrays["weights"],
        scale=_floats(arrays["scale"], (columns,)),
        bias=_floats(arrays["bias"], (columns,)),
    )


def _encoder(card: Mapping[str, Any], contents: Mapping[str, bytes], labels: tuple[str, ...]) -> EncoderStage:
    stage, files = card["stages"][1], card["files"]
    arrays = packed.arrays(contents[stage["head"]])
    width, columns = arrays["weights"].shape[:1], (len(labels) + len(HEADS),)
    if tuple(arrays["labels"]) != labels:
        raise ValueError("shape")
    return EncoderStage(
        encoder=shared(
            f"{files[stage['file']]} {files[stage['tokenizer']]}",
            lambda: SentenceEncoder(contents[stage["file"]], contents[stage["tokenizer"]]),
        ),
        weights=_floats(arrays["weights"], width + columns),
        bias=_floats(arrays["bias"], columns),
    )


def _language(row: Mapping[str, Any]) -> Language:
    return Language(
        alone=Calibration(**_numbers(row["alone"])),
        joined=Calibration(**_numbers(row["joined"])),
        blend=Blend(**_numbers(row["blend"])),
    )


def _cut(*, proved: object, proof: object, **numbers: object) -> Cut:
    return Cut(**_numbers(numbers), proved=bool(proved), proof=str(proof))


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {name: _number(value) for name, value in row.items()}


def _number(value: Any) -> float:
    """A finite number. Raises ValueError or TypeError for anything else: JSON knows NaN and Infinity too."""
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError("not a number")
    return float(value)
