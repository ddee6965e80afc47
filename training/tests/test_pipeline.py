"""The whole way on a made-up world: from pair files to a folder whose graph gives the trainer's vectors and finds translations."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from findling_training.__main__ import run
from findling_training.quantise import quantised
from findling_training.settings import Plan, Settings
from findling_training.split import TEST, split_of
from findling_training.words import words_text

from .made_up import ENGLISH, LANGUAGES, translation, write_pairs

PIECES, PARTS = 900, 400


class Pipeline(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = Path(cls.folder.name)
        write_pairs(cls.root / 'data')
        cls.settings = Settings(dimension=32, steps=150, prefixes=(16,), prefix_batch=64, plan=Plan(batch=256))
        cls.make()

    @classmethod
    def make(cls) -> None:
        run([cls.root / 'data'], cls.root / 'work', cls.root / 'out', cls.settings, PIECES, PARTS, 1, 'tiny')

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def vectors(self, texts: list[str]) -> np.ndarray:
        tokenizer = Tokenizer.from_file(str(self.root / 'out' / 'tokenizer.json'))
        ids = [tokenizer.encode(words_text(text), add_special_tokens=False).ids for text in texts]
        longest = max(len(row) for row in ids)
        padded = np.array([row + [1] * (longest - len(row)) for row in ids], dtype=np.int64)
        mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in ids], dtype=np.int64)
        session = onnxruntime.InferenceSession(str(self.root / 'out' / 'model.onnx'), providers=['CPUExecutionProvider'])
        return session.run(None, {'input_ids': padded, 'attention_mask': mask})[0]

    def test_held_out_sentences_are_found_by_their_translations(self) -> None:
        rng = np.random.default_rng(5)
        sentences = [sentence for sentence in (' '.join(rng.choice(ENGLISH, 5, replace=False)) for _ in range(8000)) if split_of(sentence) == TEST][:60]
        english = self.vectors(sentences)
        for language in LANGUAGES:
            found = (self.vectors([translation(sentence, language) for sentence in sentences]) @ english.T).argmax(1)
            self.assertGreater((found == np.arange(len(sentences))).mean(), 0.9, language)

    def test_the_graph_gives_the_sum_of_the_quantised_rows(self) -> None:
        rows = quantised(torch.load(self.root / 'work' / 'rows.pt'), 4)
        tokenizer = Tokenizer.from_file(str(self.root / 'out' / 'tokenizer.json'))
        ids = tokenizer.encode('balor demin', add_special_tokens=False).ids
        expected = rows[torch.tensor(ids)].sum(0)
        np.testing.assert_allclose(self.vectors(['balor demin', 'a longer text for padding'])[0], (expected / expected.norm()).numpy(), atol=1e-5)

    def test_the_folder_describes_itself(self) -> None:
        description = json.loads((self.root / 'out' / 'model.json').read_text())
        self.assertEqual(description['dimension'], 32)
        for file in description['files'].values():
            self.assertEqual((self.root / 'out' / file['path']).stat().st_size, file['bytes'])

    def test_the_log_holds_losses_and_scores(self) -> None:
        entries = [json.loads(line) for line in (self.root / 'work' / 'log.jsonl').read_text().splitlines()]
        self.assertIn('settings', entries[0])
        self.assertGreater(entries[-1]['quantised']['sentences'], 80)

    def test_a_second_run_makes_the_same_again_from_what_is_kept(self) -> None:
        before = (self.root / 'out' / 'model.onnx').read_bytes()
        (self.root / 'out' / 'model.onnx').unlink()
        self.make()
        self.assertEqual((self.root / 'out' / 'model.onnx').read_bytes(), before)


if __name__ == '__main__':
    unittest.main()
