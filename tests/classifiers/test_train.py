"""From ten sentences an intent to a bundle that loads; mistakes in files get one sentence with their line."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import UsageError
from chalicelib.triage.load_bundle import load
from chalicelib.triage.stages import HEADS, OUT_OF_SCOPE, UPSET
from classifiers import export, fit, folds, languages, noise, read, train
from infra.cli import main

WORDS = {
    "refund": "refund money back paid card reimbursed owed charged",
    "opening_hours": "open close hours sunday today late morning shop",
}
TEXT = "où est mon colis ? il n’est pas là…"
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


def test_folds_never_cut_through_an_author_group() -> None:
    sentences = Path(read.__file__).parent / "sentences"
    lines = read.training_lines(sorted(sentences.glob("*.jsonl")))
    fold_of = folds.assign_folds(lines)

    homes: dict[str, set[int]] = {}
    for line in lines:
        homes.setdefault(line.group, set()).add(fold_of[line.where])
    assert {len(found) for found in homes.values()} == {1}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (['{"text": "a b", "intent": "x", "colour": "red"}'], r":1 has the unknown column colour"),
        (['{"text": "a b", "intent": "x"}', "{oops"], r":2 is not JSON"),
        (['{"text": "", "intent": "x"}'], r":1 needs both text and intent"),
        (['{"text": "a b", "intent": "x"}', "{}"], r":2 needs both text and intent"),
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


@pytest.mark.parametrize(
    ("second", "words"),
    [("Has my top-up gone through", "words in other marks"), ("Has my top up  gone through?", "text")],
)
def test_one_text_with_two_labels_is_told_and_learned_from_under_neither(
    tmp_path: Path, second: str, words: str
) -> None:
    disputed = [
        {"text": "has my top up gone through?", "intent": "refund", "language": "en"},
        {"text": second, "intent": "opening_hours", "language": "en"},
    ]
    told: list[str] = []

    lines = read.training_lines([_file(tmp_path, _rows() + disputed)], tell=told.append)

    assert [(line.text, line.intent) for line in lines] == [(row["text"], row["intent"]) for row in _rows()]
    assert len(told) == 1
    assert ":62 says opening_hours and" in told[0]
    assert told[0].endswith(f":61 says refund for the same {words}: neither is learned from.")


def test_strict_refuses_one_text_with_two_labels_and_names_both_lines(tmp_path: Path) -> None:
    twice = [{"text": text, "intent": intent} for text, intent in (("a b", "refund"), ("A  b", "opening_hours"))]

    with pytest.raises(UsageError, match=r":62 says opening_hours and .*:61 says refund for the same text: keep one"):
        read.training_lines([_file(tmp_path, _rows() + twice)], strict=True)


def test_many_texts_with_two_labels_are_counted_not_listed(tmp_path: Path) -> None:
    twice = [{"text": f"{chr(97 + at) * 6} again", "intent": intent} for at in range(20) for intent in WORDS]
    told: list[str] = []

    read.training_lines([_file(tmp_path, _rows() + twice)], tell=told.append)

    assert len(told) == 6
    assert told[-1].startswith("15 more texts have two labels")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_learned_from_as_spreadsheets_write_it(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = f"Text{separator}Category\r\n{TEXT}{separator}order_status\r\n{separator}\r\n".encode(encoding)
    path, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    path.write_bytes(rows)
    packed.write_bytes(gzip.compress(rows))
    told: list[str] = []

    found = read.read_lines([path, packed], tell=told.append)

    assert [(line.text, line.intent) for line in found] == [(TEXT, "order_status")] * 2
    assert [line.where for line in found] == [f"{path}:2", f"{packed}:2"]
    assert told == (
        [f"{each} is not UTF-8; it was read as Windows-1252." for each in (path, packed)] * (encoding == "cp1252")
    )


def test_a_public_set_is_learned_from_as_it_comes(tmp_path: Path) -> None:
    pairs = [[row["text"], row["intent"]] for row in _rows()]
    strange = [[f"how tall is the {each}", "oos"] for each in ("moon", "sun", "tree", "tower", "bridge")]
    (tmp_path / "full.json").write_text(
        json.dumps({"val": pairs[:20], "train": pairs[20:], "oos_val": strange, "oos_test": [["x y", "oos"]]}, indent=1)
    )
    (tmp_path / "list.json").write_text(json.dumps(_rows(), indent=1))
    told: list[str] = []

    lines = read.training_lines([tmp_path / "full.json"], tell=told.append)

    assert [(line.text, line.intent) for line in lines[:60]] == [tuple(pair) for pair in pairs]
    assert (lines[0].where, lines[60].intent) == (f"{tmp_path / 'full.json'}:val 1", OUT_OF_SCOPE)
    assert told == ["1 lines of a test split are left out."]
    assert len(read.training_lines([tmp_path / "list.json"])) == 60


def test_a_broken_file_of_hands_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "hands.json").write_text("{oops")

    with pytest.raises(UsageError, match=r"hands.json is no JSON object"):
        read.read_lines([_file(tmp_path, _rows())])


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
        (b"text|intent\na b|refund\n", r":1 names no column text: begin with"),
        (b"text;intent\na b;refund;c\n", r":2 has another number of columns"),
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

    with pytest.raises(UsageError, match="cannot be unpacked"):
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


def test_the_card_says_how_folds_were_split_and_no_bound_is_rounded(tmp_path: Path) -> None:
    lines = read.training_lines([_file(tmp_path, _rows())])
    trained = train.train(lines, languages.kept(), ONE_STAGE)
    written = export.export(trained, tmp_path / "out")

    assert written["report"]["how"].startswith("in three folds by words: each message scored by a model that saw no")
    shipped = written["decision"]["bounds"]["en"]
    assert {intent: row["bound"] for intent, row in shipped.items()} == {
        intent: proof.bound for intent, proof in trained.proofs["en"].items()
    }


def test_a_damaged_file_of_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes("text,intent\nété,x\n".encode() + "été,y\n".encode("latin-1"))

    with pytest.raises(UsageError, match=r":3 is damaged: not all of it is UTF-8"):
        read.read_lines([path])


def test_noise_is_the_same_for_the_same_seed_and_leaves_short_words() -> None:
    typed = [noise.typos("toujours rien reçu de la part du livreur", random.Random(5), 1.0) for _ in range(2)]

    assert typed[0] == typed[1] != "toujours rien reçu de la part du livreur"
    assert " de la " in typed[0]


@pytest.mark.long  # each of its fits learns the states and signals from all of the project's sentences: minutes
def test_the_command_trains_and_measures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, _rows())

    command = ["classifier", "train", "--train", str(path), "--encoder", "none", "--out", str(tmp_path / "out")]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == ["opening_hours", "refund", "out_of_scope"]
    assert _measured(tmp_path / "out", path, capsys)["accuracy"] > 0.9


def test_the_command_measures_a_bundle_on_messages_of_its_intents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = read.training_lines([path := _file(tmp_path, _rows())])
    export.export(train.train(lines, languages.kept(), ONE_STAGE), tmp_path / "out", name="tiny")

    found = _measured(tmp_path / "out", path, capsys)

    assert found["accuracy"] > 0.9
    assert {"macro_f1", "ece", "coverage", "oos_auroc", "p50_ms", "p95_ms", "bytes"} <= found.keys()


def _measured(bundle: Path, test: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["classifier", "evaluate", "--bundle", str(bundle), "--test", str(test), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found
