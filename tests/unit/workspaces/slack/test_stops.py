"""What the desk says of a bot that is stopped, in whole or in part, in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import MONITOR, Control, Scope
from chalicelib.model import Millis
from chalicelib.ports import StopReport
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.stops import started_notice, stop_here, stopped_notice, stops_text
from tests.unit.decision.views import PLAYBOOK
from tests.unit.workspaces.slack.limits import broken

NOON = Millis(1_795_598_820_000)  # Wednesday 25 November 2026, 10:27 in Paris
LATER, NEXT_DAY = Millis(NOON + 3_600_000), Millis(NOON + 86_400_000)
ENGLISH = replace(PLAYBOOK, languages=("en", "fr"))
BY_ITSELF = Scope(stopped=True, epoch=1, since=NOON, by=MONITOR, refused=3, answers=55)
BY_LEA = Scope(stopped=True, epoch=1, since=NOON, by="U0LEA")
BY_COMMAND = Scope(stopped=True, epoch=1, since=NOON, by="command")
OLD = Scope(stopped=True, epoch=1)
TITLES = {"whatsapp": "WhatsApp"}
TOLD = StopReport(
    intent="opening_hours",
    since=NOON,
    refused=3,
    answers=55,
    row_id="c1.1.x",
    ticket_id="t3",
    tickets=(("T0/C0MAISON", "1.1"), ("T0/C0URGENT", "2.2")),
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("name", "stop", "now", "french", "english"),
    [
        (
            "intent:opening_hours", BY_ITSELF, LATER,
            "sur ce sujet, le bot est arrêté depuis 10 h 27 (3 réponses refusées).",
            "on this subject the bot is stopped since 10:27 am (3 answers refused).",
        ),
        (
            "intent:opening_hours", BY_LEA, NEXT_DAY,
            "sur ce sujet, le bot est arrêté depuis le mercredi 25 novembre à 10 h 27, par <@U0LEA>.",
            "on this subject the bot is stopped since Wednesday 25 November, 10:27 am, by <@U0LEA>.",
        ),
        (
            "channel:whatsapp", BY_COMMAND, LATER,
            "sur ce canal, le bot est arrêté depuis 10 h 27.",
            "on this channel the bot is stopped since 10:27 am.",
        ),
        (
            "channel:whatsapp intent:return", OLD, LATER,
            "sur ce sujet et ce canal, le bot est arrêté.",
            "on this subject and channel the bot is stopped.",
        ),
        (
            "all", BY_LEA, LATER,
            "le bot est arrêté pour toute la marque depuis 10 h 27, par <@U0LEA>.",
            "the bot is stopped for the whole brand since 10:27 am, by <@U0LEA>.",
        ),
    ],
)  # fmt: skip
def test_a_ticket_says_which_stop_it_was(name: str, stop: Scope, now: Millis, french: str, english: str) -> None:
    assert plain(stop_here(PLAYBOOK, name, stop, now)) == french
    assert plain(stop_here(ENGLISH, name, stop, now)) == english


def test_the_status_names_everything_that_is_stopped_the_whole_brand_first() -> None:
    scopes = {"intent:opening_hours": BY_ITSELF, "channel:whatsapp": BY_COMMAND, "all": BY_LEA}
    control = Control(3, {**scopes, "intent:return": Scope(stopped=False, epoch=1)})

    assert plain(stops_text(PLAYBOOK, control, LATER, lambda channel: TITLES[channel])).splitlines() == [
        "Pour toute la marque, le bot est arrêté depuis 10 h 27, par <@U0LEA>.",
        "Sur WhatsApp, le bot est arrêté depuis 10 h 27.",
        "Sur « Horaires et boutiques », le bot est arrêté depuis 10 h 27 (3 réponses refusées).",
    ]
    assert "nothing is stopped" in stops_text(ENGLISH, Control(), LATER)


@pytest.mark.parametrize("playbook", [PLAYBOOK, ENGLISH])
def test_the_notice_links_to_the_tickets_and_its_button_knows_the_switch(playbook: Any) -> None:
    title, blocks = stopped_notice(playbook, TOLD)
    words = json.dumps(blocks, ensure_ascii=False)

    assert "channel=C0MAISON&message_ts=1.1" in words
    assert "channel=C0URGENT&message_ts=2.2" in words
    assert blocks[0]["text"]["text"].startswith(f"*{title}*")
    value = actions.decode(blocks[1]["elements"][0]["value"])
    assert value is not None
    assert (value.scope, value.ticket_id, value.row_id) == ("intent:opening_hours", "t3", "c1.1.x")
    assert broken(blocks) == []


def test_once_started_again_it_has_no_button_and_says_who() -> None:
    told = replace(TOLD, started_by="U0TOM", started_at=LATER)

    _, blocks = started_notice(PLAYBOOK, told)

    assert "<@U0TOM> (11 h 27)" in plain(blocks[0]["text"]["text"])
    assert len(blocks) == 1
    assert broken(blocks) == []


def test_a_notice_whose_tickets_are_gone_links_to_nothing() -> None:
    _, blocks = stopped_notice(PLAYBOOK, replace(TOLD, tickets=(), ticket_id=""))

    assert "app_redirect" not in json.dumps(blocks)
