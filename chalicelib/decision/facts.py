"""Which of the playbook's fields (order number, shop …) a view's messages contain. Pure."""

from __future__ import annotations

from ..playbook.fields import find_field
from .input import View


def fields_of(view: View) -> dict[str, str]:
    """Return the values of the playbook's fields in the messages, by name."""
    found = {name: find_field(view.playbook, name, view.told) for name in view.playbook.fields}
    return {name: value for name, value in found.items() if value}
