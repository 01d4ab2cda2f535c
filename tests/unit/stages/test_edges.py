"""What a hostile day brings to the stages: foreign references, changed minds, card numbers, a used generation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import events
from chalicelib.conversation import Conversation, Lookup, address_of
from chalicelib.model import BrandId, ContactId, ConversationId, Deletion, Echo, Edit, Event, EventId, Message, Millis
from chalicelib.model.queued import HoldOver
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.schema import Routing
from chalicelib.stages.known_reports import split_reference
from chalicelib.stages.lookup import look_up, lookup_request
from chalicelib.stages.timers import report_wait_over
from chalicelib.store import items, keys
from chalicelib.store.directory import Directory
from tests.simulation.exploring import play
from tests.simulation.invariants import Ledger
from tests.simulation.paths import order_known
from tests.simulation.world import QUEUE_BASE, START, SimWiring, Step, World, playbook_of

PERSON = address_of("whatsapp", "1001", "33600000001")


def handled(world: World, event: Event, received_at: int) -> None:
    body = {"v": 1, "brand": world.brand, "received_at": received_at, "event": json.loads(events.encode(event))}
    group = {"MessageGroupId": "g", "MessageDeduplicationId": event.event_id}
    world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/inbox.fifo", MessageBody=json.dumps(body), **group)


@pytest.mark.parametrize(
    "reference",
    ["a.5.b:0", "c1.000000000000001.r:0", "c#x.000000000000001." + "a" * 32 + ":0", "order.1.2", "", ":", "a:b"],
)
def test_a_reference_of_another_tool_is_not_ours_and_stops_no_batch(reference: str) -> None:
    assert split_reference(reference) is None


def test_our_reference_is_read() -> None:
    row_id = f"c{'0' * 20}.179559720000000.{'a' * 32}"

    assert split_reference(f"{row_id}:3") == (row_id, 3)


@pytest.mark.parametrize(
    "changed",
    [
        Edit(
            event_id=EventId("e"), address=PERSON, sent_at=Millis(START + 500), target_id="m", text="Des lamas roses ?"
        ),
        Deletion(event_id=EventId("e"), address=PERSON, sent_at=Millis(START + 500), target_id="m"),
    ],
)
def test_an_answer_not_yet_sent_is_taken_back_with_the_words_it_answered(changed: Event) -> None:
    world = World(seed=None)
    lookup_request = Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text="Vos horaires svp ?")
    handled(world, lookup_request, START)
    handled(world, changed, START)
    world.run()

    replies = [item for item in Ledger(world).timeline.values() if item.get("kind") == "reply"]
    assert [item["state"] for item in replies] == ["cancelled"]


def test_two_waits_of_one_generation_are_two_events() -> None:
    """An erased person who writes again starts at generation 1 again, and the old timer's marker is still there."""
    found: list[Any] = []

    class Services:
        class queues:  # noqa: N801 - stands for an attribute
            @staticmethod
            def inbox(_brand: str, told: list[Any], _at: int) -> None:
                found.extend(each.event_id for each in told)

        clock = staticmethod(lambda: START)

    for until in (1_000, 2_000, 2_000):
        report_wait_over(HoldOver(brand=BrandId("b"), generation=1, until=until, address=PERSON), Services)  # type: ignore[arg-type]
    assert found[0] != found[1]
    assert found[1] == found[2]


def test_the_timer_of_a_wait_that_is_over_rings_nobody() -> None:
    world = World(seed=None)
    handled(world, Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text="Bonjour kkgg"), START)
    later = Millis(START + 6_000)
    question = Message(event_id=EventId("m2"), address=PERSON, sent_at=later, text="Vos horaires svp ?")
    world.run(Step(lambda world: handled(world, question, later), wait_ms=6_000))

    assert "timers: dynamodb.get_item conv he" in world.injector.trace  # it came, and looked
    assert not [call for call in world.injector.trace if call.startswith("timers: sqs.send_message inbox")]


def silenced(world: World) -> None:
    handled(world, Echo(event_id=EventId("n"), address=PERSON, sent_at=Millis(START), text="Je regarde."), START)


def refused(world: World) -> None:
    world.table.switch("all", stopped=True)


@pytest.mark.parametrize("unsaid", [silenced, refused])
def test_an_answer_that_was_never_said_told_nobody_that_it_is_automatic(unsaid: Callable[[World], None]) -> None:
    world = World(seed=None)
    handled(
        world, Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text="Vos horaires svp ?"), START
    )
    world.run(Step(unsaid, wait_ms=500))

    timeline = Ledger(world).timeline
    assert not [item for item in timeline.values() if item["author"] == "bot" and item["state"] == "sent"]
    found = world.table.identity(PERSON)
    assert found is not None
    head = world.table.head(found[1])
    assert head is not None
    assert not head.disclosed_to


def desk_rows(world: World) -> list[str]:
    return [item["kind"] for item in Ledger(world).timeline.values() if item["author"] == "system"]


def test_a_ticket_without_a_desk_is_counted_and_the_customer_is_promised_nothing() -> None:
    world = World(seed=None)
    known = playbook_of(world.brand)
    world.table.put_playbook(to_json(replace(known, routing=Routing())), Millis(START))
    handled(
        world, Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text="Un conseiller svp"), START
    )
    world.run()

    found = world.table.identity(PERSON)
    assert found is not None
    head = world.table.head(found[1])
    assert head is not None
    assert head.ticket_id
    assert not head.disclosed_to
    assert world.counts["ticket_without_desk"] == 1
    assert [item["author"] for item in Ledger(world).timeline.values()] == ["customer"]

    # Once the brand has a desk, the next words bring the ticket there, with all that was written before.
    world.clock.now += 60_000
    world.table.put_playbook(to_json(known), Millis(world.clock.now))
    more = Message(event_id=EventId("m2"), address=PERSON, sent_at=Millis(world.clock.now), text="Il y a quelqu'un ?")
    handled(world, more, world.clock.now)
    world.run()

    assert "ticket" in desk_rows(world)
    assert world.counts["ticket_without_desk"] == 1


def test_a_reconnect_rings_more_than_one_page_of_parked_rows() -> None:
    class Client:
        def query(self, **lookup_request: Any) -> Any:
            number = int(lookup_request.get("ExclusiveStartKey", {}).get("n", 0))
            item = {"pk": {"S": f"b#out#{number}"}, "sk": {"S": "r#1"}, "due_at": {"N": "1"}}
            return {"Items": [item], **({"LastEvaluatedKey": {"n": number + 1}} if number < 4 else {})}

    directory = Directory(Client(), "t")

    assert len(list(directory.all_due("parked#x#1", 2**53))) == 5
    assert len(directory.due("parked#x#1", 2**53, limit=3)) == 3


def notifications(world: World) -> list[str]:
    return [
        call for call in world.injector.trace if call.endswith(("send_message outbox.fifo", "send_message desk.fifo"))
    ]


def test_a_ticket_and_its_acknowledgement_ring_once_a_lane_and_the_customer_first() -> None:
    world = World(seed=None)
    handled(
        world, Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text="Un conseiller svp"), START
    )
    world.run()

    assert notifications(world) == ["process: sqs.send_message outbox.fifo", "process: sqs.send_message desk.fifo"]
    assert len(world.whatsapp.said) == len(world.slack.posts) == 1


def test_a_look_up_is_asked_for_with_the_typing_and_keeps_no_row() -> None:
    world = World(seed=None)
    order_known(world)
    text = "Où est mon colis ML123456 ?"
    handled(world, Message(event_id=EventId("m"), address=PERSON, sent_at=Millis(START), text=text), START)
    world.run()

    assert len(notifications(world)) == 1  # who waits: the answer waits out the join time, which its timer ends
    assert world.injector.trace.count("process: sqs.send_message timers") == 1
    assert [item["kind"]["S"] for key, item in world.dynamo.written if "#out#" in key[0]] == ["reply"] * 2
    assert "Livraison prévue le vendredi 27 novembre" in world.whatsapp.said[0].text
    assert "Colissimo" not in world.whatsapp.said[0].text  # a number alone opens status and date


def test_what_nobody_waits_for_any_more_is_not_looked_up() -> None:
    world = World(seed=None)
    head = Conversation(conversation_id=ConversationId("c1"), contact_id=ContactId("p1"))
    waiting = replace(head, fact=Lookup("order", "ML123456"), hold_until=Millis(START + 12_000), hold_gen=1)
    wanted = lookup_request(waiting)
    assert wanted is not None
    asks: list[str] = []

    def shop(_brand: str, _subject: str, key: str) -> dict[str, str]:
        asks.append(key)
        return {}

    services = replace(SimWiring(world, world.settings).for_handlers, look_up=shop)
    overtaken = replace(waiting, hold_until=Millis(0)), replace(waiting, fact=Lookup("order", "ML999999"))
    for now in (*overtaken, waiting):
        world.table.put(keys.head(world.brand, "c1"), items.conversation_item(now))
        look_up(world.brand, wanted, PERSON, services)

    assert asks == ["ML123456"]


def test_an_answer_that_is_out_is_shown_at_the_desk_and_needs_no_decision() -> None:
    world, outcome = play("agent's reply")

    assert not outcome.broken
    # the message, its writer's name and what they are found by, the claim, the answer
    assert world.injector.trace.count("process: dynamodb.transact_write_items") == 5
    # the name is asked for; the ticket, the name, the claim, the answer to come and the one that is out are shown
    assert [call.rpartition(" ")[2] for call in notifications(world)].count("desk.fifo") == 5
    (ticket,) = (item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket")
    assert (ticket["state"], "undo_until" in ticket) == ("answered", False)


def test_a_receipt_that_settles_an_agents_answer_has_its_ticket_shown_too() -> None:
    trace = play("agent's reply")[0].injector.trace
    spoke = next(number for number, call in enumerate(trace) if call.startswith("timers: messenger POST"))

    world, outcome = play("agent's reply", {spoke: "die"})  # the request arrived; the echo is what tells

    assert (world.injector.trace[spoke], outcome.struck != (), outcome.broken) == (trace[spoke], True, ())
    assert any(call.startswith("receipts: dynamodb.transact_write_items") for call in world.injector.trace)
