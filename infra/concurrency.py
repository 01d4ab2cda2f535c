"""
How many function instances the account allows at once, compared with what a stage may use.

A new account is allowed ten, not AWS's thousand. The queue consumers alone may then take all of them, and the platforms
see the API refuse: they switch off a webhook that fails for an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

from .aws import Cloud, explained
from .build import Say
from .template import SOURCES

FOR_API = 50  # copies for webhooks, clicks and the sweep: at 50 ms a webhook a thousand a second


def needed() -> int:
    """Return how many instances a stage may run at once."""
    return FOR_API + sum(source.at_once for source in SOURCES.values())


@dataclass(frozen=True, slots=True)
class Headroom:
    """The instances that the account leaves to functions without a reservation, of all its stages together."""

    allowed: int

    @property
    def enough(self) -> bool:
        return self.allowed >= needed()

    @property
    def sentence(self) -> str:
        """Say how many are allowed, and what to do if they are too few."""
        found = f"{self.allowed} copies of functions at once, of which this stage may take {needed()}"
        if self.enough:
            return found
        return f"{found}: ask AWS for more in Service Quotas (Lambda, 'Concurrent executions'), or webhooks are refused"


def headroom(cloud: Cloud) -> Headroom:
    """Ask AWS."""
    limit = cloud.client("lambda").get_account_settings()["AccountLimit"]
    return Headroom(int(limit.get("UnreservedConcurrentExecutions", limit["ConcurrentExecutions"])))


def tell(cloud: Cloud, say: Say) -> None:
    """Warn if the account allows too few; the local AWS runs as many as this machine bears."""
    if cloud.is_local:
        return
    with explained():
        found = headroom(cloud)
    if not found.enough:
        say(found.sentence)
