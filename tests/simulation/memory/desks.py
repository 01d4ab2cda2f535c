"""The workspace in memory as a world plays it: its agents, and what stands at its desks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.channels import REGISTRY
from chalicelib.conversation import TicketRecord
from chalicelib.model import Request
from chalicelib.playbook.schema import Playbook
from chalicelib.ports import HttpAnswer, Traits
from chalicelib.workspaces.port import Workspace
from tests.simulation.desks import AGENT, Agents
from tests.simulation.platforms import SECRET, Hook

from .desk import MemoryDesk
from .place import Entry, Place, limited
from .workspace import KEY, Memory

if TYPE_CHECKING:
    from tests.simulation.world import World

_Json = dict[str, Any]


def traits_of(channel: str) -> Traits:
    """A channel's traits."""
    return REGISTRY[channel].traits


class MemoryAgents:
    """Agents who look at entries and do one act at a time; "hide:spam" is the act, and with what."""

    def __init__(self, world: World, place: Place, desk: str) -> None:
        self._world, self._place, self._desk = world, place, desk

    def sees(self, act: str) -> bool:
        return self._newest(act) is not None

    def press(self, act: str, *, by: str = AGENT, on: int | None = None) -> None:
        shown = self._newest(act) if on is None else self._tickets()[on].data
        assert shown is not None, f"nothing to {act}"
        assert act.partition(":")[0] in shown["acts"], f"no {act} there"
        self._do(act, by, shown)

    def press_on_first_screen(self, act: str) -> None:
        self._do(act, AGENT, self._tickets()[0].first)

    def can(self, act: str, number: int) -> bool:
        return any(act in each.data["acts"] for each in self._tickets()[number : number + 1])

    def is_asked(self, what: str = "", number: int | None = None) -> bool:
        asked = [each for each in self._place.dialogs if not what or each["asks"] == what]
        return bool(asked) and (number is None or asked[-1]["ticket"] == self._tickets()[number].data["ticket"])

    def submit(self, text: str, *, by: str = AGENT, files: Mapping[str, bytes] | None = None) -> None:
        dialog = self._place.dialogs[-1]
        put = [[self._place.puts(data), name, len(data)] for name, data in (files or {}).items()]
        do = "reply" if dialog["asks"] == "reply" else dialog["do"]
        self._send({**dialog, "do": do, "by": by, "text": text} | ({"files": put} if put else {}))

    def confirm(self) -> None:
        self._send({**self._place.dialogs[-1], "by": AGENT, "yes": True})

    def choose(self, when: str, *, by: str = AGENT) -> None:
        self._send({**self._place.dialogs[-1], "by": by, "when": when})

    def types_in_thread(self, text: str) -> None:
        below, message = self._tickets()[-1].id, f"typed.{self._world.new_id()}"
        self._send({"do": "typed", "by": AGENT, "below": below, "message": message, "text": text})

    def asks_for(self, words: str, *, by: str = AGENT) -> None:
        self._send({"do": "list", "by": by, "words": words})

    def _do(self, act: str, by: str, shown: _Json) -> None:
        carried = ("ticket", "seen", "row", "suggestion", "scope", "template")
        seen: _Json = {key: shown[key] for key in carried if key in shown}
        do, _, what = act.partition(":")
        self._send({"do": do, "by": by, **seen} | ({"text": what} if what else {}))

    def _send(self, act: _Json) -> None:
        body = json.dumps({**act, "id": self._world.new_id(), "desk": self._desk}).encode()
        request = Request(method="POST", path="/desk", query={}, headers={KEY: (SECRET,)}, body=body)
        self._world.presses.append(Hook(self._world.clock.now, "/desk", request))

    def _tickets(self) -> list[Entry]:
        return [each for each in self._place.entries.values() if "ticket" in each.data and "state" in each.data]

    def _newest(self, act: str) -> _Json | None:
        shown = [part for each in self._place.entries.values() for part in (each.data, *each.data.get("parts", ()))]
        found = [each for each in shown if act.partition(":")[0] in each.get("acts", ())]
        return found[-1] if found else None


class MemoryDesks:
    """The workspace and its one place."""

    worker = "agents"

    def __init__(self, world: World, desk: str) -> None:
        self.workspace: Workspace = Memory()
        self.place = Place(world.clock)
        self.token = self.place.token
        self.agents: Agents = MemoryAgents(world, self.place, desk)

    def request(self, method: str, url: str, **given: Any) -> HttpAnswer:
        return self.place.request(method, url, **given)

    def answered(self, body: str) -> None:
        told = json.loads(body)
        self.place.dialogs += [told["dialog"]] if "dialog" in told else []

    def limit(self, after_s: int, *, files: bool = False) -> None:
        (self.place.file_troubles if files else self.place.troubles).append(limited(after_s))

    def go_down(self, until: int) -> None:
        self.place.down_until = until

    def posts(self) -> Sequence[str]:
        return [each.row for each in self.place.posts] + [row for row, _ in self.place.whispers]

    def posted(self, ticket: TicketRecord) -> bool:
        return any(each.id == ticket.desk_ts for each in self.place.posts)

    def shows(self, ticket: TicketRecord, playbook: Playbook) -> bool:
        entry = self.place.entries.get(ticket.desk_ts)
        return entry is not None and entry.data == json.loads(MemoryDesk(traits_of).update(ticket, playbook))["data"]

    def quotations(self) -> Sequence[str]:
        found: list[str] = []
        for each in self.place.entries.values():
            texts = [quote[1] for quote in each.data.get("quotes", ())] + [each.data.get("text", "")]
            found += [line for text in texts for line in text.splitlines()]
        return found

    def stop_notices(self, scope: str) -> int:
        return sum(each.first.get("notice") == "stopped" and each.first["scope"] == scope for each in self.place.posts)

    def notices(self, kind: str) -> int:
        return sum(each.first.get("notice") == kind for each in self.place.posts)

    def says(self, words: str) -> bool:
        return words in json.dumps([each.data for each in self.place.entries.values()], ensure_ascii=False)

    def names_failure(self, ticket: TicketRecord) -> bool:
        entry = self.place.entries.get(ticket.desk_ts)
        return entry is not None and entry.data["failure"] == ticket.failure

    def thread_names(self, ticket: TicketRecord, code: str) -> bool:
        notes = [each.data for each in self.place.entries.values() if each.below == ticket.desk_ts]
        return any(each.get("reason") == code for each in notes)

    def files(self) -> Sequence[tuple[bytes, int]]:
        return [(each.data, len(each.under)) for each in self.place.files.values() if each.data is not None]

    def file_ids(self) -> set[str]:
        return {own for own, each in self.place.files.items() if each.data is not None}

    def everything(self) -> str:
        there = self.place.entries.values()  # a digest of comments is changed in place
        shown = [[each.data, None if each.data.get("notice") == "comments" else each.first] for each in there]
        return json.dumps(shown, ensure_ascii=False)
