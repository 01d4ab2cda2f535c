"""What is kept of a contact beside what was written: links, keys, digests of names, attributes. They go together."""

from __future__ import annotations

from . import attributes, contact_names, links, person_keys
from .table import Table


def forget(table: Table, contact_id: str) -> None:
    """Delete all of it. Safe to run again: for an erasure."""
    for each in (links, person_keys, contact_names, attributes):
        each.forget(table, contact_id)
