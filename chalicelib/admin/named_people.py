"""Who may do what only people whom the playbook names may do: let a bot speak again, answer without a proof."""

from __future__ import annotations

from ..errors import UsageError
from ..playbook.in_force import is_admin
from ..playbook.schema import Playbook

LOCAL = "local"  # who sits at the machine that the local stack runs on


def named(playbook: Playbook, who: str, what: str, *, local: bool = False) -> str:
    """
    Return who asks: somebody whom the playbook names; on the local stack (`local`) also whoever does not say.

    Raises UsageError for anybody else, which says who may do `what`.
    """
    if not who and local:
        return LOCAL
    if is_admin(playbook, who):
        return who
    people = ", ".join(playbook.admins)
    known = f"the playbook names {people}" if people else "the playbook names nobody yet (`admins`)"
    other = f"'{who}' is not one of them" if who else "say who you are with --as NAME"
    raise UsageError(f"Only named people may {what}: {known}; {other}.")
