"""What `make data-report` says of a handful of invented messages."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from classifiers import form, report
from classifiers.form import Message
from classifiers.habits import habits

FR = Counter({"reçu": 50, "reçue": 30, "commande": 50, "toujours": 40})


def _ours(data: Path, situations: Path | None = None) -> report.Ours:
    return report.Ours(sentences=data / "sentences", situations=situations or data / "none")


def _packed(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "sentences").mkdir()
    for language in ("en", "fr"):
        lines = [
            {"text": f"{word} {at}", "intent": "order_status", "language": language, "author": word}
            for word in ("ou", "quand", "where", "when", "how", "qui")
            for at in range(9)
        ]
        (tmp_path / "sentences" / f"{language}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    rng = random.Random(1)
    turns = [
        {"text": f"Hello! I want number {rng.randrange(99)}, please.", "lang": "en", "conv": at, "first": at % 2 == 0}
        for at in range(80)
    ]
    _packed(tmp_path / "human" / "star.jsonl.gz", turns)
    _packed(tmp_path / "human" / "restaurant8k.jsonl.gz", turns)
    for name in ("signalconso_fr", "tatoeba_care", "ms_chitchat"):
        rows = [{"text": f"je veux {at}", "lang": "fr", "pair": at, "label": str(at)} for at in range(30)]
        _packed(tmp_path / "human" / f"{name}.jsonl.gz", [*rows, {"text": "x", "lang": "de", "label": "x"}])
    (tmp_path / "parallel").mkdir()
    for name in ("tatoeba-en-fr", "shop-support-en-fr"):
        (tmp_path / "parallel" / f"{name}.tsv.gz").write_bytes(gzip.compress(b"my order\tma commande\n"))
    return tmp_path


def test_content_becomes_a_shape_and_marks_case_and_lines_stay() -> None:
    assert form.shapes("Where's my PARCEL ??\n12345", bare=False) == ["^", "Where", "'", "s", "my", "XX", "?", "?", "⏎",
                                                                      "95", "$"]  # fmt: skip
    assert form.shapes("Where is it", bare=True) == ["^", "Xx", "x2", "x2", "$"]


def test_what_a_publisher_masked_looks_like_what_it_stood_for() -> None:
    assert form.shapes("I am [name], [number]", bare=True) == form.shapes("I am Karim, 4821", bare=True)


def test_the_same_form_is_told_no_better_than_by_chance_and_another_form_is() -> None:
    rng = random.Random(2)
    words = ["lamp", "sofa", "rugs", "pans"]
    alike = [
        [Message(f"the {rng.choice(words)} is {rng.choice(words)}", str(at % 9)) for at in range(200)] for _ in "ab"
    ]
    assert form.told(alike[0], alike[1], bare=True).accuracy < 0.6
    listed = [Message(row.text.replace(" ", ", "), row.group) for row in alike[0]]
    told = form.told(listed, alike[1], bare=True)
    assert told.accuracy > 0.95
    assert any("," in sign.name and sign.ours > sign.theirs for sign in told.signs)


def test_habits_count_marks_lines_accents_left_out_and_slips() -> None:
    found = habits(["Ma comande, pas reçue ?\nmerci", "pas recu toujours", "OUI!"], FR)
    assert (found.messages, found.words) == (3, 3)
    assert found.question == found.comma == found.lines == found.shout == found.lower == found.capitals
    assert round(found.question, 2) == 0.33
    assert found.bare == 0.5  # recu, not reçue
    assert round(found.slips, 1) == 20.0  # comande, of comande, reçue, merci, recu, toujours


def test_the_report_sets_an_aim_for_english_only_and_two_sets_of_people_beside_each_other(data: Path) -> None:
    english = report.report(data, _ours(data), "en")
    assert {(pair.ours, pair.theirs): pair.aim for pair in english.pairs} == {
        ("sentences", "star first turns"): True,
        ("sentences", "restaurant8k"): True,
        ("star first turns", "restaurant8k"): False,
    }
    assert "aim: at most 70%" in report.drawn(english)
    french = report.report(data, _ours(data), "fr")
    assert not any(pair.aim for pair in french.pairs)
    assert french.habits["ms_chitchat"].messages == 30


def test_messages_written_from_situations_are_a_source_of_their_own(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "situations"
    folder.mkdir()
    for author in "abcdef":
        (folder / f"en-{author}.jsonl").write_text("\n".join(json.dumps({"text": f"lamp, {at}"}) for at in range(9)))
    assert report.report(data, _ours(data, folder), "en").habits["situations"].comma == 1.0


def test_the_report_says_what_data_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main(["--data", str(tmp_path)]) == 1
    assert "star.jsonl.gz is not there" in capsys.readouterr().err
