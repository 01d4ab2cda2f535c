"""What lies under a probability: features that agree in both their forms, energy, and leads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.triage import features, masks, rules
from chalicelib.triage.reading import Blend, Calibration, read_alone, read_both
from chalicelib.triage.stages import HEADS, OUT_OF_SCOPE, LinearStage

_BITS = 10
_LABELS = ("invoice", "refund", OUT_OF_SCOPE)
_COLUMNS = len(_LABELS) + len(HEADS)
_STAGE = LinearStage(
    labels=_LABELS,
    bits=_BITS,
    weights=np.random.default_rng(3).integers(-127, 128, (1 << _BITS, _COLUMNS)).astype(np.int8),
    scale=np.linspace(0.5, 1.5, _COLUMNS, dtype=np.float32),
    bias=np.linspace(-1.0, 1.0, _COLUMNS, dtype=np.float32),
)


@given(st.text(alphabet="où est MON colis 10482 svp!!é'🙏\n?", max_size=120) | st.text(max_size=80))
def test_what_is_trained_on_is_what_the_first_stage_adds_up(text: str) -> None:
    values = features.featurise(text, _BITS)
    expected = sum(value * _STAGE.weights[bucket].astype(np.float64) for bucket, value in values.items())

    assert np.allclose(_STAGE.logits(features.clean(text)), expected * _STAGE.scale + _STAGE.bias, atol=1e-2, rtol=1e-4)


@settings(max_examples=300)
@given(st.text(alphabet="abw.@:/h#€£ -,'", max_size=60) | st.text(max_size=60))
def test_a_text_without_a_mark_of_a_number_or_a_link_has_nothing_to_mask(text: str) -> None:
    masked = text
    for word, pattern in masks._RULES:
        masked = pattern.sub(f" {word} ", masked)

    assert masks.mask(text) == masked


def _logits(invoice: float, refund: float, outside: float) -> np.ndarray:
    return np.array([invoice, refund, outside, *[-3.0] * len(HEADS)], np.float32)


def test_energy_is_high_for_a_label_and_low_for_what_is_none() -> None:
    asked, out_of_scope, unsure = (
        read_alone(_logits(*row), _LABELS, Blend(), {}) for row in ((5, 0, -2), (0, 0, 5), (1, 1, 1))
    )

    assert asked.energy > unsure.energy > 0 > out_of_scope.energy


def test_stages_that_agree_are_believed_more_than_one_that_is_overruled() -> None:
    sure = Calibration(margin=0.5, first=0.5, second=0.5, offset=-1.0)
    weighed = Blend(linear=1.0, encoder=1.0)
    together = read_both(_logits(3, 0, 0), _logits(3, 0, 0), _LABELS, weighed, {})
    apart = read_both(_logits(-1, 3, 0), _logits(7, -3, 0), _LABELS, weighed, {})

    assert (together.best, together.margin) == (apart.best, apart.margin) == ("invoice", 6.0)
    assert together.leads == (3.0, 3.0)
    assert apart.leads == (-4.0, 7.0)
    assert sure.probability(together) > sure.probability(apart)


@pytest.mark.parametrize(
    "text",
    [
        "I got only half of my refund",
        "Seulement une des deux robes a été remboursée",
        "il reste la moitié à rembourser",
        "one of the two parcels is here",
    ],
)
def test_what_is_about_a_part_is_recognised(text: str) -> None:
    assert rules.partial(" ".join(features.words_of(text)))


@pytest.mark.parametrize("text", ["mais où est mon colis", "where is it again?", "short sleeve shirt in M?"])
def test_what_is_only_a_turn_of_phrase_is_not_about_a_part(text: str) -> None:
    assert not rules.partial(" ".join(features.words_of(text)))
