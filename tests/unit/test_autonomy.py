"""`guichet auto`: one table of what the bot may do, and one ceiling set, by intent, channel or language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.errors import UsageError
from chalicelib.model import Autonomy
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.schema import Playbook, effective_autonomy
from chalicelib.triage.load import load
from infra.autonomy import Change, changed, table
from tests.unit.pipeline.views import PLAYBOOK

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
    rows = {row.intent: row for row in table(after, replace(load(), bounds=bounds), HERE)}

    assert rows["refund"].level is AUTO
    assert {language: each for language, (each, _) in rows["refund"].languages.items()} == {"fr": AUTO, "en": OFF}
    assert rows["complaint"].languages["fr"] == (SUGGEST, "never: a person answers this")
