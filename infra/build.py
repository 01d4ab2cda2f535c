"""
From the source to what is uploaded: the functions' zip, the model layer, and Chalice's template.

Each step is kept under build/ with a fingerprint of what it was made from, so an unchanged source costs nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError

from . import archive, vendor
from .archive import Archive
from .names import BUILD, DEFAULT_REGION, ROOT
from .targets import PYTHONS, Target, interpreter

ARTEFACT = ROOT / "chalicelib" / "triage" / "artefact"
CHALICE_STAGE = "guichet"  # the one stage in .chalice/config.json; our stages are written by infra.template
CARD = "artefact/card.json"
RUNTIME = ("python/numpy/", "python/onnxruntime/", "python/tokenizers/")  # a layer without one of them never ships

Say = Callable[[str], None]  # tells a person what takes long


@dataclass(frozen=True, slots=True)
class Build:
    """What was built for a target. `bytecode`: whether its Python was here to compile for it."""

    code: Archive
    layer: Archive
    sam: dict[str, Any]
    layer_folder: Path
    code_folder: Path
    bytecode: bool


def build(target: Target, say: Say = lambda _: None) -> Build:
    """Build (what changed) for `target`; raises UsageError with a sentence when a part is missing or too big."""
    home = BUILD / target.name
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs beside each other build once
        return _build(home, target, say)


def compiled(built: Build, target: Target) -> Build:
    """
    Give a build that may go to AWS. Raises UsageError for one without bytecode.

    Lambda's code folder is read-only: each cold start would compile again, for seconds at a function's share.
    """
    if not built.bytecode:
        wanted = " or ".join(f"python{version}" for version in PYTHONS)
        raise UsageError(
            f"Nothing was deployed: without {target.runtime} on this machine no bytecode ships, and the first answer "
            f"of each copy takes seconds longer. Install {wanted}, or deploy from a machine that has one."
        )
    return built


def _build(home: Path, target: Target, say: Say) -> Build:
    vendored = home / "vendor"
    print_of_target = (
        f"{target.runtime} {target.architecture} {'compiled' if interpreter(target.python) else 'as source'}"
    )
    _once(
        vendored,
        [ROOT / "requirements.txt", Path(vendor.__file__)],
        print_of_target,
        lambda: _vendor(vendored, target, say),
    )
    layer_folder = home / "layer"
    _once(
        layer_folder,
        [ROOT / "requirements-layer.txt", Path(vendor.__file__), *archive.files_of(ARTEFACT)],
        print_of_target,
        lambda: _layer(layer_folder, target, say),
    )
    code_folder = home / "code"
    _once(
        code_folder,
        [*_sources(), ROOT / "requirements.txt", Path(vendor.__file__), Path(__file__)],
        print_of_target,
        lambda: _code(home, code_folder, target, say),
    )
    code = _zip(code_folder)
    layer = _zip(layer_folder)
    if not (layer_folder / CARD).is_file() and target.name == "local":
        say("there is no trained classifier: run 'make train', or every message will wait for one.")
        archive.check(code, layer, RUNTIME)
    else:
        archive.check(code, layer, (*RUNTIME, CARD))
    sam = json.loads((home / "sam.json").read_text(encoding="utf-8"))
    bytecode = any(code_folder.glob("chalicelib/__pycache__/*.pyc"))
    return Build(code, layer, sam, layer_folder, code_folder, bytecode)


def _sources() -> list[Path]:
    """List all that Chalice puts into the zip and the template, without the artefact (it lies in the layer)."""
    shipped = [
        path
        for path in archive.files_of(ROOT / "chalicelib")
        if "__pycache__" not in path.parts and ARTEFACT not in path.parents
    ]
    return [ROOT / "app.py", *shipped, *sorted((ROOT / ".chalice").glob("*.json"))]


def fingerprint(paths: Iterable[Path], extra: str) -> str:
    """Hash the content of `paths` and their places."""
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _once(folder: Path, made_from: Iterable[Path], extra: str, make: Callable[[], None]) -> None:
    """Run `make` unless `folder` was completely made from the same things before."""
    stamp = folder.with_suffix(".made-from")
    now = fingerprint(made_from, extra)
    if folder.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return
    stamp.unlink(missing_ok=True)
    folder.with_suffix(".zip.json").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    make()
    stamp.write_text(now, encoding="ascii")


def _vendor(folder: Path, target: Target, say: Say) -> None:
    say("fetching the functions' dependencies")
    vendor.fetch(ROOT / "requirements.txt", folder, target)
    vendor.trim(folder)
    vendor.compile_bytecode(folder, target)


def _layer(folder: Path, target: Target, say: Say) -> None:
    say("building the model layer")
    vendor.fetch(ROOT / "requirements-layer.txt", folder / "python", target)
    vendor.trim(folder / "python")
    vendor.compile_bytecode(folder / "python", target)
    if ARTEFACT.is_dir():
        shutil.copytree(ARTEFACT, folder / "artefact", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def _code(home: Path, folder: Path, target: Target, say: Say) -> None:
    """Let Chalice package the app without dependencies, then lay ours beside it."""
    say("packaging the functions")
    out = chalice_package(home / "chalice")
    shutil.move(out / "sam.json", home / "sam.json")
    with zipfile.ZipFile(out / "deployment.zip") as packed:
        packed.extractall(folder)
    vendor.compile_bytecode(folder, target)
    shutil.copytree(home / "vendor", folder, dirs_exist_ok=True)


def chalice_package(stage: Path) -> Path:
    """Copy the sources to `stage` and let Chalice write sam.json and deployment.zip into the folder returned."""
    shutil.rmtree(stage, ignore_errors=True)
    for source in _sources():
        place = stage / source.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    (stage / "requirements.txt").write_text("", encoding="ascii")  # Chalice's resolver stays empty
    out = stage / "out"
    chalice = Path(sys.executable).with_name("chalice")
    # Nobody's profile or region may reach it: the template names none, and packaging needs no account.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = kept | {"AWS_DEFAULT_REGION": DEFAULT_REGION, "PYTHONPATH": str(stage)}
    command = [str(chalice), "package", "--stage", CHALICE_STAGE, str(out)]
    done = subprocess.run(command, cwd=stage, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise UsageError(f"Chalice could not package app.py: {' '.join(reason)}")
    return out


def _zip(folder: Path) -> Archive:
    """Zip a folder that `_once` made, once."""
    path, note = folder.with_suffix(".zip"), folder.with_suffix(".zip.json")
    if note.is_file() and path.is_file():
        kept = json.loads(note.read_text(encoding="utf-8"))
        return Archive(path, kept["zipped"], kept["unzipped"], kept["sha256"], kept["components"])
    made = archive.write(folder, path)
    fields = {"zipped": made.zipped, "unzipped": made.unzipped, "sha256": made.sha256, "components": made.components}
    note.write_text(json.dumps(fields), encoding="utf-8")
    return made
