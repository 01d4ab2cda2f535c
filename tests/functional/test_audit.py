"""`guichet audit`: every command that changes something has left its line."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.model import Millis

from .conftest import DEMO, OTHER, SystemUnderTest, drain

pytestmark = pytest.mark.stack


@pytest.fixture(autouse=True)
def as_before(system: SystemUnderTest) -> Iterator[None]:
    """Gives the demo brand back its playbook and lets its bot speak."""
    before = system.table().playbook()
    yield
    assert before is not None
    system.table().put_playbook(before, Millis(0))
    for scope in system.table().control().scopes:
        system.table().switch(scope, stopped=False)


def told(system: SystemUnderTest, most: int, brand: str = DEMO) -> list[tuple[str, str | None, str | None, str | None]]:
    """The newest lines, the oldest of them first."""
    rows = system.ask("audit", "--brand", brand, "--since", "1d", "--limit", str(most))["changes"][::-1]
    assert {row["by"] for row in rows} == {getpass.getuser()}
    assert all(row["at"].startswith("20") for row in rows)
    return [(row["what"], row["about"], row["before"], row["after"]) for row in rows]


def test_what_commands_change_of_a_brand_is_told_in_its_order(system: SystemUnderTest) -> None:
    system.ask("stop", "--brand", DEMO, "--intent", "return")
    system.ask("start", "--brand", DEMO, "--intent", "return")
    version = system.ask("auto", "set", "suggest", "--brand", DEMO, "--intent", "return")["version"]
    made = system.ask(
        "exception",
        "add",
        "--brand",
        DEMO,
        "--until",
        f"{datetime.now(tz=UTC).date() + timedelta(days=9)}",
        "--fr",
        "Grève.",
        "--intent",
        "return",
    )
    system.ask("exception", "end", "--brand", DEMO, made["id"])
    pushed = system.ask("playbook", "push", "playbooks/maison-lune.yaml", "--undo-edits")["version"]

    assert told(system, 6) == [
        ("bot.stop", "intent:return", "speaks", "stopped"),
        ("bot.start", "intent:return", "stopped", "speaks"),
        ("autonomy.change", "suggest intent:return", f"version {version - 1}", f"version {version}"),
        ("exception.change", made["id"], None, "holds"),
        ("exception.change", made["id"], "holds", "ended"),
        ("playbook.change", None, f"version {pushed - 1}", f"version {pushed}"),
    ]
    assert "Grève" not in system.call("audit", "--brand", DEMO).out


def test_people_are_told_by_their_contact_id_until_they_are_erased(system: SystemUnderTest) -> None:
    addresses = (system.person(), system.person("messenger"))
    for who in addresses:
        system.write(who, "this is about something else entirely")
        system.act(system.table().head(system.table().identity(who)[1]).ticket_id, "close")  # type: ignore[index, union-attr]
        drain(system, who)
    winner, loser = map(system.contact_of, addresses)
    system.ask("contact", "merge", winner, loser, "--reason", "same order number", "--proved")
    system.ask("contact", "split", winner, loser)

    assert told(system, 2) == [
        ("contact.merge", loser, None, f"merged into {winner}"),
        ("contact.split", loser, f"merged into {winner}", None),
    ]
    done = system.ask("contact", "erase", loser, "--yes", "--wait", "0")
    merged, split, (what, about, before, after) = told(system, 3)
    assert done["verified"]["still_naming_them"] == []
    assert (merged[1:], split[1:]) == ((None, None, None), (None, None, None))
    assert (what, about, before) == ("contact.erase", None, None)
    assert "1 contacts" in str(after)
    assert loser not in system.call("audit", "--brand", DEMO).out


def test_what_concerns_the_whole_stage_is_told_to_every_brand(system: SystemUnderTest) -> None:
    system.ask("redrive", "--queue", "timers")

    for brand in (DEMO, OTHER):
        assert told(system, 1, brand) == [("queue.redrive", "timers", None, None)]


def test_nothing_is_told_of_what_was_refused_or_only_looked_at(system: SystemUnderTest) -> None:
    before = system.ask("audit", "--brand", DEMO)["changes"]
    system.refused("auto", "set", "auto", "--brand", DEMO, "--intent", "complaint")
    system.ask("redrive", "--queue", "timers", "--dry-run")
    system.refused("contact", "merge", "p1", "p2", "--brand", DEMO, "--reason", "x")
    system.refused("contact", "erase", "33612345678", "--brand", DEMO, "--yes")
    system.ask("auto", "status", "--brand", DEMO)

    assert system.ask("audit", "--brand", DEMO)["changes"] == before
