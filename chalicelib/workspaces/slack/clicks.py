"""
The verified click, dialog or command from Slack, and the services that its handlers call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from ...contact_card import ContactCard
from ...errors import SendError
from ...model import AccountId, BrandId, Event, Millis, TicketId
from ...playbook.answers import Edition
from ...playbook.bulletin import Bulletin
from ...playbook.bulletin_check import Problem
from ...playbook.schema import Playbook
from ...playbook.text_sizes import TextSurface
from ...ports import Clock, LimitUnit, Metrics
from ...report import CommentCard
from ...text import measure
from . import modals
from .actions import Value
from .modals import Suggestion
from .open_lists import ListName
from .ticket_view import TicketView
from .wording import say

_Json = dict[str, Any]
_UNITS: Mapping[str, LimitUnit] = {"chars": "chars", "bytes": "bytes", "weighted": "weighted", "segments": "segments"}


class Exceptions(Protocol):
    """
    A brand's exceptions.

    `standing`: those that are not over. `add` returns the mistakes of one that it refuses; `end` returns None where
    it is over already. `channels`: titles of the connected ones.
    """

    def playbook(self, brand: BrandId) -> Playbook: ...

    def channels(self, brand: BrandId) -> Mapping[str, str]: ...

    def standing(self, brand: BrandId) -> Sequence[Bulletin]: ...

    def add(self, playbook: Playbook, made: Bulletin) -> tuple[Bulletin, Sequence[Problem]]: ...

    def end(self, brand: BrandId, bulletin_id: str, by: str) -> Bulletin | None: ...


class Answers(Protocol):
    """
    A brand's playbook as versions, as stored now.

    `latest`: the newest versions, the current one first. `put` makes a version from number `based_on`; None when
    another version is current by now.
    """

    def edition(self, brand: BrandId, number: int | None = None) -> Edition | None: ...

    def latest(self, brand: BrandId, most: int) -> Sequence[Edition]: ...

    def surfaces(self, brand: BrandId) -> Sequence[TextSurface]: ...

    def put(self, playbook: Playbook, *, by: str, intent: str, based_on: int) -> int | None: ...


class FoundCards(NamedTuple):
    """Whom a search found, each as a list shows them; `more`: there are others."""

    cards: Sequence[ContactCard]
    more: bool


class DecidedTies(Protocol):
    """What became of a decision: by whom it stands so, and which tickets are to say it (`store.same_person`)."""

    @property
    def outcome(self) -> str: ...

    @property
    def by(self) -> str: ...

    @property
    def tickets(self) -> Sequence[TicketId]: ...


Deciding = Literal["accept", "refuse", "unlink"]


class People(Protocol):
    """
    A brand's customers as agents see them. A card is found by its contact, else by the ticket of its customer.

    `decide` and `unite` are at once, with a line in the audit log; `unite` returns None where nothing was changed.
    `title`: a channel's own name.
    """

    def title(self, channel: str, /) -> str: ...

    def playbook(self, brand: BrandId) -> Playbook: ...

    def card(self, brand: BrandId, contact: str, ticket_id: TicketId) -> ContactCard | None: ...

    def decide(
        self, brand: BrandId, contact: str, ticket_id: TicketId, mark: str, decision: Deciding, agent: str
    ) -> DecidedTies: ...

    def unite(self, brand: BrandId, contact: str, mark: str, reason: str, agent: str) -> Sequence[TicketId] | None: ...

    def find(self, brand: BrandId, words: str, agent: str) -> FoundCards: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackServices:
    """
    What Slack handlers may call. `secrets`: signing secrets, current first. `brand_of`: "<team>/<channel>" -> brand.

    `claim` makes one conditional write and returns who has the ticket now (None: no such ticket). `take_over` gives it
    to an agent whoever had it; False: no such ticket. `snooze` takes it out of its agent's lists until the time that is
    chosen ("hours", "tomorrow", "monday") and returns that; None: it is not theirs. `switch` stops (True) or starts the
    brand's bot in a scope at once: a stop must not wait behind a queue. `starters`: the people whom the playbook names;
    anybody may stop the bot, only they start it. `status` says in words what is stopped. `open_view` and `update_view`
    raise SendError; `home` shows a member the app's home (team, member) and raises nothing of Slack's.
    `suggestions` searches the playbook's answers for a ticket. `figures`: the team's last seven days, in Slack's
    markup; so is `listed`, one list of open tickets for an agent (brand, list, agent, words). `to_judge`: the dialog
    with the agent's next answer to judge; `judged` stores a verdict first ("" place: none). `unfold`: the words of a
    hateful comment (brand, message, agent), with a line in the audit log; "" once they are gone. `exceptions`,
    `answers`: what named people may edit. `people`: customers' cards. `comment`: one comment by its message, as the
    dialog for an act shows it.
    """

    secrets: Callable[[], Sequence[str]]
    brand_of: Callable[[AccountId], BrandId | None]
    claim: Callable[[BrandId, TicketId, str], str | None]
    take_over: Callable[[BrandId, TicketId, str], bool]
    snooze: Callable[[BrandId, TicketId, str, str], Millis | None]
    read_ticket: Callable[[BrandId, TicketId], TicketView | None]
    enqueue: Callable[[BrandId, Event], None]
    open_view: Callable[[AccountId, str, Mapping[str, Any]], None]
    update_view: Callable[[AccountId, str, str, Mapping[str, Any]], None]
    suggestions: Callable[[BrandId, TicketId, str], Sequence[Suggestion]]
    switch: Callable[[BrandId, bool, str, str], None]
    starters: Callable[[BrandId], Sequence[str]]
    is_stopped: Callable[[BrandId], bool]
    status: Callable[[BrandId], str]
    language_of: Callable[[BrandId], str]
    figures: Callable[[BrandId], str]
    home: Callable[[str, str], None]
    listed: Callable[[BrandId, ListName, str, str], str]
    to_judge: Callable[[BrandId, AccountId, str], Mapping[str, Any]]
    judged: Callable[[BrandId, str, str, str], None]
    unfold: Callable[[BrandId, str, str], str]
    exceptions: Exceptions
    answers: Answers
    people: People
    comment: Callable[[BrandId, str, str], CommentCard | None]
    clock: Clock
    count: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A verified Slack request of a known brand: what was pressed, by whom, on which ticket."""

    brand: BrandId
    account_id: AccountId
    payload: _Json
    action: str
    value: Value
    event: Event
    services: SlackServices

    @property
    def agent(self) -> str:
        return str(self.event.address.person_id)

    @property
    def ticket_id(self) -> TicketId:
        return TicketId(self.value.ticket_id)

    def show(self, view: Mapping[str, Any]) -> None:
        """Open a dialog. If Slack says that the click is too old, this is counted and the click itself stands."""
        try:
            self.services.open_view(self.account_id, str(self.payload.get("trigger_id", "")), view)
        except SendError:
            self.services.count("desk_view_failed")

    def change(self, view: Mapping[str, Any]) -> None:
        """Replace the view of the dialog that was clicked in. If Slack says that it is too late, this is counted."""
        dialog = part_of(self.payload, "view")
        try:
            self.services.update_view(self.account_id, str(dialog.get("id", "")), str(dialog.get("hash", "")), view)
        except SendError:
            self.services.count("desk_view_failed")

    def say(self, key: str, **values: object) -> None:
        """Open a dialog with one message."""
        self.show(modals.notice_view(self.services.language_of(self.brand), key, **values))


def wrong_text(value: Value, text: str) -> str:
    """Return one sentence about a text that cannot be sent as it is; "" when it can."""
    if not text.strip():
        return say(value.language, "empty")
    unit = _UNITS.get(value.unit)
    size = measure(text.strip(), unit) if value.limit and unit else 0
    if size <= value.limit:
        return ""
    return say(value.language, "too_long", size=size, limit=value.limit, over=size - value.limit)


def part_of(raw: _Json, key: str) -> _Json:
    """Return an object inside an object; {} when it is anything else."""
    part = raw.get(key)
    return part if isinstance(part, dict) else {}
