"""What reading the whole table costs, and that it leaves room for whoever else reads there."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.admin.whole_table import Pace, price
from chalicelib.model import BrandId
from chalicelib.store.table import Table
from chalicelib.store.whole_brand import every_item

ROOT = Path(__file__).resolve().parents[2] / "chalicelib"


COMMANDS = Path(__file__).resolve().parents[2] / "infra" / "commands"
# Which command a module of several ones' parts belongs to.
PART_OF = {"_bundles": "classifier", "_learning": "classifier"}


def test_the_page_names_each_command_that_reads_the_whole_table_and_no_other() -> None:
    page = (COMMANDS.parents[1] / "docs" / "operate.md").read_text(encoding="utf-8")
    table = page.partition("**What reads the whole table.**")[2].partition("\n## ")[0]
    told = {line.split("`")[1].split()[1] for line in table.splitlines() if line.startswith("| `guichet")}
    reading = {
        PART_OF.get(path.stem, path.stem)
        for path in COMMANDS.glob("*.py")
        if path.stem != "_brand"
        and ("_brand.read_whole(" in (text := path.read_text("utf-8")) or "whole_table.Pace(" in text)
    }

    assert told == reading


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Pages:
    """A table of so many pages; says what each took, and keeps what it was asked."""

    def __init__(self, pages: int, size: int = 0) -> None:
        self.left, self.size = pages, size
        self.asked: list[dict[str, object]] = []

    def scan(self, **asked: object) -> dict[str, object]:
        self.asked.append(asked)
        self.left -= 1
        more = {"LastEvaluatedKey": {"pk": {"S": "a"}}} if self.left else {}
        return {"Items": [], "ConsumedCapacity": {"CapacityUnits": 128.0}, **more}

    def describe_table(self, *, TableName: str) -> dict[str, object]:  # noqa: N803 - boto3's names
        return {"Table": {"TableSizeBytes": self.size}}


@pytest.mark.parametrize("units", [100, 1_000, 3_000])
def test_a_reading_of_the_whole_table_takes_no_more_units_a_second_than_it_may(units: int) -> None:
    time, pages = Time(), Pages(500)
    pace = Pace(units, lambda: time.now, time.sleep)
    assert list(every_item(Table(pages, "t", BrandId("b")), pace)) == []

    assert pace.spent == 500 * 128
    assert 500 * 128 / time.now == pytest.approx(units)
    assert {asked.get("ConsistentRead", False) for asked in pages.asked} == {False}


def test_a_table_that_answers_slowly_is_not_slowed_further() -> None:
    slept: list[float] = []
    time = Time()
    pace = Pace(1_000, lambda: time.now, slept.append)
    for _ in range(20):
        time.now += 1
        pace(128)

    assert slept == []


def test_the_price_is_said_before() -> None:
    said = price(Table(Pages(0, 50_000_000_000), "t", BrandId("b")), 1_000)

    assert "50.00 GB, 6103516 read units, 0.91 USD, about 102 min" in said
    assert "0.00 GB, 1 read units" in price(Table(Pages(0), "t", BrandId("b")), 1_000)


def test_nothing_but_the_proof_of_an_erasure_and_commands_reads_the_whole_table_and_in_one_way() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.rglob("*.py")}
    scanning = {name for name, text in sources.items() if "client.scan" in text or ".scan(" in text}
    reading = {name for name, text in sources.items() if "every_item(" in text} - {
        "store/whole_brand.py",
        "store/erase.py",
    }

    assert scanning == {"store/whole_brand.py"}
    assert all(name.startswith("admin/") for name in reading), reading
    assert sources["store/whole_brand.py"].count(".scan") == 1
    assert "ConsistentRead" not in sources["store/whole_brand.py"]
