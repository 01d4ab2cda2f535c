"""
Gap sweep: finds in platforms' lists what no webhook brought: customers' messages, and answers in a platform's own app.

Each account's list is read in its channel's rhythm, four times an hour where nothing else is said, from where the last
reading ended, and the half hour before that once more: a list may lag. What has no marker in the table goes to the
inbox as intake would have put it there: in order, masked and bounded. A webhook that comes all the same is the same
event. What is found an hour late, or later, gets no automatic answer (`decision.decide`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import SendError
from ..masking import mask_secrets
from ..model import Account, Echo, Event, ListRead, MalformedBody, Millis, OptOut
from ..ports import Listed, ListsMessages, ListsOnWish, Sender
from ..services import Services
from ..store import keys
from ..store.table import Table
from . import listed_answers, receipts
from .bounds import bounded, placed
from .intake import of_no_use

EVERY = 15  # minutes (`Traits.list_every`); an account's own minute among them, so that not all are read at once
TURNS = 4  # readings within which each account is the first of its minute's, or near it
SETTLES_MS = 600_000  # younger messages may be on their way by their webhook
AGAIN_MS = 1_800_000  # what was read already and is read once more
STANDBY_MS = 86_400_000  # how long nothing is taken from a list after another app's conversation had an event
ANOTHER_APP = "another_app"
HANDED_MOST = 200  # of the events found last: what still waits in the inbox has no marker
BACK_MS = 7 * 86_400_000  # how far back is read at most: markers stand for weeks
FIRST_MS = 86_400_000  # the same, the first time
PAGES_MOST = 8  # of one account's list in one run
KEPT_MS = 6 * 3_600_000  # how often the place is stored while nobody writes
LAST_MS = 36_000  # after the sweep began (its function has 50 s) no page is asked for any more


def is_due(channel: str, account_id: str, at: Millis, every: int = EVERY) -> bool:
    """Return whether an account's list is read in this minute."""
    return (at // 60_000 - int(keys.digest(channel, account_id), 16)) % every == 0


def fill_gaps(accounts: Iterable[Account], began: Millis, services: Services) -> Exception | None:
    """
    Read the lists of the accounts whose minute it is; return the last error that was none of a platform's.

    They share the time that is left: a long list is gone on with in its next run, when the others had their turn. Who
    is first changes from run to run, so that an account which a long sweep put off is not put off again.

    Of a paused account too: what customers write to it is taken in as ever.
    """
    broken, ends_at, every = None, Millis(began + LAST_MS), list(accounts)
    due = _in_turn(every, began, services)
    for number, account in enumerate(due):
        now = services.clock()
        if now > ends_at:
            services.metrics("gap_unread", channel=account.channel)
            continue
        try:
            beside = _beside(account, every, services)
            _look(account, beside, Millis(now + (ends_at - now) // (len(due) - number)), services)
        except Exception as error:  # noqa: BLE001 - raised by the sweep, when everybody else was looked at
            broken = error
    return broken


def _in_turn(accounts: Iterable[Account], at: Millis, services: Services) -> list[Account]:
    """Return the accounts whose minute it is, a quarter of them further on each time."""
    due = []
    for account in accounts:
        traits = services.traits(account.channel)
        if traits.lists and is_due(account.channel, account.account_id, at, traits.list_every):
            due.append(account)
    first = len(due) * (at // 60_000 // EVERY % TURNS) // TURNS
    return due[first:] + due[:first]


def _beside(account: Account, accounts: Iterable[Account], services: Services) -> list[str]:
    """Return the channels that have this account as well: what they sent stands in its list too (`Traits.shares`)."""
    word = services.traits(account.channel).shares
    return [
        each.channel
        for each in accounts
        if word
        and (each.brand, each.account_id) == (account.brand, account.account_id)
        and each.channel != account.channel
        and services.traits(each.channel).shares == word
    ]


def _look(account: Account, beside: Sequence[str], ends_at: Millis, services: Services) -> None:
    """Read an account's list as far as this run may; hand over what is missing, then store how far it was read."""
    now = services.clock()
    before = services.directory.list_read(account)
    first = before is None or before.account != account.key  # what came while another had it is none of this brand's
    if before is None or first:
        before = ListRead(account=account.key, since=Millis(max(account.connected_at, now - FIRST_MS)))
    read = replace(
        before, since=Millis(max(before.since, now - BACK_MS)), until=before.until or Millis(now - SETTLES_MS)
    )
    if read.until <= read.since:
        return
    if now - services.directory.standby_at(account) < STANDBY_MS:
        _leave(account, before, read, services)
        return
    whole = first or before.error == ANOTHER_APP
    again = Millis(read.since if whole else max(_again(account, read), now - BACK_MS))
    try:
        channel = services.channel(account)
        if isinstance(channel, ListsOnWish) and not channel.wishes_list():
            return
        listed = _listed(channel, account, replace(read, since=again), ends_at, services)
    except SendError as error:
        services.metrics("gap_unread", channel=account.channel)
        if before.error != error.code or before.page:  # where it went on may be known no more: it begins again
            services.directory.keep_list_read(account, replace(before, error=error.code, page="", until=Millis(0)))
        return
    within = [event for event in listed.events if not event.sent_at or again <= event.sent_at < read.until]
    read = _taken(account, beside, read, listed._replace(events=within), services)
    page = listed.following
    after = (
        replace(read, page=page, error="")
        if page
        else replace(read, since=read.until, page="", until=Millis(0), error="")
    )
    if first or within or page or before.page or before.error or after.since - before.since > KEPT_MS:
        services.directory.keep_list_read(account, after)


def _taken(account: Account, beside: Sequence[str], read: ListRead, listed: Listed, services: Services) -> ListRead:
    """Hand over what is missing of what was listed, and count it, and what cannot be taken."""
    table, now = services.table(account.brand), services.clock()
    unplaced = [event for event in listed.events if not _is_placed(event, account)]
    if unplaced:
        services.metrics("gap_unplaced", len(unplaced), channel=account.channel)
    if new := sum(1 for event in unplaced if event.sent_at and event.sent_at >= read.since):
        read = replace(read, unplaced=read.unplaced + new, told_at=now)
    waiting = read.handed.split()
    missing = _missing(table, account, [event for event in listed.events if _is_placed(event, account)])
    missing = _said_by_none(table, account, beside, missing)
    missing = [event for event in missing if _mark(event) not in waiting]
    writing = {event.address for event in missing if not isinstance(event, Echo)}
    answers = listed_answers.sort_out(table, (each for each in missing if isinstance(each, Echo)), writing)
    for proof in answers.proofs:
        receipts.receive(account.brand, proof, services)
    missing = [event for event in missing if not isinstance(event, Echo) or event in answers.native]
    if missing and listed.cut:
        services.metrics("gap_cut", listed.cut, channel=account.channel)
        read = replace(read, cut=read.cut + listed.cut, told_at=now)
    return _hand_over(read, account, missing, services) if missing else read


def _leave(account: Account, before: ListRead, read: ListRead, services: Services) -> None:
    """
    Take nothing from this account's list: it has conversations that another app holds, and says not which.

    Their messages have no marker here, and would be answered twice.
    """
    if before.error != ANOTHER_APP or read.until - before.since > KEPT_MS:
        left = replace(read, since=read.until, page="", until=Millis(0), error=ANOTHER_APP)
        services.directory.keep_list_read(account, left)


def _again(account: Account, read: ListRead) -> Millis:
    """Return from when a list is read once more: never from before the account was connected as this one."""
    return Millis(min(read.since, max(read.since - AGAIN_MS, account.connected_at)))


def _hand_over(read: ListRead, account: Account, missing: Sequence[Event], services: Services) -> ListRead:
    """Put what is missing into the inbox, and count it; what is older than the last reading's end was listed late."""
    now = services.clock()
    services.queues.inbox(account.brand, [bounded(event, mask_secrets) for event in missing], now)
    services.metrics("gap_filled", len(missing), channel=account.channel)
    late = sum(1 for event in missing if (event.sent_at or 0) < read.since)
    if late:
        services.metrics("gap_lagged", late, channel=account.channel)
        read = replace(read, lagged=read.lagged + late, told_at=now)
    handed = [*read.handed.split(), *map(_mark, missing)][-HANDED_MOST:]
    return replace(read, found=read.found + len(missing), found_at=now, handed=" ".join(handed))


def _mark(event: Event) -> str:
    return keys.digest(event.event_id, length=12)


def _listed(channel: Sender, account: Account, read: ListRead, ends_at: Millis, services: Services) -> Listed:
    """
    Return what the pages show that this run reads, and the page where the next run goes on.

    Raises SendError if not one page could be read: what was found before a later one is handed over first.
    """
    if not isinstance(channel, ListsMessages):
        raise TypeError(f"The channel {account.channel} lists nothing, and its traits say that it does.")
    found: list[Event] = []
    page, cut = read.page, 0
    for number in range(PAGES_MOST):
        try:
            listed = channel.fetch_since(account.account_id, read.since, page)
        except SendError:
            if not number:
                raise
            break
        found += [event for event in listed.events if not of_no_use(event)]
        cut += listed.cut
        page = listed.following
        if not page or services.clock() > ends_at:
            break
    return Listed(found, page, cut)


def _is_placed(event: Event, account: Account) -> bool:
    """Whether a listed event says whose it is, of which account, and when it was written."""
    own = event.address.account_id == account.account_id
    return own and bool(event.sent_at) and placed(event) and not isinstance(event, MalformedBody)


def _missing(table: Table, account: Account, events: Sequence[Event]) -> list[Event]:
    """Return the events that the table has no marker of, oldest first; of one moment in the order of the list."""
    by_list = events[::-1]
    markers = {
        keys.marker(table.brand, account.channel, account.account_id, event.event_id): event
        for event in sorted(by_list, key=lambda event: event.sent_at or 0)
        if not _begins_again(event)
    }
    for item in table.get_all(list(markers)):
        del markers[keys.Key(item["pk"], item["sk"])]
    return list(markers.values())


def _said_by_none(table: Table, account: Account, beside: Sequence[str], events: Sequence[Event]) -> list[Event]:
    """Return the events without what channels sent that have this account as well."""
    said = {
        keys.marker(table.brand, channel, account.account_id, event.event_id): event.event_id
        for event in events
        if isinstance(event, Echo)
        for channel in beside
    }
    theirs = {said[keys.Key(item["pk"], item["sk"])] for item in table.get_all(list(said))}
    return [event for event in events if event.event_id not in theirs]


def _begins_again(event: Event) -> bool:
    """Whether it is a START: minutes late it could undo a STOP that was written after it."""
    return isinstance(event, OptOut) and event.undone
