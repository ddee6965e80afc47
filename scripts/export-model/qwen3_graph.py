"""
The graph of a Qwen3 embedding model, built operator by operator (no tracing): grouped-query attention fused, or of standard operators for
devices where the fused one is wrong; last-token pooling and unit length inside. Rows are padded at the end: the fused attention counts a row's
real tokens from its start.

In fp16 the weights, the matrix products and the attention are float16; the residual stream, its norms and the pooled vector stay float32.
The stream's values grow from layer to layer, and float16 ends at 65,504.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from attention import MICROSOFT, FusedAttention, StandardAttention
from checkpoint import Sizes, Tensors
from weights_file import WeightsFile

OPSET = 17
GRAPH_NAME = "model.onnx"
DATA_NAME = "model.onnx.data"


class GraphBuilder:
    def __init__(self, sizes: Sizes, tensors: Tensors, weights: WeightsFile, half: bool, fused: bool, positions: int) -> None:
        self.sizes, self.tensors, self.weights, self.half, self.fused, self.positions = sizes, tensors, weights, half, fused, positions
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, TensorProto] = {}

    def build(self) -> onnx.ModelProto:
        sizes = self.sizes
        # 1. What all layers share.
        attention = (FusedAttention if self.fused else StandardAttention)(self)
        # 2. The layers.
        table = self.matrix("embed_tokens.weight", self.tensors.get("embed_tokens.weight", (sizes.vocabulary, sizes.hidden)))
        stream = self.single(self.node("Gather", [table, "input_ids"]))
        for layer in range(sizes.layers):
            stream = self.layer(stream, layer, attention)
        # 3. One vector of unit length per row; only the last tokens go through the last norm.
        pooled = self.norm(self.last_token(stream), "norm.weight", sizes.hidden)
        squares = self.node("ReduceSum", [self.node("Mul", [pooled, pooled]), self.integers("axis_1", [1])], keepdims=1)
        self.node("Div", [pooled, self.node("Sqrt", [squares])], output="sentence_embedding")
        ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")]
        vectors = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", sizes.hidden])
        graph = helper.make_graph(self.nodes, "qwen3_embedding", ids, [vectors], list(self.initializers.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="findling export-model")

    def layer(self, stream: str, layer: int, attention: "FusedAttention | StandardAttention") -> str:
        sizes = self.sizes
        name = f"layers.{layer}"
        query_width, key_width = sizes.heads * sizes.head_dimension, sizes.key_value_heads * sizes.head_dimension
        normed = self.narrow(self.norm(stream, f"{name}.input_layernorm.weight", sizes.hidden))
        query = self.linear(normed, f"{name}.self_attn.q_proj.weight", query_width, sizes.hidden)
        key = self.linear(normed, f"{name}.self_attn.k_proj.weight", key_width, sizes.hidden)
        value = self.linear(normed, f"{name}.self_attn.v_proj.weight", key_width, sizes.hidden)
        attended = attention.attend(f"{name}.self_attn", query, key, value)
        stream = self.node("Add", [stream, self.single(self.linear(attended, f"{name}.self_attn.o_proj.weight", sizes.hidden, query_width))])
        normed = self.narrow(self.norm(stream, f"{name}.post_attention_layernorm.weight", sizes.hidden))
        gate = self.linear(normed, f"{name}.mlp.gate_proj.weight", sizes.intermediate, sizes.hidden)
        up = self.linear(normed, f"{name}.mlp.up_proj.weight", sizes.intermediate, sizes.hidden)
        gated = self.node("Mul", [self.node("Mul", [gate, self.node("Sigmoid", [gate])]), up])
        return self.node("Add", [stream, self.single(self.linear(gated, f"{name}.mlp.down_proj.weight", sizes.hidden, sizes.intermediate))])

    def linear(self, tokens: str, name: str, outputs: int, inputs: int) -> str:
        return self.node("MatMul", [tokens, self.matrix(name, self.tensors.get(name, (outputs, inputs)).T)])

    def norm(self, tokens: str, name: str, size: int) -> str:
        gain = self.add(name, self.tensors.get(name, (size,)))
        return self.node("SimplifiedLayerNormalization", [tokens, gain], axis=-1, epsilon=self.sizes.epsilon, stash_type=1)

    def head_norm(self, tokens: str, name: str, heads: int) -> str:
        """Each head's query or key, normed by itself: rows x tokens x heads x size."""
        gain = self.matrix(name, self.tensors.get(name, (self.sizes.head_dimension,)))
        return self.node("SimplifiedLayerNormalization", [self.by_head(tokens, heads), gain], axis=-1, epsilon=self.sizes.epsilon, stash_type=1)

    def by_head(self, tokens: str, heads: int) -> str:
        return self.node("Reshape", [tokens, self.integers(f"heads_{heads}", [0, 0, heads, self.sizes.head_dimension])])

    def joined(self, by_head: str, heads: int) -> str:
        return self.node("Reshape", [by_head, self.integers(f"joined_{heads}", [0, 0, heads * self.sizes.head_dimension])])

    def last_token(self, tokens: str) -> str:
        """Each row at its last real token."""
        shape = self.node("Shape", ["input_ids"])
        rows, length = (self.node("Gather", [shape, self.integers(name, axis)]) for name, axis in (("zero", 0), ("one", 1)))
        first = self.node("Mul", [self.node("Range", [self.integers("zero", 0), rows, self.integers("one", 1)]), length])
        last = self.node("Sub", [self.node("ReduceSum", ["attention_mask", self.integers("axis_1", [1])], keepdims=0), self.integers("one", 1)])
        flat = self.node("Reshape", [tokens, self.integers("flat", [-1, self.sizes.hidden])])
        return self.node("Gather", [flat, self.node("Add", [first, last])])

    def rotary(self) -> tuple[str, str]:
        """Cosines and sines of every position, with the reference's steps in float32."""
        half = self.sizes.head_dimension // 2
        exponents = np.arange(half, dtype=np.float32) * np.float32(2) / np.float32(self.sizes.head_dimension)
        frequencies = (np.float32(1) / np.power(np.float32(self.sizes.theta), exponents, dtype=np.float32)).astype(np.float32)
        angles = np.arange(self.positions, dtype=np.float32)[:, None] * frequencies[None, :]
        return self.matrix("rotary.cos", np.cos(angles)), self.matrix("rotary.sin", np.sin(angles))

    def matrix(self, name: str, values: np.ndarray) -> str:
        """A weight of the matrix products and the attention."""
        return self.add(name, values.astype(np.float16) if self.half else values)

    def add(self, name: str, values: np.ndarray) -> str:
        self.initializers[name] = self.weights.add(name, values)
        return name

    def narrow(self, tokens: str) -> str:
        return self.cast(tokens, TensorProto.FLOAT16) if self.half else tokens

    def single(self, tokens: str) -> str:
        return self.cast(tokens, TensorProto.FLOAT) if self.half else tokens

    def cast(self, value: str, to: int) -> str:
        return self.node("Cast", [value], to=to)

    def integers(self, name: str, values: int | list[int]) -> str:
        """A constant of 64-bit integers."""
        dimensions = [] if isinstance(values, int) else [len(values)]
        self.initializers.setdefault(name, helper.make_tensor(name, TensorProto.INT64, dimensions, [values] if isinstance(values, int) else values))
        return name

    def node(self, operator: str, inputs: list[str], output: str | None = None, domain: str = "", **attributes) -> str:
        name = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes))
        return name


def write_graph(folder: Path, sizes: Sizes, tensors: Tensors, half: bool, fused: bool, positions: int) -> dict:
    """Writes the graph and its weights; answers the weights' entry for model.json."""
    with WeightsFile(folder / DATA_NAME) as weights:
        model = GraphBuilder(sizes, tensors, weights, half, fused, positions).build()
    (folder / GRAPH_NAME).write_bytes(model.SerializeToString())
    return weights.entry()
