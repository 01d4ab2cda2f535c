"""
Slack's clicks, dialogs and commands: each is answered within 3 seconds.

verify -> at most one conditional write and one call to Slack -> enqueue -> answer. Nothing is decided here: `process`
does that. A queue would be too slow, because Slack's trigger_id lives 3 seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import Unverified
from ...masking import mask_secrets
from ...media_types import FROM_AGENTS
from ...model import AccountNotice, AgentAction, AgentFile, AgentReply, BrandId, Event, Request, Response
from . import actions, answer_dialog, card_dialog, comment_dialogs, continuing, exception_dialog, folded, modals
from .actions import Value
from .buttons import sends_template
from .card_dialog import only_named
from .clicks import Click, SlackServices, part_of
from .open_lists import ListName
from .parse import HOME_OPENED, account_of, challenge_of, chosen, event_of, read, text_block_of, text_of
from .public_answers import wrong_answer
from .snoozing import answer_words, snooze_view
from .ticket_view import TicketView, suggestion_mark
from .verify import SIGNATURE, verify
from .wording import say

BODY_LIMIT = 512 * 1024  # Slack's own bodies stay far below
_ENDINGS = frozenset(ending for endings in FROM_AGENTS.values() for ending in endings)
_OK = Response(200)
_Json = dict[str, Any]


def handle(request: Request, services: SlackServices) -> Response:
    """Answer one Slack request. Raises only what `services` raise (the caller then answers 500)."""
    if len(request.body) > BODY_LIMIT:
        services.count("desk_too_large")
        return Response(413)
    try:
        verify(request, services.secrets(), services.clock())
    except Unverified:  # this address can be guessed: only what claims to be Slack's tells of a wrong secret
        services.count("unverified" if SIGNATURE in request.headers else "desk_unsigned")
        return Response(401)
    content_type = "".join(request.headers.get("content-type", ()))
    payload, kind = read(request.body, content_type)
    if payload is None:
        services.count("desk_malformed")
        return _OK
    if kind == "url_verification":
        return Response(200, challenge_of(payload))
    answer = _ANSWERS.get(kind)
    if answer is None:
        return _OK
    return answer(payload, event_of(payload, kind, request.body), services)


# --- events and commands ---


def _event(payload: _Json, event: Event, services: SlackServices) -> Response:
    """Queue a message typed in a thread, or a notice about the workspace; show the app's home to who opens it."""
    opened = part_of(payload, "event")
    if opened.get("type") == HOME_OPENED:
        if opened.get("tab") == "home":
            services.home(str(payload.get("team_id", "")), str(opened.get("user", "")))
        return _OK
    if isinstance(event, AgentReply | AccountNotice):
        brand = services.brand_of(event.address.account_id)
        if brand is None:
            services.count("desk_unknown_account")
        else:
            # A note is kept and never sent: what must not be stored is masked here, as at every entry.
            kept = replace(event, text=mask_secrets(event.text)) if isinstance(event, AgentReply) else event
            services.enqueue(brand, kept)
    return _OK


def _command(payload: _Json, event: Event, services: SlackServices) -> Response:
    """Answer `/guichet …` for its writer alone; stop and start take effect before the answer."""
    if payload.get("ssl_check"):
        return _OK
    brand = services.brand_of(event.address.account_id)
    if brand is None:
        services.count("desk_unknown_account")
        return _whisper(f"{say('fr', 'unknown_place')} / {say('en', 'unknown_place')}")
    language = services.language_of(brand)
    if isinstance(event, AgentAction):
        stop = event.verb == "stop_brand"
        if not stop and event.agent_id not in services.starters(brand):
            return _whisper(_only_named(services, brand))
        services.switch(brand, stop, event.agent_id, "all")
        services.enqueue(brand, event)
        return _whisper(say(language, "stopped" if stop else "started"))
    asked = str(payload.get("text", "")).strip()
    word, _, rest = asked.partition(" ")
    opens = _DIALOGS_BY_WORD.get(word.lower())
    if _LISTS.get(word.lower()) == "search" and rest.strip():
        here = Value(brand=brand, ticket_id="", account_id=str(event.address.account_id))
        agent = str(event.address.person_id)
        return _json(card_dialog.searched(services, here, rest, agent, _shown(services, brand, agent, asked)))
    if opens is None:
        shown = _shown(services, brand, str(event.address.person_id), asked)
        return _whisper(shown or say(language, "help"))
    value, place = Value(brand=brand, ticket_id=""), event.address.account_id
    told = opens(
        Click(brand=brand, account_id=place, payload=payload, action="", value=value, event=event, services=services)
    )
    return _whisper(told) if told else _OK


def _shown(services: SlackServices, brand: BrandId, agent: str, asked: str) -> str:
    """Return what these words after /guichet show; "" for words that show nothing."""
    first, _, rest = asked.partition(" ")
    word = first.lower()
    if word in _LISTS:
        return services.listed(brand, _LISTS[word], agent, rest)
    if rest:
        return ""
    if word == "status":
        return services.status(brand)
    return services.figures(brand) if word in ("chiffres", "figures") else ""


def _judges(click: Click) -> str:
    click.show(click.services.to_judge(click.brand, click.account_id, click.agent))
    return ""


# Words after /guichet that show a list of open tickets.
_LISTS: Mapping[str, ListName] = {
    **dict.fromkeys(("mes", "mine"), "mine"),
    **dict.fromkeys(("libres", "libre", "free"), "free"),
    **dict.fromkeys(("retard", "retards", "late"), "late"),
    **dict.fromkeys(("chercher", "search"), "search"),
}
# Words after /guichet that open a dialog -> what opens it; it returns what is said where it opens none.
_DIALOGS_BY_WORD: Mapping[str, Callable[[Click], str]] = {
    **dict.fromkeys(("juger", "judge"), _judges),
    "exception": exception_dialog.opened,
    **dict.fromkeys(("réponse", "reponse", "answer"), answer_dialog.opened),
}


def _only_named(services: SlackServices, brand: BrandId) -> str:
    """Return the sentence that names the people who may start the bot again."""
    return only_named(services.starters(brand), services.language_of(brand))


def _whisper(text: str) -> Response:
    return _json({"response_type": "ephemeral", "text": text})


# --- buttons ---


def _clicked(payload: _Json, event: Event, services: SlackServices) -> Response:
    """Route a button to its handler; a button of another brand, or of none, does nothing."""
    name, value, _ = chosen(payload)
    click = _click(payload, event, services, name, value)
    if click is not None and name in _BUTTONS:
        _BUTTONS[name](click)
    elif click is not None and isinstance(event, AgentAction):
        services.enqueue(click.brand, event)
    return _OK


def _click(payload: _Json, event: Event, services: SlackServices, name: str, value: Value | None) -> Click | None:
    """Return the click if its brand owns its Slack channel. A dialog's field gets its ticket from its view."""
    if value is None and name == actions.PICK_SUGGESTION:
        value = actions.decode(part_of(payload, "view").get("private_metadata"))
    if value is None:
        return None
    account_id = account_of(payload)
    brand = services.brand_of(account_id)
    if brand is None or brand != value.brand:
        services.count("desk_unknown_account")
        return None
    return Click(
        brand=brand, account_id=account_id, payload=payload, action=name, value=value, event=event, services=services
    )


def _won(click: Click) -> bool:
    """Claim the ticket for the agent who clicked; if that fails, tell them who has it, or that it is gone."""
    winner = click.services.claim(click.brand, click.ticket_id, click.agent)
    if winner == click.agent:
        return True
    if winner is None:
        click.say("gone")
    else:
        click.say("taken", agent=f"<@{winner}>")
    return False


def _edit_reply(click: Click) -> None:
    """Claim the ticket, open the reply dialog, and show everybody who has it."""
    if not _won(click):
        return
    view = click.services.read_ticket(click.brand, click.ticket_id)
    if view is None:
        click.say("gone")
        return
    click.show(modals.reply_view(view))
    click.services.enqueue(click.brand, click.event)


def _claim(click: Click) -> None:
    if _won(click):
        click.services.enqueue(click.brand, click.event)


def _send_shown(click: Click) -> None:
    """Send exactly what was on the screen; if it has changed, ask the agent to read the new one."""
    held = click.action == actions.SEND_TEMPLATE  # it has its agent, and stays held until it goes
    if not isinstance(click.event, AgentAction) or not (held or _won(click)):
        return
    view = click.services.read_ticket(click.brand, click.ticket_id)
    if view is None:
        click.say("gone")
    elif text := _as_shown(view, click):
        click.services.enqueue(click.brand, replace(click.event, text=text))
    else:
        click.say("changed")


def _as_shown(view: TicketView, click: Click) -> str:
    """Return the suggestion, or the mark of the held answer's template, if it is what the click saw; else ""."""
    if click.action == actions.SEND_TEMPLATE:
        mark = view.template.mark if view.template and sends_template(view) else ""
        return mark if mark == click.value.mark else ""
    return view.suggestion if suggestion_mark(view.suggestion) == click.value.mark else ""


def _asks(dialog: Callable[[TicketView], Mapping[str, Any]]) -> Callable[[Click], None]:
    """Open a dialog about the ticket; nothing else happens."""

    def opens(click: Click) -> None:
        view = click.services.read_ticket(click.brand, click.ticket_id)
        if view is None:
            click.say("gone")
        else:
            click.show(dialog(view))

    return opens


def _ask_switch(click: Click) -> None:
    """Open the dialog that asks whether to stop the brand's bot, or to start it."""
    language, stopped = click.services.language_of(click.brand), click.services.is_stopped(click.brand)
    value = replace(click.value, account_id=str(click.account_id))
    click.show(modals.switch_view(language, value, stopped=stopped))


def _switch(click: Click) -> None:
    """Stop or start the brand's bot, or start one intent, at once; the event tells the channel."""
    if click.action != actions.STOP_BRAND and click.agent not in click.services.starters(click.brand):
        click.show(modals.text_view(click.services.language_of(click.brand), _only_named(click.services, click.brand)))
        return
    scope = click.value.scope if click.action == actions.START_INTENT else "all"
    if scope:
        click.services.switch(click.brand, click.action == actions.STOP_BRAND, click.agent, scope)
    click.services.enqueue(click.brand, click.event)


def _snooze(click: Click) -> None:
    """Take the ticket out of its agent's lists until then, show everybody until when, and say so in the dialog."""
    services, until = click.services, None
    if click.value.action in actions.SNOOZE_UNTIL:
        until = services.snooze(click.brand, click.ticket_id, click.agent, click.value.action)
    view = services.read_ticket(click.brand, click.ticket_id)
    language = services.language_of(click.brand)
    if until is not None:
        services.enqueue(click.brand, click.event)
    click.change(modals.text_view(language, answer_words(view, language, until, services.clock())))


def _pick(click: Click) -> None:
    """Put another answer of the playbook into the open dialog."""
    view = click.services.read_ticket(click.brand, click.ticket_id)
    key = str(part_of(chosen(click.payload)[2], "selected_option").get("value", ""))
    found = [s for s in click.services.suggestions(click.brand, click.ticket_id, "") if s.key == key]
    if view is None or not found:
        return
    click.change(modals.reply_view(view, text=found[0].text, version=key))


def _judge(click: Click) -> None:
    """Store a verdict, and show the next answer in the same dialog."""
    click.services.judged(click.brand, click.agent, click.value.mark, click.value.action)
    click.change(click.services.to_judge(click.brand, click.account_id, click.agent))


_BUTTONS: dict[str, Callable[[Click], None]] = {
    actions.EDIT_REPLY: _edit_reply,
    actions.CLAIM: _claim,
    **dict.fromkeys((actions.SEND_SUGGESTION, actions.SEND_AND_CLOSE, actions.SEND_TEMPLATE), _send_shown),
    actions.NOTE: _asks(modals.note_view),
    actions.SWITCH: _ask_switch,
    actions.STOP_BRAND: _switch,
    actions.START_BRAND: _switch,
    actions.TAKE_OVER: _asks(modals.take_over_view),
    actions.UNSEND: _asks(modals.unsend_view),
    actions.SNOOZE: _asks(snooze_view),
    actions.CONTINUE: _asks(continuing.continue_view),
    **dict.fromkeys(actions.CONTINUE_TO, continuing.led),
    **dict.fromkeys(actions.SNOOZE_UNTIL.values(), _snooze),
    actions.START_INTENT: _switch,
    actions.PICK_SUGGESTION: _pick,
    **dict.fromkeys(actions.JUDGE.values(), _judge),
    **folded.BUTTONS,
    **card_dialog.BUTTONS,
    actions.EXCEPTION_END: exception_dialog.ended,
    actions.ANSWER_BACK: answer_dialog.put_back,
    **comment_dialogs.BUTTONS,
}


# --- modals ---

# Dialogs of their own: their callback -> what takes them in and gives Slack's answer.
_FORMS: Mapping[str, Callable[[Click, _Json], _Json]] = {
    actions.EXCEPTION_MODAL: exception_dialog.submitted,
    actions.ANSWER_MODAL: answer_dialog.submitted,
    actions.UNITE_MODAL: card_dialog.submitted,
    **dict.fromkeys((actions.COMMENT_MODAL, actions.PRIVATE_MODAL), comment_dialogs.submitted),
}


def _submitted(payload: _Json, event: Event, services: SlackServices) -> Response:
    """Route a dialog's submission to its handler; one of another brand, or of none, does nothing."""
    dialog = part_of(payload, "view")
    value = actions.decode(dialog.get("private_metadata"))
    click = _click(payload, event, services, value.action if value else "", value)
    takes = _FORMS.get(str(dialog.get("callback_id", "")))
    if click is not None and takes is not None:
        return _json(takes(click, dialog))
    return _taken_in(click, event, dialog) if click is not None and isinstance(event, AgentAction) else _OK


def _taken_in(click: Click, event: AgentAction, dialog: _Json) -> Response:
    """Accept a reply or a note, or show its mistake beside the field."""
    services = click.services
    if event.verb == "start_brand" and click.agent not in services.starters(click.brand):
        told = modals.text_view(services.language_of(click.brand), _only_named(services, click.brand))
        return _json({"response_action": "update", "view": told})
    if event.verb in ("stop_brand", "start_brand"):
        _switch(click)
        return _OK
    wrong = "" if event.verb == "unsend" else wrong_answer(click, text_of(dialog))  # it asks for no words
    if wrong:
        return _json({"response_action": "errors", "errors": {text_block_of(dialog): wrong}})
    if event.files and (wrong := _wrong_file(click.value, event.files)):
        return _json({"response_action": "errors", "errors": {actions.FILES_BLOCK: wrong}})
    if event.verb == "reply":
        winner = services.claim(click.brand, click.ticket_id, click.agent)
        if winner != click.agent:
            key = "taken" if winner else "gone"
            view = modals.notice_view(click.value.language, key, agent=f"<@{winner}>")
            return _json({"response_action": "update", "view": view})
    if event.verb == "take_over" and not services.take_over(click.brand, click.ticket_id, click.agent):
        return _json({"response_action": "update", "view": modals.notice_view(click.value.language, "gone")})
    kept = event.verb in ("note", "take_over")  # never sent: what must not be stored is covered here
    services.enqueue(click.brand, replace(event, text=mask_secrets(event.text)) if kept else event)
    return _OK


def _wrong_file(value: Value, files: Sequence[AgentFile]) -> str:
    """Return one sentence about a file that cannot leave; "" where all can. Their bytes are looked at later."""
    for file in files:
        if file.name.rpartition(".")[2].lower() not in _ENDINGS:
            return say(value.language, "file_type", name=file.name)
        if not 0 < file.size <= value.file_limit:
            return say(value.language, "file_too_large", name=file.name, size=value.file_limit // modals.MEGABYTE)
    return ""


def _options(payload: _Json, event: Event, services: SlackServices) -> Response:
    """Return the answers that an agent may start from."""
    click = _click(payload, event, services, actions.PICK_SUGGESTION, None)
    found = services.suggestions(click.brand, click.ticket_id, str(payload.get("value", ""))[:200]) if click else ()
    return _json(modals.options_answer(found))


def _json(value: Mapping[str, Any]) -> Response:
    return Response(200, json.dumps(value, ensure_ascii=False), "application/json; charset=utf-8")


_ANSWERS: dict[str, Callable[[_Json, Event, SlackServices], Response]] = {
    "event_callback": _event,
    "command": _command,
    "block_actions": _clicked,
    "view_submission": _submitted,
    "block_suggestion": _options,
}
