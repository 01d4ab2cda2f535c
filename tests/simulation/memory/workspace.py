"""The workspace in memory as `chalicelib.workspaces.port.Workspace`: what takes its agents' acts in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from chalicelib.model import (
    AccountId,
    Address,
    AgentAction,
    AgentFile,
    AgentReply,
    AgentVerb,
    BrandId,
    ChannelName,
    Credentials,
    EventId,
    Millis,
    PersonId,
    Request,
    Response,
    TicketId,
)
from chalicelib.playbook.declaration import Text, WorkspaceIds
from chalicelib.ports import ConnectSteps, Http, Secret, Traits
from chalicelib.stages.scheduled_reports import last_days, report_for
from chalicelib.store import open_tickets
from chalicelib.workspaces.acts import AgentActs

from .desk import MEMORY, TRAITS, MemoryDesk, MemorySender

if TYPE_CHECKING:
    from chalicelib.workspaces.port import WorkspaceWiring

KEY = "x-desk-key"
_HOURS_MS = 2 * 3_600_000
_Json = dict[str, Any]


class Memory:
    """The workspace."""

    name: ClassVar[ChannelName] = MEMORY
    traits: ClassVar[Traits] = TRAITS
    ids: ClassVar[WorkspaceIds] = WorkspaceIds(desk=Text(), group=Text(), member=Text(), called="an agent's name")
    shows: ClassVar[tuple[str, ...]] = ()
    answers: ClassVar[tuple[str, ...]] = ()

    def desk(self, traits: Callable[[str], Traits]) -> MemoryDesk:
        return MemoryDesk(traits)

    def sender(self, credentials: Credentials, http: Http) -> MemorySender:
        return MemorySender(credentials, http)

    def handler(self, here: WorkspaceWiring) -> Callable[[Request], Response]:
        return _Handler(here)

    def connecting(self) -> ConnectSteps:
        return ConnectSteps(
            account="any",
            secrets=(Secret("token", "any"),),
            asks="nothing",
            hosts=("desk.example",),
            app_key="workspace",
        )

    def probe(self, secret: str, now: Millis) -> Request:
        return Request("POST", "/desk", {}, {KEY: (secret,)}, b'{"do": "nothing", "desk": "nobody\'s"}')


class _Handler:
    """
    Takes one act: {"id", "do", "by", "desk"} and what it needs.

    The answer is the dialog that it opens, what a list shows, or {}.
    """

    def __init__(self, here: WorkspaceWiring) -> None:
        self._here, self._acts = here, AgentActs(here, MEMORY)

    def __call__(self, request: Request) -> Response:
        if "".join(request.headers.get(KEY, ())) not in self._here.desk_secrets():
            return Response(401)
        act = json.loads(request.body)
        brand = self._acts.brand_of(AccountId(act["desk"]))
        if brand is None:
            self._here.metrics("desk_unknown_account")
            return Response(200, "{}")
        take = _TAKEN.get(act["do"], _Handler._passed_on)
        return Response(200, json.dumps(take(self, brand, act) or {}), "application/json")

    def _queue(self, brand: BrandId, act: _Json, verb: AgentVerb, text: str = "") -> None:
        event = AgentAction(
            event_id=EventId(act["id"]),
            address=Address(MEMORY, AccountId(act["desk"]), PersonId(act["by"])),
            sent_at=None,
            target_id=act.get("ticket", ""),
            verb=verb,
            agent_id=act["by"],
            text=text or act.get("text", ""),
            row_id=act.get("row", ""),
            seen_rev=act.get("seen", 0),
            files=tuple(
                AgentFile(platform_id=own_id, url="", name=name, size=size)
                for own_id, name, size in act.get("files", ())
            ),
        )
        self._acts.enqueue(brand, event)

    def _won(self, brand: BrandId, act: _Json) -> bool:
        agent: str = act["by"]
        return self._acts.claim(brand, TicketId(act["ticket"]), agent) == agent

    def _passed_on(self, brand: BrandId, act: _Json) -> _Json | None:
        self._queue(brand, act, act["do"])
        return None

    def _claim(self, brand: BrandId, act: _Json) -> _Json | None:
        if not self._won(brand, act):
            return None
        self._queue(brand, act, "claim")
        return _dialog(act, "reply") if act["do"] == "edit_reply" else None

    def _reply(self, brand: BrandId, act: _Json) -> _Json | None:
        if self._won(brand, act):
            self._queue(brand, act, "reply")
        return None

    def _send(self, brand: BrandId, act: _Json) -> _Json | None:
        """Send what stood on the screen, if the ticket still proposes that."""
        ticket = self._here.table(brand).ticket(act["ticket"]) if self._won(brand, act) else None
        if ticket is not None and ticket.suggestion == act["suggestion"]:
            self._queue(brand, act, "send_close" if act["do"] == "send_close" else "reply", ticket.suggestion)
        return None

    def _template(self, brand: BrandId, act: _Json) -> _Json | None:
        """Send the held answer as the template that stood on the screen."""
        self._queue(brand, act, "send_template", act["template"])
        return None

    def _take_over(self, brand: BrandId, act: _Json) -> _Json | None:
        if "text" not in act:
            return _dialog(act, "why")
        if self._acts.take_over(brand, TicketId(act["ticket"]), act["by"]):
            self._queue(brand, act, "take_over")
        return None

    def _snooze(self, brand: BrandId, act: _Json) -> _Json | None:
        if "when" not in act:
            return _dialog(act, "when")
        until = Millis(self._here.clock() + _HOURS_MS)
        if self._acts.snooze(brand, TicketId(act["ticket"]), act["by"], until):
            self._queue(brand, act, "claim")
        return None

    def _switch(self, brand: BrandId, act: _Json) -> _Json | None:
        if "yes" not in act:
            return _dialog(act, "switch")
        self._acts.switch(brand, stop=True, agent_id=act["by"], scope="all")
        self._queue(brand, act, "stop_brand")
        return None

    def _unsend(self, brand: BrandId, act: _Json) -> _Json | None:
        if "yes" not in act:
            return _dialog(act, "unsend")
        self._queue(brand, act, "unsend")
        return None

    def _start_intent(self, brand: BrandId, act: _Json) -> _Json | None:
        if act["by"] in self._acts.starters(brand):
            self._acts.switch(brand, stop=False, agent_id=act["by"], scope=act["scope"])
            self._queue(brand, act, "start_intent")
        return None

    def _typed(self, brand: BrandId, act: _Json) -> _Json | None:
        event = AgentReply(
            event_id=EventId(act["id"]),
            address=Address(MEMORY, AccountId(act["desk"]), PersonId(act["by"])),
            sent_at=None,
            target_id=act["message"],
            text=act["text"],
            agent_id=act["by"],
            thread_id=act["below"],
        )
        self._acts.enqueue(brand, event)
        return None

    def _list(self, brand: BrandId, act: _Json) -> _Json | None:
        """The open tickets, or the figures of a week."""
        table, playbook = self._here.table(brand), self._here.playbook(brand)
        if act["words"] == "figures":
            return {"questions": report_for(table, *last_days(playbook, self._here.clock(), days=7)).total.questions}
        found = open_tickets.read(table).tickets
        return {"tickets": [each.ticket_id for each in sorted(found, key=lambda each: each.created_at)]}

    def _equal(self, brand: BrandId, act: _Json) -> _Json | None:
        self._queue(brand, act, "answer_equal", act["scope"])
        return None

    def _comment(self, brand: BrandId, act: _Json) -> _Json | None:
        """Ask for the words, then pass them on."""
        if "text" not in act:
            return _dialog(act, "comment")
        self._queue(brand, act, act["do"])
        return None


def _dialog(act: _Json, asks: str) -> _Json:
    return {"dialog": {"asks": asks} | {key: act[key] for key in ("ticket", "seen", "do", "row") if key in act}}


_TAKEN: Mapping[str, Callable[[_Handler, BrandId, _Json], _Json | None]] = {
    "claim": _Handler._claim,
    "edit_reply": _Handler._claim,
    "reply": _Handler._reply,
    "send_suggestion": _Handler._send,
    "send_close": _Handler._send,
    "send_template": _Handler._template,
    "take_over": _Handler._take_over,
    "snooze": _Handler._snooze,
    "switch": _Handler._switch,
    "start_intent": _Handler._start_intent,
    "unsend": _Handler._unsend,
    "typed": _Handler._typed,
    "list": _Handler._list,
    "answer_equal": _Handler._equal,
    "answer_comment": _Handler._comment,
    "write_privately": _Handler._comment,
}
