"""
`/guichet exception`: the dialog in which named people add or end an exception. Part of `interactions`.

Nothing waits in a queue: an exception is read with the playbook, so it holds within 15 seconds.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ...model import Millis
from ...playbook.bulletin import Bulletin
from ...playbook.in_force import is_admin
from ...playbook.schema import Playbook
from . import exception_view
from .actions import Value
from .clicks import Click

_Json = dict[str, Any]


def opened(click: Click) -> str:
    """Open the dialog for a named person; return the message for anybody else."""
    playbook = click.services.exceptions.playbook(click.brand)
    if not is_admin(playbook, click.agent):
        return exception_view.phrase(playbook.languages[0], "not_named")
    click.show(_dialog(click, playbook))
    return ""


def ended(click: Click) -> None:
    """End the exception whose button was pressed, and show the others in the same dialog."""
    exceptions = click.services.exceptions
    playbook = exceptions.playbook(click.brand)
    if is_admin(playbook, click.agent) and click.value.row_id:
        exceptions.end(click.brand, click.value.row_id, click.agent)
        click.change(_dialog(click, playbook))


def submitted(click: Click, dialog: _Json) -> _Json:
    """Add the exception of the submitted form, or show the mistakes beside the fields. Returns Slack's answer."""
    exceptions, now = click.services.exceptions, click.services.clock()
    playbook = exceptions.playbook(click.brand)
    language = playbook.languages[0]
    if not is_admin(playbook, click.agent):
        view = exception_view.message(language, "title", exception_view.phrase(language, "not_named"))
        return {"response_action": "update", "view": view}
    made, problems = exceptions.add(playbook, _made(click, dialog, playbook, now))
    if problems:
        return {"response_action": "errors", "errors": exception_view.errors(playbook, problems)}
    view = exception_view.published(playbook, made, exceptions.channels(click.brand), now)
    return {"response_action": "update", "view": view}


def _made(click: Click, dialog: _Json, playbook: Playbook, now: Millis) -> Bulletin:
    """Return the exception of the submitted form. Its id comes from the dialog, so submitting twice adds one."""
    form = exception_view.filled(dialog)
    seed = f"{click.brand} {dialog.get('id', '')}".encode("utf-8", "replace")
    return Bulletin(
        bulletin_id=f"e{hashlib.sha256(seed).hexdigest()[:12]}",
        texts={language: text for language, text in form.texts.items() if language in playbook.languages},
        begins_at=form.begins_at or now,
        ends_at=form.ends_at,
        made_at=now,
        by=click.agent,
        intents=tuple(name for name in form.intents if name in playbook.intents),
        channels=form.channels,
        person_only=form.person_only,
    )


def _dialog(click: Click, playbook: Playbook) -> _Json:
    exceptions = click.services.exceptions
    value = Value(brand=click.brand, ticket_id="", account_id=str(click.account_id))
    return exception_view.exception_view(
        playbook, value, exceptions.standing(click.brand), exceptions.channels(click.brand), click.services.clock()
    )
