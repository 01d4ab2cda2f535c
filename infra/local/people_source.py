"""
Who is who, for the page: a customer's addresses, whose contact each is, and what says that two are one person.

Merging, linking and splitting go through the use cases of `guichet contact`. Nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .accounts_source import ONE_AT_A_TIME, opened

if TYPE_CHECKING:
    from chalicelib.model import Address
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table

REASON = "said on the page of the local stack"
ACTS = ("merge", "link", "split")


def people(brand: str, at: Iterable[Address], source: Mapping[str, str], page: str) -> dict[str, Any]:
    """
    Tell who writes from these addresses, as the brand's table knows it; nobody where no stage runs.

    `contacts`: one a person, {"contact", "channels": [{"channel", "contact", "person"}],
    "merged": [{"winner", "loser", "evidence"}]}; `links`: {"one", "other", "state", "kinds"} between two of them, for
    agents alone.
    """
    if not source.get("endpoint"):
        return {"contacts": [], "links": []}
    from chalicelib.model import BrandId
    from chalicelib.store import people as stored

    from ..aws import explained

    with ONE_AT_A_TIME, explained():
        here, _ = opened(source["endpoint"], source.get("region", ""), page)
        table = here.table(BrandId(brand))
        roots: dict[str, Person] = {}
        for address in at:
            if found := table.identity(address):
                root = stored.root_of(table, found[0])
                roots.setdefault(root.contact_id, root)
        return {"contacts": [_contact(table, each) for each in roots.values()], "links": _links(table, roots)}


def act(what: str, brand: str, one: str, other: str, source: Mapping[str, str], page: str) -> None:
    """
    Merge two contacts ("merge", as proved), link them for agents ("link"), or undo either ("split").

    Raises UsageError with a sentence for the page.
    """
    from chalicelib.admin import contacts, links
    from chalicelib.errors import UsageError
    from chalicelib.model import BrandId

    from ..aws import explained
    from ..identity import author

    if what not in ACTS or not source.get("endpoint"):
        raise UsageError(f"Give one of {', '.join(ACTS)}, while a stage runs behind this page.")
    with ONE_AT_A_TIME, explained():
        here, _ = opened(source["endpoint"], source.get("region", ""), page)
        table, by = here.table(BrandId(brand)), author(here)
        if what == "merge":
            contacts.merge(here, table, one, other, REASON, by)
        elif what == "link":
            links.link(table, one, other, REASON, by)
        elif contacts.is_merged(table, one, other):
            contacts.split(here, table, one, other, by)
        else:
            links.unlink(table, one, other, by)


def _contact(table: Table, root: Person) -> dict[str, Any]:
    from chalicelib.store import people as stored

    everyone = list(stored.everyone(table, root))
    return {
        "contact": root.contact_id,
        "channels": [
            {"channel": address.channel, "contact": one.contact_id, "person": address.person_id}
            for one in everyone
            for address in one.addresses
        ],
        "merged": [
            {"winner": one.contact_id, "loser": each["contact_id"], "evidence": each.get("evidence", "agent")}
            for one in everyone
            for each in one.merged
        ],
    }


def _links(table: Table, roots: Mapping[str, Person]) -> list[dict[str, Any]]:
    from chalicelib.store import links, people

    found: dict[frozenset[str], dict[str, Any]] = {}
    for root in roots.values():
        for one in people.everyone(table, root):
            for link in links.of_contact(table, one.contact_id):
                other = people.root_of(table, link.other).contact_id if people.person(table, link.other) else ""
                if other in roots and other != root.contact_id:
                    kinds = list(dict.fromkeys(each.kind for each in link.evidence))
                    told = {"one": one.contact_id, "other": link.other, "state": link.state, "kinds": kinds}
                    found.setdefault(frozenset((one.contact_id, link.other)), told)
    return list(found.values())
