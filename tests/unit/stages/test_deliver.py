"""One row to a platform: what each error of the platform does with it, and what a proof does after a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import events
from chalicelib.conversation import TimelineMessage, address_of
from chalicelib.errors import (
    RateLimited,
    Refused,
    Retryable,
    SendError,
    TokenExpired,
    Unconfirmed,
    WindowClosed,
)
from chalicelib.model import (
    Account,
    AccountId,
    AccountPaused,
    BlobRef,
    BrandId,
    CannotTell,
    DeliveryReport,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    Part,
    Proof,
    QuickReply,
    Sent,
    at_desk,
)
from chalicelib.stages.deliver import BACKOFF_MS, MAX_TRIES, MIN_REMAINING_MS, deliver, show_typing
from chalicelib.store import items, keys
from tests.simulation.world import START, SimWiring, World
from tests.unit.decision import views
from tests.unit.store import fixtures

CUSTOMER = address_of("messenger", "2001", "77")
DESK = at_desk("slack", "T0GUICHET/C0MAISON", "t1")
ID = keys.row_id("c1", START * 100, CUSTOMER)
POST = json.dumps({"method": "chat.postMessage", "payload": {"text": "x"}})
OPENING = json.dumps({"shows": [], "messages": 1})
LONG = 60_000


class Platform:
    """A channel that gives the next answer, or raises the next error, and keeps what it was asked."""

    def __init__(self, *answers: Proof | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[OutboundPart] = []
        self.proved: list[OutboxRow] = []

    def _next(self) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self, part: OutboundPart) -> Sent:
        self.sent.append(part)
        answer: Sent = self._next()
        return answer

    def show_typing(self, part: OutboundPart) -> None:
        self.send(part)

    def prove(self, row: OutboxRow) -> Proof:
        self.proved.append(row)
        answer: Proof = self._next()
        return answer


class Stage:
    """A stage's table and queues in memory, one platform beside it."""

    def __init__(self, *answers: Proof | Exception) -> None:
        self.world, self.platform = World(), Platform(*answers)
        wired = SimWiring(self.world, self.world.settings).for_handlers
        self.services = replace(wired, channel=lambda account: self.platform)  # type: ignore[arg-type, return-value]
        self.left: Callable[[], int] = lambda: LONG
        fixtures.first_commit(self.world.table)
        ticket = views.ticket(ticket_id="t1", desk_account="T0GUICHET/C0MAISON")
        self.world.table.put(keys.ticket(self.world.brand, "t1"), items.ticket_item(ticket))

    def row(self, **more: Any) -> OutboxRow:
        self.address = more.get("address", CUSTOMER)
        self.row_id = keys.row_id("c1", START * 100, self.address)
        given = {
            "row_id": self.row_id,
            "created_at": Millis(START),
            "not_before": Millis(START),
            "address": self.address,
            "attempt": int(more.get("state") == "claimed"),
            "ticket_id": "t1" if self.address == DESK else "",
            "body": {"ticket": OPENING, "thread_note": POST}.get(more.get("kind", ""), ""),
        }
        row = fixtures.row(**(given | more))
        self.world.table.put(keys.open_row(self.world.brand, self.row_id), items.row_item(row))
        return row

    def deliver(self) -> None:
        deliver(self.world.brand, keys.recipient(self.address), self.services, self.left)

    def account(self, channel: str = "messenger", account_id: str = "2001") -> Account:
        found = self.services.directory.by_id(channel, account_id)
        assert found is not None
        return found

    @property
    def open(self) -> OutboxRow:
        found = self.world.table.open_row(self.row_id)
        assert found is not None
        return found

    @property
    def finished(self) -> TimelineMessage:
        found = self.world.table.finished_row(self.row_id)
        assert found is not None
        return found

    def bodies(self, queue: str) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.world.sqs.queues.get(queue, ())]

    def reports(self) -> list[Any]:
        return [events.decode(json.dumps(body["event"])) for body in self.bodies("inbox.fifo")]


def test_each_part_is_one_request_that_knows_the_parts_before_it() -> None:
    stage = Stage(Sent("mid.0"), Sent("mid.1"))
    stage.row(parts=(Part(text="Bonjour"), Part(text="et merci")))
    stage.deliver()

    assert [(part.index, part.text, part.known) for part in stage.platform.sent] == [
        (0, "Bonjour", ()),
        (1, "et merci", ("mid.0",)),
    ]
    assert (stage.finished.state, stage.finished.platform_ids) == ("sent", ("mid.0", "mid.1"))


def test_a_part_that_was_sent_is_not_sent_again() -> None:
    stage = Stage(Sent("mid.1"))
    stage.row(parts=(Part(text="Bonjour", platform_id="mid.0"), Part(text="et merci")))
    stage.deliver()

    assert [part.index for part in stage.platform.sent] == [1]
    assert stage.finished.platform_ids == ("mid.0", "mid.1")


def test_a_platform_that_gives_no_id_has_the_message_under_the_rows() -> None:
    stage = Stage(Sent(""))
    stage.row()
    stage.deliver()

    assert stage.finished.platform_ids == (ID,)


def test_with_too_little_time_nothing_is_begun_and_the_notification_comes_again() -> None:
    stage = Stage()
    stage.row()
    stage.left = lambda: MIN_REMAINING_MS - 1
    stage.deliver()

    assert stage.open.state == "pending"
    assert [body["recipient"] for body in stage.bodies("outbox.fifo")] == [keys.recipient(CUSTOMER)]


def test_a_part_for_which_no_time_is_left_is_sent_by_the_next_worker() -> None:
    stage = Stage(Sent("mid.0"))
    stage.row(parts=(Part(text="Bonjour"), Part(text="et merci")))
    left = iter((LONG, MIN_REMAINING_MS - 1))
    stage.left = lambda: next(left)
    stage.deliver()

    assert [part.platform_id for part in stage.open.parts] == ["mid.0", ""]
    assert (stage.open.state, stage.open.tries, len(stage.platform.sent)) == ("pending", 0, 1)


@pytest.mark.parametrize(
    ("error", "state", "tries", "wait_ms", "code"),
    [
        (Retryable("503"), "pending", 3, BACKOFF_MS[2], "503"),
        (RateLimited("429", 7.5), "pending", 2, 7_500, "429"),
        (RateLimited("429", 0.1), "pending", 2, 1_000, "429"),
    ],
)
def test_what_may_pass_is_tried_again_later(error: SendError, state: str, tries: int, wait_ms: int, code: str) -> None:
    stage = Stage(error)
    stage.row(tries=2)
    stage.deliver()

    assert (stage.open.state, stage.open.tries, stage.open.error_code) == (state, tries, code)
    assert stage.open.not_before == START + wait_ms
    assert stage.reports() == []


def test_a_message_whose_answer_was_lost_is_asked_about_before_anything_else() -> None:
    stage = Stage(Unconfirmed("503"))
    stage.row()
    stage.deliver()
    surface = stage.services.traits("messenger").private
    assert surface is not None

    assert (stage.open.state, stage.open.tries) == ("claimed", 0)
    assert stage.open.not_before == START + surface.prove_after_ms


@pytest.mark.parametrize(
    ("error", "tries", "code"),
    [
        (Refused("100"), 0, "Refused 100"),
        (WindowClosed("10"), 0, "WindowClosed 10"),
        (Retryable("503"), MAX_TRIES - 1, "Retryable 503"),
        (Refused(""), 0, "Refused"),
    ],
)
def test_what_does_not_pass_fails_and_is_reported_with_its_kind(error: SendError, tries: int, code: str) -> None:
    stage = Stage(error)
    stage.row(tries=tries)
    stage.deliver()
    (told,) = stage.reports()

    assert isinstance(told, DeliveryReport)
    assert (told.status, told.code, told.row.row_id) == ("failed", code, ID)
    assert (stage.finished.state, stage.finished.error_code) == ("failed", code)


def test_a_window_that_has_closed_is_not_tried() -> None:
    stage = Stage()
    stage.row(window_until=Millis(START - 1))
    stage.deliver()

    assert stage.platform.sent == []
    assert (stage.finished.state, stage.finished.error_code) == ("failed", "WindowClosed")


def test_a_dead_token_pauses_the_account_keeps_the_row_and_tells_the_team_once() -> None:
    stage = Stage(TokenExpired("190"))
    stage.row()
    stage.deliver()

    assert (stage.account().paused, stage.open.state) == ("190", "pending")
    (told,) = stage.reports()
    assert isinstance(told, AccountPaused)
    assert told.code == "190"

    stage.deliver()
    assert len({each.event_id for each in stage.reports()}) == 1
    assert len(stage.platform.sent) == 1


def test_a_refusal_of_the_token_before_does_not_pause_an_account_that_was_connected_again_meanwhile() -> None:
    stage = Stage()
    stage.row()
    account = stage.account()

    class Reconnecting:
        """A platform that refuses the old token just when somebody has given the new one."""

        sent = 0

        def send(self, part: OutboundPart) -> Sent:
            self.sent += 1
            if self.sent > 1:
                return Sent(f"m{part.index}")
            directory = stage.services.directory
            assert directory.resume(account.channel, account.account_id, Millis(START + 1)) is not None
            raise TokenExpired("190")

    one = Reconnecting()
    stage.services = replace(stage.services, channel=lambda _: one)  # type: ignore[arg-type, return-value]
    stage.deliver()

    assert (stage.account().paused, stage.finished.state) == ("", "sent")
    assert [each for each in stage.reports() if isinstance(each, AccountPaused)] == []


def test_a_ticket_that_slack_refuses_pauses_slack_and_is_not_given_up() -> None:
    stage = Stage(Refused("channel_not_found"))
    stage.row(kind="ticket", author="system", address=DESK)
    stage.deliver()

    assert (stage.account("slack", "T0GUICHET/C0MAISON").paused, stage.open.state) == ("channel_not_found", "pending")
    assert stage.world.counts["desk_paused"] == 1
    assert stage.reports() == []


def test_a_note_that_slack_refuses_is_given_up_and_counted() -> None:
    stage = Stage(Refused("invalid_blocks"))
    stage.row(kind="thread_note", author="system", address=DESK)
    stage.deliver()

    assert stage.world.counts["desk_row_failed"] == 1
    assert stage.finished.state == "failed"
    assert stage.reports() == []


def test_an_account_that_another_brand_has_now_sends_nothing_of_this_one() -> None:
    stage = Stage()
    stage.row()
    stage.services.directory.put_account(replace(stage.account(), brand=BrandId("atelier-nord")))
    stage.deliver()

    assert stage.platform.sent == []
    assert (stage.open.state, stage.world.counts["row_parked"]) == ("pending", 1)


@pytest.mark.parametrize("kind", ["reply", "ticket"])
def test_the_platforms_proof_ends_a_row_whose_worker_died(kind: str) -> None:
    stage = Stage(Sent("mid.9"))
    address = CUSTOMER if kind == "reply" else DESK
    stage.row(kind=kind, state="claimed", lease_until=Millis(START - 1), address=address)
    stage.deliver()

    assert stage.platform.sent == []
    assert (stage.finished.state, stage.finished.platform_ids) == ("sent", ("mid.9",))


def test_a_lease_that_runs_is_waited_for() -> None:
    stage = Stage()
    stage.row(state="claimed", lease_until=Millis(START + 5_000))
    stage.deliver()

    assert (stage.platform.sent, stage.platform.proved) == ([], [])
    assert stage.open.state == "claimed"


def test_a_proof_of_the_first_part_sends_the_rest_and_nothing_twice() -> None:
    stage = Stage(Sent("mid.0"), Sent("mid.1"))
    stage.row(state="claimed", lease_until=Millis(START - 1), parts=(Part(text="Bonjour"), Part(text="et merci")))
    stage.deliver()

    assert [part.text for part in stage.platform.sent] == ["et merci"]
    assert stage.finished.platform_ids == ("mid.0", "mid.1")


def test_what_is_proved_not_to_be_there_is_sent_again() -> None:
    stage = Stage(NotSent(), Sent("mid.2"))
    stage.row(state="claimed", lease_until=Millis(START - 1))
    stage.deliver()

    assert len(stage.platform.sent) == 1
    assert stage.finished.platform_ids == ("mid.2",)


@pytest.mark.parametrize("answer", [CannotTell(), Retryable("503"), Refused("100")])
def test_a_message_of_which_nothing_can_be_known_is_not_sent_twice_and_a_person_is_told(
    answer: Proof | Exception,
) -> None:
    stage = Stage(answer)
    stage.row(state="claimed", lease_until=Millis(START - 1), error_code="503")
    stage.deliver()
    (told,) = stage.reports()

    assert stage.platform.sent == []
    assert (told.status, told.code) == ("unknown", "Unconfirmed 503")
    assert stage.finished.state == "unknown"


@pytest.mark.parametrize(("answer", "code"), [(CannotTell(), "cannot_tell"), (Retryable("503"), "503")])
def test_a_ticket_of_which_nothing_can_be_known_is_asked_for_again(answer: Proof | Exception, code: str) -> None:
    stage = Stage(answer)
    stage.row(kind="ticket", state="claimed", lease_until=Millis(START - 1), address=DESK, tries=1)
    stage.deliver()

    assert (stage.open.state, stage.open.tries, stage.open.error_code) == ("claimed", 2, code)
    assert stage.open.not_before == START + BACKOFF_MS[1]
    assert stage.platform.sent == []


def test_a_ticket_of_which_slack_never_tells_is_posted_again_rather_than_read_by_nobody() -> None:
    stage = Stage(CannotTell(), Sent("1.2"))
    stage.row(kind="ticket", state="claimed", lease_until=Millis(START - 1), address=DESK, tries=MAX_TRIES)
    stage.deliver()

    assert stage.finished.platform_ids == ("1.2",)


def test_a_note_of_which_slack_never_tells_is_given_up_as_unknown() -> None:
    stage = Stage(CannotTell())
    stage.row(kind="thread_note", state="claimed", lease_until=Millis(START - 1), address=DESK, tries=MAX_TRIES)
    stage.deliver()

    assert (stage.finished.state, stage.platform.sent) == ("unknown", [])


def test_a_token_that_dies_before_the_proof_pauses_the_account_and_keeps_the_row_claimed() -> None:
    stage = Stage(TokenExpired("190"))
    stage.row(state="claimed", lease_until=Millis(START - 1))
    stage.deliver()

    assert (stage.account().paused, stage.open.state, stage.platform.sent) == ("190", "claimed", [])


# --- typing -----------------------------------------------------------------------------------


def typing(stage: Stage, **changed: Any) -> int:
    """How many requests it takes to show that an answer is being written."""
    stage.services.directory.put_account(replace(stage.account(), **changed))
    show_typing(stage.world.brand, CUSTOMER, "mid.0", stage.services)
    return len(stage.platform.sent)


def test_a_customer_sees_that_an_answer_is_being_written() -> None:
    stage = Stage(Sent(""))

    assert typing(stage) == 1
    assert stage.platform.sent[0].anchor == "mid.0"


def test_a_typing_sign_that_fails_is_counted_and_stops_nothing() -> None:
    stage = Stage(Retryable("503"))
    typing(stage)

    assert stage.world.counts == {"typing_failed": 1}


@pytest.mark.parametrize("changed", [{"paused": "190"}, {"brand": "atelier-nord"}])
def test_nothing_is_shown_through_a_paused_account_or_anothers(changed: dict[str, Any]) -> None:
    assert typing(Stage(), **changed) == 0


def test_nothing_is_shown_where_nobody_is_connected() -> None:
    stage = Stage()
    show_typing(stage.world.brand, replace(CUSTOMER, account_id=AccountId("9")), "", stage.services)

    assert stage.platform.sent == []


def test_what_a_platform_cannot_carry_is_never_asked_of_it_and_a_person_is_told() -> None:
    stage = Stage()
    traits = stage.services.traits("messenger")
    assert traits.private is not None
    bare = replace(traits, private=replace(traits.private, files=0))
    stage.services = replace(stage.services, traits=lambda _: bare)
    photo = BlobRef(key="media/x/1", media_type="image/jpeg", size=4_000, name="image-1.jpg")
    stage.row(parts=(Part(text="Voici"), Part(text="", files=(photo,))))
    stage.platform.answers = [Sent("mid.0")]
    stage.deliver()

    assert [part.text for part in stage.platform.sent] == ["Voici"]
    assert (stage.finished.state, stage.finished.error_code) == ("failed", "Refused no_files")
    (report,) = stage.reports()
    assert isinstance(report, DeliveryReport)
    assert (report.status, report.code) == ("failed", "Refused no_files")


def test_a_part_is_sent_with_all_that_its_row_says() -> None:
    stage = Stage(Sent("mid.0"))
    traits = stage.services.traits("messenger")
    assert traits.private is not None
    able = replace(traits, private=replace(traits.private, quick_replies=3, quick_reply_limit=20))
    stage.services = replace(stage.services, traits=lambda _: able)
    choices = (QuickReply("Un retour", "return"),)
    stage.row(parts=(Part(text="Que voulez-vous ?", quick_replies=choices),))
    stage.deliver()

    (sent,) = stage.platform.sent
    assert (sent.text, sent.quick_replies) == ("Que voulez-vous ?", choices)
    assert stage.finished.state == "sent"
