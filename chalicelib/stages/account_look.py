"""
The doctor's look of each morning: what each account's platform says, told to the desk once where it is not well.

At seven by the brand's own clock, in a minute of the account's own; at eight and at nine where that was missed or the
platform was down. Only reading requests are made, within a time of their own. What was told is stored: what stays as it
is is not told again, what is well again is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import Misconfigured
from ..findings import Finding
from ..model import NOTICES, Account, Millis, at_desk
from ..playbook.hours import wall
from ..playbook.schema import Playbook
from ..ports import LOOKUP_CHANNEL
from ..services import Services
from ..store import items, keys, rows
from .notices import system_row

HOURS = (7, 8, 9)
SLOTS = 50  # minutes of the hour that accounts are spread over
LAST_MS = 24_000  # after the sweep began (its function has 50 s) no account is looked at any more
LOOK = "look"  # in the marker and the row: what is told


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found of an account (by its key) on a day: the names of what is not well, as it was told."""

    account: str
    day: str
    ill: tuple[str, ...] = ()


def is_due(account: Account, at: Millis) -> bool:
    """Return whether this is the account's minute of an hour."""
    return int(keys.digest(LOOK, account.channel, account.account_id), 16) % SLOTS == at // 60_000 % 60


def look_at_accounts(accounts: Iterable[Account], began: Millis, services: Services) -> Exception | None:
    """Look at the accounts whose minute it is; return the last error, when everybody else was looked at."""
    broken = None
    for account in accounts:
        if account.channel == LOOKUP_CHANNEL or not is_due(account, began):
            continue
        try:
            playbook = services.playbook(account.brand)
        except Misconfigured:
            continue
        here = wall(playbook.hours, began)
        if here.hour not in HOURS or not playbook.routing.account:
            continue
        if services.clock() > began + LAST_MS:
            services.metrics("look_missed", channel=account.channel)
            continue
        try:
            _look(account, playbook, here.date().isoformat(), services)
        except Exception as error:  # noqa: BLE001 - raised by the sweep, as the others
            broken = error
    return broken


def _look(account: Account, playbook: Playbook, day: str, services: Services) -> None:
    """Ask the platform, tell what changed, then store what was told."""
    table = services.table(account.brand)
    before = _stored(table.get(_key(account)), account)
    if before.day == day:
        return
    found = services.examined(account)
    if not found:  # it is down, or says nothing at all: the next hour asks once more
        return
    after = Looked(account.key, day, _ill(before, found))
    new = tuple(name for name in after.ill if name not in before.ill)
    well = tuple(name for name in before.ill if name not in after.ill)
    if new or well:
        where = at_desk(services.desk.name, playbook.routing.account, NOTICES)
        now = services.clock()
        body = services.desk.account_looked_at(playbook, account.channel, new, well)
        mark = f"{LOOK} {account.channel} {account.account_id} {day}"
        if rows.announce(table, system_row("notice", LOOK, where, body, now), mark, now):
            services.queues.notify(account.brand, keys.recipient(where))
        elif table.marker(where.channel, where.account_id, mark) is None:  # another worker was in the way
            return
    table.put(_key(account), {"v": items.VERSION, "account": after.account, "day": after.day, "ill": list(after.ill)})


def _ill(before: Looked, found: Sequence[Finding]) -> tuple[str, ...]:
    """Return what is not well; of what nothing was said this time, what was known before."""
    said = {each.name: each.well for each in found}
    still = [name for name in before.ill if not said.get(name, False)]
    return tuple(dict.fromkeys([*still, *(name for name, well in said.items() if not well)]))


def _key(account: Account) -> keys.Key:
    return keys.account_by_id(account.channel, account.account_id, "doctor")


def _stored(item: items.Item | None, account: Account) -> Looked:
    """Return what was told; nothing, where the account was another's then."""
    if item is None or item["account"] != account.key:
        return Looked(account.key, "")
    return Looked(str(item["account"]), str(item["day"]), tuple(item["ill"]))
