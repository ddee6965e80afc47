"""Both ways to write a layer's attention. Queries and keys come in before their norms; what comes out has the width of all query heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto

if TYPE_CHECKING:
    from qwen3_graph import GraphBuilder

MICROSOFT = "com.microsoft"
# Far below any score, and inside float16's range.
MASKED = -6e4


class FusedAttention:
    """onnxruntime's operator: little memory, fast on GPUs. Its inputs for the norms are left empty, because the CPU refuses them."""

    def __init__(self, graph: GraphBuilder) -> None:
        self.graph = graph
        # Real tokens before the last one, per row, and tokens per row with padding.
        counted = graph.node("ReduceSum", ["attention_mask", graph.integers("axis_1", [1])], keepdims=0)
        self.lengths = graph.cast(graph.node("Sub", [counted, graph.integers("one", 1)]), TensorProto.INT32)
        self.total = graph.cast(graph.node("Gather", [graph.node("Shape", ["attention_mask"]), graph.integers("one", 1)]), TensorProto.INT32)
        self.cos, self.sin = graph.rotary()

    def attend(self, name: str, query: str, key: str, value: str) -> str:
        graph, sizes = self.graph, self.graph.sizes
        query = graph.joined(graph.head_norm(query, f"{name}.q_norm.weight", sizes.heads), sizes.heads)
        key = graph.joined(graph.head_norm(key, f"{name}.k_norm.weight", sizes.key_value_heads), sizes.key_value_heads)
        return graph.node(
            "GroupQueryAttention", [query, key, value, "", "", self.lengths, self.total, self.cos, self.sin], domain=MICROSOFT,
            num_heads=sizes.heads, kv_num_heads=sizes.key_value_heads, do_rotary=1, scale=sizes.head_dimension**-0.5,
        )


class StandardAttention:
    """Standard operators alone: right wherever matrix products are, at rows x heads x tokens x tokens of memory."""

    def __init__(self, graph: GraphBuilder) -> None:
        self.graph = graph
        length = graph.node("Gather", [graph.node("Shape", ["input_ids"]), graph.integers("one", 1)])
        places = graph.node("Range", [graph.integers("zero", 0), length, graph.integers("one", 1)])
        self.cos, self.sin = (self.rows(table, places) for table in graph.rotary())
        columns, lines = (graph.node("Unsqueeze", [places, graph.integers(f"axis_{axis}", [axis])]) for axis in (0, 1))
        real = graph.node("Unsqueeze", [graph.cast("attention_mask", TensorProto.BOOL), graph.integers("axes_1_2", [1, 2])])
        seen = graph.node("And", [real, graph.node("LessOrEqual", [columns, lines])])
        self.mask = graph.node("Where", [seen, self.constant("allowed", 0.0), self.constant("masked", MASKED)])

    def attend(self, name: str, query: str, key: str, value: str) -> str:
        graph, sizes = self.graph, self.graph.sizes
        queries = self.turned(graph.head_norm(query, f"{name}.q_norm.weight", sizes.heads))
        keys = self.repeated(self.turned(graph.head_norm(key, f"{name}.k_norm.weight", sizes.key_value_heads)))
        values = self.repeated(graph.node("Transpose", [graph.by_head(value, sizes.key_value_heads)], perm=[0, 2, 1, 3]))
        # Scaled before the product: float16 has room for scores then.
        scaled = graph.node("Mul", [queries, self.constant("scale", sizes.head_dimension**-0.5)])
        scores = graph.node("Add", [graph.node("MatMul", [scaled, graph.node("Transpose", [keys], perm=[0, 1, 3, 2])]), self.mask])
        mixed = graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), values])
        return graph.joined(graph.node("Transpose", [mixed], perm=[0, 2, 1, 3]), sizes.heads)

    def rows(self, table: str, places: str) -> str:
        """The table's row of each place; both halves of a head turn by the same angles."""
        found = self.graph.node("Gather", [table, places])
        return self.graph.node("Concat", [found, found], axis=1)

    def turned(self, by_head: str) -> str:
        """Rotary embedding of rows x tokens x heads x size, answered as rows x heads x tokens x size."""
        graph, half = self.graph, self.graph.sizes.head_dimension // 2
        tokens = graph.node("Transpose", [by_head], perm=[0, 2, 1, 3])
        axis = graph.integers("axis_3", [3])
        first = graph.node("Slice", [tokens, graph.integers("from_0", [0]), graph.integers("half", [half]), axis])
        second = graph.node("Slice", [tokens, graph.integers("half", [half]), graph.integers("whole", [2 * half]), axis])
        crossed = graph.node("Concat", [graph.node("Neg", [second]), first], axis=3)
        return graph.node("Add", [graph.node("Mul", [tokens, self.cos]), graph.node("Mul", [crossed, self.sin])])

    def repeated(self, tokens: str) -> str:
        """Each key-value head once for every query head that it serves."""
        graph, sizes = self.graph, self.graph.sizes
        heads = np.repeat(np.arange(sizes.key_value_heads), sizes.heads // sizes.key_value_heads)
        return graph.node("Gather", [tokens, graph.integers("serving_heads", heads.tolist())], axis=1)

    def constant(self, name: str, value: float) -> str:
        return self.graph.matrix(name, np.array(value, dtype=np.float32))
