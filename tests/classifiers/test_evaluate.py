"""What the figures of `guichet classifier evaluate` count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chalicelib.triage.load_bundle import load
from chalicelib.triage.stages import OUT_OF_SCOPE
from classifiers import evaluate, export, languages, read, train

from .test_train import ONE_STAGE, _file, _rows


def test_accuracy_counts_the_likeliest_label_also_of_messages_under_the_energy_floor(tmp_path: Path) -> None:
    path = _file(tmp_path, _rows())
    lines = read.training_lines([path])
    export.export(train.train(lines, languages.kept(), ONE_STAGE), tmp_path / "out")
    scorer = load(tmp_path / "out")
    known = scorer.languages["en"]
    deaf = replace(scorer, languages={"en": replace(known, alone=replace(known.alone, floor=1e9))})
    out_of_scope = [
        replace(lines[0], text="is it true that the moon is made of cheese", intent=OUT_OF_SCOPE, where="s:1")
    ]

    open_minded = evaluate.evaluate(scorer, tmp_path / "out", lines)
    found = evaluate.evaluate(deaf, tmp_path / "out", lines, out_of_scope)

    assert found["accuracy_in_scope"] == open_minded["accuracy"] > 0.9
    assert found["coverage"]["0.95"]["coverage"] == 0.0
    assert found["accuracy"] == found["accuracy_in_scope"]
