"""
Where a package will run: the runtime, the processor, and what only the local AWS forces to be different.

This is the one place that knows a difference between AWS and the local AWS; templates and code are the same.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    A Python version and processor to package for.

    `wheels` are pip's platform tags (() = this machine's own). `environment` is added to each function;
    `process_environment` to the `process` function, and wins. `api`: below which address HTTP APIs lie by their ids;
    "": each has an address of its own.
    """

    name: str
    python: str
    architecture: str  # Lambda's word
    wheels: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    process_environment: Mapping[str, str] = field(default_factory=dict)
    api: str = ""

    @property
    def runtime(self) -> str:
        return f"python{self.python}"

    @property
    def abi(self) -> str:
        return f"cp{self.python.replace('.', '')}"


PYTHONS = ("3.13", "3.12")  # Lambda's, until 2029 and 2028; the first that this machine has can be compiled for


def interpreter(version: str) -> str | None:
    """Give this machine's Python of a version ("3.13"), None where it has none that runs."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    works = subprocess.run([found, "-c", "pass"], capture_output=True, check=False)
    return found if works.returncode == 0 else None


def aws(has: Callable[[str], object] = interpreter) -> Target:
    """
    Describe AWS Lambda: Amazon Linux 2023 (glibc 2.34) on arm64, the cheaper processor.

    The first of PYTHONS that this machine `has`: its bytecode can ship. Where it has none the first is packaged for.
    """
    return Target(
        name="aws",
        python=next((version for version in PYTHONS if has(version)), PYTHONS[0]),
        architecture="arm64",
        wheels=("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
        process_environment={"MODEL_DIR": "/opt/artefact"},
    )


def local(model_dir: str = "", bases: str = "{}", cache: str = "", api: str = "") -> Target:
    """
    Describe the local AWS, which runs functions with this machine's interpreter and mounts no /opt.

    `model_dir` is the built layer's artefact folder; `bases` is JSON for LOCAL_BASES, `cache` the
    folder for brands' own classifiers (see chalicelib.settings), `api` where it serves HTTP APIs.
    """
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    return Target(
        name="local",
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        architecture=machine,
        environment={"LOCAL_BASES": bases},
        process_environment={"MODEL_DIR": model_dir, "MODEL_CACHE": cache},
        api=api,
    )
