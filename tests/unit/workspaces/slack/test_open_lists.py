"""Lists of open tickets in words: who waits since when, where, by when, with whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.conversation import Looked, Quoted, TicketRecord, TicketState, address_of
from chalicelib.model import ConversationId, Millis, TicketId
from chalicelib.playbook.schema import Playbook
from chalicelib.playbook.yaml_file import load
from chalicelib.workspaces.slack.open_lists import ListName, list_text, standing

NOW = Millis(1_795_604_400_000)  # Wednesday 2026-11-25 12:00 in Paris
HOUR = 3_600_000
PLAYBOOK = load((Path(__file__).parents[4] / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
ENGLISH = replace(PLAYBOOK, languages=("en", "fr"))


def ticket(hours: float = 1, **more: Any) -> TicketRecord:
    """A ticket whose customer has waited for so long."""
    since = Millis(NOW - round(hours * HOUR))
    given: dict[str, Any] = {
        "ticket_id": TicketId(f"t{hours}"),
        "conversation_id": ConversationId("c1"),
        "address": address_of("whatsapp", "1001", "33600000001"),
        "state": "open",
        "priority": "normal",
        "reason": "unsure",
        "intent": "order_status",
        "language": "fr",
        "created_at": since,
        "waits_since": since,
        "name": "Louise",
        "desk_account": "T1/C1",
        "desk_ts": "17.5",
    }
    return TicketRecord(**(given | more))


def told(
    name: ListName, *tickets: TicketRecord, playbook: Playbook = PLAYBOOK, words: str = "", unread: int = 0
) -> list[str]:
    stands = standing(tickets, unread, playbook, NOW)
    text = list_text(name, stands, playbook, str.capitalize, agent="U1", words=words)
    return text.replace("\u202f", " ").replace("\u00a0", " ").splitlines()


def test_a_line_links_to_the_ticket_and_says_who_waits_since_when_where_by_when_and_with_whom() -> None:
    link = "🔵 <https://slack.com/app_redirect?channel=C1&message_ts=17.5|"
    french, english = told("free", ticket()), told("free", ticket(), playbook=ENGLISH)

    assert french[0] == "*Demandes libres : 1*"
    assert french[1:] == [f"{link}Suivi de commande> · Louise · Whatsapp · depuis 11 h · avant 16 h · libre"]
    assert english[0] == "*Tickets that nobody has: 1*"
    assert english[1:] == [f"{link}Order status> · Louise · Whatsapp · since 11 am · before 4 pm · nobody has it"]


def test_a_ticket_of_another_day_says_which() -> None:
    (_, line) = told("late", ticket(24))

    assert "depuis le 24 nov., 12 h" in line
    assert "en retard, attendue avant le 24 nov." in line


@pytest.mark.parametrize(
    ("name", "found"),
    [("mine", ["Ma"]), ("free", ["Libre", "Vieux"]), ("late", ["Vieux", "Autre"]), ("search", ["Attend"])],
)
def test_each_list_has_its_own_tickets_those_that_are_due_first_first(name: ListName, found: list[str]) -> None:
    tickets = [
        ticket(1, name="Libre"),
        ticket(30, name="Vieux"),
        ticket(1, name="Ma", state="claimed", assignee="U1"),
        ticket(29, name="Autre", state="claimed", assignee="U2"),
        ticket(40, name="Attend", state="answered", assignee="U1", waits_since=Millis(0)),
    ]
    lines = told(name, *tickets, words="attend")[1 : 1 + len(found)]
    expected = {"free": ["Vieux", "Libre"]}.get(name, found)

    assert [line.split(" · ")[1] for line in lines] == expected


@pytest.mark.parametrize("state", ["answered", "held", "sending"])
def test_what_waits_for_its_customer_is_in_no_list_but_a_search(state: TicketState) -> None:
    there = ticket(40, state=state, assignee="U1")

    assert [told(name, there) for name in ("mine", "free", "late")] == [
        ["Aucune demande ne vous attend."],
        ["Aucune demande libre."],
        ["Aucune demande en retard."],
    ]
    assert "attend le client · <@U1>" in told("search", there, words="louise")[1]


def test_a_ticket_whose_channel_takes_no_answer_says_so_instead_of_a_time() -> None:
    (_, line) = told("free", ticket(30, window_closed=True))

    assert "Whatsapp ne prend plus de réponse · libre" in line


def test_a_ticket_without_a_deadline_comes_last_and_names_none() -> None:
    lines = told("free", ticket(50, name="Sans", waits_since=Millis(0)), ticket(1, name="Avec"))

    assert [line.split(" · ")[1] for line in lines[1:]] == ["Avec", "Sans"]
    assert "avant" not in lines[2]


def test_a_ticket_that_is_not_posted_yet_has_no_link_and_an_unknown_subject_its_words() -> None:
    (_, line) = told("free", ticket(desk_ts="", intent="", name=" ", priority="urgent"))

    assert line.startswith("🔴 Sujet non reconnu · Client · ")


def test_a_name_calls_nobody_and_formats_nothing() -> None:
    (_, line) = told("free", ticket(name="<!channel> & *co*"))

    assert " · &lt;!channel&gt; &amp; co · " in line


@pytest.mark.parametrize(("count", "rest"), [(10, ""), (11, "et 1 autre"), (14, "et 4 autres")])
def test_ten_are_shown_and_the_rest_is_counted(count: int, rest: str) -> None:
    lines = told("free", *(ticket(number) for number in range(1, count + 1)))

    assert lines[11:] == ([rest] if rest else [])


def test_what_could_not_be_read_is_said() -> None:
    assert told("mine", unread=40)[-1].endswith("les 40 plus récentes ne sont pas comptées.")


@pytest.mark.parametrize("words", ["ML 204-518", "ml204518", "04518", "lune", "MÉLÈZE", "meleze bleu"])
def test_a_search_looks_into_name_order_numbers_and_kept_messages(words: str) -> None:
    said = (Quoted(text="Où est mon  mélèze\nbleu ?", at=NOW, by="customer"),)
    there = ticket(name="Lune Petit", orders=(Looked("order", "ML204518", NOW),), quotes=said)

    assert told("search", there, words=words)[0].endswith(": 1*")


@pytest.mark.parametrize("words", ["ML204519", "petite", "order_status", "whatsapp"])
def test_a_search_finds_nothing_else(words: str) -> None:
    there = ticket(name="Lune Petit", orders=(Looked("order", "ML204518", NOW),))

    assert told("search", there, words=words)[0].startswith("Aucune demande ouverte trouvée pour")
