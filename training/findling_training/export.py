"""The shipped folder: `model.onnx`, `tokenizer.json`, `model.json`, from trained rows.

The graph is made of standard operators that onnxruntime runs with its matrix code: rows as whole numbers, one scale per row folded into
the token's weight, one product for the sum. Two four-bit levels lie in a byte, the first half of the dimensions in the high one: of a byte
x = 16·high + low the low half is never cut out, since the sum over x minus the sum over 16·high is the sum over low.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .quantise import levels_of, scales_of

OPSET = 18
IR_VERSION = 9
TINY = 1e-12
LICENCE = 'MIT; trained on data under CC0, CC-BY, CC-BY-SA, Apache-2.0, BSD, ISC, MIT, MPL-2.0 and Unicode-3.0 (see README.md)'


def packed(levels: np.ndarray) -> np.ndarray:
    """uint8: dimension d in the high half of byte d, dimension d + D/2 in the low half."""
    half = levels.shape[1] // 2
    return (levels[:, :half].astype(np.uint8) << 4) | levels[:, half:].astype(np.uint8)


def graph_of(rows: torch.Tensor, bits: int) -> onnx.ModelProto:
    scales = scales_of(rows, bits)
    levels = levels_of(rows, scales, bits).numpy()
    node, constant = helper.make_node, numpy_helper.from_array
    table = packed(levels) if bits == 4 else levels.astype(np.int8)
    values = [constant(table, 'table'), constant(scales.squeeze(1).numpy().astype(np.float32), 'scales'), constant(np.array([1], np.int64), 'one'),
              constant(np.array(TINY, np.float32), 'tiny')]
    nodes = [
        node('Gather', ['table', 'input_ids'], ['bytes']),
        node('Cast', ['bytes'], ['numbers'], to=TensorProto.FLOAT),
        node('Gather', ['scales', 'input_ids'], ['token_scales']),
        node('Cast', ['attention_mask'], ['mask'], to=TensorProto.FLOAT),
        node('Mul', ['token_scales', 'mask'], ['weights']),
        node('Unsqueeze', ['weights', 'one'], ['weights_row']),
        node('MatMul', ['weights_row', 'numbers'], ['sum_row']),
    ]
    if bits == 4:
        values += [constant(np.array(0xF0, np.uint8), 'high_half'), constant(np.array(1 / 16, np.float32), 'sixteenth'),
                   constant(np.array(7.5, np.float32), 'middle'), constant(np.array([2], np.int64), 'two')]
        nodes += [
            # In onnxruntime masking took 115 µs for 1,000 tokens, shifting 153.
            node('BitwiseAnd', ['bytes', 'high_half'], ['high_bytes']),
            node('Cast', ['high_bytes'], ['high_numbers'], to=TensorProto.FLOAT),
            node('MatMul', ['weights_row', 'high_numbers'], ['high_sum']),
            node('Mul', ['high_sum', 'sixteenth'], ['high']),
            node('Sub', ['sum_row', 'high_sum'], ['low']),
            node('Concat', ['high', 'low'], ['levels'], axis=-1),
            node('ReduceSum', ['weights_row', 'two'], ['weight'], keepdims=1),
            node('Mul', ['weight', 'middle'], ['zero']),
            node('Sub', ['levels', 'zero'], ['pooled_row']),
        ]
    else:
        nodes.append(node('Identity', ['sum_row'], ['pooled_row']))
    nodes += [
        node('Squeeze', ['pooled_row', 'one'], ['pooled']),
        node('ReduceL2', ['pooled', 'one'], ['length'], keepdims=1),
        node('Max', ['length', 'tiny'], ['safe_length']),
        node('Div', ['pooled', 'safe_length'], ['sentence_embedding']),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ['batch', 'tokens']) for name in ('input_ids', 'attention_mask')]
    output = helper.make_tensor_value_info('sentence_embedding', TensorProto.FLOAT, ['batch', rows.shape[1]])
    model = helper.make_model(helper.make_graph(nodes, 'static', inputs, [output], values), opset_imports=[helper.make_opsetid('', OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def export(rows: torch.Tensor, bits: int, tokenizer: Path, out: Path, identity: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / 'model.onnx').write_bytes(graph_of(rows, bits).SerializeToString())
    (out / 'tokenizer.json').write_bytes(tokenizer.read_bytes())
    description = {
        'format': 1, 'id': identity,
        'files': {'model': _file(out / 'model.onnx'), 'tokenizer': _file(out / 'tokenizer.json')},
        'dimension': rows.shape[1], 'pooling': 'in-graph', 'normalized': True, 'padTokenId': 1, 'input': 'words', 'maxTokens': 1024, 'windowTokens': 256,
        'prompts': {'query': '{text}', 'document': '{text}'},
        'licence': LICENCE,
    }
    (out / 'model.json').write_text(json.dumps(description, indent=2) + '\n', encoding='utf-8')


def _file(path: Path) -> dict:
    content = path.read_bytes()
    return {'path': path.name, 'bytes': len(content), 'sha256': hashlib.sha256(content).hexdigest()}
