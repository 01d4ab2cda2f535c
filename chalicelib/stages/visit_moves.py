"""
What a brand's playbook says to a web page's visitor: where they can go on, and who the people are that answer them.

The ways to other channels are links that prove nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import Misconfigured
from ..model import Address, BrandId, Millis
from ..move_port import all_named
from ..services import Services
from ..visitor_port import Way
from . import moving, secret_words


@dataclass(frozen=True, slots=True)
class BrandsMoves:
    """`visitor_port.Moves` by the brand's playbook; `services` is asked where somebody wants to know."""

    services: Callable[[], Services]

    def titles(self, brand: BrandId, origin: Address) -> Sequence[str]:
        """Return what the channels are called; none where the brand has no playbook yet."""
        try:
            return [way.title for way in moving.ways(brand, origin, self.services())]
        except Misconfigured:
            return ()

    def worded(self, brand: BrandId, text: str, made_of: str) -> str:
        """Return a sentence with its link or number, as other channels are sent it."""
        return secret_words.made(text, made_of, brand, self.services())

    def offers(self, brand: BrandId, origin: Address, number: str) -> Sequence[Way]:
        """Return a link for each channel that can be offered to this visitor now."""
        services = self.services()
        found = [
            (
                all_named(way.title, way.way_in),
                moving.offer(brand, origin, way.channel, f"{number} {way.channel}", services),
            )
            for way in moving.ways(brand, origin, services)
        ]
        return [Way(on, offered.link, Millis(offered.until)) for on, offered in found if offered is not None]


def names_of(brand: BrandId, services: Services) -> Mapping[str, str]:
    """Return what customers read over an agent's words, by agent; nobody's name where the brand has no playbook yet."""
    try:
        return services.playbook(brand).agents
    except Misconfigured:
        return {}
