"""
Fine-tunes the encoder to a set of labels: cross-entropy with smoothing on a linear head over the unit vector.

Every epoch reads each sentence as written or as a phone might have sent it (noise.py), so that a slip costs little.
What counts are the weights' running means over the last steps (Polyak and Juditsky, 1992): surer where they are right,
less sure where not. A few hundred sentences take seconds, ten thousand a few minutes on two cores with bfloat16 matrix
units, thrice that without. The same seed, data and machine give the same weights.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from chalicelib.triage import features

from .dropout import set_dropout
from .network import Encoder, batch_of, vectors
from .pairs import as_typed

Tell = Callable[[str], None]
Floats = npt.NDArray[np.float32]
_SCALE = 16.0  # of the class means that the head starts from
_POOL = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How to tune. At least `least_steps` steps, however few the sentences.

    `memory`: what a running mean of the weights keeps at each step, after the share `averaged_from` of the steps.
    """

    epochs: int = 6
    least_steps: int = 300
    batch: int = 128
    rate: float = 3e-4
    head_rate: float = 2e-2
    smoothing: float = 0.05
    dropout: float = 0.2
    memory: float = 0.99
    averaged_from: float = 0.3
    noisy: float = 0.35
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Example:
    """A text, the row of its label (-1: none, the head alone learns nothing from it), its language."""

    text: str
    label: int
    language: str


def tune(
    base: Encoder, tokenizer: Tokenizer, examples: Sequence[Example], labels: int, settings: Settings, tell: Tell
) -> tuple[Encoder, nn.Linear]:
    """A tuned copy of `base` and its head (width -> labels)."""
    torch.manual_seed(settings.seed)
    encoder = deepcopy(base)
    head = _head(base, tokenizer, examples, labels)
    set_dropout(encoder, settings.dropout, settings.seed)
    both = nn.ModuleDict({"encoder": encoder, "head": head})
    mean = AveragedModel(both, multi_avg_fn=get_ema_multi_avg_fn(settings.memory))
    per_epoch = -(-len(examples) // settings.batch)
    epochs = max(settings.epochs, -(-settings.least_steps // per_epoch))
    steps = epochs * per_epoch
    optimizer, schedule = _optimizer(encoder, head, settings, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=settings.smoothing)
    encoder.train()
    running = 0.0
    for number, batch in enumerate(_batches(examples, epochs, settings)):
        ids, mask = batch_of(tokenizer, [example.text for example in batch])
        with torch.autocast("cpu", torch.bfloat16):
            out = encoder(ids, mask)
        loss = loss_of(head(out), torch.tensor([example.label for example in batch]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if number >= settings.averaged_from * steps:
            mean.update_parameters(both)
        running = 0.95 * running + 0.05 * float(loss.detach()) if number else float(loss.detach())
        if number % max(1, steps // 10) == 0:
            tell(f"tune: step {number} of {steps}, loss {running:.3f}")
    mean.eval()
    return mean.module["encoder"], mean.module["head"]


def _optimizer(
    encoder: Encoder, head: nn.Linear, settings: Settings, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    groups = [
        {"params": encoder.parameters(), "lr": settings.rate},
        {"params": head.parameters(), "lr": settings.head_rate, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    return optimizer, schedule_of(optimizer, steps)


def schedule_of(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """A tenth of the steps to warm up, then down in a line."""
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / (0.1 * steps), 1 - step / steps))


def _head(base: Encoder, tokenizer: Tokenizer, examples: Sequence[Example], labels: int) -> nn.Linear:
    """A linear head that starts from the mean vector of each label."""
    found = vectors(base, tokenizer, [features.plain(example.text) for example in examples])
    head = nn.Linear(found.shape[1], labels)
    with torch.no_grad():
        head.bias.zero_()
        for label in range(labels):
            rows = [at for at, example in enumerate(examples) if example.label == label]
            mean = found[rows].mean(0) if rows else np.zeros(found.shape[1], np.float32)
            head.weight[label] = torch.from_numpy(_SCALE * mean / max(1e-6, float(np.linalg.norm(mean))))
    return head


def _batches(examples: Sequence[Example], epochs: int, settings: Settings) -> list[list[Example]]:
    rng = random.Random(settings.seed)
    out: list[list[Example]] = []
    for _ in range(epochs):
        drawn = [
            Example(
                features.plain(as_typed(each.text, each.language, rng) if rng.random() < settings.noisy else each.text),
                each.label,
                each.language,
            )
            for each in examples
        ]
        rng.shuffle(drawn)
        pool = settings.batch * _POOL
        for start in range(0, len(drawn), pool):
            near = sorted(drawn[start : start + pool], key=lambda each: len(each.text))
            batches = [near[at : at + settings.batch] for at in range(0, len(near), settings.batch)]
            rng.shuffle(batches)
            out.extend(batches)
    return out
