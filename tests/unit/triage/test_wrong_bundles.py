"""Bundles that are wrong and whole: each is refused in a sentence when it is opened, or reads like any other."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.errors import Misconfigured
from chalicelib.triage import packed
from chalicelib.triage.load_bundle import load
from classifiers import export
from tests.support import bundles

Card = dict[str, Any]
TEXT = "où est mon colis ML204518 ? C'est la troisième fois que je vous écris"
ODD: tuple[Any, ...] = (None, "x", -1, 10**400, [[]], {"x": {}})
DECIDING = ("format", "features", "labels", "stages", "language", "decision", "files")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.small(tmp_path_factory.mktemp("small") / "bundle")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def card_of(folder: Path) -> Card:
    found: Card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    return found


def refusal(folder: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        load(folder)
    return str(caught.value)


def test_the_bundle_that_the_others_are_made_of_is_right(whole: Path) -> None:
    assert load(whole).classify(TEXT).language == "fr"


# --- files that are not what the card says ----------------------------------------------------


def arrays(change: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Callable[[Path], None]:
    def made(folder: Path) -> None:
        found = packed.arrays((folder / name).read_bytes())
        (folder / name).write_bytes(export.packed({**found, **change(dict(found))}))

    return made


def content(name: str, raw: bytes) -> Callable[[Path], None]:
    def made(folder: Path) -> None:
        (folder / name).write_bytes(raw)

    return made


def bomb(folder: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weights.npy", b"\0" * 200_000_000)
    (folder / "linear.npz").write_bytes(raw.getvalue())


def cut_model(folder: Path) -> None:
    raw = (folder / "encoder.onnx").read_bytes()
    (folder / "encoder.onnx").write_bytes(raw[: len(raw) // 2])


WRONG: dict[str, Callable[[Path], None]] = {
    "weights of another shape": arrays(lambda found: {"weights": found["weights"][:, 1:]}, "linear.npz"),
    "one bias for all": arrays(lambda found: {"bias": found["bias"][:1]}, "linear.npz"),
    "one scale for all": arrays(lambda found: {"scale": found["scale"][:1]}, "linear.npz"),
    "a bias too many": arrays(lambda found: {"bias": np.append(found["bias"], 0)}, "linear.npz"),
    "weights that are words": arrays(lambda found: {"weights": found["weights"].astype("U4")}, "linear.npz"),
    "weights that are wide numbers": arrays(lambda found: {"weights": found["weights"].astype("f8")}, "linear.npz"),
    "a bias that is no number": arrays(lambda found: {"bias": found["bias"] * np.nan}, "linear.npz"),
    "labels in another order": arrays(lambda found: {"labels": found["labels"][::-1]}, "linear.npz"),
    "a head of another width": arrays(lambda found: {"weights": found["weights"][1:]}, "head.npz"),
    "a head with one bias": arrays(lambda found: {"bias": found["bias"][:1]}, "head.npz"),
    "a head that is no number": arrays(lambda found: {"weights": found["weights"] * np.nan}, "head.npz"),
    "languages with one weight": arrays(lambda found: {"weights": found["weights"][:1]}, "language.npz"),
    "languages with one bias": arrays(lambda found: {"bias": found["bias"][:1]}, "language.npz"),
    "an archive that fills the memory": bomb,
    "junk for weights": content("linear.npz", b"junk"),
    "nothing for a head": content("head.npz", b""),
    "junk for an encoder": content("encoder.onnx", b"\x08\x07junk"),
    "nothing for an encoder": content("encoder.onnx", b""),
    "half an encoder": cut_model,
    "junk for a tokenizer": content("tokenizer.json", b"{"),
    "nothing for a tokenizer": content("tokenizer.json", b""),
    "another tokenizer": content("tokenizer.json", b'{"version":"1.0","model":{"type":"WordLevel","vocab":{}}}'),
}


@pytest.mark.parametrize("name", WRONG)
def test_files_that_are_whole_and_wrong_are_refused_when_they_are_opened(folder: Path, name: str) -> None:
    card = card_of(folder)
    WRONG[name](folder)
    bundles.resealed(folder, card)

    told = refusal(folder)
    assert "make train" in told
    assert "\n" not in told


# --- cards whose checksum is right and whose values are not -----------------------------------


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a card that decides, of deeper lists and tables the first."""
    yield way
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, each in inner if len(way) < 2 else inner[:1]:
        yield from places(each, (*way, key))


def put(card: Card, way: tuple[Any, ...], value: Any) -> None:
    holder: Any = card
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value


def alone(folder: Path) -> Card:
    """The card without its encoder: a first stage alone is a bundle, and opens at once."""
    card = card_of(folder)
    card["stages"] = card["stages"][:1]
    card["files"] = {name: card["files"][name] for name in ("linear.npz", "language.npz")}
    bundles.resealed(folder, card)
    return card


@pytest.mark.parametrize("odd", ODD, ids=lambda value: repr(value)[:12])
def test_whatever_stands_in_a_card_the_bundle_is_refused_or_reads(folder: Path, odd: Any) -> None:
    card = alone(folder)
    ways = [way for key in DECIDING for way in places(card[key], (key,))]
    told: list[str] = []
    for way in ways:
        changed = json.loads(json.dumps(card))
        put(changed, way, odd)
        bundles.resealed(folder, dict(card), partial(dict.update, **changed))
        try:
            scorer = load(folder)
        except Misconfigured as error:
            told.append(str(error))
        else:
            assert scorer.classify(TEXT).model == scorer.model
    assert len(told) > len(ways) // 3
    assert not any("\n" in sentence for sentence in told)


def test_a_card_that_is_nested_endlessly_is_refused(folder: Path) -> None:
    (folder / "card.json").write_text('{"a":' * 100_000 + "1" + "}" * 100_000, encoding="utf-8")

    assert "changed or cut" in refusal(folder)
