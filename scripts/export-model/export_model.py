"""
Turns a published Qwen3 embedding checkpoint (config.json, safetensors, tokenizer.json) into model folders that Findling loads:

    python export_model.py --checkpoint DIR --out DIR --id NAME --licence SPDX [--precision fp32 fp16]
                           [--attention fused|standard] [--max-tokens N] [--no-report]

Each precision gets a folder of its own with model.onnx, model.onnx.data, tokenizer.json, model.json and report.json.
Ends with 1 when the accuracy report is below its bar, so that nobody publishes a graph that is wrong.
"""

import argparse
import hashlib
import json
import shutil
import sys
import time
from pathlib import Path

from accuracy import INSTRUCTION, reference_vectors, report, token_rows
from checkpoint import CheckpointError, Sizes, Tensors, end_token, read_sizes
from qwen3_graph import GRAPH_NAME, write_graph

# Below these a graph is wrong, not rounded: float32 differs in the last bits, float16 has 11 bits in every product.
LEAST_COSINE = {"fp32": 0.9999, "fp16": 0.999}
# Longest text of the report: what Findling puts into one window.
LONGEST_CHECKED = 2048
WINDOW_TOKENS = 2048


def file_entry(path: Path) -> dict:
    with path.open("rb") as file:
        return {"path": path.name, "bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def model_json(identity: str, licence: str, sizes: Sizes, max_tokens: int, pad: int, files: dict) -> dict:
    return {
        "format": 1,
        "id": identity,
        "files": files,
        "dimension": sizes.hidden,
        "pooling": "in-graph",
        "normalized": True,
        "padTokenId": pad,
        "maxTokens": max_tokens,
        "windowTokens": min(WINDOW_TOKENS, max_tokens),
        "prompts": {"query": "Instruct: {instruction}\nQuery:{text}", "document": "{text}", "instruction": INSTRUCTION},
        "licence": licence,
    }


def export(checkpoint: Path, out: Path, identity: str, licence: str, precisions: list[str], fused: bool, max_tokens: int, with_report: bool) -> bool:
    """True when every report is above its bar, or none was asked for."""
    # 1. What the checkpoint is.
    sizes, tensors, pad = read_sizes(checkpoint), Tensors(checkpoint), end_token(checkpoint)
    max_tokens = min(max_tokens, sizes.longest)
    # 2. The graphs.
    for precision in precisions:
        folder = out / precision
        folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        data = write_graph(folder, sizes, tensors, precision == "fp16", fused, max_tokens)
        shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
        files = {"model": file_entry(folder / GRAPH_NAME), "tokenizer": file_entry(folder / "tokenizer.json"), "data": [data]}
        description = model_json(f"{identity}-{precision}", licence, sizes, max_tokens, pad, files)
        (folder / "model.json").write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"{precision}: written in {time.monotonic() - started:.0f} s, {data['bytes'] / 1e6:.0f} MB of weights")
    if not with_report:
        return True
    # 3. How near they are.
    rows = token_rows(checkpoint, min(LONGEST_CHECKED, max_tokens))
    reference = reference_vectors(checkpoint, rows)
    good = True
    for precision in precisions:
        found = report(out / precision / GRAPH_NAME, rows, reference, pad)
        (out / precision / "report.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
        passed = min(found["lowestCosine"], found["lowestBatchCosine"]) >= LEAST_COSINE[precision]
        good = good and passed
        print(f"{precision}: lowest cosine {found['lowestCosine']}, in a batch {found['lowestBatchCosine']}: {'good' if passed else 'NOT GOOD'}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--id", required=True, help="name shown to people; the precision is added")
    parser.add_argument("--licence", required=True, help="SPDX expression of the checkpoint's licence")
    parser.add_argument("--precision", nargs="+", choices=("fp32", "fp16"), default=["fp32", "fp16"])
    parser.add_argument("--attention", choices=("fused", "standard"), default="fused", help="standard: slower, for devices where the self-test finds the fused one wrong")
    parser.add_argument("--max-tokens", type=int, default=8192, help="longest text; the rotary tables take 1 KB per token in fp32")
    parser.add_argument("--no-report", action="store_true")
    arguments = parser.parse_args()
    try:
        good = export(
            arguments.checkpoint, arguments.out, arguments.id, arguments.licence, arguments.precision,
            arguments.attention == "fused", arguments.max_tokens, not arguments.no_report,
        )
    except CheckpointError as error:
        print(f"This checkpoint cannot be exported: {error}.", file=sys.stderr)
        return 2
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
