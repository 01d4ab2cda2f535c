"""`guichet replay` and what is learned, on a stage: from stored messages to the judges, to the proof, and out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.model import Millis
from chalicelib.quality import judge_queue
from chalicelib.quality.precision_proof import proof_of
from chalicelib.store import judging as stored
from chalicelib.triage.load_bundle import load
from chalicelib.wiring import now_ms

from .conftest import SystemUnderTest

pytestmark = pytest.mark.stack
HOURS = "Bonjour, quels sont vos horaires d'ouverture ?"


def test_stored_messages_are_replayed_judged_proved_exported_and_erased(
    system: SystemUnderTest, tmp_path: Path
) -> None:
    who = system.person()
    system.write(who, HOURS)
    contact, table = system.contact_of(who), system.table()
    sample = tmp_path / "sample.jsonl"
    stage = ("--stage", "local", "--brand", system.brand)
    found = system.ask(
        "replay", *stage, "--from-conversations", "--ask", "--out", str(sample), "--intent", "opening_hours"
    )

    assert (found["stage"], found["days"]) == ("local", 30)
    assert found["samples"]["asked"] >= 1
    lines = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    assert contact in {line["contact"] for line in lines}

    mine = next(each for each in stored.waiting(table, now_ms()) if each.line.contact == contact)
    assert judge_queue.judged(table, mine.place, "U0LEA", "right", now_ms()) is not None
    playbook = system.services.playbook(system.brand)
    proof = proof_of(table, playbook, "opening_hours", "private", "fr", bundle=load().model)
    assert (proof.judged, proof.wrong) == (1, 0)
    again = system.ask("replay", *stage, "--from-conversations")
    mine_now = [row for row in again["prove_first"] if (row["intent"], row["language"]) == ("opening_hours", "fr")]
    assert [row["judged"] for row in mine_now if not row["public"]] == [1]  # others ask in English or in public

    kept = system.ask("contact", "export", contact, *stage)
    assert {"right"} <= {value for item in kept["judged"] for value in item.values() if isinstance(value, str)}
    system.call("contact", "erase", contact, "--yes", "--wait", "0", "--samples", str(sample), *stage)
    assert contact not in sample.read_text(encoding="utf-8")
    assert [each for each in stored.waiting(table, now_ms()) if each.line.contact == contact] == []
    assert proof_of(table, playbook, "opening_hours", "private", "fr", bundle=load().model).judged == 0


def test_a_judged_file_is_kept_on_the_stage(system: SystemUnderTest, tmp_path: Path) -> None:
    past, sample = tmp_path / "past.jsonl", tmp_path / "sample.jsonl"
    past.write_text("".join(json.dumps({"text": f"{HOURS}{' ' * n}"}) + "\n" for n in range(3)), encoding="utf-8")
    stage = ("--stage", "local", "--brand", system.brand)
    system.ask("replay", "--file", str(past), "--judge", str(sample), *stage)
    lines = [json.loads(line) | {"verdict": "right"} for line in sample.read_text(encoding="utf-8").splitlines()]
    sample.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = system.ask("replay", "--judged", str(sample), *stage)

    assert (found["counted"], found["kept"]) == (3, 3)
    proof = proof_of(
        system.table(), system.services.playbook(system.brand), "opening_hours", "private", "fr", bundle=load().model
    )
    assert proof.judged == 3


def test_nobody_who_wrote_is_one_sentence(system: SystemUnderTest) -> None:
    brand = "atelier-nord"
    if next(iter(_openings(system, brand)), None) is not None:
        pytest.skip("another test wrote to this brand")
    assert "Nobody wrote to atelier-nord" in system.refused(
        "replay", "--from-conversations", "--stage", "local", "--brand", brand
    )


def _openings(system: SystemUnderTest, brand: str) -> list[object]:
    from chalicelib.admin.replay.conversations import first_messages

    return list(first_messages(system.table(brand), Millis(now_ms()), lambda _: None))
