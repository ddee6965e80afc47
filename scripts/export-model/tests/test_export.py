"""The export on a tiny checkpoint: as near as its bar in both precisions, and refusals that say why. Run: python -m unittest discover -s tests"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checkpoint import CheckpointError, read_sizes  # noqa: E402
from export_model import export  # noqa: E402
from random_checkpoint import FIXTURES, write_checkpoint  # noqa: E402


class Export(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.checkpoint, self.out = self.folder / "checkpoint", self.folder / "out"

    def export(self, **options) -> bool:
        arguments = dict(identity="tiny", licence="MIT", precisions=["fp32", "fp16"], fused=True, max_tokens=2048, with_report=True)
        return export(self.checkpoint, self.out, **{**arguments, **options})

    def change_config(self, **fields) -> None:
        path = self.checkpoint / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))

    def test_both_precisions_are_as_near_as_their_bar(self) -> None:
        write_checkpoint(self.checkpoint, "tiny")
        self.assertTrue(self.export())
        report = json.loads((self.out / "fp32" / "report.json").read_text())
        self.assertGreater(report["lowestCosine"], 0.99999)
        self.assertIn(2048, [text["tokens"] for text in report["texts"]])
        description = json.loads((self.out / "fp16" / "model.json").read_text())
        self.assertEqual((description["id"], description["dimension"], description["pooling"]), ("tiny-fp16", 64, "in-graph"))

    def test_attention_of_standard_operators_is_as_near(self) -> None:
        write_checkpoint(self.checkpoint, "tiny")
        self.assertTrue(self.export(fused=False))
        self.assertNotIn(b"GroupQueryAttention", (self.out / "fp16" / "model.onnx").read_bytes())

    def test_a_wrong_weight_fails_the_report(self) -> None:
        write_checkpoint(self.checkpoint, "tiny")
        self.change_config(rope_theta=10_000)
        wrong, self.checkpoint = self.checkpoint, self.folder / "right"
        write_checkpoint(self.checkpoint, "tiny")
        self.export(with_report=False)
        from accuracy import reference_vectors, report, token_rows

        rows = token_rows(self.checkpoint, 511)
        self.assertLess(report(self.out / "fp32" / "model.onnx", rows, reference_vectors(wrong, rows), 2000)["lowestCosine"], 0.9999)

    def test_tensor_names_with_a_prefix_are_read(self) -> None:
        write_checkpoint(self.checkpoint, "tiny", prefix="model.")
        self.assertTrue(self.export(precisions=["fp32"], with_report=False))

    def test_other_architectures_and_embeddings_are_refused(self) -> None:
        write_checkpoint(self.checkpoint, "tiny")
        for fields in ({"model_type": "llama"}, {"hidden_act": "gelu"}, {"attention_bias": True}, {"rope_scaling": {"rope_type": "yarn", "factor": 4}}):
            write_checkpoint(self.checkpoint, "tiny")
            self.change_config(**fields)
            with self.assertRaises(CheckpointError):
                read_sizes(self.checkpoint)

    def test_a_tokenizer_without_an_end_token_is_refused(self) -> None:
        tokenizer = json.loads((FIXTURES / "tokenizer.json").read_text("utf-8"))
        path = self.folder / "without-end.json"
        path.write_text(json.dumps({**tokenizer, "post_processor": None}))
        write_checkpoint(self.checkpoint, "tiny", path)
        with self.assertRaisesRegex(CheckpointError, "end token"):
            self.export()

    def test_a_missing_tensor_is_named(self) -> None:
        write_checkpoint(self.checkpoint, "tiny")
        self.change_config(num_hidden_layers=3)
        with self.assertRaisesRegex(CheckpointError, r"layers\.2"):
            self.export(with_report=False)


if __name__ == "__main__":
    unittest.main()
