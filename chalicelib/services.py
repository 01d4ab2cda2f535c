"""
The services that handlers use: the interfaces to everything outside. `wiring` builds the real ones, tests give fakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .engine.environment import Desk
from .findings import Finding
from .model import Account, BrandId, Content, Millis, Part
from .playbook.hours import local_day
from .playbook.schema import Playbook
from .ports import Clock, Metrics, Scorer, Sender, Surface, Traits
from .store.blobs import Blobs
from .store.directory import Directory
from .store.queues import Queues
from .store.table import Table
from .token_port import Renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Dependencies of the handlers. Those that need a model, secrets or a socket are callables: built on first use."""

    directory: Directory
    queues: Queues
    blobs: Blobs
    table: Callable[[BrandId], Table]
    playbook: Callable[[BrandId], Playbook]
    scorer: Callable[[BrandId], Scorer]
    traits: Callable[[str], Traits]
    channel: Callable[[Account], Sender]
    examined: Callable[[Account], Sequence[Finding]]  # what an account's platform says of it (`account_checks`)
    renewed: Callable[[Account, Renewed], bool]  # stores a new token; False: the one that it replaces is gone
    look_up: Callable[[BrandId, str, str], Mapping[str, str]]
    order_contact: Callable[[BrandId, str], Mapping[str, str]]  # where the customer of an order is reached
    desk: Desk
    split: Callable[[Content, Surface], Sequence[Part]]
    clock: Clock
    metrics: Metrics
    kept: Callable[[BrandId, str], int | None]  # `answer_times.kept_minutes`: what nine of ten such tickets took lately
    pause: Callable[[float], None]  # sleeps seconds, with jitter, between tries of a lost race
    key_secret: Callable[[], str] = str  # the stage's, for `store.person_keys`; "" where it has none
    in_pass: bool = False  # at the head of a desk's line (`stages.paced_delivery`)

    def day(self, brand: BrandId) -> Callable[[Millis], str]:
        """Return a function from an instant to the brand's local day; the playbook is read on its first call."""
        return lambda at: local_day(self.playbook(brand).hours, at)
