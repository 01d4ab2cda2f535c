"""One packaged template for all tests here: Chalice runs once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import build, names, resources, targets, template, translation

ARTEFACTS = template.Artefacts(code_key="deploy/code-0.zip", layer_key="deploy/layer-0.zip")


@pytest.fixture(scope="session")
def sam(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out: Path = build.chalice_package(tmp_path_factory.mktemp("package") / "chalice")
    found: dict[str, Any] = json.loads((out / "sam.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def app_stack(sam: dict[str, Any]) -> dict[str, Any]:
    return template.app_template(sam, names.names("prod"), targets.aws(), ARTEFACTS)


@pytest.fixture(scope="session")
def aws_stack(app_stack: dict[str, Any]) -> dict[str, Any]:
    """The app stack as AWS will make it: what is planned and deployed."""
    return translation.translated(app_stack, "eu-west-3")


@pytest.fixture(scope="session")
def data_stack() -> dict[str, Any]:
    return resources.data_template(names.names("prod"), account="123456789012", region="eu-west-3")
