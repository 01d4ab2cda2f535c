"""The playbook's history: one for files and for what is changed in Slack, and no push undoes a change silently."""

from __future__ import annotations

import pytest

from chalicelib.admin.playbook_history import drawn, refusal, taken_back
from chalicelib.errors import Conflict
from chalicelib.model import Millis
from chalicelib.playbook.answers import Slot, with_texts
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.schema import Playbook
from chalicelib.store import versions
from chalicelib.store.table import Table
from tests.unit.playbook.test_answers import FR
from tests.unit.playbook.test_bulletin import NOW, PLAYBOOK
from tests.unit.store.fixtures import table

EN = Slot("replies", "", "en")


def edited(text: str, slot: Slot = FR, playbook: Playbook = PLAYBOOK) -> Playbook:
    return with_texts(playbook, playbook.intents["return"], {slot: text})


def published(here: Table, playbook: Playbook, by: str = "U0LEA") -> int:
    return here.put_playbook(to_json(playbook), Millis(NOW + 1), by=by, what="answer:return")


def test_every_version_is_kept_with_who_made_it_and_what_it_changed() -> None:
    here = table()
    here.put_playbook(to_json(PLAYBOOK), NOW, by="marie")
    published(here, edited("Quarante jours."))
    here.put_playbook(to_json(PLAYBOOK), NOW)

    found = versions.latest(here, 10)
    assert [(each.number, each.by, each.what, each.pushed) for each in found] == [
        (3, "", "push", 3),
        (2, "U0LEA", "answer:return", 1),
        (1, "marie", "push", 1),
    ]
    assert versions.current(here) == found[0]
    assert versions.numbered(here, 2) == found[1]
    assert versions.numbered(here, 9) is None
    assert from_json(found[1].json) == edited("Quarante jours.")


def test_what_was_made_from_an_older_version_is_refused() -> None:
    here = table()
    for _ in range(2):
        here.put_playbook(to_json(PLAYBOOK), NOW)

    with pytest.raises(Conflict):
        here.put_playbook(to_json(PLAYBOOK), NOW, based_on=1)
    assert here.put_playbook(to_json(PLAYBOOK), NOW, based_on=2) == 3


def test_a_file_that_does_not_know_a_change_is_told_what_it_would_undo_and_who_changed_it() -> None:
    here = table()
    here.put_playbook(to_json(PLAYBOOK), NOW)
    published(here, edited("Quarante jours."))
    published(here, edited("Forty days.", EN, edited("Quarante jours.")), by="U0TOM")

    found = taken_back(here, PLAYBOOK)
    said = refusal(found)
    assert [(each.path, made.number, made.by) for each, made in found] == [
        ("intents.return.replies.en", 3, "U0TOM"),
        ("intents.return.replies.fr", 2, "U0LEA"),
    ]
    assert "Quarante jours." in said
    assert "answer:return by U0TOM" in said
    assert drawn(versions.latest(here, 9)).count("answer:return") == 2


def test_a_file_that_has_the_change_is_pushed_and_later_ones_need_not_know_it() -> None:
    here, changed = table(), edited("Quarante jours.")
    here.put_playbook(to_json(PLAYBOOK), NOW)
    published(here, changed)

    assert taken_back(here, changed) == []
    here.put_playbook(to_json(changed), NOW)
    assert taken_back(here, PLAYBOOK) == []


def test_a_brand_whose_versions_nobody_noted_is_pushed_as_ever() -> None:
    here = table()

    assert taken_back(here, PLAYBOOK) == []
    here.put_playbook(to_json(PLAYBOOK), NOW)
    assert taken_back(here, edited("Quarante jours.")) == []
