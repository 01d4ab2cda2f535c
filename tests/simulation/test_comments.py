"""Comments under a page's posts: a day of three hundred, one digest a post and hour, what leaves it, and a crowd."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.admin.erase import erase
from chalicelib.channels import REGISTRY
from chalicelib.conversation import TimelineMessage, address_of
from chalicelib.model import AccountId, Address, ChannelName, EventId, HideReason, MessageId, Millis, PersonId
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.schema import CommentRules
from chalicelib.stages import comment_digests
from chalicelib.store import audit, gathered, items, keys, wire
from chalicelib.store import writes as writes_to
from chalicelib.store.gathered import HOUR_MS, Gathered
from chalicelib.triage.load_bundle import load
from chalicelib.workspaces.slack import actions

from .facebook import GONE
from .paths import CALM, FAKE, HOURS, LINKED, OWN, SIZE, deaf, on_comment, presses
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
    return [message["text"] for message in world.slack.posts if message["text"].startswith("🗨️")]


def shown(world: World) -> str:
    """What the digests show now."""
    messages = [each for each in world.slack.messages.values() if each["text"].startswith("🗨️")]
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

    assert digests(world) == ["🗨️ *Publication* · 4 commentaires · 1 rien · 2 questions · 1 plainte"]
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
    told = [message for message in world.slack.posts if message["text"].startswith("🌊")]

    assert len(told) == 1
    assert "31 commentaires" in told[0]["text"]
    assert "<https://www.facebook.com/" in told[0]["blocks"][0]["text"]["text"]
    assert "http" not in told[0]["text"]


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


# --- hiding -----------------------------------------------------------------------------------

LATER = 70 * 60_000


def hides_by_rule(*reasons: HideReason) -> Step:
    """The brand allows a rule to hide for these reasons."""

    def do(world: World) -> None:
        rules = CommentRules(hide=frozenset(reasons))
        world.table.put_playbook(to_json(replace(world.playbook, comments=rules)), world.clock())

    return Step(do, name="a rule may hide")


def audited(world: World) -> list[tuple[str, str, str]]:
    return sorted((line.what, line.by, line.after) for line in audit.lines(world.table, Millis(0)))


def test_nothing_is_hidden_by_a_rule_that_the_brand_did_not_allow() -> None:
    world = World().run(writes(1, FAKE))

    assert world.facebook.hidden == []
    assert digests(world) == ["🗨️ *Publication* · 1 commentaire · 1 à masquer\u202f?"]


def test_a_rule_that_the_brand_allows_hides_at_once_with_its_reason_in_the_audit_log() -> None:
    world = World().run(hides_by_rule("false_service"), writes(1, FAKE), writes(2, "Sale arabe"))

    assert [hidden for _, hidden in world.facebook.hidden] == [True]
    assert audited(world) == [("comment.hide", "rule:comment", "false_service")]
    assert digests(world) == ["🗨️ *Publication* · 2 commentaires · 1 masqué · 1 à masquer\u202f?"]


def test_one_press_hides_and_one_shows_again_and_each_has_its_line() -> None:
    world = World().run(
        writes(1, FAKE), on_comment("hide", "false_service", wait_ms=LATER), on_comment("unhide", wait_ms=60_000)
    )

    assert [hidden for _, hidden in world.facebook.hidden] == [True, False]
    assert audited(world) == [("comment.hide", "U0LEA", "false_service"), ("comment.show", "U0LEA", "")]
    assert "de nouveau visible" in shown(world)


def test_a_second_press_and_a_reason_that_is_none_change_nothing() -> None:
    world = World().run(
        writes(1, "La couleur est différente en vrai."),
        on_comment("hide", "criticism", wait_ms=LATER),
        on_comment("hide", "spam", wait_ms=60_000),
        on_comment("hide", "spam", wait_ms=60_000),
    )

    assert [hidden for _, hidden in world.facebook.hidden] == [True]
    assert audited(world) == [("comment.hide", "U0LEA", "spam")]


def test_what_the_platform_refuses_to_hide_is_said_in_the_digest() -> None:
    world = World()
    world.facebook.troubles.append(GONE)
    world.run(writes(1, FAKE), on_comment("hide", "false_service", wait_ms=LATER))

    assert world.facebook.hidden == []
    assert "la plateforme a refusé" in shown(world)


def test_hateful_words_are_not_shown_and_its_writers_name_neither() -> None:
    world = World().run(writes(1, "Sale arabe"))

    assert "Sale arabe" not in shown(world)
    assert "contenu haineux" in shown(world)


def test_the_digest_offers_one_press_where_the_reason_is_found_and_a_dialog_with_the_five_where_it_is_not() -> None:
    world = World().run(
        writes(1, FAKE), writes(2, "La couleur est différente en vrai."), presses("guichet_hide", wait_ms=LATER)
    )
    (blocks,) = [each["blocks"] for each in world.slack.messages.values() if each["text"].startswith("🗨️")]
    offered = [each["accessory"] for each in blocks if "accessory" in each]

    assert [each["action_id"] for each in offered] == [actions.HIDE_FOR["false_service"], actions.MORE]
    (asked,) = [block["elements"] for block in world.slack.views[-1]["blocks"] if block["type"] == "actions"]
    assert [each["action_id"] for each in asked] == list(actions.HIDE_FOR.values())


def test_a_comment_that_is_found_hours_after_it_was_written_is_shown_as_late_and_one_at_once_is_not() -> None:
    world = World()
    deaf("facebook", for_ms=3 * HOUR_MS)(world)  # no webhook, and for three hours no list
    world.run(writes(1, HOURS), writes(2, SIZE, wait_ms=3 * HOUR_MS + LATER))
    late = "avant d’être reçu"

    assert world.facebook.said == []
    assert HOURS in shown(world)
    assert shown(world).count(late) == 1


# --- spam by repetition -----------------------------------------------------------------------


def spam_after(times: int) -> Step:
    def do(world: World) -> None:
        rules = CommentRules(spam_after=times)
        world.table.put_playbook(to_json(replace(world.playbook, comments=rules)), world.clock())

    return Step(do, name="equal comments are spam")


def test_equal_comments_with_a_link_are_hidden_as_spam_from_the_third_on_whoever_writes_them() -> None:
    texts = [LINKED, f"@lea_m {LINKED}", LINKED.upper(), f"{LINKED} !"]
    world = World().run(spam_after(3), *(writes(n, text, post=POSTS[n % 2]) for n, text in enumerate(texts)))
    hidden = {world.facebook.writers[comment] for comment, _ in world.facebook.hidden}

    assert hidden == {"33610000002", "33610000003"}
    assert audited(world) == [("comment.hide", "rule:comment", "spam")] * 2


def test_what_a_rule_hid_as_spam_is_shown_again_by_one_press() -> None:
    world = World().run(spam_after(3), *(writes(n, LINKED) for n in range(3)), on_comment("unhide", wait_ms=LATER))

    assert [hidden for _, hidden in world.facebook.hidden] == [True, False]
    assert len({comment for comment, _ in world.facebook.hidden}) == 1


def test_without_the_brands_rule_equal_comments_stay() -> None:
    assert World().run(*(writes(n, LINKED) for n in range(4))).facebook.hidden == []


@pytest.mark.parametrize(
    "text",
    [
        "Trop belle 😍",
        "Quelle taille pour 1m75 ?",
        "Quelle honte, lisez https://avis.example.com",
        "Boycott ! Signez la pétition https://petition.example.com",
        "Leur adresse est maison-lune.example/boutiques",
    ],
)
def test_praise_questions_criticism_and_calls_to_others_are_never_spam_however_often_they_are_said(text: str) -> None:
    assert World().run(spam_after(3), *(writes(n, text) for n in range(5))).facebook.hidden == []


@pytest.mark.slow
def test_of_three_hundred_with_every_rule_allowed_what_is_hidden_has_a_reason_and_no_criticism_is() -> None:
    world = World()
    world.scorer, world.loops = load(), 60_000
    day = json.loads(DAY.read_text(encoding="utf-8"))
    steps = [writes(number, text, post=POSTS[number % 2]) for number, (_, text) in enumerate(day)]
    world.run(hides_by_rule("spam", "phishing", "false_service", "hate", "personal_data"), *steps)
    kinds = {f"3361{number:07}": kind for number, (kind, _) in enumerate(day)}
    hidden = [kinds[world.facebook.writers[comment]] for comment, _ in world.facebook.hidden]

    assert len(hidden) >= 6
    assert set(hidden) <= {"hide", "case"}
    assert all(after for what, _, after in audited(world) if what == "comment.hide")
    assert (world.facebook.said, world.facebook.liked) == ([], [])


# --- faults that readers found ----------------------------------------------------------------


def test_a_hidden_comment_that_is_edited_stays_hidden_and_is_not_hidden_twice() -> None:
    world = World().run(
        hides_by_rule("false_service"),
        writes(1, FAKE),
        Step(lambda world: world.facebook.edits(world.facebook.latest(), f"{FAKE} !!"), wait_ms=60_000),
    )

    assert [hidden for _, hidden in world.facebook.hidden] == [True]
    assert digests(world) == ["🗨️ *Publication* · 1 commentaire · 1 masqué"]
    assert "Remontrer" in shown(world)


def test_a_comment_that_a_person_shows_again_stays_shown_where_its_writer_edits_it() -> None:
    world = World().run(
        hides_by_rule("false_service"),
        writes(1, FAKE),
        on_comment("unhide", wait_ms=LATER),
        Step(lambda world: world.facebook.edits(world.facebook.latest(), f"{FAKE} !!"), wait_ms=60_000),
    )

    assert [hidden for _, hidden in world.facebook.hidden] == [True, False]
    assert "de nouveau visible" in shown(world)


def test_a_question_that_is_edited_into_praise_leaves_its_digest() -> None:
    world = World().run(
        writes(1, HOURS),
        writes(2, SIZE),
        Step(lambda world: world.facebook.edits(next(iter(world.facebook.writers)), CALM), wait_ms=LATER),
    )

    assert (HOURS in shown(world), SIZE in shown(world)) == (False, True)


def gathers(world: World, number: int, *, deleted: bool = False) -> None:
    """A question that stands under the first post in the hour of START."""
    message_id = MessageId(f"c{number:06}.{START:013d}.{number:016x}")
    address = Address(ChannelName("facebook"), AccountId("2001"), PersonId(f"{number}"))
    made = Gathered(message_id=message_id, kind="question", at=Millis(START + number), channel="facebook", link="l")
    message = TimelineMessage(
        message_id=message_id,
        author="customer",
        address=address,
        text="" if deleted else f"Question {number} ?",
        sent_at=made.at,
        received_at=made.at,
        event_id=EventId(f"{number}"),
        deleted=deleted,
    )
    key, own = keys.gathered(world.brand, "post", START // HOUR_MS, message_id), keys.message(world.brand, message_id)
    assert world.table.write(writes_to.put_new(key, gathered.item_of(made)))
    assert world.table.write(writes_to.put_new(own, items.message_item(message)))


def seen(world: World) -> comment_digests.Seen:
    return comment_digests.Seen(world.playbook, lambda name: REGISTRY[name].traits, Millis(world.clock.now))


def test_a_digest_counts_every_comment_of_its_hour_however_many() -> None:
    world = World()
    for number in range(1_203):
        gathers(world, number)

    drawn = comment_digests.of_place(world.table, gathered.place_of("post", START // HOUR_MS), seen(world))

    assert (drawn.counts["all"], drawn.counts["question"]) == (1_203, 1_203)
    assert len(drawn.lines) == comment_digests.SHOWN


def test_what_was_taken_back_takes_no_place_of_a_question_that_waits() -> None:
    world = World()
    for number in range(60):
        gathers(world, number, deleted=number < 30)

    drawn = comment_digests.of_place(world.table, gathered.place_of("post", START // HOUR_MS), seen(world))

    assert [line.text for line in drawn.lines] == [f"Question {number} ?" for number in range(30, 60)]
