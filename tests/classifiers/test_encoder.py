"""The encoder's file is what it stands for, reads any text, and learns where torch is installed."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import UsageError
from chalicelib.triage.encoder import SentenceEncoder
from chalicelib.triage.load_bundle import load
from chalicelib.triage.stages import HEADS, UPSET
from classifiers import export, fit, languages, read, train
from classifiers.encoder import onnx_file, stage
from classifiers.read import Line

from . import tiny

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None or find_spec("transformers") is None,
    reason="torch is not installed (classifiers/requirements.txt)",
)
SMALL = fit.Settings(bits=12, copies=1)
WORDS = {"refund": "refund money back paid card owed", "opening_hours": "open close hours sunday today shop"}


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(onnx_file.write(tiny.state(), tiny.HEADS), tiny.tokenizer())


def _lines(count: int = 24) -> list[Line]:
    rng = random.Random(3)
    return [
        Line(f"{' '.join(rng.sample(words.split(), 4))} {i}{intent}", intent, "en", "", "", "", f"f:{intent}{i}")
        for intent, words in WORDS.items()
        for i in range(count)
    ]


def test_what_is_read_back_is_what_was_written_to_a_part_of_127() -> None:
    before = tiny.state()
    after = onnx_file.read(onnx_file.write(before, tiny.HEADS))

    assert set(after) == set(before)
    for name, values in after.items():
        if "token_type" not in name and "position" not in name:  # those two ship as their sum
            assert abs(values - before[name]).max() <= abs(before[name]).max() / 127, name


def test_the_same_weights_give_the_same_file() -> None:
    assert onnx_file.write(tiny.state(), tiny.HEADS) == onnx_file.write(tiny.state(), tiny.HEADS)


@pytest.mark.parametrize(
    "text", ["", "😀", "où est mon colis", "a" * 100_000, "\x00\n\t", "我的包裹", "n'importe quoi " * 500]
)
def test_any_text_has_a_vector_of_length_one(encoder: SentenceEncoder, text: str) -> None:
    found = encoder.vector(text)

    assert found.shape == (tiny.WIDTH,)
    assert abs(float(np.linalg.norm(found)) - 1.0) < 1e-4


def test_a_number_that_is_the_customers_own_is_read_as_a_placeholder(encoder: SentenceEncoder) -> None:
    assert (encoder.vector("order 10482") == encoder.vector("order 99031")).all()


def test_a_bundle_with_a_frozen_encoder_is_trained_exported_and_loaded(tmp_path: Path) -> None:
    plan = train.Plan(SMALL, stage.Base(tiny.write(tmp_path / "base")), stage.Settings(tuned=False))
    trained = train.train(_lines(), languages.kept(), plan)
    card = export.export(trained, tmp_path / "out")
    loaded = load(tmp_path / "out")

    assert [each["kind"] for each in card["stages"]] == ["linear", "encoder"]
    assert trained.encoder is not None
    assert loaded.encoder is not None
    for text in ("are you open sunday", "money back please", ""):
        assert abs(trained.encoder.stage.logits(text) - loaded.encoder.logits(text)).max() < 1e-3
    assert loaded.classify("shop open sunday today").guess == "opening_hours"


def test_one_stage_replaces_two_without_leaving_files(tmp_path: Path) -> None:
    plan = train.Plan(SMALL, stage.Base(tiny.write(tmp_path / "base")), stage.Settings(tuned=False))
    export.export(train.train(_lines(), languages.kept(), plan), tmp_path / "out")
    card = export.export(train.train(_lines(), languages.kept(), train.Plan(SMALL)), tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([*card["files"], "card.json"])
    assert load(tmp_path / "out").encoder is None


def test_auxiliary_lines_teach_the_heads_and_no_label(tmp_path: Path) -> None:
    angry = [Line(f"this is a disgrace {i}", "complaint", "en", "", "", "", f"m:{i}", "critical") for i in range(20)]
    fitted = fit.fit(_lines(), read.labels_of(_lines()), SMALL, angry)

    assert fitted.labels == ("opening_hours", "refund", "out_of_scope")
    upset = len(fitted.labels) + HEADS.index(UPSET)
    assert fitted.logits("this is a disgrace")[upset] > 0 > fitted.logits("shop open sunday")[upset]


def _fitted(base: stage.Base, lines: list[Line], labels: tuple[str, ...], settings: stage.Settings) -> stage.Fitted:
    return stage.fit(stage.tuned(base, lines, labels, settings), lines, settings)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Two threads on a network this small only wait for each other."""
    if find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)


@needs_torch
def test_torch_and_the_file_agree() -> None:
    from classifiers.encoder import network

    model = onnx_file.write(tiny.state(), tiny.HEADS)
    module, tokenizer = network.from_file(model, tiny.tokenizer())
    texts = ["where is my parcel", "ou est mon colis ?", "x"]
    shipped = SentenceEncoder(model, tiny.tokenizer())
    found = network.vectors(module, tokenizer, texts)

    for text, vector in zip(texts, found, strict=True):
        assert float(vector @ shipped.vector(text)) > 0.98


@pytest.mark.slow
@needs_torch
@pytest.mark.parametrize(("few", "epochs"), [(0, 1), (2000, 2)], ids=["with a head", "by contrast"])
def test_tuning_tells_two_labels_apart_and_twice_gives_the_same(tmp_path: Path, few: int, epochs: int) -> None:
    base = stage.Base(tiny.write(tmp_path / "base"))
    lines, labels = _lines(), ("opening_hours", "refund", "out_of_scope")
    fitted = [_fitted(base, lines, labels, stage.Settings(epochs=epochs, few=few)) for _ in range(2)]

    assert fitted[0].model == fitted[1].model
    right = sum(labels[int(fitted[0].stage.logits(line.text)[:3].argmax())] == line.intent for line in lines)
    assert right >= 0.9 * len(lines)


@pytest.mark.slow
@needs_torch
def test_a_label_with_one_sentence_is_learned_too(tmp_path: Path) -> None:
    base = stage.Base(tiny.write(tmp_path / "base"))
    lone = Line("password login reset", "password", "en", "", "", "", "f:lone")
    labels = ("opening_hours", "password", "refund", "out_of_scope")
    fitted = _fitted(base, [*_lines(), lone], labels, stage.Settings(epochs=4))

    assert labels[int(fitted.stage.logits(lone.text)[:4].argmax())] == "password"


@pytest.mark.slow
@needs_torch
def test_any_hugging_face_directory_can_be_the_base(tmp_path: Path) -> None:
    from transformers import DistilBertConfig, DistilBertModel

    small = DistilBertConfig(
        vocab_size=len(tiny.PIECES), dim=32, n_layers=1, n_heads=2, hidden_dim=32, max_position_embeddings=128
    )
    DistilBertModel(small).save_pretrained(tmp_path / "base")
    (tmp_path / "base" / "tokenizer.json").write_bytes(tiny.tokenizer())
    base = stage.base_of(str(tmp_path / "base"))
    assert base is not None
    fitted = _fitted(base, _lines(), ("opening_hours", "refund", "out_of_scope"), stage.Settings(epochs=1))

    assert fitted.stage.logits("shop open sunday " * 100).shape == (3 + len(HEADS),)


@needs_torch
def test_a_folder_without_an_encoder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="ascii")
    base = stage.base_of(str(tmp_path))
    assert base is not None

    with pytest.raises(UsageError, match=r"needs config.json, weights and tokenizer.json"):
        stage.tuned(base, _lines(), ("opening_hours", "refund", "out_of_scope"), stage.Settings())


@needs_torch
def test_distilling_goes_on_where_it_stopped(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    from classifiers.encoder import distil, network, pairs

    def student() -> tuple[network.Encoder, Tokenizer]:
        return network.from_file(onnx_file.write(tiny.state(4), tiny.HEADS), tiny.tokenizer())

    teacher, theirs = network.from_file(onnx_file.write(tiny.state(), tiny.HEADS), tiny.tokenizer())
    for weight in teacher.parameters():
        weight.requires_grad_(requires_grad=False)
    words = [f"{a} {b}" for a in WORDS["refund"].split() for b in WORDS["opening_hours"].split()]
    some = [pairs.Pair(text, text, "en") for text in words]
    corpus = pairs.Corpus(dict.fromkeys(pairs.SHARES, some), some[:8])

    def run(place: Path, *stops: int) -> np.ndarray:
        said: list[str] = []
        ours, tokenizer = student()
        for steps in stops:
            ours, tokenizer = student()
            settings = distil.Settings(steps=stops[-1], batch=8, every=steps)
            distil.distil(ours, teacher, (tokenizer, theirs), corpus, settings, place, said.append, until=steps)
        vectors: np.ndarray = network.vectors(ours, tokenizer, words)
        return vectors

    whole, halved = run(tmp_path / "whole.pt", 12), run(tmp_path / "halved.pt", 8, 12)
    assert abs(whole - halved).max() < 1e-3
    assert distil.retrieval(*student(), teacher, theirs, corpus) <= 1.0


@needs_torch
def test_dropout_zeroes_its_share_the_same_for_the_same_seed_and_nothing_when_not_training() -> None:
    import torch

    from classifiers.encoder.dropout import set_dropout

    ones = torch.ones(200, 100)
    found = []
    for seed in (7, 7, 8):
        module = torch.nn.Sequential(torch.nn.Dropout(0.5))
        set_dropout(module, 0.2, seed)
        found.append(module(ones))
        assert torch.equal(module.eval()(ones), ones)
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
    assert 0.18 < float((found[0] == 0).float().mean()) < 0.22
    assert float(found[0].mean()) == pytest.approx(1.0, abs=0.02)
