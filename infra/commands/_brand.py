"""What every command about a brand's conversations asks for."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from ..names import LOCAL_STAGE
from . import _output

if TYPE_CHECKING:
    from chalicelib.admin.whole_table import Pace
    from chalicelib.store.table import Table

PACE = 1_000  # read units a second that a reading of the whole table takes, where no option says otherwise


def brand_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --brand and --stage."""
    parser.add_argument("--brand", metavar="B", help="default: the only brand (local stack: the demo brand)")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="S", help="default: the running local stack")


def document_of(value: Any) -> dict[str, Any]:
    """Give a dataclass as JSON values."""
    return dataclasses.asdict(value)


def read_whole(table: Table, what: str) -> Pace:
    """Say what it costs that `what` reads the whole table; return who keeps the pace."""
    from chalicelib.admin import whole_table

    _output.say(whole_table.price(table, PACE, what, ""))
    return whole_table.Pace(PACE)
