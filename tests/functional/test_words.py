"""`guichet exception` and the playbook's history, as a person types them against the local AWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.playbook.answers import Slot, with_texts
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.store import bulletins
from chalicelib.wiring import now_ms
from infra import stage_status

from .conftest import DEMO, SystemUnderTest

pytestmark = pytest.mark.stack
FILE = Path(__file__).parents[2] / "playbooks" / "maison-lune.yaml"
UNTIL = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
STRIKE = ("--fr", "Une grève retarde les livraisons.", "--en", "A strike delays deliveries.")


@pytest.fixture(autouse=True)
def as_before(system: SystemUnderTest) -> Iterator[None]:
    """Gives the demo brand back its playbook, and ends its exceptions."""
    before = system.table().playbook()
    yield
    assert before is not None
    system.table().put_playbook(before, now_ms())
    for each in bulletins.read(system.table()):
        bulletins.end(system.table(), each.bulletin_id, "test", now_ms())


def test_an_exception_is_added_listed_explained_and_ended(system: SystemUnderTest) -> None:
    made = system.ask("exception", "add", "--brand", DEMO, "--until", UNTIL, *STRIKE)
    listed = system.ask("exception", "list", "--brand", DEMO)["exceptions"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert made["ends"][:10] == UNTIL
    assert [each["id"] for each in stage_status.exceptions(system.aws.cloud)[DEMO]] == [made["id"]]

    system.services._playbooks.clear()
    event = system.write(system.person(), "[opening_hours] when?")
    assert system.ask("explain", event.event_id)["told"] == [made["id"]]

    system.ask("exception", "end", made["id"], "--brand", DEMO)
    assert system.ask("exception", "list", "--brand", DEMO)["exceptions"] == []
    [kept] = [
        e for e in system.ask("exception", "list", "--all", "--brand", DEMO)["exceptions"] if e["id"] == made["id"]
    ]
    assert kept["ended"]
    system.services._playbooks.clear()
    event = system.write(system.person(), "[opening_hours] when?")
    assert system.ask("explain", event.event_id)["told"] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--until", "2026-01-01", *STRIKE), "The end is over"),
        (("--until", "tomorrow", *STRIKE), "is no day or minute"),
        (("--until", UNTIL), "Write some words"),
        (("--until", UNTIL, "--fr", "Tu seras livré."), "the register is vous"),
        (("--until", UNTIL, "--intent", "lamas", *STRIKE), "no intent 'lamas'"),
        (("--until", UNTIL, "--person-only", *STRIKE), "Choose subjects"),
    ],
)
def test_what_is_wrong_with_an_exception_is_said_and_nothing_holds(
    system: SystemUnderTest, given: tuple[str, ...], words: str
) -> None:
    assert words in system.refused("exception", "add", "--brand", DEMO, *given)
    assert system.ask("exception", "list", "--brand", DEMO)["exceptions"] == []


def test_a_push_does_not_silently_undo_what_was_changed_in_slack(system: SystemUnderTest) -> None:
    system.ask("playbook", "push", str(FILE), "--undo-edits")
    held = system.table().playbook()
    assert held is not None
    playbook = from_json(held)
    after = with_texts(playbook, playbook.intents["return"], {Slot("replies", "", "fr"): "Quarante jours."})
    system.table().put_playbook(to_json(after), now_ms(), by="U0LEA", what="answer:return")

    done = system.call("playbook", "push", str(FILE), "--json")
    assert done.status == 1
    assert [(each["path"], each["by"]) for each in done.json["undone"]] == [("intents.return.replies.fr", "U0LEA")]
    assert system.table().playbook() == to_json(after)

    number = system.ask("playbook", "push", str(FILE), "--undo-edits")["version"]
    newest, changed, *_ = system.ask("playbook", "history", "--brand", DEMO)["versions"]
    assert (newest["version"], newest["what"], changed["by"]) == (number, "push", "U0LEA")
    shown = system.ask("playbook", "show", "--brand", DEMO, "--version", str(number - 1))
    assert shown["intents"]["return"]["replies"]["fr"] == "Quarante jours."
