"""The memory that each function has on AWS, from Chalice's configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.mail import MEMORY_MB
from infra.names import MAIL_QUEUE

ROOT = Path(__file__).parents[2]
NAMES = {"api": "api_handler"}


def memory_mb(function: str) -> int:
    """Memory of a function, in MB."""
    if function == MAIL_QUEUE:
        return MEMORY_MB  # drawn by infra.mail, where a stage receives mail
    stages: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]
    (stage,) = stages.values()
    return int(stage["lambda_functions"][NAMES.get(function, function)]["lambda_memory_size"])
