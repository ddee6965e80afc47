"""The evaluation on tiny data: what is held out, what counts as found, how queries are spoiled, and a whole run over a tiny model."""

import json
import lzma
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from tokenizers import Tokenizer, models, pre_tokenizers

from evaluation import tasks
from evaluation.distort import in_capitals, mixed, with_typos, without_endings, without_marks
from evaluation.held_out import DISTRACTOR, HeldOut, Pair, gather, is_explanation, is_sentence, is_word
from evaluation.measures import found
from evaluation.model_folder import ModelFolder
from evaluation.score import means, score
from findling_training.split import TEST, TRAIN, VALIDATION, split_of


def temporary_folder(test: unittest.TestCase) -> Path:
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


class HeldOutPairs(unittest.TestCase):
    def test_a_part_holds_the_lines_of_that_part_and_distractors_are_trained_ones(self) -> None:
        folder = temporary_folder(self)
        english = [f'the number {number} is written here' for number in range(3000)]
        with lzma.open(folder / 'numbers.tsv.xz', 'wt', encoding='utf-8') as file:
            file.writelines(f'de\ten\tdie Zahl {index}\t{line}\n' for index, line in enumerate(english))
        for part in (TEST, VALIDATION):
            gathered = gather(folder, part, folder / 'kept')
            self.assertEqual({pair.english for pair in gathered.pairs['de']}, {line for line in english if split_of(line) == part})
            self.assertTrue(gathered.distractors['de'])
            self.assertEqual({split_of(pair.english) for pair in gathered.distractors['de']}, {TRAIN})
        self.assertNotIn(DISTRACTOR, (TEST, VALIDATION))

    def test_code_files_are_left_to_their_own_rule(self) -> None:
        folder = temporary_folder(self)
        with lzma.open(folder / 'code.tsv.xz', 'wt', encoding='utf-8') as file:
            file.writelines(f'code-go\ten\tx{index}\tdoes the thing {index}\n' for index in range(500))
        self.assertFalse(gather(folder, TEST, folder / 'kept').pairs)


class Measures(unittest.TestCase):
    def test_ranks_are_counted_and_ties_are_lost(self) -> None:
        documents = np.eye(3, dtype=np.float32)
        queries = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 0, 0]], dtype=np.float32)
        result = found(queries, documents, [0, 1, 2])
        self.assertAlmostEqual(result.first, 1 / 3)
        self.assertAlmostEqual(result.top_ten, 1)
        self.assertAlmostEqual(result.mean_reciprocal_rank, (1 + 1 / 2 + 1 / 3) / 3)


class Distortions(unittest.TestCase):
    def test_typos_change_a_text_always_in_the_same_way(self) -> None:
        text = 'a letter about the kitchen window'
        self.assertNotEqual(with_typos(text), text)
        self.assertEqual(with_typos(text), with_typos(text))
        self.assertEqual(with_typos('a b'), 'a b')

    def test_endings_marks_and_case(self) -> None:
        self.assertEqual(without_endings('the windows were repaired'), 'the window were repair')
        self.assertEqual(without_marks('Müller café Ελλάδα й'), 'Muller cafe Ελλαδα и')
        self.assertEqual(in_capitals('straße'), 'STRASSE')

    def test_mixed_queries(self) -> None:
        self.assertEqual(mixed('der alte Mann schläft', 'the old man sleeps'), 'der alte sleeps')
        self.assertEqual(mixed('老人睡觉', 'the old man sleeps'), '老人 sleeps')


def held_out_of(pairs: list[Pair]) -> HeldOut:
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_language[pair.language].append(pair)
    return HeldOut(by_language, defaultdict(list))


class Tasks(unittest.TestCase):
    def test_a_translation_task_holds_no_text_twice(self) -> None:
        pairs = [Pair('seed', 'de', f'Satz {index % 60}', f'this is the sentence {index}') for index in range(100)]
        to_english, from_english = tasks.translation_tasks(held_out_of(pairs), 'sentences', is_sentence)
        self.assertEqual(len(to_english.queries), 60)
        self.assertEqual(len(set(to_english.documents)), 60)
        self.assertEqual(from_english.documents, to_english.queries)

    def test_languages_with_few_pairs_are_not_measured(self) -> None:
        pairs = [Pair('seed', 'de', f'Satz {index}', f'this is the sentence {index}') for index in range(tasks.FEWEST_QUERIES - 1)]
        self.assertEqual(tasks.translation_tasks(held_out_of(pairs), 'sentences', is_sentence), [])

    def test_pairs_are_sentences_words_or_explanations(self) -> None:
        pairs = [Pair('seed', 'de', 'Das ist ein Satz', 'this is a sentence'), Pair('cldr', 'de', 'Mond', 'moon'), Pair('omw', 'de', 'Mond', 'the body that circles the earth')]
        self.assertEqual([(is_sentence(pair), is_word(pair), is_explanation(pair)) for pair in pairs], [(True, False, False), (False, True, False), (False, False, True)])

    def test_code_is_asked_by_body_and_by_signature(self) -> None:
        lines = [(language, f'{view} {index}', f'does the thing {index}') for index in range(50) for language, view in (('code-go', 'body'), ('code-go', 'func'), ('code-name', 'name'))]
        body, signature = tasks.code_tasks(lines)
        self.assertEqual({document.split()[0] for document in body.documents}, {'body'})
        self.assertEqual({document.split()[0] for document in signature.documents}, {'func'})
        self.assertEqual([body.queries[right].split()[-1] for right in body.right], [body.documents[right].split()[-1] for right in body.right])


class WholeRun(unittest.TestCase):
    def test_a_bag_of_words_finds_equal_words(self) -> None:
        model = ModelFolder(self._tiny_model())
        vectors = model.embed(['alpha', 'ALPHA?', '', 'beta'])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0, 1], atol=1e-6)
        self.assertGreater(vectors[0] @ vectors[1], 0.999)
        task = tasks.Task(('sentences', 'de', 'toEnglish'), ['alpha', 'beta alpha'], ['beta, alpha!', 'alpha'], [1, 0])
        scores = score(model, [task])
        self.assertEqual(scores['sentences']['de']['toEnglish'].first, 1)
        self.assertEqual(means(scores)['sentences']['toEnglish']['largestFirst'], 1)

    def _tiny_model(self) -> Path:
        folder = temporary_folder(self)
        vocabulary = {'<unk>': 0, '<pad>': 1, 'alpha': 2, 'ALPHA': 3, 'beta': 4}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token='<unk>'))
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        tokenizer.save(str(folder / 'tokenizer.json'))
        table = np.array([[9, 9, 9], [9, 9, 9], [1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32)
        graph = helper.make_graph([
            helper.make_node('Gather', ['table', 'input_ids'], ['rows']),
            helper.make_node('Cast', ['attention_mask'], ['mask'], to=TensorProto.FLOAT),
            helper.make_node('Unsqueeze', ['mask', 'last'], ['column']),
            helper.make_node('Mul', ['rows', 'column'], ['kept']),
            helper.make_node('ReduceSum', ['kept', 'middle'], ['sentence_embedding'], keepdims=0),
        ], 'tiny', [helper.make_tensor_value_info(name, TensorProto.INT64, ['batch', 'tokens']) for name in ('input_ids', 'attention_mask')],
            [helper.make_tensor_value_info('sentence_embedding', TensorProto.FLOAT, ['batch', 3])],
            [onnx.numpy_helper.from_array(table, 'table'), onnx.numpy_helper.from_array(np.array([2]), 'last'), onnx.numpy_helper.from_array(np.array([1]), 'middle')])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9), folder / 'model.onnx')
        (folder / 'model.json').write_text(json.dumps({
            'id': 'tiny', 'dimension': 3, 'pooling': 'in-graph', 'padTokenId': 1, 'input': 'words',
            'files': {'model': {'path': 'model.onnx'}, 'tokenizer': {'path': 'tokenizer.json'}},
        }))
        return folder


if __name__ == '__main__':
    unittest.main()
