"""Judging at the desk: one press, nobody sees whose, and nothing of the customer stays where it was shown."""

from __future__ import annotations

import json

from chalicelib.model import Millis
from chalicelib.quality import judge_queue
from chalicelib.store import judged_answers
from chalicelib.store import judging as stored

from .agent import AGENT, COLLEAGUE
from .judges import asked, asks, judged, puts, says_of_it
from .world import World

DAY_MS = 86_400_000


def shown(world: World) -> str:
    return json.dumps(world.slack.views[-1], ensure_ascii=False)


def verdicts(world: World) -> list[list[str]]:
    found = judged_answers.lines(world.table, "opening_hours", "private", "fr")
    return [sorted(line.verdicts.values()) for line in found]


def test_a_press_writes_the_verdict_and_shows_the_next_answer() -> None:
    world = World()
    world.run(puts(1), puts(2), asks())
    first = shown(world)
    world.run(says_of_it("right"))

    assert "2\u202fréponses attendent" in first or "2 réponses attendent" in first
    assert "kkjj ouvrez quand" in first
    assert verdicts(world) == [["right"], []]
    assert "1 réponse attend." in shown(world)


def test_nothing_of_a_customer_is_posted_in_the_channel() -> None:
    world = judged()

    assert world.slack.messages == {}


def test_two_judges_end_a_question_and_their_agreement_is_shown() -> None:
    world = judged()

    assert verdicts(world) == [["right", "wrong"]]
    assert stored.waiting(world.table, world.clock()) == []
    assert judge_queue.agreement(world.table)[:2] == (1, 0.0)
    world.run(asks())
    assert "Il ne reste rien à juger" in shown(world)
    assert "même avis 0" in shown(world)


def test_nobody_is_given_what_they_judged() -> None:
    world = World()
    world.run(puts(), asks(), says_of_it("right"))

    assert judge_queue.card(world.table, AGENT, world.clock()).question is None
    assert judge_queue.card(world.table, COLLEAGUE, world.clock()).question is not None


def test_a_press_that_comes_twice_counts_once_and_the_same_judge_may_say_otherwise() -> None:
    world = World()
    world.run(puts(), asks(), says_of_it("right"))
    question = asked(world)
    (left,) = stored.waiting(world.table, world.clock())
    for verdict in ("right", "wrong", "wrong"):
        assert judge_queue.judged(world.table, left.place, AGENT, verdict, world.clock()) is not None

    assert question.line.line_id == left.line.line_id
    assert verdicts(world) == [["wrong"]]


def test_what_is_no_verdict_no_place_or_no_judge_changes_nothing() -> None:
    world = World()
    world.run(puts())
    (left,) = stored.waiting(world.table, world.clock())
    for place, judge, verdict in ((left.place, AGENT, "fine"), (left.place, "", "right"), ("x", AGENT, "right")):
        assert judge_queue.judged(world.table, place, judge, verdict, world.clock()) is None

    assert verdicts(world) == [[]]


def test_an_answer_that_is_older_than_thirty_days_is_judged_no_more() -> None:
    world = World()
    world.run(puts())
    (left,) = stored.waiting(world.table, world.clock())
    later = Millis(world.clock.now + 31 * DAY_MS)

    assert judge_queue.card(world.table, AGENT, later).question is None
    assert judge_queue.judged(world.table, left.place, AGENT, "right", later) is None


def test_the_same_answer_is_put_to_the_judges_once() -> None:
    world = World()
    question = asked(world)

    assert stored.ask(world.table, question)
    assert not stored.ask(world.table, question)


def test_a_verdict_of_another_brands_button_changes_nothing() -> None:
    world = World()
    world.run(puts(), asks())
    view = json.dumps(world.slack.views[-1])
    world.slack.views[-1] = json.loads(view.replace("maison-lune", "atelier-nord"))
    world.run(says_of_it("wrong"))

    assert verdicts(world) == [[]]


def test_no_judge_stands_in_the_table_by_name() -> None:
    world = judged()

    assert AGENT not in str(world.dynamo.items)
    assert COLLEAGUE not in str(world.dynamo.items)


def test_whoever_judged_more_than_a_page_of_answers_is_shown_the_next_one() -> None:
    world = World()
    for number in range(1, 303):
        stored.ask(world.table, asked(world, number))
    for number in range(301):
        question = judge_queue.card(world.table, AGENT, world.clock()).question
        assert question is not None, number
        judge_queue.judged(world.table, question.place, AGENT, "right", world.clock())
    last = judge_queue.card(world.table, AGENT, world.clock()).question

    assert last is not None
    assert last.line.verdicts == {}
    second = judge_queue.card(world.table, COLLEAGUE, world.clock()).question
    assert second is not None
    assert second.line.line_id == last.line.line_id
