"""Who changed what of a brand: the audit log, read."""

from __future__ import annotations

from itertools import islice

from ..model import BrandId, Millis
from ..store import audit
from ..store.audit import Line
from .permissions import needs
from .services import AdminServices


@needs("audit.read")
def changes(here: AdminServices, brand: BrandId, since: Millis, most: int) -> list[Line]:
    """Return at most so many changes from `since` on, the newest first."""
    return list(islice(audit.lines(here.table(brand), since), most))
