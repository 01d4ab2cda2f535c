"""
What goes on after a commit about a move or a code, by the name that the commit gives it. Safe to run again.
"""

from __future__ import annotations

from collections.abc import Callable

from ..engine.change import ProveCode
from ..model import BrandId
from ..services import Services
from ..store.merging import Merge
from . import moving, order_codes

Merged = Callable[[BrandId, Merge, Services], None]  # what is told of two who were made one


def follow(brand: BrandId, what: str, services: Services, merged: Merged) -> None:
    """Carry on with what a commit names: "<move | code> <mark>"."""
    kind, _, mark = what.partition(" ")
    if kind == "move":
        moving.follow(brand, mark, services, merged)
    else:
        order_codes.ask(brand, mark, services)


def proved(brand: BrandId, found: ProveCode, services: Services) -> None:
    """Keep that an address of an order is a customer's."""
    order_codes.prove(brand, found, services)
