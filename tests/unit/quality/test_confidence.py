"""What judgements prove: never above the promise in more than one of ten runs, however often somebody looks."""

from __future__ import annotations

import random

import pytest

from chalicelib.quality.confidence import agreement, lower_bound, more_right, needed, proves
from classifiers.prove import needed as fixed_needed

RUNS, LOOKS = 1_000, 800


def falsely_proved(precision: float, target: float, first_n: list[int], seed: int) -> int:
    """Of RUNS runs, those in which some look finds as few errors as `first_n` (by errors) allows."""
    draw = random.Random(seed)
    found = 0
    for _ in range(RUNS):
        wrong = 0
        for judged in range(1, LOOKS + 1):
            wrong += draw.random() >= precision
            if wrong >= len(first_n):
                break
            if judged >= first_n[wrong]:
                found += 1
                break
    return found


@pytest.mark.parametrize(("target", "promised"), [(0.98, [140, 270, 374]), (0.97, [93, 180, 249])])
def test_how_many_judgements_prove_a_target_as_the_page_says(target: float, promised: list[int]) -> None:
    assert [needed(wrong, target) for wrong in range(3)] == promised
    print(f"{target:.0%} needs", ", ".join(f"{n} with {wrong} wrong" for wrong, n in enumerate(promised)))


@pytest.mark.parametrize("target", [0.97, 0.98])
@pytest.mark.parametrize("short", [0.0, 0.002, 0.01])
def test_a_look_after_every_judgement_proves_too_much_in_at_most_one_of_ten_runs(target: float, short: float) -> None:
    first_n = [needed(wrong, target) for wrong in range(20)]
    found = falsely_proved(target - short, target, first_n, seed=20261129)
    print(f"true {target - short:.1%}, proved {target:.0%} in {found} of {RUNS} runs")

    assert found <= RUNS // 10


def test_a_bound_for_one_look_would_not_stand_so_many_looks() -> None:
    first_n = [fixed_needed(wrong, 0.98) for wrong in range(20)]

    assert falsely_proved(0.98, 0.98, first_n, seed=20261129) > RUNS // 10


def test_good_answers_are_proved_in_the_end() -> None:
    first_n = [needed(wrong, 0.98) for wrong in range(20)]

    assert falsely_proved(0.997, 0.98, first_n, seed=7) > RUNS * 0.9


def test_the_bound_is_the_largest_target_that_is_proved() -> None:
    for right, wrong in ((140, 0), (268, 1), (20, 5), (10_000, 3)):
        bound = lower_bound(right, wrong)

        assert proves(right, wrong, bound - 1e-6)
        assert not proves(right, wrong, bound + 1e-6)
    assert lower_bound(0, 0) < 1e-6
    assert lower_bound(0, 9) < 1e-6


def test_so_many_more_right_ones_are_just_enough() -> None:
    more = more_right(91, 1, 0.98)

    assert more == needed(1, 0.98) - 92
    assert proves(91 + more, 1, 0.98)
    assert not proves(91 + more - 1, 1, 0.98)
    assert more_right(200, 0, 0.98) == 0


def test_kappa_takes_chance_out_of_agreement() -> None:
    # The worked example of Cohen (1960)'s kind: 20 + 15 of 50 alike, half by chance.
    pairs = [("right", "right")] * 20 + [("right", "wrong")] * 5 + [("wrong", "right")] * 10 + [("wrong", "wrong")] * 15
    raw, kappa = agreement(pairs)

    assert raw == pytest.approx(0.7)
    assert kappa == pytest.approx(0.4)
    assert agreement([("right", "right")] * 3) == (1.0, None)
    assert agreement([]) == (0.0, None)
