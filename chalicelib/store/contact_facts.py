"""What is kept of a contact beside what was written: links, keys, digests of names, attributes. They go together."""

from __future__ import annotations

from ..model import Millis
from . import attributes, contact_names, links, person_keys, same_person
from .table import Table


def forget(table: Table, contact_id: str, now: Millis) -> None:
    """Delete all of it, and have tickets drawn that ask about the contact. Safe to run again: for an erasure."""
    asked = [each.other for each in links.of_contact(table, contact_id) if each.state == "suggested"]
    for each in (links, person_keys, contact_names, attributes):
        each.forget(table, contact_id)
    for other in asked:
        same_person.draw_line(table, other, now)
