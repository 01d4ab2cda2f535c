"""
Who may import whom, and what each function's cold start may not load.

Layers, cycles and what stands between are pyproject's contracts; here stand packages of others, purity and cold starts.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "chalicelib").rglob("*.py"))
STDLIB = sys.stdlib_module_names

# Standard library, less what touches the world: time, randomness and the environment are arguments.
PURE = (
    "model.addresses",
    "model.incoming",
    "model.internal",
    "model.queued",
    "model.judgement",
    "model.outgoing",
    "errors",
    "json_types",
    "text",
    "masking",
    "events",
    "internal_events",
    "conversation",
    "store.keys",
    "store.items",
    "triage.features",
    "decision.input",
    "decision.decide",
    "decision.answer_text",
)
IMPURE = {"boto3", "botocore", "os", "time", "random", "logging", "secrets", "uuid", "socket", "urllib.request"}

# What decides: nothing in it is given anything that reads, writes or waits.
ENGINE = sorted(path for part in ("decision", "engine") for path in (ROOT / "chalicelib" / part).glob("*.py"))
READS_AND_WRITES = {"Table", "Queues", "Services", "Blobs", "Directory", "Reader"}

# Third-party packages, and the only places that may import them.
THIRD_PARTY = {
    "botocore": {"clients"},
    "boto3": set(),
    "aws_lambda_powertools": {"observe"},
    "tweepy": {"channels._x_calls"},
    "requests": {"channels._x_calls"},
    "oauthlib": {"channels._x_consent"},
    "urllib3": {"http", "connections"},
    "orjson": {"channels._json_values"},
    "phonenumbers": {"phone_numbers"},
    "jwt": {"channels.webchat.sessions"},
    "segno": {"qr_codes"},
    "yaml": {"playbook.yaml_file"},
    "numpy": {
        "triage.choices",
        "triage.load_bundle",
        "triage.reading",
        "triage.stages",
        "triage.encoder",
        "triage.language_detector",
        "triage.packed",
    },
    "onnxruntime": {"triage.encoder"},
    "tokenizers": {"triage.encoder"},
}


def module(path: Path) -> str:
    """chalicelib/store/keys.py -> store.keys"""
    return ".".join(path.relative_to(ROOT / "chalicelib").with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module imported in a file, absolute; "chalicelib.store.keys" for our own."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    inside = path.relative_to(ROOT).with_suffix("").parts
    package = inside if path.name == "__init__.py" else inside[:-1]
    package = package[: len(package) - (path.name == "__init__.py")]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_the_standard_library_and_nothing_of_the_world(name: str) -> None:
    path = ROOT / "chalicelib" / (name.replace(".", "/") + ".py")
    found = set(imports(path))
    outside = {each for each in found if each.split(".")[0] not in STDLIB | {"chalicelib", "__future__"}}
    touched = {each for each in found if each in IMPURE or each.split(".")[0] in IMPURE}

    assert outside | touched == set()


def roots(path: Path) -> set[str]:
    return {each.split(".")[0] for each in imports(path)}


def test_third_party_packages_are_imported_where_the_table_says() -> None:
    wrong = [
        (module(path), root)
        for path in SHIPPED
        for root in roots(path) - STDLIB - {"chalicelib", "__future__"}
        if module(path) not in THIRD_PARTY.get(root, set())
    ]

    assert wrong == []


def test_imports_keep_the_contracts_of_pyproject() -> None:
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", code, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def _all_of_ours() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in ("chalicelib", "infra", "classifiers", "bench"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_only_app_imports_chalice() -> None:
    importers = {
        path.relative_to(ROOT).as_posix()
        for path in _all_of_ours()
        if any(each.split(".")[0] == "chalice" for each in imports(path))
    }

    assert importers == {"app.py"}


def test_only_settings_reads_the_environment_of_what_ships() -> None:
    readers = set()
    for path in [ROOT / "app.py", *SHIPPED]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
                readers.add(path.relative_to(ROOT).as_posix())

    assert readers == {"chalicelib/settings.py"}


HEAVY = ("numpy", "onnxruntime", "pydantic", "tweepy", "requests", "yaml", "boto3", "slack_sdk")


@pytest.mark.parametrize("stage", ["stages.intake", "workspaces.slack.interactions"])
def test_intake_and_desk_load_nothing_heavy(stage: str) -> None:
    code = f"import sys, app, chalicelib.{stage}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def _imported_within(function: ast.FunctionDef) -> set[str]:
    """The modules of ours that an entry point imports in its body."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.ImportFrom)]
    return {
        f"chalicelib.{node.module}.{alias.name}"
        if (ROOT / "chalicelib" / str(node.module).replace(".", "/")).is_dir()
        else f"chalicelib.{node.module}"
        for node in inner
        for alias in node.names
    }


def _loaded_before_its_first_event(function: str) -> set[str]:
    code = (
        "import sys, importlib, app, chalicelib.beginning as beginning\n"
        f"for each in beginning.LOADS[{function!r}]: importlib.import_module(each)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


ENTRIES = {
    "api": ("handle_webhook", "handle_visit", "handle_desk"),
    "process": ("process_batch",),
    "receipts": ("receipts_batch",),
    "deliver": ("deliver_batch",),
    "desk": ("desk_batch",),
    "timers": ("timers_batch",),
    "sweep": ("sweep_once",),
}


@pytest.mark.parametrize("function", ENTRIES)
def test_a_function_has_its_stage_before_its_first_event(function: str) -> None:
    tree = ast.parse((ROOT / "chalicelib" / "entrypoints.py").read_text(encoding="utf-8"))
    entries = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in ENTRIES[function]]
    wanted = set().union(*(_imported_within(entry) for entry in entries))

    assert wanted
    assert wanted - _loaded_before_its_first_event(function) == set()


@pytest.mark.parametrize("path", ENGINE, ids=module)
def test_a_module_of_the_engine_is_given_nothing_that_reads_or_writes(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)} & {
        "table",
        "queues",
        "services",
        "blobs",
    }
    named = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} & READS_AND_WRITES
    brought = {each.name for each in ast.walk(tree) if isinstance(each, ast.alias)} & READS_AND_WRITES

    assert not given | named | brought
