"""What no webhook brought: whose list is read when, how far, and what is kept of that."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.errors import Unconfirmed
from chalicelib.model import (
    Account,
    AccountId,
    AccountKey,
    BrandId,
    ChannelName,
    EventId,
    ListRead,
    Message,
    Millis,
)
from chalicelib.ports import Listed
from chalicelib.services import Services
from chalicelib.stages import gap_sweep
from chalicelib.stages.gap_sweep import BACK_MS, EVERY, FIRST_MS, PAGES_MOST, SETTLES_MS, fill_gaps, is_due
from tests.simulation.world import SimWiring, Step, World

PERSON = "33600000001"
MINUTE = 60_000


def account(world: World, **more: Any) -> Account:
    found = services(world).directory.accounts()
    return replace(next(each for each in found if each.channel == "sms"), **more)


def services(world: World) -> Services:
    return SimWiring(world, world.settings).for_handlers


def at_its_minute(world: World, after_ms: int = SETTLES_MS) -> None:
    """Goes on to the next minute at which the account's list is read."""
    world.clock.now += after_ms
    while not is_due("sms", "4001", world.clock()):
        world.clock.now += MINUTE


def looked(world: World, *accounts: Account) -> list[dict[str, Any]]:
    """One look; returns the events that reached the inbox by it."""
    before = len(world.sqs.queues.get("inbox.fifo", ()))
    assert fill_gaps(accounts or [account(world)], world.clock(), services(world)) is None
    return [json.loads(each.body)["event"] for each in world.sqs.queues.get("inbox.fifo", [])[before:]]


def read(world: World) -> ListRead | None:
    return services(world).directory.list_read(account(world))


@pytest.fixture
def world() -> World:
    made = World()
    made.sms.deaf = True
    return made


def test_an_accounts_list_is_read_in_one_minute_of_fifteen() -> None:
    due = [is_due("sms", "4001", Millis(minute * MINUTE)) for minute in range(4 * EVERY)]

    assert sum(due) == 4
    assert due[:EVERY] == due[EVERY : 2 * EVERY]


def test_what_is_missing_is_handed_over_in_order_masked_and_once(world: World) -> None:
    for number in range(5):
        world.sms.writes(PERSON, f"n{number} 4970 1000 0000 0014")
        world.clock.now += 1_000
    at_its_minute(world)
    found = looked(world)

    assert [event["text"][:2] for event in found] == ["n0", "n1", "n2", "n3", "n4"]
    assert not any("4970" in event["text"] for event in found)
    assert all(event["sent_at"] for event in found)
    assert world.counts["gap_filled"] == 5
    at_its_minute(world, MINUTE)
    assert looked(world) == []


def test_a_stop_is_taken_from_a_list_and_a_start_is_not(world: World) -> None:
    """Minutes late, a START could undo a STOP that was written after it."""
    world.sms.writes(PERSON, "START")
    world.clock.now += 1_000
    world.sms.writes(PERSON, "STOP")
    at_its_minute(world)
    (found,) = looked(world)

    assert found["kind"] == "opt_out"
    assert not found.get("undone")


def test_what_is_younger_than_ten_minutes_is_left_to_its_webhook(world: World) -> None:
    at_its_minute(world)
    world.sms.writes(PERSON, "là ?")

    assert looked(world) == []
    at_its_minute(world)
    assert len(looked(world)) == 1


def test_a_message_whose_webhook_came_is_not_handed_over(world: World) -> None:
    world.sms.deaf = False
    world.run(Step(lambda world: world.sms.writes(PERSON, "Vos horaires ?")))
    at_its_minute(world)

    assert looked(world) == []
    assert "gap_filled" not in world.counts


def test_what_another_account_had_before_is_not_read_for_a_brand_that_was_connected_since(world: World) -> None:
    world.sms.writes(PERSON, "pour une autre marque")
    world.clock.now += 1_000
    at_its_minute(world)
    other = account(world, key=AccountKey("another"), connected_at=world.clock())
    services(world).directory.keep_list_read(account(world), ListRead(account=AccountKey("ka-sms"), since=Millis(0)))
    assert looked(world, other) == []
    at_its_minute(world, SETTLES_MS)
    assert looked(world, other) == []


def test_no_list_is_read_from_before_a_week_or_the_first_time_before_a_day(world: World) -> None:
    asked: list[int] = []
    real = services(world)

    class Noting:
        def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
            asked.append(since)
            return Listed(())

    noting = replace(real, channel=lambda _: Noting())  # type: ignore[arg-type, return-value]  # a sender that only lists
    at_its_minute(world)
    fill_gaps([account(world)], world.clock(), noting)
    real.directory.keep_list_read(account(world), ListRead(account=AccountKey("ka-sms"), since=Millis(1)))
    fill_gaps([account(world)], world.clock(), noting)

    assert asked == [world.clock() - FIRST_MS, world.clock() - BACK_MS]


def test_a_list_too_long_for_one_run_is_gone_on_with_in_the_next(world: World) -> None:
    total = 2 * PAGES_MOST + 3  # pages have two messages
    for number in range(total):
        world.sms.writes(PERSON, f"n{number}")
        world.clock.now += 1_000
    at_its_minute(world)
    first = looked(world)
    held = read(world)
    assert held is not None
    assert held.page
    at_its_minute(world, MINUTE)
    second = looked(world)
    held = read(world)
    assert held is not None

    assert (len(first), len(second)) == (2 * PAGES_MOST, 3)
    assert (held.page, held.until, held.found) == ("", 0, total)


def test_a_list_that_fails_is_counted_named_and_read_again_from_the_same_time(world: World) -> None:
    world.sms.writes(PERSON, "perdu")
    world.sms.unlisted_until = world.clock() + 3_600_000
    at_its_minute(world)
    assert looked(world) == []
    held = read(world)
    assert held is not None
    assert (held.error, world.counts["gap_unread"]) == ("20503", 1)
    world.sms.unlisted_until = 0
    at_its_minute(world, MINUTE)

    assert len(looked(world)) == 1
    held = read(world)
    assert held is not None
    assert held.error == ""


def test_where_a_reading_went_on_is_forgotten_when_the_platform_knows_it_no_more(world: World) -> None:
    world.sms.writes(PERSON, "perdu")
    at_its_minute(world)
    begun = ListRead(
        account=AccountKey("ka-sms"), since=Millis(world.clock() - FIRST_MS), page="/gone", until=world.clock()
    )
    services(world).directory.keep_list_read(account(world), begun)

    assert looked(world) == []
    at_its_minute(world, MINUTE)
    assert len(looked(world)) == 1


def test_an_account_without_a_list_is_not_asked(world: World) -> None:
    calls = len(world.injector.trace)
    without = account(world, channel=ChannelName("whatsapp"), account_id=AccountId("1001"))
    for _ in range(EVERY):
        assert fill_gaps([without], world.clock(), services(world)) is None
        world.clock.now += MINUTE

    assert world.injector.trace[calls:] == []


def test_one_account_that_fails_keeps_no_other_from_being_read(world: World) -> None:
    world.sms.writes(PERSON, "perdu")
    at_its_minute(world)
    unknown = account(world, brand=BrandId("nobody"), connected_at=Millis(world.clock() - FIRST_MS))
    real = services(world)

    def broken(one: Account) -> Any:
        if one.brand == "nobody":
            raise ValueError("odd")
        return real.channel(one)

    error = fill_gaps([unknown, account(world)], world.clock(), replace(real, channel=broken))

    assert isinstance(error, ValueError)
    assert len(world.sqs.queues["inbox.fifo"]) == 1


class Pages:
    """A list of pages, an event each; each page takes so long to be read, and one of them fails."""

    def __init__(self, world: World, takes_ms: int = 0, fails_at: int = -1) -> None:
        self.world, self.takes_ms, self.fails_at = world, takes_ms, fails_at
        self.asked: list[int] = []
        self.of: list[str] = []

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed:
        number = int(page or 0)
        self.asked.append(number)
        self.of.append(account_id)
        self.world.clock.now += self.takes_ms
        if number == self.fails_at:
            raise Unconfirmed("http_500")
        where = address_of("sms", account_id, PERSON)
        event = Message(event_id=EventId(f"SM{number}"), address=where, sent_at=since, text=f"n{number}")
        return Listed((event,), str(number + 1))


def look(world: World, pages: Pages, began: Millis) -> None:
    given = replace(services(world), channel=lambda _: pages)  # type: ignore[arg-type, return-value]  # only lists
    assert fill_gaps([account(world)], began, given) is None


def test_no_page_is_asked_for_when_the_sweeps_time_is_over_and_the_next_run_goes_on_there(world: World) -> None:
    at_its_minute(world)
    pages = Pages(world, takes_ms=15_000)
    look(world, pages, world.clock())
    world.clock.now += gap_sweep.LAST_MS
    look(world, pages, Millis(world.clock() - gap_sweep.LAST_MS - 1))
    held = read(world)
    assert held is not None

    assert pages.asked == [0, 1, 2]
    assert (held.page, held.found) == ("3", 3)


def test_what_was_found_before_a_page_that_fails_is_handed_over(world: World) -> None:
    at_its_minute(world)
    pages = Pages(world, fails_at=2)
    look(world, pages, world.clock())
    held = read(world)
    assert held is not None
    assert (held.page, held.found, held.error) == ("2", 2, "")
    look(world, pages, world.clock())
    held = read(world)
    assert held is not None

    assert (held.page, held.found, held.error) == ("", 2, "http_500")
    assert pages.asked == [0, 1, 2, 2]


def test_accounts_of_one_minute_share_the_time_and_each_has_its_turn_within_the_hour(world: World) -> None:
    """One list is endless and each page takes nine seconds: of twelve accounts four are read in a run."""
    at_its_minute(world)
    due = [AccountId(str(number)) for number in range(2_000) if is_due("sms", str(number), world.clock())][:12]
    accounts = [account(world, account_id=each, key=AccountKey(f"k{each}")) for each in due]
    pages = Pages(world, takes_ms=9_000)
    given = replace(services(world), channel=lambda _: pages)  # type: ignore[arg-type, return-value]  # only lists
    runs = []
    for _ in range(gap_sweep.TURNS):
        began, before = world.clock(), len(pages.of)
        assert fill_gaps(accounts, began, given) is None
        runs.append(pages.of[before:])
        world.clock.now = began + EVERY * MINUTE

    assert {each for run in runs for each in run} == set(due)
    assert [len(set(run)) for run in runs] == [len(run) for run in runs]
    assert world.counts["gap_unread"] == sum(len(due) - len(run) for run in runs)


def test_a_list_that_shows_a_message_late_is_found_and_told_once(world: World) -> None:
    world.sms.writes(PERSON, "en retard")
    hidden = world.sms.heard.pop()
    at_its_minute(world)
    assert looked(world) == []
    world.sms.heard.append(hidden)
    at_its_minute(world, MINUTE)
    assert [event["text"] for event in looked(world)] == ["en retard"]
    at_its_minute(world, MINUTE)
    assert looked(world) == []
    held = read(world)
    assert held is not None

    assert (held.found, held.lagged, held.told_at > 0) == (1, 1, True)
    assert world.counts["gap_lagged"] == 1


def test_what_is_read_once_more_begins_not_before_the_account_was_connected_again(world: World) -> None:
    world.sms.writes(PERSON, "avant")
    at_its_minute(world)
    now = world.clock()
    begun = ListRead(account=AccountKey("ka-sms"), since=Millis(now - SETTLES_MS - MINUTE))
    services(world).directory.keep_list_read(account(world), begun)

    assert looked(world, account(world, connected_at=begun.since)) == []


@pytest.mark.parametrize("odd", [{"from": ""}, {"from": "x" * 300}, {"date_created": "yesterday"}])
def test_a_listed_message_that_says_not_whose_or_when_is_counted_and_hinders_no_other(
    world: World, odd: dict[str, str]
) -> None:
    world.sms.writes(PERSON, "sans auteur")
    world.sms.heard[-1] |= odd
    world.sms.writes(PERSON, "avec auteur")
    at_its_minute(world)
    assert [event["text"] for event in looked(world)] == ["avec auteur"]
    held = read(world)
    assert held is not None

    assert world.counts["gap_unplaced"] == 1
    assert (held.unplaced, held.found) == (0 if "date_created" in odd else 1, 1)
