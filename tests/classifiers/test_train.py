"""From ten sentences an intent to a bundle that loads; mistakes in files get one sentence with their line."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from chalicelib.triage.load import load
from chalicelib.triage.stages import HEADS, OUT_OF_SCOPE, UPSET
from classifiers import export, fit, folds, languages, noise, read, train
from infra.cli import main

WORDS = {
    "refund": "refund money back paid card reimbursed owed charged",
    "opening_hours": "open close hours sunday today late morning shop",
}
ONE_STAGE = train.Plan(fit.Settings(bits=12, copies=1))


def _file(folder: Path, rows: list[dict[str, str]], name: str = "train.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _rows(count: int = 30) -> list[dict[str, str]]:
    rng = random.Random(3)
    return [
        {"text": f"{' '.join(rng.sample(words.split(), 4))} please {i}{intent[0]}", "intent": intent, "language": "en"}
        for intent, words in WORDS.items()
        for i in range(count)
    ]


def test_training_twice_gives_the_same_bytes_and_a_bundle_that_loads(tmp_path: Path) -> None:
    lines = read.training_lines([_file(tmp_path, _rows())])
    cards = [
        export.export(train.train(lines, languages.kept(), ONE_STAGE), tmp_path / name, name="tiny")
        for name in ("a", "b")
    ]

    assert cards[0] == cards[1]
    assert [(tmp_path / "a" / f).read_bytes() for f in cards[0]["files"]] == [
        (tmp_path / "b" / f).read_bytes() for f in cards[0]["files"]
    ]
    found = load(tmp_path / "a").classify("are you open on sunday morning")
    assert found.guess == "opening_hours"
    assert not found.sure  # sixty sentences prove nothing


def test_what_was_trained_is_what_runs(tmp_path: Path) -> None:
    lines = read.training_lines([_file(tmp_path, _rows())])
    trained = train.train(lines, languages.kept(), ONE_STAGE)
    export.export(trained, tmp_path / "out")
    loaded = load(tmp_path / "out")

    for line in lines:
        assert abs(trained.stage.logits(line.text) - loaded.stage.logits(line.text)).max() < 1e-5


def test_folds_never_cut_through_a_hand() -> None:
    sentences = Path(read.__file__).parent / "sentences"
    lines = read.training_lines(sorted(sentences.glob("*.jsonl")))
    sides = folds.side_of(lines)

    homes: dict[str, set[int]] = {}
    for line in lines:
        homes.setdefault(line.hand, set()).add(sides[line.where])
    assert {len(found) for found in homes.values()} == {1}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (['{"text": "a b", "intent": "x", "colour": "red"}'], r":1 has the unknown column colour"),
        (['{"text": "a b", "intent": "x"}', "{oops"], r":2 is not JSON"),
        (['{"text": "", "intent": "x"}'], r":1 needs both text and intent"),
        (['{"text": "a b", "intent": "x"}', '{"text": "A  b", "intent": "y"}'], r":2 says y and .*:1 says x"),
        (['{"text": "a b", "intent": "x"}'], r"fewer than two intents"),
        (['{"text": "a b", "intent": "x"}', '{"text": "c d", "intent": "y"}'], r"Too few examples"),
        (["[1]"], r":1 is not a JSON object"),
        (["[" * 100_000], r":1 is not JSON"),
    ],
)
def test_a_bad_training_file_gets_one_sentence_with_its_line(tmp_path: Path, rows: list[str], sentence: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")

    with pytest.raises(UsageError, match=sentence):
        read.training_lines([path])


def test_the_same_words_in_other_marks_with_two_labels_are_told_and_not_learned_from(tmp_path: Path) -> None:
    disputed = [
        {"text": "has my top up gone through?", "intent": "refund", "language": "en"},
        {"text": "Has my top-up gone through", "intent": "opening_hours", "language": "en"},
    ]
    told: list[str] = []

    lines = read.training_lines([_file(tmp_path, _rows() + disputed)], tell=told.append)

    assert [(line.text, line.intent) for line in lines] == [(row["text"], row["intent"]) for row in _rows()]
    assert len(told) == 1
    assert ":62 says opening_hours and" in told[0]
    assert ":61 says refund" in told[0]


@pytest.mark.parametrize("label", ["oos", "out_of_scope", "out-of-scope"])
def test_public_sets_names_for_what_is_out_of_scope_are_one_label(tmp_path: Path, label: str) -> None:
    lines = read.read_lines([_file(tmp_path, [{"text": "how tall is the moon", "label": label}])])

    assert lines[0].intent == OUT_OF_SCOPE


def test_lines_of_a_test_split_are_never_learned_from(tmp_path: Path) -> None:
    told: list[str] = []
    rows = [row | {"split": "Test" if at % 6 == 0 else "train"} for at, row in enumerate(_rows())]

    lines = read.training_lines([_file(tmp_path, rows)], tell=told.append)

    assert len(lines) == 50
    assert told == ["10 lines of a test split are left out."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Bonjour je suis Marie Dupont,refund\nrien,refund\n", r"bad.csv:1 names no column text"),
        (b"text;intent\na b;refund\n", r":1 names no column text: .*commas"),
        (b'text,intent\na b,"refund\nc d,refund\n', r":2 is no row of a CSV file: look for a quote"),
        (b"text,intent\n" + b"a" * 200_000 + b",refund\n", r":2 is no row of a CSV file"),
        (b"text,intent,My name is Marie\na b,refund,x\n", r":2 has the unknown column: use"),
    ],
)
def test_a_bad_csv_gets_one_sentence_without_anybodys_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=sentence) as raised:
        read.read_lines([path])
    assert "Marie" not in str(raised.value)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Bad.JSONL.GZ"
    packed = bytearray(gzip.compress(b'{"text": "a b", "intent": "x"}\n' * 50))
    packed[12:20] = b"\xff" * 8
    path.write_bytes(packed)

    with pytest.raises(UsageError, match="cannot be read"):
        read.read_lines([path])


def test_halves_of_characters_capital_languages_and_padded_labels_are_read(tmp_path: Path) -> None:
    row = {"text": "wo \ud83d", "intent": " refund ", "language": "FR-ca", "urgency": "Critical"}

    line = read.read_lines([_file(tmp_path, [row])])[0]

    assert (line.text, line.intent, line.language, line.urgency) == ("wo ?", "refund", "fr", "critical")


def test_a_language_that_no_detector_knows_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = read.read_lines([_file(tmp_path, [{"text": "a b", "intent": "x", "language": "tlh"}])])

    with pytest.raises(UsageError, match=r":1 is in a language that is not known here: use ar, de, en"):
        read.with_language(lines, languages.kept())


def test_authors_that_go_with_the_label_are_refused_with_a_way_out(tmp_path: Path) -> None:
    rows = [row | {"author": row["intent"]} for row in _rows()] + [
        {"text": f"word {at}", "intent": "refund", "language": "en", "author": "third"} for at in range(9)
    ]

    with pytest.raises(UsageError, match="leave out the columns author and batch"):
        train.train(read.training_lines([_file(tmp_path, rows)]), languages.kept(), ONE_STAGE)


def test_where_every_line_is_dangerous_so_is_every_text(tmp_path: Path) -> None:
    names = {"refund": "complaint", "opening_hours": "human_request"}
    rows = [row | {"intent": names[row["intent"]]} for row in _rows()]
    lines = read.training_lines([_file(tmp_path, rows)])

    stage = fit.fit(lines, read.labels_of(lines), ONE_STAGE.settings)

    assert stage.logits("refund money please")[len(stage.labels) + HEADS.index(UPSET)] > 0


def test_a_folder_with_other_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "tokenizer.json").write_text("{}", encoding="utf-8")
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()

    export.refuse_foreign(tmp_path / "empty")
    with pytest.raises(UsageError, match="give an empty folder"):
        export.refuse_foreign(tmp_path / "hf")
    with pytest.raises(UsageError, match="no folder that can be written to"):
        export.refuse_foreign(tmp_path / "file")
    assert (tmp_path / "hf" / "tokenizer.json").read_text(encoding="utf-8") == "{}"


def test_the_card_says_how_folds_were_dealt_and_no_bound_is_rounded(tmp_path: Path) -> None:
    lines = read.training_lines([_file(tmp_path, _rows())])
    trained = train.train(lines, languages.kept(), ONE_STAGE)
    written = export.export(trained, tmp_path / "out")

    assert written["report"]["how"].startswith("in three folds by words: each message scored by a model that saw no")
    shipped = written["decision"]["bounds"]["en"]
    assert {intent: row["bound"] for intent, row in shipped.items()} == {
        intent: proof.bound for intent, proof in trained.proofs["en"].items()
    }


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("text,intent\nbonjour,x\nété,y\n".encode("latin-1"))

    with pytest.raises(UsageError, match=r":3 is not UTF-8"):
        read.read_lines([path])


def test_noise_is_the_same_for_the_same_seed_and_leaves_short_words() -> None:
    typed = [noise.typos("toujours rien reçu de la part du livreur", random.Random(5), 1.0) for _ in range(2)]

    assert typed[0] == typed[1] != "toujours rien reçu de la part du livreur"
    assert " de la " in typed[0]


@pytest.mark.slow
def test_the_command_trains_and_measures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, _rows())

    command = ["classifier", "train", "--train", str(path), "--encoder", "none", "--out", str(tmp_path / "out")]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == ["opening_hours", "refund", "out_of_scope"]
    assert main(["classifier", "evaluate", "--bundle", str(tmp_path / "out"), "--test", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["accuracy"] > 0.9
    assert {"macro_f1", "ece", "coverage", "oos_auroc", "p50_ms", "p95_ms", "bytes"} <= found.keys()
