"""
Each morning at eight, the brand's own time: what the bot would have said yesterday, for intents where it only watches.

One Slack message for brands with an intent at `shadow`. It is a row like any other; its marker makes it one a day. The
figures are the day's counters; what to prove first comes from them and from the verdicts so far.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from ..engine.counts import FIGURE
from ..errors import Misconfigured
from ..model import AccountId, Address, Autonomy, BrandId, Millis, PersonId
from ..playbook.hours import wall
from ..playbook.schema import Playbook, effective_autonomy
from ..ports import DESK_CHANNEL
from ..quality.precision_proof import proof_of
from ..report import Rehearsal, ToProve
from ..services import Deps
from ..store import counters, keys, proofs, rows
from ..store.proofs import Place
from ..store.table import Table
from .notices import system_row

HOUR = 8
MINUTES = 10
WORK = "rehearsal"  # in the marker and the row: what is told
FIRST = 3  # subjects that are named


def tell(deps: Deps) -> int:
    """
    Add the message of every brand whose morning it is, once a day; return how many.

    Brands are looked at in the first minutes of an hour only, because each look reads a playbook.
    """
    now = deps.clock()
    if datetime.fromtimestamp(now / 1000, UTC).minute >= MINUTES:
        return 0
    brands = {account.brand for account in deps.directory.accounts() if account.channel == DESK_CHANNEL}
    return sum(_tell(brand, now, deps) for brand in sorted(brands))


def rehearsal_of(table: Table, playbook: Playbook, day: date) -> Rehearsal:
    """Return what the bot would have said on a day, and what to prove first."""
    total: Counter[str] = Counter()
    for names in counters.read(table, day.isoformat(), day.isoformat()).values():
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
    place: Place = "public" if rest else "private"
    lines = proofs.lines(table, intent, place, language)
    bundle = max(lines, key=lambda line: line.at).bundle if lines else ""  # what decides today wrote the newest
    known = proof_of(table, playbook, intent, place, language, bundle=bundle) if intent in playbook.intents else None
    return ToProve(
        intent=intent, public=place == "public", language=language, share=share, more=known.more if known else 0
    )


def _tell(brand: BrandId, now: Millis, deps: Deps) -> bool:
    try:
        playbook = deps.playbook(brand)
    except Misconfigured:
        return False
    here = wall(playbook.hours, now)
    if here.hour != HOUR or not playbook.routing.slack or not _watches(playbook):
        return False
    table = deps.table(brand)
    where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
    mark = f"{WORK} {here.date().isoformat()}"
    if table.marker(DESK_CHANNEL, where.account_id, mark) is not None:
        return False
    told = rehearsal_of(table, playbook, here.date() - timedelta(days=1))
    if not told.messages:
        return False
    if not rows.announce(table, system_row("notice", WORK, where, deps.desk.rehearsal(playbook, told), now), mark, now):
        return False
    deps.queues.ring(brand, keys.recipient(where))
    return True


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
