"""A published checkpoint's folder: config.json, safetensors, tokenizer.json. Read tensor by tensor; refused when it is not what the graph is built for."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open
from tokenizers import Tokenizer


class CheckpointError(Exception):
    """The folder is not a checkpoint that this tool can export; the message says why."""


@dataclass(frozen=True)
class Sizes:
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    key_value_heads: int
    head_dimension: int
    intermediate: int
    theta: float
    epsilon: float
    longest: int


def read_sizes(folder: Path) -> Sizes:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if config.get("model_type") != "qwen3":
        raise CheckpointError(f"model_type is {config.get('model_type')!r}: only 'qwen3' can be exported")
    if config.get("hidden_act", "silu") != "silu" or config.get("attention_bias", False) or config.get("use_sliding_window", False):
        raise CheckpointError("hidden_act must be 'silu', without attention_bias and sliding windows")
    # transformers 5 writes rope_parameters, earlier versions rope_theta and rope_scaling.
    rope = config.get("rope_parameters") or {"rope_theta": config.get("rope_theta"), **(config.get("rope_scaling") or {})}
    if rope.get("rope_type", "default") != "default" or rope.get("rope_theta") is None:
        raise CheckpointError(f"the rotary embedding {rope} is not the plain one")
    return Sizes(
        vocabulary=config["vocab_size"],
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        key_value_heads=config["num_key_value_heads"],
        head_dimension=config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"],
        intermediate=config["intermediate_size"],
        theta=float(rope["rope_theta"]),
        epsilon=float(config["rms_norm_eps"]),
        longest=config["max_position_embeddings"],
    )


class Tensors:
    """Tensors of all safetensors files by name, as float32, one at a time. A leading `model.` in the files' names is left out."""

    def __init__(self, folder: Path) -> None:
        self._places: dict[str, tuple[object, str]] = {}
        for path in sorted(folder.glob("*.safetensors")):
            file = safe_open(path, framework="pt")
            for name in file.keys():
                self._places[name.removeprefix("model.")] = (file, name)
        if not self._places:
            raise CheckpointError(f"there is no safetensors file in {folder}")

    def get(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        if name not in self._places:
            raise CheckpointError(f"the checkpoint has no tensor {name}")
        file, stored = self._places[name]
        # Through torch: numpy has no bfloat16.
        tensor = file.get_tensor(stored).float().numpy()
        if tensor.shape != shape:
            raise CheckpointError(f"{name} has the shape {tensor.shape} instead of {shape}")
        return tensor


def end_token(folder: Path) -> int:
    """The token that the tokenizer itself puts after every text: last-token pooling reads it, so there must be one."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    plain, ended = tokenizer.encode("a", add_special_tokens=False).ids, tokenizer.encode("a").ids
    if ended[:-1] != plain:
        raise CheckpointError("the tokenizer puts no single end token after a text")
    return ended[-1]
