"""
The port of channels whose tokens end: one may be exchanged for one that lives longer, while it lives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Renewed:
    """A token that a platform gave in place of another, and for how long it lives."""

    token: str = field(repr=False)
    instead_of: str = field(repr=False)
    lives_ms: int


@runtime_checkable
class RenewsToken(Protocol):
    """
    A channel whose tokens end, after `Traits.token_ms`.

    `renew` makes at most one request, changes nothing here, and may be made again; None: this account's does not end.
    The token before stays good until its own end. Raises only SendError.
    """

    def renew(self) -> Renewed | None: ...
