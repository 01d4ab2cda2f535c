"""
Stops an intent that its customers refuse or its judges find wrong: the switch, the notice at the desk, and the restart.

The quality monitor asks for it by an event, so a crash between the switch and the notice is repaired when the event
comes again.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import JUDGES, MONITOR, Scope
from ..model import (
    NOTICES,
    AgentAction,
    MessagesShifted,
    Millis,
    NumbersGuessed,
    StopNotice,
    StopRequested,
    at_desk,
)
from .change import JudgeAnew
from .change_set import ChangeSet
from .counts import scope_of
from .environment import stop_report
from .verdicts import counted

TOLD_MOST = 5  # tickets that the notice links to
NOTICE_MS = 2_000  # meanwhile the newest ticket is posted: the notice links to it


def on_stop_requested(changes: ChangeSet, event: StopRequested) -> bool:
    """Stop the intent and tell the desk; False when somebody has changed its switch since."""
    loaded, intent, epoch, by = changes.loaded, event.intent, event.epoch, event.by
    before = loaded.control().scopes.get(scope_of(intent))
    behind = loaded.refusals(intent, epoch, changes.now) if by == MONITOR else []
    if by == MONITOR:
        refused, answers = len(behind), sum(loaded.answers(intent, epoch, changes.now).values())
    else:
        refused, answers = _judged(changes, intent, before)
    after = loaded.stopped(scope_of(intent), changes.now, by, (refused, max(answers, refused)), epoch)
    stop = after.scopes.get(scope_of(intent))
    if stop is None or not stop.stopped or stop.by not in (MONITOR, JUDGES):
        return False
    if before is None or before.epoch == epoch:
        changes.metric("classifier_tightened")
        changes.first.append(JudgeAnew(intent))
    _report(changes, intent, stop, [str(each["ticket_id"]) for each in behind][-TOLD_MOST:])
    return True


def _judged(changes: ChangeSet, intent: str, before: Scope | None) -> tuple[int, int]:
    since = before.since if before else Millis(0)
    judged, wrong, _ = counted(changes.loaded.judged(intent, since))
    return wrong, judged


def on_messages_shifted(changes: ChangeSet, event: MessagesShifted) -> bool:
    """Report a shift (`quality.drift`) at the desk by its name, and raise an alarm: once a week each."""
    playbook = changes.loaded.playbook()
    changes.metric("classifier_drift")
    if not playbook.routing.account:
        return False
    where = at_desk(changes.desk.name, playbook.routing.account, NOTICES)
    body = changes.desk.shifted(playbook, event.shift)
    changes.add_row("notice", "system", where, body=body)
    return True


def _report(changes: ChangeSet, intent: str, stop: Scope, tickets: list[str]) -> None:
    playbook = changes.loaded.playbook()
    if not playbook.routing.account:
        return
    told = StopNotice(
        intent=intent, since=stop.since, refused=stop.refused, answers=stop.answers, by=stop.by, tickets=tuple(tickets)
    )
    where = at_desk(changes.desk.name, playbook.routing.account, NOTICES)
    changes.add_row("notice", "system", where, wait_ms=NOTICE_MS, why=told)


def on_numbers_guessed(changes: ChangeSet, event: NumbersGuessed) -> bool:
    """Block look-ups for an hour and tell the desk once; people answer meanwhile. False if they are blocked already."""
    if changes.loaded.lookups_blocked(event.until, changes.now).guessed_until != event.until:
        return False
    changes.metric("numbers_guessed")
    playbook = changes.loaded.playbook()
    if playbook.routing.account:
        where = at_desk(changes.desk.name, playbook.routing.account, NOTICES)
        body = changes.desk.numbers_guessed(playbook, event.missed, event.asked)
        changes.add_row("notice", "system", where, body=body)
    return True


def on_intent_started(changes: ChangeSet, event: AgentAction) -> None:
    """Handle the notice's button: the bot answers this intent already again, and the notice says so."""
    notice = changes.loaded.finished_row(event.row_id)
    if notice is None or not isinstance(notice.why, StopNotice):
        return
    found = changes.loaded.tickets(notice.why.tickets)
    shown = stop_report(list(found.values()), notice.why, event.row_id)
    told = replace(shown, started_by=event.agent_id, started_at=changes.now)
    body = changes.desk.intent_started(changes.loaded.playbook(), told)
    where = at_desk(event.address.channel, event.address.account_id, NOTICES)
    changes.add_row("ticket_update", "system", where, body=body, anchor=event.row_id)
