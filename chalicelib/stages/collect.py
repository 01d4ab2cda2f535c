"""
Collects what a platform stored in our bucket and told a queue of: intake's other door, for mail.

Nothing here is asked by HTTP: the queue's policy admits the platform alone, so whatever comes by it is the platform's.
A body is kept under its customer's folder, its events are queued, and then the platform's own object is deleted. What
still lies there after a quarter of an hour was lost between the bucket and the queue: `collect_lost` takes it, from the
bucket's own list. Each step may be run again: the same body gives the same events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..errors import Refused
from ..model import Account, Event, Ignored, Message, posted
from ..store.blobs import MAIL_IN, MAIL_PUT_ASIDE, Blobs, mail_folder
from ..store.keys import digest
from ..stored_ports import Arrival, ComesByQueue
from .intake import IntakeServices, take

LOST_AFTER_MS = 900_000
LOST_AT_ONCE = 50
NOBODYS = "none"  # in place of an account's key, where no account is known
_ASIDE = frozenset({"virus"})  # why a body is put aside: nobody opens it


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectServices:
    """What collecting needs beside intake's services: the bucket."""

    intake: IntakeServices
    blobs: Blobs


def collect(body: bytes, services: CollectServices) -> None:
    """Take in what one message of the queue tells of. Raises where the queue should bring it again."""
    for kind in services.intake.registry.values():
        if issubclass(kind, ComesByQueue):
            for arrival in kind.arrivals(body):
                _take_in(kind.traits.name, kind, arrival, services)


def collect_lost(services: CollectServices, left_ms: Callable[[], int], min_remaining_ms: int) -> int:
    """
    Take in what the bucket has and no message of the queue told of; return how much that was.

    With less than `min_remaining_ms` left no further one is begun. If one fails, the others are still taken in, and its
    error is raised at the end.
    """
    until = services.intake.clock() - LOST_AFTER_MS
    taken, broken = 0, []
    for key in (key for key, at in services.blobs.stored_at(MAIL_IN) if at < until):
        if taken >= LOST_AT_ONCE or left_ms() < min_remaining_ms:
            break
        try:
            _of_key(key, services)
        except Exception as error:  # noqa: BLE001 - the others are not to wait for it
            broken.append(error)
        else:
            taken += 1
    if taken:
        services.intake.metrics("collected_late", taken)
    if broken:
        services.intake.metrics("mail_error", len(broken))
        raise broken[0]
    return taken


def _of_key(key: str, services: CollectServices) -> None:
    for kind in services.intake.registry.values():
        if issubclass(kind, ComesByQueue):
            collect(kind.found(key), services)


def _take_in(name: str, kind: type[ComesByQueue], arrival: Arrival, services: CollectServices) -> None:
    here = services.intake
    try:
        stored = services.blobs.read(arrival.stored) if arrival.stored else b""
    except Refused:  # taken in before
        here.metrics("collected_before", channel=name)
        return
    ids = arrival.accounts or kind.accounts_in(stored)
    accounts = [account for each in ids if (account := here.by_id(name, each)) is not None]
    if not accounts:
        _unknown(name, kind, arrival, stored, next(iter(ids), ""), here)
    for account in accounts:
        _for_account(kind, arrival, stored, account, services)
    if arrival.stored:
        services.blobs.delete(arrival.stored)


def _unknown(
    name: str, kind: type[ComesByQueue], arrival: Arrival, stored: bytes, account_id: str, here: IntakeServices
) -> None:
    """Park what is about no account of ours, whole: once it is connected, it can be read again."""
    here.metrics("unknown_account", channel=name)
    body = kind.body_of(arrival, stored, account_id, ())
    here.queues.park(name, NOBODYS, body, "unknown_account", here.clock())


def _for_account(
    kind: type[ComesByQueue], arrival: Arrival, stored: bytes, account: Account, services: CollectServices
) -> None:
    here = services.intake
    secrets = here.credentials(account.channel, account.app_key).app_secrets
    body = kind.body_of(arrival, stored, account.account_id, secrets)
    events: Sequence[Event] = here.registry[account.channel].parse(posted(body))
    if arrival.stored:
        events = _kept(list(events), arrival.stored, stored, account, services)
    take(events, account, body, here)


def _kept(events: Sequence[Event], key: str, stored: bytes, account: Account, services: CollectServices) -> list[Event]:
    """Keep a stored body with its customer, where an erasure finds it; return the events, which point there."""
    found: list[Event] = []
    for event in events:
        if isinstance(event, Ignored):
            if event.reason in _ASIDE:
                services.blobs.keep(MAIL_PUT_ASIDE + digest(key), stored, "application/octet-stream")
            found.append(event)
            continue
        where = mail_folder(account.brand, event.address.group) + digest(key)
        if event.address.person_id:
            services.blobs.keep(where, stored, "message/rfc822")
        found.append(_pointing(event, key, where))
    return found


def _pointing(event: Event, key: str, where: str) -> Event:
    if not isinstance(event, Message):
        return event
    files = tuple(replace(each, url=where) if each.url == key else each for each in event.attachments)
    return replace(event, attachments=files)
