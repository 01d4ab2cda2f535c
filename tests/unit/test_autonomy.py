"""`guichet auto`: one table of what the bot may do, and one ceiling set, by intent, channel or language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.autonomy import Change, changed, degrees_words, shown, table
from chalicelib.errors import UsageError, WrongUsage
from chalicelib.model import Autonomy
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.in_force import rollout_of
from chalicelib.playbook.release import FULL, Approval, Rollout
from chalicelib.playbook.schema import Playbook, effective_autonomy
from chalicelib.triage.load_bundle import load
from tests.unit.decision.views import PLAYBOOK

AUTO, SUGGEST, OFF = Autonomy.AUTO, Autonomy.SUGGEST, Autonomy.OFF
HERE = {"whatsapp": (True, False)}


def level(playbook: Playbook, intent: str, language: str, channel: str = "whatsapp") -> Autonomy:
    return effective_autonomy(playbook, intent, channel, public=False, language=language)


def test_a_languages_ceiling_holds_for_every_intent_and_for_that_language_only() -> None:
    after = from_json(to_json(changed(PLAYBOOK, Change(level=SUGGEST, language="en"))))

    assert level(PLAYBOOK, "refund", "en") is AUTO
    assert [level(after, intent, "en") for intent in ("refund", "return")] == [SUGGEST, SUGGEST]
    assert level(after, "refund", "fr") is AUTO
    assert level(after, "refund", "") is AUTO


def test_a_languages_ceiling_may_be_for_one_intent() -> None:
    after = from_json(to_json(changed(PLAYBOOK, Change(level=OFF, intent="refund", language="en"))))

    assert (level(after, "refund", "en"), level(after, "refund", "fr"), level(after, "return", "en")) == (
        OFF,
        AUTO,
        AUTO,
    )


def test_the_lowest_ceiling_wins() -> None:
    both = changed(changed(PLAYBOOK, Change(level=SUGGEST, channel="whatsapp")), Change(level=OFF, language="en"))

    assert level(both, "refund", "en") is OFF
    assert level(both, "refund", "fr") is SUGGEST


def test_a_language_that_the_brand_does_not_speak_is_refused() -> None:
    with pytest.raises(UsageError, match="does not speak 'de'; it speaks: fr, en"):
        changed(PLAYBOOK, Change(level=OFF, language="de"))


def test_the_table_shows_each_language_with_its_own_ceiling() -> None:
    bounds = {
        (language, intent): replace(bound, proved=True, proof="proved")
        for (language, intent), bound in load().bounds.items()
    }
    after = changed(PLAYBOOK, Change(level=OFF, language="en"))
    rows = {row.intent: row for row in table(after, replace(load(), bounds=bounds), HERE, "2026-11-29")}

    assert rows["refund"].level is AUTO
    assert {language: each for language, (each, _) in rows["refund"].languages.items()} == {"fr": AUTO, "en": OFF}
    assert rows["complaint"].languages["fr"] == (SUGGEST, "never: a person answers this")


def test_an_intent_that_becomes_automatic_begins_small_however_far_its_brand_is_open() -> None:
    before = changed(PLAYBOOK, Change(level=SUGGEST, intent="refund"))
    after = from_json(to_json(changed(before, Change(level=AUTO, intent="refund"))))

    assert rollout_of(after, "refund") == (Rollout(share=20, cap=30, hours="closed"), "intent:refund")
    assert rollout_of(after, "return") == (FULL, "all")


def test_degrees_that_are_given_change_and_the_others_stay() -> None:
    first = changed(changed(PLAYBOOK, Change(level=SUGGEST, intent="refund")), Change(level=AUTO, intent="refund"))
    wider = changed(first, Change(level=AUTO, intent="refund", share=50, cap=0))
    later = changed(wider, Change(level=AUTO, intent="refund", hours="all"))

    assert rollout_of(wider, "refund")[0] == Rollout(share=50, cap=0, hours="closed")
    assert rollout_of(later, "refund")[0] == Rollout(share=50, cap=0, hours="all")
    assert rollout_of(changed(PLAYBOOK, Change(level=AUTO, share=40)), "return")[0] == replace(FULL, share=40)


@pytest.mark.parametrize("more", [{"channel": "whatsapp"}, {"language": "fr"}, {"public": True}, {"level": SUGGEST}])
def test_degrees_hold_for_one_intent_or_for_all(more: dict[str, Any]) -> None:
    given: dict[str, Any] = {"level": AUTO, "share": 20} | more
    with pytest.raises(WrongUsage, match="--share, --cap and --hours"):
        Change(**given)


def test_the_table_shows_by_which_degrees_an_intent_opens_and_what_keeps_it_from_answering() -> None:
    own = replace(PLAYBOOK.intents["refund"], approval=Approval(valid_until="2026-11-28"), degrees=Rollout())
    playbook = replace(PLAYBOOK, intents={**PLAYBOOK.intents, "refund": own})
    rows = {row["intent"]: row for row in shown(table(playbook, load(), HERE, "2026-11-29"))}

    assert (rows["refund"]["held"], rows["return"]["held"]) == ("expired", None)
    assert rows["refund"]["opens"] == {"share": 20, "cap": 30, "hours": "closed"}
    assert degrees_words(Rollout()) == "20 % of the contacts, 30 a day, while nobody is there"
