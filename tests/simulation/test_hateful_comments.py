"""Hateful comments: folded in Slack, read by one press that is noted, kept apart for a complaint, and nobody's else."""

from __future__ import annotations

import json

import pytest

from chalicelib.admin import evidence
from chalicelib.admin.erase import erase
from chalicelib.conversation import address_of
from chalicelib.errors import UsageError
from chalicelib.model import HideReason, Millis
from chalicelib.store import audit, keys
from chalicelib.store.audit import Author
from chalicelib.store.evidence import Evidence
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import CALM, HATE, HOURS, on_comment
from .world import START, SimWiring, Step, World

PERSON = "33610000001"
LATER = 70 * 60_000


def writes(text: str, person: str = PERSON) -> Step:
    return Step(lambda world: world.facebook.writes(person, text), wait_ms=1_000, name="comment")


def objects(world: World) -> dict[str, bytes]:
    return {key: body for key, body in world.buckets.items() if key.startswith("evidence/")}


def kept(world: World) -> list[Evidence]:
    """What `guichet evidence` reads, all of it."""
    here = SimWiring(world, world.settings)
    author = Author("marie", Millis(world.clock.now))
    return [
        evidence.comment_read(here, world.brand, each.number, author) for each in evidence.listed(here, world.brand)
    ]


def audited(world: World) -> list[tuple[str, str]]:
    return sorted((line.what, line.by) for line in audit.lines(world.table, Millis(0)))


def expired(world: World, days: int) -> list[str]:
    """Every item of the table that is left after so many days, as text."""
    at = START // 1000 + days * 86_400
    return [str(item) for item in world.dynamo.items.values() if int(item.get("ttl", {}).get("N", at + 1)) > at]


def test_hateful_words_are_kept_with_their_writer_and_post_outside_the_table_whose_copy_goes() -> None:
    world = World().run(writes(HATE), writes(HOURS, "33610000002"))
    (found,) = kept(world)

    assert (found.text, found.person_id, found.channel) == (HATE, PERSON, "facebook")
    assert found.post.startswith("https://www.facebook.com/")
    assert not [item for item in expired(world, 31) if HATE in item]
    assert [item for item in expired(world, 31) if HOURS in item]
    assert audited(world) == [("evidence.read", "marie")]


def test_words_of_nothing_stand_nowhere_after_thirty_days() -> None:
    world = World().run(writes(CALM), writes(HOURS, "33610000002"))

    assert not [item for item in expired(world, 31) if CALM in item]
    assert not [key for key, body in world.buckets.items() if CALM.encode() in body]
    assert CALM not in json.dumps(list(world.slack.messages.values()), ensure_ascii=False)


def test_what_is_kept_of_a_comment_is_one_object_however_often_it_comes() -> None:
    world = World().run(Step(lambda world: world.facebook.writes(PERSON, HATE, times=3), wait_ms=1_000))

    assert len(objects(world)) == 1


def test_an_agent_reads_folded_words_by_a_press_that_is_noted_and_shows_them_to_nobody_else() -> None:
    world = World().run(writes(HATE), Step(unfolds, wait_ms=LATER))
    posted = json.dumps(list(world.slack.messages.values()), ensure_ascii=False)

    assert HATE in json.dumps(world.slack.views[-1], ensure_ascii=False)
    assert HATE not in posted
    assert audited(world) == [("comment.read", agent.AGENT)]


def unfolds(world: World) -> None:
    message = next(each for each in world.slack.messages.values() if each["text"].startswith("🗨️"))
    found = agent._on(message, actions.UNFOLD)
    assert found is not None
    agent._click(world, *found)


def test_a_comment_that_is_shown_again_was_no_hate_and_nothing_is_kept_of_it() -> None:
    world, hooks = World(), []

    def comes(world: World) -> None:
        world.facebook.writes(PERSON, HATE)
        hooks.append(world.facebook.hooks[-1])

    world.run(
        Step(comes, wait_ms=1_000, name="comment"),
        on_comment("hide", "hate", wait_ms=LATER),
        on_comment("unhide", wait_ms=60_000),
    )

    assert set(objects(world).values()) == {b"null"}
    world.facebook.hooks += hooks  # the platform repeats itself
    assert hooks
    world.run()
    assert set(objects(world).values()) == {b"null"}
    with pytest.raises(UsageError, match="no hate"):
        kept(world)
    assert [item for item in expired(world, 31) if HATE in item]


@pytest.mark.parametrize(("reason", "count"), [("hate", 1), ("spam", 0)])
def test_what_an_agent_hides_as_hate_is_kept_and_what_they_hide_otherwise_is_not(
    reason: HideReason, count: int
) -> None:
    world = World().run(writes("La couleur est différente en vrai."), on_comment("hide", reason, wait_ms=LATER))

    assert len(objects(world)) == count


def test_an_erasure_and_a_removal_leave_the_evidence_and_the_receipt_counts_it() -> None:
    world = World().run(
        writes(HATE), Step(lambda world: world.facebook.removes(world.facebook.latest()), wait_ms=1_000)
    )
    contact = keys.new_ids(world.brand, address_of("facebook", "2001", PERSON))[0]
    world.clock.now += LATER
    receipt = erase(world.table, contact, world.clock(), SimWiring(world, world.settings).blobs)

    assert receipt.counts["evidence"] == 1
    assert len(objects(world)) == 1
    assert not [item for item in world.dynamo.items.values() if HATE in str(item) or PERSON in str(item)]


def test_no_one_but_a_command_ever_reads_evidence() -> None:
    world = World().run(writes(HATE), Step(unfolds, wait_ms=LATER, name="unfold"))

    assert {right for _, right in world.rights if "evidence" in right[1]} == {("s3:PutObject", "evidence/*")}
