"""
Which classifier a brand uses: its own bundle where one is in use and can be read, else the one that ships.

A bundle comes from the bucket by checksum, over a cache on this machine's disk, and stays in memory with as many others
as fit; an encoder is opened once for all bundles that share its checksum. A bundle that is damaged, foreign or of
another format is refused and reported (log, alarm, `guichet status`); no message waits for it. Neither texts nor
weights are logged.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from threading import Lock

from . import observe
from .errors import Misconfigured, Unavailable
from .model import BrandId
from .ports import Clock, Metrics
from .store.bundles import InUse
from .triage.encoder import SentenceEncoder
from .triage.file_cache import FileCache
from .triage.load_bundle import build, card_in, load, read_card, tried
from .triage.scorer import BundleScorer
from .triage.stages import EncoderStage

HELD_MOST = 600_000_000  # bytes in memory of bundles beside the shipped one, of the function's 1 024 MiB
CACHED_MOST = 400_000_000  # bytes on the disk, of the function's 512 MiB
REFUSED_MS = 600_000  # how long one that was refused is not tried again
UNREACHED_MS = 30_000  # the same for one that could not be fetched
_SESSION = 3  # an open encoder takes about three times its file


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerPorts:
    """Adapters. `fetch`: (SHA-256, bytes) -> content; `note` keeps why a bundle was refused ("": no more)."""

    shipped: Path
    cache: FileCache
    fetch: Callable[[str, int], bytes]
    note: Callable[[BrandId, InUse, str], None]
    clock: Clock
    metrics: Metrics


@dataclass(slots=True)
class BrandScorers:
    """The classifiers of one process; `of` gives a brand's."""

    ports: ScorerPorts
    held_most: int = HELD_MOST
    _held: OrderedDict[str, BundleScorer] = field(default_factory=OrderedDict)
    _refused: dict[str, int] = field(default_factory=dict)
    _ships: list[BundleScorer] = field(default_factory=list)
    _loading: Lock = field(default_factory=Lock)

    @property
    def shipped(self) -> BundleScorer:
        """The classifier that ships. Raises Misconfigured where it cannot be read: nothing falls back further."""
        if not self._ships:
            self._ships.append(load(self.ports.shipped))
        return self._ships[0]

    def of(self, brand: BrandId, used: InUse) -> BundleScorer:
        """The classifier of a brand that uses `used`; the shipped one where that cannot be read."""
        if not used.card:
            return self.shipped
        with self._loading:
            found = self._held.get(used.card) or self._loaded(brand, used)
            if found is None:
                return self.shipped
            self._held[used.card] = found
            self._held.move_to_end(used.card)
            self._evict()
            return found

    def _loaded(self, brand: BrandId, used: InUse) -> BundleScorer | None:
        if self._refused.get(used.card, 0) > self.ports.clock():
            return None
        try:
            found = opened(used, self.ports, f"number {used.number} of {brand}")
        except Misconfigured as error:
            self._report_refused(brand, used, error, REFUSED_MS)
            if used.refused != str(error):
                self.ports.note(brand, used, str(error))
            return None
        except Unavailable as error:
            self._report_refused(brand, used, error, UNREACHED_MS)
            return None
        if used.refused:
            self.ports.note(brand, used, "")
        return found

    def _report_refused(self, brand: BrandId, used: InUse, error: Exception, again_ms: int) -> None:
        self._refused[used.card] = self.ports.clock() + again_ms
        self.ports.metrics("bundle_refused")
        observe.logger().error(
            "classifier bundle refused",
            extra={"brand": brand, "bundle": used.number, "outcome": type(error).__name__, "why": str(error)},
        )

    def _evict(self) -> None:
        while len(self._held) > 1 and sum(map(_bytes, self._held.values())) + self._encoders() > self.held_most:
            self._held.popitem(last=False)

    def _encoders(self) -> int:
        """Bytes of the encoders that are open for the brands alone, each counted once."""
        found = {id(each): each.bytes for scorer in self._held.values() for each in _encoder_of(scorer)}
        ships = {id(each) for scorer in self._ships for each in _encoder_of(scorer)}
        return _SESSION * sum(size for key, size in found.items() if key not in ships)


def _bytes(scorer: BundleScorer) -> int:
    """Bytes of a scorer's own arrays."""
    parts = [part for part in (scorer.stage, scorer.encoder, scorer.language) if is_dataclass(part)]
    return sum(getattr(getattr(part, each.name), "nbytes", 0) for part in parts for each in fields(part))


def _encoder_of(scorer: BundleScorer) -> Iterator[SentenceEncoder]:
    if isinstance(scorer.encoder, EncoderStage) and isinstance(scorer.encoder.encoder, SentenceEncoder):
        yield scorer.encoder.encoder


def opened(used: InUse, ports: ScorerPorts, where: str) -> BundleScorer:
    """
    The scorer of a bundle in the bucket, tried on a text. Files that ship as well are taken from there.

    Raises Misconfigured with one sentence on any mismatch, Unavailable where the bucket does not answer.
    """
    ships: dict[str, Path] = {digest: ports.shipped / name for name, digest in card_in(ports.shipped)["files"].items()}

    def content(digest: str) -> bytes:
        if digest in ships:
            return ships[digest].read_bytes()
        if digest not in used.files:
            raise Misconfigured(f"The classifier bundle {where} names a file that was not pushed: push it again.")
        return ports.cache.content(digest, lambda: ports.fetch(digest, used.files[digest]))

    card = read_card(content(used.card), where)
    return tried(build(card, _Files(card["files"], content), where), where)


class _Files(dict[str, bytes]):
    """A bundle's files by name, read on first use: an encoder that is open is not read again."""

    def __init__(self, digests: Mapping[str, str], content: Callable[[str], bytes]) -> None:
        super().__init__()
        self._digests, self._content = digests, content

    def __missing__(self, name: str) -> bytes:
        content: bytes = self._content(self._digests[name])
        return content
