"""What bench/triage --real makes of invented messages and verdicts."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.rig import real
from bench.rig.real import Said
from chalicelib.errors import UsageError

SAID = Said(
    id="1",
    text="t",
    source=real.SHOPS,
    intent="order_status",
    language="en",
    answer="a",
    probability=0.99,
    verdict="right",
)


def _file(path: Path, *rows: dict[str, object]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def _shops(*said: Said) -> dict[str, object]:
    row = real.figures([replace(each, id=str(at)) for at, each in enumerate(said)])["sources"][0]
    return {name: row[name] for name in ("messages", "spoken", "judged", "good", "right", "dangerous", "unjudged")}


def test_an_answer_that_nobody_judged_is_unjudged_and_never_right() -> None:
    assert _shops(SAID, replace(SAID, verdict=""), replace(SAID, answer="", verdict="")) == {
        "messages": 3, "spoken": 2, "judged": 1, "good": 1, "right": 1, "dangerous": 0, "unjudged": 1,
    }  # fmt: skip


def test_acceptable_is_good_but_not_strictly_right_and_dangerous_is_counted() -> None:
    row = _shops(replace(SAID, verdict="acceptable"), replace(SAID, verdict="dangerous"))
    assert (row["good"], row["right"], row["dangerous"]) == (1, 0, 1)


def test_a_verdict_on_other_words_than_would_go_out_does_not_count() -> None:
    given = [("right", "these words"), ("wrong", "other words")]
    assert real._worst(given, "these words") == "right"
    assert real._worst(given, "new words") == ""
    assert real._worst([("right", "")], "") == ""  # silence is no answer


def test_of_two_judges_the_worse_verdict_counts(tmp_path: Path) -> None:
    messages = _file(tmp_path / "m.jsonl.gz", {"id": "1", "text": "hello", "verdict": "right"})
    judge = _file(tmp_path / "j.jsonl", {"id": "1", "verdict": "wrong", "judge": "b"}, {"id": "2", "verdict": ""})
    given = real.verdicts(real.read(messages), [judge])
    assert real._worst(given["1"], "a") == "wrong"
    assert "2" not in given


def test_the_interval_is_clopper_pearson() -> None:
    assert [round(each, 3) for each in real.clopper_pearson(117, 132)] == [0.820, 0.935]
    assert real.clopper_pearson(0, 0) == (0.0, 1.0)
    assert [round(each, 3) for each in real.clopper_pearson(0, 132)] == [0.0, 0.028]


def test_rows_are_by_source_and_by_intent_and_language_without_pooling() -> None:
    figures = real.figures([SAID, replace(SAID, id="2", language="fr"), replace(SAID, id="3", source=real.OTHERS)])
    assert [row["name"] for row in figures["cells"]] == [
        "other firms: order_status en",
        "shops: order_status en",
        "shops: order_status fr",
    ]


def test_reliability_groups_judged_answers_by_probability() -> None:
    found = [
        replace(SAID, id=str(at), probability=0.9 + at / 1000, verdict="right" if at >= 10 else "wrong")
        for at in range(20)
    ]
    low, high = real.figures(found)["reliability"][real.SHOPS]
    assert (low["answers"], low["realised"], high["realised"]) == (10, 0.0, 1.0)
    assert round(low["predicted"], 4) == 0.9045


def test_what_is_to_be_judged_holds_message_and_answer_and_no_probability() -> None:
    lines = real.to_judge([SAID, *(replace(SAID, id=str(at), verdict="") for at in range(2, 9))])
    assert sorted(line["id"] for line in lines) == list("2345678")
    assert [line["id"] for line in lines] != list("2345678")
    assert set(lines[0]) == {"id", "text", "answer", "verdict", "judge"}


def test_an_unknown_verdict_a_line_without_text_and_one_id_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of right, acceptable, wrong, dangerous"):
        real.verdicts([{"id": "1", "verdict": "fine"}], [])
    with pytest.raises(UsageError, match="message 1: id and text are needed"):
        real.read(_file(tmp_path / "a.jsonl", {"id": "1"}))
    with pytest.raises(UsageError, match="1 ids twice"):
        real.read(_file(tmp_path / "b.jsonl", {"id": "1", "text": "a"}, {"id": "1", "text": "b"}))


def test_the_table_says_how_much_nobody_judged_and_prints_no_message() -> None:
    words = real.drawn(real.figures([SAID, replace(SAID, id="2", text="SECRET", verdict="")]))
    assert "1 answers would go out that nobody judged" in words
    assert "SECRET" not in words


def test_verdicts_that_name_no_answer_are_said_to_be_perhaps_about_other_words() -> None:
    assert "1 verdicts do not name the answer" in real.drawn(real.figures([replace(SAID, named=False)]))
    assert "do not name" not in real.drawn(real.figures([SAID]))
