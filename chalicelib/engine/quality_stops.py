"""
Stops an intent that its customers refuse or its judges find wrong: the switch, the notice in Slack, and the restart.

The quality monitor asks for it by an event, so a crash between the switch and the notice is repaired when the event
comes again.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import JUDGES, WATCH, Scope
from ..model import (
    AccountId,
    Address,
    AgentAction,
    MessagesShifted,
    Millis,
    NumbersGuessed,
    PersonId,
    StopNotice,
    StopRequested,
)
from ..ports import DESK_CHANNEL
from .change import JudgeAnew
from .change_set import Draft
from .counts import scope_of
from .environment import told_of
from .verdicts import counted

TOLD_MOST = 5  # tickets that the notice links to
NOTICE_MS = 2_000  # meanwhile the newest ticket is posted: the notice links to it


def stop_refused(draft: Draft, event: StopRequested) -> bool:
    """Stop the intent and tell Slack; False when somebody has changed its switch since."""
    loaded, intent, epoch, by = draft.loaded, event.intent, event.epoch, event.by
    before = loaded.control().scopes.get(scope_of(intent))
    behind = loaded.refusals(intent, epoch, draft.now) if by == WATCH else []
    if by == WATCH:
        refused, answers = len(behind), sum(loaded.answers(intent, epoch, draft.now).values())
    else:
        refused, answers = _judged(draft, intent, before)
    after = loaded.stopped(scope_of(intent), draft.now, by, (refused, max(answers, refused)), epoch)
    stop = after.scopes.get(scope_of(intent))
    if stop is None or not stop.stopped or stop.by not in (WATCH, JUDGES):
        return False
    if before is None or before.epoch == epoch:
        draft.metric("classifier_tightened")
        draft.first.append(JudgeAnew(intent))
    _tell(draft, intent, stop, [str(each["ticket_id"]) for each in behind][-TOLD_MOST:])
    return True


def _judged(draft: Draft, intent: str, before: Scope | None) -> tuple[int, int]:
    since = before.since if before else Millis(0)
    judged, wrong, _ = counted(draft.loaded.judged(intent, since))
    return wrong, judged


def shifted(draft: Draft, event: MessagesShifted) -> bool:
    """Say in Slack what has changed (`drift`), by its name, and ring an alarm: once a week each."""
    playbook = draft.loaded.playbook()
    draft.metric("classifier_drift")
    if not playbook.routing.slack:
        return False
    where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
    body = draft.desk.shifted(playbook, event.shift)
    draft.add_row("notice", "system", where, ("",), body=body)
    return True


def _tell(draft: Draft, intent: str, stop: Scope, tickets: list[str]) -> None:
    playbook = draft.loaded.playbook()
    if not playbook.routing.slack:
        return
    told = StopNotice(
        intent=intent,
        since=stop.since,
        refused=stop.refused,
        answers=stop.answers,
        by=stop.by,
        tickets=tuple(tickets),
    )
    where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
    draft.add_row("notice", "system", where, ("",), wait_ms=NOTICE_MS, why=told)


def braked(draft: Draft, event: NumbersGuessed) -> bool:
    """Block look-ups for an hour and tell Slack once; people answer meanwhile. False if they are blocked already."""
    if draft.loaded.braked(event.until, draft.now).guessed_until != event.until:
        return False
    draft.metric("numbers_guessed")
    playbook = draft.loaded.playbook()
    if playbook.routing.slack:
        where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
        body = draft.desk.numbers_guessed(playbook, event.missed, event.asked)
        draft.add_row("notice", "system", where, ("",), body=body)
    return True


def started_again(draft: Draft, event: AgentAction) -> None:
    """Handle the notice's button: the bot answers this intent already again, and the notice says so."""
    notice = draft.loaded.finished_row(event.row_id)
    if notice is None or not isinstance(notice.why, StopNotice):
        return
    found = draft.loaded.tickets(notice.why.tickets)
    shown = told_of(list(found.values()), notice.why, event.row_id)
    told = replace(shown, started_by=event.agent_id, started_at=draft.now)
    body = draft.desk.intent_started(draft.loaded.playbook(), told)
    where = Address(DESK_CHANNEL, event.address.account_id, PersonId("notices"))
    draft.add_row("ticket_update", "system", where, ("",), body=body, anchor=event.row_id)
