"""What every command about a brand's conversations asks for."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from ..names import LOCAL_STAGE


def brand_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --brand and --stage."""
    parser.add_argument("--brand", metavar="B", help="default: the only brand (local stack: the demo brand)")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def document_of(value: Any) -> dict[str, Any]:
    """Give a dataclass as JSON values."""
    return dataclasses.asdict(value)
