"""
Desk: what an agent's click, modal or command gets as an answer, within 3 seconds.

verify -> at most one conditional write and one call to Slack -> enqueue -> answer. It decides nothing: `process`
does. It cannot wait behind a queue, because a trigger_id lives 3 seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import SendError, Unverified
from ..model import AccountId, AccountNotice, AgentAction, AgentReply, BrandId, Event, Request, Response, TicketId
from ..ports import Clock, Counter, LimitUnit
from ..slack import actions, modals
from ..slack.actions import Value
from ..slack.modals import Suggestion
from ..slack.parse import account_of, chosen, event_of, read, text_block_of, text_of
from ..slack.verify import verify
from ..slack.view import TicketView, suggestion_mark
from ..slack.wording import say
from ..text import mask_secrets, measure

_UNITS: Mapping[str, LimitUnit] = {"chars": "chars", "bytes": "bytes", "weighted": "weighted"}
BODY_LIMIT = 512 * 1024  # Slack's own bodies stay far below
_OK = Response(200)
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDeps:
    """
    The doors of the desk. `secrets`: signing secrets, current first. `brand_of`: whose "<team>/<channel>" this is.

    `claim` makes one conditional write and returns who has the ticket now (None: there is no such ticket). `take_over`
    gives it to somebody whoever had it; False: there is no such ticket.
    `switch` stops (True) or starts the brand's bot in a scope at once: it must not wait behind a queue. `starters`:
    the people whom the brand's playbook names: anybody may stop, they alone start again. `status` says
    in the desk's words what is stopped. `open_view` and `update_view` raise SendError. `suggestions` finds answers of
    the playbook for a ticket by what is typed. `figures`: the team's last seven days, in Slack's markup. `to_judge`:
    the dialog with what this agent is to judge next; `judged` writes a verdict ("" place: nothing) before that.
    """

    secrets: Callable[[], Sequence[str]]
    brand_of: Callable[[AccountId], BrandId | None]
    claim: Callable[[BrandId, TicketId, str], str | None]
    take_over: Callable[[BrandId, TicketId, str], bool]
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
    to_judge: Callable[[BrandId, AccountId, str], Mapping[str, Any]]
    judged: Callable[[BrandId, str, str, str], None]
    clock: Clock
    count: Counter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Click:
    """A verified request of a known brand: what was pressed, by whom, on what."""

    brand: BrandId
    account_id: AccountId
    payload: _Json
    action: str
    value: Value
    event: Event
    deps: DeskDeps

    @property
    def agent(self) -> str:
        return str(self.event.address.person_id)

    @property
    def ticket_id(self) -> TicketId:
        return TicketId(self.value.ticket_id)

    def show(self, view: Mapping[str, Any]) -> None:
        """Open a dialog; one that comes too late is counted, the click itself still counts."""
        try:
            self.deps.open_view(self.account_id, str(self.payload.get("trigger_id", "")), view)
        except SendError:
            self.deps.count("desk_view_failed")

    def change(self, view: Mapping[str, Any]) -> None:
        """Put another view into the dialog that was clicked in; one that comes too late is counted."""
        dialog = _part(self.payload, "view")
        try:
            self.deps.update_view(self.account_id, str(dialog.get("id", "")), str(dialog.get("hash", "")), view)
        except SendError:
            self.deps.count("desk_view_failed")

    def say(self, key: str, **values: object) -> None:
        """Open a dialog that says one thing."""
        self.show(modals.notice_view(self.deps.language_of(self.brand), key, **values))


def handle(request: Request, deps: DeskDeps) -> Response:
    """Return the answer to one Slack request. Raises only what `deps` raise (the caller answers 500 then)."""
    if len(request.body) > BODY_LIMIT:
        deps.count("desk_too_large")
        return Response(413)
    try:
        verify(request, deps.secrets(), deps.clock())
    except Unverified:
        deps.count("desk_unverified")
        return Response(401)
    content_type = "".join(request.headers.get("content-type", ()))
    payload, kind = read(request.body, content_type)
    if payload is None:
        deps.count("desk_malformed")
        return _OK
    if kind == "url_verification":
        return Response(200, str(payload.get("challenge", ""))[:1000])
    answer = _ANSWERS.get(kind)
    if answer is None:
        return _OK
    return answer(payload, event_of(payload, kind, request.body), deps)


# --- events and commands ---


def _event(_payload: _Json, event: Event, deps: DeskDeps) -> Response:
    """Pass on what was typed in a thread, and what happened to the workspace."""
    if isinstance(event, AgentReply | AccountNotice):
        brand = deps.brand_of(event.address.account_id)
        if brand is None:
            deps.count("desk_unknown_account")
        else:
            # A note is kept and never sent: what must not be stored is covered here, as at every door.
            kept = replace(event, text=mask_secrets(event.text)) if isinstance(event, AgentReply) else event
            deps.enqueue(brand, kept)
    return _OK


def _command(payload: _Json, event: Event, deps: DeskDeps) -> Response:
    """Answer `/guichet …` for the writer alone; stop and start take effect before the answer."""
    if payload.get("ssl_check"):
        return _OK
    brand = deps.brand_of(event.address.account_id)
    if brand is None:
        deps.count("desk_unknown_account")
        return _whisper(f"{say('fr', 'unknown_place')} / {say('en', 'unknown_place')}")
    language = deps.language_of(brand)
    if isinstance(event, AgentAction):
        stop = event.verb == "stop_brand"
        if not stop and event.agent_id not in deps.starters(brand):
            return _whisper(_only_named(deps, brand))
        deps.switch(brand, stop, event.agent_id, "all")
        deps.enqueue(brand, event)
        return _whisper(say(language, "stopped" if stop else "started"))
    asked = str(payload.get("text", "")).strip().lower()
    if asked == "status":
        return _whisper(deps.status(brand))
    if asked in ("chiffres", "figures"):
        return _whisper(deps.figures(brand))
    if asked in ("juger", "judge"):
        click = _Click(
            brand=brand,
            account_id=event.address.account_id,
            payload=payload,
            action="",
            value=Value(brand=brand, ticket_id=""),
            event=event,
            deps=deps,
        )
        click.show(deps.to_judge(brand, click.account_id, click.agent))
        return _OK
    return _whisper(say(language, "help"))


def _only_named(deps: DeskDeps, brand: BrandId) -> str:
    """Say who may start the bot again, to who may not."""
    people, language = deps.starters(brand), deps.language_of(brand)
    named = ", ".join(f"<@{each}>" for each in people if each.startswith(("U", "W")))
    return say(language, "only_named", people=named) if named else say(language, "nobody_named")


def _whisper(text: str) -> Response:
    return _json({"response_type": "ephemeral", "text": text})


# --- buttons ---


def _clicked(payload: _Json, event: Event, deps: DeskDeps) -> Response:
    """Route a button to its answer; a button of another brand or of nobody does nothing."""
    name, value, _ = chosen(payload)
    click = _click(payload, event, deps, name, value)
    if click is not None and name in _BUTTONS:
        _BUTTONS[name](click)
    elif click is not None and isinstance(event, AgentAction):
        deps.enqueue(click.brand, event)
    return _OK


def _click(payload: _Json, event: Event, deps: DeskDeps, name: str, value: Value | None) -> _Click | None:
    """Return the click when its brand owns the place it came from; a modal's field names no ticket, its view does."""
    if value is None and name == actions.PICK_SUGGESTION:
        value = actions.decode(_part(payload, "view").get("private_metadata"))
    if value is None:
        return None
    account_id = account_of(payload)
    brand = deps.brand_of(account_id)
    if brand is None or brand != value.brand:
        deps.count("desk_unknown_account")
        return None
    return _Click(brand=brand, account_id=account_id, payload=payload, action=name, value=value, event=event, deps=deps)


def _won(click: _Click) -> bool:
    """Claim the ticket for who clicked; tell them who has it, or that it is gone, when that fails."""
    winner = click.deps.claim(click.brand, click.ticket_id, click.agent)
    if winner == click.agent:
        return True
    if winner is None:
        click.say("gone")
    else:
        click.say("taken", agent=f"<@{winner}>")
    return False


def _edit_reply(click: _Click) -> None:
    """Claim, open the reply dialog, and let everybody see who has it."""
    if not _won(click):
        return
    view = click.deps.read_ticket(click.brand, click.ticket_id)
    if view is None:
        click.say("gone")
        return
    click.show(modals.reply_view(view))
    click.deps.enqueue(click.brand, click.event)


def _claim(click: _Click) -> None:
    if _won(click):
        click.deps.enqueue(click.brand, click.event)


def _send_suggestion(click: _Click) -> None:
    """Send exactly the text that was on the screen, or ask to read the new one."""
    if not isinstance(click.event, AgentAction) or not _won(click):
        return
    view = click.deps.read_ticket(click.brand, click.ticket_id)
    if view is None:
        click.say("gone")
    elif suggestion_mark(view.suggestion) != click.value.mark or not view.suggestion:
        click.say("changed")
    else:
        click.deps.enqueue(click.brand, replace(click.event, text=view.suggestion))


def _asks(dialog: Callable[[TicketView], Mapping[str, Any]]) -> Callable[[_Click], None]:
    """A button that only opens a dialog about its ticket."""

    def opens(click: _Click) -> None:
        view = click.deps.read_ticket(click.brand, click.ticket_id)
        if view is None:
            click.say("gone")
        else:
            click.show(dialog(view))

    return opens


def _ask_switch(click: _Click) -> None:
    """Ask whether to stop the brand's bot, or to start it where it is stopped."""
    language, stopped = click.deps.language_of(click.brand), click.deps.is_stopped(click.brand)
    value = replace(click.value, account_id=str(click.account_id))
    click.show(modals.switch_view(language, value, stopped=stopped))


def _switch(click: _Click) -> None:
    """Stop or start the brand's bot, or start one intent, now; the event tells the desk about it."""
    if click.action != actions.STOP_BRAND and click.agent not in click.deps.starters(click.brand):
        click.show(modals.said_view(click.deps.language_of(click.brand), _only_named(click.deps, click.brand)))
        return
    scope = click.value.scope if click.action == actions.START_INTENT else "all"
    if scope:
        click.deps.switch(click.brand, click.action == actions.STOP_BRAND, click.agent, scope)
    click.deps.enqueue(click.brand, click.event)


def _pick(click: _Click) -> None:
    """Put another answer of the playbook into the open dialog."""
    view = click.deps.read_ticket(click.brand, click.ticket_id)
    key = str(_part(chosen(click.payload)[2], "selected_option").get("value", ""))
    found = [s for s in click.deps.suggestions(click.brand, click.ticket_id, "") if s.key == key]
    if view is None or not found:
        return
    click.change(modals.reply_view(view, text=found[0].text, version=key))


def _judge(click: _Click) -> None:
    """Write a verdict, and show the next answer in the same dialog."""
    click.deps.judged(click.brand, click.agent, click.value.mark, click.value.action)
    click.change(click.deps.to_judge(click.brand, click.account_id, click.agent))


_BUTTONS: dict[str, Callable[[_Click], None]] = {
    actions.EDIT_REPLY: _edit_reply,
    actions.CLAIM: _claim,
    actions.SEND_SUGGESTION: _send_suggestion,
    actions.SEND_AND_CLOSE: _send_suggestion,
    actions.NOTE: _asks(modals.note_view),
    actions.SWITCH: _ask_switch,
    actions.STOP_BRAND: _switch,
    actions.START_BRAND: _switch,
    actions.TAKE_OVER: _asks(modals.take_over_view),
    actions.START_INTENT: _switch,
    actions.PICK_SUGGESTION: _pick,
    **dict.fromkeys(actions.JUDGE.values(), _judge),
}


# --- modals ---


def _submitted(payload: _Json, event: Event, deps: DeskDeps) -> Response:
    """Take a reply or a note, or say beside the field what is wrong with it."""
    dialog = _part(payload, "view")
    value = actions.decode(dialog.get("private_metadata"))
    click = _click(payload, event, deps, value.action if value else "", value)
    if click is None or not isinstance(event, AgentAction):
        return _OK
    if event.verb == "start_brand" and click.agent not in deps.starters(click.brand):
        told = modals.said_view(deps.language_of(click.brand), _only_named(deps, click.brand))
        return _json({"response_action": "update", "view": told})
    if event.verb in ("stop_brand", "start_brand"):
        _switch(click)
        return _OK
    wrong = _what_is_wrong(click.value, text_of(dialog))
    if wrong:
        return _json({"response_action": "errors", "errors": {text_block_of(dialog): wrong}})
    if event.verb == "reply":
        winner = deps.claim(click.brand, click.ticket_id, click.agent)
        if winner != click.agent:
            key = "taken" if winner else "gone"
            view = modals.notice_view(click.value.language, key, agent=f"<@{winner}>")
            return _json({"response_action": "update", "view": view})
    if event.verb == "take_over" and not deps.take_over(click.brand, click.ticket_id, click.agent):
        return _json({"response_action": "update", "view": modals.notice_view(click.value.language, "gone")})
    kept = event.verb in ("note", "take_over")  # never sent: what must not be stored is covered here
    deps.enqueue(click.brand, replace(event, text=mask_secrets(event.text)) if kept else event)
    return _OK


def _what_is_wrong(value: Value, text: str) -> str:
    """Return one sentence about a text that cannot be sent as it is, "" when it can."""
    if not text.strip():
        return say(value.language, "empty")
    unit = _UNITS.get(value.unit)
    size = measure(text.strip(), unit) if value.limit and unit else 0
    if size <= value.limit:
        return ""
    return say(value.language, "too_long", size=size, limit=value.limit, over=size - value.limit)


def _options(payload: _Json, event: Event, deps: DeskDeps) -> Response:
    """Answer the list of answers to start from."""
    click = _click(payload, event, deps, actions.PICK_SUGGESTION, None)
    found = deps.suggestions(click.brand, click.ticket_id, str(payload.get("value", ""))[:200]) if click else ()
    return _json(modals.options_answer(found))


def _part(raw: _Json, key: str) -> _Json:
    """Return an object inside an object, {} when it is anything else."""
    part = raw.get(key)
    return part if isinstance(part, dict) else {}


def _json(value: Mapping[str, Any]) -> Response:
    return Response(200, json.dumps(value, ensure_ascii=False), "application/json; charset=utf-8")


_ANSWERS: dict[str, Callable[[_Json, Event, DeskDeps], Response]] = {
    "event_callback": _event,
    "command": _command,
    "block_actions": _clicked,
    "view_submission": _submitted,
    "block_suggestion": _options,
}
