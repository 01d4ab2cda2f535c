"""Whether a day of customers showed somebody what is another's: the number of an order that only another one named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .scenario import Customer

_ORDER = re.compile(r"(?<!\d)\d{5}(?!\d)")  # as `scenario` numbers orders, with or without letters before


def of_others(customers: Sequence[Customer], told: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """
    Return who was shown the number of an order that another customer named, and they did not. Never the number.

    `told`: what each customer, by their number, was shown of the brand.
    """
    named = {each.number: {order for said in each.said for order in _ORDER.findall(said.text)} for each in customers}
    everybody = {order for orders in named.values() for order in orders}
    return [
        {"customer": each.number, "channel": each.channel}
        for each in customers
        if set(_ORDER.findall("\n".join(told.get(each.number, ())))) & (everybody - named[each.number])
    ]
