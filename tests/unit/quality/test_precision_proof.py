"""What is proved of an intent: random answers only, each person once, under today's words and bundle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin.erase import erase
from chalicelib.engine.verdicts import verdict_of, wording
from chalicelib.model import Millis
from chalicelib.playbook.yaml_file import load
from chalicelib.quality.precision_proof import Proof, proof_of
from chalicelib.store import judged_answers, keys
from chalicelib.store.judged_answers import JudgedAnswer, under
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NEW, NOW, first_commit, table

ROOT = Path(__file__).parents[3]
PLAYBOOK = load((ROOT / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
INTENT, BUNDLE = "opening_hours", "shipped@1"
WORDS = wording(PLAYBOOK, PLAYBOOK.intents[INTENT], "private", "fr")


def line(number: int, verdict: str = "right", **more: Any) -> JudgedAnswer:
    given: dict[str, Any] = {
        "intent": INTENT,
        "place": "private",
        "language": "fr",
        "message": keys.digest(str(number), length=16),
        "words": "w" * 16,
        "sample": "random",
        "draw": "d1",
        "number": number,
        "at": Millis(NOW),
        "under": frozenset((under(BUNDLE, WORDS),)),
    }
    made = JudgedAnswer(**(given | more))
    return made.judged({"j1": verdict}) if verdict else made


def proved(there: Table, *lines: JudgedAnswer) -> Proof:
    for each in lines:
        judged_answers.note(there, each, NOW)
    return proof_of(there, PLAYBOOK, INTENT, "private", "fr", bundle=BUNDLE)


def test_nothing_judged_needs_what_the_target_needs() -> None:
    found = proved(table())

    assert (found.judged, found.needed, found.more, found.proved) == (0, 140, 140, False)
    assert found.lower < 1e-6


def test_ninety_two_of_which_one_wrong_need_so_many_more() -> None:
    found = proved(table(), *(line(n, "wrong" if n == 7 else "right") for n in range(92)))

    assert (found.judged, found.wrong, found.needed, found.proved) == (92, 1, 270, False)


def test_enough_right_ones_prove_and_one_dangerous_among_many_never_does() -> None:
    right = [line(n) for n in range(400)]

    assert proved(table(), *right[:140]).proved
    found = proved(table(), *right, line(500, "dangerous"))
    assert (found.more, found.dangerous, found.proved) == (0, 1, False)


def test_a_dangerous_answer_speaks_against_it_wherever_it_stands_in_its_draw() -> None:
    right = [line(n) for n in range(140)]
    found = proved(table(), *right, line(200, "", draw="d2"), line(201, "dangerous", draw="d2"))

    assert (found.judged, found.dangerous, found.proved) == (140, 1, False)


@pytest.mark.parametrize("sample", ["learn", "sent"])
def test_only_what_was_drawn_at_random_enters_the_bound(sample: str) -> None:
    assert proved(table(), line(1, sample=sample)).judged == 0


def test_a_draw_counts_up_to_its_first_open_answer_and_other_draws_go_on() -> None:
    open_one = line(2, "")
    found = proved(table(), line(1), open_one, line(3), line(4, draw="d2"))

    assert (found.judged, found.waiting) == (2, 1)


def test_a_person_counts_once_and_strangers_each() -> None:
    found = proved(table(), *(line(n, contact="p1") for n in range(3)), *(line(n) for n in (7, 8)))

    assert found.judged == 3


def test_a_judgement_counts_under_another_bundle_once_it_is_known_to_say_the_same() -> None:
    there = table()
    old = line(1, under=frozenset((under("older", WORDS),)))

    assert proved(there, old).judged == 0
    assert proved(there, replace(old, under=frozenset((under(BUNDLE, WORDS),)))).judged == 1
    assert proof_of(there, PLAYBOOK, INTENT, "private", "fr", bundle="older").judged == 1


def test_changed_words_prove_nothing_until_they_are_judged() -> None:
    there = table()
    assert proved(there, line(1)).judged == 1
    intent = PLAYBOOK.intents[INTENT]
    changed = replace(intent, replies={**intent.replies, "fr": "Nous sommes fermés."})
    playbook = replace(PLAYBOOK, intents={**PLAYBOOK.intents, INTENT: changed})

    assert proof_of(there, playbook, INTENT, "private", "fr", bundle=BUNDLE).judged == 0


def test_words_that_change_in_another_place_or_language_change_no_proof() -> None:
    intent = PLAYBOOK.intents["order_status"]
    other = replace(intent, public={"fr": "Écrivez-nous en privé."}, replies={**intent.replies, "en": "Soon."})

    assert wording(PLAYBOOK, other, "private", "fr") == wording(PLAYBOOK, intent, "private", "fr")
    assert wording(PLAYBOOK, other, "public", "fr") != wording(PLAYBOOK, intent, "public", "fr")


def test_a_variable_that_the_words_put_in_is_part_of_them() -> None:
    intent = replace(PLAYBOOK.intents[INTENT], replies={"fr": "Voir {page}."})
    one, other = (replace(PLAYBOOK, variables={"page": {"fr": page}}) for page in ("a", "b"))

    assert wording(one, intent, "private", "fr") != wording(other, intent, "private", "fr")


def test_a_repeated_press_changes_nothing_and_a_second_judge_is_another() -> None:
    there = table()
    judged_answers.note(there, line(1), NOW)
    judged_answers.note(there, line(1), NOW)
    judged_answers.note(there, line(1, "").judged({"j2": "person"}), NOW)
    (found,) = judged_answers.lines(there, INTENT, "private", "fr")

    assert sorted(found.verdicts.values()) == ["person", "right"]
    assert proved(there).wrong == 1


def test_the_worst_word_of_several_judges_counts() -> None:
    assert verdict_of({"a": "right", "b": "dangerous", "c": "wrong"}) == "dangerous"
    assert verdict_of({"a": "right", "b": "right"}) == "right"
    assert verdict_of({}) == ""


def test_nobodys_judgements_can_be_counted_together() -> None:
    one, other = line(1), line(2)

    assert not one.verdicts.keys() & other.verdicts.keys()


def test_an_item_holds_digests_and_no_words() -> None:
    db = Dynamo()
    judged_answers.note(table(db), line(1).judged({"U0LEA": "right"}), NOW)
    (item,) = db.items.values()

    assert "U0LEA" not in str(item)
    assert int(item["ttl"]["N"]) == NOW // 1000 + 400 * 86_400


class Scanning(Dynamo):
    """The table in memory, with the one call that only commands make."""

    def scan(self, **_: Any) -> Any:
        return {"Items": list(self.items.values())}


def test_who_is_erased_takes_their_judged_answers_along() -> None:
    db = Scanning()
    there = table(db)
    there.client = db
    first_commit(there)
    judged_answers.note(there, line(1, contact=str(NEW.contact_id)), NOW)
    judged_answers.note(there, line(2, contact="p9"), NOW)
    assert erase(there, NEW.contact_id, Millis(NOW + 1)).left == ()

    assert [each.contact for each in judged_answers.lines(there, INTENT, "private", "fr")] == ["p9"]
