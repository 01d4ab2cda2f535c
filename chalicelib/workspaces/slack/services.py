"""
Builds what the Slack handlers may call, from the wiring: the conditional claim, dialogs, kill switch, suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...contact_card import ContactCard
from ...conversation import TicketRecord
from ...editing_services import EditingServices
from ...errors import SendError
from ...model import AccountId, Autonomy, BrandId, Millis, TicketId
from ...playbook.render import CannotSay, render, render_phrase, render_question
from ...playbook.schema import Playbook, effective_autonomy
from ...quality import judge_queue
from ...report import CommentCard
from ...stages import contact_cards, finding
from ...stages.comment_answers import card_of
from ...stages.comment_digests import Seen
from ...stages.scheduled_reports import last_days, report_for
from ...store import audit, bulletins, open_tickets, people, person_keys, same_person
from ...store.people import Person
from ...store.same_person import Decided
from ..acts import AgentActs
from . import api, snoozing
from .actions import Value
from .clicks import Deciding, FoundCards, SlackServices
from .desk_words import DeskWords
from .exception_words import exceptions_text
from .home_view import BrandHome, home_view
from .judging_view import Judgeable, judging_view
from .modals import Suggestion
from .open_lists import ListName, list_text, standing
from .report_words import report_text
from .stops import stops_text
from .ticket_view import TicketView
from .traits import SLACK

if TYPE_CHECKING:
    from ..port import WorkspaceWiring

MAX_SUGGESTIONS = 20


def slack_services(here: WorkspaceWiring) -> SlackServices:
    """Return the Slack handlers' dependencies on the real stack."""
    adapters, words = _Adapters(here), EditingServices(here)
    return SlackServices(
        secrets=here.desk_secrets,
        brand_of=adapters.brand_of,
        claim=adapters.claim,
        take_over=adapters.take_over,
        snooze=adapters.snooze_until,
        read_ticket=adapters.read_ticket,
        enqueue=adapters.enqueue,
        open_view=adapters.open_view,
        update_view=adapters.update_view,
        suggestions=lambda brand, ticket_id, query: suggested(here, brand, ticket_id, query),
        switch=adapters.switch,
        starters=adapters.starters,
        is_stopped=lambda brand: here.table(brand).control().silences_now("", ""),
        status=adapters.status,
        figures=lambda brand: _figures(here, brand),
        home=adapters.home,
        listed=lambda brand, name, agent, words: _listed(here, brand, name, agent, words),
        to_judge=adapters.to_judge,
        judged=adapters.judged,
        unfold=adapters.unfold,
        language_of=lambda brand: here.playbook(brand).languages[0],
        exceptions=words,
        answers=words,
        people=_People(here),
        comment=adapters.comment,
        clock=here.clock,
        count=here.metrics,
    )


class _Adapters(AgentActs):
    """Those dependencies of the Slack handlers that are more than one call."""

    def __init__(self, here: WorkspaceWiring) -> None:
        super().__init__(here, SLACK)
        self._words = DeskWords(here.traits)

    def snooze_until(self, brand: BrandId, ticket_id: TicketId, agent_id: str, choice: str) -> Millis | None:
        until = snoozing.until(choice, self._here.playbook(brand).hours, self._here.clock())
        return until if until is not None and self.snooze(brand, ticket_id, agent_id, until) else None

    def read_ticket(self, brand: BrandId, ticket_id: TicketId) -> TicketView | None:
        ticket = self._here.table(brand).ticket(ticket_id)
        return self._words.view(ticket, self._here.playbook(brand)) if ticket else None

    def comment(self, brand: BrandId, message_id: str, act: str) -> CommentCard | None:
        here = self._here
        seen = Seen(here.playbook(brand), here.traits, here.clock())
        return card_of(here.table(brand), message_id, act, seen)

    def status(self, brand: BrandId) -> str:
        here = self._here
        table, playbook, now = here.table(brand), here.playbook(brand), here.clock()
        stopped = stops_text(playbook, table.control(), now, _titles(here))
        return "\n".join([stopped, *exceptions_text(playbook, bulletins.read(table), now, _titles(here))])

    def open_view(self, account_id: AccountId, trigger_id: str, view: Mapping[str, Any]) -> None:
        held = self._here.desk_credentials(account_id)
        api.open_view(self._here.http_of(SLACK, held), held.token, trigger_id, view)

    def update_view(self, account_id: AccountId, view_id: str, view_hash: str, view: Mapping[str, Any]) -> None:
        held = self._here.desk_credentials(account_id)
        api.update_view(self._here.http_of(SLACK, held), held.token, view_id, view_hash, view)

    def home(self, team_id: str, user_id: str) -> None:
        here = self._here
        desks = [each for each in here.directory.accounts() if each.account_id.startswith(f"{team_id}/")]
        accounts = {each.brand: each for each in desks if each.channel == SLACK and not each.paused}
        if not (team_id and accounts):
            here.metrics("desk_unknown_account")
            return
        view = home_view([_brand_home(here, brand) for brand in accounts], user_id, _titles(here))
        held = here.desk_credentials(next(iter(accounts.values())).account_id)
        try:
            api.publish_view(here.http_of(SLACK, held), held.token, user_id, view)
        except SendError:
            here.metrics("desk_view_failed")

    def to_judge(self, brand: BrandId, account_id: AccountId, agent_id: str) -> Mapping[str, Any]:
        playbook, value = self._here.playbook(brand), Value(brand=brand, ticket_id="", account_id=str(account_id))
        found = judge_queue.card(self._here.table(brand), agent_id, self._here.clock())
        return judging_view(_judgeable(found, playbook, lambda channel: self._here.traits(channel).title), value)


class _People:
    """A brand's customers as agents see them (`clicks.People`)."""

    def __init__(self, here: WorkspaceWiring) -> None:
        self._here = here

    def title(self, channel: str, /) -> str:
        return self._here.traits(channel).title

    def playbook(self, brand: BrandId) -> Playbook:
        return self._here.playbook(brand)

    def card(self, brand: BrandId, contact: str, ticket_id: TicketId) -> ContactCard | None:
        who = self._who(brand, contact, ticket_id)
        if who is None:
            return None
        return contact_cards.card_of(self._here.table(brand), self.playbook(brand), who.contact_id, self._here.clock())

    def _who(self, brand: BrandId, contact: str, ticket_id: str) -> Person | None:
        table = self._here.table(brand)
        if contact:
            known = "#" not in contact and people.person(table, contact) is not None
            return people.root_of(table, contact) if known else None
        ticket = table.ticket(ticket_id) if ticket_id else None
        return same_person.of_ticket(table, ticket) if ticket is not None else None

    def decide(
        self, brand: BrandId, contact: str, ticket_id: TicketId, mark: str, decision: Deciding, agent: str
    ) -> Decided:
        who = self._who(brand, contact, ticket_id)
        if who is None:
            return Decided("gone")
        author = audit.Author(agent, self._here.clock())
        return same_person.decide(self._here.table(brand), who, mark, decision, author)

    def unite(self, brand: BrandId, contact: str, mark: str, reason: str, agent: str) -> Sequence[TicketId] | None:
        who = self._who(brand, contact, "")
        author = audit.Author(agent, self._here.clock())
        return same_person.unite(self._here.table(brand), who, mark, reason, author) if who is not None else None

    def find(self, brand: BrandId, words: str, agent: str) -> FoundCards:
        table, playbook, now = self._here.table(brand), self.playbook(brand), self._here.clock()
        secret = next(iter(self._here.secrets.app(person_keys.SECRET_APP, person_keys.SECRET_KEY).app_secrets), "")
        accounts, author = self._here.directory.accounts(brand), audit.Author(agent, now)
        found = finding.find(table, playbook, accounts, secret, words, author)
        return FoundCards([contact_cards.line_of(table, playbook, each, now) for each in found.people], found.more)


def _judgeable(card: judge_queue.Card, playbook: Playbook, title: Callable[[str], str]) -> Judgeable:
    language, question = playbook.languages[0], card.question
    counted = Judgeable(language=language, waiting=card.waiting, twice=card.twice, alike=card.alike)
    if question is None:
        return counted
    known = playbook.intents.get(question.line.intent)
    return replace(
        counted,
        title=known.title.get(language, question.line.intent) if known else question.line.intent,
        channel_title=title(question.line.channel),
        public=question.line.place == "public",
        sent=question.line.sample == "sent",
        text=question.text,
        answer=question.answer,
        place=question.place,
    )


def _titles(here: WorkspaceWiring) -> Callable[[str], str]:
    return lambda channel: here.traits(channel).title


def _figures(here: WorkspaceWiring, brand: BrandId) -> str:
    playbook = here.playbook(brand)
    report = report_for(here.table(brand), *last_days(playbook, here.clock(), days=7))
    return report_text(report, playbook, _titles(here))


def _brand_home(here: WorkspaceWiring, brand: BrandId) -> BrandHome:
    """Return a brand and how its open tickets stand."""
    playbook, found = here.playbook(brand), open_tickets.read(here.table(brand))
    return BrandHome(playbook, standing(found.tickets, found.unread, playbook, here.clock()))


def _listed(here: WorkspaceWiring, brand: BrandId, name: ListName, agent: str, words: str) -> str:
    playbook, stands = _brand_home(here, brand)
    return list_text(name, stands, playbook, _titles(here), agent=agent, words=words)


def suggested(here: WorkspaceWiring, brand: BrandId, ticket_id: TicketId, query: str) -> list[Suggestion]:
    """Return the playbook's answers in the ticket's language whose title or text contains the query."""
    ticket, playbook = here.table(brand).ticket(ticket_id), here.playbook(brand)
    if ticket is None:
        return []
    language = ticket.language if ticket.language in playbook.languages else playbook.languages[0]
    # What corrects an answer begins with the apology, whatever is chosen to follow it.
    sorry = render_phrase(playbook, "correction", language, {}, ticket.name, greet=True) if ticket.corrects else ""
    wanted, found = query.casefold().strip(), []
    for name, intent in playbook.intents.items():
        if effective_autonomy(playbook, name, ticket.address.channel, public=False, language=language) is Autonomy.OFF:
            continue
        text = _words(ticket, playbook, name, language)
        text = f"{sorry}\n\n{text}" if sorry and text else text
        title = intent.title.get(playbook.languages[0], name)
        if text and (wanted in title.casefold() or wanted in text.casefold()):
            found.append(Suggestion(key=name, title=title, text=text))
    return found[:MAX_SUGGESTIONS]


def _words(ticket: TicketRecord, playbook: Playbook, name: str, language: str) -> str:
    """
    Return an intent's complete answer, with the order that was looked up for this ticket if it needs one.

    Without an order: the question that asks for it, unless the customer named one. "" where there is no text.
    """
    fields, public = ticket.known_order, ticket.public
    try:
        return render(
            playbook,
            name,
            language,
            ticket.address.channel,
            fields,
            first_name=ticket.name,
            public=public,
            greet=not ticket.corrects,
        )
    except CannotSay:
        asks = playbook.intents[name].asks and not public and not ticket.orders
    try:
        return render_question(playbook, name, language, fields, ticket.name) if asks else ""
    except CannotSay:
        return ""
