"""The pieces of the pipeline, each against a slower way of saying the same."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from findling_training.bags import Bags, concatenate, offsets
from findling_training.export import packed
from findling_training.loss import contrast, same_keys
from findling_training.quantise import levels_of, quantised, scales_of
from findling_training.sources import pair_files
from findling_training.split import TEST, TRAIN, VALIDATION, normalised_english, split_of
from findling_training.table import MEAN_KEPT, SQUARE_KEPT, Table, embed, pool, soften, update
from findling_training.words import words_text


def bags(*texts: list[int]) -> Bags:
    return Bags(np.array([token for text in texts for token in text], dtype=np.int32), offsets(np.array([len(text) for text in texts])))


class Split(unittest.TestCase):
    def test_texts_that_differ_in_case_and_punctuation_alone_fall_on_one_side(self) -> None:
        self.assertEqual(normalised_english('Open  file…'), normalised_english('open File'))
        self.assertEqual(split_of('Open file…'), split_of('open file'))

    def test_about_one_in_a_hundred_is_held_out_for_each_purpose(self) -> None:
        found = [split_of(f'text number {number}') for number in range(20_000)]
        for part, share in ((TRAIN, 0.98), (VALIDATION, 0.01), (TEST, 0.01)):
            self.assertAlmostEqual(found.count(part) / len(found), share, delta=0.004)


class Words(unittest.TestCase):
    def test_letters_and_marks_stay_and_identifiers_are_split(self) -> None:
        self.assertEqual(words_text('getUserName(XMLHttpRequest) — 12 kg, a_b: naïve 学习'), 'get User Name XML Http Request kg a b naïve 学习')

    def test_names_of_brands_stay_whole(self) -> None:
        self.assertEqual(words_text('YouTube iPhone HTTPServer JavaScript'), 'YouTube iPhone HTTPServer JavaScript')


class BagsOfTokens(unittest.TestCase):
    def test_taking_joining_and_cutting(self) -> None:
        three = bags([1, 2], [3], [4, 5, 6])
        taken = three.take(np.array([2, 0]))
        self.assertEqual(taken.flat.tolist(), [4, 5, 6, 1, 2])
        self.assertEqual(taken.join(2).lengths.tolist(), [5])
        self.assertEqual(three.cut(2).flat.tolist(), [1, 2, 3, 4, 5])
        self.assertEqual(concatenate([three, taken]).lengths.tolist(), [2, 1, 3, 3, 2])


class Loss(unittest.TestCase):
    def test_its_gradient_is_that_of_the_two_softmaxes(self) -> None:
        generator = torch.Generator().manual_seed(1)
        a, b = (torch.nn.functional.normalize(torch.randn(40, 16, generator=generator)) for _ in range(2))
        b = torch.nn.functional.normalize(a + 0.3 * b)
        keys = np.arange(40, dtype=np.uint64)
        keys[7] = keys[3]
        masked = tuple(torch.from_numpy(part) for part in same_keys(keys))
        loss, gradient_a, gradient_b = contrast(a, b, 10.0, masked)
        left, right = a.clone().requires_grad_(), b.clone().requires_grad_()
        logits = (left @ right.T * 10).index_put(masked, torch.tensor(-1e9))
        own = torch.arange(40)
        exact = (torch.nn.functional.cross_entropy(logits, own) + torch.nn.functional.cross_entropy(logits.T, own)) / 2
        exact.backward()
        self.assertAlmostEqual(loss, exact.item(), delta=0.05)
        for ours, theirs in ((gradient_a, left.grad), (gradient_b, right.grad)):
            self.assertGreater(float(torch.nn.functional.cosine_similarity(ours.flatten(), theirs.flatten(), dim=0)), 0.99)  # bfloat16 has eight bits

    def test_equal_keys_are_found_in_both_orders(self) -> None:
        one, other = same_keys(np.array([5, 9, 5, 5], dtype=np.uint64))
        self.assertEqual({pair for pair in zip(one.tolist(), other.tolist())}, {(0, 2), (2, 0), (0, 3), (3, 0), (2, 3), (3, 2)})


class Sources(unittest.TestCase):
    def test_held_out_files_beside_the_others_are_not_read(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ('code.tsv.xz', 'code-heldout.tsv.xz', 'omw.tsv.xz', 'README.md'):
                (Path(folder) / name).write_bytes(b'')
            self.assertEqual(list(pair_files(Path(folder))), ['code', 'omw'])


class Rows(unittest.TestCase):
    def test_a_step_changes_the_rows_of_the_batch_alone_and_downhill(self) -> None:
        table = Table.fresh(10, 8, 1.0, 1)
        before = table.rows.clone()
        pooled = pool(table, bags([1, 2, 2], [3]), None)
        self.assertTrue(torch.allclose(pooled.sums[0], before[1] + 2 * before[2]))
        update(table, pooled, torch.ones(2, 8), 0.1)
        changed = (table.rows != before).any(1)
        self.assertEqual(changed.nonzero().flatten().tolist(), [1, 2, 3])
        self.assertTrue((table.rows[[1, 2, 3]] < before[[1, 2, 3]]).all())

    def test_a_step_is_that_of_adam_for_the_rows_it_touches(self) -> None:
        table = Table.fresh(4, 8, 1.0, 1)
        theirs = table.rows.clone().requires_grad_()
        optimiser = torch.optim.Adam([theirs], lr=0.1, betas=(MEAN_KEPT, SQUARE_KEPT))
        for gradient in (torch.randn(1, 8), torch.randn(1, 8)):
            update(table, pool(table, bags([0, 1, 2, 3]), None), gradient, 0.1)
            theirs.grad = gradient.expand(4, 8).clone()
            optimiser.step()
        self.assertTrue(torch.allclose(table.rows, theirs, atol=1e-5))

    def test_vectors_have_length_one_and_can_be_cut(self) -> None:
        table = Table.fresh(10, 8, 1.0, 1)
        self.assertTrue(torch.allclose(embed(table.rows, bags([1, 2], [3])).norm(dim=1), torch.ones(2)))
        self.assertEqual(tuple(embed(table.rows, bags([1, 2], [3]), 4).shape), (2, 4))


    def test_softening_at_nothing_changes_no_likeness_and_puts_the_largest_direction_first(self) -> None:
        table = Table.fresh(50, 8, 1.0, 1)
        table.rows[:, 5] *= 4
        texts = bags(*[[number, (number * 7) % 50] for number in range(50)])
        turned = soften(table.rows, texts, 0.0)
        before, after = embed(table.rows, texts), embed(turned, texts)
        self.assertTrue(torch.allclose(before @ before.T, after @ after.T, atol=1e-4))
        self.assertEqual(int(after.square().mean(0).argmax()), 0)
        shrunk = embed(soften(table.rows, texts, -0.5), texts).square().mean(0)
        self.assertLess(float(shrunk.max() / shrunk.min()), 3)


class Quantised(unittest.TestCase):
    def test_four_bits_use_sixteen_levels_and_lose_about_a_hundredth_of_the_variance(self) -> None:
        rows = torch.randn(500, 64, generator=torch.Generator().manual_seed(1))
        levels = levels_of(rows, scales_of(rows, 4), 4)
        self.assertEqual(sorted(set(levels.flatten().tolist())), list(range(16)))
        self.assertLess(float((quantised(rows, 4) - rows).square().mean()), 0.013)
        self.assertLess(float((quantised(rows, 8) - rows).square().mean()), 0.0002)

    def test_two_levels_lie_in_a_byte(self) -> None:
        self.assertEqual(packed(np.array([[1, 2, 15, 0]])).tolist(), [[1 * 16 + 15, 2 * 16]])


if __name__ == '__main__':
    unittest.main()
