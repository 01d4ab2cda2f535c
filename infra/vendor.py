"""
The dependencies of a package: fetched for the target, trimmed to what runs, compiled.

Chalice's own resolver is not used: it takes the host's Python for Lambda's, and exits 0 without numpy.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from chalicelib.errors import UsageError

from .names import ROOT
from .targets import Target, interpreter

# The AWS services that chalicelib calls. Each is a folder of botocore's data, which is 99 % other services.
SERVICES = ("dynamodb", "s3", "sqs", "ssm")
# botocore reads these whatever it calls.
SHARED_DATA = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")
# What Powertools carries beside logging and metrics: most of it.
UNUSED_POWERTOOLS = (
    "event_handler",
    *(
        f"utilities/{name}"
        for name in (
            "auth_alpha",
            "batch",
            "circuit_breaker",
            "data_classes",
            "data_masking",
            "feature_flags",
            "idempotency",
            "kafka",
            "parameters",
            "parser",
            "streaming",
            "validation",
        )
    ),
)
# Folders that nothing imports at run time.
USELESS = (
    "*.dist-info",
    "bin",
    "**/tests",
    "**/__pycache__",
    "**/*.pyi",
    "**/*.pyc",
    "numpy/f2py",
    "numpy/doc",
    "onnxruntime/tools",
    "onnxruntime/quantization",
    "onnxruntime/transformers",
    "onnxruntime/datasets",
    "onnxruntime/backend",
    "onnxruntime/ThirdPartyNotices.txt",
)


def fetch(requirements: Path, folder: Path, target: Target) -> None:
    """
    Install the lock `requirements` (pins with hashes) into `folder` as wheels for `target`.

    Raises UsageError when a wheel is missing for it: a package without its dependencies never gets built.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--no-compile", "--target", str(folder), "--requirement", str(requirements)]
    if target.wheels:
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", target.python]
        command += [part for tag in target.wheels for part in ("--platform", tag)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next((line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), "pip failed")
        wanted = f"{requirements.relative_to(ROOT)} cannot be installed for {target.runtime} on {target.architecture}"
        raise UsageError(f"{wanted}: {reason}")


def trim(folder: Path) -> None:
    """Delete what never runs: other services' models, tests, type stubs, and operations' documentation."""
    for pattern in USELESS:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in UNUSED_POWERTOOLS:
        shutil.rmtree(folder / "aws_lambda_powertools" / name, ignore_errors=True)
    _trim_botocore(folder / "botocore" / "data")


def _trim_botocore(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in SHARED_DATA:
            path.unlink()
    for path in folder.rglob("*"):
        if path.name.split("-")[0] in {"examples", "paginators", "waiters"} and path.is_file():
            path.unlink()
    _keep_services(folder / "endpoints.json")


def _keep_services(endpoints: Path) -> None:
    """Keep only our services in botocore's endpoint table: it is parsed at every cold start."""
    table = json.loads(endpoints.read_text(encoding="utf-8"))
    for partition in table["partitions"]:
        partition["services"] = {name: each for name, each in partition["services"].items() if name in SERVICES}
    endpoints.write_text(json.dumps(table, separators=(",", ":"), sort_keys=True), encoding="utf-8")


def compile_bytecode(folder: Path, target: Target) -> bool:
    """
    Compile every module for the target's Python; False when that Python is not on this machine.

    Lambda's code folder is read-only, so without bytecode every cold start compiles again. The bytecode is
    "unchecked-hash" (PEP 552): it depends on the source alone, not on file dates, so the zip stays deterministic.
    """
    python = interpreter(target.python)
    if python is None:
        return False
    command = [python, "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    # -s: paths in tracebacks and bytecode are relative, the same wherever it was built.
    subprocess.run([*command, "-s", str(folder), str(folder)], check=True)
    return True
