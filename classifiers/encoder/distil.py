"""
Teaches the encoder French: for each pair the student's vector of either side moves to the teacher's of the English one.

Loss 1 - cosine (Reimers & Gurevych 2020, arXiv:2004.09813, with cosine for the squared error). The student reads
what run time reads (`features.plain`) and often what a phone would have sent; the teacher reads the clean English.
Resumable: a checkpoint every `every` steps; the same seed draws the same batches.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from chalicelib.triage import features

from .network import Encoder, batch_of, vectors
from .pairs import LONGEST, SHARES, Corpus, Pair, as_typed

Tell = Callable[[str], None]
_POOL = 8  # batches drawn together and sorted by length, so that little is padded


@dataclass(frozen=True, slots=True)
class Settings:
    """`steps` of `batch` texts; `noisy` of them typed over, `joined` of them two sentences in one."""

    steps: int = 12_000
    batch: int = 192
    rate: float = 2e-4
    word_rate: float = 1e-3
    noisy: float = 0.35
    joined: float = 0.15
    seed: int = 7
    every: int = 500


def distil(
    student: Encoder,
    teacher: Encoder,
    tokenizers: tuple[Tokenizer, Tokenizer],
    corpus: Corpus,
    settings: Settings,
    checkpoint: Path,
    tell: Tell,
    until: int = 0,
) -> None:
    """Trains `student` in place; goes on from `checkpoint` where one lies, up to step `until` (0: the last)."""
    ours, theirs = tokenizers
    known = _targets(teacher, theirs, corpus, tell)
    words = [student.body.get_input_embeddings().weight]
    others = [weight for weight in student.parameters() if weight is not words[0]]
    groups = [{"params": words, "lr": settings.word_rate}, {"params": others, "lr": settings.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, settings.steps))
    first = _resume(checkpoint, student, optimizer, schedule)
    started, running = time.monotonic(), 0.0
    for step, pool in _pools(corpus, settings, first):
        targets = _pool_targets(pool, known, teacher, theirs)
        student.train()
        loss = _step(student, ours, [pair.text for pair in pool], targets, optimizer)
        schedule.step()
        running = loss if not running else 0.98 * running + 0.02 * loss
        done = step + 1
        if done % 50 == 0:
            pace = (time.monotonic() - started) / (done - first)
            left = pace * (settings.steps - done) / 60
            tell(f"step {done} of {settings.steps}: loss {running:.4f}, {pace:.2f} s a step, {left:.0f} min left")
        if done % settings.every == 0 or done == settings.steps:
            _save(checkpoint, done, student, optimizer, schedule)
            tell(f"fr->en retrieval, held out: {retrieval(student, ours, teacher, theirs, corpus):.1%}")
        if done == until:
            return


def retrieval(student: Encoder, ours: Tokenizer, teacher: Encoder, theirs: Tokenizer, corpus: Corpus) -> float:
    """Share of held-out French sentences whose nearest English vector is their own translation's."""
    french = vectors(student, ours, [features.plain(pair.text) for pair in corpus.held_out])
    english = vectors(teacher, theirs, [pair.english for pair in corpus.held_out])
    return float(((french @ english.T).argmax(1) == np.arange(len(french))).mean())


def _step(
    student: Encoder, ours: Tokenizer, texts: list[str], targets: torch.Tensor, optimizer: torch.optim.Optimizer
) -> float:
    ids, mask = batch_of(ours, texts)
    with torch.autocast("cpu", torch.bfloat16):
        out = student(ids, mask)
    loss = (1.0 - (out * targets).sum(-1)).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _share(step: int, steps: int) -> float:
    """Warm up over 300 steps, then fall in a line to 2 %."""
    return min((step + 1) / 300, max(0.02, 1.0 - step / steps))


def _pools(corpus: Corpus, settings: Settings, first: int) -> Iterator[tuple[int, list[Pair]]]:
    """(step, batch) from step `first` on. A pool of batches depends on the seed and its number only."""
    names = list(SHARES)
    weights = [SHARES[name] for name in names]
    for number in range(first // _POOL, -(-settings.steps // _POOL)):
        rng = random.Random(f"{settings.seed}/{number}")
        drawn: list[Pair] = []
        for name in rng.choices(names, weights, k=settings.batch * _POOL):
            pair = rng.choice(corpus.kinds[name])
            other = rng.choice(corpus.kinds[name])
            if rng.random() < settings.joined and len(pair.text) + len(other.text) < LONGEST:
                joint = rng.choice((". ", " ", ", ", "\n"))
                pair = Pair(
                    pair.text.rstrip(".") + joint + other.text, f"{pair.english} {other.english}", pair.language
                )
            text = as_typed(pair.text, pair.language, rng) if rng.random() < settings.noisy else pair.text
            drawn.append(Pair(features.plain(text), pair.english, pair.language))
        drawn.sort(key=lambda pair: len(pair.text))
        batches = [drawn[at : at + settings.batch] for at in range(0, len(drawn), settings.batch)]
        rng.shuffle(batches)
        for offset, batch in enumerate(batches):
            step = number * _POOL + offset
            if first <= step < settings.steps:
                yield step, batch


def _targets(teacher: Encoder, theirs: Tokenizer, corpus: Corpus, tell: Tell) -> dict[str, np.ndarray]:
    texts = list(dict.fromkeys(pair.english for pairs in corpus.kinds.values() for pair in pairs))
    tell(f"the teacher reads {len(texts)} English sentences")
    found = vectors(teacher, theirs, texts).astype(np.float16)
    return dict(zip(texts, found, strict=True))


def _pool_targets(pool: list[Pair], known: dict[str, np.ndarray], teacher: Encoder, theirs: Tokenizer) -> torch.Tensor:
    fresh = [pair.english for pair in pool if pair.english not in known]
    made = dict(zip(fresh, vectors(teacher, theirs, fresh), strict=True)) if fresh else {}
    rows = [made[pair.english] if pair.english in made else known[pair.english] for pair in pool]
    return torch.from_numpy(np.stack(rows).astype(np.float32))


def _save(path: Path, step: int, student: Encoder, optimizer: torch.optim.Optimizer, schedule: object) -> None:
    state = {
        "step": step,
        "student": student.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),  # type: ignore[attr-defined]  # torch's own class has no public protocol
    }
    half = path.with_suffix(".half")
    torch.save(state, half)
    half.replace(path)


def _resume(path: Path, student: Encoder, optimizer: torch.optim.Optimizer, schedule: object) -> int:
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    student.load_state_dict(state["student"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])  # type: ignore[attr-defined]  # the same
    return int(state["step"])
