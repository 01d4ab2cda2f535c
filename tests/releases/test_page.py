"""docs/compatibility.md says what the code does: versions, and how long what is old can still come."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from chalicelib import events
from chalicelib.engine import customer
from chalicelib.playbook import codec
from chalicelib.quality import answer_samples, rehearsal
from chalicelib.store import (
    audit,
    bodies,
    caps,
    daily_counters,
    items,
    judged_answers,
    judging,
    quality_counters,
    queues,
    table,
)
from infra.resources import DAY, DEAD_KEEPS, QUEUE_KEEPS
from tests.house.test_pages import _coded, _rows

from . import shapes

PAGE = (shapes.ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
MODULES: dict[str, ModuleType] = {
    shapes.ITEM: items,
    shapes.BODY: bodies,
    shapes.EVENT: events,
    shapes.PLAYBOOK: codec,
}


def test_the_page_names_each_version_where_it_stands_and_what_is_recorded_of_it() -> None:
    told = {
        shapes.ROOT / _coded(place)[0]: (int(written), int(read), _coded(recorded)[0])
        for _, place, written, read, recorded in (row for row in _rows(PAGE) if len(row) == 5)
        if written.isdigit()
    }

    assert told == {
        Path(str(module.__file__)): (module.VERSION, module.NEWEST, file.name)
        for family, module in MODULES.items()
        if (file := shapes.file_of(family)).exists()
    }


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        ("a timer", f"{queues.MAX_DELAY_S // 60} minutes,"),
        ("a message of a queue", f"{QUEUE_KEEPS // DAY} days;"),
        ("a dead letter", f"{DEAD_KEEPS // DAY} days;"),
        ("markers", f"{table.MARKER_DAYS} days; {customer.EARLY_DAYS}; {caps._KEPT_DAYS}"),
        ("lines of the audit log", f"{audit.KEPT_DAYS} days"),
        ("figures", f"{daily_counters.KEPT_DAYS} days; {judged_answers.KEPT_DAYS}"),
        ("answers that wait for a judge", f"{judging.KEPT_DAYS} days; {rehearsal._KEPT_DAYS}"),
    ],
)
def test_the_page_says_how_long_something_is_kept(what: str, kept: str) -> None:
    (row,) = [row for row in _rows(PAGE) if len(row) == 2 and row[0].startswith(what)]

    assert row[1].startswith(kept)
    assert (quality_counters.KEPT_DAYS, answer_samples._KEPT_DAYS) == (
        daily_counters.KEPT_DAYS,
        judged_answers.KEPT_DAYS,
    )
