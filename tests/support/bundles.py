"""Small bundles for tests: the shipped one with fewer n-gram buckets, so that one of a brand's own takes no second."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib.triage import packed
from chalicelib.triage.load_bundle import ARTEFACT, checksum_of
from classifiers import export

BITS = 10
Change = Callable[[dict[str, Any]], None]


def small(folder: Path, shift: float = 0.0, change: Change = lambda card: None) -> Path:
    """
    A bundle of 1 024 buckets with the shipped encoder; `shift` is added to every bias, so that two are two.

    `change` may alter the card before its checksums are made: what it makes of it is whole, and perhaps foreign.
    """
    folder.mkdir(parents=True)
    for path in ARTEFACT.iterdir():
        shutil.copy(path, folder / path.name)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    file = folder / card["stages"][0]["file"]
    arrays = packed.arrays(file.read_bytes())
    few = {"weights": arrays["weights"][: 1 << BITS], "bias": arrays["bias"] + shift}
    file.write_bytes(export.packed({**arrays, **few}))
    card["features"]["bits"] = BITS
    resealed(folder, card, change)
    return folder


def resealed(folder: Path, card: dict[str, Any], change: Change = lambda card: None) -> None:
    """Write a card whose checksums fit the files of the folder, and whatever `change` made of it."""
    card["files"] = {name: digest(folder / name) for name in card["files"]}
    change(card)
    card["checksum"] = checksum_of(card)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
