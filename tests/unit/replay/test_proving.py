"""`auto` is refused where it is not proved, with the figures; a named person may say why it needs no proof."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from chalicelib.admin import proving
from chalicelib.admin.autonomy import Change, changed, waivers
from chalicelib.engine.verdicts import wording
from chalicelib.errors import UsageError
from chalicelib.model import Autonomy
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.release import Waiver
from chalicelib.playbook.schema import Playbook
from chalicelib.quality.precision_proof import Proof
from chalicelib.store import judged_answers, keys
from chalicelib.store.judged_answers import JudgedAnswer
from chalicelib.store.table import Table
from chalicelib.triage.load_bundle import load
from infra.commands import _admin
from tests.unit.decision.views import NOW, PLAYBOOK
from tests.unit.store.fixtures import table

AUTO, SUGGEST = Autonomy.AUTO, Autonomy.SUGGEST
SCORER = load()
STRICT = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, without_proof=None, default=SUGGEST))
TRIAL = Waiver(reason="a trial over Christmas", by="marie", on="2026-11-29")


def judged(here: Table, intent: str, *, right: int, wrong: int = 0, dangerous: int = 0, language: str = "fr") -> None:
    """So many judged answers of a random sample, all of which would be said as they were."""
    words = wording(PLAYBOOK, PLAYBOOK.intents[intent], "private", language)
    said = ["right"] * right + ["wrong"] * wrong + ["dangerous"] * dangerous
    for number, verdict in enumerate(said):
        line = JudgedAnswer(
            intent=intent,
            place="private",
            language=language,
            message=f"{number:016x}",
            words="w",
            sample="random",
            draw="d1",
            number=number,
            at=NOW,
            under=frozenset({judged_answers.under(SCORER.model, words)}),
        )
        judged_answers.note(here, line.judged({"U0LEA": verdict}), NOW)


def missing(here: Table, playbook: Playbook, change: Change) -> list[str]:
    after = changed(playbook, change)
    cells = proving.concerned(proving.automatic(after, SCORER), change)
    return [f"{cell.words}: {proving.proof_words(proof)}" for cell, proof in _unproved(here, after, cells)]


def _unproved(here: Table, playbook: Playbook, cells: set[proving.Cell]) -> list[tuple[proving.Cell, Proof]]:
    return proving.unproved(here, playbook, cells, SCORER.model)


def test_what_is_not_proved_is_refused_with_its_figures() -> None:
    here = table()
    judged(here, "return", right=91, wrong=1)

    found = missing(here, STRICT, Change(level=AUTO, intent="return", language="fr"))

    assert found == []  # a ceiling for one language leaves the intent at suggest
    (french, english) = missing(here, STRICT, Change(level=AUTO, intent="return"))
    assert french == "return en: 0 of 140 judged, 0 wrong: 140 more"
    assert english == "return fr: 92 of 270 judged, 1 wrong: 178 more"


def test_what_is_proved_in_one_language_is_refused_for_the_other_alone() -> None:
    here = table()
    judged(here, "return", right=140)
    spoken = changed(STRICT, Change(level=SUGGEST, intent="return", language="en"))

    assert missing(here, STRICT, Change(level=AUTO, intent="return")) == [
        "return en: 0 of 140 judged, 0 wrong: 140 more"
    ]
    assert missing(here, spoken, Change(level=AUTO, intent="return")) == []


def test_one_dangerous_answer_refuses_whatever_else_was_right() -> None:
    here = table()
    judged(here, "return", right=400, dangerous=1)
    spoken = changed(STRICT, Change(level=SUGGEST, intent="return", language="en"))

    (found,) = missing(here, spoken, Change(level=AUTO, intent="return"))
    assert "1 of them dangerous" in found


def test_a_named_persons_word_stands_in_place_of_a_proof_with_its_reason_and_day() -> None:
    one = from_json(to_json(proving.waived(STRICT, "return", TRIAL)))
    every = from_json(to_json(proving.waived(STRICT, "", TRIAL)))

    assert missing(table(), one, Change(level=AUTO, intent="return")) == []
    assert missing(table(), one, Change(level=AUTO, intent="refund")) != []
    assert missing(table(), every, Change(level=AUTO)) == []
    (shown,) = waivers(one)
    assert shown["words"] == "return (marie, 2026-11-29): a trial over Christmas"


def test_what_is_never_automatic_or_not_known_to_the_classifier_needs_no_proof() -> None:
    intents = {cell.intent for cell in proving.automatic(changed(STRICT, Change(level=AUTO)), SCORER)}

    assert not intents & {"complaint", "human_request"}
    assert proving.automatic(STRICT, SCORER) == set()


def test_public_answers_have_a_proof_of_their_own() -> None:
    here = table()
    judged(here, "return", right=140)
    private = changed(changed(STRICT, Change(level=SUGGEST, language="en")), Change(level=AUTO, intent="return"))

    found = missing(here, private, Change(level=AUTO, public=True, public_stated=True))
    assert found == ["return fr in public: 0 of 140 judged, 0 wrong: 140 more"]


def test_next_names_what_is_asked_most_with_how_much_is_left_and_how_long_it_takes() -> None:
    here = table()
    judged(here, "return", right=100)
    here.put(
        _figures(here),
        {"subject:return": 38, "subject:refund": 62, "message": 300},
    )

    rows = proving.first_to_prove(here, STRICT, SCORER, NOW, public=False)

    assert [row["intent"] for row in rows[:3]] == ["refund", "refund", "return"]
    first = rows[2]
    assert (first["language"], first["share"], first["judged"], first["more"], first["minutes"]) == (
        "fr",
        0.38,
        100,
        40,
        14,
    )
    assert "return fr: 38% of the subjects, 100 of 140 judged, 0 wrong: 40 more, about 14 min" in proving.drawn(
        rows, "b"
    )


def _figures(here: Table) -> keys.Key:
    return keys.figures(here.brand, 0, "2026-11-25", "whatsapp")


@pytest.mark.parametrize(
    ("who", "stage", "given"), [("", "local", "local"), ("U0LEA", "local", "U0LEA"), ("U0TOM", "prod", "U0TOM")]
)
def test_who_is_named_may_start_and_on_the_local_stack_whoever_sits_there(who: str, stage: str, given: str) -> None:
    assert _admin.named(argparse.Namespace(who=who, stage=stage), PLAYBOOK, "start the bot again") == given


@pytest.mark.parametrize(("who", "stage"), [("", "prod"), ("eve", "prod"), ("eve", "local")])
def test_nobody_else_may_and_is_told_who_can(who: str, stage: str) -> None:
    with pytest.raises(UsageError, match=r"Only named people may start the bot again: the playbook names U0LEA, U0TOM"):
        _admin.named(argparse.Namespace(who=who, stage=stage), PLAYBOOK, "start the bot again")


def test_a_refusal_names_the_nearest_first_and_the_way_out() -> None:
    here = table()
    judged(here, "return", right=120)
    after = changed(STRICT, Change(level=AUTO))
    told = proving.refusal(_unproved(here, after, proving.automatic(after, SCORER)))

    assert told.startswith("Not proved on the brand's own messages: return fr: 120 of 140 judged, 0 wrong: 20 more;")
    assert "--without-proof REASON" in told
