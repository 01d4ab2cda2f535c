"""
Intake: verify the raw bytes, parse, enqueue, answer. It decides nothing.

It reads the account (cached for a minute), and one item for a report about our own message, which mostly needs no queue
then.

A forged request leaves only a counter. An unknown account gets 200 and never reaches another brand. A verified body
that cannot be read, is of an unknown account, or is too large, is parked whole and answered with 200: otherwise the
platform would repeat it, and in the end switch the webhook off.
"""

from __future__ import annotations

import re
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..courtesy import is_refusal
from ..errors import Unverified
from ..model import (
    Account,
    AccountNotice,
    BrandId,
    Credentials,
    Echo,
    Event,
    Handover,
    Handshake,
    Ignored,
    MalformedBody,
    Millis,
    Reaction,
    Receipt,
    Request,
    Response,
)
from ..ports import AnswersWebhooks, Channel, Clock, Metrics, ShakesHands
from ..store.queues import Queues
from .bounds import bounded, placed
from .known_reports import reports, split_reference

MAX_BODY = 4_000_000  # bytes: Lambda takes 6 MB of an event; a larger body is parked, so the platform asks no more
OPAQUE_KEY = re.compile(r"[A-Za-z0-9_-]{1,128}")
FORBIDDEN = Response(403, "forbidden")
LOOKS_MOST = 3  # reports of one body that are looked up at once; more of them share a message of the queue
NO_CONSEQUENCE = (Ignored, Handshake, Handover, AccountNotice)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeServices:
    """Dependencies of intake: all cheap to build."""

    registry: Mapping[str, type[Channel]]
    by_key: Callable[[str], Account | None]
    by_id: Callable[[str, str], Account | None]
    note: Callable[..., None]  # a verified event of this channel's account came; or one of another app's conversation
    known: Callable[[BrandId, Event], bool]  # whether the table says already what this event reports of our own
    credentials: Callable[[str, str], Credentials]  # channel, app key
    build: Callable[[type[Channel], Credentials], Channel]
    queues: Queues
    mask: Callable[[str], str]
    clock: Clock
    metrics: Metrics


def intake(channel: str, account_key: str, request: Request, services: IntakeServices) -> Response:
    """Answer one webhook request. Raises only where the platform should send it again (queue or table down)."""
    kind = services.registry.get(channel)
    if kind is None:
        return Response(404, "unknown channel")
    # Accounts also lie under their public ids ("<channel>#<id>"), and a key of the table has its longest.
    account = services.by_key(account_key) if OPAQUE_KEY.fullmatch(account_key) else None
    if account is None or account.channel != channel:
        services.metrics("unknown_key", channel=channel)
        return kind.traits.accepted if request.method == "POST" else FORBIDDEN
    credentials = services.credentials(channel, account.app_key)
    if request.method == "GET" and (shaken := _handshake(services.build(kind, credentials), request)) is not None:
        return shaken
    try:
        kind.authenticator.verify(request, credentials.app_secrets)
    except Unverified as error:
        services.metrics(error.counted, channel=channel)
        return FORBIDDEN
    if len(request.body) > MAX_BODY:
        services.metrics("too_large", channel=channel)
        services.queues.park(channel, account.key, request.body, "too_large", services.clock())
        return kind.traits.accepted
    events = heard(kind, request, services.registry)
    take(events, account, request.body, services)
    return kind.answered(events) if issubclass(kind, AnswersWebhooks) else kind.traits.accepted


def heard(kind: type[Channel], request: Request, registry: Mapping[str, type[Channel]]) -> list[Event]:
    """
    Return a request's events, with those of the channels that share this one's webhook (`Traits.shares`).

    Whole bodies that these do not know are this channel's to judge, and what they ignore is nothing here.
    """
    mine = kind.traits
    others = [each for each in registry.values() if mine.shares and each.traits.shares == mine.shares]
    beside = [event for each in others if each.traits.name != mine.name for event in each.parse(request)]
    known = [event for event in beside if event.address.account_id and not isinstance(event, Ignored)]
    return [*kind.parse(request), *known]


def _handshake(platform: Channel, request: Request) -> Response | None:
    return platform.handshake(request) if isinstance(platform, ShakesHands) else None


def take(events: Iterable[Event], account: Account, body: bytes, services: IntakeServices) -> None:
    """Enqueue verified events by brand, in order; park the body if it cannot be understood."""
    now = services.clock()
    inbox: dict[BrandId, list[Event]] = defaultdict(list)
    receipts: dict[BrandId, list[Event]] = defaultdict(list)
    unread: Counts[str] = Counts()
    looks = LOOKS_MOST
    named = services.registry[account.channel].traits.names_account
    placed_events = events if named else (_of(account, event) for event in events)
    for event in _of_connected(placed_events, account, services):
        if isinstance(event, MalformedBody):
            unread[event.reason] += 1
            continue
        if useless := of_no_use(event):
            services.metrics(useless, channel=account.channel)
            _note_standby(event, account, services)
            continue
        if not placed(event):
            # Whose words these are cannot be told: nothing is guessed, a person looks.
            unread["no_account"] += 1
            continue
        brand = _brand_of(event, account, services)
        if brand is None:  # a page or number that nobody connected, or that was connected under another id
            services.metrics("unknown_account", channel=account.channel)
            unread["unknown_account"] += 1
        elif reports(event) and (looks := looks - 1) >= 0 and services.known(brand, event):
            services.metrics("known_report", channel=account.channel)
        else:
            of_ours = isinstance(event, Receipt) or (isinstance(event, Echo) and event.own_app)  # about what we sent
            (receipts if of_ours else inbox)[brand].append(bounded(event, services.mask))
    _enqueue(services.queues.inbox, inbox, now)
    _enqueue(services.queues.receipts, receipts, now)
    if unread:  # last, and once for all its items: a body that a queue does not take comes again whole
        services.queues.park(account.channel, account.key, body, ", ".join(sorted(unread)), now)
        services.metrics("unparsed", unread.total(), channel=account.channel)
    taken = [event for by_brand in (inbox, receipts) for events in by_brand.values() for event in events]
    if taken:
        services.metrics("received", len(taken), channel=account.channel)
        for channel, account_id in {(event.address.channel, event.address.account_id) for event in taken}:
            services.note(channel, account_id or account.account_id)


def _of_connected(events: Iterable[Event], account: Account, services: IntakeServices) -> Iterator[Event]:
    """Yield the events but those of a channel that shares the webhook and that nobody connected."""
    for event in events:
        if not _of_another(event, account, services) or _brand_of(event, account, services) is not None:
            yield event
        else:
            services.metrics("not_connected", channel=event.address.channel)


def _note_standby(event: Event, account: Account, services: IntakeServices) -> None:
    """Note that another app of the brand has a conversation of this account: its list shows that as well."""
    if isinstance(event, Ignored) and event.reason == Ignored.STANDBY and placed(event):
        services.note(event.address.channel, event.address.account_id or account.account_id, event.reason)


def _of(account: Account, event: Event) -> Event:
    """Return the event of a platform that never names the account, with the account whose webhook it came to."""
    return replace(event, address=replace(event.address, account_id=account.account_id))


def of_no_use(event: Event) -> str:
    """Return the counter's name for an event that changes nothing; "" for one that must be processed."""
    if isinstance(event, Receipt) and event.status in ("delivered", "read"):  # "sent" proves a row before they come
        return f"receipt_{event.status}"
    if isinstance(event, Receipt) and split_reference(event.row_id) is None:
        return "receipt_unplaced"  # of what another tool of the brand's sent
    if isinstance(event, AccountNotice) and event.told:
        return ""
    if isinstance(event, NO_CONSEQUENCE) or (isinstance(event, Reaction) and not _refuses(event)):
        return "event_without_consequence"
    return ""


def _refuses(event: Reaction) -> bool:
    """Return whether a reaction may reject an answer; a heart or a thumb up does not."""
    return bool(event.target_id) and is_refusal(event.emoji)


def _brand_of(event: Event, account: Account, services: IntakeServices) -> BrandId | None:
    """Return the brand of the event's account: the URL's own account, or another of the same platform app."""
    another = _of_another(event, account, services)
    if not another and event.address.account_id in (account.account_id, ""):
        return account.brand
    other = services.by_id(event.address.channel if another else account.channel, event.address.account_id)
    return other.brand if other is not None and other.app_key == account.app_key else None


def _of_another(event: Event, account: Account, services: IntakeServices) -> bool:
    """Return whether an event is of a channel that shares this account's webhook (`heard`)."""
    kind = services.registry.get(account.channel)
    return event.address.channel != account.channel and kind is not None and bool(kind.traits.shares)


def _enqueue(
    put: Callable[[BrandId, list[Event], Millis], Any], by_brand: Mapping[BrandId, list[Event]], now: Millis
) -> None:
    for brand, events in by_brand.items():
        put(brand, events, now)
