"""Comments under a page's posts: a day of three hundred, one digest a post and hour, what leaves it, and a crowd."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.admin.erase import erase
from chalicelib.conversation import address_of
from chalicelib.store import keys, wire
from chalicelib.store.gathered import HOUR_MS
from chalicelib.triage.load_bundle import load

from .paths import CALM, HOURS, OWN, SIZE
from .world import START, Step, World

DAY = Path(__file__).parents[1] / "fixtures" / "comments" / "three_hundred.json"
POSTS = ("902215588420071", "902215588420072")


def writes(person: int, text: str, *, wait_ms: int = 1_000, post: str = POSTS[0], under: str = "") -> Step:
    return Step(
        lambda world: world.facebook.writes(f"3361{person:07}", text, post=post, under=under),
        wait_ms=wait_ms,
        name=text,
    )


def digests(world: World) -> list[str]:
    return [message["text"] for message in world.slack.posts if message["text"].startswith("💬")]


def shown(world: World) -> str:
    """What the digests show now."""
    messages = [each for each in world.slack.messages.values() if each["text"].startswith("💬")]
    return json.dumps([each["blocks"] for each in messages], ensure_ascii=False)


def tickets(world: World) -> int:
    return sum(sk == "ticket" for _, sk in world.dynamo.items)


@pytest.mark.slow
def test_three_hundred_comments_make_at_most_fourteen_tickets_and_nothing_is_said_hidden_or_liked() -> None:
    world = World()
    world.scorer, world.loops = load(), 40_000
    steps = []
    for number, (kind, text) in enumerate(json.loads(DAY.read_text(encoding="utf-8"))):
        under = f"{POSTS[number % 2]}_1000001" if kind.startswith("reply") else ""
        steps.append(writes(number, text, wait_ms=110_000, post=POSTS[number % 2], under=under))
    world.run(*steps)

    assert world.surprises == []
    assert 0 < tickets(world) <= 14
    assert (world.facebook.said, world.facebook.hidden, world.facebook.liked) == ([], [], [])
    hours = {(START + 110_000 * number) // HOUR_MS for number in range(300)}
    assert 2 <= len(digests(world)) <= 2 * len(hours) + 2


def test_an_hour_of_comments_is_one_message_with_counts_and_no_name_in_its_notification() -> None:
    world = World().run(writes(1, CALM), writes(2, HOURS), writes(3, SIZE), writes(4, OWN))

    assert digests(world) == ["💬 *Publication* · 4 commentaires · 1 rien · 2 questions · 1 plainte"]
    assert HOURS in shown(world)
    assert CALM not in shown(world)
    assert tickets(world) == 1


def test_each_post_and_each_hour_has_a_digest_of_its_own() -> None:
    world = World().run(
        writes(1, HOURS),
        writes(2, SIZE, post=POSTS[1]),
        writes(3, SIZE, wait_ms=HOUR_MS),
    )

    assert len(digests(world)) == 3


def test_an_hour_in_which_nobody_asks_anything_posts_nothing() -> None:
    assert digests(World().run(writes(1, CALM), writes(2, "😍"))) == []


def test_what_a_colleague_answered_or_its_writer_took_back_is_no_longer_shown() -> None:
    world = World().run(
        writes(1, HOURS),
        writes(2, SIZE),
        Step(lambda world: world.facebook.native("33610000001", "De 10 h à 19 h."), wait_ms=70 * 60_000),
    )

    assert len(digests(world)) == 1
    assert (HOURS in shown(world), SIZE in shown(world)) == (False, True)
    world.run(Step(lambda world: world.facebook.removes(world.facebook.latest()), wait_ms=60_000))
    assert SIZE not in shown(world)


def test_a_comment_that_asked_for_nothing_is_let_go_after_thirty_days() -> None:
    world = World().run(writes(1, CALM), writes(2, HOURS))
    kept = {
        item["text"]: int(item["ttl"]) // 86_400 - START // 86_400_000
        for item in map(wire.from_avs, world.dynamo.items.values())
        if item.get("author") == "customer"
    }

    assert kept[CALM] == 30
    assert kept[HOURS] > 3_000


def test_more_than_thirty_comments_in_an_hour_under_one_post_are_told_once() -> None:
    world = World().run(*(writes(number, CALM) for number in range(34)))
    told = [message["text"] for message in world.slack.posts if message["text"].startswith("🌊")]

    assert len(told) == 1
    assert "31 commentaires" in told[0]


def test_thirty_are_no_crowd() -> None:
    world = World().run(*(writes(number, CALM) for number in range(30)))

    assert [message for message in world.slack.posts if message["text"].startswith("🌊")] == []


def test_an_erased_persons_comment_is_no_longer_shown() -> None:
    world = World().run(writes(1, HOURS), writes(2, SIZE))
    address = address_of("facebook", "2001", "33610000001")
    assert HOURS in shown(world)

    erase(world.table, keys.new_ids(world.brand, address)[0], world.clock(), None)
    world.run()

    assert (HOURS in shown(world), SIZE in shown(world)) == (False, True)
    assert not [item for item in world.dynamo.items.values() if "33610000001" in str(item)]
