"""
The workspace of a world: what plays it, what its agents do, and what can be read at its desks.

Paths and invariants speak of these alone, so that they hold in whatever workspace: Slack's here, one in memory in
`memory`. Acts have one name in all: what an agent wants to do, as `AgentVerb` has it where it is an event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.channels import REGISTRY
from chalicelib.conversation import TicketRecord
from chalicelib.playbook.schema import Playbook
from chalicelib.ports import HttpAnswer
from chalicelib.workspaces.port import Workspace
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.desk_words import DeskWords
from chalicelib.workspaces.slack.wording import failure_words
from chalicelib.workspaces.slack.workspace import Slack

from . import agent
from .platforms import answer

if TYPE_CHECKING:
    from .world import World

AGENT, COLLEAGUE = agent.AGENT, agent.COLLEAGUE


class Agents(Protocol):
    """What agents can do at the desks, and see. `number`: of a ticket, in the order of their messages."""

    def sees(self, act: str) -> bool: ...

    def press(self, act: str, *, by: str = AGENT, on: int | None = None) -> None: ...

    def press_on_first_screen(self, act: str) -> None: ...

    def can(self, act: str, number: int) -> bool: ...

    def is_asked(self, what: str = "", number: int | None = None) -> bool: ...

    def submit(self, text: str, *, by: str = AGENT, files: Mapping[str, bytes] | None = None) -> None: ...

    def confirm(self) -> None: ...

    def choose(self, when: str, *, by: str = AGENT) -> None: ...

    def types_in_thread(self, text: str) -> None: ...

    def asks_for(self, words: str, *, by: str = AGENT) -> None: ...


class Desks(Protocol):
    """
    One workspace that is played.

    `worker`: the name of what takes acts in. `answered` is told what an act was answered. `posts`: the rows that were
    ever shown, once for each time. `shows` tells whether a ticket's message is the ticket as it is. `quotations`: every
    line that repeats a customer, in the order of the messages. `file_ids`: of those with bytes. `everything`: all
    that stands there, also what a message was like before.
    """

    workspace: Workspace
    token: str
    worker: str
    agents: Agents

    def request(self, method: str, url: str, **given: Any) -> HttpAnswer: ...

    def answered(self, body: str) -> None: ...

    def limit(self, after_s: int, *, files: bool = False) -> None: ...

    def go_down(self, until: int) -> None: ...

    def posts(self) -> Sequence[str]: ...

    def posted(self, ticket: TicketRecord) -> bool: ...

    def shows(self, ticket: TicketRecord, playbook: Playbook) -> bool: ...

    def quotations(self) -> Sequence[str]: ...

    def stop_notices(self, scope: str) -> int: ...

    def notices(self, kind: str) -> int: ...

    def says(self, words: str) -> bool: ...

    def names_failure(self, ticket: TicketRecord) -> bool: ...

    def thread_names(self, ticket: TicketRecord, code: str) -> bool: ...

    def files(self) -> Sequence[tuple[bytes, int]]: ...

    def file_ids(self) -> set[str]: ...

    def everything(self) -> str: ...


# Act -> what shows it in Slack.
_BUTTONS: Mapping[str, str] = {
    **{f"hide:{reason}": name for reason, name in actions.HIDE_FOR.items()},
    "claim": actions.CLAIM,
    "edit_reply": actions.EDIT_REPLY,
    "send_suggestion": actions.SEND_SUGGESTION,
    "send_close": actions.SEND_AND_CLOSE,
    "close": actions.CLOSE,
    "give_back": actions.GIVE_BACK,
    "undo": actions.UNDO,
    "unsend": actions.UNSEND,
    "retry": actions.RETRY,
    "hold": actions.HOLD,
    "send_template": actions.SEND_TEMPLATE,
    "take_over": actions.TAKE_OVER,
    "snooze": actions.SNOOZE,
    "switch": actions.SWITCH,
    "start_intent": actions.START_INTENT,
    "answer_equal": actions.ANSWER_EQUAL,
    "answer_comment": actions.ANSWER_COMMENT,
    "write_privately": actions.WRITE_PRIVATELY,
    "like": actions.LIKE,
}
_NOTICES = {"looked": "🩺", "paused": ("🔌",), "report": ("📊",), "account": ("🙈", "🔑", "💶"), "comments": ("🗨️",)}
_LISTS = {"late": "retard", "figures": "chiffres"}


class SlackAgents:
    """Agents in Slack."""

    def __init__(self, world: World) -> None:
        self._world = world

    def sees(self, act: str) -> bool:
        return agent.button(self._world, _BUTTONS.get(act, act)) is not None

    def press(self, act: str, *, by: str = AGENT, on: int | None = None) -> None:
        agent.press(_BUTTONS.get(act, act), by=by, on=on)(self._world)

    def press_on_first_screen(self, act: str) -> None:
        agent.press_first(_BUTTONS[act])(self._world)

    def can(self, act: str, number: int) -> bool:
        return agent.on(self._world, number, _BUTTONS[act]) is not None

    def is_asked(self, what: str = "", number: int | None = None) -> bool:
        views = self._world.slack.views
        if what == "unsend":
            return any(view.get("callback_id") == actions.UNSEND_MODAL for view in views)
        if what == "when":
            return any(agent.has_button(view, actions.SNOOZE_UNTIL["hours"]) for view in views)
        if what != "why":
            return agent.dialog_open(self._world)
        asked = [view for view in views if view.get("callback_id") == actions.TAKE_OVER_MODAL]
        return bool(asked) and (number is None or self._is_about(asked[-1], number))

    def _is_about(self, view: dict[str, Any], number: int) -> bool:
        shown, option = actions.decode(view["private_metadata"]), agent.on(self._world, number, actions.TAKE_OVER)
        link = actions.decode(option["selected_option"]["value"]) if option else None
        return shown is not None and link is not None and shown.ticket_id == link.ticket_id

    def submit(self, text: str, *, by: str = AGENT, files: Mapping[str, bytes] | None = None) -> None:
        agent.submit(text, by=by, files=files)(self._world)

    def confirm(self) -> None:
        agent.confirm()(self._world)

    def choose(self, when: str, *, by: str = AGENT) -> None:
        agent.press_in_dialog(actions.SNOOZE_UNTIL[when], by=by)(self._world)

    def types_in_thread(self, text: str) -> None:
        agent.types_in_thread(text)(self._world)

    def asks_for(self, words: str, *, by: str = AGENT) -> None:
        agent.commands(_LISTS.get(words, words), by=by)(self._world)


class SlackDesks:
    """Slack as it is played by `platforms.SlackWorkspace`."""

    worker = "slack"

    def __init__(self, world: World) -> None:
        self.workspace: Workspace = Slack()
        self._slack, self.token = world.slack, world.slack.token
        self.agents: Agents = SlackAgents(world)

    def request(self, method: str, url: str, **given: Any) -> HttpAnswer:
        return self._slack.request(method, url, **given)

    def answered(self, body: str) -> None:
        """Nothing: a dialog is opened by a call."""

    def limit(self, after_s: int, *, files: bool = False) -> None:
        refused = answer(429, {"ok": False, "error": "ratelimited"}, retry_after=str(after_s))
        (self._slack.file_troubles if files else self._slack.troubles).append(refused)

    def go_down(self, until: int) -> None:
        self._slack.down_until = until

    def posts(self) -> Sequence[str]:
        known = [each["metadata"]["event_payload"]["row_id"] for each in self._slack.posts if each.get("metadata")]
        return [str(each) for each in known]

    def posted(self, ticket: TicketRecord) -> bool:
        return ticket.desk_ts in {message["ts"] for message in self._slack.posts}

    def shows(self, ticket: TicketRecord, playbook: Playbook) -> bool:
        words = DeskWords(lambda name: REGISTRY[name].traits)
        wanted = json.loads(words.update(ticket, playbook))["payload"]["blocks"]
        return _without_rev(self._slack.messages.get(ticket.desk_ts, {}).get("blocks")) == _without_rev(wanted)

    def quotations(self) -> Sequence[str]:
        lines = [line for message in self._slack.messages.values() for line in agent.shown(message).splitlines()]
        return [line.removeprefix("> ") for line in lines if line.startswith("> ")]

    def stop_notices(self, scope: str) -> int:
        drawn = [json.dumps(message.get("first") or ()) for message in self._slack.posts]
        return sum(actions.START_INTENT in each and scope in each for each in drawn)

    def notices(self, kind: str) -> int:
        return sum(
            message["text"].startswith(_NOTICES[kind]) and "thread_ts" not in message for message in self._slack.posts
        )

    def says(self, words: str) -> bool:
        shown = [{**message, "first": None} for message in self._slack.messages.values()]
        return words in json.dumps(shown, ensure_ascii=False)

    def names_failure(self, ticket: TicketRecord) -> bool:
        drawn = json.dumps(self._slack.messages.get(ticket.desk_ts, {}).get("blocks"), ensure_ascii=False)
        return failure_words("fr", ticket.failure) in drawn

    def thread_names(self, ticket: TicketRecord, code: str) -> bool:
        notes = [each["text"] for each in self._slack.messages.values() if each.get("thread_ts") == ticket.desk_ts]
        return any(failure_words("fr", code) in note for note in notes)

    def files(self) -> Sequence[tuple[bytes, int]]:
        return [(file["bytes"], len(file["in"])) for file in self._slack.files.values() if "bytes" in file]

    def file_ids(self) -> set[str]:
        return {file_id for file_id, file in self._slack.files.items() if "bytes" in file}

    def everything(self) -> str:
        # A digest of comments is changed in place: only what it shows now is there.
        digests = {ts for ts, each in self._slack.messages.items() if each["text"].startswith(_NOTICES["comments"])}
        shown = [each | ({"first": None} if ts in digests else {}) for ts, each in self._slack.messages.items()]
        return json.dumps(shown, ensure_ascii=False)


def _without_rev(blocks: Any) -> str:
    """A click of a colleague raises the revision and changes nothing that is shown."""
    return re.sub(r'\\"r\\":\d+', "", json.dumps(blocks))
