"""A judged file in a brand's table: what it proves there, and no word of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.replay import deciding, judged, samples
from chalicelib.admin.replay.keeping import confirm, keep
from chalicelib.errors import UsageError
from chalicelib.model import Millis
from chalicelib.playbook.schema import Playbook
from chalicelib.quality.precision_proof import Proof, proof_of
from chalicelib.store.audit import Author
from chalicelib.store.table import Table
from chalicelib.triage.load_bundle import load
from infra.commands import _playbook
from infra.replay import judged as judged_files
from infra.replay import sample_files
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NOW, table

HOURS = "Bonjour, quels sont vos horaires d'ouverture ?"
PLAYBOOK = _playbook.of("maison-lune", None)
SCORER = load()
MARIE = Author("marie", NOW)


def sample(path: Path, count: int, verdict: str) -> Path:
    """A judged random sample of as many questions about opening hours."""
    drawn = [(decided(f"{HOURS}{' ' * at}"), "") for at in range(count)]
    lines = samples.lines(drawn, "maison-lune", samples.RANDOM, NOW)
    path.write_text("".join(json.dumps(line | {"verdict": verdict}) + "\n" for line in lines), encoding="utf-8")
    return path


def decided(text: str, playbook: Playbook = PLAYBOOK, at: Millis = NOW) -> deciding.Outcome:
    return deciding.outcome(text, SCORER, playbook, channel="whatsapp", public=False, now=at)


def kept(there: Table, *files: Path, playbook: Playbook = PLAYBOOK, model: str = SCORER.model) -> int:
    @cache
    def again(line: judged.Judged) -> deciding.Outcome:
        return decided(line.text, playbook, line.at)

    judges = [(path.name, judged_files.read(path, "maison-lune", NOW)) for path in files]
    return keep(there, judges, playbook, again, model, MARIE)


def proof(there: Table, bundle: str = SCORER.model) -> Proof:
    return proof_of(there, PLAYBOOK, "opening_hours", "private", "fr", bundle=bundle)


def test_a_judged_file_is_a_proof_on_the_stage_and_no_word_of_it_lies_there(tmp_path: Path) -> None:
    db = Dynamo()
    there = table(db)
    path = sample(tmp_path / "lea.jsonl", 5, "right")

    assert (kept(there, path), kept(there, path)) == (5, 5)
    assert (proof(there).judged, proof(there).wrong) == (5, 0)
    stored: Any = str(db.items)
    assert not [word for word in ("horaires", "lea.jsonl", "Maison Lune") if word in stored]


def test_a_second_judge_who_objects_makes_it_wrong(tmp_path: Path) -> None:
    there = table()
    kept(there, sample(tmp_path / "one.jsonl", 3, "right"))
    kept(there, sample(tmp_path / "other.jsonl", 3, "dangerous"))

    assert (proof(there).wrong, proof(there).dangerous) == (3, 3)


def test_what_would_be_said_in_other_words_is_not_kept(tmp_path: Path) -> None:
    there = table()
    intent = PLAYBOOK.intents["opening_hours"]
    changed = replace(intent, replies={"fr": "Nous sommes fermés.", "en": "We are closed."})
    other = replace(PLAYBOOK, intents={**PLAYBOOK.intents, "opening_hours": changed})

    assert kept(there, sample(tmp_path / "a.jsonl", 3, "right"), playbook=other) == 0


def test_the_same_file_under_another_bundle_proves_it_for_that_one_too(tmp_path: Path) -> None:
    there = table()
    path = sample(tmp_path / "a.jsonl", 3, "right")
    kept(there, path)
    assert proof(there, "newer").judged == 0
    kept(there, path, model="newer")

    assert (proof(there, "newer").judged, proof(there).judged) == (3, 3)


def test_an_open_line_holds_back_the_later_ones_until_it_is_judged(tmp_path: Path) -> None:
    there = table()
    path = sample(tmp_path / "a.jsonl", 6, "right")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    opened = [line | {"verdict": "" if line["number"] == 3 else "right"} for line in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in opened), encoding="utf-8")
    kept(there, path)
    assert (proof(there).judged, proof(there).waiting) == (2, 1)
    path.write_text("".join(json.dumps(line | {"verdict": "right"}) + "\n" for line in lines), encoding="utf-8")
    kept(there, path)

    assert (proof(there).judged, proof(there).waiting) == (6, 0)


def test_who_is_erased_goes_from_a_sample_too(tmp_path: Path) -> None:
    path = sample(tmp_path / "a.jsonl", 3, "right")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[1]["contact"] = "p1"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    assert (sample_files.taken_out(path, {"p1"}), sample_files.taken_out(path, {"p1"})) == (1, 0)
    left = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["number"], bool(line["text"])) for line in left] == [(1, True), (2, False), (3, True)]
    assert lines[1]["id"] not in path.read_text(encoding="utf-8")
    there = table()
    assert (kept(there, path), proof(there).judged) == (2, 2)
    with pytest.raises(UsageError, match="is no sample"):
        sample_files.taken_out(Path(__file__), {"p1"})


def test_the_sample_to_learn_from_holds_what_is_said_in_words_that_no_answer_knows() -> None:
    strange = decided("le tapis roulant de votre entrepôt grince affreusement la nuit")
    taught = samples.learning_sample([decided(HOURS), strange], SCORER, 6, 0, [])
    why = {each.id: name for each, name in taught}

    assert strange.answer == ""
    assert why[strange.id] in ("new_words", "stages_disagree")
    assert "new_words" not in {name for each, name in taught if each.answer}


def test_a_judged_answer_counts_under_a_newer_bundle_that_would_give_it_too(tmp_path: Path) -> None:
    there = table()
    kept(there, sample(tmp_path / "a.jsonl", 3, "right"))
    outcomes = [decided(HOURS), decided(f"{HOURS} "), decided("où est mon colis 10482")]
    assert proof(there, "newer").judged == 0

    assert (confirm(there, outcomes, PLAYBOOK, "newer", MARIE), confirm(there, outcomes, PLAYBOOK, "newer", MARIE)) == (
        2,
        0,
    )
    assert (proof(there, "newer").judged, proof(there).judged) == (2, 3)


def test_under_other_words_no_bundle_confirms_what_was_judged(tmp_path: Path) -> None:
    there = table()
    kept(there, sample(tmp_path / "a.jsonl", 1, "right"))
    intent = PLAYBOOK.intents["opening_hours"]
    changed = replace(intent, replies={"fr": "Nous sommes fermés.", "en": "We are closed."})
    other = replace(PLAYBOOK, intents={**PLAYBOOK.intents, "opening_hours": changed})

    assert confirm(there, [decided(HOURS, other)], other, "newer", MARIE) == 0
