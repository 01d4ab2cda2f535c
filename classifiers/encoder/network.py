"""
The encoder as a torch module: a transformer, the mean of its tokens, length one.

Weights come from a Hugging Face directory (the teacher is one), or from our own int8 file, so that what ships is enough
to train on. Nothing is fetched from a hub.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel, BertConfig, BertModel, PreTrainedModel

from chalicelib.errors import UsageError

from . import onnx_file

MAX_TOKENS = 128


class Encoder(nn.Module):  # type: ignore[misc]  # torch is not everywhere installed: untyped on all machines
    """Token ids (batch, tokens) and mask -> unit vectors (batch, width)."""

    def __init__(self, body: PreTrainedModel) -> None:
        super().__init__()
        self.body = body

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Mean over the tokens that are there, then length one."""
        hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weight = mask.unsqueeze(-1).float()
        pooled = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        return nn.functional.normalize(pooled, dim=-1)


def from_directory(folder: Path) -> tuple[Encoder, Tokenizer]:
    """
    The encoder and tokenizer of a Hugging Face directory. Raises UsageError where it holds none that we can read.

    Eager attention: its backward is three times as fast on CPUs with bfloat16 units.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        body = AutoModel.from_pretrained(folder, attn_implementation="eager", local_files_only=True)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # noqa: BLE001 - transformers and tokenizers raise dozens of kinds, Exception itself too
        raise UsageError(
            f"{folder} is no encoder that can be read ({type(error).__name__}): it needs config.json, weights and "
            "tokenizer.json."
        ) from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Encoder(body), tokenizer


def from_file(model: bytes, tokenizer: bytes) -> tuple[Encoder, Tokenizer]:
    """The encoder and tokenizer of our own files: the float weights that the int8 ones stand for."""
    state = {name: torch.from_numpy(np.array(value)) for name, value in onnx_file.read(model).items()}
    words = state["embeddings.word_embeddings.weight"]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layer.")),
        num_attention_heads=onnx_file.heads_of(model),
        intermediate_size=len(state["encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=len(state["embeddings.position_embeddings.weight"]),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict(state)
    return Encoder(bert), Tokenizer.from_buffer(tokenizer)


def file_of(encoder: Encoder) -> bytes:
    """The encoder as the int8 ONNX file that ships: written by us for a BERT, by torch and ONNX Runtime for others."""
    if isinstance(encoder.body, BertModel):
        state = {name: tensor.detach().float().numpy() for name, tensor in encoder.body.state_dict().items()}
        return onnx_file.write(state, int(encoder.body.config.num_attention_heads))
    return _exported(encoder)


class _OneText(nn.Module):  # type: ignore[misc]  # the same
    """Ids alone in, vector out: one text, nothing padded."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.encoder(ids, torch.ones_like(ids))


def _exported(encoder: Encoder) -> bytes:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of every Python branch on a shape
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            _OneText(encoder).eval(),
            (torch.full((1, 9), 5),),
            str(whole),
            input_names=["ids"],
            output_names=["vector"],
            dynamic_axes={"ids": {1: "tokens"}},
            opset_version=onnx_file.OPSET,
            dynamo=False,
        )
        quantize_dynamic(str(whole), str(small), per_channel=True, weight_type=QuantType.QInt8)
        return small.read_bytes()


def student_of(teacher: Encoder, sources: Sequence[Sequence[int]]) -> Encoder:
    """The teacher with another vocabulary: row i is the mean of the teacher's rows `sources[i]`."""
    config = BertConfig(
        **{**teacher.body.config.to_dict(), "vocab_size": len(sources), "pad_token_id": 0}, attn_implementation="eager"
    )
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    bert = BertModel(config, add_pooling_layer=False)
    weights = {name: tensor.clone() for name, tensor in teacher.body.state_dict().items() if "pooler" not in name}
    words = weights["embeddings.word_embeddings.weight"]
    weights["embeddings.word_embeddings.weight"] = torch.stack([words[list(rows)].mean(0) for rows in sources])
    bert.load_state_dict(weights)
    return Encoder(bert)


def batch_of(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask (batch, longest), cut at `MAX_TOKENS`."""
    rows = [found.ids[: MAX_TOKENS - 1] + found.ids[-1:] if len(found.ids) > MAX_TOKENS else found.ids
            for found in tokenizer.encode_batch(list(texts))]  # fmt: skip
    longest = max(map(len, rows))
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return ids, mask


@torch.no_grad()  # type: ignore[untyped-decorator]  # the same
def vectors(encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str], size: int = 256) -> np.ndarray:
    """Unit vectors float32 (texts, width), in the order given."""
    encoder.eval()
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    out = np.zeros((len(texts), encoder.body.config.hidden_size), np.float32)
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        ids, mask = batch_of(tokenizer, [texts[at] for at in rows])
        with torch.autocast("cpu", torch.bfloat16):
            out[rows] = encoder(ids, mask).float().numpy()
    return out
