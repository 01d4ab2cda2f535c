"""
What a channel is given of a row: one part, with everything that its request needs; and which row is given nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..errors import Misconfigured, Refused
from ..model import Millis, OutboundPart, OutboxRow, Part
from ..playbook.quiet import loud_from
from ..ports import Surface
from ..services import Services
from ..store.table import Table
from .agent_files import Contents


def overtaken(waiting: Sequence[OutboxRow], now: Millis) -> bool:
    """Return whether the oldest row would only update a message that the next row updates as well."""
    updates = [row for row in waiting if row.traits.drawn in ("update", "recount") and not row.body]
    return len(updates) == 2 and all(row.state == "pending" and row.not_before <= now for row in updates)


def leaves_at(row: OutboxRow, table: Table, services: Services) -> Millis:
    """Return from when on a row may be sent: what is no direct answer, by day only, however long it was held up."""
    if not row.traits.by_day:
        return row.not_before
    return loud_from(services.playbook(table.brand).hours, Millis(max(row.not_before, services.clock())))


def surface_of(row: OutboxRow, services: Services) -> Surface:
    """Return the surface that a row is said on. Raises Misconfigured for a channel without one."""
    traits = services.traits(row.address.channel)
    surface = (traits.public if row.public else traits.private) or traits.private or traits.public
    if surface is None:
        raise Misconfigured(f"The channel {traits.name} has no surface to speak on: give it one in its traits.")
    return surface


def outbound(row: OutboxRow, sent: Sequence[Part], index: int, services: Services, files: Contents) -> OutboundPart:
    """Return the request of one part of a row as it is drawn; `sent`: its parts as stored, `files`: what files hold."""
    own = [files[each.key] for each in row.parts[index].files if each.key in files]
    if len(own) < len(row.parts[index].files):
        raise Refused("no_longer_kept")
    surface = surface_of(row, services)
    by_human = row.author == "agent"
    for_all = row.window_until - max(0, surface.human_window_ms - surface.window_ms)  # until when a bot might answer
    return OutboundPart(
        row_id=row.row_id,
        index=index,
        attempt=row.attempt,
        address=row.address,
        kind=row.kind,
        public=row.public,
        anchor=row.anchor,
        body=row.body,
        known=tuple(part.platform_id for part in sent[:index]),
        data=services.blobs.read(json.loads(row.body)["key"]) if row.traits.file and index == 1 else b"",
        target=json.loads(row.body)["ids"][index] if row.kind == "unsend" else "",
        by_human=by_human,
        beyond_window=bool(row.window_until) and by_human and services.clock() > for_all,
        contents=tuple(data for _, data in own),
        **row.parts[index].shown | {"files": tuple(each for each, _ in own)},
    )
