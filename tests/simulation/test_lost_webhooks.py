"""Messages that no webhook brought: found once, whatever comes beside, and never brought back to somebody erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.model import Millis, OutboxRow, Part
from chalicelib.stages.gap_sweep import SETTLES_MS, is_due
from chalicelib.stages.mark_sent import mark_sent
from chalicelib.stages.sweep import sweep
from chalicelib.store import keys, rows, wire
from tests.unit.store.fixtures import put, row

from .faults import STALL_MS
from .paths import HOURS, ODD, PERSON, all_of, deaf, hears_again, natively, says, trouble, wishes_its_list
from .platforms import Platform, answer, listed_message
from .world import SimWiring, World


def look(world: World, channel: str = "sms") -> None:
    """The account's next reading, and all that follows."""
    platform: Platform = getattr(world, channel)
    platform.unheard.clear()  # the run need not wait for it
    world.clock.now += SETTLES_MS
    while not is_due(channel, platform.account_id, Millis(world.clock.now), REGISTRY[channel].traits.list_every):
        world.clock.now += 60_000
    world._start("sweep", lambda wiring: sweep(wiring.for_handlers), lambda worker: None)
    world.run()


def messages(world: World, author: str) -> list[dict[str, Any]]:
    found = [wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#")]
    return [item for item in found if item["author"] == author]


def head(world: World) -> dict[str, Any]:
    (found,) = [wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk == "head"]
    return found


def tickets(world: World) -> list[dict[str, Any]]:
    found = [wire.from_avs(item) for (pk, _), item in world.dynamo.items.items() if "#ticket#" in pk or "#t#" in pk]
    return [item for item in found if "state" in item and "messages" in item]


def customers_messages(world: World) -> list[str]:
    found = [wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#")]
    return [item.get("text", "") for item in found if item["author"] == "customer"]


def test_a_webhook_that_comes_after_its_message_was_found_is_the_same_event() -> None:
    world = World()
    deaf("sms")(world)
    world.run(says("sms", HOURS), hears_again("sms"))
    assert customers_messages(world) == [HOURS]

    world.sms.hooks += world.sms.kept
    world.run()

    assert customers_messages(world) == [HOURS]
    assert len(world.sms.said) == 1
    assert world.counts["duplicate"] >= 1


def test_a_message_of_somebody_who_was_erased_is_not_found_again() -> None:
    world = World()
    world.run(says("sms", HOURS))
    (contact,) = {pk.rsplit("#", 1)[1] for pk, sk in world.dynamo.items if sk == "contact"}
    world.clock.now += STALL_MS
    erase(world.table, contact, world.clock())
    look(world)

    assert customers_messages(world) == []
    assert "gap_filled" not in world.counts


def test_what_customers_write_to_a_paused_account_is_found_as_its_webhooks_would_be_taken() -> None:
    world = World()
    directory = SimWiring(world, world.settings).directory
    account = directory.by_id("sms", "4001")
    assert account is not None
    directory.pause(account, "Refused", by="r")
    deaf("sms")(world)
    world.sms.writes(PERSON, HOURS)
    look(world)

    assert customers_messages(world) == [HOURS]
    assert world.sms.said == []


def test_a_list_that_refuses_a_dead_token_is_read_from_where_it_was_when_the_account_is_connected_again() -> None:
    world = World()
    look(world)
    deaf("sms")(world)
    world.sms.token = "token-2"
    world.sms.writes(PERSON, HOURS)
    look(world)
    assert customers_messages(world) == []

    world.reconnect(world.sms, "token-3")
    world.run()
    look(world)
    assert customers_messages(world) == [HOURS]


# --- what people answered in the platform's own app -------------------------------------------

LISTS_OWN = ("messenger", "instagram", "x")
BY_HAND = "Oui, en rose aussi. zz"


@pytest.mark.parametrize("channel", LISTS_OWN)
def test_an_answer_in_the_platforms_own_app_that_no_webhook_brought_silences_the_bot_and_answers_the_ticket(
    channel: str,
) -> None:
    world = World()
    world.run(says(channel, ODD))
    (ticket,) = tickets(world)
    assert ticket["state"] == "open"
    all_of(deaf(channel), wishes_its_list(channel))(world)
    world.run(natively(channel, BY_HAND, 60_000))

    (said,) = messages(world, "native")
    (ticket,) = tickets(world)
    assert (said["text"], ticket["state"], head(world)["mode"]) == (BY_HAND, "answered", "human")
    look(world, channel)
    assert len(messages(world, "native")) == 1


@pytest.mark.parametrize("channel", LISTS_OWN)
def test_what_a_customer_wrote_after_such_an_answer_is_not_answered_by_it(channel: str) -> None:
    world = World()
    world.run(says(channel, ODD))
    all_of(deaf(channel), wishes_its_list(channel))(world)
    getattr(world, channel).native(PERSON, BY_HAND)
    world.clock.now += 5_000
    getattr(world, channel).deaf = False
    world.run(says(channel, "Et en bleu, vous en avez ?"))

    assert [each["text"] for each in messages(world, "native")] == [BY_HAND]
    assert [each["state"] for each in tickets(world)] == ["open"]


@pytest.mark.parametrize("channel", LISTS_OWN)
def test_our_own_listed_answers_are_nobody_elses(channel: str) -> None:
    world = World()
    wishes_its_list(channel)(world)
    world.run(says(channel, HOURS))
    look(world, channel)

    assert messages(world, "native") == []
    assert head(world)["mode"] == "bot"
    assert "gap_filled" not in world.counts


@pytest.mark.parametrize("channel", ["messenger", "instagram"])  # X proves its rows by a list of its own
def test_a_row_of_which_nobody_knew_whether_it_was_sent_is_proved_by_the_list(channel: str) -> None:
    world = World()
    trouble(channel, answer(502, {}))(world)
    world.run(says(channel, HOURS))
    (row,) = [each for each in messages(world, "bot") if each.get("state") == "unknown"]
    platform: Platform = getattr(world, channel)
    platform.heard.append(listed_message(platform, "m_there", row["text"], platform.account_id, PERSON))
    look(world, channel)

    (row,) = [each for each in messages(world, "bot") if each["row_id"] == row["row_id"]]
    assert (row["state"], row["platform_ids"]) == ("sent", ["m_there"])
    assert messages(world, "native") == []


@pytest.mark.parametrize("channel", LISTS_OWN)
def test_an_answer_to_somebody_who_was_erased_brings_nobody_back(channel: str) -> None:
    world = World()
    world.run(says(channel, HOURS))
    (contact,) = {pk.rsplit("#", 1)[1] for pk, sk in world.dynamo.items if sk == "contact"}
    world.clock.now += STALL_MS
    wishes_its_list(channel)(world)
    erase(world.table, contact, world.clock())
    getattr(world, channel).native(PERSON, BY_HAND)
    getattr(world, channel).hooks.clear()
    look(world, channel)

    assert messages(world, "native") == []
    assert not [sk for _, sk in world.dynamo.items if sk == "contact"]


@pytest.mark.parametrize(("after_ms", "found"), [(3_600_000, []), (25 * 3_600_000, ["Et samedi ?"])])
def test_nothing_is_taken_from_a_list_for_a_day_after_another_app_had_a_conversation(
    after_ms: int, found: list[str]
) -> None:
    world = World()
    world.messenger.elsewhere("33600000002", HOURS)
    world.run()
    for _ in range(3):
        look(world, "messenger")
    world.clock.now += after_ms
    deaf("messenger")(world)
    world.messenger.writes(PERSON, "Et samedi ?")
    look(world, "messenger")

    assert customers_messages(world) == found
    read = SimWiring(world, world.settings).directory.by_id("messenger", world.messenger.account_id)
    assert read is not None
    listed = SimWiring(world, world.settings).directory.list_read(read)
    assert listed is not None
    assert listed.error == ("" if found else "another_app")


def test_a_list_that_the_platform_bills_is_asked_for_by_nobody_who_did_not_ask_for_it() -> None:
    world = World()
    world.x.writes(PERSON, HOURS)
    world.x.hooks.clear()
    look(world, "x")

    assert customers_messages(world) == []
    assert not [each for each in world.injector.trace if "mentions" in str(each) or "dm_events" in str(each)]


# --- a page that two channels have ------------------------------------------------------------


def ended(world: World, channel: str) -> OutboxRow:
    """A private answer of this channel's, which its worker has sent and ends now."""
    services = SimWiring(world, world.settings).for_handlers
    address = address_of(channel, world.messenger.account_id, PERSON)
    sent = replace(
        row(),
        row_id=keys.row_id("c", world.clock.now * 100, address),
        address=address,
        parts=(Part(text=BY_HAND, platform_id="m_P1"),),
    )
    put(world.table, sent)
    assert rows.claim(world.table, sent, now=world.clock(), lease_ms=60_000, fence=None, token="t") == "claimed"
    claimed = world.table.open_row(sent.row_id)
    assert claimed is not None
    mark_sent(world.table, claimed, world.clock(), services, own=True)
    return claimed


@pytest.mark.parametrize(("channel", "natives"), [("facebook", []), ("instagram", [BY_HAND])])
def test_a_private_answer_to_a_comment_stands_in_the_list_of_messages_and_is_nobody_elses(
    channel: str, natives: list[str]
) -> None:
    """Instagram has no part in a page's webhook: what has its marker is another message."""
    world = World()
    world.run(says("messenger", HOURS))
    ended(world, channel)
    platform = world.messenger
    platform.heard.append(listed_message(platform, "m_P1", BY_HAND, platform.account_id, PERSON))
    look(world, "messenger")

    assert [each["text"] for each in messages(world, "native")] == natives


def test_a_list_that_shows_nothing_of_it_proves_nothing() -> None:
    world = World()
    trouble("messenger", answer(502, {}))(world)
    world.run(says("messenger", HOURS))
    look(world, "messenger")

    assert [each["state"] for each in messages(world, "bot") if each.get("kind") == "reply"] == ["unknown"]
