"""
What a brand's desk is told by the calendar, in its own time: each morning the rehearsal, each Monday the week.

The sweep looks each minute. A message is a row like any other; its marker, written in the same transaction, makes it
one a day or week, whatever crashes. `nightly`: at eight, what the bot would have said yesterday, for brands with an
intent at `shadow`. `weekly`: at nine, the figures of the week before; it may be late on Monday, not on Tuesday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from ..engine.daily_figures import FIGURE
from ..errors import Misconfigured
from ..model import NOTICES, Autonomy, BrandId, Millis, at_desk
from ..playbook.hours import local_day, wall
from ..playbook.schema import Playbook, effective_autonomy
from ..quality.precision_proof import proof_of
from ..report import Rehearsal, Report, ToProve, report_of
from ..services import Services
from ..store import daily_counters, judged_answers, keys, rows
from ..store.judged_answers import Visibility
from ..store.table import Table
from .notices import system_row

NIGHTLY_HOUR, WEEKLY_HOUR = 8, 9
MINUTES = 10  # of each hour, in which brands are looked at for the morning's message: each look reads a playbook
REHEARSAL, FIGURES = "rehearsal", "figures"  # in the marker and the row: what is told
FIRST = 3  # subjects that are named


def nightly(services: Services) -> int:
    """Add the message of every brand whose morning it is, once a day; return how many."""
    now = services.clock()
    if datetime.fromtimestamp(now / 1000, UTC).minute >= MINUTES:
        return 0
    return sum(_report(brand, REHEARSAL, _is_morning, _rehearsed, services) for brand in _brands(services))


def weekly(services: Services) -> int:
    """Add the message of every brand whose Monday morning it is, once; return how many."""
    now = services.clock()
    if datetime.fromtimestamp(now / 1000, UTC).weekday() not in (6, 0, 1):  # it is Monday nowhere
        return 0
    return sum(_report(brand, FIGURES, _is_monday, _week_before, services) for brand in _brands(services))


def report_for(table: Table, first_day: str, last_day: str) -> Report:
    """Return a brand's figures of these days."""
    return report_of(daily_counters.read(table, first_day, last_day), first_day, last_day)


def last_days(playbook: Playbook, now: Millis, days: int) -> tuple[str, str]:
    """Return the first and the last of so many days, today included, by the brand's own date."""
    today = date.fromisoformat(local_day(playbook.hours, now))
    return (today - timedelta(days=days - 1)).isoformat(), today.isoformat()


def rehearsal_of(table: Table, playbook: Playbook, day: date) -> Rehearsal:
    """Return what the bot would have said on a day, and what to prove first."""
    total: Counter[str] = Counter()
    for names in daily_counters.read(table, day.isoformat(), day.isoformat()).values():
        total.update(names)
    would = {name: count for name, count in total.items() if name.startswith(f"{FIGURE}:") and count > 0}
    asked = total["reply"] + total["ticket"]
    first = sorted(would.items(), key=lambda each: (-each[1], each[0]))[:FIRST]
    return Rehearsal(
        day=day.isoformat(),
        messages=asked,
        would=sum(would.values()),
        gaps=tuple((name.removeprefix("gap:"), n) for name, n in total.most_common() if name.startswith("gap:")),
        first=tuple(_to_prove(table, playbook, name, count / max(1, asked)) for name, count in first),
    )


def _to_prove(table: Table, playbook: Playbook, name: str, share: float) -> ToProve:
    _, intent, language, *rest = name.split(":")
    place: Visibility = "public" if rest else "private"
    lines = judged_answers.lines(table, intent, place, language)
    bundle = max(lines, key=lambda line: line.at).bundle if lines else ""  # what decides today wrote the newest
    known = proof_of(table, playbook, intent, place, language, bundle=bundle) if intent in playbook.intents else None
    return ToProve(
        intent=intent, public=place == "public", language=language, share=share, more=known.more if known else 0
    )


def _brands(services: Services) -> list[BrandId]:
    return sorted({account.brand for account in services.directory.accounts() if account.channel == services.desk.name})


def _report(
    brand: BrandId,
    work: str,
    is_due: Callable[[Playbook, datetime], bool],
    body_of: Callable[[Table, Playbook, date, Services], str],
    services: Services,
) -> bool:
    """Add a brand's message of today, if it is due and not there yet; `body_of`: its JSON, "" where it has nothing."""
    now = services.clock()
    try:
        playbook = services.playbook(brand)
    except Misconfigured:
        return False
    here = wall(playbook.hours, now)
    if not playbook.routing.account or not is_due(playbook, here):
        return False
    table = services.table(brand)
    where = at_desk(services.desk.name, playbook.routing.account, NOTICES)
    mark = f"{work} {here.date().isoformat()}"
    if table.marker(where.channel, where.account_id, mark) is not None:
        return False
    body = body_of(table, playbook, here.date(), services)
    if not body or not rows.announce(table, system_row("notice", work, where, body, now), mark, now):
        return False
    services.queues.notify(brand, keys.recipient(where))
    return True


def _is_morning(playbook: Playbook, here: datetime) -> bool:
    return here.hour == NIGHTLY_HOUR and _watches(playbook)


def _is_monday(_: Playbook, here: datetime) -> bool:
    return here.weekday() == 0 and here.hour >= WEEKLY_HOUR


def _rehearsed(table: Table, playbook: Playbook, today: date, services: Services) -> str:
    told = rehearsal_of(table, playbook, today - timedelta(days=1))
    return services.desk.rehearsal(playbook, told) if told.messages else ""


def _week_before(table: Table, playbook: Playbook, today: date, services: Services) -> str:
    first, last = (today - timedelta(days=days) for days in (7, 1))
    return services.desk.report(playbook, report_for(table, first.isoformat(), last.isoformat()))


def _watches(playbook: Playbook) -> bool:
    """Return whether any intent of the brand is at `shadow`."""
    own = [intent.autonomy for intent in playbook.intents.values()]
    channels = {name for rules in (playbook.autonomy.channels, *own) for name in rules}
    return any(
        effective_autonomy(playbook, intent, channel, public=False, language=language) is Autonomy.SHADOW
        for intent in playbook.intents
        for channel in {"", *channels}
        for language in playbook.languages
    )
