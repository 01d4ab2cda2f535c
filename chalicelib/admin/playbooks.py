"""A brand's playbook: make a file the current one, read versions, and find the subjects that it has no words for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import UsageError
from ..model import BrandId, Millis
from ..playbook.codec import from_json, to_json
from ..playbook.schema import Playbook
from ..store import audit, versions
from ..store.audit import Author
from ..store.table import Table
from ..store.versions import Version
from ..triage.scorer import BundleScorer
from . import gaps as without_words
from . import playbook_history, proving
from .permissions import needs
from .playbook_differences import Undone
from .services import AdminServices

LARGEST = 200_000  # bytes; a playbook is one item of at most 400 KB


class Undoes(UsageError):
    """The file would undo what was changed since it was pushed last; nothing was pushed."""

    def __init__(self, found: list[tuple[Undone, Version]]) -> None:
        super().__init__("It would undo what was changed since it was pushed last.")
        self.found = found


@needs("playbook.change")
def push(
    here: AdminServices,
    playbook: Playbook,
    scorer: Callable[[], BundleScorer],
    author: Author,
    *,
    by: str,
    undo_edits: bool = False,
) -> int:
    """
    Make this the brand's current playbook; return its version's number.

    `scorer` opens the classifier that it is held against; `by`: who pushes it, as people read it. Raises UsageError
    where it makes something automatic that was not and is not proved, and Undoes, unless `undo_edits`.
    """
    text, table = to_json(playbook), here.table(BrandId(playbook.brand))
    if len(text.encode()) > LARGEST:
        raise UsageError(f"The playbook is larger than {LARGEST // 1000} KB; shorten its texts.")
    undone = [] if undo_edits else playbook_history.taken_back(table, playbook)
    if undone:
        raise Undoes(undone)
    _refuse_unproved(scorer(), table, playbook)
    noted = audit.beside(table.brand, author, "playbook.change")
    return table.put_playbook(text, author.at, by=by, beside=noted)


def _refuse_unproved(scorer: BundleScorer, table: Table, playbook: Playbook) -> None:
    stored = table.playbook()
    known = proving.automatic(from_json(stored), scorer) if stored else set()
    if missing := proving.unproved(table, playbook, proving.automatic(playbook, scorer) - known, scorer.model):
        raise UsageError(proving.refusal(missing) + " In a file: `without_proof` (docs/playbook.md).")


@needs("playbook.read")
def version(here: AdminServices, brand: BrandId, number: int | None = None) -> Version | None:
    """Return a version by its number, the current one without; None where there is none."""
    table = here.table(brand)
    return versions.numbered(table, number) if number else versions.current(table)


@needs("playbook.read")
def history(here: AdminServices, brand: BrandId, most: int) -> list[Version]:
    """Return the newest versions, the current one first."""
    return versions.latest(here.table(brand), most)


@needs("playbook.read")
def gaps(here: AdminServices, brand: BrandId, days: int, now: Millis) -> list[dict[str, Any]] | None:
    """Return the subjects that were asked about and have no words, as JSON values; None without a playbook."""
    table = here.table(brand)
    text = table.playbook()
    return None if text is None else without_words.found(table, from_json(text), days, now)
