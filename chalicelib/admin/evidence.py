"""Hateful comments that are kept as evidence: which there are, and one of them, read with a line in the audit log."""

from __future__ import annotations

from ..errors import UsageError
from ..model import BrandId
from ..store import audit, evidence
from ..store.audit import Author
from ..store.evidence import Evidence, Kept
from .permissions import needs
from .services import AdminServices


@needs("audit.read")
def listed(here: AdminServices, brand: BrandId) -> list[Kept]:
    """Return what is kept of a brand, the oldest first: times and numbers, no words."""
    return sorted(evidence.listed(here.blobs, brand), key=lambda each: (each.kept_at, each.number))


@needs("evidence.read")
def comment_read(here: AdminServices, brand: BrandId, number: str, author: Author) -> Evidence:
    """Return one comment with its writer; that it was read is noted first. Raises UsageError where there is none."""
    found = next((each for each in listed(here, brand) if each.number == number), None)
    if found is None:
        raise UsageError(f"{brand} keeps no comment of the number '{number}'; `guichet evidence list` shows them.")
    audit.note(here.table(brand), author, "evidence.read", number)
    read = evidence.read(here.blobs, found.key)
    if read is None:
        raise UsageError("This comment was shown again: it was no hate, and its words are gone.")
    return read
