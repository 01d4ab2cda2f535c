"""
What agents' acts change at once, the same in every workspace: one conditional write each, before an event is queued.

Whoever acts second must hear so while they still look at the ticket; so must whoever stops the bot. All else is decided
by `process`, which hears of each act by its event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import AccountId, BrandId, Event, MessageId, Millis, TicketId
from ..quality import answer_samples, judge_queue
from ..store import audit, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model import ChannelName
    from .port import WorkspaceWiring


class AgentActs:
    """The acts of one workspace's agents."""

    def __init__(self, here: WorkspaceWiring, workspace: ChannelName) -> None:
        self._here, self._workspace = here, workspace

    def brand_of(self, account_id: AccountId) -> BrandId | None:
        """Return whose desk this is; None where it is not connected."""
        account = self._here.account_by_id(self._workspace, account_id)
        return account.brand if account else None

    def enqueue(self, brand: BrandId, event: Event) -> None:
        """Queue the event of an act."""
        self._here.queues.inbox(brand, [event], self._here.clock())

    def claim(self, brand: BrandId, ticket_id: TicketId, agent_id: str) -> str | None:
        """Take a ticket that nobody has; return who has it now, None where there is no such ticket."""
        ticket = self._here.table(brand).claim_ticket(ticket_id, agent_id)
        return ticket.assignee if ticket else None

    def take_over(self, brand: BrandId, ticket_id: TicketId, agent_id: str) -> bool:
        """Take a ticket, whoever has it, with a line in the audit log. False: there is no such ticket."""
        noted = audit.beside(brand, audit.Author(agent_id, self._here.clock()), "ticket.take_over", str(ticket_id))
        return self._here.table(brand).take_over(ticket_id, agent_id, noted)

    def unfold(self, brand: BrandId, message_id: str, agent_id: str) -> str:
        """Return a hateful comment's words for one agent, once the audit log says so; "" where they are gone."""
        table = self._here.table(brand)
        message = table.message(MessageId(message_id))
        if message is None or message.deleted or not message.public:
            return ""
        author = audit.Author(agent_id, self._here.clock())
        audit.note(table, author, "comment.read", message_id)
        return message.text

    def snooze(self, brand: BrandId, ticket_id: TicketId, agent_id: str, until: Millis) -> bool:
        """Take a ticket out of its agent's lists until then. False: it is not theirs to act on."""
        return rows.snooze(self._here.table(brand), ticket_id, agent_id, until, self._here.clock())

    def starters(self, brand: BrandId) -> Sequence[str]:
        """Return the people who may start the bot again; anybody may stop it."""
        return self._here.playbook(brand).admins

    def switch(self, brand: BrandId, stop: bool, agent_id: str, scope: str) -> None:  # noqa: FBT001 - a fact, as the others are
        """Stop or start the brand's bot in a scope, with a line in the audit log."""
        now = self._here.clock()
        noted = audit.beside(brand, audit.Author(agent_id, now), "bot.stop" if stop else "bot.start", scope)
        self._here.table(brand).switch(scope, stopped=stop, since=now, by=agent_id, beside=noted)
        self._here.metrics("bot_stopped" if stop else "bot_started")

    def judged(self, brand: BrandId, agent_id: str, place: str, verdict: str) -> None:
        """Store a judge's verdict; a wrong answer's event goes first."""
        table, now = self._here.table(brand), self._here.clock()
        told = answer_samples.wrong_answer(table, place, agent_id, verdict, now)
        if told is not None:  # before it is written: who dies between is asked again, and it is one event
            self.enqueue(brand, told)
        judge_queue.judged(table, place, agent_id, verdict, now)
