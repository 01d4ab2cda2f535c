"""What the messages of a view hold of the playbook's fields. Pure."""

from __future__ import annotations

from ..playbook.fields import find_field
from .view import View


def fields_of(view: View) -> dict[str, str]:
    """The playbook's fields that the messages hold, by name."""
    found = {name: find_field(view.playbook, name, view.told) for name in view.playbook.fields}
    return {name: value for name, value in found.items() if value}
