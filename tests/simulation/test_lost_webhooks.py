"""Messages that no webhook brought: found once, whatever comes beside, and never brought back to somebody erased."""

from __future__ import annotations

from chalicelib.admin.erase import erase
from chalicelib.model import Millis
from chalicelib.stages.gap_sweep import SETTLES_MS, is_due
from chalicelib.stages.sweep import sweep
from chalicelib.store import wire

from .faults import STALL_MS
from .paths import HOURS, PERSON, deaf, hears_again, says
from .world import SimWiring, World


def look(world: World) -> None:
    """The account's next reading, and all that follows."""
    world.sms.unheard.clear()  # the run need not wait for it
    world.clock.now += SETTLES_MS
    while not is_due("sms", "4001", Millis(world.clock.now)):
        world.clock.now += 60_000
    world._start("sweep", lambda wiring: sweep(wiring.for_handlers), lambda worker: None)
    world.run()


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
