"""
The encoder as an int8 ONNX file, written node by node, and read back for training.

Weights are int8, symmetric, a scale a column; word vectors int8 with a scale a row; activations are quantised by ONNX
Runtime as they come (DynamicQuantizeMatMul, QAttention). Inputs: `ids` (1, tokens) int64. Output: `vector` (1, width)
float32 of length one. One text at a time: run time never pads. The file depends on the weights alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
_MICROSOFT = "com.microsoft"
_EPSILON = 1e-12
Floats = npt.NDArray[np.float32]
# Name in the file -> name in a BERT's state.
_MATRICES = {
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
_NORMS = {"norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}
_QKV = tuple(f"attention.self.{name}" for name in ("query", "key", "value"))


def write(state: Mapping[str, Floats], heads: int) -> bytes:
    """The file of a BERT's weights (names as in its `state_dict`)."""
    graph = _Graph()
    layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layer."))
    value = _embedded(graph, state)
    for layer in range(layers):
        value = _layer(graph, state, layer, heads, value)
    value = graph.add("ReduceMean", [value], axes=[1], keepdims=0)
    graph.add("LpNormalization", [value], output="vector", axis=1, p=2)
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, state[_word_key(state)].shape[1]])],
        graph.weights,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(made, opset_imports=opsets, producer_name="guichet", ir_version=8)
    return bytes(model.SerializeToString())


def read(content: bytes) -> dict[str, Floats]:
    """The weights of a file that `write` made, as a BERT's state names them: what its int8 values stand for."""
    known: dict[str, npt.NDArray[Any]] = {
        each.name: numpy_helper.to_array(each) for each in onnx.load_from_string(content).graph.initializer
    }
    state: dict[str, Floats] = {
        "embeddings.word_embeddings.weight": known["words.q"].astype(np.float32) * known["words.s"][:, None],
        "embeddings.position_embeddings.weight": known["positions"],
        "embeddings.token_type_embeddings.weight": np.zeros((2, known["positions"].shape[1]), np.float32),
        "embeddings.LayerNorm.weight": known["norm0.w"],
        "embeddings.LayerNorm.bias": known["norm0.b"],
    }
    layer = 0
    while f"{layer}.qkv.q" in known:
        prefix = f"encoder.layer.{layer}."
        joined = _matrix(known, f"{layer}.qkv")
        for name, weight, bias in zip(_QKV, np.split(joined, 3, 1), np.split(known[f"{layer}.qkv.b"], 3), strict=True):
            state[f"{prefix}{name}.weight"] = np.ascontiguousarray(weight.T)
            state[f"{prefix}{name}.bias"] = bias
        for ours, theirs in _MATRICES.items():
            state[f"{prefix}{theirs}.weight"] = np.ascontiguousarray(_matrix(known, f"{layer}.{ours}").T)
            state[f"{prefix}{theirs}.bias"] = known[f"{layer}.{ours}.b"]
        for ours, theirs in _NORMS.items():
            state[f"{prefix}{theirs}.weight"] = known[f"{layer}.{ours}.w"]
            state[f"{prefix}{theirs}.bias"] = known[f"{layer}.{ours}.b"]
        layer += 1
    return state


def _matrix(known: Mapping[str, npt.NDArray[Any]], name: str) -> Floats:
    """A matrix (in, out) as its int8 values, and scales stand for it."""
    weight: Floats = known[f"{name}.q"].astype(np.float32) * known[f"{name}.s"]
    return weight


def heads_of(content: bytes) -> int:
    """How many attention heads a layer of the file has."""
    nodes = onnx.load_from_string(content).graph.node
    found = next(each for node in nodes if node.op_type == "QAttention" for each in node.attribute)
    return int(found.i)


class _Graph:
    """Nodes and weights in the order they are added; outputs are numbered."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, value: npt.NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], domain: str = "", output: str = "", **attributes: Any) -> str:
        name = output or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def several(self, kind: str, inputs: list[str], count: int) -> list[str]:
        names = [f"v{len(self.nodes)}.{at}" for at in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, names))
        return names

    def norm(self, name: str, state: Mapping[str, Floats], key: str) -> list[str]:
        return [
            self.weight(f"{name}.w", state[f"{key}.weight"]),
            self.weight(f"{name}.b", state[f"{key}.bias"]),
        ]

    def matrix(self, name: str, weight: Floats, bias: Floats) -> list[str]:
        """`weight` (in, out): int8 a column, its scales, no zero points, and bias."""
        scale = np.maximum(np.abs(weight).max(0), 1e-9).astype(np.float32) / 127.0
        return [
            self.weight(f"{name}.q", np.rint(weight / scale).astype(np.int8)),
            self.weight(f"{name}.s", scale),
            "",  # zero points: none
            self.weight(f"{name}.b", bias),
        ]


def _word_key(state: Mapping[str, Floats]) -> str:
    return next(name for name in state if name.endswith("word_embeddings.weight"))


def _embedded(graph: _Graph, state: Mapping[str, Floats]) -> str:
    words = state[_word_key(state)]
    scale = np.maximum(np.abs(words).max(1), 1e-9).astype(np.float32) / 127.0
    places = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    rows = graph.add("Gather", [graph.weight("words.q", np.rint(words / scale[:, None]).astype(np.int8)), "ids"])
    rows = graph.add("Cast", [rows], to=TensorProto.FLOAT)
    scales = graph.add("Gather", [graph.weight("words.s", scale), "ids"])
    axis = graph.weight("axis.last", np.array([2], np.int64))
    rows = graph.add("Mul", [rows, graph.add("Unsqueeze", [scales, axis])])
    count = graph.add("Shape", ["ids"], start=1, end=2)
    start = graph.weight("start", np.array([0], np.int64))
    placed = graph.add("Slice", [graph.weight("positions", places), start, count, start])
    total = graph.add("Add", [rows, placed])
    normed = [total, *graph.norm("norm0", state, "embeddings.LayerNorm")]
    return graph.add("LayerNormalization", normed, axis=-1, epsilon=_EPSILON)


def _layer(graph: _Graph, state: Mapping[str, Floats], layer: int, heads: int, value: str) -> str:
    prefix = f"encoder.layer.{layer}."
    joined = np.concatenate([state[f"{prefix}{name}.weight"].T for name in _QKV], 1)
    bias = np.concatenate([state[f"{prefix}{name}.bias"] for name in _QKV])
    weights, scale, _, offset = graph.matrix(f"{layer}.qkv", joined, bias)
    quantised, step, shift = graph.several("DynamicQuantizeLinear", [value], 3)
    attended = graph.add(
        "QAttention", [quantised, weights, offset, step, scale, "", shift], domain=_MICROSOFT, num_heads=heads
    )
    out = _product(graph, state, layer, "out", attended)
    value = _joined(graph, state, layer, "norm1", out, value)
    up = graph.add("Gelu", [_product(graph, state, layer, "up", value)], domain=_MICROSOFT)
    return _joined(graph, state, layer, "norm2", _product(graph, state, layer, "down", up), value)


def _product(graph: _Graph, state: Mapping[str, Floats], layer: int, name: str, value: str) -> str:
    key = f"encoder.layer.{layer}.{_MATRICES[name]}"
    matrix = graph.matrix(f"{layer}.{name}", state[f"{key}.weight"].T, state[f"{key}.bias"])
    return graph.add("DynamicQuantizeMatMul", [value, *matrix], domain=_MICROSOFT)


def _joined(graph: _Graph, state: Mapping[str, Floats], layer: int, name: str, value: str, skipped: str) -> str:
    norm = graph.norm(f"{layer}.{name}", state, f"encoder.layer.{layer}.{_NORMS[name]}")
    total = graph.add("Add", [value, skipped])  # SkipLayerNormalization does both, three times as slowly on a CPU
    return graph.add("LayerNormalization", [total, *norm], axis=-1, epsilon=_EPSILON)
