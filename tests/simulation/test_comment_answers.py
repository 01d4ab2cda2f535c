"""What is said about comments from their digest: equal questions by one press, one in own words, in private, a like."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import AgentAction, AgentVerb, Autonomy, EventId
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.release import Approval
from chalicelib.store import wire
from chalicelib.store.gathered import HOUR_MS

from .agent import COLLEAGUE, button, press_in_dialog
from .facebook import GONE
from .paths import CALM, SIZE, is_asked, presses, submits, tells
from .platforms import answer
from .test_comments import LATER, audited, digests, shown, writes
from .world import Step, World

TOLD = "Nos boutiques de Lyon et de Nantes"
YOUNG, PRESS = "J'ai 13 ans, vous avez quels horaires ?", "Je suis journaliste, quels horaires ?"
CRITICISM, GRIEVANCE = "La couleur est différente en vrai.", "Quelle honte cette qualité"


def asks(count: int, *, first: int = 0, wait_ms: int = 1_000, post: str = "902215588420071") -> list[Step]:
    """So many people ask when the shops are open."""
    return [writes(first + n, f"Vos horaires svp ? {first + n}", wait_ms=wait_ms, post=post) for n in range(count)]


def public(world: World) -> list[str]:
    return [said.text for said in world.facebook.said if said.public]


def private(world: World) -> list[tuple[str, str]]:
    return [(said.person, said.text) for said in world.facebook.said if not said.public]


def wordings(world: World) -> Counter[str]:
    """How often each wording was said, whoever it named."""
    return Counter(text.replace(" Léa", "").replace(", Léa", "") for text in public(world))


def authors(world: World) -> Counter[str]:
    rows = [wire.from_avs(item) for item in world.dynamo.items.values()]
    return Counter(json.loads(row["why"])["agent"] for row in rows if row.get("kind") == "comment_reply")


def changes(**values: Any) -> Step:
    """The brand changes its playbook."""

    def do(world: World) -> None:
        world.table.put_playbook(to_json(replace(world.playbook, **values)), world.clock())

    return Step(do, wait_ms=60_000, name="a new playbook")


def test_one_press_answers_all_equal_questions_in_three_wordings_and_the_digest_says_how_many() -> None:
    world = World().run(*asks(7), writes(90, SIZE), presses("answer_equal", wait_ms=LATER))

    assert sorted(wordings(world).values()) == [2, 2, 3]
    assert all(TOLD in text for text in public(world))
    assert Counter(said.person for said in world.facebook.said).most_common(1)[0][1] == 1
    assert authors(world) == {"U0LEA": 7}
    assert "8 questions · 7 répondus" in shown(world)
    assert (SIZE in shown(world), "Vos horaires" in shown(world)) == (True, False)
    assert world.facebook.liked == []


def test_nothing_is_said_before_somebody_presses() -> None:
    world = World().run(*asks(7), Step(lambda _: None, wait_ms=24 * HOUR_MS))

    assert (public(world), private(world), world.facebook.liked) == ([], [], [])
    assert "Répondre aux 7" in shown(world)


def test_no_wording_is_said_more_than_five_times_a_post_and_hour_and_the_rest_waits_for_another_press() -> None:
    world = World().run(*asks(18), presses("answer_equal", wait_ms=LATER), presses("answer_equal", wait_ms=60_000))

    assert sorted(wordings(world).values()) == [5, 5, 5]
    assert "15 répondus" in shown(world)
    world.run(presses("answer_equal", wait_ms=HOUR_MS))

    assert sorted(wordings(world).values()) == [6, 6, 6]
    assert "18 répondus" in shown(world)


def test_the_cap_is_the_posts_whichever_hours_digest_is_pressed() -> None:
    world = World().run(*asks(12), *asks(9, first=20, wait_ms=HOUR_MS // 8))
    world.run(Step(lambda _: None, wait_ms=2 * HOUR_MS))
    world.run(*[presses("answer_equal", wait_ms=60_000)] * 2)
    world.run(Step(lambda _: None, wait_ms=60_000))

    assert max(wordings(world).values()) <= 5
    other = World().run(*asks(12), *asks(12, first=20, post="902215588420072"))
    other.run(presses("answer_equal", wait_ms=LATER), presses("answer_equal", wait_ms=60_000))
    assert sorted(wordings(other).values()) == [8, 8, 8]


def test_a_second_press_by_a_colleague_answers_nobody_twice_and_the_first_is_the_author() -> None:
    world = World().run(
        *asks(4), presses("answer_equal", wait_ms=LATER), presses("answer_equal", by=COLLEAGUE, wait_ms=0)
    )

    assert len(public(world)) == 4
    assert authors(world) == {"U0LEA": 4}


def test_what_a_colleague_answered_elsewhere_is_left_out_and_what_was_taken_back_or_hidden_too() -> None:
    world = World().run(
        *asks(4),
        Step(lambda world: world.facebook.native("33610000000", "De 10 h à 19 h."), wait_ms=LATER),
        Step(lambda world: world.facebook.removes(world.facebook.latest()), wait_ms=60_000),
        presses("answer_equal", wait_ms=60_000),
    )

    assert sorted(said.person for said in world.facebook.said) == ["33610000001", "33610000002"]
    assert "3 commentaires · 3 questions · 3 répondus" in shown(world)


def test_words_that_changed_since_they_were_on_the_screen_are_not_said_and_the_new_ones_are_shown() -> None:
    world = World()
    intents = dict(world.playbook.intents)
    known = intents["opening_hours"]
    intents["opening_hours"] = replace(known, replies={**known.replies, "fr": "Fermé jusqu'au 3."}, public={})
    world.run(*asks(2), Step(lambda _: None, wait_ms=LATER), changes(intents=intents))
    world.run(presses("answer_equal", wait_ms=60_000))

    assert public(world) == []
    assert "Fermé jusqu'au 3." in shown(world)
    world.run(presses("answer_equal", wait_ms=60_000))
    assert [("Fermé" in text, TOLD in text) for text in public(world)] == [(True, False)] * 2


def test_an_answer_out_of_date_or_only_watched_is_not_proposed() -> None:
    for more in (
        {"approval": Approval(owner="Léa", approved_on="2025-01-01", valid_until="2026-01-01")},
        {"autonomy": {"": Autonomy.SHADOW}},
    ):
        world = World()
        known = replace(world.playbook.intents["opening_hours"], **more)
        world.run(changes(intents={**world.playbook.intents, "opening_hours": known}), *asks(2))
        assert "Vos horaires" in shown(world)
        assert "Réponse proposée" not in shown(world)


def test_each_language_is_answered_in_its_own() -> None:
    world = World().run(*asks(2), writes(50, "What are your opening hours?"), presses("answer_equal", wait_ms=LATER))
    world.run(presses("answer_equal", wait_ms=60_000))

    assert Counter("Our " in text for text in public(world)) == {False: 2, True: 1}


def test_what_the_platform_refused_stands_in_the_digest_and_can_be_answered_again() -> None:
    world = World()
    world.run(*asks(1))
    world.facebook.troubles.append(GONE)
    world.run(presses("answer_equal", wait_ms=LATER))

    assert "la réponse n’est pas partie" in shown(world)
    world.run(presses("answer_equal", wait_ms=60_000))
    assert len(public(world)) == 1
    assert "1 question · 1 répondu" in shown(world)


def test_an_answer_whose_receipt_was_lost_is_found_at_the_platform_and_not_given_again() -> None:
    world = World()
    world.run(*asks(1))
    world.facebook.mute = True
    world.facebook.unsaid = 1
    world.run(presses("answer_equal", wait_ms=LATER), Step(lambda _: None, wait_ms=10 * 60_000))

    assert len(public(world)) == 1
    assert "1 question · 1 répondu" in shown(world)


# --- one comment ------------------------------------------------------------------------------


def words(text: str) -> Step:
    return submits(text, "comment", name=text)


def asked_of(verb: AgentVerb, text: str, wait_ms: int = 60_000) -> Step:
    """What the desk queues when somebody whose screen is old does this about the first comment."""

    def do(world: World) -> None:
        found = [wire.from_avs(item) for (pk, _), item in world.dynamo.items.items() if "#comments#" in pk]
        act = AgentAction(
            event_id=EventId(f"{verb} {text}"),
            address=address_of("slack", "T0GUICHET/C0MAISON", COLLEAGUE),
            sent_at=None,
            target_id=found[0]["message_id"],
            verb=verb,
            agent_id=COLLEAGUE,
            text=text,
        )
        tells(act, 0).do(world)

    return Step(do, wait_ms=wait_ms, name=verb)


def test_a_comment_is_answered_in_an_agents_own_words_once() -> None:
    world = World().run(writes(1, SIZE), presses("answer_comment", wait_ms=LATER), words("La taille 38."))
    world.run(asked_of("answer_comment", "La taille 40."))

    assert public(world) == ["La taille 38."]
    assert authors(world) == {"U0LEA": 1}
    assert "1 répondu" in shown(world)


@pytest.mark.parametrize("verb", ["write_privately", "like", "answer_comment"])
def test_what_the_digest_does_not_offer_is_not_done_whoever_asks(verb: AgentVerb) -> None:
    world = World().run(writes(1, "Sale arabe"), asked_of(verb, "Bonjour"))

    assert (public(world), private(world), world.facebook.liked) == ([], [], [])


def test_a_dialog_begins_with_the_proposed_answer_for_its_writer() -> None:
    world = World().run(*asks(1), presses("answer_comment", wait_ms=LATER))
    (field,) = [block for block in world.slack.views[-1]["blocks"] if block["type"] == "input"]

    assert field["element"]["initial_value"].startswith("Bonjour Léa,")
    assert TOLD in field["element"]["initial_value"]


def test_words_that_are_too_long_for_the_platform_are_not_taken() -> None:
    world = World().run(writes(1, SIZE), presses("answer_comment", wait_ms=LATER), words("x" * 1_001))
    world.run()

    assert public(world) == []


def test_a_comments_writer_is_written_to_once_and_a_public_answer_may_follow() -> None:
    world = World().run(writes(1, SIZE), presses("write_privately", wait_ms=LATER), words("Quelle est votre taille ?"))
    assert private(world) == [("33610000001", "Quelle est votre taille ?")]
    assert "écrit en privé" in shown(world)
    assert button(world, "guichet_write_privately") is None

    world.run(presses("answer_comment", wait_ms=60_000))
    (field,) = [block for block in world.slack.views[-1]["blocks"] if block["type"] == "input"]
    assert "Nous venons de vous écrire en privé" in field["element"]["initial_value"]


def test_a_private_message_goes_only_to_who_asks_or_complains_and_never_to_who_seems_a_minor_or_is_of_the_press() -> (
    None
):
    offered = {}
    for text in (SIZE, GRIEVANCE, CRITICISM, YOUNG, PRESS):
        world = World().run(writes(1, text), Step(lambda _: None, wait_ms=LATER))
        assert text in shown(world)
        offered[text] = button(world, "guichet_write_privately") is not None

    assert offered == {SIZE: True, GRIEVANCE: True, CRITICISM: False, YOUNG: False, PRESS: False}


def test_a_private_message_that_may_have_arrived_is_not_sent_again_and_the_digest_says_where_to_look() -> None:
    world = World().run(writes(1, SIZE), presses("write_privately", wait_ms=LATER))
    world.facebook.mute = True
    world.facebook.troubles.append(answer(200, {}))
    world.run(words("Quelle est votre taille ?"), Step(lambda _: None, wait_ms=HOUR_MS))

    assert "message privé peut-être parti" in shown(world)
    assert button(world, "guichet_write_privately") is None


def test_no_private_message_leaves_after_seven_days() -> None:
    world = World().run(
        writes(1, SIZE),
        presses("write_privately", wait_ms=6 * 24 * HOUR_MS),
        Step(lambda _: None, wait_ms=25 * HOUR_MS),
        words("Quelle est votre taille ?"),
    )

    assert private(world) == []


def test_who_seems_a_minor_gets_no_proposed_words() -> None:
    world = World().run(writes(1, YOUNG), presses("answer_comment", wait_ms=LATER))
    (field,) = [block for block in world.slack.views[-1]["blocks"] if block["type"] == "input"]

    assert "initial_value" not in field["element"]
    assert "Réponse proposée" not in shown(world)


def test_a_like_is_a_press_once_and_stands_in_the_audit_log() -> None:
    world = World().run(writes(1, SIZE), writes(2, CALM), presses("like", wait_ms=LATER), presses("like", wait_ms=0))

    assert len(world.facebook.liked) == 1
    assert [(what, by) for what, by, _ in audited(world)] == [("comment.like", "U0LEA")]
    assert "aimé" in shown(world)


def test_a_channel_without_likes_offers_none() -> None:
    world = World().run(
        Step(lambda world: world.instagram.comments("33600000071", SIZE)), Step(lambda _: None, wait_ms=LATER)
    )

    assert SIZE in shown(world)
    assert (button(world, "guichet_like"), button(world, "guichet_write_privately") is None) == (None, False)


def test_a_menu_hides_for_one_of_the_five_reasons_asked_in_a_dialog() -> None:
    world = World().run(
        writes(1, CRITICISM),
        presses("guichet_hide", wait_ms=LATER),
        Step(press_in_dialog("guichet_hide_personal_data"), when=is_asked(), wait_ms=2_000),
    )

    assert [hidden for _, hidden in world.facebook.hidden] == [True]
    assert audited(world) == [("comment.hide", "U0LEA", "personal_data")]


SHOWS = "Bonjour, je cherche une robe, appelez-moi au 06 12 34 56 78"


def test_who_showed_a_number_is_told_in_private_that_it_is_hidden_by_words_that_do_not_repeat_it() -> None:
    world = World().run(
        writes(1, SHOWS),
        presses("guichet_hide_personal_data", wait_ms=LATER),
        presses("write_privately", wait_ms=60_000),
    )
    view = world.slack.views[-1]
    (field,) = [block for block in view["blocks"] if block["type"] == "input"]
    proposed = field["element"]["initial_value"]
    world.run(submits(proposed, "private", name="words"), Step(lambda _: None, wait_ms=60_000))

    assert "montrait un numéro de téléphone" in proposed
    assert "06 12" not in proposed
    assert [text for _, text in private(world)] == [proposed]
    assert [hidden for _, hidden in world.facebook.hidden] == [True]
    assert button(world, "guichet_write_privately") is None  # once
    assert button(world, "guichet_unhide") is not None


@pytest.mark.parametrize("count", [1, 2])
def test_a_digest_is_one_message_however_often_it_is_answered(count: int) -> None:
    world = World().run(*asks(count + 1), presses("answer_equal", wait_ms=LATER))

    assert len(digests(world)) == 1
