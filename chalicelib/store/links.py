"""
Links between two contacts, for agents: suggested, linked or refused. The bot never reads one.

A link says that two contacts may be, or are, one person, where nothing has proved it. It stands with both, the same,
and is written by one transaction. A refused one is not offered again for the same evidence; other evidence offers it
anew. What proves that they are one person merges them (`merging.join`) and leaves the link as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..model import ContactId, Millis
from . import keys, people, quality_counters, writes
from .items import MERGED_VERSION, Item
from .table import Table
from .writes import LOST, Beside, Lost

State = Literal["suggested", "linked", "refused"]
# Why two contacts may be one person; a closed list. `phone`: their own addresses have one number; `said_…`: one of
# them typed what the other has or typed; `conflict`: a proof that names two persons; `agent`: somebody says so;
# `split`: a person found that they are two.
Kind = Literal["phone", "said_phone", "said_mail", "said_order", "customer_id", "arrived", "conflict", "agent", "split"]
MOST = 50  # links of one contact: who has more shares a telephone or a parcel with a crowd
EVIDENCE_KEPT = 8
LINKED = "people:linked"  # the subject of the counts by evidence
BUSY = "Somebody is deciding on this link at this moment; try again."


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a link. `mark`: what it rests on (a key's digest, an id of ours), never a customer's words."""

    kind: Kind
    mark: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link, seen from one of the two. `by`, `at`: who decided, and when; "" while nobody has."""

    other: ContactId
    state: State
    evidence: tuple[Evidence, ...]
    by: str = ""
    at: Millis = Millis(0)
    number: int = 0
    reason: str = ""


def of_contact(table: Table, contact_id: str) -> list[Link]:
    """Return all links of a contact, in the order of the other's id."""
    pk = keys.contact(table.brand, contact_id).pk
    return [
        _link(item, sk.removeprefix(keys.LINK_PREFIX)) for sk, item in table.under(pk, keys.LINK_PREFIX, limit=MOST)
    ]


def between(table: Table, one: str, other: str) -> Link | None:
    """Return the link between two contacts, as it stands with the first; None where there is none."""
    item = table.get(keys.link(table.brand, one, other))
    return _link(item, other) if item else None


def suggest(table: Table, one: str, other: str, evidence: Evidence) -> Link | None:
    """
    Offer a link to the agent. Returns it where it is to be offered: None if it is refused for this, or linked already.

    None as well where either has MOST links. Safe to run again.
    """

    def offered(found: Link | None) -> Link | None:
        if found is None:
            return Link(other=ContactId(other), state="suggested", evidence=(evidence,))
        if found.state == "linked" or _known(found, evidence):
            return None
        return replace(found, state="suggested", evidence=_more(found, evidence), by="", at=Millis(0))

    found = between(table, one, other)
    if found is not None and found.state == "suggested" and _known(found, evidence):
        return found
    return _changed(table, one, other, offered)


def link(
    table: Table,
    one: str,
    other: str,
    evidence: Evidence,
    by: str,
    reason: str = "",
    beside: Beside | None = None,
) -> Link | None:
    """
    Link two contacts at once: the evidence is enough for an agent's eyes, or an agent says so.

    A refused one stays refused unless a person links it. None where nothing is changed. Safe to run again.
    """

    def linked(found: Link | None) -> Link | None:
        before = found or Link(other=ContactId(other), state="suggested", evidence=())
        if before.state == "linked" and _known(before, evidence):
            return None
        if before.state == "refused" and evidence.kind != "agent":
            return None
        return replace(before, state="linked", evidence=_more(before, evidence), by=by, at=evidence.at, reason=reason)

    return _changed(table, one, other, linked, beside)


def accept(
    table: Table,
    one: str,
    other: str,
    by: str,
    now: Millis,
    beside: Beside | None = None,
    was: State | None = None,
) -> Link | None:
    """Make a suggestion a link, as an agent decided. None where none is suggested."""
    return _decided(
        table, one, other, Link(other=ContactId(other), state="linked", evidence=(), by=by, at=now), beside, was
    )


def refuse(
    table: Table,
    one: str,
    other: str,
    by: str,
    now: Millis,
    beside: Beside | None = None,
    was: State | None = None,
) -> Link | None:
    """
    Refuse a suggestion, or undo a link: it is not offered again for the same evidence. None where there is none.

    `was`: only one that stands so: whoever refuses a suggestion does not undo the link that somebody just made of it.
    """
    return _decided(
        table, one, other, Link(other=ContactId(other), state="refused", evidence=(), by=by, at=now), beside, was
    )


unlink = refuse


def keep_apart(table: Table, one: str, other: str, by: str, now: Millis) -> None:
    """Say that a person found these two to be two: no proof merges them again, only a person does. Can be run again."""

    def apart(found: Link | None) -> Link:
        before = found or Link(other=ContactId(other), state="refused", evidence=())
        return replace(before, state="refused", evidence=_more(before, Evidence("split", by, now)), by=by, at=now)

    _changed(table, one, other, apart, anyway=True)


def are_apart(table: Table, some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether a person split one of these contacts from one of the others."""
    fewer, more = sorted((some, others), key=len)
    return any(
        each.other in more and each.state == "refused" and any(seen.kind == "split" for seen in each.evidence)
        for contact_id in fewer
        for each in of_contact(table, contact_id)
    )


def forget(table: Table, contact_id: str) -> int:
    """Delete all links of a contact, with both; return how many. Safe to run again: for an erasure."""
    found = of_contact(table, contact_id)
    for each in found:
        table.write(writes.delete(keys.link(table.brand, each.other, contact_id)))
        table.write(writes.delete(keys.link(table.brand, contact_id, each.other)))
    return len(found)


def _decided(table: Table, one: str, other: str, after: Link, beside: Beside | None, was: State | None) -> Link | None:
    def decided(found: Link | None) -> Link | None:
        if found is None or found.state in (after.state, "refused") or was not in (None, found.state):
            return None
        return replace(found, state=after.state, by=after.by, at=after.at)

    return _changed(table, one, other, decided, beside)


def _known(found: Link, evidence: Evidence) -> bool:
    return any((each.kind, each.mark) == (evidence.kind, evidence.mark) for each in found.evidence)


def _more(found: Link, evidence: Evidence) -> tuple[Evidence, ...]:
    if _known(found, evidence):
        return found.evidence
    return (*found.evidence, evidence)[-EVIDENCE_KEPT:]


def _changed(
    table: Table,
    one: str,
    other: str,
    change: Callable[[Link | None], Link | None],
    beside: Beside | None = None,
    *,
    anyway: bool = False,
) -> Link | None:
    """Apply `change` to a link as last written, with both; return the result, None where it changes nothing."""
    if one == other:
        return None

    def attempt() -> Link | Lost | None:
        found = between(table, one, other)
        after = change(found)
        if after is None or (found is None and not anyway and _full(table, one, other)):
            return None
        number = found.number if found else 0
        made = [
            writes.put_numbered(keys.link(table.brand, mine, theirs), _item(after), number)
            for mine, theirs in ((one, other), (other, one))
        ]
        made += [people.still_there(table, each) for each in (one, other)]
        made += [beside(found.state if found else "", after.state)] if beside else []
        if not table.together(made):
            return LOST
        if after.state == "linked" and (found is None or found.state != "linked"):
            quality_counters.add(table, LINKED, after.evidence[-1].kind, after.evidence[-1].at)
        return replace(after, number=number + 1)

    return writes.until_done(attempt, BUSY)


def _full(table: Table, one: str, other: str) -> bool:
    return any(len(of_contact(table, each)) >= MOST for each in (one, other))


def _item(value: Link) -> Item:
    item: Item = {"v": MERGED_VERSION, "state": value.state}
    item["evidence"] = [[each.kind, each.mark, int(each.at)] for each in value.evidence]
    return item | {name: kept for name in ("by", "at", "reason") if (kept := getattr(value, name))}


def _link(item: Item, other: str) -> Link:
    return Link(
        other=ContactId(other),
        state=item["state"],
        evidence=tuple(Evidence(kind, mark, Millis(int(at))) for kind, mark, at in item["evidence"]),
        by=item.get("by", ""),
        at=Millis(int(item.get("at", 0))),
        number=int(item["number"]),
        reason=item.get("reason", ""),
    )
