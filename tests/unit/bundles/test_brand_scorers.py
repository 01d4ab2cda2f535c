"""Which classifier speaks for a brand, with real bundles in a bucket in memory."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chalicelib.brand_scorers import BrandScorers, ScorerPorts
from chalicelib.errors import Misconfigured, Unavailable
from chalicelib.model import BrandId, Millis
from chalicelib.store.bundles import InUse
from chalicelib.triage.file_cache import FileCache
from chalicelib.triage.load_bundle import ARTEFACT
from tests.support.bundles import digest, resealed, small

os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
A, B, C = BrandId("maison-a"), BrandId("maison-b"), BrandId("maison-c")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    place = tmp_path_factory.mktemp("bundles")
    return {name: small(place / name, shift) for name, shift in (("a", 0.1), ("b", 0.2), ("c", 0.3))}


@dataclass
class Stage:
    """A bucket, a disk and a clock; what was asked of them and what was told."""

    disk: Path
    bucket: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    reachable: bool = True
    now: int = 1_000_000

    def put(self, folder: Path, number: int = 1) -> InUse:
        """Put a bundle into the bucket; give what a brand that uses it uses. What ships is left out: it is there."""
        ships = {digest(path) for path in ARTEFACT.iterdir()}
        files = {digest(path): path for path in folder.iterdir()}
        self.bucket |= {name: path.read_bytes() for name, path in files.items() if name not in ships}
        sizes = {name: path.stat().st_size for name, path in files.items()}
        return InUse(number=number, card=digest(folder / "card.json"), files=sizes, since=Millis(1), revision=1)

    def fetch(self, name: str, size: int) -> bytes:
        self.fetched.append(name)
        if not self.reachable:
            raise Unavailable("no answer")
        if len(self.bucket.get(name, b"")) != size:
            raise Misconfigured("The bucket lacks a file of the classifier bundle: push it again.")
        return self.bucket[name]

    def scorers(self, **more: Any) -> BrandScorers:
        """A process."""
        ports = ScorerPorts(
            shipped=ARTEFACT,
            cache=FileCache(self.disk, 100_000_000),
            fetch=self.fetch,
            note=lambda brand, _, why: self.told.append((brand, why)),
            clock=lambda: Millis(self.now),
            metrics=lambda name, _value=1, *, channel="": self.counts.append(name),
        )
        return BrandScorers(ports, **more)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "disk")


def test_three_brands_in_turn_cause_no_second_download(stage: Stage, folders: Mapping[str, Path]) -> None:
    used = {A: stage.put(folders["a"]), B: stage.put(folders["b"]), C: stage.put(folders["c"])}
    process = stage.scorers()
    models = [[process.of(brand, each).model for brand, each in used.items()] for _ in range(3)]

    assert models[0] == models[1] == models[2]
    assert len({process.shipped.model, *models[0]}) == 4
    assert sorted(stage.fetched) == sorted({name for each in used.values() for name in each.files} & set(stage.bucket))
    assert (stage.told, stage.counts) == ([], [])


def test_a_second_process_on_the_same_disk_downloads_nothing(stage: Stage, folders: Mapping[str, Path]) -> None:
    used = stage.put(folders["a"])
    first = stage.scorers().of(A, used)
    stage.fetched.clear()

    assert stage.scorers().of(A, used).model == first.model
    assert stage.fetched == []


def test_the_encoder_is_open_once_and_what_ships_is_not_downloaded(stage: Stage, folders: Mapping[str, Path]) -> None:
    process = stage.scorers()
    found = [process.of(A, stage.put(folders["a"])), process.of(B, stage.put(folders["b"])), process.shipped]

    assert len({id(each.encoder.encoder) for each in found}) == 1  # type: ignore[union-attr]
    assert digest(ARTEFACT / "encoder.onnx") not in stage.fetched
    assert sum(map(len, stage.bucket.values())) < 2 * 6_000_000


def test_its_own_bundle_says_what_it_learned(stage: Stage, folders: Mapping[str, Path]) -> None:
    process, used = stage.scorers(), stage.put(folders["a"])

    assert process.of(A, used).classify("où est mon colis ?").model == process.of(A, used).model
    assert process.of(A, used).model != process.shipped.model
    assert process.of(B, InUse()) is process.shipped


def test_in_memory_the_longest_unused_make_room_and_come_back_from_the_disk(
    stage: Stage, folders: Mapping[str, Path]
) -> None:
    used = {name: stage.put(folders[name]) for name in "abc"}
    one = stage.scorers().of(A, used["a"])
    size = one.stage.weights.nbytes + one.language.weights.nbytes
    process = stage.scorers(held_most=round(2.9 * size))
    assert process.shipped.encoder is not None, "its encoder is there in any case, and takes no room of theirs"
    first = process.of(A, used["a"])
    process.of(B, used["b"])
    assert process.of(A, used["a"]) is first
    process.of(C, used["c"])
    assert process.of(A, used["a"]) is first, "b was the longest unused"
    stage.fetched.clear()
    process.of(B, used["b"])

    assert process.of(A, used["a"]) is first
    assert stage.fetched == []


def _future(card: dict[str, Any]) -> None:
    card["format"] += 1


def _other_features(card: dict[str, Any]) -> None:
    card["features"]["version"] += 1


def _other_stages(card: dict[str, Any]) -> None:
    card["stages"].append({"kind": "oracle"})


def _upwards(card: dict[str, Any]) -> None:
    card["files"]["../../linear.npz"] = card["files"].pop("linear.npz")
    card["stages"][0]["file"] = "../../linear.npz"


def _no_digest(card: dict[str, Any]) -> None:
    card["files"]["linear.npz"] = "../../../etc/passwd"


def _unlabelled(card: dict[str, Any]) -> None:
    card["labels"] = card["labels"][:-1]


def _no_bounds(card: dict[str, Any]) -> None:
    card["decision"]["bounds"] = []


def _huge(card: dict[str, Any]) -> None:
    card["features"]["bits"] = 10_000


@pytest.mark.parametrize(
    "change", [_future, _other_features, _other_stages, _upwards, _no_digest, _unlabelled, _no_bounds, _huge]
)
def test_a_whole_but_foreign_bundle_is_refused_told_and_the_shipped_one_speaks(
    stage: Stage, tmp_path: Path, change: Callable[[dict[str, Any]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    process, used = stage.scorers(), stage.put(small(tmp_path / "foreign", 0.1, change), number=7)
    found = [process.of(A, used) for _ in range(3)]

    assert [each is process.shipped for each in found] == [True] * 3
    assert stage.counts == ["bundle_refused"], "once, not with each message"
    ((brand, why),) = stage.told
    assert brand == A
    assert "number 7 of maison-a" in why
    assert why.count(".") == 1
    assert "passwd" not in why + capsys.readouterr().out


@pytest.mark.parametrize("cut", [0, 1, 10_000])
def test_a_file_that_was_cut_in_the_bucket_is_refused(stage: Stage, folders: Mapping[str, Path], cut: int) -> None:
    used = stage.put(folders["a"])
    name = digest(folders["a"] / "linear.npz")
    stage.bucket[name] = stage.bucket[name][:cut]

    assert stage.scorers().of(A, used).model == stage.scorers().shipped.model
    assert [brand for brand, _ in stage.told] == [A]


@pytest.mark.parametrize("file", ["linear.npz", "card.json"])
def test_a_file_with_another_content_of_the_same_length_is_refused(
    stage: Stage, folders: Mapping[str, Path], file: str
) -> None:
    used = stage.put(folders["a"])
    name = digest(folders["a"] / file)
    stage.bucket[name] = bytes(len(stage.bucket[name]))
    process = stage.scorers()

    assert process.of(A, used) is process.shipped
    assert "checksum" in stage.told[0][1]


def test_a_file_that_was_never_pushed_is_refused(stage: Stage, folders: Mapping[str, Path]) -> None:
    used = stage.put(folders["a"])
    linear = digest(folders["a"] / "linear.npz")
    less = InUse(number=1, card=used.card, files={k: v for k, v in used.files.items() if k != linear}, revision=1)
    process = stage.scorers()

    assert process.of(A, less) is process.shipped
    assert "not pushed" in stage.told[0][1]


def test_an_encoder_that_is_none_is_refused_before_any_message(stage: Stage, tmp_path: Path) -> None:
    folder = small(tmp_path / "other", 0.1)
    (folder / "encoder.onnx").write_bytes(b"no encoder at all")
    resealed(folder, json.loads((folder / "card.json").read_text(encoding="utf-8")))
    process = stage.scorers()

    assert process.of(A, stage.put(folder)) is process.shipped
    assert "cannot read a text" in stage.told[0][1]


def test_while_the_bucket_does_not_answer_the_shipped_one_speaks_and_soon_it_is_asked_again(
    stage: Stage, folders: Mapping[str, Path]
) -> None:
    used, process = stage.put(folders["a"]), stage.scorers()
    stage.reachable = False
    assert process.of(A, used) is process.shipped
    asked = len(stage.fetched)
    stage.reachable = True
    assert process.of(A, used) is process.shipped
    assert len(stage.fetched) == asked, "not with each message"
    stage.now += 31_000

    assert process.of(A, used) is not process.shipped
    assert (stage.counts, stage.told) == (["bundle_refused"], []), "an outage is no fault of the bundle"


def test_a_refusal_that_is_over_is_taken_back(stage: Stage, folders: Mapping[str, Path]) -> None:
    used = stage.put(folders["a"])
    again = InUse(number=1, card=used.card, files=used.files, revision=1, refused="The bundle is broken.")

    assert stage.scorers().of(A, again).model != stage.scorers().shipped.model
    assert stage.told == [(A, "")]
