"""
Dropout that does not wait for its random numbers: one byte each, from a small fast generator.

Torch draws them one by one on a CPU, a fifth of a training's time. Attention's own probabilities are left whole.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

_BYTE = 256


class Dropout(nn.Dropout):  # type: ignore[misc]  # torch is not everywhere installed: untyped on all machines
    """Zeroes `share` of the values while training, to the next 256th; `p` stays 0 for attention that reads it."""

    def __init__(self, share: float, draw: np.random.Generator) -> None:
        super().__init__(0.0)
        self._dropped = round(share * _BYTE)
        self._draw = draw

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """The values, those kept scaled up by as much as is missing."""
        if not self.training or not self._dropped:
            return values
        drawn = np.frombuffer(bytearray(self._draw.bytes(values.numel())), np.uint8)
        kept = torch.from_numpy(drawn).view(values.shape) >= self._dropped
        return values * (kept.to(values.dtype) * (_BYTE / (_BYTE - self._dropped)))


def set_dropout(module: nn.Module, share: float, seed: int) -> None:
    """Replaces every dropout in `module`. The same seed drops the same values."""
    draw = np.random.Generator(np.random.SFC64(seed))
    for parent in list(module.modules()):
        for name, part in list(parent.named_children()):
            if isinstance(part, nn.Dropout):
                setattr(parent, name, Dropout(share, draw))
