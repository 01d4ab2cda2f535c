"""What every workspace must do, whatever it is: `chalicelib.workspaces.port`. Slack's, and one in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.conversation import TicketRecord
from chalicelib.engine.environment import NOTES, Desk
from chalicelib.errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from chalicelib.model import Credentials, Millis, NotSent, OutboundPart, OutboxRow, Part, RowKind, Sent, at_desk
from chalicelib.ports import HttpAnswer, Sender
from chalicelib.store import items, keys, wire
from chalicelib.wiring import Wiring
from tests.simulation.desks import Desks
from tests.simulation.exploring import play
from tests.simulation.platforms import SECRET
from tests.simulation.world import World

FIELDS = {"text": "Bonjour kkaa", "agent": "U0LEA", "count": "2", "when": "10:00", "reason": "Refused 131026"}
CALLS_NOTHING = {"note_kept", "not_sent"}  # an agent's own message is marked, and its writer told


@dataclass
class Counted:
    """The workspace as HTTP, with its requests counted; `lose`: the next answer is lost."""

    desks: Desks
    requests: int = 0
    lose: bool = False

    def request(self, method: str, url: str, **given: Any) -> HttpAnswer:
        self.requests += 1
        answer = self.desks.request(method, url, **given)
        if self.lose:
            self.lose = False
            raise Unconfirmed("no_answer")
        return answer


class Stand:
    """A workspace with one ticket that was posted, and a sender to it."""

    def __init__(self, *, in_memory: bool) -> None:
        self.world: World = play("ticket", in_memory=in_memory)[0]
        self.desks, self.playbook = self.world.desks, self.world.playbook
        self.http = Counted(self.desks)
        self.desk: Desk = self.desks.workspace.desk(lambda name: REGISTRY[name].traits)
        plain = [item for (_, sk), item in self.world.dynamo.items.items() if sk == "ticket"]
        self.ticket: TicketRecord = items.ticket(wire.from_avs(plain[0]))
        self.order = 0

    def sender(self, token: str = "") -> Sender:
        credentials = Credentials(token=token or self.desks.token)
        return self.desks.workspace.sender(credentials, self.http)

    def row(self, kind: RowKind, body: str, *, anchor: str = "", parts: int = 1) -> OutboxRow:
        self.order += 1
        where = at_desk(self.desks.workspace.name, self.ticket.desk_account, self.ticket.ticket_id)
        now = self.world.clock()
        return OutboxRow(
            row_id=keys.row_id("c1", self.order, where),
            kind=kind,
            author="system",
            address=where,
            conversation_id=self.ticket.conversation_id,
            state="claimed",
            created_at=now,
            not_before=now,
            parts=(Part(text=""),) * parts,
            anchor=anchor,
            body=body,
            ticket_id=self.ticket.ticket_id,
        )


def part(row: OutboxRow, index: int = 0, *known: str, data: bytes = b"") -> OutboundPart:
    return OutboundPart(
        row_id=row.row_id,
        index=index,
        attempt=1,
        address=row.address,
        kind=row.kind,
        text="",
        anchor=row.anchor,
        body=row.body,
        known=known,
        data=data,
    )


@pytest.fixture(params=["slack", "memory"])
def stand(request: pytest.FixtureRequest) -> Stand:
    return Stand(in_memory=request.param == "memory")


def test_its_name_is_that_of_its_traits_and_of_what_it_draws(stand: Stand) -> None:
    workspace = stand.desks.workspace

    assert workspace.name == workspace.traits.name == stand.desk.name
    assert workspace.traits.pace_ms > 0


def test_a_ticket_is_one_request_and_is_found_again_by_its_row(stand: Stand) -> None:
    row = stand.row("ticket", stand.desk.post(stand.ticket, stand.playbook))
    assert stand.sender().prove(row) == NotSent()
    stand.http.requests = 0

    sent = stand.sender().send(part(row))

    assert stand.http.requests == 1
    assert sent.platform_id
    assert stand.sender().prove(row) == sent


@pytest.mark.parametrize("kind", ["ticket", "thread_note", "notice"])
def test_what_was_posted_and_whose_answer_was_lost_is_proved_and_stands_once(stand: Stand, kind: RowKind) -> None:
    body = {
        "ticket": stand.desk.post(stand.ticket, stand.playbook),
        "thread_note": stand.desk.note(stand.ticket, stand.playbook, "customer_wrote", FIELDS),
        "notice": stand.desk.account_paused(stand.playbook, "whatsapp", "190"),
    }[kind]
    row = stand.row(kind, body, anchor=stand.ticket.desk_ts if kind == "thread_note" else "")
    stand.http.lose = True

    with pytest.raises(Unconfirmed):
        stand.sender().send(part(row))

    assert isinstance(stand.sender().prove(row), Sent)
    assert [each for each in stand.desks.posts() if each == row.row_id] == [row.row_id]


def test_a_change_may_be_made_again_and_shows_the_ticket_as_it_is(stand: Stand) -> None:
    closed = replace(stand.ticket, state="closed", ended_by="U0LEA")
    row = stand.row("ticket_update", stand.desk.update(closed, stand.playbook), anchor=closed.desk_ts)
    before = len(stand.desks.posts())

    for _ in range(2):
        stand.sender().send(part(row))

    assert stand.sender().prove(row) == NotSent()
    assert len(stand.desks.posts()) == before
    assert stand.desks.shows(closed, stand.playbook)
    assert not stand.desks.shows(stand.ticket, stand.playbook)


def test_a_note_waits_for_its_tickets_message_and_a_lost_note_is_not_rewritten(stand: Stand) -> None:
    unposted = replace(stand.ticket, desk_ts="")
    note = stand.row("thread_note", stand.desk.note(unposted, stand.playbook, "customer_wrote", FIELDS))
    lost = stand.row("ticket_update", stand.desk.rewritten(stand.ticket, stand.playbook, "customer_wrote", FIELDS))

    with pytest.raises(Retryable):
        stand.sender().send(part(note))
    with pytest.raises(Refused):
        stand.sender().send(part(lost))
    assert stand.http.requests == 0


@pytest.mark.parametrize("kind", NOTES)
def test_every_kind_of_note_can_be_sent(stand: Stand, kind: str) -> None:
    body = stand.desk.note(stand.ticket, stand.playbook, kind, FIELDS)

    stand.sender().send(part(stand.row("thread_note", body, anchor=stand.ticket.desk_ts)))

    assert stand.http.requests == 1


@pytest.mark.parametrize("kind", sorted(set(NOTES) - CALLS_NOTHING))
def test_a_note_calls_whom_it_is_to_call(stand: Stand, kind: str) -> None:
    body = stand.desk.note(stand.ticket, stand.playbook, kind, FIELDS | {"to": "U0TOM S0CARE"})

    assert all(each in body for each in ("U0TOM", "S0CARE"))


def test_a_note_quotes_all_that_the_customer_wrote(stand: Stand) -> None:
    body = stand.desk.note(stand.ticket, stand.playbook, "in_full", {"text": "une ligne kkq1\net une autre kkq2"})

    stand.sender().send(part(stand.row("thread_note", body, anchor=stand.ticket.desk_ts)))

    assert "".join(stand.desks.quotations()).endswith("une ligne kkq1et une autre kkq2")


@pytest.mark.parametrize("text", ["", " ", "a", "é" * 1_999, "mot " * 3_000, "\N{GRINNING FACE}" * 5_000])
def test_what_fits_is_one_note_and_pieces_hold_every_word(stand: Stand, text: str) -> None:
    pieces = stand.desk.pieces(text)

    assert not stand.desk.fits(text) or len(pieces) <= 1
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_file_gets_a_place_its_bytes_and_one_message_to_stand_under(stand: Stand) -> None:
    body = json.dumps({"key": "k", "name": "photo.jpg", "size": 3, "type": "image/jpeg"})
    row = stand.row("file", body, anchor=stand.ticket.desk_ts, parts=3)
    sender = stand.sender()

    place = sender.send(part(row)).platform_id
    row = replace(row, parts=(Part(text="", platform_id=place), *row.parts[1:]))
    assert sender.prove(row) == NotSent()
    brought = sender.send(part(row, 1, place, data=b"abc")).platform_id
    row = replace(row, parts=(*row.parts[:1], Part(text="", platform_id=brought), *row.parts[2:]))
    assert sender.prove(row) == NotSent()
    shown = sender.send(part(row, 2, place, brought))

    assert isinstance(sender.prove(row), Sent)
    assert shown.platform_id == place.partition(" ")[0]
    assert list(stand.desks.files()) == [(b"abc", 1)]


def test_a_copy_is_erased_and_one_that_is_gone_counts_as_erased(stand: Stand) -> None:
    body = json.dumps({"erase": "message", "id": stand.ticket.desk_ts})

    for _ in range(2):
        stand.sender().send(part(stand.row("erasure", body)))

    assert not stand.desks.shows(stand.ticket, stand.playbook)


def test_the_board_is_posted_changed_and_pinned(stand: Stand) -> None:
    board = stand.desk.board(stand.playbook, [stand.ticket], 0, Millis(stand.world.clock()))
    posted = stand.sender().send(part(stand.row("notice", board.post))).platform_id

    for body in (board.update, board.pin, board.pin):
        stand.sender().send(part(stand.row("ticket_update", body, anchor=posted)))

    assert board.text
    assert stand.http.requests == 4


def test_a_dead_token_and_a_limited_rate_have_their_errors(stand: Stand) -> None:
    body = stand.desk.account_paused(stand.playbook, "whatsapp", "190")

    with pytest.raises(TokenExpired):
        stand.sender("another").send(part(stand.row("notice", body)))
    stand.desks.limit(20)
    with pytest.raises(RateLimited) as limited:
        stand.sender().send(part(stand.row("notice", body)))

    assert limited.value.after_s == 20


def test_while_it_is_down_nothing_is_claimed_to_be_there_or_not(stand: Stand) -> None:
    row = stand.row("ticket", stand.desk.post(stand.ticket, stand.playbook))
    stand.desks.go_down(stand.world.clock() + 60_000)

    with pytest.raises(SendError) as sending:
        stand.sender().send(part(row))
    with pytest.raises(SendError) as proving:
        stand.sender().prove(row)

    assert not any(isinstance(each.value, Refused | TokenExpired) for each in (sending, proving))
    assert row.row_id not in stand.desks.posts()


def test_the_same_ticket_is_drawn_by_the_same_body_each_time(stand: Stand) -> None:
    assert stand.desk.post(stand.ticket, stand.playbook) == stand.desk.post(stand.ticket, stand.playbook)


def test_an_agents_act_without_the_workspaces_own_key_is_not_taken(stand: Stand) -> None:
    stand.desks.agents.press("claim")
    hook = stand.world.presses.pop()
    forged = replace(hook.request, headers={"content-type": ("application/json",)})
    stand.world.presses.append(hook._replace(request=forged))

    stand.world.run()

    assert stand.world.table.ticket(stand.ticket.ticket_id) == stand.ticket


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), ("another", 401)])
def test_its_own_try_is_taken_with_the_workspaces_secret_alone_and_changes_nothing(
    secret: str, status: int, stand: Stand
) -> None:
    world, workspace = stand.world, stand.desks.workspace
    here = Wiring(world.settings, client=world.client, clock=world.clock, metrics=world.count, workspace=workspace)
    before = {name: len(waiting) for name, waiting in world.sqs.queues.items()}
    answer = here.answer_agent(workspace.probe(secret, world.clock()))

    assert answer.status == status
    assert {name: len(waiting) for name, waiting in world.sqs.queues.items()} == before
    assert world.table.ticket(stand.ticket.ticket_id) == stand.ticket
