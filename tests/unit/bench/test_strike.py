"""The strike's model: buckets refuse what is over their rate, the first limit to give way is named, brand B is told."""

from __future__ import annotations

from collections import Counter

from bench.rig.counted import Use
from bench.strike import AFTER, BEFORE, Bucket, drained, drawn, limits, outcome

AUTO = {
    "api": Use(invocations=4),
    "process": Use(1, Counter(read=5, transaction=1, sqs=1), table=11, index=1),
    "timers": Use(1, Counter(read=6, write=3, platform=1), table=3, index=1),
}
TICKET = {
    "api": Use(invocations=4),
    "process": Use(1, Counter(read=10, transaction=1, sqs=2), table=18, index=3, line=1),
    "deliver": Use(1, Counter(read=5, write=3, platform=1), table=3, index=1),
    "desk": Use(1, Counter(read=5, write=5, platform=1), table=5, line=1),
}
MIXED = ((0.7, AUTO), (0.3, TICKET))


def test_a_bucket_refuses_what_is_over_its_rate_and_saves_nothing_up() -> None:
    bucket = Bucket(10)
    assert (bucket.take(8), bucket.take(8)) == (8, 2)
    bucket.refill()
    bucket.refill()
    assert bucket.take(25) == 10


def test_nothing_is_late_at_the_rate_and_the_last_of_twice_the_rate_as_late_as_it_lasted() -> None:
    assert drained(10, 60, lambda now: 10).last == 0
    assert 55 <= drained(20, 60, lambda now: 10).last <= 61


def test_the_first_to_give_way_is_slack_and_with_digests_it_holds_eighteen_times_as_much() -> None:
    before, after = (limits(each, MIXED, 0.3) for each in (BEFORE, AFTER))
    assert before[0].name.startswith("Slack")
    told = {each.name: each.gives_way for each in after}
    assert 18 <= told["Slack with digests"] / before[0].gives_way < 19


def test_a_desk_in_timers_makes_another_brands_answers_late_and_one_with_a_line_does_not() -> None:
    before, after = (outcome(each, MIXED, 100, 600, 0.3) for each in (BEFORE, AFTER))
    assert before["brand_b"] != {"median": 0, "last": 0}
    assert after["brand_b"] == {"median": 0, "last": 0}
    assert "brand B unharmed at [100] messages" in drawn({"after": [after]}, {"after": limits(AFTER, MIXED, 0.3)})
