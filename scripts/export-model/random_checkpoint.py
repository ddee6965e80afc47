"""
Writes a checkpoint of random (seeded) weights in the published form, to prove the export and to measure with where the real weights are not:

    python random_checkpoint.py --sizes tiny|middle|full --out DIR

The weights are those of tests/fixtures/qwen3; the tokenizer is the kept one from there, or another by --tokenizer.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "qwen3"
sys.path.insert(0, str(FIXTURES / "reference"))
from seeded_weights import seeded_tensor  # noqa: E402

SEED = 20_260_817
_SHAPES = {
    "tiny": dict(vocab_size=2048, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=32, intermediate_size=192),
    "middle": dict(vocab_size=2048, hidden_size=512, num_hidden_layers=8, num_attention_heads=8, num_key_value_heads=4, head_dim=64, intermediate_size=1536),
    # Qwen3-Embedding-0.6B.
    "full": dict(vocab_size=151_669, hidden_size=1024, num_hidden_layers=28, num_attention_heads=16, num_key_value_heads=8, head_dim=128, intermediate_size=3072),
}


def tensor_shapes(config: dict) -> dict[str, tuple[int, ...]]:
    hidden, wide, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    query, key = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    shapes: dict[str, tuple[int, ...]] = {"embed_tokens.weight": (config["vocab_size"], hidden), "norm.weight": (hidden,)}
    for layer in range(config["num_hidden_layers"]):
        parts = {
            "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,), "self_attn.q_norm": (head,), "self_attn.k_norm": (head,),
            "self_attn.q_proj": (query, hidden), "self_attn.k_proj": (key, hidden), "self_attn.v_proj": (key, hidden), "self_attn.o_proj": (hidden, query),
            "mlp.gate_proj": (wide, hidden), "mlp.up_proj": (wide, hidden), "mlp.down_proj": (hidden, wide),
        }
        shapes.update({f"layers.{layer}.{name}.weight": shape for name, shape in parts.items()})
    return shapes


def write_checkpoint(folder: Path, sizes: str, tokenizer: Path = FIXTURES / "tokenizer.json", prefix: str = "") -> None:
    """`prefix`: some published files name their tensors `model.…`."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["Qwen3Model"], "model_type": "qwen3", "hidden_act": "silu", "attention_bias": False, "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000, "max_position_embeddings": 32_768, "tie_word_embeddings": True, "use_sliding_window": False, **_SHAPES[sizes],
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    tensors = {prefix + name: torch.from_numpy(seeded_tensor(SEED, name, shape)) for name, shape in tensor_shapes(config).items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    shutil.copyfile(tokenizer, folder / "tokenizer.json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", choices=tuple(_SHAPES), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, default=FIXTURES / "tokenizer.json")
    arguments = parser.parse_args()
    write_checkpoint(arguments.out, arguments.sizes, arguments.tokenizer)
