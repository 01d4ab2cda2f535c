"""`guichet triage`: the worker's own decision for a text, with nothing running."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.admin.triage_text import triage as decided
from chalicelib.errors import Retryable
from chalicelib.model import SERVES_FIRST, Classification, Serves
from chalicelib.playbook.schema import Playbook
from chalicelib.triage.load_bundle import load
from chalicelib.triage.scorer import BundleScorer
from infra.cli import main
from infra.commands import _playbook
from tests.unit.decision.views import NOW, PLAYBOOK, classified

ORDER = "où est mon colis 10482"
PROMISED = {
    "text",
    "language",
    "intent",
    "probability",
    "out_of_scope",
    "urgency",
    "sentiment",
    "autonomy",
    "decision",
    "reason",
    "missing",
    "reply",
    "model",
}


@pytest.fixture(scope="module")
def demo() -> tuple[BundleScorer, Playbook]:
    """The shipped classifier and the demo brand's playbook."""
    return load(), _playbook.of(None, None)


def triage(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["triage", *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_text_gives_one_line_with_everything_promised(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = triage(capsys, "Je voudrais parler à un conseiller s'il vous plaît")

    assert set(found) >= PROMISED
    assert (found["decision"], found["reason"], found["reply"]) == ("ticket", "asked_for_human", None)
    assert found["missing"]
    assert found["model"].startswith("guichet@")


def test_a_sure_question_is_answered_in_its_language_and_only_there(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Bonjour, quels sont vos horaires d'ouverture ?"
    (private,) = triage(capsys, text)
    (public,) = triage(capsys, text, "--channel", "x", "--public")

    assert (private["decision"], private["missing"], private["language"]) == ("reply", None, "fr")
    assert "assistant IA de Maison Lune" in private["reply"]
    assert (public["decision"], public["reply"]) == ("ticket", None)


def test_an_order_shows_what_would_be_said_to_each_answer_of_the_shop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "où est mon colis 10482"]) == 0
    shown = capsys.readouterr().out
    (found,) = triage(capsys, "où est mon colis 10482")

    assert (found["decision"], found["reason"], found["then"]) == ("hold", "looking_up", None)
    assert (found["looked_up"]["subject"], found["looked_up"]["key"]) == ("order", "ML10482")
    assert "en route" in found["looked_up"]["replies"]["shipped"]
    assert "Je ne trouve pas" in found["looked_up"]["replies"]["not_found"]
    assert "ML10482 is looked up at the shop, and then answered:" in shown
    assert "en route" in shown


def test_an_order_is_asked_for_at_the_shop_where_there_is_one(demo: tuple[BundleScorer, Playbook]) -> None:
    def shop(subject: str, key: str) -> Mapping[str, str]:
        assert (subject, key) == ("order", "ML10482")
        return {"status": "delivered", "order_number": key, "expected_on": "2026-11-27"}

    found = decided(ORDER, *demo, channel="whatsapp", public=False, now=NOW, shop=shop)

    assert (found["decision"], found["then"], found["missing"]) == ("hold", "reply", None)
    assert "livr" in found["reply"]
    assert found["looked_up"]["answer"]["status"] == "delivered"


def test_a_shop_that_does_not_answer_leaves_what_each_answer_would_lead_to(demo: tuple[BundleScorer, Playbook]) -> None:
    def shop(_subject: str, _key: str) -> Mapping[str, str]:
        raise Retryable("http_503")

    found = decided(ORDER, *demo, channel="whatsapp", public=False, now=NOW, shop=shop)

    assert (found["then"], found["reply"], found["looked_up"]["answer"]) == (None, None, None)
    assert "en route" in found["looked_up"]["replies"]["shipped"]


def test_two_texts_give_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found = triage(capsys, "merci", "vos horaires ?")

    assert [each["text"] for each in found] == ["merci", "vos horaires ?"]
    assert all(each["looked_up"] is None for each in found)


def test_nothing_at_all_says_what_to_type() -> None:
    nothing = [sys.executable, "-m", "infra.cli", "triage"]
    done = subprocess.run(nothing, input="\n", capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert 'guichet triage "where is my parcel 10482"' in done.stderr


def test_a_fragment_is_held_and_then_goes_to_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = triage(capsys, "et puis")

    assert (found["decision"], found["reason"], found["then"]) == ("hold", "more_may_come", "ticket")


@pytest.mark.parametrize(("text", "reason"), [("bonjour", "greeting"), ("STOP", "opt_out")])
def test_a_greeting_and_a_stop_show_what_would_be_said(
    capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    (found,) = triage(capsys, text)

    assert found["reason"] == reason
    assert "Maison Lune" in found["reply"]
    assert found["missing"] is None


def test_a_file_gives_one_line_a_text_in_its_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.jsonl"
    texts = ["the thing there", "🙂", "x" * 100_000, "4970 1012 3456 7890", ""]
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts) + "plain words\n", encoding="utf-8")
    found = triage(capsys, "--file", str(file))

    assert [each["text"] for each in found] == [*texts, "plain words"]
    assert all(each["decision"] in ("hold", "ticket", "ignore") for each in found)


@pytest.mark.parametrize(
    "arguments",
    [
        ("hello", "--brand", "nobody"),
        ("--file", "/nowhere/x.jsonl"),
        ("hello", "--bundle", "/nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("guichet: ")
    assert said.err.count("\n") == 1


def test_a_broken_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "one"}\n{"txt": "two"}\n', encoding="utf-8")

    assert main(["triage", "--file", str(file)]) == 1
    assert "line 2" in capsys.readouterr().err


def test_another_brand_speaks_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Je voudrais parler à un conseiller s'il vous plaît"
    (demo,) = triage(capsys, text)
    (other,) = triage(capsys, text, "--brand", "atelier-nord")

    assert "Maison Lune" not in json.dumps(other, ensure_ascii=False)
    assert "Atelier Nord" not in json.dumps(demo, ensure_ascii=False)


class Judging:
    """A scorer of one opinion."""

    model = "judging@000000000000"
    expected: ClassVar[Mapping[str, Sequence[float]]] = {}

    def __init__(self, **opinion: Any) -> None:
        self.opinion = classified("return", sure=False, **opinion)

    def classify(self, _text: str, _serves: Serves = SERVES_FIRST, /) -> Classification:
        return self.opinion


@pytest.mark.parametrize(
    ("opinion", "reason", "words"),
    [
        ({"probability": 0.9, "bound": 0.95}, "unsure", "(0.9000 < 0.9500, proved)"),
        ({"probability": 0.9996, "bound": 0.95}, "careful", "(0.9996 >= 0.9500)"),
        ({"probability": 0.9996, "bound": 0.95, "proof": "not yet: 92 of 114"}, "unproved", "(not yet: 92 of 114)"),
    ],
)
def test_why_nothing_is_said_comes_with_its_true_numbers(opinion: dict[str, Any], reason: str, words: str) -> None:
    text = "je voudrais vous renvoyer la robe achetée hier"
    found = decided(text, Judging(**opinion), PLAYBOOK, channel="whatsapp", public=False, now=NOW)

    assert (found["decision"], found["reason"]) == ("ticket", reason)
    assert found["missing"].endswith(words)
    assert ("below" in found["missing"]) is (reason == "unsure")


def test_a_complaint_is_never_called_untrained(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = triage(capsys, "Je suis très mécontente, c'est inadmissible, je veux faire une réclamation")

    assert found["guess"] == "complaint"
    assert found["proof"] == "never: a person answers this"
