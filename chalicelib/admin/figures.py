"""The team's figures of the last days."""

from __future__ import annotations

from ..model import BrandId, Millis
from ..report import Report
from ..stages.scheduled_reports import last_days, report_for
from .permissions import needs
from .services import AdminServices


@needs("figures.read")
def figures(here: AdminServices, brand: BrandId, now: Millis, days: int) -> Report:
    """Return the figures of so many local days, today included; never by agent."""
    return report_for(here.table(brand), *last_days(here.playbook(brand), now, days))
