"""What a customer takes back is nowhere any more: table, bucket, queues, Slack; whatever had become of it by then."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib.store import wire

from .exploring import single_faults
from .paths import (
    HOURS,
    ODD,
    PERSON,
    chooses,
    deletes,
    edits,
    natively,
    order_known,
    presses,
    says,
    writes_as,
    writes_reply,
)
from .platforms import JPEG
from .world import Step, World

WORD, AGAIN = "kkqz", "kkqy"
LONG = "Bonjour, " + "voici toute mon histoire avec les lamas. " * 400 + WORD


def everything(world: World) -> dict[str, str]:
    """All that is kept anywhere, as text, by the place."""
    table = [wire.from_avs(item) for item in world.dynamo.items.values()]
    return {
        "table": json.dumps(table, ensure_ascii=False, default=str),
        "bucket": "\n".join(body.decode("utf-8", "replace") for body in map(_bytes, world.buckets.values())),
        "slack": json.dumps([{**each, "first": None} for each in world.slack.messages.values()], ensure_ascii=False),
        "homes": json.dumps(world.slack.homes, ensure_ascii=False),
    }


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()


def places(world: World, word: str) -> list[str]:
    return [place for place, text in everything(world).items() if word in text]


STORIES: dict[str, Callable[[], list[Step]]] = {
    "answered by the bot": lambda: [writes_as("wamid.A", f"Vos horaires svp ? {WORD}")],
    "waiting for its answer": lambda: [writes_as("wamid.A", f"Vos horaires svp ? {WORD}"), deletes("wamid.A", 500)],
    "asked back about": lambda: [writes_as("wamid.A", f"Où est mon colis ? {WORD}")],
    "asked which subject": lambda: [writes_as("wamid.A", f"J'ai un souci ML123456 {WORD}")],
    "asked which subject, and chosen": lambda: [
        writes_as("wamid.A", f"J'ai un souci ML123456 {WORD}"),
        chooses("whatsapp", 2, wait_ms=30_000),
    ],
    "a ticket": lambda: [writes_as("wamid.A", f"Des lamas roses ? {WORD}")],
    "a ticket that an agent reads in a dialog": lambda: [
        writes_as("wamid.A", f"Des lamas roses ? {WORD}"),
        presses("edit_reply"),
    ],
    "a ticket that an agent has answered": lambda: [
        writes_as("wamid.A", f"Des lamas roses ? {WORD}"),
        *writes_reply("Oui. zz"),
    ],
    "a ticket that was closed": lambda: [
        writes_as("wamid.A", f"Des lamas roses ? {WORD}"),
        presses("claim"),
        presses("close"),
    ],
    "more on a ticket": lambda: [says("whatsapp", ODD), writes_as("wamid.A", f"Et en bleu ? {WORD}", 60_000)],
    "edited before": lambda: [
        writes_as("wamid.A", f"Des lamas roses ? {AGAIN}"),
        edits("wamid.A", f"Des lamas bleus ? {WORD}"),
    ],
    "too long for one note": lambda: [writes_as("wamid.A", LONG)],
    "with a photo": lambda: [
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, f"regardez {WORD}", "wamid.A"))
    ],
    "an answer refused afterwards": lambda: [
        writes_as("wamid.A", f"Vos horaires svp ? {WORD}"),
        says("whatsapp", "?", wait_ms=60_000),
    ],
    "answered in the platform's own app": lambda: [
        writes_as("wamid.A", f"Des lamas roses ? {WORD}"),
        natively("whatsapp", "Bonjour, oui. zz", 60_000),
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_it_stands_somewhere_and_then_nowhere(name: str) -> None:
    world = World()
    order_known(world)
    world.run(*STORIES[name]())
    if name != "waiting for its answer":
        assert "table" in places(world, WORD)

    world.run(deletes("wamid.A"))

    assert places(world, WORD) == []
    assert places(world, AGAIN) == []


@pytest.mark.parametrize("name", STORIES)
def test_its_neighbours_stay(name: str) -> None:
    world = World()
    order_known(world)
    world.run(*STORIES[name](), says("whatsapp", f"Vous vendez des alpagas ? {HOURS[-4:]}", wait_ms=60_000))
    world.run(deletes("wamid.A"))

    assert places(world, WORD) == []
    assert "table" in places(world, "alpagas")


def test_a_photo_that_is_taken_back_is_gone_from_the_bucket_and_from_slack() -> None:
    world = World().run(
        Step(lambda world: world.whatsapp.sends_file(PERSON, "image", JPEG, "regardez", "wamid.A")),
        says("whatsapp", ODD, wait_ms=60_000),
    )
    assert any(body == JPEG for body in world.buckets.values())
    assert world.desks.file_ids()

    world.run(deletes("wamid.A"))

    assert not any(body == JPEG for body in world.buckets.values())
    assert not world.desks.file_ids()


TAKEN_BACK = (
    "a message is taken back after the ticket opened",
    "a message is taken back while its line is on its way",
    "an answered question that is taken back",
)


@pytest.mark.parametrize("name", TAKEN_BACK)
def test_a_worker_that_dies_anywhere_leaves_nothing_of_it(name: str) -> None:
    assert [outcome.broken for outcome in single_faults(name, ("die",), every=7) if outcome.broken] == []
