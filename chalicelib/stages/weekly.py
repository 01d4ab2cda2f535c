"""
Monday at nine, the brand's own time: one message in its Slack channel with the figures of the week before.

The sweep looks each minute. The message is a row like any other; its marker, written in the same transaction, makes it
one a week, whatever crashes. It may be late on Monday; on Tuesday it is not sent any more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ..errors import Misconfigured
from ..model import AccountId, Address, BrandId, Millis, PersonId
from ..playbook.hours import local_day, wall
from ..playbook.schema import Playbook
from ..ports import DESK_CHANNEL
from ..report import Report, report_of
from ..services import Deps
from ..store import counters, keys, rows
from ..store.table import Table
from .notices import system_row

HOUR = 9
WORK = "figures"  # in the marker and the row: what is told


def tell(deps: Deps) -> int:
    """Add the message of every brand whose Monday morning it is, once; return how many."""
    now = deps.clock()
    if datetime.fromtimestamp(now / 1000, UTC).weekday() not in (6, 0, 1):  # it is Monday nowhere
        return 0
    brands = {account.brand for account in deps.directory.accounts() if account.channel == DESK_CHANNEL}
    return sum(_tell(brand, now, deps) for brand in sorted(brands))


def report_for(table: Table, first_day: str, last_day: str) -> Report:
    """Return a brand's figures of these days."""
    return report_of(counters.read(table, first_day, last_day), first_day, last_day)


def last_days(playbook: Playbook, now: Millis, days: int) -> tuple[str, str]:
    """Return the first and the last of so many days, today included, by the brand's own date."""
    today = date.fromisoformat(local_day(playbook.hours, now))
    return (today - timedelta(days=days - 1)).isoformat(), today.isoformat()


def _tell(brand: BrandId, now: Millis, deps: Deps) -> bool:
    try:
        playbook = deps.playbook(brand)
    except Misconfigured:
        return False
    here = wall(playbook.hours, now)
    if here.weekday() != 0 or here.hour < HOUR or not playbook.routing.slack:
        return False
    table, monday = deps.table(brand), here.date()
    where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
    mark = f"{WORK} {monday.isoformat()}"
    if table.marker(DESK_CHANNEL, where.account_id, mark) is not None:
        return False
    first, last = (monday - timedelta(days=days) for days in (7, 1))
    report = report_for(table, first.isoformat(), last.isoformat())
    if not rows.announce(table, system_row("notice", WORK, where, deps.desk.report(playbook, report), now), mark, now):
        return False
    deps.queues.ring(brand, keys.recipient(where))
    return True
