"""Stored tickets at the desk: what process commits is what agents read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.conversation import Quoted, TicketRecord, TicketState
from chalicelib.engine.environment import NOTES
from chalicelib.model import AccountId, Address, ChannelName, ConversationId, Millis, PersonId, TicketId
from chalicelib.playbook.yaml_file import load
from chalicelib.ports import Surface, Traits
from chalicelib.store import items
from chalicelib.workspaces.slack.actions import decode
from chalicelib.workspaces.slack.desk_words import PARTS, DeskWords
from chalicelib.workspaces.slack.reason_words import NO_REASON, REASONS, reason_words
from tests.simulation.agent import shown
from tests.unit.workspaces.slack.limits import broken

ROOT = Path(__file__).parents[4]
PLAYBOOK = load((ROOT / "playbooks" / "maison-lune.yaml").read_text("utf-8"))
TRAITS = Traits(
    name="somewhere",
    title="Quelque part",
    private=Surface(limit=2000, unit="chars"),
    public=Surface(limit=280, unit="weighted"),
    echoes_own=True,
)
TICKET = TicketRecord(
    ticket_id=TicketId("t1"),
    conversation_id=ConversationId("c1"),
    address=Address(ChannelName("somewhere"), AccountId("a"), PersonId("p")),
    state="open",
    priority="urgent",
    reason="complaint",
    intent="complaint",
    language="fr",
    created_at=Millis(1_795_512_600_000),  # Tuesday 24 November 2026, 10:30 in Paris
    name="Camille Dupont",
    quotes=(
        Quoted(text="Où est mon colis ?", at=Millis(1_795_512_600_000), by="customer", attachments=("image", "image")),
        Quoted(text="Bonjour, ceci est automatique.", at=Millis(1_795_512_601_000), by="bot"),
    ),
    suggestion="Toutes nos excuses.",
    probability=714,
    messages=2,
    desk_account="T0GUICHET/C0MAISON",
    rev=4,
)
DESK = DeskWords(lambda _name: TRAITS)


def call(body: str) -> tuple[str, dict[str, Any]]:
    raw = json.loads(body)
    assert set(raw) == {"method", "payload"}
    return raw["method"], raw["payload"]


def test_a_ticket_is_posted_with_all_that_is_stored() -> None:
    method, payload = call(DESK.post(TICKET, PLAYBOOK))
    text = shown(payload)
    assert method == "chat.postMessage"
    for part in (
        "🔴",
        "Camille Dupont",
        "Quelque part",
        "*Réclamation* (71",
        "> Où est mon colis ?",
        "> Toutes nos excuses.",
        "Bot, 10\u00a0h\u00a030",
        "📎 2 photos (non copiées ici)",
    ):
        assert part in text
    assert broken(payload["blocks"]) == []


def test_words_that_came_after_the_suggestion_are_counted() -> None:
    assert DESK.view(replace(TICKET, suggested=2, messages=4), PLAYBOOK).newer == 2
    assert DESK.view(replace(TICKET, suggested=2, messages=4, suggestion=""), PLAYBOOK).newer == 0
    assert DESK.view(replace(TICKET, suggested=0, messages=4), PLAYBOOK).newer == 0


def test_a_stored_ticket_is_read_as_it_was_written_and_so_is_one_of_an_earlier_version() -> None:
    assert items.ticket(items.ticket_item(TICKET)) == TICKET
    marked = replace(TICKET, quotes=tuple(replace(quote, here_only=True) for quote in TICKET.quotes))
    assert items.ticket(items.ticket_item(marked)) == marked
    old = items.ticket_item(TICKET) | {
        "quotes": [["Bonjour", 1, "customer"], ["Oui", 2, "customer", "m1", ["image"], "edited"]]
    }
    assert items.ticket(old).quotes == (
        Quoted(text="Bonjour", at=Millis(1), by="customer"),
        Quoted(text="Oui", at=Millis(2), by="customer", message_id="m1", attachments=("image",), state="edited"),
    )


def test_the_clock_follows_the_priority_and_the_opening_hours() -> None:
    waiting = replace(TICKET, waits_since=TICKET.created_at)
    view = DESK.view(waiting, PLAYBOOK)
    assert (view.due_at, view.due_by) == (TICKET.created_at + 15 * 60_000, "target")
    assert DESK.view(replace(waiting, waits_since=Millis(0)), PLAYBOOK).due_at == 0


def test_the_clock_of_a_second_question_begins_when_it_is_asked() -> None:
    asked = Millis(TICKET.created_at + 3 * 3_600_000)
    again = replace(TICKET, first_answer_at=Millis(TICKET.created_at + 60_000), waits_since=asked)
    assert DESK.view(again, PLAYBOOK).due_at == asked + 15 * 60_000


def test_an_answer_is_due_before_the_channel_takes_none() -> None:
    wrote = Millis(1_795_885_200_000)  # Saturday 28 November 2026, 18:00 in Paris: closed until Monday
    weekend = replace(TICKET, priority="normal", waits_since=wrote, answer_by=Millis(wrote + 24 * 3_600_000))
    view = DESK.view(weekend, PLAYBOOK)
    assert (view.due_at, view.due_by) == (weekend.answer_by - 2 * 3_600_000, "window")
    assert view.answer_by == weekend.answer_by


def test_what_was_seen_goes_with_the_buttons() -> None:
    _, payload = call(DESK.post(TICKET, PLAYBOOK))
    element = next(block for block in payload["blocks"] if block["type"] == "actions")["elements"][0]
    value = decode(element["value"])
    assert value is not None
    assert (value.rev, value.seen, value.account_id) == (4, 2, "T0GUICHET/C0MAISON")


def test_a_public_answer_has_the_channels_limit_and_a_private_one_is_sent_in_parts() -> None:
    assert (DESK.view(replace(TICKET, public=True), PLAYBOOK).limit, DESK.view(TICKET, PLAYBOOK).limit) == (
        280,
        2000 * PARTS,
    )


@pytest.mark.parametrize("state", get_args(TicketState))
def test_every_stored_state_can_be_drawn(state: TicketState) -> None:
    method, payload = call(
        DESK.update(replace(TICKET, state=state, desk_ts="1.1", assignee="U1", row_id="r"), PLAYBOOK)
    )
    assert (method, payload["ts"]) == ("chat.update", "1.1")
    assert broken(payload["blocks"]) == []


@pytest.mark.parametrize("kind", [kind for kind in NOTES if kind != "not_sent"])
def test_every_note_says_something_in_the_thread(kind: str) -> None:
    fields = {"text": "<b> & co", "agent": "U0LEA", "count": "2", "reason": "Refused 190"}
    method, payload = call(DESK.note(replace(TICKET, desk_ts="1.1"), PLAYBOOK, kind, fields))
    assert (method, payload["thread_ts"]) == ("chat.postMessage", "1.1")
    assert "> <b> & co" in shown(payload).splitlines()
    assert "<b>" not in payload["text"]
    assert payload["text"] == shown(payload).splitlines()[0]
    assert broken(payload["blocks"]) == []


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_without_any_field_is_still_a_sentence(kind: str) -> None:
    _, payload = call(DESK.note(TICKET, PLAYBOOK, kind, {}))
    assert "{" not in payload["text"]
    assert "<@>" not in payload["text"]
    assert len(payload["text"]) > 10


WRITTEN = st.text(st.sampled_from("aé&<> \n.\N{GRINNING FACE}"), max_size=300).map(lambda text: text * 40)


@given(WRITTEN)
def test_a_text_fits_when_one_note_quotes_it(text: str) -> None:
    assert DESK.fits(text) == (len(DESK.pieces(text)) <= 1)


@given(WRITTEN)
def test_a_text_in_pieces_is_quoted_whole(text: str) -> None:
    """Under the longest heading that there is, with what came along."""
    fields = {"part": "10/28", "files": "image video audio document", "reason": "Unconfirmed 131026"}
    read = []
    for piece in DESK.pieces(text):
        _, payload = call(DESK.note(TICKET, PLAYBOOK, "acknowledgement_unknown", fields | {"text": piece}))
        assert "10/28" in payload["text"]
        assert "📎" in shown(payload)
        assert broken(payload["blocks"]) == []
        read += [line.removeprefix("> ") for line in shown(payload).splitlines() if line.startswith("> ")]

    assert "".join("".join(read).split()) == "".join(text.split())


def test_a_ticket_says_whose_words_its_own_message_does_not_show_whole() -> None:
    def cut(*lengths: int) -> list[str]:
        quotes = [
            Quoted(text=f"{n}" * length, at=Millis(n), by="customer", message_id=f"m{n}")
            for n, length in enumerate(lengths)
        ]
        return list(DESK.cut(replace(TICKET, quotes=tuple(quotes)), PLAYBOOK))

    assert cut(1_500) == []
    assert cut(1_500, 5) == ["m0"]
    assert cut(300, 300, 300, 300, 300, 300) == []
    assert cut(300, 500, 300, 300, 300, 300) == ["m1"]
    assert cut(5, 5, 5, 5, 5, 5, 5, 5) == ["m0", "m1"]


def test_what_is_typed_in_a_thread_gets_its_lasting_mark_and_its_writer_is_told() -> None:
    marked = call(DESK.note(TICKET, PLAYBOOK, "note_kept", {"anchor": "1.5", "text": ""}))
    assert marked == ("reactions.add", {"name": "no_entry_sign", "timestamp": "1.5"})
    method, payload = call(DESK.note(replace(TICKET, desk_ts="1.1"), PLAYBOOK, "not_sent", {"agent": "U0LEA"}))
    assert (method, payload["user"], payload["thread_ts"]) == ("chat.postEphemeral", "U0LEA", "1.1")


def test_a_dead_account_is_told_in_the_channel() -> None:
    method, payload = call(DESK.account_paused(PLAYBOOK, "somewhere", "190"))
    assert method == "chat.postMessage"
    assert "in_thread" not in payload
    assert "reconnecté (190)" in payload["text"]


def test_every_reason_for_a_ticket_has_plain_words() -> None:
    source = (ROOT / "chalicelib" / "decision" / "decide.py").read_text("utf-8")
    reasons = set(re.findall(r'to_person\([^()"]*(?:f?"[^"]*" if [^"]*)?"([a-z_]+)"', source))
    reasons |= {
        "autonomy_off",
        "autonomy_shadow",
        "autonomy_suggest",
    }
    outcome = (ROOT / "chalicelib" / "engine" / "delivery_reports.py").read_text("utf-8")
    reasons |= set(re.findall(r'"(delivery_[a-z]+)"', outcome))
    assert len(reasons) >= 15
    assert sorted(reasons - set(REASONS)) == []
    assert reason_words("en", "something new") == NO_REASON[1]


CALLING = (
    "reminder", "window_soon", "late", "window_over", "wrote_again", "rises", "danger", "danger_next", "unread", "held",
    "held_leaves", "held_offered",
)  # fmt: skip


@pytest.mark.parametrize("languages", [("fr", "en"), ("en", "fr")])
@pytest.mark.parametrize("kind", CALLING)
def test_a_line_that_calls_somebody_names_no_customer_and_repeats_nothing(
    kind: str, languages: tuple[str, ...]
) -> None:
    fields = {"to": "U0LEA S0CARE", "when": "demain à 10 h", "broadcast": "1"}
    _, payload = call(DESK.note(TICKET, replace(PLAYBOOK, languages=languages), kind, fields))

    text = payload["text"]
    assert "<@U0LEA> <!subteam^S0CARE> " in text
    assert payload["reply_broadcast"] is True
    assert not any(word in text for word in ("Camille", "Dupont", "colis", "<!channel>", "<!here>", "{"))
