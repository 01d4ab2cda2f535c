"""Links between contacts: what agents are shown of two who may be one person. The bot never reads them."""

from __future__ import annotations

from typing import Any

from ..errors import UsageError
from ..model import Millis
from ..store import audit, links, merging, people, quality_counters
from ..store.audit import Author
from ..store.links import Evidence, Link
from ..store.people import Person
from ..store.table import DAY_MS, Table
from .permissions import needs
from .times import iso

# How a share of the report is called: by which evidence two people were found to be one.
BY = {
    "platform": "key",
    "mail": "key",
    "signed": "key",
    "phone": "key",
    "said_phone": "key",
    "said_mail": "key",
    "said_order": "key",
    "customer_id": "key",
    "conflict": "key",
    "code": "code",
    "link": "link",
    "arrived": "link",
    "agent": "agent",
    "split": "agent",
}


def shown(table: Table, who: Person) -> list[dict[str, Any]]:
    """Return the links of a person, of everybody who was merged into them, as JSON values."""
    return [_document(each) for one in people.everyone(table, who) for each in links.of_contact(table, one.contact_id)]


def linked_with(table: Table, who: Person) -> list[Person]:
    """Return who is linked with a person, each as they are now, once."""
    own = {each.contact_id for each in people.everyone(table, who)}
    found: dict[str, Person] = {}
    for one in people.everyone(table, who):
        for each in links.of_contact(table, one.contact_id):
            if each.state == "linked" and each.other not in own and people.person(table, each.other) is not None:
                other = people.root_of(table, each.other)
                found.setdefault(other.contact_id, other)
    return [other for contact_id, other in found.items() if contact_id not in own]


def _document(link: Link) -> dict[str, Any]:
    told: dict[str, Any] = {
        "contact_id": link.other,
        "state": link.state,
        "evidence": [{"kind": each.kind, "at": iso(each.at)} for each in link.evidence],
    }
    decided = {"by": link.by, "at": iso(link.at), "reason": link.reason}
    return told | {name: value for name, value in decided.items() if value}


@needs("contact.link")
def link(table: Table, one: str, other: str, reason: str, author: Author) -> Link:
    """Link two contacts for agents, as the author says; the bot keeps them apart. Raises UsageError."""
    if one == other:
        raise UsageError("A contact cannot be linked with itself; give two contact ids.")
    for contact_id in (one, other):
        people.known(table, contact_id)
    evidence = Evidence("agent", author.by, author.at)
    noted = audit.beside(table.brand, author, "contact.link", other)
    done = links.link(table, one, other, evidence, author.by, reason, noted)
    found = done or links.between(table, one, other)
    if found is None or found.state != "linked":
        raise UsageError(f"One of the two has {links.MOST} links already; take some back first.")
    return found


@needs("contact.link")
def unlink(table: Table, one: str, other: str, author: Author) -> Link:
    """Take a link back: it is not offered again for the same evidence. Raises UsageError where there is none."""
    noted = audit.beside(table.brand, author, "contact.link", other)
    done = links.unlink(table, one, other, author.by, author.at, noted)
    if done is None:
        raise UsageError(f"{other} is neither merged into {one} nor linked; `guichet contact show {one}` lists who is.")
    return done


def is_linked(table: Table, one: str, other: str) -> bool:
    """Return whether a link or a suggestion stands between two contacts."""
    found = links.between(table, one, other)
    return found is not None and found.state != "refused"


@needs("figures.read")
def report(table: Table, now: Millis, days: int) -> dict[str, Any]:
    """Return how many people were merged and linked in the last days (UTC), by evidence, and the shares of each way."""
    found = {name: _counts(table, subject, now, days) for name, subject in _SUBJECTS.items()}
    ways: dict[str, int] = dict.fromkeys(("key", "code", "link", "agent"), 0)
    for counts in found.values():
        for kind, count in counts.items():
            ways[BY[kind]] += count
    total = sum(ways.values())
    shares = {name: round(count / total, 3) if total else None for name, count in ways.items()}
    return {"days": days, "since": iso(Millis(now - (days - 1) * DAY_MS)), **found, "total": total, "shares": shares}


_SUBJECTS = {"proved": merging.MERGED, "linked": links.LINKED}


def _counts(table: Table, subject: str, now: Millis, days: int) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in quality_counters.days(table, subject, now, days).values():
        for kind, count in counts.items():
            total[kind] = total.get(kind, 0) + count
    return dict(sorted(total.items()))
