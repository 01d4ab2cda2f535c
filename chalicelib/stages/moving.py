"""
What follows a move: the origin is asked, and two who are one, as it said, are merged. Safe to run again.

And the same offer made at once, for a page of ours that shows its link as a code to scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..errors import UsageError
from ..model import Address, BrandId, EventId, MoveArrived, MoveConfirmed
from ..move_port import Way
from ..move_tokens import mark_of, token_of
from ..playbook.render import render_phrase
from ..services import Services
from ..store import keys, links, merging, move_keys, moves, roots, writes
from ..store.links import Evidence
from ..store.merging import Merge, Proof
from ..store.moves import Move
from ..store.table import Table

Merged = Callable[[BrandId, Merge, Services], None]
REASON = "confirmed where the link was given"


def follow(brand: BrandId, mark: str, services: Services, merged: Merged) -> None:
    """Carry on with a move as far as it is: ask its origin, or make one person of two. Raises Conflict."""
    table = services.table(brand)
    move = moves.read(table.get(move_keys.move(brand, mark)))
    if move is None or move.arrived is None or move.arrived_home is None:
        return
    if move.state == "asked":
        _suggest(table, mark, move, services)
        asked = MoveArrived(event_id=_event_id("arrived", mark), address=move.origin, sent_at=None, mark=mark)
        services.queues.inbox(brand, [asked], services.clock())
    elif move.state == "confirmed":
        if _joined(table, mark, move, services, merged):
            done = MoveConfirmed(event_id=_event_id("confirmed", mark), address=move.arrived, sent_at=None, mark=mark)
            services.queues.inbox(brand, [done], services.clock())
    elif move.state == "refused":
        links.refuse(table, move.home.contact_id, move.arrived_home.contact_id, "customer", services.clock())


def _event_id(what: str, mark: str) -> EventId:
    return EventId(keys.digest("move", what, mark))


def _suggest(table: Table, mark: str, move: Move, services: Services) -> None:
    """Tell agents that the two may be one; nothing is shown to either."""
    if move.arrived_home is not None and move.arrived_home.contact_id != move.home.contact_id:
        evidence = Evidence("arrived", mark, services.clock())
        links.suggest(table, move.home.contact_id, move.arrived_home.contact_id, evidence)


def _joined(table: Table, mark: str, move: Move, services: Services, merged: Merged) -> bool:
    """Make one person of the two; False where one of them was erased meanwhile."""
    if move.arrived_home is None:
        return False
    proof = Proof(evidence="link", reason=REASON, by=f"move {mark}", at=services.clock())
    try:
        done = merging.join(table, move.home.contact_id, move.arrived_home.contact_id, proof)
    except UsageError:  # erased
        services.metrics("move_without_person", channel=move.channel)
        return False
    if done is not None:
        merged(table.brand, done, services)
    return True


# --- for a page -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
    """A link that leads on, also as a code to scan (SVG), until when (ms)."""

    link: str = field(repr=False)
    qr_svg: str = field(repr=False)
    until: int


def ways(brand: BrandId, origin: Address, services: Services) -> tuple[Way, ...]:
    """Return where somebody who writes at this address can go on."""
    return tuple(way for way in services.playbook(brand).ways if way.channel != origin.channel)


def offer(brand: BrandId, origin: Address, channel: str, event_id: str, services: Services) -> Offered | None:
    """
    Make the offer that somebody pressed for at `origin`, whose identity the caller has verified. Safe to run again.

    None where it leads nowhere, where nobody is known at that address yet, or where the stage has no secret.
    """
    from ..qr_codes import svg_of  # noqa: PLC0415 - no other function draws one

    table, secret, playbook = services.table(brand), services.key_secret(), services.playbook(brand)
    way = next((each for each in ways(brand, origin, services) if each.channel == channel), None)
    known = table.identity_item(origin)
    if way is None or known is None or not secret:
        return None
    home = roots.home_of(known)
    head = table.head(home.conversation_id)
    language = head.language if head is not None and head.language in playbook.languages else playbook.languages[0]
    token = token_of(secret, brand, keys.digest("move", event_id, keys.recipient(origin)), channel)
    mark = mark_of(token)
    made = replace(moves.offered(origin, home, channel, "page", services.clock()), language=language)
    table.write(writes.put_new(*moves.entry(brand, mark, made, services.clock())))
    kept = moves.read(table.get(move_keys.move(brand, mark)))
    if kept is None or not kept.is_open(services.clock()):
        return None
    link = way.link(token, render_phrase(playbook, "move_words", language, {}))
    return Offered(link, svg_of(link), int(kept.until))
