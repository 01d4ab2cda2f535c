"""An agent's answer that is taken back: deleted at its platform, then nowhere here; else its customer keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.store import wire

from .invariants import broken
from .paths import ODD, OWN, PERSON, TAKEN, is_asked, presses, says, unsends, waits, writes_reply
from .platforms import JPEG
from .world import Step, World

ANSWER = f"Oui, {TAKEN}."
HOURS = 60


def answered(channel: str, *, public: bool = False, files: Any = None) -> list[Step]:
    def comments(world: World) -> None:
        if channel == "instagram":
            world.instagram.comments("4477000100", OWN)
        elif channel == "x":
            world.x.writes(PERSON, OWN, public=True)
        else:
            world.facebook.writes(PERSON, OWN)

    first = Step(comments) if public else says(channel, ODD)
    return [first, *writes_reply(ANSWER, files)]


def stored(world: World) -> list[dict[str, Any]]:
    found = [wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#")]
    return [each for each in found if each.get("kind") == "agent_reply"]


def ticket(world: World) -> dict[str, Any]:
    return next(wire.from_avs(item) for (_, sk), item in world.dynamo.items.items() if sk == "ticket")


def anywhere(world: World, words: str) -> list[str]:
    """The places where words stand."""
    kept = {
        "table": json.dumps([wire.from_avs(each) for each in world.dynamo.items.values()], default=str),
        "bucket": "".join(body.decode("utf-8", "replace") for body in world.buckets.values()),
        "desk": json.dumps([{**each, "first": None} for each in world.slack.messages.values()]),
    }
    return [place for place, text in kept.items() if words in text]


@pytest.mark.parametrize(
    ("channel", "public"), [("telegram", False), ("facebook", True), ("instagram", True), ("x", True)]
)
def test_what_an_agent_takes_back_is_gone_at_the_platform_and_here(channel: str, *, public: bool) -> None:
    world = World().run(*answered(channel, public=public), *unsends())

    assert len(getattr(world, channel).gone) == 1
    assert anywhere(world, TAKEN) == []
    (answer,) = stored(world)
    assert (answer["text"], answer["deleted"]) == ("", True)
    assert (ticket(world)["state"], ticket(world).get("answer", "")) == ("claimed", "")
    assert world.desks.says("La réponse est supprimée chez le client")
    assert broken(world, []) == []


def test_its_files_go_from_the_bucket_too() -> None:
    world = World().run(*answered("telegram", files={"photo.jpg": JPEG}))
    assert any(key.startswith("media/") and body for key, body in world.buckets.items())
    world.run(*unsends())

    assert len(world.telegram.gone) == 2
    assert not [key for key, body in world.buckets.items() if key.startswith("media/") and body]
    assert broken(world, []) == []


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "instagram", "email"])
def test_where_no_platform_deletes_the_dialog_says_so_and_nothing_changes(channel: str) -> None:
    world = World().run(*answered(channel), presses("unsend"))

    assert not is_asked("unsend")(world)
    assert "le client garde cette réponse" in json.dumps(world.slack.views[-1], ensure_ascii=False)
    assert [each["text"] for each in stored(world)] == [ANSWER]


def test_after_two_days_telegram_keeps_it_and_the_thread_says_so() -> None:
    world = World().run(*answered("telegram"), waits(49 * HOURS), *unsends())

    assert world.telegram.gone == set()
    assert [each["text"] for each in stored(world)] == [ANSWER]
    assert world.desks.says("Le client garde la réponse")


def test_two_presses_take_it_back_once() -> None:
    world = World().run(*answered("telegram"), *unsends(), presses("note"))
    world.run(Step(lambda world: world.desks.agents.confirm(), wait_ms=5_000))

    assert [call for call, _ in world.telegram.asked].count("deleteMessage") == 1
    assert broken(world, []) == []


def test_a_worker_that_stood_still_after_the_send_leaves_an_answer_that_is_known_to_be_out() -> None:
    """Another worker ended its row as unknown meanwhile; who sent it knows better."""
    trace = World()
    trace.run(*answered("telegram"))
    sent = next(n for n, call in enumerate(trace.injector.trace) if "sendMessage" in call and n > 60)
    world = World({sent + 2: "stall"})
    world.run(*answered("telegram"))

    (answer,) = stored(world)
    assert (answer["state"], ticket(world)["state"]) == ("sent", "answered")
    assert broken(world, []) == []
