"""Sizes, names and words: what keeps the code one likes to open (DESIGN sections 6 and 7)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from chalicelib.channels import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("chalicelib", "infra", "classifiers", "bench")
OURS = [ROOT / "app.py", *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))]
SHIPPED = [path for path in OURS if path.is_relative_to(ROOT / "chalicelib")]
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MODULE_LINES = 400
APP_LINES = 150
FUNCTION_LINES = 40
BANNED = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data", "info"}
# Private words that became the field's (docs/glossary.md), by the folders where no name in code may have them again:
# of a module, function, class, attribute, argument or variable, or as a part of one ("_hand_of"). Prose is free.
RENAMED = {
    ("chalicelib", "classifiers", "infra", "bench", "tests"): {
        "moods": "auxiliary heads",
    },
    ("chalicelib",): {
        "amend": "update tickets",
        "brake": "block look-ups",
        "braked": "blocked look-ups",
        "deps": "services",
        "doorbell": "notification",
        "door": "service",
        "doors": "services",
        "heed": "apply consent",
        "lane": "queue of a row",
        "lanes": "queues of rows",
        "pulse": "activity",
        "rang": "due",
        "remark": "welcome, opt-out",
        "ring": "notify",
        "room": "remaining, needed",
        "shelf": "file cache",
        "tallies": "quality counters",
        "tally": "quality counter",
        "tick": "start of a pass",
        "topic": "intent",
    },
    ("infra", "bench", "tests"): {
        "door": "service",
        "doors": "services",
        "rooms": "fixtures",
    },
    ("infra", "bench", "tests/simulation", "tests/simulators", "tests/support"): {
        "courier": "webhook sender",
        "toy": "fake system",
        "gate": "fault injector, router",
        "gated": "client of the fault injector",
        "room": "client, workspace or space",
    },
    ("infra", "bench", "chalicelib/receiving.py", "chalicelib/batches.py", "tests/simulation/sqs.py"): {
        "letter": "queue message, webhook delivery",
        "letters": "queue messages, webhook deliveries",
    },
    ("classifiers", "bench", "tests/classifiers"): {
        "hand": "author group",
        "hands": "author groups",
        "sides": "folds",
        "dealt": "assigned to a fold",
        "gates": "threshold, served logit",
        "strangers": "out of scope",
        "taught": "training set",
        "always": "train-only set",
        "traps": "hard negatives",
        "trapped": "hard negatives",
    },
}
# The same for whole names: their words are good in other names.
REPLACED = {
    ("chalicelib", "tests"): {
        "ClaimOutcome": "ClaimResult",
        "ClockDue": "ReminderDue",
        "Degrees": "Rollout",
        "Deps": "Services",
        "Draft": "ChangeSet",
        "HeldBefore": "HeadBefore",
        "Noted": "DecisionCount",
        "Pulse": "Activity",
        "StopTold": "StopReport",
        "said_before": "earlier_answer",
        "settle_own": "finish_own",
        "settle_sent": "mark_sent",
        "view_of": "input_of",
    },
    ("tests/functional",): {"Counter": "SystemUnderTest", "counter": "system"},
    ("chalicelib/decision", "chalicelib/engine", "chalicelib/quality", "chalicelib/stages"): {
        "Asked": "JudgingQuestion",
        "Said": "PastAnswer, Acknowledgement",
        "Shown": "ThreadCopy",
        "View": "DecisionInput",
        "counter": "metrics",
        "told_of": "tickets_of, stop_report",
        "noted": "decision_count",
        "settle": "finish, close_answered",
        "view": "inputs",
    },
}
CHANNEL_NAMES = {*REGISTRY, "instagram", "facebook_comments", "telegram", "email", "webchat", "line"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree, the module first."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from def to end, without the docstring: a long promise is no long function."""
    first, end = function.body[0], function.end_lineno or function.lineno
    documented = ast.get_docstring(function) is not None
    promise = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return end - function.lineno + 1 - promise


def test_modules_are_short() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}

    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= APP_LINES


def test_functions_are_short() -> None:
    lines = {(name_of(path), each.name): body_lines(each) for path in OURS for each in functions(path)}

    assert {where: count for where, count in lines.items() if count > FUNCTION_LINES} == {}


def test_no_module_or_class_has_a_name_that_says_nothing() -> None:
    found = set()
    for path in OURS:
        classes = [node.name for node in nodes(path) if isinstance(node, ast.ClassDef)]
        words = {word.lower() for each in classes for word in re.findall("[A-Z][a-z]+|[a-z]+", each)}
        words |= {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}
        found |= {(name_of(path), word) for word in words & BANNED}

    assert found == set()


def _identifiers(path: Path) -> Iterator[str]:
    """Every name that a file gives or uses, its own too; a test's name is a sentence, so it is none."""
    yield path.stem
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            continue
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


def _words(identifier: str) -> list[str]:
    plain = identifier.replace("dead_letter", "")  # SQS's own word
    return [word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", plain)]


def test_no_private_word_that_was_renamed_comes_back() -> None:
    found = set()
    for folders, words in RENAMED.items():
        for path in [*OURS, *TESTS]:
            if any(path.is_relative_to(ROOT / folder) for folder in folders):
                names = {name for name in _identifiers(path) if not {*_words(name)}.isdisjoint(words)}
                found |= {(name_of(path), name) for name in names}

    assert found == set()


def test_no_name_that_was_replaced_comes_back() -> None:
    found = set()
    for folders, names in REPLACED.items():
        for path in [*OURS, *TESTS]:
            if any(path.is_relative_to(ROOT / folder) for folder in folders):
                found |= {(name_of(path), name) for name in _identifiers(path) if name in names}

    assert found == set()


def test_every_module_says_why_it_exists() -> None:
    modules = {path: nodes(path)[0] for path in OURS}
    silent = [
        name_of(path)
        for path, tree in modules.items()
        if isinstance(tree, ast.Module) and tree.body and not ast.get_docstring(tree)
    ]

    assert silent == []


def _strings(path: Path) -> Iterator[tuple[str, int, str]]:
    """Every string that is a value, with its place: docstrings are words, not values."""
    docstrings = {
        id(node.body[0].value)
        for node in nodes(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield name_of(path), node.lineno, node.value


def test_channel_names_appear_only_in_channels() -> None:
    elsewhere = [path for path in SHIPPED if not {"channels", "workspaces"} & set(path.parts)]
    texts = [each for path in elsewhere for each in _strings(path) if each[2].lower() in CHANNEL_NAMES]
    spelled = CHANNEL_NAMES - {"x", "line", "email"}  # these three are also words of other things
    names = [
        (name_of(path), node.lineno)
        for path in elsewhere
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in spelled)
        or (isinstance(node, ast.Name) and node.id in spelled)
    ]

    assert (texts, names) == ([], [])


def test_only_keys_writes_key_strings() -> None:
    key = re.compile(r"(^|[^&])#(out|conv|id|contact|control|playbook|seen|ticket|thread)\b|^(m|r|id|v|acct|parked)#")
    found = [
        each
        for path in SHIPPED
        if path.name not in {"keys.py", "judging_keys.py", "playbook_keys.py", "contact_keys.py"}
        for each in _strings(path)
        if key.search(each[2])
    ]

    assert found == []


def test_tests_patch_nothing() -> None:
    words = ("mock.patch", "MagicMock", "monkeypatch")
    found = {
        (name_of(path), word)
        for path in TESTS
        if path != Path(__file__)
        for word in words
        if word in path.read_text(encoding="utf-8")
    }

    assert found == set()


def test_nothing_but_code_lies_in_what_ships() -> None:
    allowed = {".py", ".js", ".json", ".npz", ".onnx"}
    pages = set((ROOT / "chalicelib/channels").glob("*/README.md"))  # a section of docs/channels.md each
    strays = {
        name_of(path)
        for path in (ROOT / "chalicelib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in allowed and path not in pages
    }

    assert strays == set()
