"""
Fine-tunes the encoder to few sentences a label: one label's are pulled together, different labels' pushed apart.

Supervised contrastive loss (Khosla et al., 2020, arXiv:2004.11362). Every pair of a batch teaches, so that ten
sentences a label give hundreds of examples, where a head on top would have learned them by heart. The head comes after.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from chalicelib.triage import features

from .dropout import set_dropout
from .network import Encoder, batch_of
from .pairs import as_typed
from .tune import Example, schedule_of

Tell = Callable[[str], None]
_ITSELF = -1e9
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """How to pull. A batch holds `batch` sentences of as many labels as leave two or more for each."""

    steps: int
    batch: int = 64
    rate: float = 1e-4
    temperature: float = 0.07
    dropout: float = 0.2
    noisy: float = 0.35
    seed: int = 7


def pull(base: Encoder, tokenizer: Tokenizer, examples: Sequence[Example], settings: Settings, tell: Tell) -> Encoder:
    """A tuned copy of `base`. The same seed, data and machine give the same weights."""
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    encoder = deepcopy(base)
    set_dropout(encoder, settings.dropout, settings.seed)
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=settings.rate, weight_decay=0.01, fused=True)
    schedule = schedule_of(optimizer, settings.steps)
    encoder.train()
    for step in range(settings.steps):
        batch = sorted(_drawn(examples, settings, rng), key=lambda example: len(example.text))
        out = _vectors(encoder, tokenizer, [example.text for example in batch])
        loss = _apart(out, torch.tensor([example.label for example in batch]), settings.temperature)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % max(1, settings.steps // 10) == 0:
            tell(f"tune: step {step} of {settings.steps}, loss {float(loss.detach()):.3f}")
    encoder.eval()
    return encoder


def _vectors(encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str]) -> torch.Tensor:
    """The vectors of a batch, read in parts of like length: the longest sentence does not pad them all."""
    size = -(-len(texts) // _PARTS)
    with torch.autocast("cpu", torch.bfloat16):
        parts = [encoder(*batch_of(tokenizer, texts[at : at + size])) for at in range(0, len(texts), size)]
    return torch.cat(parts).float()


def _drawn(examples: Sequence[Example], settings: Settings, rng: random.Random) -> list[Example]:
    """Sentences of random labels, each as written or as a phone might have sent it; a lone one stands beside itself."""
    known: dict[int, list[Example]] = {}
    for example in examples:
        known.setdefault(example.label, []).append(example)
    labels = rng.sample(sorted(known), min(settings.batch // 2, len(known)))
    each = settings.batch // len(labels)
    out: list[Example] = []
    for label in labels:
        for example in (
            rng.choices(known[label], k=each) if len(known[label]) < each else rng.sample(known[label], each)
        ):
            noisy = rng.random() < settings.noisy
            text = as_typed(example.text, example.language, rng) if noisy else example.text
            out.append(Example(features.plain(text), label, example.language))
    return out


def _apart(vectors: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    alike = vectors @ vectors.T / temperature
    itself = torch.eye(len(labels), dtype=torch.bool)
    alike = alike.masked_fill(itself, _ITSELF)
    same = ((labels[:, None] == labels[None]) & ~itself).float()
    likely = alike - alike.logsumexp(1, keepdim=True)
    return -((likely * same).sum(1) / same.sum(1).clamp(min=1)).mean()
