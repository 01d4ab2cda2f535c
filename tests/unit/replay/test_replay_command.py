"""`guichet replay`: past messages, samples of what would be said, and what judgements of them prove."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from chalicelib.admin.replay.deciding import drawn, figures, outcome
from chalicelib.model import SERVES_FIRST, Classification, Serves
from infra.cli import main
from infra.local.seed import PLAYBOOKS
from tests.unit.decision.views import NOW, classified
from tests.unit.decision.views import PLAYBOOK as WORDS
from tests.unit.test_usage import called

HOURS = "Bonjour, quels sont vos horaires d'ouverture ?"
ORDER = "où est mon colis 10482"
GIFT = "comment utiliser une carte cadeau sur le site ?"
PERSON = "je voudrais parler à un conseiller s'il vous plaît"
CARD = "4111 1111 1111 1111"
PAST = [
    HOURS,
    ORDER,
    HOURS,
    "where is my parcel?",
    GIFT,
    PERSON,
    "bonjour",
    f"ma carte {CARD} est débitée, pourquoi ?",
]
NOTHING: Mapping[str, Any] = {}


@pytest.fixture
def past(tmp_path: Path) -> Path:
    path = tmp_path / "past.jsonl"
    path.write_text("".join(json.dumps({"text": text, "at": "2026-11-24T10:00:00Z"}) + "\n" for text in PAST))
    return path


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def asked(*arguments: object) -> dict[str, Any]:
        assert main(["replay", *map(str, arguments), "--json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return asked


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge(
    path: Path, out: Path, verdict: Callable[[dict[str, Any]], str], changed: Mapping[str, Any] = NOTHING
) -> Path:
    lines = [line | {"verdict": verdict(line)} | dict(changed) for line in lines_of(path)]
    out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return out


def test_the_figures_say_what_is_answered_and_why_the_rest_is_silent(past: Path, ask: Callable[..., Any]) -> None:
    found = ask("--brand", "maison-lune", "--file", past)
    subjects = {(each["intent"], each["language"]): each for each in found["subjects"]}

    assert (found["messages"], found["answered"], found["nothing_asked"]) == (8, 4, 1)
    assert found["silent"] == {"not_in_playbook": 1, "never_automatic": 1, "asked_for_human": 1}
    assert subjects["opening_hours", "fr"]["answered"] == 2
    assert [(each["intent"], each["messages"]) for each in found["lacking"]] == [
        ("gift_card", 1),
    ]
    assert found["prove_first"][0] == {
        "intent": "opening_hours",
        "language": "fr",
        "public": False,
        "answered": 2,
        "share": 0.25,
        "target": 0.98,
        "judged": 0,
        "wrong": 0,
        "dangerous": 0,
        "needed": 140,
        "proved": False,
        "minutes": 47,
    }


def test_a_clarifying_question_is_counted_apart_neither_answered_nor_silent() -> None:
    whole = classified("return", sure=False, probability=0.6, choices=("return", "exchange_size"))

    class Unsure:
        model = whole.model
        expected: Mapping[str, Any] = MappingProxyType({})

        def classify(self, _text: str, _serves: Serves = SERVES_FIRST, /) -> Classification:
            return whole

    found = outcome("Et pour une autre taille ?", Unsure(), WORDS, channel="whatsapp", public=False, now=NOW)
    counted = figures([found], WORDS)

    assert (found.reason, found.answer) == ("which_subject", "")
    assert (counted["asked_which"], counted["answered"], counted["silent"]) == (1, 0, {})
    assert "asked which of two subjects, or something else: 1 (100.0%)" in drawn(counted)


def test_nothing_that_was_written_is_printed(past: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--file", str(past)]) == 0
    said = "".join(capsys.readouterr())

    assert "opening_hours fr: 25.0% of messages, 140 to judge, about 47 minutes at 20 s each; only 2" in said
    assert not [text for text in (*PAST, "10482", CARD) if text in said]


def test_a_brand_that_only_suggests_sees_what_auto_would_say(
    past: Path, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    words = (PLAYBOOKS / "maison-lune.yaml").read_text(encoding="utf-8")
    careful = tmp_path / "careful.yaml"
    careful.write_text(words.replace("default: auto ", "default: suggest "), encoding="utf-8")
    found = ask("--playbook", careful, "--file", past)

    assert (found["answered"], found["answered_today"]) == (4, 0)
    assert ask("--file", past)["answered_today"] == 4


def test_the_two_samples_share_nothing_and_only_their_owner_reads_them(
    past: Path, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    random, learn, again = tmp_path / "random.jsonl", tmp_path / "learn.jsonl", tmp_path / "again.jsonl"
    ask("--file", past, "--judge", random, "--learn", learn, "--sample", 4, "--seed", 3)
    ask("--file", past, "--judge", again, "--sample", 4, "--seed", 3)
    drawn, taught = lines_of(random), lines_of(learn)

    assert {line["text"] for line in drawn} == {HOURS, ORDER, "where is my parcel?"}
    assert [line | {"drawn_at": 0} for line in drawn] == [line | {"drawn_at": 0} for line in lines_of(again)]
    assert all(line["answer"] and line["verdict"] == "" and line["counts_for_a_bound"] for line in drawn)
    assert "[shipped]" in next(line["answer"] for line in drawn if line["text"] == ORDER)
    assert not {line["id"] for line in drawn} & {line["id"] for line in taught}
    assert taught
    assert not any(line["counts_for_a_bound"] for line in taught)
    assert CARD not in learn.read_text(encoding="utf-8")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (random, learn)} == {0o600}


def test_the_command_says_when_a_sample_must_be_deleted(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged = tmp_path / "judge.jsonl"
    assert main(["replay", "--file", str(past), "--judge", str(judged), "--intent", "opening_hours"]) == 0
    assert "delete the file within 30 days" in capsys.readouterr().err
    assert [line["intent"] for line in lines_of(judged)] == ["opening_hours"]

    assert main(["replay", "--file", str(past), "--judge", str(judged)]) == 1
    assert "may hold judgements; name another file" in capsys.readouterr().err


def test_only_judged_random_lines_count(past: Path, tmp_path: Path, ask: Callable[..., Any]) -> None:
    random, learn = tmp_path / "random.jsonl", tmp_path / "learn.jsonl"
    ask("--file", past, "--judge", random, "--learn", learn)
    judge(random, random, lambda line: "" if line["language"] == "en" else "Right ")
    judge(learn, learn, lambda _: "right")
    random.write_text(random.read_text(encoding="utf-8") + learn.read_text(encoding="utf-8"), encoding="utf-8")
    found = ask("--judged", random)
    hours = next(cell for cell in found["cells"] if cell["intent"] == "opening_hours")

    assert (found["counted"], found["left_out"]["open"]) == (2, 1)
    assert found["left_out"]["learn"] == len(lines_of(learn))
    assert (hours["judged"], hours["wrong"], hours["proved"], hours["more_right"]) == (1, 0, False, 139)
    assert set(hours["more_right_for"]) == {"0.97", "0.98"}


def many(tmp_path: Path, count: int) -> Path:
    """A file of `count` different questions about opening hours."""
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"text": f"{HOURS}{' ' * at}"}) + "\n" for at in range(count)))
    return path


def test_enough_right_answers_are_a_proof_and_one_wrong_moves_it_away(
    tmp_path: Path, ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", many(tmp_path, 140), "--judge", random)
    judged = judge(random, tmp_path / "judged.jsonl", lambda _: "right")
    (cell,) = ask("--judged", judged)["cells"]

    assert (cell["judged"], cell["proved"], cell["more_right"]) == (140, True, 0)
    assert cell["lower_bound"] >= 0.98

    wrong = lines_of(random)[5]["id"]
    judge(random, judged, lambda line: "person" if line["id"] == wrong else "right")
    assert main(["replay", "--judged", str(judged)]) == 0
    assert (
        "opening_hours fr private: 140 of 270 judged, 1 wrong: 130 more, all right, for 98%" in capsys.readouterr().out
    )


def test_one_dangerous_answer_keeps_it_unproved_however_many_are_right(
    tmp_path: Path, ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", many(tmp_path, 300), "--judge", random, "--sample", 300)
    judge(random, random, lambda line: "dangerous" if line["number"] == 7 else "right")
    (cell,) = ask("--judged", random)["cells"]

    assert (cell["judged"], cell["more_right"], cell["proved"]) == (300, 0, False)
    assert main(["replay", "--judged", str(random)]) == 0
    assert "1 of them dangerous: correct the words" in capsys.readouterr().out


def test_a_line_left_out_holds_back_what_was_judged_after_it(tmp_path: Path, ask: Callable[..., Any]) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", many(tmp_path, 10), "--judge", random)
    hard = lines_of(random)[3]["id"]
    found = ask("--judged", judge(random, random, lambda line: "" if line["id"] == hard else "right"))

    assert (found["counted"], found["left_out"]["open"], found["left_out"]["after_a_gap"]) == (3, 1, 6)


def test_a_line_that_was_taken_out_holds_back_those_after_it(tmp_path: Path, ask: Callable[..., Any]) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", many(tmp_path, 10), "--judge", random)
    judge(random, random, lambda _: "right")
    kept = random.read_text(encoding="utf-8").splitlines(keepends=True)
    random.write_text("".join(kept[:4] + kept[5:]), encoding="utf-8")
    found = ask("--judged", random)

    assert (found["counted"], found["left_out"]["after_a_gap"]) == (4, 5)
    random.write_text("".join(kept[:8]), encoding="utf-8")
    assert ask("--judged", random)["counted"] == 8


def test_a_judgement_counts_while_the_same_words_would_go_out(
    past: Path, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", past, "--judge", random, "--intent", "opening_hours")
    old = judge(random, tmp_path / "old.jsonl", lambda _: "right", {"bundle": "guichet@000000000000"})
    found = ask("--judged", old)

    assert (found["counted"], found["of_another_bundle"]) == (1, 1)

    words = (PLAYBOOKS / "maison-lune.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(words.replace("du mardi au samedi", "du mercredi au samedi"), encoding="utf-8")
    found = ask("--judged", old, "--playbook", changed)

    assert (found["counted"], found["left_out"]["other_answer"]) == (0, 1)


def test_two_judges_agree_or_not_and_an_answer_is_right_where_neither_objects(
    past: Path, tmp_path: Path, ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    random = tmp_path / "random.jsonl"
    ask("--file", past, "--judge", random)
    first = judge(random, tmp_path / "first.jsonl", lambda _: "right")
    second = judge(random, tmp_path / "second.jsonl", lambda line: "right" if line["language"] == "fr" else "other")
    found = ask("--judged", first, second)
    cells = {(cell["intent"], cell["language"]): cell for cell in found["cells"]}

    assert found["agreement"] == {"both": 3, "raw": 0.667, "kappa": 0.0}
    assert cells["order_status", "en"]["wrong"] == cells["order_status", "en"]["verdicts"]["other"] == 1
    assert cells["order_status", "fr"]["wrong"] == 0

    assert main(["replay", "--judged", str(first), str(second)]) == 0
    assert "two judges: 3 judged by both, 66.7% alike, Cohen's kappa 0.00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"verdict": "secretword"}, "lines 1, 2, 3: the verdict is none of right, wrong, person, other, dangerous"),
        ({"text": "secretword"}, "lines 1, 2, 3: the text is not the one that was drawn"),
        ({"brand": "atelier-nord"}, "drawn for another brand than maison-lune"),
        ({"sample": "secretword"}, "line 1: there is no such channel or sample"),
        ({"at": "secretword"}, "line 1: this is no line of a sample"),
        ({"drawn_at": 1_700_000_000_000}, "drawn more than 30 days ago and holds customers' messages: delete it"),
    ],
)
def test_a_file_that_is_no_judged_sample_is_refused_by_line(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], words: str
) -> None:
    random = tmp_path / "random.jsonl"
    assert main(["replay", "--file", str(past), "--judge", str(random)]) == 0
    judge(random, random, lambda _: "right", changed)
    capsys.readouterr()

    assert main(["replay", "--judged", str(random)]) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert "secretword" not in said.err + said.out


def test_two_verdicts_of_one_judge_on_one_message_are_refused(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = tmp_path / "random.jsonl"
    assert main(["replay", "--file", str(past), "--judge", str(random)]) == 0
    right = judge(random, tmp_path / "right.jsonl", lambda _: "right").read_text(encoding="utf-8")
    wrong = judge(random, tmp_path / "wrong.jsonl", lambda _: "wrong").read_text(encoding="utf-8")
    random.write_text(right + wrong, encoding="utf-8")

    assert main(["replay", "--judged", str(random)]) == 1
    assert "lines 1 and 4: two verdicts on one message" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "one of the arguments --file --from-conversations --judged is required"),
        (("--file", "a", "--judged", "b"), "not allowed with argument"),
        (("--judged", "a", "b", "c"), "two of two judges"),
        (("--judged", "a", "--public"), "leave out the options of --file"),
        (("--file", "a", "--sample", "3"), "where the sample goes"),
        (("--file", "a", "--judge", "o", "--learn", "./o"), "never mixed"),
        (("--file", "a", "--channel", "fax"), "There is no channel 'fax'"),
        (("--from-conversations",), "Say with --stage whose conversations"),
        (("--file", "a", "--ask"), "Say with --stage where the judges are"),
        (("--from-conversations", "--stage", "s", "--public"), "knows where each message was written"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("replay", *arguments) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--file", "/nowhere/x.csv"]) == 1
    assert capsys.readouterr().err == "guichet: /nowhere/x.csv cannot be read: No such file or directory.\n"
