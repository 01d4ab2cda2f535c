"""Where the brand only lets the bot watch: what it would have said is counted, judged and told, and never sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.admin.erase import erase
from chalicelib.model import Autonomy
from chalicelib.playbook.codec import to_json
from chalicelib.quality import judge_queue
from chalicelib.quality.precision_proof import proof_of
from chalicelib.stages import scheduled_reports
from chalicelib.store import daily_counters, judged_answers
from chalicelib.store import judging as stored

from .agent import AGENT
from .erasing import known_of_everybody
from .exploring import play
from .judges import asks, says_of_it
from .paths import HOURS, PATHS, says
from .world import SimWiring, Step, World, playbook_of


def only(level: Autonomy, world: World | None = None) -> World:
    """A world whose brand lets the bot do no more than this about opening hours."""
    world = world or World()
    playbook = playbook_of(world.brand)
    known = replace(playbook.intents["opening_hours"], autonomy={"": level})
    changed = replace(playbook, intents={**playbook.intents, "opening_hours": known})
    world.table.put_playbook(to_json(changed), world.clock())
    return world


def would(world: World) -> dict[str, int]:
    found = daily_counters.read(world.table, "2026-11-01", "2026-12-31")
    return {name: n for names in found.values() for name, n in names.items() if name.startswith("would:")}


@pytest.mark.parametrize("level", [Autonomy.SHADOW, Autonomy.SUGGEST])
def test_what_would_have_been_said_is_counted_and_put_to_the_judges(level: Autonomy) -> None:
    world = only(level)
    world.run(says("whatsapp", HOURS))
    (asked,) = stored.waiting(world.table, world.clock())

    assert would(world) == {"would:opening_hours:fr": 1}
    assert (asked.text, asked.line.sample, asked.line.place) == (HOURS, "random", "private")
    assert "Lyon" in asked.answer
    assert asked.line.contact
    assert [call for call in world.injector.trace if "graph" in call and "POST" in call and "messages" in call] == []


def test_what_is_said_by_itself_is_no_rehearsal() -> None:
    world = World()
    world.run(says("whatsapp", HOURS))

    assert would(world) == {}


def test_a_judged_rehearsal_is_a_judgement_of_the_proof() -> None:
    world = only(Autonomy.SUGGEST)
    world.run(says("whatsapp", HOURS), asks(), says_of_it("right"))
    (line,) = judged_answers.lines(world.table, "opening_hours", "private", "fr")
    playbook = SimWiring(world, world.settings).playbook(world.brand)
    found = proof_of(world.table, playbook, "opening_hours", "private", "fr", bundle=line.bundle)

    assert (found.judged, found.wrong, found.waiting) == (1, 0, 0)
    assert judge_queue.card(world.table, AGENT, world.clock()).question is None


def test_three_of_an_intent_are_asked_in_a_quarter_of_a_day_and_all_are_counted() -> None:
    world = only(Autonomy.SHADOW)
    words = [f"{HOURS}{more}" for more in ("", " merci", " svp", " merci svp", " svp merci")]

    def writes(person: str, text: str) -> Step:
        return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=1_000)

    world.run(*(writes(f"3361562380{n}", text) for n, text in enumerate(words)))

    assert sum(would(world).values()) == 5
    assert len(stored.waiting(world.table, world.clock())) == 3


def test_a_rehearsed_message_goes_with_its_customer() -> None:
    world = only(Autonomy.SHADOW)
    world.run(says("whatsapp", HOURS))
    (contact_id,) = known_of_everybody(world).contacts
    world.clock.now += 900_000
    done = erase(world.table, contact_id, world.clock())

    assert done.left == ()
    assert stored.waiting(world.table, world.clock()) == []
    assert judged_answers.lines(world.table, "opening_hours", "private", "fr") == []


def until(world: World, hour: int) -> int:
    """Milliseconds until that hour in Paris of the next day."""
    now = datetime.fromtimestamp(world.clock.now / 1000, UTC)
    then = now.replace(hour=hour - 1, minute=5, second=0, microsecond=0)
    return int((then - now).total_seconds() * 1000) + 86_400_000


def test_each_morning_the_desk_reads_what_the_bot_would_have_said_once() -> None:
    world = only(Autonomy.SHADOW)
    world.run(says("whatsapp", HOURS))
    world.clock.now += until(world, 8)
    for _ in range(3):
        world.run(
            Step(lambda world: scheduled_reports.nightly(SimWiring(world, world.settings).for_handlers), wait_ms=60_000)
        )
    told = [m["text"] for m in world.slack.posts if "Répétition" in str(m.get("text"))]

    assert len(told) == 1
    assert "1 sur 1 (100" in told[0]
    assert "140 réponses à juger, environ 47 min" in told[0]
    assert HOURS not in told[0]


def test_a_brand_that_watches_nothing_is_told_nothing() -> None:
    world = only(Autonomy.SUGGEST)
    world.run(says("whatsapp", HOURS))
    world.clock.now += until(world, 8)

    assert scheduled_reports.nightly(SimWiring(world, world.settings).for_handlers) == 0


def test_nothing_that_is_counted_or_judged_names_an_agent() -> None:
    """Whatever agents did on any path: no figure, no tally, no line, no question holds who."""
    kinds = ("#figures#", "#tally#", "#proof#", "#judging", "#cap#")
    found = [
        (name, key)
        for name in PATHS
        for key, item in play(name)[0].dynamo.items.items()
        if any(kind in key[0] for kind in kinds) and (AGENT in json.dumps(item) or "U0TOM" in json.dumps(item))
    ]

    assert found == []
