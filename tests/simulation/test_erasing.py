"""
Erasing is erasing: whenever it happens, nothing of the person is left anywhere, and nobody comes back unasked.

Each kind of row, event and timer that any path has on its way is found by itself: a new one is raced as well.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any, get_args

import pytest

from chalicelib.admin import desk_copies
from chalicelib.admin.erase import erase
from chalicelib.model import AccountPaused, Edit, EventId, Millis, RowKind
from chalicelib.model.internal import DELIVERY
from chalicelib.store import keys
from chalicelib.store.blobs import DONE, ERASED
from chalicelib.store.table import Table
from chalicelib.workspaces.slack import actions

from . import agent
from .erasing import Eraser, erased_at, known_of_everybody, moments, plain, remains
from .exploring import play
from .faults import Died
from .invariants import Ledger
from .paths import ADDRESS, HOURS, ODD, PATHS, PERSON, deletes, presses, says, tells
from .platforms import JPEG, answer
from .world import CHANNEL, TEAM, Step, World

BRAND = "maison-lune"
EACH = 3  # paths on which a kind is raced, and moments of each


@cache
def races() -> dict[str, list[tuple[str, int]]]:
    """Kind of thing on its way -> (path, call) at which it is."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in PATHS:
        for kind, calls in moments(name).items():
            if len(found[kind]) < EACH * EACH:
                found[kind] += [(name, calls[n * (len(calls) - 1) // (EACH - 1)]) for n in range(EACH)]
    return found


def test_every_kind_of_row_and_report_is_raced() -> None:
    wanted = {f"row {kind}" for kind in get_args(RowKind)} - {"row erasure", "row digest"}  # about nobody
    wanted |= {f"fact {subject}" for subject in (*DELIVERY.values(), AccountPaused.SUBJECT)}
    wanted |= {"fact order", "fact timer", "timer"}

    assert wanted - races().keys() == set()


def test_an_erasure_races_everything_that_may_be_on_its_way() -> None:
    wrong = [
        (kind, name, number, found)
        for kind, places in races().items()
        for name, number in places
        if (found := erased_at(name, number))
    ]

    assert wrong[:3] == []


@pytest.mark.parametrize("name", PATHS)
def test_nothing_is_left_of_somebody_who_is_erased_at_the_end(name: str) -> None:
    assert erased_at(name, 10**9) == []


def test_the_bucket_keeps_the_ids_of_the_erased_for_a_restore_and_nothing_more() -> None:
    world = World().run(Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, ODD)))
    (contact_id,) = known_of_everybody(world).contacts

    eraser = _erase_everybody(world)

    assert {key: body for key, body in world.buckets.items() if body != DONE} == {f"{ERASED}{BRAND}/{contact_id}": b""}
    assert remains(world.run(), eraser, "") == []


@pytest.mark.parametrize(
    ("key", "body"),
    [
        (f"{ERASED}{BRAND}/{{}}", b"a word beside the id"),
        (f"{ERASED}{BRAND}/{{}}/more", b""),
        (f"{ERASED}{BRAND}/somebody-else", b""),
        (f"erased-too/{BRAND}/{{}}", b""),
        (f"media/{BRAND}/{{}}/image", b""),
    ],
)
def test_whatever_else_is_left_in_the_bucket_is_found(key: str, body: bytes) -> None:
    world = World().run(says("whatsapp", ODD))
    (contact_id,) = known_of_everybody(world).contacts
    eraser = _erase_everybody(world)
    world.run()
    world.buckets[key.format(contact_id)] = body

    assert remains(world, eraser, "") != []


def test_a_file_that_is_being_emptied_does_not_come_back_after_an_erasure() -> None:
    name = "a photo that its customer takes back"
    trace = play(name)[0].injector.trace
    emptied = max(n for n, call in enumerate(trace) if call == "deliver: s3.put_object")
    wrong = {n: found for n in range(emptied - 5, emptied + 2) if (found := erased_at(name, n))}

    assert wrong == {}


@pytest.mark.parametrize("name", ["ticket", "a letter that becomes a ticket, and more", "note in the thread"])
def test_what_a_dead_worker_left_at_the_desk_is_found(name: str) -> None:
    posts = [n for n, call in enumerate(play(name)[0].injector.trace) if "slack POST chat.postMessage" in call]
    wrong = [(n, found) for n in posts[:: max(1, len(posts) // 6)] if (found := erased_at(name, n + 1, {n: "die"}))]

    assert wrong == []


def test_what_the_desk_could_not_prove_is_looked_for() -> None:
    """A line that nobody can tell of whether it stands in Slack, even after many looks."""
    world = World()
    world.slack.unlisted = True
    lost = answer(502, {})
    eraser = Eraser(world)
    world.run(
        says("whatsapp", ODD),
        Step(lambda world: world.slack.loses.append(lost), wait_ms=60_000),
        says("whatsapp", "Et en bleu ? kkvv"),
    )
    world.slack.unlisted = False
    assert "unknown" in {item.get("state") for item in Ledger(world).timeline.values()}
    eraser()
    world.run()

    assert remains(world, eraser, "") == []


def test_markers_of_the_old_life_lose_their_pointer_though_a_new_one_begins_meanwhile() -> None:
    world = World()
    world.run(*PATHS["an edit and a deletion of messages that never came"].steps())
    contact_id, conversation_id = world.table.identity(ADDRESS) or ("", "")
    dying = Table(DiesAfter(world.dynamo, "transact_write_items"), world.table.name, world.brand)
    with pytest.raises(Died):
        erase(dying, contact_id, world.clock())
    erased_at = world.clock.now
    world.clock.now += 60_000
    world.run(says("whatsapp", HOURS))
    done = erase(world.table, contact_id, world.clock())
    old = [item for (_, sk), item in plain(world).items() if sk == keys.MARKER and item["at"] <= erased_at]

    assert done.left == ()
    assert [item for item in old if item.get("conversation_id") == conversation_id] == []
    assert [item["text"] for item in Ledger(world).timeline.values() if item["author"] == "customer"] == [HOURS]


class DiesAfter:
    """A client whose process dies after its first call of one operation."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client, self._operation = client, operation

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)

        def call(**given: Any) -> Any:
            found(**given)
            raise Died(name)

        return call if name == self._operation else found


def test_slack_may_be_down_for_hours() -> None:
    world = World()
    world.run(says("whatsapp", ODD), says("whatsapp", "Et en bleu ? kkvv", wait_ms=60_000))
    (contact_id,) = known_of_everybody(world).contacts
    copies = len(world.slack.messages)
    world.slack.down_until = world.clock.now + 3 * 3_600_000
    done = erase(world.table, contact_id, world.clock())
    later = world.clock.now + 2 * 3_600_000

    assert done.left == ()
    assert done.desk is not None
    assert (done.desk.waiting, copies) == (copies, 2)
    world.run(Step(lambda world: None, wait_ms=2 * 3_600_000))
    assert world.clock.now >= later
    assert world.slack.messages == {}
    left = desk_copies.look(world.table, contact_id, "slack")
    assert left is not None
    assert (left.waiting, left.refused, left.by_hand) == (0, (), ())


def test_what_slack_will_not_delete_is_named() -> None:
    world = World()
    world.run(
        says("whatsapp", ODD),
        Step(agent.types_in_thread("Gaspard a rappelé"), when=agent.sees(actions.EDIT_REPLY), wait_ms=3_000),
    )
    (contact_id,) = known_of_everybody(world).contacts
    posted = next(iter(world.slack.messages))
    world.slack.keeps.add(posted)
    erase(world.table, contact_id, world.clock())
    world.run()
    left = desk_copies.look(world.table, contact_id, "slack")

    assert left is not None
    channel = f"{TEAM}/{CHANNEL}"
    assert left.refused == ((channel, posted, "Refused cant_delete_message"),)
    assert [(account, why) for account, _, why in left.by_hand] == [(channel, "typed by a person")]
    desk_copies.forget(world.table, contact_id)
    assert desk_copies.look(world.table, contact_id, "slack") is None


def test_an_edit_from_the_future_neither_stays_for_ever_nor_outweighs_later_ones() -> None:
    world = World()
    at = Millis(9_999_999_999_999)
    for number, text in enumerate(("un kkww", "deux kkxx")):
        event = Edit(event_id=EventId(f"e{number}"), address=ADDRESS, sent_at=at, target_id="wamid.never", text=text)
        world.run(tells(event, 1_000))
    (early,) = [item for (_, sk), item in plain(world).items() if sk == keys.EARLY]

    assert early["text"] == "deux kkxx"
    assert early["ttl"] <= world.clock.now // 1000 + 3 * 86_400


def test_what_is_taken_back_before_it_came_makes_nobody() -> None:
    world = World()
    world.run(deletes("wamid.never", 0))

    assert world.table.identity(ADDRESS) is None
    assert [key for key in plain(world) if key[1] in ("contact", keys.HEAD)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_an_erasure_at_any_call_leaves_nothing(name: str) -> None:
    assert _erased_at_some(name, 4, first=len(name))[:3] == []


@pytest.mark.long
@pytest.mark.parametrize("name", PATHS)
def test_an_erasure_at_most_calls_leaves_nothing(name: str) -> None:
    assert _erased_at_some(name, 25)[:3] == []


def _erased_at_some(name: str, moments: int, first: int = 0) -> list[tuple[int, list[str]]]:
    """What is wrong after an erasure at each of some `moments` calls of a path."""
    calls = len(play(name)[0].injector.trace)
    every = max(1, calls // moments)
    return [(number, found) for number in range(first % every, calls, every) if (found := erased_at(name, number))]


@pytest.mark.parametrize("ended", [[], [presses(actions.CLOSE, 60_000)]], ids=["open", "closed"])
def test_who_refused_an_answer_is_not_kept_by_the_watch(ended: list[Step]) -> None:
    """Neither a ticket's id nor anything that can be counted back to the conversation stays."""
    world = World()
    world.run(says("whatsapp", HOURS), says("whatsapp", "non", wait_ms=60_000), *ended)
    assert refused(world)

    _erase_everybody(world)

    assert refused(world) == []


def test_a_refusal_goes_with_the_conversation_when_nobody_remembers_its_ticket() -> None:
    world = World()
    world.run(says("whatsapp", HOURS), says("whatsapp", "non", wait_ms=60_000))
    for key, item in world.dynamo.items.items():
        if key[1].startswith(keys.REFUSAL_PREFIX):
            item["ticket_id"] = {"S": "tforgotten"}

    _erase_everybody(world)

    assert refused(world) == []


def refused(world: World) -> list[str]:
    return [sk for _, sk in world.dynamo.items if sk.startswith(keys.REFUSAL_PREFIX)]


def _erase_everybody(world: World) -> Eraser:
    eraser = Eraser(world)
    for _ in range(3):
        world.clock.now += 900_000
        eraser()
    assert eraser.done
    return eraser
