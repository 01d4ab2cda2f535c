"""A playbook is pushed only where it undoes nothing and makes nothing automatic unproved; versions are read."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from chalicelib.admin import ceilings, named_people, playbooks
from chalicelib.admin.autonomy import Change
from chalicelib.admin.ceilings import Only, Unproved
from chalicelib.errors import UsageError, WrongUsage
from chalicelib.model import Autonomy, BrandId
from chalicelib.playbook.codec import from_json
from chalicelib.playbook.schema import Playbook
from chalicelib.triage.load_bundle import load
from tests.simulation.world import World, playbook_of

from .stages import BRAND, author, services, told

SCORER = load()


def titled(playbook: Playbook, words: str) -> Playbook:
    intent = replace(playbook.intents["return"], title={"fr": words, "en": words})
    return replace(playbook, intents=MappingProxyType({**playbook.intents, "return": intent}))


def pushed(world: World, playbook: Playbook, *, undo_edits: bool = False) -> int:
    return playbooks.push(services(world), playbook, lambda: SCORER, author(world), by="marie", undo_edits=undo_edits)


def test_a_pushed_playbook_is_current_and_stands_in_the_history_and_the_audit_log() -> None:
    world = World()
    assert pushed(world, titled(playbook_of(BRAND), "Retours")) == 2

    now = playbooks.version(services(world), BRAND)
    assert now is not None
    assert from_json(now.json).intents["return"].title["fr"] == "Retours"
    first = playbooks.version(services(world), BRAND, 1)
    assert first is not None
    assert first.by == ""
    assert [each.number for each in playbooks.history(services(world), BRAND, 5)] == [2, 1]
    assert told(world) == [("playbook.change", "", "version 1", "version 2")]


def test_a_file_that_undoes_what_was_changed_since_is_refused_with_it_unless_it_is_meant() -> None:
    world = World()
    ceilings.set_ceiling(
        services(world), BRAND, Change(level=Autonomy.OFF, intent="return"), SCORER, author(world), by="lea"
    )
    with pytest.raises(playbooks.Undoes) as refused:
        pushed(world, playbook_of(BRAND))

    ((change, version),) = refused.value.found
    assert ("return" in change.path, version.what, version.by) == (True, "auto", "lea")
    assert pushed(world, playbook_of(BRAND), undo_edits=True) == 3


def test_what_nothing_proves_is_not_made_automatic_by_a_file() -> None:
    world = World()
    bare = playbook_of(BRAND)
    for each in (replace(bare, autonomy=replace(bare.autonomy, without_proof=None)),):
        off = replace(each, autonomy=replace(each.autonomy, default=Autonomy.SUGGEST))
        assert pushed(world, off, undo_edits=True) == 2
        with pytest.raises(UsageError, match="without_proof"):
            pushed(world, each)
    assert len(told(world)) == 1


def test_a_playbook_that_no_item_can_hold_is_refused() -> None:
    with pytest.raises(UsageError, match="200 KB"):
        pushed(World(), titled(playbook_of(BRAND), "é" * playbooks.LARGEST))


def test_gaps_are_asked_of_a_brand_with_a_playbook() -> None:
    world = World()

    assert playbooks.gaps(services(world), BRAND, 7, world.clock()) == []
    assert playbooks.gaps(services(world), BrandId("nobody"), 7, world.clock()) is None
    assert playbooks.version(services(world), BrandId("nobody")) is None


def test_what_holds_is_shown_for_an_intent_a_channel_and_a_language_that_there_are() -> None:
    world = World()
    here = services(world)
    found = ceilings.status(here, BRAND, SCORER, Only("return", "messenger", "fr"), world.clock())

    assert {(row["intent"], row["channel"], *row["languages"]) for row in found["autonomy"]} == {
        ("return", "messenger", "fr")
    }
    assert (found["stopped"], found["stops"]) == ([], [])
    for only in (Only(intent="nonsense"), Only(language="de")):
        with pytest.raises(UsageError):
            ceilings.status(here, BRAND, SCORER, only, world.clock())


def test_only_somebody_named_says_that_no_proof_is_needed_and_only_for_auto() -> None:
    world = World()
    playbook = playbook_of(BRAND)
    stated = replace(playbook, autonomy=replace(playbook.autonomy, without_proof=None), admins=("lea",))
    pushed(world, replace(stated, autonomy=replace(stated.autonomy, default=Autonomy.SUGGEST)), undo_edits=True)
    auto = Change(level=Autonomy.AUTO, intent="return")

    def asked(change: Change, who: str) -> ceilings.Set:
        by = Unproved("a trial", lambda known: named_people.named(known, who, "answer without a proof"))
        return ceilings.set_ceiling(services(world), BRAND, change, SCORER, author(world), unproved=by)

    with pytest.raises(UsageError, match="Not proved"):
        ceilings.set_ceiling(services(world), BRAND, auto, SCORER, author(world))
    with pytest.raises(UsageError, match="'tom' is not one of them"):
        asked(auto, "tom")
    with pytest.raises(WrongUsage, match="goes with `auto`"):
        asked(Change(level=Autonomy.OFF, intent="return"), "lea")
    done = asked(auto, "lea")
    waiver = done.playbook.intents["return"].without_proof
    assert waiver is not None
    assert (waiver.by, waiver.reason) == ("lea", "a trial")


@pytest.mark.parametrize(
    ("admins", "who", "words"),
    [((), "", "the playbook names nobody yet"), (("lea",), "", "say who you are"), (("lea",), "tom", "'tom' is not")],
)
def test_who_is_not_named_is_told_who_is(admins: tuple[str, ...], who: str, words: str) -> None:
    playbook = replace(playbook_of(BRAND), admins=admins)

    with pytest.raises(UsageError, match=words):
        named_people.named(playbook, who, "start the bot again")
    assert named_people.named(playbook, "", "start the bot again", local=True) == named_people.LOCAL
