"""
Fits stage two: a base encoder, tuned to the labels or left as it is, int8, with linear heads for labels and all else.

What is measured is what ships: the auxiliary heads are fitted on, and every unseen line is scored by, the int8 file.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.encoder import SentenceEncoder
from chalicelib.triage.stages import AUXILIARY, EncoderStage

from .. import heads, noise
from ..fit import shows
from ..read import Line
from ..situations import Told

Tell = Callable[[str], None]
Floats = npt.NDArray[np.float32]
BASE = Path(__file__).parent / "base"
_RECIPE = 5  # raise when the same lines are fitted in another way: what was kept of a training no longer counts
_FEW_COST = 100.0
_HEAD_COST = 1.0
_NEVER = -6.0
_STEPS_AN_EPOCH = 50  # at least, however few the sentences
_PULLS_AN_EPOCH = 20  # steps of contrast.py, which has no epochs of its own


@dataclass(frozen=True, slots=True)
class Base:
    """Where an encoder lies: our own int8 folder (encoder.onnx, tokenizer.json), or a Hugging Face directory."""

    folder: Path

    @property
    def own(self) -> bool:
        """Whether it is in our format."""
        return (self.folder / "encoder.onnx").is_file()


@dataclass(frozen=True, slots=True)
class Tuned:
    """An encoder's files and its head of labels: `weights` (width, labels), `bias` (labels)."""

    model: bytes
    tokenizer: bytes
    weights: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Fitted:
    """A stage and the files that it ships as."""

    stage: EncoderStage
    model: bytes
    tokenizer: bytes


@dataclass(frozen=True, slots=True)
class Settings:
    """
    `tuned`: fine-tune (needs torch); else the base stays frozen and scikit-learn fits the head.

    Fewer sentences than `few` are pulled together and apart by label (contrast.py); more train a head along (tune.py).
    """

    tuned: bool = True
    epochs: int = 6
    cost: float = 20.0
    few: int = 2000
    seed: int = 7


def base_of(name: str) -> Base | None:
    """The base that `--encoder` names: "" the repository's, "none" no stage two. Raises UsageError."""
    if name == "none":
        return None
    base = Base(Path(name) if name else BASE)
    if not base.own and not (base.folder / "config.json").is_file():
        raise UsageError(f"{base.folder} holds no encoder: give a Hugging Face directory, or --encoder none.")
    if not base.own and not can_tune():
        raise UsageError("A Hugging Face encoder needs torch: pip install -r classifiers/requirements.txt.")
    return base


@cache
def can_tune() -> bool:
    """Whether torch and transformers are installed here."""
    return find_spec("torch") is not None and find_spec("transformers") is not None


def tuned(
    base: Base, lines: Sequence[Line], labels: Sequence[str], settings: Settings, tell: Tell = lambda _: None
) -> Tuned:
    """The encoder for these lines and its head of labels. Same lines, seed and machine: same decisions."""
    known = [line for line in lines if line.intent in labels]
    if settings.tuned:
        model, tokenizer, learned = _tuned(base, known, labels, settings, tell)
    else:
        (model, tokenizer), learned = _files(base), None
    if learned is None:
        cost = _FEW_COST if settings.tuned else settings.cost
        learned = _frozen(_vectors_by(model, tokenizer), known, labels, replace(settings, cost=cost))
    return Tuned(model, tokenizer, *learned)


def tuned_once(
    work: Path,
    base: Base,
    lines: Sequence[Line],
    labels: Sequence[str],
    settings: Settings,
    tell: Tell = lambda _: None,
) -> Tuned:
    """`tuned`, kept under `work`: a training that was stopped goes on after its last whole stage."""
    told = [[line.text, line.intent] for line in lines]
    base_is = hashlib.sha256((base.folder / "encoder.onnx").read_bytes()).hexdigest() if base.own else str(base.folder)
    key = json.dumps([told, list(labels), asdict(settings), base_is, features.VERSION, _RECIPE])
    folder = work / hashlib.sha256(key.encode()).hexdigest()[:20]
    if (folder / "head.npz").is_file():
        with np.load(folder / "head.npz") as head:
            model, tokenizer = ((folder / name).read_bytes() for name in ("encoder.onnx", "tokenizer.json"))
            return Tuned(model, tokenizer, head["weights"], head["bias"])
    found = tuned(base, lines, labels, settings, tell)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(found.model)
    (folder / "tokenizer.json").write_bytes(found.tokenizer)
    np.savez(folder / "half.npz", weights=found.weights, bias=found.bias)
    (folder / "half.npz").replace(folder / "head.npz")
    return found


def fit(
    tuned: Tuned,
    lines: Sequence[Line],
    settings: Settings,
    told: Sequence[Told] = (),
) -> Fitted:
    """
    Stage two whole: beside the labels the auxiliary heads (from `lines`), signals and states (from `told`).

    They are fitted on what the int8 file says, which is what ships.
    """
    vectors = _vectors_by(tuned.model, tuned.tokenizer)
    width = len(tuned.weights)
    found = vectors.of([line.text for line in lines], width)
    auxiliary = [_head(found, [shows(line, head) for line in lines], settings) for head in AUXILIARY]
    others = heads.fitted(vectors.of([each.text for each in told], width), told, _HEAD_COST)
    stage = EncoderStage(
        vectors.encoder,
        np.concatenate([tuned.weights, *(weights for weights, _ in auxiliary), others.weights], 1),
        np.concatenate([tuned.bias, *(bias for _, bias in auxiliary), others.bias]),
    )
    return Fitted(stage, tuned.model, tuned.tokenizer)


@dataclass(slots=True)
class _Vectors:
    """The vectors of texts by one encoder, each worked out once."""

    encoder: SentenceEncoder
    known: dict[str, Floats] = field(default_factory=dict)

    def of(self, texts: Sequence[str], width: int = 0) -> Floats:
        """(texts, width); `width` is for no text at all."""
        for text in texts:
            if text not in self.known:
                self.known[text] = self.encoder.vector(features.clean(text))
        return np.stack([self.known[text] for text in texts]) if texts else np.zeros((0, width), np.float32)


@lru_cache(maxsize=1)
def _vectors_by(model: bytes, tokenizer: bytes) -> _Vectors:
    """The newest encoder's: one that stays frozen is every fold's, and its texts are mostly the same."""
    return _Vectors(SentenceEncoder(model, tokenizer))


def _files(base: Base) -> tuple[bytes, bytes]:
    if base.own:
        return (base.folder / "encoder.onnx").read_bytes(), (base.folder / "tokenizer.json").read_bytes()
    from . import network

    encoder, tokenizer = network.from_directory(base.folder)
    return network.file_of(encoder), tokenizer.to_str().encode()


def _frozen(
    vectors: _Vectors, lines: Sequence[Line], labels: Sequence[str], settings: Settings
) -> tuple[Floats, Floats]:
    rng = random.Random(settings.seed)
    texts = [line.text for line in lines] + [noise.as_typed(line.text, line.language, rng) for line in lines]
    targets = [labels.index(line.intent) for line in lines] * 2
    machine = LogisticRegression(C=settings.cost, max_iter=400)
    machine.fit(vectors.of(texts), targets)
    return _spread(machine, len(labels))


def _spread(machine: LogisticRegression, count: int) -> tuple[Floats, Floats]:
    """The coefficients with a column a label, those without examples never the likeliest."""
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights = np.zeros((coefficients.shape[1], count), np.float32)
    bias = np.full(count, _NEVER, np.float32)
    weights[:, machine.classes_] = coefficients.T
    bias[machine.classes_] = intercepts
    return weights, bias


def _tuned(
    base: Base, lines: Sequence[Line], labels: Sequence[str], settings: Settings, tell: Tell
) -> tuple[bytes, bytes, tuple[Floats, Floats] | None]:
    """The files of a tuned encoder and its head; few sentences have none: theirs is learned on the int8 vectors."""
    from . import contrast, network, tune

    if base.own:
        encoder, tokenizer = network.from_file(*_files(base))
    else:
        encoder, tokenizer = network.from_directory(base.folder)
    examples = [tune.Example(line.text, labels.index(line.intent), line.language) for line in lines]
    if len(examples) < settings.few:
        steps = contrast.Settings(steps=_PULLS_AN_EPOCH * settings.epochs, seed=settings.seed)
        pulled = contrast.pull(encoder, tokenizer, examples, steps, tell)
        return network.file_of(pulled), tokenizer.to_str().encode(), None
    least = _STEPS_AN_EPOCH * settings.epochs
    chosen = tune.Settings(epochs=settings.epochs, least_steps=least, seed=settings.seed)
    tuned, head = tune.tune(encoder, tokenizer, examples, len(labels), chosen, tell)
    weights = head.weight.detach().numpy().T.copy()
    bias = head.bias.detach().numpy().copy()
    seen = {example.label for example in examples}
    bias[[label for label in range(len(labels)) if label not in seen]] = _NEVER
    return network.file_of(tuned), tokenizer.to_str().encode(), (weights, bias)


def _head(found: Floats, positive: Sequence[bool], settings: Settings) -> tuple[Floats, Floats]:
    if not any(positive) or all(positive):  # nothing to tell apart: as in all lines
        bias = -_NEVER if any(positive) else _NEVER
        return np.zeros((found.shape[1], 1), np.float32), np.array([bias], np.float32)
    machine = LogisticRegression(C=settings.cost, max_iter=400, class_weight={True: 2.0, False: 1.0})
    machine.fit(found, np.array(positive))
    return machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32)
