"""The dialog that leads a customer elsewhere: what it offers, and where it is offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.move_port import Way, WayIn
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.buttons import buttons
from chalicelib.workspaces.slack.continuing import CODE, COPY, continue_view, ways_of
from chalicelib.workspaces.slack.ticket_view import TicketState
from tests.unit.decision.views import PLAYBOOK, ticket

from .limits import broken_view
from .test_blocks import VIEW

WAYS = (
    Way("whatsapp", "WhatsApp", WayIn("https://wa.me/{digits}?text={words}"), "+33 1 86 76 00 01"),
    Way("telegram", "Telegram", WayIn("https://t.me/{place}?start={token}"), "maison_bot"),
)
LED = (("whatsapp", "WhatsApp"), ("telegram", "Telegram"))
BOOK = replace(PLAYBOOK, ways=WAYS)


def test_a_ticket_is_led_everywhere_but_where_it_is() -> None:
    found = ways_of(ticket(), BOOK)

    others = [way.channel for way in WAYS if way.channel != ticket().address.channel]
    assert [where for where, _ in found] == [*others, *(f"{COPY}{each}" for each in others)]


def test_nothing_is_offered_in_public_nor_where_nothing_can_be_said() -> None:
    assert ways_of(ticket(public=True), BOOK) == ()
    assert ways_of(ticket(window_closed=True), BOOK) == ()


def test_the_dialog_has_a_button_for_each_way_within_slacks_limits() -> None:
    view = continue_view(replace(VIEW, ways=(*LED, (f"{COPY}telegram", "Telegram"), (CODE, ""))))
    (row,) = [block for block in view["blocks"] if block["type"] == "actions"]

    assert broken_view(view) == []
    assert [each["action_id"] for each in row["elements"]] == list(actions.CONTINUE_TO[:4])
    said = ["Sur WhatsApp", "Sur Telegram", "Dernière réponse aussi : Telegram", "Envoyer un code"]
    assert [each["text"]["text"].replace("\u202f", " ").replace("\xa0", " ") for each in row["elements"]] == said
    values = [actions.decode(each["value"]) for each in row["elements"]]
    assert [value.scope for value in values if value is not None] == ["whatsapp", "telegram", f"{COPY}telegram", CODE]
    every = [*((each, each) for each in REGISTRY), *((f"{COPY}{each}", each) for each in REGISTRY), (CODE, "")]
    assert len(continue_view(replace(VIEW, ways=tuple(every)))["blocks"][-1]["elements"]) == len(every)


@pytest.mark.parametrize("ways", [(), (("whatsapp", "WhatsApp"),)])
@pytest.mark.parametrize("state", ["open", "claimed", "answered"])
def test_the_menu_offers_it_where_there_is_a_way(state: TicketState, ways: tuple[tuple[str, str], ...]) -> None:
    shown = buttons(replace(VIEW, state=state, ways=ways, suggestion="", assignee="U1"))
    options = [
        value.action
        for element in shown["elements"]
        for option in element.get("options", ())
        if (value := actions.decode(option["value"])) is not None
    ]

    assert (actions.CONTINUE in options) is bool(ways)
