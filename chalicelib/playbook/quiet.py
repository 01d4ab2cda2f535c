"""
Quiet hours: from nine in the evening to eight, by the brand's clock, nothing but a direct answer is sent to a customer.

Whoever writes is answered at any hour. A notice, a reminder, a follow-up waits for the morning. Pure.
"""

from __future__ import annotations

from datetime import timedelta

from ..model import Millis
from .hours import instant, wall
from .schema import Hours

FROM_HOUR, UNTIL_HOUR = 21, 8


def loud_from(hours: Hours, at: Millis) -> Millis:
    """Return from when on what is no direct answer may be sent: `at` itself by day, else eight o'clock."""
    local = wall(hours, at)
    if UNTIL_HOUR <= local.hour < FROM_HOUR:
        return at
    day = local.date() + timedelta(days=local.hour >= FROM_HOUR)
    return instant(hours, day, UNTIL_HOUR * 60)
