"""Instagram from the webhook to the desk: what makes work, what makes none, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from .instagram import CDN
from .paths import HOURS, ODD, OWN, PARCEL, PERSON, by_page, natively, says
from .world import Step, World


def writes(text: str = "", wait_ms: int = 60_000, **more: Any) -> Step:
    return Step(lambda world: world.instagram.writes(PERSON, text, **more), wait_ms=wait_ms, name=text)


def tickets(world: World) -> list[Any]:
    return [item for (_, sk), item in world.dynamo.items.items() if sk == "ticket"]


@pytest.mark.parametrize("text", ["❤️", "😍😍", "Merci beaucoup ❤️"])
def test_hearts_and_thanks_for_a_story_make_no_work(text: str) -> None:
    world = World().run(writes(text, reply_to={"story": {"id": "1", "url": f"{CDN}/?asset_id=1"}}))

    assert tickets(world) == []
    assert world.instagram.said == []


def test_the_big_heart_makes_no_more_work_than_a_typed_one() -> None:
    world = World().run(writes(attachments=[{"type": "like_heart"}]))

    assert tickets(world) == []
    assert world.instagram.said == []


def test_a_story_that_shows_the_brand_is_a_thanks_and_beside_a_question_it_is_shown() -> None:
    mention = [{"type": "story_mention", "payload": {"url": f"{CDN}/?asset_id=3"}}]
    world = World().run(writes(attachments=mention))
    assert (tickets(world), world.instagram.said) == ([], [])

    world = World().run(writes(ODD, attachments=mention))
    assert len(tickets(world)) == 1
    assert "Vous mentionne dans une story" in world.slack.everything("C0MAISON")


@pytest.mark.parametrize("kind", ["ig_post", "share", "ig_reel", "ephemeral", "unknown_to_us"])
def test_what_the_bot_cannot_see_goes_to_a_person(kind: str) -> None:
    world = World().run(writes(attachments=[{"type": kind, "payload": {"url": f"{CDN}/?asset_id=2"}}]))

    assert len(tickets(world)) == 1


def test_nothing_that_opens_a_storys_picture_is_stored_queued_or_shown() -> None:
    story = {"story": {"id": "1", "url": f"{CDN}/?asset_id=771"}}
    mention = [{"type": "story_mention", "payload": {"url": f"{CDN}/?asset_id=772"}}]
    world = World().run(writes(ODD, reply_to=story), writes(attachments=mention))

    assert len(tickets(world)) == 1
    assert "asset_id" not in str(world.dynamo.written)
    assert not world.buckets
    shown = world.slack.everything("C0MAISON")
    assert "asset_id" not in shown
    assert "Répond à une story" in shown


def test_our_own_echo_is_no_person_who_silences_the_bot() -> None:
    world = World().run(says("instagram", HOURS), says("instagram", PARCEL, wait_ms=60_000))

    assert len(world.instagram.said) == 2
    assert tickets(world) == []


def test_a_colleagues_answer_in_the_app_silences_the_bot_and_is_in_the_timeline() -> None:
    world = World().run(natively("instagram", "Bonjour !", 0), says("instagram", HOURS, wait_ms=60_000))

    assert world.instagram.said == []
    assert [item["author"]["S"] for (_, sk), item in world.dynamo.items.items() if "author" in item and "m#" in sk][
        :1
    ] == ["native"]


def test_a_colleagues_comment_answers_the_one_above_it_and_no_other() -> None:
    world = World().run(
        Step(lambda world: world.instagram.comments(PERSON, OWN)),
        Step(lambda world: world.instagram.comments("33600000077", f"{OWN} kkzz"), wait_ms=1_000),
        Step(lambda world: world.instagram.native_comment("1805000001", "Je regarde."), wait_ms=60_000),
    )

    states = {item["person"]["S"]: item["state"]["S"] for item in tickets(world)}
    assert states[PERSON] != "open"
    assert states["33600000077"] == "open"
    assert "Je regarde." in str([item for (_, sk), item in world.dynamo.items.items() if sk.startswith("m#")])


@pytest.mark.parametrize("login", ["facebook", "instagram"])
def test_the_words_of_a_mention_stand_in_its_ticket_where_the_login_may_read_them(login: str) -> None:
    world = World()
    if login == "facebook":
        by_page(world)
    world.run(Step(lambda world: world.instagram.mentions("@maison une honte, carte 4970 1000 0000 0014")))

    (ticket,) = tickets(world)
    texts = [file["bytes"].decode() for file in world.slack.files.values() if "bytes" in file]
    assert (len(texts) == 1) == (login == "facebook")
    assert all(text.startswith("@maison une honte") and "4970 1000" not in text for text in texts)
    assert ("impossible à récupérer" in world.slack.everything("C0MAISON")) == (login == "instagram")
    assert ticket["public"]["BOOL"]


def test_an_edit_that_does_not_say_the_new_words_changes_nothing() -> None:
    def edit(world: World) -> None:
        world.instagram._item(PERSON, {"message_edit": {"mid": "aWdR000001", "num_edit": 1}})

    world = World().run(writes(ODD), Step(edit, wait_ms=60_000))
    assert ODD in world.slack.everything("C0MAISON")
    assert world.counts.get("unparsed", 0) == 0
