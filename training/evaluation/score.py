"""Scores a model folder and writes scores.json.

    python -m evaluation.score MODEL_FOLDER --data PAIR_FILES --code code-heldout.tsv.xz --kept FOLDER --out scores.json

The test part is reported and never chosen by; settings are chosen by `--part validation`.
"""

import argparse
import json
import lzma
import sys
import time
from pathlib import Path

import numpy as np

from findling_training.split import TEST, VALIDATION

from .held_out import gather, is_sentence, is_word
from .measures import Found, found
from .model_folder import ModelFolder, Vectors
from .passages import read_everyday, read_passages
from .tasks import THIRTY_LARGEST, Task, code_tasks, everyday_tasks, explanation_tasks, halves_tasks, passage_tasks, spoiled_tasks, translation_tasks

REPOSITORY = Path(__file__).parents[2]
SETS = ('everyday', 'sentences', 'words', 'explanations', 'halves', 'passages', 'code', 'spoiled')

Scores = dict[str, dict[str, dict[str, Found]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', type=Path)
    parser.add_argument('--data', type=Path, required=True, help='folder of the pair files')
    parser.add_argument('--code', type=Path, help='code-heldout.tsv.xz')
    parser.add_argument('--kept', type=Path, required=True, help='where gathered pairs are kept between runs')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--part', choices=(TEST, VALIDATION), default=TEST)
    parser.add_argument('--sets', nargs='*', default=list(SETS), choices=SETS)
    parser.add_argument('--dimension', type=int, help='keep only so many dimensions')
    parser.add_argument('--note', default='', help='what a reader of the scores must know, e.g. that the model was trained on the test part')
    options = parser.parse_args()

    model = ModelFolder(options.model, options.dimension)
    started = time.monotonic()
    scores = score(model, tasks_of(options))
    written = {
        'model': model.id, 'dimension': model.dimension, 'bytes': model.bytes, 'part': options.part, 'note': options.note,
        'means': means(scores),
        'sets': {name: {language: {measure: found.as_json() for measure, found in kinds.items()} for language, kinds in languages.items()} for name, languages in scores.items()},
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(written, indent=1, ensure_ascii=False, sort_keys=True) + '\n', encoding='utf-8')
    print(f'{time.monotonic() - started:.0f} s', file=sys.stderr)
    print_means(written['means'])


def tasks_of(options: argparse.Namespace) -> list[Task]:
    held_out = gather(options.data, options.part, options.kept)
    tasks: list[Task] = []
    if 'everyday' in options.sets:
        tasks += everyday_tasks(read_everyday(Path(__file__).with_name('everyday')), options.part)
    if 'sentences' in options.sets:
        tasks += translation_tasks(held_out, 'sentences', is_sentence)
    if 'words' in options.sets:
        tasks += translation_tasks(held_out, 'words', is_word)
    if 'explanations' in options.sets:
        tasks += explanation_tasks(held_out)
    if 'halves' in options.sets:
        tasks += halves_tasks(held_out)
    if 'passages' in options.sets:
        tasks += passage_tasks(read_passages(REPOSITORY / 'tests' / 'eval' / 'passages'), held_out)
    if 'code' in options.sets and options.code is not None:
        with lzma.open(options.code, 'rt', encoding='utf-8', newline='\n') as lines:
            fields = [line.rstrip('\n').split('\t') for line in lines]
        tasks += code_tasks([(language, code, sentence) for language, _, code, sentence in fields])
    if 'spoiled' in options.sets:
        tasks += spoiled_tasks(held_out)
    return tasks


def score(model: ModelFolder, tasks: list[Task]) -> Scores:
    scores: Scores = {}
    known: dict[tuple[str, str], Vectors] = {}

    def embedded(texts: list[str], role: str) -> Vectors:
        # The same English stands among the candidates of many languages.
        missing = list(dict.fromkeys(text for text in texts if (role, text) not in known))
        for text, vector in zip(missing, model.embed(missing, role), strict=True):
            known[role, text] = vector
        return np.stack([known[role, text] for text in texts])

    for task in tasks:
        name, language, measure = task.place
        if name not in scores:
            known.clear()
        scores.setdefault(name, {}).setdefault(language, {})[measure] = found(embedded(task.queries, 'query'), embedded(task.documents, 'document'), task.right)
    return scores


def means(scores: Scores) -> dict[str, dict[str, dict[str, float]]]:
    """Per set and measure: mean first hits and top ten over all its languages, and over the thirty largest."""
    result: dict[str, dict[str, dict[str, float]]] = {}
    for name, languages in scores.items():
        for measure in sorted({measure for kinds in languages.values() for measure in kinds}):
            measured = {language: kinds[measure] for language, kinds in languages.items() if measure in kinds}
            large = [measured[language] for language in THIRTY_LARGEST if language in measured]
            result.setdefault(name, {})[measure] = {
                'languages': len(measured), 'first': _mean([one.first for one in measured.values()]), 'topTen': _mean([one.top_ten for one in measured.values()]),
                **({'largest': len(large), 'largestFirst': _mean([one.first for one in large]), 'largestTopTen': _mean([one.top_ten for one in large])} if large else {}),
            }
    return result


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def print_means(all_means: dict[str, dict[str, dict[str, float]]]) -> None:
    for name, measures in all_means.items():
        for measure, mean in measures.items():
            large = f' · {mean["largest"]:.0f} largest {mean["largestFirst"]:6.1%} {mean["largestTopTen"]:6.1%}' if 'largest' in mean else ''
            print(f'{name:13}{measure:18}{mean["languages"]:4.0f} languages: first {mean["first"]:6.1%} top ten {mean["topTen"]:6.1%}{large}')


if __name__ == '__main__':
    main()
