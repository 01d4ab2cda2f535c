"""`guichet classifier push|use|back|list`, and the functions' own way to a brand's bundle, through a real local S3."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.brand_scorers import BrandScorers
from chalicelib.model import BrandId
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.store import bundles
from chalicelib.triage.load_bundle import load
from chalicelib.wiring import Wiring, now_ms
from infra import stage_services
from infra.local.state import home
from infra.stage_status import _bundles
from tests.support.bundles import digest, small
from tests.support.local_aws import LocalAws

from .conftest import DEMO, OTHER, SystemUnderTest

pytestmark = pytest.mark.stack
THIRD = "maison-trois"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    place = tmp_path_factory.mktemp("bundles")
    return {brand: small(place / brand, shift) for brand, shift in ((DEMO, 0.1), (OTHER, 0.2), (THIRD, 0.3))}


@pytest.fixture(autouse=True)
def with_what_ships(system: SystemUnderTest) -> Iterator[None]:
    """A third brand, and afterwards the shipped classifier for each."""
    words = system.table(DEMO).playbook()
    assert words is not None
    if system.table(THIRD).playbook() is None:
        system.table(THIRD).put_playbook(words.replace(DEMO, THIRD), 0)  # type: ignore[arg-type]
    yield
    for brand in (DEMO, OTHER, THIRD):
        if bundles.in_use(system.table(brand)).number:
            system.ask("classifier", "use", "--brand", brand, "shipped")


class Process:
    """One more function process with a disk of its own; counts what it asks of S3."""

    def __init__(self, stage: LocalAws, disk: Path) -> None:
        self.gets: list[str] = []
        storage = stage.cloud.client("s3")
        storage.meta.events.register("before-send.s3.GetObject", self._note)
        settings = replace(stage_services.services_of("local").settings, model_cache=str(disk))
        self.wiring = Wiring(
            settings,
            client=lambda service: storage if service == "s3" else stage.cloud.client(service),
            metrics=lambda _name, _value=1, *, channel="": None,
        )

    def _note(self, request: Any, **_: Any) -> None:
        self.gets.append(request.url.rpartition("/")[2])

    def scorers(self) -> BrandScorers:
        return BrandScorers(self.wiring.bundle_sources())

    def model(self, brand: str) -> str:
        return self.wiring.scorer(BrandId(brand)).model


def pushed(system: SystemUnderTest, brand: str, folder: Path) -> int:
    return int(system.ask("classifier", "push", "--brand", brand, "--bundle", str(folder))["number"])


def test_three_brands_in_turn_cause_no_second_download(
    system: SystemUnderTest, stage: LocalAws, folders: Mapping[str, Path], tmp_path: Path
) -> None:
    for brand, folder in folders.items():
        number = pushed(system, brand, folder)
        assert system.ask("classifier", "use", "--brand", brand, str(number))["number"] == number
    process = Process(stage, tmp_path / "disk")
    models = [[process.model(brand) for brand in folders] for _ in range(3)]

    assert models == [[load(folder).model for folder in folders.values()]] * 3
    own = {digest(folder / name) for folder in folders.values() for name in ("card.json", "linear.npz")}
    assert sorted(process.gets) == sorted(own), "each once; the encoder and all that ships are here"

    process.gets.clear()
    used = bundles.in_use(system.table(DEMO))
    again = Process(stage, tmp_path / "disk")
    assert (again.model(DEMO), again.gets) == (models[0][0], [])
    assert again.scorers().of(BrandId(DEMO), used).model == models[0][0]


def test_push_use_back_and_list(system: SystemUnderTest, folders: Mapping[str, Path]) -> None:
    first, second = pushed(system, DEMO, folders[DEMO]), pushed(system, DEMO, folders[OTHER])
    done = system.ask("classifier", "push", "--brand", DEMO, "--bundle", str(folders[DEMO]))
    assert (done["number"], done["sent_bytes"]) == (first, 0), "the same bundle again is the same, and sends nothing"
    assert done["bytes"] <= 6_000_000
    system.ask("classifier", "use", "--brand", DEMO, load(folders[DEMO]).model.partition("@")[2])
    assert system.ask("classifier", "use", "--brand", DEMO, str(second))["number"] == second
    assert system.ask("classifier", "back", "--brand", DEMO)["number"] == first

    rows = system.ask("classifier", "list", "--brand", DEMO)["bundles"]
    assert [row["number"] for row in rows] == list(range(len(rows)))
    used = [row for row in rows if row["in_use"]]
    assert [row["number"] for row in used] == [first]
    assert used[0]["since"]
    assert set(used[0]["figures"]) >= {"answered", "proved_intents"}
    assert "in use since" in system.call("classifier", "list", "--brand", DEMO).out
    system.ask("classifier", "use", "--brand", DEMO, "shipped")
    assert system.call("classifier", "list", "--brand", DEMO).out.startswith("*   0")


def test_commands_decide_by_the_brands_own(
    system: SystemUnderTest, folders: Mapping[str, Path], tmp_path: Path
) -> None:
    system.ask("classifier", "use", "--brand", DEMO, str(pushed(system, DEMO, folders[DEMO])))
    model, past = load(folders[DEMO]).model, tmp_path / "past.jsonl"
    past.write_text(json.dumps({"text": "où est mon colis ?", "intent": "order_status", "language": "fr"}) + "\n")
    place = ("--brand", DEMO, "--stage", "local")

    assert system.ask("triage", "où est mon colis ?", *place)["model"] == model
    assert system.ask("replay", "--file", str(past), *place)["model"] == model
    found = system.ask("classifier", "evaluate", "--test", str(past), "--brand", DEMO)
    assert (found["model"], found["bytes"]) == (model, sum(path.stat().st_size for path in folders[DEMO].iterdir()))
    assert system.ask("triage", "où est mon colis ?", "--brand", DEMO)["model"] == load().model, "no stage was named"


def test_a_bundle_that_went_bad_is_told_and_commands_refuse_it(
    system: SystemUnderTest, stage: LocalAws, folders: Mapping[str, Path], tmp_path: Path
) -> None:
    system.ask("classifier", "use", "--brand", THIRD, str(pushed(system, THIRD, folders[THIRD])))
    linear = digest(folders[THIRD] / "linear.npz")
    storage, bucket = stage.cloud.client("s3"), stage.cloud.bucket
    whole = storage.get_object(Bucket=bucket, Key=f"models/{linear}")["Body"].read()
    storage.put_object(Bucket=bucket, Key=f"models/{linear}", Body=whole[:-1])
    try:
        assert Process(stage, tmp_path / "disk").model(THIRD) == load().model
        told = bundles.in_use(system.table(THIRD)).refused
        assert "push it again" in told
        (row,) = [row for row in system.ask("classifier", "list", "--brand", THIRD)["bundles"] if row["in_use"]]
        assert row["refused"] == told
        shutil.rmtree(home().models)  # the commands' own disk still has it whole
        assert "push it again" in system.refused("triage", "bonjour", "--brand", THIRD, "--stage", "local")
        number = str(bundles.in_use(system.table(THIRD)).number)
        system.ask("classifier", "use", "--brand", THIRD, "shipped")
        assert "lacks a file" in system.refused("classifier", "use", "--brand", THIRD, number)
    finally:
        assert system.ask("classifier", "push", "--brand", THIRD, "--bundle", str(folders[THIRD]))["sent_files"] == 1
    assert Process(stage, tmp_path / "disk").model(THIRD) == load().model, "nothing uses it yet"


def test_status_says_which_brand_uses_its_own_and_what_was_refused(
    system: SystemUnderTest, stage: LocalAws, folders: Mapping[str, Path]
) -> None:
    number = pushed(system, OTHER, folders[OTHER])
    system.ask("classifier", "use", "--brand", OTHER)
    used = bundles.in_use(system.table(OTHER))
    assert used.number == number, "without a number: the newest"
    bundles.note_refused(system.table(OTHER), used, "It is broken.", used.since)
    found = _bundles(stage.cloud)

    assert set(found) == {OTHER}
    assert "REFUSED" in found[OTHER]["words"]
    assert "It is broken." in found[OTHER]["words"]


def test_a_bundle_is_not_used_before_what_is_automatic_is_proved_under_it(
    system: SystemUnderTest, folders: Mapping[str, Path]
) -> None:
    table, number = system.table(THIRD), pushed(system, THIRD, folders[THIRD])
    before = table.playbook()
    assert before is not None
    playbook = from_json(before)
    bare = replace(playbook, autonomy=replace(playbook.autonomy, without_proof=None))
    table.put_playbook(to_json(bare), now_ms())
    try:
        said = system.refused("classifier", "use", "--brand", THIRD, str(number))
        assert "Not proved on the brand's own messages" in said
        assert "guichet replay --bundle" in said
        assert bundles.in_use(table).number == 0
        done = system.ask("classifier", "use", "--brand", THIRD, "shipped")
        assert any(words.startswith("order_status") for words in done["unproved"]), "always allowed, and told"
    finally:
        table.put_playbook(before, now_ms())


def _future(card: dict[str, Any]) -> None:
    card["format"] -= 1


def test_what_cannot_run_is_never_pushed(system: SystemUnderTest, tmp_path: Path) -> None:
    said = system.refused("classifier", "push", "--brand", DEMO, "--bundle", str(small(tmp_path / "old", 0, _future)))
    assert "another version of Guichet: train it again" in said
    assert "no classifier bundle" in system.refused("classifier", "push", "--brand", DEMO, "--bundle", str(tmp_path))
    assert "not one bundle '7z'" in system.refused("classifier", "use", "--brand", DEMO, "7z")
    assert "There is no brand" in system.refused("classifier", "list", "--brand", "nobody")
    fresh = system.table("maison-neuve")
    fresh.put_playbook("{}", 0)  # type: ignore[arg-type]
    assert "used no other" in system.refused("classifier", "back", "--brand", "maison-neuve")
