"""What teaches states and signals: who wrote it, what is known of it, and that form tells nothing."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import UsageError
from chalicelib.model import Signal, State
from chalicelib.triage.stages import OUT_OF_SCOPE, SIGNALS, STATES
from classifiers import heads, signals, situations
from classifiers.read import Line
from classifiers.situations import AUTHOR_GROUPS, CONTRAST, HUMAN, OWN, Told


@pytest.fixture(scope="module")
def author_groups() -> list[Told]:
    return situations.author_groups()


def test_twelve_author_groups_a_language_wrote_every_state_and_every_signal(author_groups: list[Told]) -> None:
    for language in ("fr", "en"):
        here = [each for each in author_groups if each.language == language]
        states, shown = Counter(each.state for each in here), Counter(s for each in here for s in each.signals or ())
        assert len({each.group for each in here}) >= 12
        assert min(states[state] for state in State) >= 20
        assert min(shown[signal] for signal in Signal) >= 20


def test_no_line_of_an_author_group_is_empty_or_unknown(author_groups: list[Told]) -> None:
    assert all(each.text.strip() and each.group and each.intent for each in author_groups)
    assert {each.state for each in author_groups} <= {*STATES, ""}
    assert {signal for each in author_groups for signal in each.signals or ()} <= set(SIGNALS)


def test_a_first_question_out_of_scope_is_none_of_a_shops_states(tmp_path: Path) -> None:
    row = {"text": "are you hiring", "language": "en", "author": "en-a", "intent": "job_application",
           "state": "first_question", "signals": [], "card": "x"}  # fmt: skip
    (tmp_path / "en-a.jsonl").write_text(json.dumps(row), encoding="utf-8")

    found = situations.author_groups(tmp_path)[0]

    assert (found.state, found.intent, found.teaches_intents) == (OUT_OF_SCOPE, OUT_OF_SCOPE, True)


def test_an_unknown_state_is_refused_with_its_line(tmp_path: Path) -> None:
    row = {"text": "a", "language": "en", "author": "b", "intent": "refund", "state": "late", "signals": []}
    (tmp_path / "en-b.jsonl").write_text("\n" + json.dumps(row), encoding="utf-8")

    with pytest.raises(UsageError, match=r"en-b.jsonl:2 has the unknown state late"):
        situations.author_groups(tmp_path)


def test_contrast_sentences_have_the_same_states_under_their_names() -> None:
    found = Counter(each.state for each in situations.contrast())

    assert sum(found.values()) == 644
    assert found[State.ACCOUNT_BLOCKED] > 50
    assert set(found) <= set(STATES)


def test_public_sets_say_states_and_signals_and_none_without_the_folder(tmp_path: Path) -> None:
    rows = [
        {"text": "that is all, thank you", "lang": "en", "maps_to": "state:thanks_or_closing"},
        {"text": "book me a flight", "lang": "en", "maps_to": "oos"},
        {"text": "somebody drained my card", "lang": "en", "maps_to": "danger:fraud"},
        {"text": "nobody knows", "lang": "en", "maps_to": ""},
        {"text": "ich will nicht mehr", "lang": "de", "maps_to": "danger:person_at_risk"},
    ]
    (tmp_path / "human").mkdir()
    for name in situations._PUBLIC:
        with gzip.open(tmp_path / "human" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as opened:
            opened.writelines(json.dumps(row) + "\n" for row in (rows if name == "star" else []))

    found = {each.text: (each.state, each.signals) for each in situations.human(tmp_path)}

    assert found == {
        "that is all, thank you": (State.THANKS_OR_CLOSING, frozenset()),
        "book me a flight": (OUT_OF_SCOPE, frozenset()),
        "somebody drained my card": ("", frozenset({"fraud"})),
    }
    with pytest.raises(UsageError, match="cannot be read"):
        situations.human(tmp_path / "nowhere")


def _told(text: str, state: str, kind: str = AUTHOR_GROUPS, shown: tuple[str, ...] = ()) -> Told:
    return Told(text, "en", "en-a", kind, f"{kind}:{text}", state, frozenset(shown))


def test_the_projects_sentences_say_first_questions_and_complaints() -> None:
    def line(intent: str, urgency: str = "") -> Line:
        return Line(f"words of {intent}", intent, "en", "a", "b", "h", intent, urgency)

    found = {
        each.intent: each for each in situations.own([line("missing_item"), line("human_request"), line("complaint")])
    }

    assert found["missing_item"].state == State.PART
    assert (found["human_request"].state, found["human_request"].signals) == ("", frozenset({Signal.WANTS_HUMAN}))
    assert (found["complaint"].state, found["complaint"].signals) == ("complaint", None)


def test_every_state_weighs_the_same_a_first_question_threefold_and_situations_are_not_drowned() -> None:
    told = [_told(f"own {at}", State.FIRST_QUESTION, OWN) for at in range(900)]
    told += [_told(f"late {at}", State.OVERDUE) for at in range(10)]
    told += [_told(f"late, they say {at}", State.OVERDUE, HUMAN) for at in range(300)]
    weights = heads.state_weights(told)

    first, late, theirs = weights[:900].sum(), weights[900:910].sum(), weights[910:].sum()
    assert first == pytest.approx(3 * (late + theirs))
    assert late == pytest.approx(1.5 * theirs)
    assert weights.mean() == pytest.approx(1.0)


def test_copies_have_other_marks_and_several_questions_keep_theirs() -> None:
    plain = [_told(f"where is it {at}", State.FIRST_QUESTION, CONTRAST) for at in range(40)]
    two = [_told("where is it? and how much?", State.FIRST_QUESTION, AUTHOR_GROUPS, (Signal.SEVERAL,))]
    copies = heads.varied([*plain, *two], 7)[41:]

    marked = [each.text for each in copies if each.kind == CONTRAST]
    assert len(marked) == 120
    assert 0.1 < sum("?" in text for text in marked) / 120 < 0.7
    assert all(each.text.count("?") >= 1 for each in copies if each.signals)
    assert copies == heads.varied([*plain, *two], 7)[41:]


def test_heads_tell_states_and_signals_apart_on_vectors_and_on_n_grams() -> None:
    rng = np.random.default_rng(3)
    told, rows = [], []
    for at in range(300):
        late = at % 2 == 0
        told.append(
            _told(
                f"{at}", State.OVERDUE if late else State.FIRST_QUESTION, shown=(Signal.FRAUD,) if at % 5 == 0 else ()
            )
        )
        rows.append([float(late), float(at % 5 == 0), *rng.normal(0, 0.1, 3)])
    from scipy.sparse import csr_matrix

    for matrix in (np.array(rows, np.float32), csr_matrix(np.array(rows, np.float32))):
        found = heads.fitted(matrix, told, 10.0)
        scores = np.array(rows, np.float32) @ found.weights + found.bias
        states = scores[:, len(SIGNALS) :].argmax(1)
        assert (states == [STATES.index(each.state) for each in told]).mean() > 0.99
        fraud = scores[:, SIGNALS.index(Signal.FRAUD)]
        assert fraud[0::5].min() > fraud[1::5].max()


def test_without_anything_told_every_matter_is_a_first_question_and_no_signal_is_heard() -> None:
    found = heads.fitted(np.zeros((0, 4), np.float32), [], 1.0)

    assert STATES[int(found.bias[len(SIGNALS) :].argmax())] == State.FIRST_QUESTION
    assert (found.bias[: len(SIGNALS)] < -5).all()


def test_an_urgent_signal_is_seldom_missed_and_one_with_few_examples_is_never_told() -> None:
    shown = [True] * 40 + [False] * 400
    logits = np.array([*np.linspace(4, -1, 40), *np.linspace(0, -6, 400)])

    urgent, other = (signals.least(logits, shown, each) for each in (Signal.FRAUD, Signal.LEAVING))
    assert urgent is not None
    assert other is not None
    caught = (1 / (1 + np.exp(-logits[:40])) >= urgent).mean()
    assert caught >= 0.8
    assert urgent <= other
    assert signals.least(logits, [True] * 3 + [False] * 437, Signal.FRAUD) is None


def test_nobody_is_called_for_what_is_more_likely_nothing() -> None:
    shown = [True] * 40 + [False] * 400
    logits = np.array([*np.linspace(1, -3, 40), *np.linspace(-3.1, -9, 400)])

    found = signals.least(logits, shown, Signal.VULNERABLE)
    assert found is not None
    assert found >= 0.5
