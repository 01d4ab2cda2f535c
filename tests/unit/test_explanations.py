"""Every reason of a decision is explained, in admin/explanations.py and in docs/triage.md; and no other is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from chalicelib.admin.explanations import REASONS, proof_words, reason_of
from chalicelib.decision import case_state
from chalicelib.model import Autonomy
from chalicelib.workspaces.slack.reason_words import reason_words

ROOT = Path(__file__).parents[2]
# A function of ours -> which of its positional arguments is a reason.
REASON_ARGUMENT = {"to_person": 1, "_cover_open": 1}


def written() -> set[str]:
    """Every reason that rules, agents and delivery reports may write, read from their source."""
    found = {state.value for state in case_state.PRIORITY} - {"bereavement", "declaration"}  # told by other reasons
    for name in (
        "decision/decide",
        "decision/bursts",
        "decision/cautions",
        "decision/clarify",
        "decision/loop_guard",
        "decision/comments",
        "decision/rollout",
        "decision/never_automatic",
        "decision/case_state",
        "engine/corrections",
        "decision/greeting",
        "decision/consent",
        "decision/answer_text",
        "engine/agent",
        "engine/agent_replies",
        "engine/delivery_reports",
        "engine/reply_channel",
    ):
        tree = ast.parse((ROOT / "chalicelib" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for value in _reasons(node):
                found |= _words(value)
    return found


def _reasons(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "reason":
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REASON_ARGUMENT:
        place = REASON_ARGUMENT[node.func.id]
        yield from node.args[place : place + 1]
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "reason":
        yield node.value
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "reason")


def _words(value: ast.expr) -> set[str]:
    if isinstance(value, ast.IfExp):
        return _words(value.body) | _words(value.orelse)
    if isinstance(value, ast.JoinedStr):
        start = value.values[0]
        assert isinstance(start, ast.Constant)
        assert isinstance(start.value, str)
        if start.value == "autonomy_":
            return {f"autonomy_{level}" for level in Autonomy if level is not Autonomy.AUTO}
        return {f"{start.value}<field>"}
    return {str(value.value)} if isinstance(value, ast.Constant) else set()


# Notes at the desk, not decisions.
NOT_DECISIONS = {"retry_by_reply"}


def test_every_reason_of_the_code_is_explained_and_no_other() -> None:
    assert written() - NOT_DECISIONS == set(REASONS)


def test_the_page_shows_the_same_table() -> None:
    page = (
        (ROOT / "docs" / "triage.md").read_text(encoding="utf-8").partition("## Why something was or was not said")[2]
    )
    rows = re.findall(r"^\| `([^`]+)` \| (\w+) \| (.+) \|$", page, re.MULTILINE)

    assert rows == [(word, reason.kind, reason.words) for word, reason in REASONS.items()]


def test_any_asked_field_is_the_same_reason_and_unknown_words_are_none() -> None:
    assert reason_of("needs_order_number") == REASONS["needs_<field>"]
    assert reason_of("something else") is None


def test_what_a_person_always_answers_is_never_called_untrained() -> None:
    for intent in ("complaint", "human_request"):
        assert proof_words(intent, "not yet: language or intent not trained") == "never: a person answers this"
    assert proof_words("return", "not yet: 92 of 114") == "not yet: 92 of 114"


def test_the_desk_and_the_page_have_words_for_every_reason_of_a_ticket() -> None:
    page = (ROOT / "infra" / "local" / "page" / "js" / "words.js").read_text(encoding="utf-8")
    for word, reason in REASONS.items():
        if word != "needs_<field>":
            assert len(re.findall(rf"\br_{word}: ", page)) == 2, word
        if reason.kind == "ticket" and not word.startswith("delivery_"):
            assert reason_words("en", word) != reason_words("en", "no such reason"), word
